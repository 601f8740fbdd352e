/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "status.h"

static int kept = -1;

void proc_keep(void) {
  kept = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (kept < 0) fail("spawn", "/proc", errno, NULL);
}

void proc_forget(void) { kept = -1; }

int proc_open(const char *below, int flags) {
  if (kept >= 0) return openat(kept, below, flags | O_CLOEXEC);
  int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return -1;
  int fd = openat(proc, below, flags | O_CLOEXEC), error = errno;
  (void)close(proc);
  errno = error;
  return fd;
}
