// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Carries out a plan: all of it or nothing, also where airg is killed.
 *
 * What is replaced is a backup before anything is touched, so each step can be
 * taken back. Killed at any point and started again, it goes on in the
 * direction it had.
 *
 * @module
 */

import { writeOutDisk } from "../../platform/write_out.ts";
import { FolderMoved } from "../../platform/in_folder.ts";
import type { KeyRing } from "../../store/approvals/keys.ts";
import type { BackupEvent } from "../event.ts";
import { type BackupAbout, BackupError, type BackupStore } from "../store.ts";
import { restoreTrouble } from "../trouble.ts";
import {
  type Journal,
  type Move,
  removeJournal,
  saveJournal,
} from "./journal.ts";
import { isStill, movesOf } from "./moves.ts";
import { type Plan, type PlanItem, workIn } from "./plan.ts";
import {
  openPut,
  Overtaken,
  type Put,
  putFolder,
  putLeaf,
  settleLeftovers,
  shutFolder,
  takeAway,
} from "./put.ts";

/** The backups, and what their seals are made with. */
export type KeyedStore = BackupStore & { readonly keys: KeyRing };

/** Where restores are at work. */
export interface RestoreRoom {
  readonly store: KeyedStore;
  /** Private folder for the journals. */
  readonly folder: string;
  /** Called between two steps; for tests. */
  readonly step?: (name: string) => void;
}

/** What became of a plan. */
export type Applied =
  | {
    readonly ok: true;
    readonly paths: readonly string[];
    /** Of the backup of what was replaced. */
    readonly undo?: string;
  }
  | {
    readonly ok: false;
    readonly why: "changed" | "damaged" | "failed" | "incomplete";
    readonly message: string;
  };

/**
 * Carries out what is left to do of a plan; the caller holds the lock, has
 * settled what an earlier airg left, and has looked for obstacles.
 */
