// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Lines for people on standard error: `airg: warning: ...`.
 *
 * Standard output belongs to data and to the MCP protocol; nothing here writes
 * there. Text from outside is made printable, one message is one line, no
 * capital, no full stop.
 *
 * @module
 */

import { printable } from "../base/printable.ts";

/** What kind of line it is; `hint` follows an `error` and says what to do. */
export type LineKind = "error" | "hint" | "warning" | "notice";

/** Something that takes bytes, such as `Deno.stderr`. */
export interface LineSink {
  readonly writeSync: (bytes: Uint8Array) => number;
}

/**
 * Writes one line to standard error.
 *
 * @param sink For tests; standard error by default.
 */
export function say(
  kind: LineKind,
  message: string,
  sink: LineSink = Deno.stderr,
): void {
  const line = `airg: ${kind}: ${printable(message)}\n`;
  let bytes = new TextEncoder().encode(line);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(sink.writeSync(bytes));
  } catch (error) {
    // Whoever read the lines is gone; there is nobody left to tell.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
