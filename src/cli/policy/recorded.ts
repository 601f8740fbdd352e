// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Actions of an audit log, to decide on them anew.
 *
 * A log is read as untrusted text: whoever wrote it may not have been airg.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Action, FileAction } from "../../action/action.ts";
import type { LookupAnswer } from "../../action/facts.ts";
import { type Verdict, VERDICTS } from "../../policy/decision.ts";
import type { Line } from "../lines.ts";

/** One action as it was decided then. */
export interface Recorded {
  /** As in the record; the line's number where it has none. */
  readonly seq: number;
  readonly time: string;
  readonly action: Action;
  /** What was decided then. */
  readonly verdict: Verdict;
  readonly mode: "enforce" | "shadow";
  readonly reasons: readonly {
    readonly rule: string;
    readonly message: string;
  }[];
  /** What the disk answered then; absent where the record does not say. */
  readonly lookups?: readonly LookupAnswer[];
  /** A secret was taken out; a plain word stands in for it. */
  readonly redacted: boolean;
}

/** What a log holds. */
export interface RecordedLog {
  readonly records: readonly Recorded[];
  /** Lines that are records of something else: an end, an event of airg's own. */
  readonly other: number;
  /** Records whose command was too long to be kept. */
  readonly cut: number;
  /** Lines that are no record, from 1. */
  readonly bad: readonly number[];
}

const Origin = {
  agent_id: z._default(z.string(), "default"),
  session_id: z._default(z.string(), "replay"),
  source: z._default(
    z.enum(["ai-agent", "mcp-server", "human-operator", "airg-hook"]),
    "ai-agent",
  ),
  workspace: z.string(),
};

const Asked = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("exec"),
    cwd: z.string(),
    command: z.discriminatedUnion("form", [
      z.object({ form: z.literal("shell"), text: z.string() }),
      z.object({ form: z.literal("argv"), argv: z.array(z.string()) }),
    ]),
  }),
  z.object({
    kind: z.enum(["read", "write", "edit", "delete", "list", "search"]),
    path: z.string(),
    pattern: z.optional(z.string()),
  }),
]);

const Lookups = z.array(
  z.object({ path: z.string(), resolved: z.nullable(z.string()) }),
);

const RecordLine = z.object({
  seq: z.optional(z.number()),
  time: z._default(z.string(), ""),
  event: z.string(),
  ...Origin,
  action: Asked,
  decision: z.object({
    verdict: z.enum(VERDICTS),
    mode: z._default(z.enum(["enforce", "shadow"]), "enforce"),
    reasons: z._default(
      z.array(z.object({
        rule: z._default(z.string(), ""),
        message: z._default(z.string(), ""),
      })),
      [],
    ),
  }),
  lookups: z.optional(Lookups),
});

/** Reads the actions of a log; what ended is in it twice and taken once. */
export async function readRecorded(
  lines: AsyncIterable<Line>,
): Promise<RecordedLog> {
  const records: Recorded[] = [];
  const bad: number[] = [];
  let [other, cut, number] = [0, 0, 0];
  for await (const line of lines) {
    number++;
    if (line.ok && line.text.trim() === "") continue;
    const event = line.ok ? eventIn(line.text) : undefined;
    if (event === undefined) bad.push(number);
    else if (!DECIDED.has(event.event) || isOfBackups(event)) other++;
    else {
      const record = RecordLine.safeParse(event);
      if (!record.success) bad.push(number);
      else if (CUT_REGEXP.test(JSON.stringify(record.data.action))) cut++;
      else records.push(recordOf(record.data, number));
    }
  }
  return { records, other, cut, bad };
}

/** What is judged by a plan of the moment, or looks at backups: not read again. */
function isOfBackups(event: object): boolean {
  if (!("action" in event)) return false;
  const { action } = event;
  return typeof action === "object" && action !== null && "kind" in action &&
    (action.kind === "restore" || action.kind === "backups");
}

/** Events that stand for a decision, one for each action. */
const DECIDED: ReadonlySet<unknown> = new Set(["decision", "started"]);

/** What `audit/cut.ts` leaves of a long text or list. */
const CUT_REGEXP = /\[cut: [0-9]+ (?:characters|entries)/;

/** What `audit/redact.ts` leaves of a secret; to a shell it is a redirection. */
const REDACTED = "<redacted>";

function recordOf(
  record: z.output<typeof RecordLine>,
  number: number,
): Recorded {
  const { action, decision, lookups } = record;
  return {
    seq: record.seq ?? number,
    time: record.time,
    action: actionOf(record),
    verdict: decision.verdict,
    mode: decision.mode,
    reasons: decision.reasons,
    ...(lookups !== undefined && { lookups }),
    redacted: JSON.stringify(action).includes(REDACTED),
  };
}

function actionOf(record: z.output<typeof RecordLine>): Action {
  const { action } = record;
  const origin = {
    agent: record.agent_id,
    session: record.session_id,
    source: record.source,
    workspace: record.workspace,
  };
  if (action.kind !== "exec") {
    const path = plain(action.path);
    return fileAction(action, { origin, path });
  }
  const { command, cwd } = action;
  return {
    kind: "exec",
    origin,
    cwd,
    command: command.form === "shell"
      ? { form: "shell", text: plain(command.text) }
      : { form: "argv", argv: command.argv.map(plain) },
  };
}

/** What of a file tool is judged; the rest is not in the log. */
function fileAction(
  { kind, pattern }: {
    readonly kind: FileAction["kind"];
    readonly pattern?: string | undefined;
  },
  asked: Pick<FileAction, "origin" | "path">,
): FileAction {
  switch (kind) {
    case "write":
      return { ...asked, kind, content: "" };
    case "edit":
      return { ...asked, kind, edits: [] };
    case "search":
      return { ...asked, kind, ...(pattern !== undefined && { pattern }) };
    default:
      return { ...asked, kind };
  }
}

function plain(text: string): string {
  return text.replaceAll(REDACTED, "REDACTED");
}

function eventIn(
  text: string,
): { readonly event: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "event" in value
      ? value
      : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
