/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Landlock: one ruleset for files, ports and scopes (landlock(7)). */
#ifndef AIRG_LANDLOCK_H
#define AIRG_LANDLOCK_H

#include "instruction.h"

struct landlock {
  int abi;
  int ruleset; /* -1 when there is nothing to handle */
  uint64_t fs, net, scope; /* handled, after cutting to the ABI */
  uint32_t rules, skipped;
};

/** Makes the ruleset while descriptors may still be opened freely. */
struct landlock landlock_prepare(const struct instruction *in);
/** Puts this process under it. Needs no_new_privs. */
void landlock_enter(const struct landlock *landlock);

#endif
