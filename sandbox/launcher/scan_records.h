/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* What a scan says on standard output: records that end in NUL (README.md). */
#ifndef AIRG_SCAN_RECORDS_H
#define AIRG_SCAN_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

uint64_t nanoseconds(const struct timespec *t);
/** One thing worth a look; `kind` is its letter. */
void record(const char *kind, const struct stat *s, const char *path);
/** The last record, and all that is not written yet. */
void record_end(bool all, uint64_t entries);

#endif
