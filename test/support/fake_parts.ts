// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Parts of airg that decide and run nothing, for tests of front ends.
 *
 * @module
 */

import type { Facts } from "../../src/action/facts.ts";
import type { Outcome } from "../../src/action/outcome.ts";
import type { Backups } from "../../src/cli/backups_here.ts";
import type { Assembled } from "../../src/cli/assembled.ts";
import type { Effects, Started } from "../../src/guard/effects.ts";
import type { Conclusion, Verdict } from "../../src/policy/decision.ts";
import type { Approvals } from "../../src/guard/approvals.ts";
import { fakeApprovals } from "./fake_approvals.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";

/** A command that ended well and said nothing. */
export const EXITED: Outcome & { readonly kind: "exited" } = {
  kind: "exited",
  code: 0,
  stdout: "",
  stderr: "",
  truncated: { stdout: false, stderr: false },
  durationMs: 5,
  containment: {
    rung: "full",
    network: "none",
    landlockAbi: 6,
    seccompInstructions: 100,
    skipped: [],
    degraded: [],
  },
  kernelRefusals: [],
  quarantined: [],
};

/** What a test replaces. */
export interface FakeOptions {
  readonly workspace: string;
  readonly verdict?: Verdict;
  readonly conclusion?: Partial<Conclusion>;
  readonly run?: Effects["run"];
  readonly file?: Effects["file"];
  readonly record?: Effects["record"];
  readonly notices?: readonly string[];
  readonly broken?: string;
  /** What every action would do. */
  readonly facts?: Partial<Facts>;
  readonly approvals?: Approvals;
  readonly backup?: Effects["backup"];
  readonly backups?: Backups;
}

function none(): never {
  throw new TypeError("Cannot use backups: the test has none");
}

const NO_BACKUPS: Backups = {
  settings: () => ({ blockAgentTools: false, requireDryRun: true, ttlMs: 1 }),
  enabled: () => false,
  unread: () => false,
  list: none,
  plan: none,
  action: none,
  token: none,
  redeem: none,
  save: none,
  restore: none,
  open: none,
  end: () => Promise.resolve(),
};

/** Parts whose every answer is given by `options`, and what was recorded. */
export function fakeParts(
  options: FakeOptions,
): { readonly parts: Assembled; readonly log: string[] } {
  const log: string[] = [];
  const conclusion: Conclusion = {
    verdict: options.verdict ?? "allow",
    reasons: [{
      code: "test.reason",
      rule: "test/rule",
      message: "Because of the test",
      remedy: "Something else",
      severity: "low",
    }],
    mode: "enforce",
    policy: { hash: "sha256:0", agent: "tester" },
    containment: { profile: "workspace", network: "deny", ephemeral: false },
    ...options.conclusion,
  };
  const effects: Effects = {
    clock: () => 1_000,
    monotonic: () => performance.now(),
    newId: () => "id-1",
    read: (action) => ({
      action,
      programs: [],
      paths: [],
      hosts: [],
      environment: [],
      variables: [],
      unknowns: [],
      lookups: [],
      ...options.facts,
    }),
    decide: () => conclusion,
    consume: () => Promise.resolve({ ok: true }),
    attempt: () => Promise.resolve(1),
    sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
    approvals: options.approvals ?? fakeApprovals(),
    contain: () => ({ workspace: realPath("/") } as Profile),
    record: options.record ?? ((event) => {
      log.push(event.event);
      return Promise.resolve({ seq: log.length } as Started);
    }),
    run: options.run ?? (() => Promise.resolve(EXITED)),
    ...(options.backup && { backup: options.backup }),
    file: options.file ??
      (() => Promise.resolve({ kind: "read", text: "", bytes: 0 })),
  };
  const parts: Assembled = {
    backups: options.backups ?? NO_BACKUPS,
    effects,
    origin: {
      agent: "tester",
      session: "session-1",
      source: "ai-agent",
      workspace: options.workspace,
    },
    policy: () => ({
      path: "built-in",
      hash: "sha256:0",
      notEnforced: [{ pointer: "/throttle", message: "Not counted yet" }],
      warnings: [],
      ...(options.broken !== undefined && { broken: options.broken }),
    }),
    recordChanges: (event) => {
      log.push(`${event.event} ${event.phase}`);
      return Promise.resolve({ seq: log.length } as Started);
    },
    note: (event) => {
      log.push(event);
      return Promise.resolve();
    },
    logPath: "/nowhere/activity.log",
    notices: options.notices ?? [],
    maxTimeoutSeconds: () => 30,
  };
  return { parts, log };
}
