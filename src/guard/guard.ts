// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The one path an action takes: read, decide, permit, contain, record, act,
 * record.
 *
 * In access-control terms this is the enforcement point; `src/policy/` is the
 * decision point. Each step hands the next one a value it cannot make itself.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Decision } from "../policy/decision.ts";
import type { Effects, RunOptions, Started } from "./effects.ts";
import { needsNetwork } from "../approval/fit.ts";
import { isForAPerson } from "./approvals.ts";
import type { Answered, approve } from "./approve.ts";
import {
  type BackupBefore,
  type SavedAt,
  type SavedBefore,
  stoppedBy,
} from "./backups.ts";
import { withCounts } from "./count.ts";
import { type Permit, permit } from "./permit.ts";
import type { Profile } from "../../sandbox/profile.ts";

/** What the caller is told: the decision, and the outcome if it was allowed. */
export type Answer =
  | { readonly allowed: false; readonly decision: Decision }
  | {
    readonly allowed: true;
    readonly decision: Decision;
    readonly outcome: Outcome;
    /** What was saved before it, if something was. */
    readonly backup?: SavedBefore;
  };

/**
 * Carries one action through the whole path.
 *
 * Writes its intent before it acts, so a crash leaves a trace, never a gap.
 *
 * @throws What `record` throws: an action that cannot be recorded does not run.
 */
export async function handle(
  action: Action,
  effects: Effects,
  options: RunOptions = { streams: "capture" },
): Promise<Answer> {
  const { signal } = options;
  const { facts, decision: first } = await settle(action, effects, signal);
  // What nobody waits for any more uses up no grant.
  const settled = isForAPerson(first) && effects.approvals !== undefined &&
      signal?.aborted !== true
    ? await answered(facts, first, { ...effects, approvals: effects.approvals })
    : { decision: await blockedToo(action, first, effects) };
  const { decision, keeping } = settled;
  using _kept = keeping;
  const approved = keeping && { approved: keeping.approved };
  const done = action.kind === "exec"
    ? await permitted(
      action,
      facts,
      settled,
      effects,
      options,
      (leave, profile, proof) =>
        effects.run(leave, profile, proof, { ...options, ...approved }),
    )
    : action.kind === "backups"
    ? await permitted(
      action,
      facts,
      settled,
      effects,
      options,
      effects.look ?? noBackups,
    )
    : action.kind === "restore"
    ? await permitted(
      action,
      facts,
      settled,
      effects,
      options,
      effects.restore ?? noBackups,
    )
    : await permitted(
      action,
      facts,
      settled,
      effects,
      options,
      (leave, profile, proof, expect) =>
        effects.file(leave, profile, proof, facts, {
          ...(expect && { expect }),
          ...(signal && { signal }),
        }),
    );
  if (done === undefined) return { allowed: false, decision };
  const { backup, outcome } = done;
  await effects.record({
    event: "finished",
    action,
    decision,
    outcome,
    ...(backup && { backup }),
  });
  return { allowed: true, decision, outcome, ...(backup && { backup }) };
}

/** What is blocked has nothing granted for it any more. */
async function blockedToo(
  action: Action,
  decision: Decision,
  { approvals }: Effects,
): Promise<Decision> {
  if (!isBlocked(decision) || approvals?.isThere() !== true) return decision;
  const { forbidden } = await import("./forbidden.ts");
  return await forbidden(action, decision, approvals);
}

/** By the policy; not because something else could not be done. */
function isBlocked({ mode, reasons, verdict }: Decision): boolean {
  return verdict === "block" && mode === "enforce" &&
    reasons.every(({ code }) => code !== "policy.cannot_count");
}

/** What asking a person takes is loaded where one is asked. */
async function answered(
  ...asking: Parameters<typeof approve>
): Promise<Answered> {
  const { approve } = await import("./approve.ts");
  return await approve(...asking);
}

function noBackups(): Promise<Outcome> {
  return Promise.resolve({
    kind: "restore-failed",
    why: "failed",
    message: "There are no backups here",
  });
}

