/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "scan_records.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

static char out[65536];
static size_t out_length;

static void flush(void) {
  for (size_t done = 0; done < out_length;) {
    ssize_t n = write(1, out + done, out_length - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(EXIT_LAUNCHER);
    done += (size_t)n;
  }
  out_length = 0;
}

static void put(const char *text) {
  size_t length = strlen(text);
  if (out_length + length > sizeof out) flush();
  memcpy(out + out_length, text, length); /* no text is longer than a path */
  out_length += length;
}

static void put_number(uint64_t number) {
  char digits[21];
  put(decimal_text(number, digits));
  put(" ");
}

static void put_end(void) {
  if (out_length == sizeof out) flush();
  out[out_length++] = 0;
}

uint64_t nanoseconds(const struct timespec *t) {
  return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec;
}

void record(const char *kind, const struct stat *s, const char *path) {
  put(kind);
  put(" ");
  put_number(s->st_mode);
  put_number(s->st_ino);
  put_number((uint64_t)s->st_size);
  put_number(nanoseconds(&s->st_mtim));
  put_number(nanoseconds(&s->st_ctim));
  put(path);
  put_end();
}

void record_end(bool all, uint64_t entries) {
  put(all ? "end all " : "end cut ");
  put_number(entries);
  put_end();
  flush();
}
