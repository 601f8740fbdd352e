// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What airg says, and where.
 *
 * The rules of its interface:
 *
 * - stdout is data, stderr is for people. A program may read stdout; nothing on
 *   stderr is a format, but for the JSON lines of `run --json`.
 * - A line for people starts with `airg: `. A problem is `airg: error: ...`, what
 *   to do about it `airg: hint: ...` on the next line; lower case, no full stop.
 * - Text that a command, a file or an agent wrote goes through `printable()`
 *   first: it may hold escape sequences that repaint the screen.
 * - No colour, no cursor movement, no spinner: the same text everywhere.
 * - A reader that went away (`| head`) is not an error worth a message.
 *
 * @module
 */

import { printable } from "../base/printable.ts";

/** Where a subcommand writes to. */
export interface Terminal {
  /** A line of data, on standard output. */
  readonly out: (line: string) => void;
  /** A line for people, on standard error. */
  readonly err: (line: string) => void;
}

/**
 * Tells a person what went wrong and what to do about it.
 *
 * @param message May hold untrusted text; it is made printable here.
 */
export function complain(
  terminal: Terminal,
  message: string,
  hint?: string,
): void {
  terminal.err(`airg: error: ${printable(message)}`);
  if (hint !== undefined) terminal.err(`airg: hint: ${printable(hint)}`);
}

/** Tells a person something worth knowing that is no failure. */
export function notify(terminal: Terminal, message: string): void {
  terminal.err(`airg: notice: ${printable(message)}`);
}

/** A terminal on two files, written to without a buffer. */
export function terminalOn(
  stdout: { writeSync(bytes: Uint8Array): number },
  stderr: { writeSync(bytes: Uint8Array): number },
): Terminal {
  const encoder = new TextEncoder();
  const writer = (to: typeof stdout) => (line: string) => {
    const bytes = encoder.encode(`${line}\n`);
    for (let sent = 0; sent < bytes.length;) {
      sent += to.writeSync(bytes.subarray(sent));
    }
  };
  const err = writer(stderr);
  return {
    out: writer(stdout),
    err(line) {
      try {
        err(line);
      } catch (error) {
        // Nobody is left to tell; the exit status still says it.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
  };
}
