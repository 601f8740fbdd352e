// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where the commands and records come from that a policy is tried on, and how
 * far the trying is.
 *
 * @module
 */

import { absolutePath } from "../../action/words.ts";
import { monotonicClock } from "../../base/clock.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { findDirs } from "../../platform/dirs.ts";
import type { Context } from "../command.ts";
import { type Line, linesOf } from "../lines.ts";
import { logPath } from "../recorder.ts";
import { notify } from "../terminal.ts";

/** Bytes of one line; a record of the log is smaller. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Milliseconds between two lines that say how far it is. */
const PROGRESS_MS = 2_000;

/** An open source of lines. */
export interface LineSource {
  /** As a person knows it. */
  readonly name: string;
  readonly lines: AsyncIterable<Line>;
}

/** Opens a file, or `-` for standard input. */
export async function openLines(
  file: string,
  { stdin, surroundings }: Context,
): Promise<Result<LineSource, string>> {
  if (file === "-") {
    return ok({ name: "stdin", lines: linesOf(stdin(), MAX_LINE_BYTES) });
  }
  try {
    const path = absolutePath(file, surroundings.cwd);
    if ((await Deno.stat(path)).isDirectory) {
      return fail(`cannot read ${file}: it is a folder`);
    }
    const opened = await Deno.open(path, { read: true });
    return ok({ name: file, lines: linesOf(opened.readable, MAX_LINE_BYTES) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(`cannot read ${file}: ${error.message}`);
  }
}

/** Opens an audit log; `log` is the one in use. */
export async function openLog(
  file: string,
  context: Context,
): Promise<Result<LineSource, string>> {
  if (file !== "log") return await openLines(file, context);
  const { env, os } = context.surroundings;
  const dirs = findDirs(env, os);
  if (!dirs.ok) return fail(dirs.error.message);
  return await openLines(logPath(dirs.value).path, context);
}

/**
 * A function to call after each step; it tells a person at a terminal how far
 * long work is.
 */
export function progress(
  total: number,
  { surroundings, terminal }: Context,
): (done: number) => void {
  let next = monotonicClock() + PROGRESS_MS;
  return (done) => {
    if (!surroundings.terminal.stderr || monotonicClock() < next) return;
    next = monotonicClock() + PROGRESS_MS;
    notify(terminal, `${done} of ${total}`);
  };
}
