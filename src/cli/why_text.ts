// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The records of one decision as lines for a person.
 *
 * The log is a file that others may have written to: every text in it is made
 * printable, and a field of another form is passed over.
 *
 * @module
 */

import { printable } from "../base/printable.ts";
import { changeFor } from "./why_change.ts";

/** A record of the log, unread. */
export type Recorded = Readonly<Record<string, unknown>>;

/** A value as an object; anything else is an empty one. */
export function objectOf(value: unknown): Recorded {
  return typeof value === "object" && value !== null ? value as Recorded : {};
}

/** Explains the records of one decision, oldest first. */
export function whyLines(records: readonly Recorded[]): string[] {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return [];
  const decision = objectOf(last["decision"]);
  const allowed = records.some(({ event }) => event === "started");
  return [
    `decision ${text(decision["id"])} at ${text(first["time"])}`,
    `asked by ${text(first["agent_id"])} in ${text(first["workspace"])}`,
    `  ${subjectOf(objectOf(first["action"]))}`,
    `verdict: ${text(decision["verdict"])}${
      decision["mode"] === "shadow" ? " (shadow: not enforced)" : ""
    }, policy ${text(objectOf(decision["policy"])["hash"])}`,
    ...listOf(decision["reasons"]).flatMap((reason) =>
      reasonLines(reason, allowed)
    ),
    ...outcomeLines(last),
    ...endLines(records),
  ].map((line) => printable(line));
}

function reasonLines(reason: Recorded, allowed: boolean): string[] {
  const { code, rule, message, remedy } = reason;
  return [
    `reason: ${text(message)} (${text(code)}, rule ${text(rule)})`,
    ...(typeof remedy === "string" ? [`  instead: ${remedy}`] : []),
    ...(allowed ? [] : [
      `  smallest change: ${changeFor({ code: text(code), rule: text(rule) })}`,
    ]),
  ];
}

function outcomeLines({ outcome: recorded }: Recorded): string[] {
  const outcome = objectOf(recorded);
  if (outcome["kind"] === undefined) return [];
  const { rung, network, degraded, skipped, notes } = objectOf(
    outcome["containment"],
  );
  const denials = listOf(outcome["denials"]);
  return [
    outcome["kind"] === "exited"
      ? `ran: exit status ${text(outcome["code"])}${
        outcome["ended"] === undefined ? "" : `, ${text(outcome["ended"])}`
      }, contained as ${text(rung)}, network ${text(network)}`
      : `outcome: ${text(outcome["kind"])} ${text(outcome["message"])}`,
    ...textsOf(degraded).map((line) => `contained less than fully: ${line}`),
    ...textsOf(skipped).map((path) => `not there to hide or pin: ${path}`),
    ...textsOf(notes).map((line) => `note: ${line}`),
    ...denials.flatMap(denialLines),
    ...(denials.length > 0 ? [] : textsOf(outcome["kernelRefusals"]).map(
      (line) => `refused by the kernel: ${line}`,
    )),
    ...listOf(outcome["quarantined"]).map(({ path, movedTo, why }) =>
      `moved away: ${text(path)} is now ${text(movedTo)}: ${text(why)}`
    ),
  ];
}

function denialLines(denial: Recorded): string[] {
  const { subject, why, rule, said } = denial;
  const { pointer, add, remove, set } = objectOf(denial["change"]);
  const name = text(pointer).slice(1).replaceAll("/", ".");
  const change = pointer === undefined
    ? "none: no setting allows it"
    : add !== undefined
    ? `add "${text(add)}" to ${name}`
    : remove !== undefined
    ? `take "${text(remove)}" out of ${name}`
    : `set ${name} to ${text(set)}`;
  return [
    `refused by the kernel: ${text(subject)} ${text(why)} (${text(rule)})`,
    `  it said: ${text(said)}`,
    `  smallest change: ${change}`,
  ];
}

/** What the records do not say. */
function endLines(records: readonly Recorded[]): string[] {
  const events = new Set(records.map(({ event }) => event));
  if (events.has("started") && !events.has("finished")) {
    return ["no end is recorded: it still runs, or airg was killed"];
  }
  return [];
}

function subjectOf(action: Recorded): string {
  const { text: shell, argv } = objectOf(action["command"]);
  if (Array.isArray(argv)) return textsOf(argv).join(" ");
  if (typeof shell === "string") return shell;
  return `${text(action["kind"])} ${text(action["path"])}`;
}

function text(value: unknown): string {
  return typeof value === "string"
    ? value
    : typeof value === "number"
    ? String(value)
    : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function listOf(value: unknown): Recorded[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
