/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Getting the instruction's bytes: from airg's file, or from the sealed copy. */
#ifndef AIRG_BLOB_H
#define AIRG_BLOB_H

#include "instruction.h"

struct blob {
  char *bytes;
  size_t length;
};

/**
 * Reads airg's file and unlinks it. Exits 70 when it is not a regular file of
 * ours with mode 0600 and one link.
 */
struct blob blob_take(const char *path);
/** Reads FILE for --check: any regular file, left where it is. */
struct blob blob_read(const char *path);
/** Puts an unparsed blob into a sealed memfd for the inner role. */
int blob_seal(struct blob blob);
/** Reads what blob_seal() made; exits 70 when it is anything else. */
struct blob blob_unseal(int fd);
/** instruction_parse(), or exit 70 with the reason. */
void blob_parse(struct blob blob, struct instruction *out);

/** Zeroed pages from mmap(2), the only memory there is; exits 70 when none. */
void *pages(size_t size);
/** Free slots after the values of a vector(). */
#define VECTOR_TAIL (16 + 5 * REPLACED_MAX)
/** The values of `key` as a NULL-terminated vector with `spare` free slots at its start. */
char **vector(const struct instruction *in, enum key key, size_t spare, size_t *length);

#endif
