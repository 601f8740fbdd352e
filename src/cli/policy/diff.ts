// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy diff`: which commands two policies decide differently.
 *
 * @module
 */

import type { Action } from "../../action/action.ts";
import { absolutePath } from "../../action/words.ts";
import { printable } from "../../base/printable.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Verdict } from "../../policy/decision.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG, EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { safeJson } from "./json.ts";
import {
  agentOf,
  type LoadedPolicy,
  loadPolicy,
  tellWarnings,
} from "./load.ts";
import { readList } from "./over.ts";
import { readRecorded } from "./recorded.ts";
import { openLines, openLog, progress } from "./source.ts";
import {
  changeLines,
  changeSummary,
  countChanges,
  type Effect,
  effectOf,
  subjectText,
} from "./verdict.ts";
import { complain, notify } from "../terminal.ts";

/** Verdicts differ, and `--exit-code` was given. */
const EXIT_DIFFERENT = 1;

/** One action to decide on, and how often it was asked. */
export interface Subject {
  readonly id: string;
  readonly action: Action;
  times: number;
}

/** What two policies decide differently. */
export interface Change {
  readonly id: string;
  readonly subject: string;
  readonly times: number;
  readonly before: Effect;
  readonly after: Effect;
}

/** Compares two policies. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { values, switches, operands, rest } = invocation;
  const { terminal } = context;
  const [from, to, ...more] = [...operands, ...rest ?? []];
  const over = values.get("over");
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UsageError("expected two policies, A and B");
  }
  if (over === undefined) {
    throw new UsageError(
      "expected the commands to decide on",
      "add --over FILE, or --over log for the audit log",
    );
  }
  const agent = agentOf(invocation, context);
  const before = await loadPolicy(from, agent, context);
  const after = await loadPolicy(to, agent, context);
  if (before === undefined || after === undefined) return EXIT_CONFIG;
  for (const policy of [before, after]) await tellWarnings(policy, terminal);
  const subjects = await subjectsOf(over, agent, context);
  if (!subjects.ok) {
    complain(terminal, subjects.error);
    return EXIT_USAGE;
  }
  const changes = compare(subjects.value, before, after, context);
  if (switches.has("json")) {
    terminal.out(
      safeJson(objectOf(over, [before, after], subjects.value, changes)),
    );
  } else {
    for (const change of changes) {
      changeLines(change, change.subject).forEach(terminal.out);
    }
    if (changes.length > 0) terminal.out("");
    changeSummary(verdictsOf(changes)).forEach(terminal.out);
    terminal.out(
      `${changes.length} of ${subjects.value.length} different actions in ` +
        `${printable(over)} change verdict`,
    );
  }
  return changes.length > 0 && switches.has("exit-code") ? EXIT_DIFFERENT : 0;
}

/** Decides on all by both policies. */
export function compare(
  subjects: readonly Subject[],
  from: Deciding,
  to: Deciding,
  context: Context,
): Change[] {
  const tell = progress(subjects.length, context);
  const changes: Change[] = [];
  for (const [done, { id, action, times }] of subjects.entries()) {
    const before = decide(from, action);
    const after = decide(to, action);
    if (before.verdict !== after.verdict) {
      changes.push({ id, subject: subjectText(action), times, before, after });
    }
    tell(done + 1);
  }
  return changes;
}

/** A policy, and who decides by it. */
type Deciding = Pick<LoadedPolicy, "explainer" | "policy">;

function decide({ explainer, policy }: Deciding, action: Action): Effect {
  return effectOf(explainer.judge(policy, action).decision);
}

async function subjectsOf(
  over: string,
  agent: string,
  context: Context,
): Promise<Result<readonly Subject[], string>> {
  return over === "log"
    ? await recordedSubjects(context)
    : await listedSubjects(over, agent, context);
}

async function listedSubjects(
  over: string,
  agent: string,
  context: Context,
): Promise<Result<readonly Subject[], string>> {
  const source = await openLines(over, context);
  if (!source.ok) return source;
  const list = await readList(source.value.lines);
  if (!list.ok) {
    const { line, message } = list.error;
    return fail(`${source.value.name}:${line}: ${message}`);
  }
  const { env, cwd: here } = context.surroundings;
  return ok(distinct(list.value.map(({ id, command, cwd = "" }) => {
    const folder = absolutePath(cwd, here).replace(/(?<=.)\/$/, "");
    const workspace = env["AIRG_WORKSPACE"] || folder;
    const origin = {
      agent,
      session: "diff",
      source: "human-operator",
      workspace,
    } as const;
    return { id, action: { kind: "exec", origin, command, cwd: folder } };
  })));
}

/** The actions of the audit log, each once. */
export async function recordedSubjects(
  context: Context,
): Promise<Result<readonly Subject[], string>> {
  const source = await openLog("log", context);
  if (!source.ok) return source;
  const { records, bad, cut } = await readRecorded(source.value.lines);
  if (bad.length + cut > 0) {
    notify(
      context.terminal,
      `${source.value.name}: ${
        bad.length + cut
      } lines hold no action to decide on`,
    );
  }
  return ok(distinct(
    records.map(({ seq, action }) => ({ id: String(seq), action })),
  ));
}

/** What was asked several times is decided on once. */
function distinct(
  asked: readonly { readonly id: string; readonly action: Action }[],
): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const { id, action } of asked) {
    const { origin, ...what } = action;
    const key = JSON.stringify([what, origin.workspace]);
    const known = subjects.get(key);
    if (known === undefined) subjects.set(key, { id, action, times: 1 });
    else known.times++;
  }
  return [...subjects.values()];
}

function verdictsOf(
  changes: readonly Change[],
): { readonly before: Verdict; readonly after: Verdict }[] {
  return changes.map(({ before, after }) => ({
    before: before.verdict,
    after: after.verdict,
  }));
}

function objectOf(
  over: string,
  [from, to]: readonly [LoadedPolicy, LoadedPolicy],
  subjects: readonly Subject[],
  changes: readonly Change[],
): Record<string, unknown> {
  return {
    before: { policy: from.name, hash: from.policy.hash },
    after: { policy: to.name, hash: to.policy.hash },
    over,
    actions: subjects.length,
    changed: changes.length,
    counts: countChanges(verdictsOf(changes)),
    changes,
  };
}
