// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Signs in a command's own words that the kernel refused something (pure).
 *
 * These are signs, not proof: a program may print such a line for another
 * reason, and one that was refused may stay silent.
 *
 * @module
 */

/** How many lines are kept; a log full of them says nothing more. */
const MAX_LINES = 10;
/** UTF-16 code units kept of one line. */
const MAX_LENGTH = 300;

/** Texts of strerror(3), lower case, and what they mean inside. */
const SIGNS: readonly (readonly [text: string, meaning: string])[] = [
  ["read-only file system", "write outside the workspace"],
  ["permission denied", "access to a hidden or protected path"],
  ["operation not permitted", "an operation the sandbox refuses"],
  [
    "value too large for defined data type",
    "changing a file of another user or group, which an ephemeral run cannot copy",
  ],
  [
    "invalid cross-device link",
    "renaming a folder across file systems, or one that an ephemeral run did not make: copy it and remove the old one",
  ],
  ["network is unreachable", "network"],
  ["temporary failure in name resolution", "network"],
  ["could not resolve host", "network"],
  ["connection refused", "network; the sandbox has its own loopback"],
  ["device or resource busy", "moving or removing a protected path"],
  ["function not implemented", "a system call the sandbox does not offer"],
];

/** Lines of `stderr` that look like a refusal, each with what it likely was. */
export function refusalsIn(stderr: string): string[] {
  const found: string[] = [];
  for (const line of stderr.split("\n")) {
    const lower = line.toLowerCase();
    const sign = SIGNS.find(([text]) => lower.includes(text));
    if (sign === undefined) continue;
    found.push(`${sign[1]}: ${line.trim().slice(0, MAX_LENGTH)}`);
    if (found.length === MAX_LINES) break;
  }
  return found;
}
