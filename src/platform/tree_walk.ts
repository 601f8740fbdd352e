// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What lies in folders, with bounds: broad before deep, so that what is near is
 * seen and what is far is at least known to be more.
 *
 * @module
 */

import { resolveExisting } from "./real_path.ts";
import type { Held, TreeHands } from "./tree_hands.ts";

/** What is made of one thing in a folder. */
export type TreePart =
  /** Belongs to the first sum. */
  | "own"
  /** Belongs to the second sum. */
  | "other"
  /** Is left out. */
  | "skip";

/** What is looked for. */
export interface TreeAsk {
  /** Absolute, links resolved. */
  readonly roots: readonly string[];
  /** Contents, also where links lead; or names and sizes alone. */
  readonly of: "contents" | "names";
  /** To which sum a name belongs that is not in one of `roots` itself by its path in it. */
  readonly part: (path: string, held: Held) => TreePart;
  /** Looked at last, so that it uses up no room of the others. */
  readonly isLate: (name: string) => boolean;
}

/** One thing in a tree. */
export interface TreeEntry {
  readonly path: string;
  readonly part: TreePart;
  readonly held: Held;
  /** Where a link leads. */
  readonly target?: string;
}

/** All that was seen. */
export interface TreeWalk {
  readonly entries: readonly TreeEntry[];
  /** Another where anything was changed. */
  readonly stamps: readonly string[];
  /** Folders of which the names cannot be had. */
  readonly closed: ReadonlySet<string>;
  readonly more: boolean;
}

/** Things that are looked at. */
const MAX_ENTRIES = 4_000;
const MAX_DEPTH = 64;
/** Folders of the system: what a link leads to there is not read but watched. */
export const SYSTEM_REGEXP =
  /^\/(?:usr|bin|sbin|lib\w*|etc|opt|nix|snap|gnu|System|Library)(?:\/|$)/;
/** What is read there is made when it is read, or may never end. */
const LIVE_REGEXP = /^\/(?:proc|sys|dev)(?:\/|$)/;

/** A folder that is still to be looked into. */
interface Todo {
  readonly path: string;
  /** As seen from the root. */
  readonly inside: string;
  readonly depth: number;
}

interface Walking {
  readonly ask: TreeAsk;
  readonly hands: TreeHands;
  readonly entries: TreeEntry[];
  readonly stamps: string[];
  readonly closed: Set<string>;
  /** Folders, each once: links may lead in circles. */
  readonly seen: Set<string>;
  readonly soon: Todo[];
  readonly late: Todo[];
  looked: number;
  more: boolean;
}

/**
 * Looks at what lies below `roots`.
 *
 * @throws {RangeError} Where something has no content that could be known.
 */
export function walkTree(ask: TreeAsk, hands: TreeHands): TreeWalk {
  const walk: Walking = {
    ask,
    hands,
    entries: [],
    stamps: [],
    closed: new Set(),
    seen: new Set(),
    soon: [],
    late: [],
    looked: 0,
    more: false,
  };
  for (const path of ask.roots) {
    enter(walk, { path, inside: "", depth: 0 }, walk.soon);
  }
  for (const queue of [walk.soon, walk.late]) {
    // It grows while it is worked on; what is put off comes last.
    for (const todo of queue) lookInto(walk, todo, queue);
  }
  return walk;
}

function lookInto(
  walk: Walking,
  { depth, inside, path }: Todo,
  queue: Todo[],
): void {
  const { ask, hands, late } = walk;
  const names = hands.names(path, MAX_ENTRIES);
  if (names === undefined) {
    // Nobody else of this user can read it either, unless its mode changes.
    walk.stamps.push(`unreadable ${path}`);
    walk.closed.add(path);
    return;
  }
  for (const name of names) {
    if (walk.looked++ >= MAX_ENTRIES) {
      walk.more = true;
      return;
    }
    const child = path === "/" ? `/${name}` : `${path}/${name}`;
    const place = inside === "" ? name : `${inside}/${name}`;
    const held = hands.look(child);
    // It went away meanwhile.
    if (held === undefined) continue;
    const part = ask.part(place, held);
    if (part === "skip") continue;
    add(walk, child, part, held);
    if (held.kind !== "folder") continue;
    const next = { path: child, inside: place, depth: depth + 1 };
    enter(walk, next, ask.isLate(name) ? late : queue);
  }
}

function enter(walk: Walking, todo: Todo, queue: Todo[]): void {
  const identity = walk.hands.look(todo.path)?.identity;
  if (identity === undefined || walk.seen.has(identity)) return;
  walk.seen.add(identity);
  if (todo.depth > MAX_DEPTH) walk.more = true;
  else queue.push(todo);
}

function add(walk: Walking, path: string, part: TreePart, held: Held): void {
  const { ask, entries, hands, stamps } = walk;
  if (ask.of === "names") {
    stamps.push(`${path} ${held.kind} ${held.size}`);
    entries.push({ path, part, held });
    return;
  }
  refuseStream(path, held);
  const target = held.kind === "link" ? follow(path) : undefined;
  const at = target === undefined ? undefined : hands.look(target);
  stamps.push(`${path} ${held.stamp} ${target ?? ""} ${at?.stamp ?? ""}`);
  entries.push({
    path,
    part,
    held,
    ...(target !== undefined && { target }),
  });
  if (target === undefined || at === undefined) return;
  if (target !== "/dev/null") refuseStream(target, at);
  if (at.kind === "folder") enterLinked(walk, target);
}

function enterLinked(walk: Walking, target: string): void {
  if (SYSTEM_REGEXP.test(target)) return;
  const start = target === "/" ? "/" : `${target}/`;
  // A link to what it lies in means all around it, which is too much.
  if (walk.ask.roots.some((root) => root.startsWith(start) && root !== "/")) {
    walk.more = true;
  } else enter(walk, { path: target, inside: "", depth: 1 }, walk.late);
}

function follow(path: string): string | undefined {
  const target = resolveExisting(path) ?? undefined;
  if (
    target === undefined || target === "/dev/null" || !LIVE_REGEXP.test(target)
  ) return target;
  throw new RangeError(
    `Cannot bind an approval to it: ${path} leads to ${target}, and what comes from there cannot be known`,
  );
}

function refuseStream(path: string, { kind }: Held): void {
  if (kind !== "stream") return;
  throw new RangeError(
    `Cannot bind an approval to it: ${path} is no plain file, and what comes from it cannot be known`,
  );
}
