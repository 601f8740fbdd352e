// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg why ID`: explains a recorded decision or run from the audit log.
 *
 * @module
 */

import { findDirs } from "../platform/dirs.ts";
import { type Context, UsageError } from "./command.ts";
import { EXIT_CONFIG } from "./exit.ts";
import type { Invocation } from "./flags.ts";
import { openLines } from "./policy/source.ts";
import { logPath } from "./recorder.ts";
import { complain } from "./terminal.ts";
import { objectOf, type Recorded, whyLines } from "./why_text.ts";

/** Characters of an id that must be given at least. */
const SHORTEST = 4;
/** Status when no record has the id, or several decisions do. */
const EXIT_NONE = 1;

/** Finds the records and explains them. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const [id, ...more] = operands;
  if (id === undefined || more.length > 0 || rest !== undefined) {
    throw new UsageError("why takes one id", "usage: airg why ID");
  }
  if (!/^[0-9a-fA-F-]{4,36}$/.test(id)) {
    throw new UsageError(
      `not an id: ${id}`,
      `give at least ${SHORTEST} characters of a decision's id`,
    );
  }
  const { surroundings, terminal } = context;
  const dirs = findDirs(surroundings.env, surroundings.os);
  if (!dirs.ok) {
    complain(terminal, dirs.error.message, dirs.error.cure);
    return EXIT_CONFIG;
  }
  const { path } = logPath(dirs.value);
  const source = await openLines(path, context);
  if (!source.ok) {
    complain(terminal, source.error, "nothing is recorded yet, or elsewhere");
    return EXIT_NONE;
  }
  const found = new Map<string, Recorded[]>();
  for await (const line of source.value.lines) {
    if (!line.ok || !line.text.includes(id.toLowerCase())) continue;
    const record = recordIn(line.text);
    const own = objectOf(record?.["decision"])["id"];
    if (record === undefined || typeof own !== "string") continue;
    if (!own.startsWith(id.toLowerCase())) continue;
    found.set(own, [...found.get(own) ?? [], record]);
  }
  return answer(found, id, path, switches.has("json"), context);
}

function answer(
  found: ReadonlyMap<string, readonly Recorded[]>,
  id: string,
  path: string,
  json: boolean,
  { terminal }: Context,
): number {
  const [records, ...others] = found.values();
  if (records === undefined) {
    complain(
      terminal,
      `no record of ${path} has a decision ${id}`,
      "airg audit tail --json shows the ids",
    );
    return EXIT_NONE;
  }
  if (others.length > 0) {
    complain(
      terminal,
      `${found.size} decisions begin with ${id}`,
      `give more of it: ${[...found.keys()].slice(0, 5).join(", ")}`,
    );
    return EXIT_NONE;
  }
  if (json) terminal.out(JSON.stringify(records));
  else whyLines(records).forEach(terminal.out);
  return 0;
}

function recordIn(line: string): Recorded | undefined {
  try {
    return objectOf(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
