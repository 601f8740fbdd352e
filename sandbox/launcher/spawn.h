/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Starting bubblewrap, or in the bare rung the inner role itself. */
#ifndef AIRG_SPAWN_H
#define AIRG_SPAWN_H

#include <sys/resource.h>

#include "instruction.h"
#include "tree.h"

/* Descriptors the started program gets. */
struct handover {
  int launcher;     /* this program, to be executed as the inner role */
  int blob;         /* the sealed instruction */
  int status;       /* second status connection */
  int sync;         /* inner's end of the socket pair */
  int standard[3];  /* what becomes 0-2 of the command */
  int terminal;     /* 0-2: which of them to take as controlling terminal; -1: none */
  int bwrap_error;  /* write end of bubblewrap's standard error */
};

/**
 * Starts the tree. In the bare rung a keeper stands between us and the command,
 * and writes the command's wait status to the descriptor stored in `*result`.
 */
struct tree spawn(const struct instruction *in, const struct handover *give,
                  const struct rlimit *files, int *result);

#endif
