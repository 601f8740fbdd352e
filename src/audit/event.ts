// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the guard hands to the log, and what it gets back.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Decision } from "../policy/decision.ts";

declare const started: unique symbol;

/** Proof that a record is in the log; only `audit/log.ts` hands one out. */
export interface Started {
  readonly [started]: true;
  readonly seq: number;
}

/** One event, before it is numbered, chained and redacted. */
export interface AuditEvent {
  readonly event: "decision" | "started" | "finished";
  readonly action: Action;
  readonly decision: Decision;
  readonly outcome?: Outcome;
  /** The tool that was called, where the action alone does not say. */
  readonly tool?: "check_command";
}
