// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which paths are to become what, and what stands in the way (pure).
 *
 * @module
 */

import type { RestoreSelection } from "../../action/action.ts";
import { canonicalJson } from "../../base/canonical_json.ts";
import { sha256Hex } from "../../base/digest.ts";
import { type BackupEvent, isAs, type Left, type Saved } from "../event.ts";

/** What is at a path now. */
export type Now = Saved | { readonly type: "other" };

/** What one path is to become again. */
export interface Target {
  readonly path: string;
  /** Id of the event that remembers it. */
  readonly event: string;
  readonly will: Saved;
  /** What the last action left; absent where airg could not look. */
  readonly left?: Left;
}

/** One path of a plan. */
export interface PlanItem extends Target {
  readonly now: Now;
  /** It is so already. */
  readonly done: boolean;
  /** Why it is not overwritten unless somebody insists; one clause. */
  readonly conflict?: string;
  /** Nobody may insist. */
  readonly firm?: true;
}

/** What a restore would do. */
export interface Plan {
  readonly selection: RestoreSelection;
  /** Folders before what is in them. */
  readonly items: readonly PlanItem[];
  /** Of all above: another plan has another one. */
  readonly digest: string;
}

/** What was in a folder that is to go. */
export interface Looked {
  readonly now: Now;
  /** All below it, where it is to go. */
  readonly below: readonly string[];
  /** Why nothing can be put there: a link in the place of a folder above it. */
  readonly blocked?: string | undefined;
}

/**
 * What the events say of each path: the earliest of what was before, the latest
 * of what was left.
 *
 * @param events In any order; those that are damaged left out.
 */
export function targetsOf(
  events: readonly BackupEvent[],
  paths?: readonly string[],
): Target[] {
  const oldest = [...events].sort((a, b) =>
    a.at - b.at || (a.id < b.id ? -1 : 1)
  );
  const found = new Map<string, Target>();
  for (const { entries, id, pending } of oldest) {
    for (const { after: seen, before, path } of entries) {
      // As far as anybody knows nothing has happened yet.
      const after = seen ?? (pending && before);
      if (paths !== undefined && !paths.some((one) => isBelow(path, one))) {
        continue;
      }
      const { event = id, will = before } = found.get(path) ?? {};
      found.set(path, {
        path,
        event,
        will,
        ...(after !== undefined && { left: after }),
      });
    }
  }
  return [...found.values()].sort(byPath).map((target) =>
    underWhatWas(target, found)
  );
}

/** Below what is to be no folder there is nothing. */
function underWhatWas(
  target: Target,
  all: ReadonlyMap<string, Target>,
): Target {
  for (let at = target.path.lastIndexOf("/"); at > 0;) {
    const folder = target.path.slice(0, at);
    const above = all.get(folder);
    if (above !== undefined && above.will.type !== "folder") {
      return { ...target, will: { type: "absent" } };
    }
    at = folder.lastIndexOf("/");
  }
  return target;
}

/** Compares what is to be with what is. */
export function planOf(
  selection: RestoreSelection,
  targets: readonly Target[],
  look: (target: Target) => Looked,
): Plan {
  const named = new Set(targets.map(({ path }) => path));
  const folders = new Set(
    targets.filter(({ will }) => will.type === "folder").map(({ path }) =>
      path
    ),
  );
  const items = targets.map((target): PlanItem => {
    const looked = look(target);
    const { now } = looked;
    if (isSame(now, target.will)) return { ...target, now, done: true };
    const problem = problemOf(
      target,
      // What is no folder now becomes one by this very plan.
      isBelowOne(target.path, folders)
        ? { ...looked, blocked: undefined }
        : looked,
      named,
    );
    return { ...target, now, done: false, ...problem };
  });
  return { selection, items, digest: digestOf(selection, items) };
}

function problemOf(
  { left, will }: Target,
  { below, blocked, now }: Looked,
  named: ReadonlySet<string>,
): Pick<PlanItem, "conflict" | "firm"> {
  if (blocked !== undefined) return { conflict: blocked, firm: true };
  if (now.type === "other") {
    return {
      conflict: "a device, a pipe, a socket or a file without end is there",
      firm: true,
    };
  }
  if (left === undefined) {
    return { conflict: "airg could not see what the action left there" };
  }
  if (!isAs(left, now) && !(now.type === "folder" && will.type === "folder")) {
    return { conflict: "it was changed since" };
  }
  const stranger = will.type === "folder"
    ? undefined
    : below.find((path) => !named.has(path));
  return stranger === undefined
    ? {}
    : { conflict: `it holds what no backup knows, such as ${stranger}` };
}

function isBelowOne(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path.lastIndexOf("/"); at > 0;) {
    if (folders.has(path.slice(0, at))) return true;
    at = path.lastIndexOf("/", at - 1);
  }
  return false;
}

/** Whether nothing has to be done. */
function isSame(now: Now, will: Saved): boolean {
  if (now.type === "other") return false;
  if (now.type === "absent" || will.type === "absent") {
    return now.type === will.type;
  }
  if (!isAs(leftOf(now), will)) return false;
  // Links have no bits of their own.
  return now.type === "link" ||
    now.mode === will.mode && sameAttributes(now.xattrs, will.xattrs);
}

function leftOf(now: Saved): Left {
  return now;
}

function sameAttributes(
  a: Readonly<Record<string, string>> = {},
  b: Readonly<Record<string, string>> = {},
): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function digestOf(
  selection: RestoreSelection,
  items: readonly PlanItem[],
): string {
  const said = items.map(({ conflict, event, now, path, will }) => ({
    conflict,
    event,
    now,
    path,
    will,
  }));
  return sha256Hex(canonicalJson({ items: said, selection }));
}

/** Items that are to be made. */
export function workIn({ items }: Plan): PlanItem[] {
  return items.filter(({ done }) => !done);
}

/** What stands in the way, given whether somebody insists. */
export function obstacles({ items }: Plan, force: boolean): PlanItem[] {
  return items.filter(({ conflict, firm }) =>
    conflict !== undefined && (firm === true || !force)
  );
}

/** Whether a path is another or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Folders before what is in them. */
export function byPath(
  a: { readonly path: string },
  b: { readonly path: string },
): number {
  const [one, other] = [a.path.split("/"), b.path.split("/")];
  for (let n = 0; n < one.length && n < other.length; n++) {
    const [x = "", y = ""] = [one[n], other[n]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return one.length - other.length;
}
