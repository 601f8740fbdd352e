// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the subcommands of `airg backup` share: the store, who may use it, and
 * which backup is meant.
 *
 * @module
 */

import { printable } from "../../base/printable.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { readWhen } from "../../base/when.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import type { OpenStore } from "../../backup/open_store.ts";
import type {
  BackupFilter,
  BackupSettings,
  Pruned,
  StoredEvent,
} from "../../backup/store.ts";
import { ensureDirs, findDirs } from "../../platform/dirs.ts";
import { resolveExisting } from "../../platform/real_path.ts";
import type { Note } from "../assembled.ts";
import { refuseAgents } from "../changes/site.ts";
import { type Context, UsageError } from "../command.ts";
import { endingOf } from "../ended_restores.ts";
import {
  EXIT_BLOCKED,
  EXIT_CONFIG,
  EXIT_INTERNAL,
  EXIT_USAGE,
} from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { INSIDE_MESSAGE, isInsideRun } from "../inside.ts";
import { loadPolicy } from "../live_policy.ts";
import { openRecorder } from "../recorder.ts";
import { complain, notify } from "../terminal.ts";
import { withBackups } from "./folder.ts";

/** The parts, put together. */
export interface BackupSite {
  readonly store: OpenStore;
  /** Appends to the log; of who only looks to none. */
  readonly note: Note;
  readonly settings: BackupSettings;
  readonly clock: Clock;
}

/**
 * Runs `act` with the parts.
 *
 * @param act Its name, where it changes something: then no agent may do it.
 */
export async function withBackupSite(
  context: Context,
  act: string | undefined,
  use: (site: BackupSite) => Promise<number>,
): Promise<number> {
  const { surroundings: { env }, terminal } = context;
  if (isInsideRun(env)) {
    complain(terminal, INSIDE_MESSAGE, "run it in a terminal of your own");
    return EXIT_BLOCKED;
  }
  const refused = act === undefined ? undefined : refuseAgents(context, act);
  if (refused !== undefined) return refused;
  try {
    const site = await openSite(context, act !== undefined);
    return site.ok ? await use(site.value) : site.error;
  } catch (error) {
    // The store says what to do about it.
    if (!(error instanceof Error && "cure" in error)) throw error;
    complain(terminal, error.message, String(error.cure));
    return EXIT_INTERNAL;
  }
}

async function openSite(
  { surroundings: { env, os, cwd }, terminal }: Context,
  acts: boolean,
): Promise<Result<BackupSite, number>> {
  const found = findDirs(env, os);
  const made = found.ok ? ensureDirs(found.value) : found;
  if (!found.ok || !made.ok) {
    const problem = made.ok ? undefined : made.error;
    complain(terminal, problem?.message ?? "", problem?.cure);
    return fail(EXIT_CONFIG);
  }
  const home = env["HOME"] || "/nonexistent";
  const agent = env["AIRG_AGENT_ID"] || "default";
  const workspace = resolveExisting(env["AIRG_WORKSPACE"] || cwd) ?? cwd;
  const policy = await loadPolicy(found.value.policy, {
    mayBeMissing: !env["AIRG_POLICY_PATH"],
    home: resolveExisting(home) ?? home,
    agent,
    workspace,
  });
  if (!policy.ok) {
    complain(terminal, policy.error.message, policy.error.hint);
    return fail(EXIT_CONFIG);
  }
  const { settings } = policy.value.current();
  const dirs = withBackups(found.value, env, settings);
  // Who only looks makes no log.
  const recorder = acts ? await openRecorder(dirs, policy.value) : undefined;
  if (recorder?.ok === false) {
    complain(terminal, recorder.error.message, recorder.error.hint);
    return fail(recorder.error.status);
  }
  const note: Note = recorder?.value.note({
    source: "human-operator",
    agent,
    session: `${agent} ${workspace}`,
    workspace,
  }) ?? (() => Promise.resolve());
  // Hashing loads node:crypto, which only these commands need.
  const { openBackups } = await import("../../backup/open_store.ts");
  const secret = env["AIRG_APPROVAL_HMAC_SECRET"];
  const store = openBackups({
    root: resolveExisting(dirs.backups) ?? dirs.backups,
    keys: dirs.approvalsKey,
    ...(secret && { secret }),
    settings: () => settings.backups,
    onPruned: (pruned) => recordPruned(note, pruned),
  });
  const endOthers = endingOf(async (sentence) => {
    notify(terminal, sentence);
    await note("restore_ended", { what: sentence });
  });
  await endOthers(store);
  return ok({ store, note, settings: settings.backups, clock: systemClock });
}

/** Writes down what pruning took, item by item. */
export async function recordPruned(
  note: Note,
  pruned: readonly Pruned[],
): Promise<void> {
  for (const item of pruned) await note("backup_pruned", { ...item });
}

/** The backup that `word` names, or an exit status. */
export async function backupFrom(
  { store }: BackupSite,
  { terminal }: Context,
  word: string | undefined,
): Promise<Result<StoredEvent, number>> {
  if (word === undefined) throw new UsageError("expected an ID");
  const found = await store.find(word);
  if (found.ok) return found;
  complain(terminal, found.error, "run `airg backup list`");
  return fail(EXIT_USAGE);
}

/** A path as a person names it, absolute. */
export function pathFrom(path: string, cwd: string): string {
  const whole = path.startsWith("/") ? path : `${cwd}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const plain = `/${parts.join("/")}`;
  // The parent without its links; the path itself may be a saved link.
  const cut = plain.lastIndexOf("/");
  const parent = plain.slice(0, cut) || "/";
  const real = resolveExisting(parent) ?? parent;
  return `${real === "/" ? "" : real}${plain.slice(cut)}`;
}

/** What the options say of which backups are meant. */
export function filterFrom(
  { values }: Invocation,
  { surroundings: { cwd } }: Context,
  now: number,
): BackupFilter {
  const moment = (name: string) => {
    const text = values.get(name);
    if (text === undefined) return undefined;
    const at = readWhen(text, now);
    if (!at.ok) throw new UsageError(`--${name}: ${at.error}`);
    return at.value;
  };
  const [path, since, until] = [
    values.get("path"),
    moment("since"),
    moment("before"),
  ];
  return {
    limit: countFrom(values.get("number"), "number") ?? 50,
    ...(path !== undefined && { path: pathFrom(path, cwd) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** A whole number from 1 on. */
export function countFrom(
  text: string | undefined,
  name: string,
): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} needs a whole number from 1 on`);
}

/** The moment of an event as a person reads it. */
export function timeOf(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${day.map(two).join("-")} ${time.map(two).join(":")}`;
}

/** A path with bytes that are no UTF-8, in a form that no terminal obeys. */
export function shownPath(path: string): string {
  return printable(
    path.replace(
      /(?<![\ud800-\udbff])[\udc80-\udcff]/g,
      (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`,
    ),
  );
}