/** Decides, and decides anew after each wait for a budget. */
async function settle(
  action: Action,
  effects: Effects,
  signal: AbortSignal | undefined,
): Promise<{ readonly facts: Facts; readonly decision: Decision }> {
  let waited = { turns: 0, ms: 0 };
  while (true) {
    const { facts, decision: first } = await decide(action, effects);
    const counted = await withCounts(action, first, effects, waited);
    const { decision, waitMs } = counted;
    if (waitMs === undefined) return { facts, decision };
    await effects.sleep(waitMs, signal);
    // Nobody waits for the answer any more: it is refused, not run.
    if (signal?.aborted === true) return { facts, decision };
    waited = { turns: waited.turns + 1, ms: waited.ms + waitMs };
  }
}

async function decide(
  action: Action,
  effects: Effects,
): Promise<{ readonly facts: Facts; readonly decision: Decision }> {
  const before = effects.monotonic();
  const facts = effects.read(action);
  const conclusion = await effects.decide(facts);
  const elapsedUs = Math.round((effects.monotonic() - before) * 1000);
  return { facts, decision: { id: effects.newId(), ...conclusion, elapsedUs } };
}

const ENDING = {
  kind: "stopped",
  message: "Nothing was done: airg was told to end before it began",
  remedy: "ask again",
} as const;

/** What was done, and what was saved before. */
interface Done {
  readonly outcome: Outcome;
  readonly backup?: SavedBefore;
}

async function permitted<Kind extends Action>(
  action: Kind,
  facts: Facts,
  settled: Answered,
  effects: Effects,
  options: RunOptions,
  perform: (
    leave: Permit<Kind>,
    profile: Profile,
    proof: Started,
    expect?: SavedAt,
  ) => Promise<Outcome>,
): Promise<Done | undefined> {
  const { approved, decision } = settled;
  const profile = mayRun(decision) || approved !== undefined
    ? noted(effects.contain(facts, decision), settled)
    : undefined;
  const leave = permit(action, decision, effects.clock, profile, approved);
  if (leave.ok && profile !== undefined) {
    const proof = await effects.record({ event: "started", action, decision });
    // What a copy of the workspace holds is lost to nobody.
    const backup = profile.ephemeral === undefined
      ? await effects.backup?.(facts, decision, profile, options.signal)
      : undefined;
    if (backup?.kind === "stopped") {
      return { outcome: stoppedBy(action, backup) };
    }
    if (backup?.kind === "pointless") return { outcome: backup.outcome };
    return await finished(backup, options, async () => {
      // Told to end meanwhile: what nobody wants any more is not begun.
      if (options.ending?.aborted) return stoppedBy(action, ENDING);
      options.onTurn?.(true);
      const expect = backup?.expect;
      const outcome = await perform(leave.value, profile, proof, expect);
      await noteChange(facts, outcome, approved, effects);
      return outcome;
    });
  }
  await effects.record({ event: "decision", action, decision });
  return undefined;
}

/** Acts, and notes what that left, also where it failed. */
async function finished(
  backup: BackupBefore & { readonly kind: "saved" } | undefined,
  { ending, onTurn }: RunOptions,
  act: () => Promise<Outcome>,
): Promise<Done> {
  let outcome: Outcome;
  try {
    outcome = await act();
  } catch (error) {
    onTurn?.(false);
    await backup?.finish(ending);
    throw error;
  }
  onTurn?.(false);
  const saved = await backup?.finish(ending);
  return { outcome, ...(saved && { backup: saved }) };
}

/** A grant for what changed before it could start is spoiled. */
async function noteChange(
  facts: Facts,
  outcome: Outcome,
  approved: Answered["approved"],
  { approvals }: Effects,
): Promise<void> {
  if (outcome.kind !== "not-started" || outcome.why !== "changed") return;
  if (approved === undefined || approvals === undefined) return;
  const { spoiled } = await import("./approve.ts");
  await spoiled(facts, approved, outcome.message, approvals);
}

/** A network that a person opened is said in the result. */
function noted(profile: Profile, { approved, decision }: Answered): Profile {
  if (approved === undefined || !needsNetwork(decision.reasons)) return profile;
  return { ...profile, notes: [...profile.notes ?? [], OPENED] };
}

const OPENED =
  "This one action had the machine's whole network, because a person approved it";

/** Whether it is worth making a profile; `permit` decides. */
function mayRun({ verdict, mode }: Decision): boolean {
  return verdict === "allow" || verdict === "sandbox" || mode === "shadow";
}
