// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg audit verify`: whether the log is as it was written.
 *
 * @module
 */

import { absolutePath } from "../action/words.ts";
import { verifyLog } from "../audit/query.ts";
import { printable } from "../base/printable.ts";
import { findDirs } from "../platform/dirs.ts";
import { type Context, UsageError } from "./command.ts";
import { EXIT_CONFIG } from "./exit.ts";
import type { Invocation } from "./flags.ts";
import { logPath } from "./recorder.ts";
import { complain } from "./terminal.ts";

/** The chain does not hold, or there is nothing that could. */
const EXIT_BROKEN = 1;

/** Checks one log. */
export async function run(
  { operands, rest, switches }: Invocation,
  { terminal, surroundings }: Context,
): Promise<number> {
  const [file, ...more] = [...operands, ...rest ?? []];
  if (more.length > 0) throw new UsageError("expected one FILE at most");
  const { env, os, cwd } = surroundings;
  const dirs = findDirs(env, os);
  if (file === undefined && !dirs.ok) {
    complain(terminal, dirs.error.message, dirs.error.cure);
    return EXIT_CONFIG;
  }
  const path = file === undefined && dirs.ok
    ? logPath(dirs.value).path
    : absolutePath(file ?? "", cwd);
  const found = await verify(path);
  if (typeof found === "string") {
    complain(terminal, `cannot read ${path}: ${found}`);
    return EXIT_BROKEN;
  }
  if (switches.has("json")) {
    terminal.out(JSON.stringify({ path, ...found }));
  } else if (found.ok) {
    terminal.out(printable(
      `${path}: the chain holds: ${found.records} records, head ${found.head.hash}`,
    ));
  } else {
    terminal.out(printable(
      `${path}:${found.line}: the chain is broken: ${found.why}; ` +
        `${found.records} records before it hold`,
    ));
  }
  return found.ok ? 0 : EXIT_BROKEN;
}

async function verify(
  path: string,
): Promise<Awaited<ReturnType<typeof verifyLog>> | string> {
  try {
    return await verifyLog(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return error.message;
    throw error;
  }
}
