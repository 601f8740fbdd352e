/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Who the launcher is: becoming the owner, and folders that must be his. */
#ifndef AIRG_IDENTITY_H
#define AIRG_IDENTITY_H

#include "instruction.h"

/** Becomes `owner` for good, and checks that there is no way back. */
void become_owner(const struct instruction *in);
/** Gives up every capability this process has now. */
void drop_capabilities(void);
/** Makes or checks every `own-dir`. */
void own_folders(const struct instruction *in);

#endif
