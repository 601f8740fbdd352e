// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which airg this is.
 *
 * @module
 */

/** The version in `deno.json`; a test keeps the two the same. */
export const VERSION = "0.1.0";

/** How this airg was put together. */
export function build(): "source" | "single-file" {
  // A test is its own main module, and its file is source as well.
  return Deno.mainModule.endsWith(".ts") ? "source" : "single-file";
}
