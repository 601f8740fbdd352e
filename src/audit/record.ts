// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * An event as the fields of one log line (DESIGN.md section 5); Runtime Guard's
 * names stay where the meaning is the same.
 *
 * What a file held and what a command printed is not kept: its size and hash are.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256HexOf } from "../base/digest.ts";
import { unreachable } from "../base/result.ts";
import type {
  ApprovalRecord,
  AuditEvent,
  BackupRecord,
  ChangesEvent,
} from "./event.ts";

/** A JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The fields of one event; number, time and chain come with the append. */
export type Fields = { readonly [key: string]: Json };

/** Targets of a restore that one line names. */
const MOST_TARGETS = 100;

const TOOL = {
  exec: "execute_command",
  read: "read_file",
  write: "write_file",
  edit: "edit_file",
  delete: "delete_file",
  list: "list_directory",
  restore: "restore_backup",
  search: "search_files",
} as const;

/** Turns what an operator did to held changes into fields. */
export function changesFields({ origin, ...event }: ChangesEvent): Fields {
  return plain({
    // The first key of a log of ours, see isForeignLog().
    action: { kind: event.event },
    event: event.event,
    source: origin.source,
    agent_id: origin.agent,
    session_id: origin.session,
    workspace: origin.workspace,
    changes: { ...event, event: undefined },
  }) as Fields;
}

/** Turns what became of a backup into fields. */
export function backupFields({ origin, ...event }: BackupRecord): Fields {
  return plain({
    // The first key of a log of ours, see isForeignLog().
    action: { kind: event.event },
    event: event.event,
    source: origin.source,
    agent_id: origin.agent,
    session_id: origin.session,
    workspace: origin.workspace,
    backup: { ...event, event: undefined },
  }) as Fields;
}

/** Turns what happened to a request for approval into fields. */
export function approvalFields(
  { asker, who, ...event }: ApprovalRecord,
): Fields {
  // What a client vouches for comes from the agent's side all the same.
  const isAgents = who?.how === "elicitation" ||
    ["asked", "consumed", "voided"].includes(event.what);
  return plain({
    // The first key of a log of ours, see isForeignLog().
    action: { kind: event.event },
    event: event.event,
    source: isAgents ? "ai-agent" : "human-operator",
    agent_id: asker.agent,
    session_id: asker.session,
    client: asker.client,
    workspace: asker.workspace,
    approval: { ...event, event: undefined, who },
  }) as Fields;
}

/** A dry run is a call of the tool that puts back. */
function toolOf(action: Action): string {
  return action.kind === "backups" && action.look === "list"
    ? "list_backups"
    : TOOL[action.kind === "backups" ? "restore" : action.kind];
}

/** Turns an event into fields. */
export async function fieldsOf(
  { event, action, backup, decision, outcome, tool }: AuditEvent,
): Promise<Fields> {
  const { origin } = action;
  const allowed = decision.verdict === "allow" || decision.mode === "shadow" ||
    // Refused, these are a "decision"; else it runs in a copy, or is approved.
    ["sandbox", "escalate"].includes(decision.verdict) && event !== "decision";
  return plain({
    event,
    source: origin.source,
    agent_id: origin.agent,
    session_id: origin.session,
    client: origin.client,
    workspace: origin.workspace,
    tool: tool ?? toolOf(action),
    policy_decision: allowed ? "allowed" : "blocked",
    decision,
    action: await actionFields(action),
    outcome: outcome && await outcomeFields(outcome),
    backup: backup && { id: backup.id, count: backup.count },
  }) as Fields;
}

async function actionFields(action: Action): Promise<unknown> {
  switch (action.kind) {
    case "exec":
      return {
        kind: action.kind,
        command: action.command,
        cwd: action.cwd,
        timeoutMs: action.timeoutMs,
        retry_count: action.clientRetries,
      };
    case "write":
      return {
        kind: action.kind,
        path: action.path,
        characters: action.content.length,
        sha256: await sha256HexOf(action.content),
      };
    case "edit": {
      const { edits, kind, path } = action;
      return {
        kind,
        path,
        edits: edits.length,
        sha256: await sha256HexOf(canonicalJson(edits)),
      };
    }
    case "read":
    case "delete":
    case "list":
    case "search":
    case "backups": {
      const { origin: _, ...asked } = action;
      return asked;
    }
    case "restore":
      return {
        kind: action.kind,
        selection: action.selection,
        digest: action.digest,
        force: action.force,
        targets: action.targets.slice(0, MOST_TARGETS),
        count: action.targets.length,
      };
    default:
      return unreachable(action);
  }
}

async function outcomeFields(outcome: Outcome): Promise<unknown> {
  switch (outcome.kind) {
    case "exited": {
      const { stdout, stderr, ...rest } = outcome;
      return {
        ...rest,
        stdoutCharacters: stdout.length,
        stderrCharacters: stderr.length,
      };
    }
    case "read":
      return {
        kind: outcome.kind,
        bytes: outcome.bytes,
        encoding: outcome.encoding,
        cut: outcome.cut,
        sha256: outcome.sha256 ?? await sha256HexOf(outcome.text),
      };
    case "read-bytes": {
      const { base64, ...rest } = outcome;
      return {
        ...rest,
        sha256: base64 === undefined ? undefined : await sha256HexOf(base64),
      };
    }
    case "edited": {
      const { diff, ...rest } = outcome;
      return { ...rest, diffCharacters: diff.length };
    }
    case "listed":
      return { kind: outcome.kind, entries: outcome.entries.length };
    case "found": {
      const { matches, ...rest } = outcome;
      return { ...rest, matches: matches.length };
    }
    default:
      return outcome;
  }
}

/** Leaves out what is undefined. */
function plain(value: unknown): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((entry) => plain(entry) ?? null);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, entry]) => {
        const kept = plain(entry);
        return kept === undefined ? [] : [[key, kept]];
      }),
    );
  }
  return value as Json | undefined;
}
