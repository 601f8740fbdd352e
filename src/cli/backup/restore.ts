// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg backup restore`: shows what would be put back, asks, and has the guard
 * do it.
 *
 * @module
 */

import type { RestoreSelection } from "../../action/action.ts";
import { systemClock } from "../../base/clock.ts";
import { counted } from "../../base/counted.ts";
import { printable } from "../../base/printable.ts";
import { readWhen } from "../../base/when.ts";
import { handle } from "../../guard/guard.ts";
import { openTty } from "../../platform/tty.ts";
import type { Assembled } from "../assembled.ts";
import { refuseAgents } from "../changes/site.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_BLOCKED, EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { refusalLines, refusalStatus } from "../report.ts";
import { complain, notify, type Terminal } from "../terminal.ts";
import { pathFrom, shownPath } from "./site.ts";

/** Something was in the way; nothing was put back. */
const EXIT_LEFT = 1;
/** Backups that are searched for a command. */
const MOST_SEARCHED = 10_000;

type Plan = Extract<
  Awaited<ReturnType<Assembled["backups"]["plan"]>>,
  { readonly ok: true }
>["value"];

/** Puts back. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const dryRun = invocation.switches.has("dry-run");
  const refused = dryRun ? undefined : refuseAgents(context, "backup restore");
  if (refused !== undefined) return refused;
  const { terminal } = context;
  const workspace = invocation.values.get("workspace");
  const parts = await context.assemble({
    source: "human-operator",
    warn: (message) => notify(terminal, message),
    ...(workspace !== undefined && { workspace }),
    ...(Deno.stderr.isTerminal() && {
      progress: (message: string) => notify(terminal, message),
    }),
  });
  if (!parts.ok) {
    complain(terminal, parts.error.message, parts.error.hint);
    return parts.error.status;
  }
  try {
    return await planned(parts.value, invocation, context);
  } catch (error) {
    // The store says what to do about it.
    if (!(error instanceof Error && "cure" in error)) throw error;
    complain(terminal, error.message, String(error.cure));
    return EXIT_LEFT;
  }
}

async function planned(
  parts: Assembled,
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const { switches } = invocation;
  const [force, json] = [switches.has("force"), switches.has("json")];
  const selection = await selectionOf(parts, invocation, context);
  if (typeof selection === "string") {
    complain(terminal, selection, "run `airg backup list`");
    return EXIT_USAGE;
  }
  const plan = await parts.backups.plan(selection);
  if (!plan.ok) {
    complain(terminal, plan.error, "run `airg backup list`");
    return EXIT_LEFT;
  }
  const work = plan.value.items.filter(({ done }) => !done);
  if (switches.has("dry-run") && json) {
    terminal.out(JSON.stringify(rowsOf(plan.value)));
    return 0;
  }
  if (!json) show(plan.value, force, terminal);
  if (switches.has("dry-run") || work.length === 0) return 0;
  const stopped = work.filter(({ conflict, firm }) =>
    conflict !== undefined && (firm === true || !force)
  );
  if (stopped.length > 0) {
    const firm = stopped.some((one) => one.firm === true);
    complain(
      terminal,
      `${stopped.length} of ${
        counted(work.length, "path")
      } stand in the way; nothing was put back`,
      firm ? undefined : "look at them, then say --force: they are saved first",
    );
    return EXIT_LEFT;
  }
  if (!switches.has("yes") && !await isConfirmed(work.length, context)) {
    complain(terminal, "nothing was put back", "say --yes, or answer yes");
    return EXIT_BLOCKED;
  }
  return await carriedOut(parts, plan.value, force, json, context);
}

async function carriedOut(
  { backups, effects, origin }: Assembled,
  plan: Plan,
  force: boolean,
  json: boolean,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const action = await backups.action(plan, origin, force);
  let answer = await handle(action, effects);
  if (!answer.allowed && answer.decision.approval !== undefined) {
    const { isAnsweredHere } = await import("../approvals/here.ts");
    const { signal } = new AbortController();
    if (await isAnsweredHere(answer.decision, context, signal)) {
      answer = await handle(action, effects);
    }
  }
  if (!answer.allowed) {
    refusalLines(answer.decision).forEach(terminal.err);
    return refusalStatus(answer.decision);
  }
  const { outcome } = answer;
  if (json) terminal.out(JSON.stringify(outcome));
  if (outcome.kind !== "restored") {
    const message = "message" in outcome ? outcome.message : outcome.kind;
    complain(terminal, message);
    return EXIT_LEFT;
  }
  const paths = counted(outcome.count, "path");
  const undo = outcome.undo === undefined
    ? ""
    : `; what they replaced is backup ${outcome.undo}`;
  notify(terminal, `put back ${paths}${undo}`);
  return 0;
}

/** What the words mean, or why they mean nothing. */
async function selectionOf(
  { backups }: Assembled,
  { operands, rest, values }: Invocation,
  { surroundings: { cwd } }: Context,
): Promise<RestoreSelection | string> {
  const [word, ...more] = [...operands, ...rest ?? []];
  const [before, command, path] = [
    values.get("before"),
    values.get("command"),
    values.get("path"),
  ];
  if (more.length > 0) throw new UsageError("expected one ID");
  const ways = [word, before, command].filter((one) => one !== undefined);
  if (ways.length > 1 || ways.length === 0 && path === undefined) {
    throw new UsageError(
      "give one of: an ID, --before TIME, --command TEXT, --path P",
    );
  }
  const paths = path === undefined ? {} : { paths: [pathFrom(path, cwd)] };
  if (before !== undefined) {
    const at = readWhen(before, systemClock());
    if (!at.ok) throw new UsageError(`--before: ${at.error}`);
    return { by: "time", before: at.value, ...paths };
  }
  if (command !== undefined) {
    const stored = await backups.list({ limit: MOST_SEARCHED });
    const found = stored.find(({ event }) =>
      event.cause !== "restore" && event.what.includes(command)
    );
    return found === undefined
      ? `no backup is of a command with ${JSON.stringify(command)}`
      : { by: "event", id: found.event.id, ...paths };
  }
  if (word !== undefined) return { by: "event", id: word, ...paths };
  return { by: "path", paths: paths.paths ?? [] };
}

function rowsOf({ items }: Plan): object[] {
  return items.filter(({ done }) => !done).map((
    { conflict, event, now, path, will },
  ) => ({ path, event, now, will, ...(conflict && { conflict }) }));
}

function show(plan: Plan, force: boolean, terminal: Terminal): void {
  const work = plan.items.filter(({ done }) => !done);
  for (const { conflict, firm, now, path, will } of work) {
    const sign = will.type === "absent"
      ? "D"
      : now.type === "absent"
      ? "A"
      : "M";
    terminal.out(`${sign} ${shownPath(path)}`);
    if (conflict === undefined) continue;
    const lead = force && firm !== true
      ? "overwritten all the same"
      : "in the way";
    terminal.out(`    ${lead}: ${printable(conflict)}`);
  }
  if (work.length === 0) notify(terminal, "all of it is so already");
}

async function isConfirmed(
  count: number,
  { onSignal }: Context,
): Promise<boolean> {
  const tty = openTty(onSignal);
  if (tty === undefined) return false;
  try {
    const said = await tty.ask(
      `Put back ${counted(count, "path")}? [y/N] `,
      "shown",
    );
    return /^y(?:es)?$/i.test(said?.trim() ?? "");
  } finally {
    tty.close();
  }
}
