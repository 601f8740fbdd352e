// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg changes diff`: what is different, line by line.
 *
 * @module
 */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { printable } from "../../base/printable.ts";
import { placesOf } from "../../changes/apply.ts";
import type { Change } from "../../changes/change.ts";
import type { Places } from "../../changes/clash.ts";
import { openOwn } from "../../changes/node.ts";
import { BARE_GROUND } from "../../changes/obeyed.ts";
import { planChanges } from "../../changes/plan.ts";
import { pending } from "../../changes/store.ts";
import { textDiff } from "../../changes/text_diff.ts";
import { openExactFiles } from "../../platform/exact_files.ts";
import { changeLine, heldFor, pathsIn } from "./site.ts";
import type { Context } from "../command.ts";
import { EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { complain } from "../terminal.ts";

/** Bytes of a file that is shown; a larger one is only named. */
const MAX_SHOWN = 4 * 1024 * 1024;

/** Shows the differences between the workspace as it is now and what is held. */
export function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const [word, ...paths] = [...operands, ...rest ?? []];
  using files = openExactFiles();
  const held = heldFor(context, files, word);
  if (!held.ok) return Promise.resolve(held.error);
  const plan = planChanges(pending(held.value), {
    paths: pathsIn(held.value, paths),
    yesHandoff: true,
  }, BARE_GROUND);
  const { terminal } = context;
  if (plan.unknown.length > 0) {
    complain(terminal, `no change is held for ${plan.unknown.join(", ")}`);
    return Promise.resolve(EXIT_USAGE);
  }
  const places = placesOf(files, held.value);
  const rows = plan.chosen.map((change) => ({
    change,
    diff: diffOf(places, change),
  }));
  if (switches.has("json")) {
    terminal.out(JSON.stringify(
      rows.map(({ change: { path, status }, diff }) => ({
        path,
        status,
        ...(typeof diff === "string" ? { note: diff } : { diff }),
      })),
    ));
    return Promise.resolve(0);
  }
  for (const { change, diff } of rows) {
    terminal.out(changeLine(change));
    if (typeof diff === "string") terminal.out(`    ${diff}`);
    else {diff.forEach((line) =>
        terminal.out(printable(line, { lines: "keep" }))
      );}
  }
  return Promise.resolve(0);
}

/** Lines of a unified diff, or why there are none. */
function diffOf(places: Places, change: Change): string[] | string {
  const { path, before, after, status } = change;
  if (status === "mode" || status === "unsupported") return [];
  const old = before?.type === "file"
    ? textIn(() => openPlain(`${places.workspace}/${path}`))
    : "";
  const now = after?.type === "file"
    ? textIn(() => openOwn(`${places.upper}/${path}`, after.mode))
    : "";
  if (old === undefined || now === undefined) {
    return "not text, or too large to show";
  }
  return textDiff(old, now);
}

/** A file's text; "" where it is gone, `undefined` for what is no text. */
function textIn(open: () => number): string | undefined {
  let fd: number;
  try {
    fd = open();
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      return error.code === "ENOENT" ? "" : undefined;
    }
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    if (size > MAX_SHOWN || !fstatSync(fd).isFile()) return undefined;
    const bytes = new Uint8Array(size);
    const count = readSync(fd, bytes, 0, size, 0);
    if (bytes.includes(0)) return undefined;
    return decode(bytes.subarray(0, count));
  } finally {
    closeSync(fd);
  }
}

function openPlain(path: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
