// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy replay`: what a policy says today on what a log recorded.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG, EXIT_USAGE } from "../exit.ts";
import { type Explainer, openExplainer } from "../explainer.ts";
import type { Invocation } from "../flags.ts";
import { safeJson } from "./json.ts";
import { type LoadedPolicy, loadPolicy, tellWarnings } from "./load.ts";
import { readRecorded, type Recorded, type RecordedLog } from "./recorded.ts";
import { openLog, progress } from "./source.ts";
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

interface Replayed {
  readonly record: Recorded;
  readonly before: Effect;
  readonly after: Effect;
}

/** Replays a log. */
export async function run(
  { values, switches, operands, rest }: Invocation,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const [file, ...more] = [...operands, ...rest ?? []];
  if (file === undefined || more.length > 0) {
    throw new UsageError("expected one LOG", "`log` is the audit log in use");
  }
  const loaded = await loadPolicy(values.get("policy"), "default", context);
  if (loaded === undefined) return EXIT_CONFIG;
  await tellWarnings(loaded, terminal);
  const source = await openLog(file, context);
  if (!source.ok) {
    complain(terminal, source.error);
    return EXIT_USAGE;
  }
  const { name } = source.value;
  const log = await readRecorded(source.value.lines);
  if (log.records.length + log.other + log.cut === 0 && log.bad.length > 0) {
    complain(terminal, `${name} is no audit log of airg: no line is a record`);
    return EXIT_USAGE;
  }
  const changes = await changesIn(log, loaded, context);
  if (changes === undefined) return EXIT_CONFIG;
  if (switches.has("json")) {
    terminal.out(safeJson(objectOf(name, log, loaded, changes)));
  } else {
    caveats(log).forEach((line) => notify(terminal, `${name}: ${line}`));
    changes.flatMap(linesOf).forEach(terminal.out);
    if (changes.length > 0) terminal.out("");
    changeSummary(verdictsOf(changes)).forEach(terminal.out);
    terminal.out(
      `${changes.length} of ${log.records.length} recorded actions get another ` +
        `verdict from ${printable(loaded.name)}`,
    );
  }
  return changes.length > 0 && switches.has("exit-code") ? EXIT_DIFFERENT : 0;
}

/** Agents have overlays, so each is decided for by its own. */
async function changesIn(
  log: RecordedLog,
  loaded: LoadedPolicy,
  context: Context,
): Promise<readonly Replayed[] | undefined> {
  const tell = progress(log.records.length, context);
  const changes: Replayed[] = [];
  const agents = new Map<string, Pick<LoadedPolicy, "explainer" | "policy">>();
  for (const [done, record] of log.records.entries()) {
    const { agent } = record.action.origin;
    const own = agents.get(agent) ?? await forAgent(agent, loaded, context);
    if (own === undefined) return undefined;
    agents.set(agent, own);
    const { decision } = own.explainer.judge(
      own.policy,
      record.action,
      record.lookups,
    );
    const after = effectOf(decision);
    const before = effectOf(record);
    if (before.verdict !== after.verdict) {
      changes.push({ record, before, after });
    }
    tell(done + 1);
  }
  return changes;
}

async function forAgent(
  agent: string,
  { text, name }: LoadedPolicy,
  { surroundings, terminal }: Context,
): Promise<Pick<LoadedPolicy, "explainer" | "policy"> | undefined> {
  const explainer: Explainer = openExplainer(surroundings, agent);
  const policy = await explainer.compile(text, name);
  if (policy.ok) return { explainer, policy: policy.value };
  const message = policy.error[0]?.message ?? "";
  complain(terminal, `cannot use ${name} for agent ${agent}: ${message}`);
  return undefined;
}

/** What makes a replay less than the same again. */
function caveats({ records, cut, bad }: RecordedLog): string[] {
  const unlooked = records.filter(({ lookups }) => lookups === undefined);
  const redacted = records.filter((record) => record.redacted);
  return [
    ...(unlooked.length > 0
      ? [
        `${unlooked.length} of ${records.length} records do not hold what the disk answered then; today's disk was asked`,
      ]
      : []),
    ...(redacted.length > 0
      ? [
        `${redacted.length} records hold a secret that was taken out; a plain word stands in for it`,
      ]
      : []),
    ...(cut > 0
      ? [`${cut} records hold a command too long to be kept; left out`]
      : []),
    ...(bad.length > 0
      ? [
        `${bad.length} lines are no record, first line ${
          bad[0]
        }; left out. \`airg audit verify\` checks the log`,
      ]
      : []),
  ];
}

function linesOf({ record, before, after }: Replayed): string[] {
  const { seq, time, action } = record;
  const [first = "", ...more] = changeLines(
    { before, after },
    subjectText(action),
  );
  const who = printable(`${seq}  ${time}  ${action.origin.agent}`);
  return [who, `  ${first}`, ...more.map((line) => `  ${line}`)];
}

function verdictsOf(
  changes: readonly Replayed[],
): {
  readonly before: Effect["verdict"];
  readonly after: Effect["verdict"];
}[] {
  return changes.map(({ before, after }) => ({
    before: before.verdict,
    after: after.verdict,
  }));
}

function objectOf(
  name: string,
  log: RecordedLog,
  { policy, name: policyName }: LoadedPolicy,
  changes: readonly Replayed[],
): Record<string, unknown> {
  return {
    log: name,
    policy: { name: policyName, hash: policy.hash },
    actions: log.records.length,
    changed: changes.length,
    caveats: caveats(log),
    counts: countChanges(verdictsOf(changes)),
    changes: changes.map(({ record, before, after }) => ({
      seq: record.seq,
      time: record.time,
      agent: record.action.origin.agent,
      subject: subjectText(record.action),
      before,
      after,
    })),
  };
}
