// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Proof that an action may run.
 *
 * Running and file effects take a {@linkcode Permit}, and only this file can
 * make one, so code that acts without a decision does not type-check.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Decision, Verdict } from "../policy/decision.ts";
import type { Profile } from "../../sandbox/profile.ts";
import type { Approved } from "./approve.ts";
import { wantsCopy } from "./ephemeral.ts";

declare const permitted: unique symbol;

/** An action with leave to run, until `expiresAt`. */
export interface Permit<Action> {
  readonly [permitted]: true;
  readonly action: Action;
  readonly decision: Decision;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Milliseconds between a decision and the latest moment it may be used. */
export const PERMIT_TTL_MS = 5_000;

/**
 * Turns a decision into leave to run, or into the verdict that stands in the way.
 *
 * What is to leave nothing behind gets leave only with a profile that holds its
 * changes: without one "sandbox" stands in the way like "escalate", and never
 * runs as "allow".
 *
 * @param approved Proof that a person's grant was used up for this decision.
 */
export function permit<Action>(
  action: Action,
  decision: Decision,
  clock: Clock,
  profile?: Pick<Profile, "ephemeral" | "network">,
  approved?: Approved,
): Result<Permit<Action>, Exclude<Verdict, "allow">> {
  const { verdict, mode } = decision;
  const isApproved = verdict === "escalate" &&
    approved?.decision === decision.id;
  if (
    mode === "enforce" && verdict !== "allow" && verdict !== "sandbox" &&
    !isApproved
  ) return fail(verdict);
  if (wantsCopy(decision) && !isHeld(decision, profile)) return fail("sandbox");
  const expiresAt = clock() + PERMIT_TTL_MS;
  return ok({ action, decision, expiresAt } as Permit<Action>);
}

function isHeld(
  { verdict }: Decision,
  profile: Pick<Profile, "ephemeral" | "network"> | undefined,
): boolean {
  return profile?.ephemeral !== undefined &&
    (verdict !== "sandbox" || profile.network === "none");
}
