// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Text that a terminal would obey, hide or misplace, for properties.
 *
 * @module
 */

import fc from "fast-check";

/** Some of it, in any order. */
export const HOSTILE_UNIT: fc.Arbitrary<string> = fc.constantFrom(
  "\x1b[2J",
  "\u202e",
  "\n",
  "\t",
  "界",
  "a",
  "é",
  "\u0301",
  "👨‍👩‍👧",
  "\x9b",
  "\ud800",
  "\x1b]0;x\x07",
  "👩‍💻",
  " ",
);