export async function applyPlan(
  plan: Plan,
  about: BackupAbout,
  room: RestoreRoom,
): Promise<Applied> {
  const work = workIn(plan);
  if (work.length === 0) return { ok: true, paths: [] };
  const damaged = await missingObject(work, room);
  if (damaged !== undefined) {
    const message =
      `the content of ${damaged} is not in the store, or is damaged`;
    return { ok: false, why: "damaged", message };
  }
  let undo: BackupEvent;
  try {
    undo = await savedOf(work, about, room.store);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const message =
      `what would be replaced cannot be saved: ${error.message}; ${error.cure}`;
    return { ok: false, why: "failed", message };
  }
  const moves = movesOf(work, undo, about.workspace);
  if (typeof moves === "string") {
    const message = `${moves} has just been changed`;
    return { ok: false, why: "changed", message };
  }
  const { workspace } = about;
  const journal: Journal = {
    version: 1,
    id: undo.id,
    workspace,
    direction: "forward",
    moves,
  };
  try {
    await saveJournal(room.folder, room.store.keys, journal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const said = restoreTrouble(error, `${room.folder}/${undo.id}.journal`);
    const message = `nothing was put back: ${said}`;
    return { ok: false, why: "failed", message };
  }
  room.step?.("begun");
  const failure = await carryOut(journal, room);
  if (failure !== undefined) return failure;
  return { ok: true, undo: undo.id, paths: work.map(({ path }) => path) };
}

/** Goes forward, or back where something is in the way. */
export async function carryOut(
  journal: Journal,
  room: RestoreRoom,
): Promise<Applied & { readonly ok: false } | undefined> {
  const { id, workspace } = journal;
  using put = openPut(room.store, id, room.step ?? (() => {}));
  let failure: Applied & { readonly ok: false } | undefined;
  if (journal.direction === "forward") {
    const problem = await run(put, journal.moves);
    if (problem !== undefined) {
      failure = { ok: false, ...problem };
      await saveJournal(room.folder, room.store.keys, {
        ...journal,
        direction: "back",
      });
      room.step?.("turned");
    }
  }
  if (failure !== undefined || journal.direction === "back") {
    const stuck = await runBack(put, journal.moves);
    const why = failure?.message ?? "it had been interrupted";
    failure ??= { ok: false, why: "failed", message: why };
    if (stuck.length > 0) {
      const message = `${why}; not taken back: ${
        stuck.join(", ")
      }, which backup ${id} holds`;
      failure = { ok: false, why: "incomplete", message };
    }
  }
  writeOutDisk(workspace);
  room.step?.("before-end");
  removeJournal(room.folder, id);
  await room.store.finish(id);
  return failure;
}

type Problem = {
  readonly why: "changed" | "failed";
  readonly message: string;
};

/** Makes all moves; says what stood in the way of the first that failed. */
async function run(
  put: Put,
  moves: readonly Move[],
): Promise<Problem | undefined> {
  let at = "";
  const each = function* (list: Iterable<readonly [number, Move]>) {
    for (const [n, move] of list) {
      at = move.path;
      yield [n, move] as const;
    }
  };
  const down = [...moves.entries()].reverse();
  try {
    for (const [n, move] of each(moves.entries())) {
      settleLeftovers(put, move, n);
    }
    for (const [n, move] of each(down)) {
      if (mustGo(move)) takeAway(put, move, n);
    }
    for (const [, move] of each(moves.entries())) putFolder(put, move);
    for (const [n, move] of each(moves.entries())) await putLeaf(put, move, n);
    for (const [, move] of each(down)) shutFolder(put, move);
    return undefined;
  } catch (error) {
    return problemOf(error, at);
  }
}

/** Takes back what was made, one by one: what somebody changed stays. */
async function runBack(put: Put, moves: readonly Move[]): Promise<string[]> {
  const stuck = new Set<string>();
  const attempt = async (
    { path }: Move,
    use: () => void | Promise<void>,
  ): Promise<void> => {
    try {
      await use();
    } catch (error) {
      if (problemOf(error, path) !== undefined) stuck.add(path);
    }
  };
  const back = moves.map(({ path, from, to }) => ({
    path,
    from: to,
    to: from,
  }));
  for (const [n, move] of back.entries()) {
    await attempt(move, () => settleLeftovers(put, move, n));
  }
  for (const [n, move] of [...back.entries()].reverse()) {
    if (mustGo(move)) await attempt(move, () => takeAway(put, move, n));
  }
  for (const move of back) await attempt(move, () => putFolder(put, move));
  for (const [n, move] of back.entries()) {
    await attempt(move, () => putLeaf(put, move, n));
  }
  for (const move of back.toReversed()) {
    await attempt(move, () => shutFolder(put, move));
  }
  return [...stuck];
}

/** What comes can take a file's place by itself, never a folder's. */
function mustGo({ from, to }: Move): boolean {
  if (to.type === "absent") return true;
  return from.type !== to.type && from.type !== "absent" &&
    (from.type === "folder" || to.type === "folder");
}

function problemOf(error: unknown, path: string): Problem {
  if (error instanceof Overtaken) {
    const { message } = error;
    const named = message.includes(path) ? message : `${path}: ${message}`;
    return { why: "changed", message: named };
  }
  if (error instanceof FolderMoved) {
    const message =
      `${path}: a link stands in the place of a folder above it; remove the link, then restore again`;
    return { why: "changed", message };
  }
  // What the machine says (no permission, a full disk).
  if (error instanceof Error && "code" in error) {
    return { why: "failed", message: restoreTrouble(error, path) };
  }
  throw error;
}

/** Whose content cannot be had, if one is so; nothing is touched then. */
async function missingObject(
  work: readonly PlanItem[],
  { step, store }: RestoreRoom,
): Promise<string | undefined> {
  const checked = new Set<string>();
  const onTurn = () => step?.("read");
  for (const { path, will } of work) {
    if (will.type !== "file" || checked.has(will.sha256)) continue;
    using file = await store.object(will.sha256, onTurn);
    if (file === undefined) return path;
    checked.add(will.sha256);
  }
  return undefined;
}

/** Saves what is replaced; a folder that stays one loses nothing but its bits. */
async function savedOf(
  work: readonly PlanItem[],
  about: BackupAbout,
  store: BackupStore,
): Promise<BackupEvent> {
  const still = new Set(work.filter(isStill).map(({ path }) => path));
  const paths = work.map(({ path }) => path);
  return await store.save(paths, about, { alone: (path) => still.has(path) });
}
