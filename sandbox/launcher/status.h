/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Status lines: one JSON object a line, and the one way to fail. */
#ifndef AIRG_STATUS_H
#define AIRG_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXIT_LAUNCHER 70 /* EX_SOFTWARE of sysexits(3): the launcher itself failed */

/* A line under construction; what does not fit in 4 KiB is marked, not cut. */
struct line {
  char text[4096];
  size_t length;
  bool full;
};

void line_begin(struct line *line, const char *key, const char *value);
void line_text(struct line *line, const char *key, const char *value);
void line_bytes(struct line *line, const char *key, const char *value, size_t length);
void line_number(struct line *line, const char *key, int64_t value);
void line_hex(struct line *line, const char *key, uint64_t value);
void line_flag(struct line *line, const char *key, bool value);
/** Appends as it is: brackets of lists and objects. */
void line_raw(struct line *line, const char *text);
/** Ends the object; false when it did not fit. */
bool line_end(struct line *line);

/** The number in decimal, inside `buffer`. */
const char *decimal_text(uint64_t value, char buffer[21]);

/** Connects to the listening socket; -1 and errno. */
int status_connect(const char *path);
/** From now on fail() writes here. */
void status_use(int fd);
int status_fd(void);
/** Writes all of the line; false when the other side is gone. */
bool status_send(int fd, const struct line *line);

/** Writes a `failed` line; `message` NULL means the text of `error`. */
void report_failure(const char *step, const char *detail, int error, const char *message);
/** report_failure() and exit 70. */
_Noreturn void fail(const char *step, const char *detail, int error, const char *message);
/** fail() with "<name> <index>" as detail. */
_Noreturn void fail_at(const char *step, const char *name, uint32_t index, int error,
                       const char *message);

#endif
