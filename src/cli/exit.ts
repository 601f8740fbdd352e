// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Exit statuses, as in `sysexits.h`; part of the interface (DESIGN.md section 4).
 *
 * They are given only where no wrapped command ran; else the command's own
 * status is passed on, 128+n after signal n.
 *
 * @module
 */

/** A mistake on the command line. */
export const EXIT_USAGE = 64;

/** Containment is not available here. */
export const EXIT_UNAVAILABLE = 69;

/** The machine or airg itself failed. */
export const EXIT_INTERNAL = 70;

/** Throttled, or waiting for an approval. */
export const EXIT_NOT_NOW = 75;

/** The policy blocks it. */
export const EXIT_BLOCKED = 77;

/** The configuration is wrong. */
export const EXIT_CONFIG = 78;

/** The program to run does not exist, as shells say it. */
export const EXIT_NOT_FOUND = 127;
