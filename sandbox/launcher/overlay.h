/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Copy-on-write views of folders, for ephemeral runs. */
#ifndef AIRG_OVERLAY_H
#define AIRG_OVERLAY_H

#include "instruction.h"

/**
 * Mounts an overlay on each `overlay` folder: what is written there lands in
 * `upper` of the `layers` folder of the same number. Call inside the full
 * rung's namespaces and before any other mount, which must lie above. Returns
 * how many; exits 70 on any failure.
 */
uint32_t mount_overlays(const struct instruction *in);

#endif
