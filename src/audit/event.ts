// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the guard hands to the log, and what it gets back.
 *
 * @module
 */

import type { ApprovalEvent, Asker } from "../approval/request.ts";
import type { Action, Origin } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Decision } from "../policy/decision.ts";

declare const started: unique symbol;

/** Proof that a record is in the log; only `audit/log.ts` hands one out. */
export interface Started {
  readonly [started]: true;
  readonly seq: number;
}

/** What an operator did to changes that were held. */
export interface ChangesEvent {
  readonly event: "changes";
  readonly origin: Origin;
  readonly act: "apply" | "discard";
  /** `started` is on the disk before anything is touched. */
  readonly phase: "started" | "finished";
  /** Names the held changes; also the id of the decision they come from. */
  readonly id: string;
  /** The first of the paths; `count` is of all. */
  readonly paths: readonly string[];
  readonly count: number;
  /** How many of them ended how. */
  readonly results?: Readonly<Record<string, number>>;
}

/** What its owner did to the store of approvals as a whole. */
export type Upkeep =
  | "repaired"
  | "key-rotated"
  | "history-imported"
  | "passphrase-set"
  | "passphrase-removed";

/** What happened to a request for a person's approval. */
export interface ApprovalRecord {
  readonly event: "approval";
  readonly what: ApprovalEvent["what"] | Upkeep;
  readonly asker: Asker;
  /** Ids of the request (none: it is about all), and of the grant. */
  readonly request: string;
  readonly grant?: string;
  /** Of the subject that was asked about. */
  readonly digest?: string;
  /** Rules that objected. */
  readonly rules?: readonly string[];
  readonly why?: string;
  /** Who answered, and how. */
  readonly who?: ApprovalEvent["who"];
}

/** What was saved, taken away or put back. */
export interface BackupRecord {
  readonly event: "backup";
  readonly origin: Origin;
  readonly what: "saved";
  /** Id of the event, or name of what was pruned. */
  readonly id: string;
  /** Id of the decision, where an action is behind it. */
  readonly decision?: string;
  /** The first of the paths; `count` is of all. */
  readonly paths?: readonly string[];
  readonly count?: number;
  readonly bytes?: number;
  readonly unsaved?: readonly { readonly path: string; readonly why: string }[];
  /** Of what was put back or pruned. */
  readonly why?: string;
}

/** One event, before it is numbered, chained and redacted. */
export interface AuditEvent {
  readonly event: "decision" | "started" | "finished";
  readonly action: Action;
  readonly decision: Decision;
  readonly outcome?: Outcome;
  /** What was saved before. */
  readonly backup?: { readonly id: string; readonly count: number };
  /** The tool that was called, where the action alone does not say. */
  readonly tool?: "check_command";
}
