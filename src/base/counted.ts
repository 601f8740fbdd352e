// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A number with its noun (pure).
 *
 * @module
 */

/** "1 path", "2 paths"; nouns whose plural is an "s" more. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
