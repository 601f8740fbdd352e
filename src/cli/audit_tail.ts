// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg audit tail`: the newest records, and the ones that come.
 *
 * @module
 */

import { linesSince, tailLines } from "../audit/query.ts";
import { printable } from "../base/printable.ts";
import { findDirs } from "../platform/dirs.ts";
import { type Context, UsageError } from "./command.ts";
import { EXIT_CONFIG } from "./exit.ts";
import type { Invocation } from "./flags.ts";
import { logPath } from "./recorder.ts";
import { complain, notify } from "./terminal.ts";

/** Milliseconds between two looks at a log that is followed. */
const PAUSE_MS = 250;

/** Bytes before the end of a log in which a follower looks for its first lines. */
const LOOK_BACK = 4 * 1024 * 1024;

/** Shows records. */
export async function run(
  { values, switches, operands, rest }: Invocation,
  context: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError(
      "audit tail takes no words",
      "write -n N for a number",
    );
  }
  const count = countOf(values.get("number") ?? "10");
  const { terminal, surroundings } = context;
  const dirs = findDirs(surroundings.env, surroundings.os);
  if (!dirs.ok) {
    complain(terminal, dirs.error.message, dirs.error.cure);
    return EXIT_CONFIG;
  }
  const { path } = logPath(dirs.value);
  const show = (line: string) => {
    const text = switches.has("json") ? line : recordLine(line);
    const raw = switches.has("json") && !surroundings.terminal.stdout;
    terminal.out(raw ? text : printable(text));
  };
  if (switches.has("follow")) return await follow(path, count, show);
  const lines = await unlessMissing(tailLines(path, count));
  if (lines === undefined) notify(terminal, `there is no log yet at ${path}`);
  else lines.forEach(show);
  return 0;
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^[0-9]{1,9}$/.test(text)) return count;
  throw new UsageError(`-n wants a number, not ${text}`);
}

/** Goes on until a signal or a reader that went away ends the process. */
async function follow(
  path: string,
  count: number,
  show: (line: string) => void,
): Promise<never> {
  const size = (await unlessMissing(Deno.stat(path)))?.size ?? 0;
  let from = Math.max(0, size - LOOK_BACK);
  const first = await unlessMissing(linesSince(path, from));
  // What comes before the first line feed is a part of a line, unless all is seen.
  const whole = first?.lines.slice(from === 0 ? 0 : 1) ?? [];
  whole.slice(count === 0 ? whole.length : -count).forEach(show);
  from = first?.end ?? 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const next = await unlessMissing(linesSince(path, from));
    if (next === undefined) continue;
    next.lines.forEach(show);
    from = next.end;
  }
}

async function unlessMissing<Value>(
  value: Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A record in one line for a person; a line that is none as it is. */
function recordLine(line: string): string {
  const record = objectIn(line);
  if (record === undefined) return `not a record: ${line}`;
  const decision = objectOf(record["decision"]);
  const action = objectOf(record["action"]);
  const outcome = objectOf(record["outcome"]);
  const [reason] = Array.isArray(decision["reasons"])
    ? decision["reasons"].map(objectOf)
    : [];
  return [
    record["seq"],
    record["time"],
    record["agent_id"],
    record["event"],
    decision["verdict"],
    record["tool"],
    subjectOf(action),
    record["event"] === "decision" ? `(${reason?.["code"]})` : undefined,
    outcome["kind"] === "exited" ? `-> ${outcome["code"]}` : outcome["kind"],
    ...(record["event"] === "changes"
      ? changesWords(objectOf(record["changes"]))
      : []),
    ...(record["event"] === "approval"
      ? approvalWords(objectOf(record["approval"]))
      : []),
  ].filter((part) => part !== undefined).join("  ");
}

/** What happened to a request for approval: what, which, by whom and why. */
function approvalWords(
  { request, rules, what, who, why }: Readonly<Record<string, unknown>>,
): unknown[] {
  const { how, user } = objectOf(who);
  return [
    what,
    request,
    user === undefined ? undefined : `by ${user} (${how})`,
    Array.isArray(rules) ? `(${rules.join(", ")})` : undefined,
    why,
  ];
}

/** Paths of one record that are shown; the count is of all. */
const PATHS_SHOWN = 3;

/** What an operator did to held changes: the act, how far, of what, and the end. */
function changesWords(
  { act, phase, id, paths, count, results }: Readonly<
    Record<string, unknown>
  >,
): unknown[] {
  const names = Array.isArray(paths) ? paths : [];
  const more = typeof count === "number" && count > PATHS_SHOWN ? ", ..." : "";
  const ends = Object.entries(objectOf(results))
    .map(([how, number]) => `${number} ${how}`);
  return [
    act,
    phase,
    id,
    `${typeof count === "number" ? count : names.length} paths: ${
      names.slice(0, PATHS_SHOWN).join(", ")
    }${more}`,
    ...(ends.length > 0 ? [`-> ${ends.join(", ")}`] : []),
  ];
}

function subjectOf(action: Readonly<Record<string, unknown>>): unknown {
  const { text, argv } = objectOf(action["command"]);
  if (Array.isArray(argv)) return argv.join(" ");
  return text ?? action["path"];
}

function objectIn(
  line: string,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null
      ? objectOf(value)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? value as Readonly<Record<string, unknown>>
    : {};
}
