// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the subcommands of `airg approvals` share: the store, the policy's
 * settings and the log.
 *
 * @module
 */

import type {
  ApprovalRequest,
  ApprovalSettings,
  Asker,
  Operator,
} from "../../approval/request.ts";
import type { ApprovalRecord, Upkeep } from "../../audit/event.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import {
  type Dirs,
  ensureDirs,
  type Environment,
  findDirs,
} from "../../platform/dirs.ts";
import type { OperatorFacts } from "../../platform/operator.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";
import { resolveExisting } from "../../platform/real_path.ts";
import { openOperatorStore, type OperatorStore } from "./store.ts";
import type { Context } from "../command.ts";
import { EXIT_BLOCKED, EXIT_CONFIG, EXIT_INTERNAL } from "../exit.ts";
import { INSIDE_MESSAGE, isInsideRun } from "../inside.ts";
import { loadPolicy } from "../live_policy.ts";
import { openRecorder } from "../recorder.ts";
import { complain, notify } from "../terminal.ts";

/** What the policy and the log are for one asker. */
export interface AskerSite {
  readonly settings: ApprovalSettings;
  /** On the disk when it returns. */
  readonly record: (event: ApprovalRecord) => Promise<void>;
}

/** The operator's parts, put together. */
export interface ApprovalsSite<Store = OperatorStore> {
  readonly store: Store;
  readonly dirs: Dirs;
  readonly clock: Clock;
  readonly facts: () => OperatorFacts;
  /** By the policy that is in force for whoever asked. */
  readonly of: (asker: Asker) => Promise<AskerSite>;
}

/** Runs `act` with the parts, and closes them. */
export async function withSite(
  context: Context,
  act: (site: ApprovalsSite) => Promise<number>,
): Promise<number> {
  const tell = (notice: string) => notify(context.terminal, notice);
  const open = (dirs: Dirs, env: Environment) =>
    openOperatorStore(dirs, env, tell);
  return await withStore(context, open, act);
}

/** As {@linkcode withSite}, with another way to the store. */
export async function withStore<Store extends { readonly close: () => void }>(
  context: Context,
  open: (dirs: Dirs, env: Environment) => Promise<Store>,
  act: (site: ApprovalsSite<Store>) => Promise<number>,
): Promise<number> {
  try {
    const site = await openSite(context, open);
    if (!site.ok) return site.error;
    try {
      return await act(site.value);
    } finally {
      site.value.store.close();
    }
  } catch (error) {
    // The store says what to do about it.
    if (!(error instanceof Error && "cure" in error)) throw error;
    complain(context.terminal, error.message, String(error.cure));
    return EXIT_INTERNAL;
  }
}

/** Puts the parts together, or says why not. */
export async function openSite<Store>(
  { surroundings, terminal }: Context,
  open: (dirs: Dirs, env: Environment) => Promise<Store>,
): Promise<Result<ApprovalsSite<Store>, number>> {
  const { env, os } = surroundings;
  if (isInsideRun(env)) {
    complain(terminal, INSIDE_MESSAGE, "answer in a terminal of your own");
    return fail(EXIT_BLOCKED);
  }
  const dirs = findDirs(env, os);
  const made = dirs.ok ? ensureDirs(dirs.value) : dirs;
  if (!dirs.ok || !made.ok) {
    const { message, cure } = made.ok ? { message: "", cure: "" } : made.error;
    complain(terminal, message, cure);
    return fail(EXIT_CONFIG);
  }
  return ok({
    store: await open(dirs.value, env),
    dirs: dirs.value,
    clock: systemClock,
    facts: () => operatorFacts(env, isInsideRun(env)),
    of: askerSites(dirs.value, env),
  });
}

/**
 * Puts into the log what is done to the store as a whole; before it is done.
 *
 * @param of {@linkcode ApprovalsSite.of}, or {@linkcode askerSites} where no store is opened.
 */
export async function recordUpkeep(
  of: ApprovalsSite["of"],
  what: Upkeep,
  who: Operator,
  why?: string,
): Promise<void> {
  const asker = { agent: "default", session: "", workspace: "/" };
  const { record } = await of(asker);
  await record({
    event: "approval",
    ...{ what, asker, request: "", who },
    ...(why !== undefined && { why }),
  });
}

/** The policy's settings and the log, by asker. */
export function askerSites(
  dirs: Dirs,
  env: Context["surroundings"]["env"],
): ApprovalsSite["of"] {
  const made = new Map<string, Promise<AskerSite>>();
  return ({ agent, workspace }) => {
    const key = JSON.stringify([agent, workspace]);
    const site = made.get(key) ?? askerSite(dirs, env, { agent, workspace });
    made.set(key, site);
    // What failed may be mended meanwhile.
    site.catch(() => made.delete(key));
    return site;
  };
}

async function askerSite(
  dirs: Dirs,
  env: Context["surroundings"]["env"],
  who: { readonly agent: string; readonly workspace: string },
): Promise<AskerSite> {
  const home = env["HOME"] || "/nonexistent";
  const policy = await loadPolicy(dirs.policy, {
    mayBeMissing: !env["AIRG_POLICY_PATH"],
    home: resolveExisting(home) ?? home,
    ...who,
  });
  if (!policy.ok) throw new Error(policy.error.message);
  const recorder = await openRecorder(dirs, policy.value);
  if (!recorder.ok) throw new Error(recorder.error.message);
  return {
    settings: policy.value.current().settings.approvals,
    record: recorder.value.recordApproval,
  };
}

/** On record before the answer: what was seen. */
export async function noteShown(
  { clock, of, store }: Pick<ApprovalsSite, "clock" | "of"> & {
    readonly store: Pick<OperatorStore, "shown">;
  },
  request: ApprovalRequest,
  who: Operator,
): Promise<void> {
  const { record } = await of(request.asker);
  await record(recordOf("shown", request, who));
  store.shown(request.id, who, clock());
}

/** What goes into the log about a request. */
export function recordOf(
  what: ApprovalRecord["what"],
  request: ApprovalRequest,
  who: Operator,
  more: Pick<ApprovalRecord, "grant" | "why"> = {},
): ApprovalRecord {
  return {
    event: "approval",
    what,
    asker: request.asker,
    request: request.id,
    digest: request.digest,
    rules: request.reasons.map(({ rule }) => rule),
    who,
    ...more,
  };
}
