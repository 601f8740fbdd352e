/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* What the inner role takes from itself before the command starts. */
#ifndef AIRG_PRIVILEGES_H
#define AIRG_PRIVILEGES_H

#include "instruction.h"

/** Lowers limits, never raises one; returns how many. */
uint32_t set_limits(const struct instruction *in);
/** Default dispositions, empty mask. */
void reset_signals(void);
/**
 * Empties every capability set it can and checks that the process holds none;
 * sets no_new_privs. Says what the bounding set is in the end.
 */
const char *drop_privileges(void);

#endif
