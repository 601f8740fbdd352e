// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * All that lies in folders as one hash, with bounds: broad before deep, so that
 * what is near is read and what is far is at least counted.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
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

/** One sum. */
export interface TreeSum {
  /** SHA-256 in hex of names and contents. */
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
  /** Of the files, those of which only a change is noticed. */
  readonly stamped?: number;
  /** There was more than was looked at, and that is not part of it. */
  readonly more?: true;
  /** Files of which the content was read. */
  readonly members: readonly string[];
  readonly folders: readonly string[];
}

/** Both sums. */
export interface TreeSums {
  readonly own: TreeSum;
  readonly other: TreeSum;
}

/** What was found, to be found again by the times of change alone. */
export type TreeMemory = Map<
  string,
  { readonly stamps: string; readonly sums: TreeSums }
>;

/** Things that are looked at. */
const MAX_ENTRIES = 4_000;
/** Files that are read, and their bytes. */
const MAX_FILES = 512;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 64;
/** Trees that are remembered. */
const MAX_REMEMBERED = 16;
/** Folders of the system: what a link leads to there is not read but watched. */
const SYSTEM_REGEXP =
  /^\/(?:usr|bin|sbin|lib\w*|etc|opt|nix|snap|gnu|System|Library)(?:\/|$)/;
/** What is read there is made when it is read, or may never end. */
const LIVE_REGEXP = /^\/(?:proc|sys|dev)(?:\/|$)/;

/**
 * Sums up what lies below `roots`.
 *
 * @param memory With it, what has the same names and times of change is not
 * read again: for who looks once more in full before it counts.
 * @throws {RangeError} Where something has no content that could be known.
 */
export async function treeSums(
  ask: TreeAsk,
  hands: TreeHands,
  memory: TreeMemory,
  fresh: boolean,
): Promise<TreeSums> {
  const found = walked(ask, hands);
  const key = `${ask.of} ${ask.roots.join("\0")}`;
  const stamps = found.stamps.join("\n");
  const known = memory.get(key);
  if (!fresh && known?.stamps === stamps) return known.sums;
  const room = { files: MAX_FILES, bytes: MAX_BYTES };
  const sums = {
    own: await summed(found, "own", ask, hands, room),
    other: await summed(found, "other", ask, hands, room),
  };
  memory.delete(key);
  memory.set(key, { stamps, sums });
  const [oldest] = memory.keys();
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) {
    memory.delete(oldest);
  }
  return sums;
}

/** One thing in a tree. */
interface Entry {
  readonly path: string;
  readonly part: TreePart;
  readonly held: Held;
  /** Where a link leads. */
  readonly target?: string;
}

interface Walked {
  readonly entries: Entry[];
  readonly stamps: string[];
  /** Folders of which the names cannot be had. */
  readonly closed: Set<string>;
  more: boolean;
}

/** A folder that is still to be looked into. */
interface Todo {
  readonly path: string;
  /** As seen from the root. */
  readonly inside: string;
  readonly depth: number;
}

function walked(ask: TreeAsk, hands: TreeHands): Walked {
  const found: Walked = {
    entries: [],
    stamps: [],
    closed: new Set(),
    more: false,
  };
  const soon: Todo[] = [];
  const late: Todo[] = [];
  const seen = new Set<string>();
  let looked = 0;
  for (const root of ask.roots) enter(root, "", 0, soon);
  // What is put off comes when all else is done.
  for (let at = 0, then = 0; at < soon.length || then < late.length;) {
    const todo = at < soon.length ? soon[at++] : late[then++];
    if (todo !== undefined) lookInto(todo);
  }
  return found;

  function lookInto({ depth, inside, path }: Todo): void {
    const names = hands.names(path, MAX_ENTRIES);
    if (names === undefined) {
      // Nobody else of this user can read it either, unless its mode changes.
      found.stamps.push(`unreadable ${path}`);
      found.closed.add(path);
      return;
    }
    for (const name of names) {
      if (looked++ >= MAX_ENTRIES) {
        found.more = true;
        return;
      }
      const child = path === "/" ? `/${name}` : `${path}/${name}`;
      const place = inside === "" ? name : `${inside}/${name}`;
      const held = hands.look(child);
      // It went away meanwhile.
      if (held === undefined) continue;
      const part = ask.part(place, held);
      if (part === "skip") continue;
      add(child, part, held);
      if (held.kind === "folder") {
        const queue = ask.isLate(name) ? late : soon;
        enter(child, place, depth + 1, queue);
      }
    }
  }

  function enter(
    path: string,
    inside: string,
    depth: number,
    queue: Todo[],
  ): void {
    const identity = hands.look(path)?.identity;
    if (identity === undefined || seen.has(identity)) return;
    seen.add(identity);
    if (depth > MAX_DEPTH) found.more = true;
    else queue.push({ path, inside, depth });
  }

  function add(path: string, part: TreePart, held: Held): void {
    if (ask.of === "names") {
      found.stamps.push(`${path} ${held.kind} ${held.size}`);
      found.entries.push({ path, part, held });
      return;
    }
    refuseStream(path, held);
    const target = held.kind === "link" ? follow(path) : undefined;
    const at = target === undefined ? undefined : hands.look(target);
    found.stamps.push(
      `${path} ${held.stamp} ${target ?? ""} ${at?.stamp ?? ""}`,
    );
    found.entries.push({
      path,
      part,
      held,
      ...(target !== undefined && { target }),
    });
    if (target === undefined || at === undefined) return;
    if (target !== "/dev/null") refuseStream(target, at);
    if (at.kind !== "folder" || SYSTEM_REGEXP.test(target)) return;
    // A link to what it lies in means all around it, which is too much.
    const isAround = ask.roots.some((root) =>
      root !== target && root.startsWith(`${target === "/" ? "" : target}/`)
    );
    if (isAround) found.more = true;
    else enter(target, "", 1, late);
  }

  function follow(path: string): string | undefined {
    const target = resolveExisting(path) ?? undefined;
    if (
      target !== undefined && target !== "/dev/null" && LIVE_REGEXP.test(target)
    ) {
      throw new RangeError(
        `Cannot bind an approval to it: ${path} leads to ${target}, and what comes from there cannot be known`,
      );
    }
    return target;
  }
}

function refuseStream(path: string, { kind }: Held): void {
  if (kind !== "stream") return;
  throw new RangeError(
    `Cannot bind an approval to it: ${path} is no plain file, and what comes from it cannot be known`,
  );
}

async function summed(
  { closed, entries, more }: Walked,
  part: TreePart,
  { of }: TreeAsk,
  hands: TreeHands,
  room: { files: number; bytes: number },
): Promise<TreeSum> {
  const rows: unknown[] = [];
  const contents: Uint8Array<ArrayBuffer>[] = [];
  const members: string[] = [];
  const folders: string[] = [];
  let [files, bytes, stamped] = [0, 0, 0];
  for (const entry of entries) {
    if (entry.part !== part) continue;
    const { held, path, target } = entry;
    if (held.kind === "folder") folders.push(path);
    else {
      files++;
      bytes += held.size;
    }
    if (of === "names") {
      rows.push([path, held.kind, held.kind === "folder" ? 0 : held.size]);
      continue;
    }
    const read = closed.has(path)
      ? { stamp: held.stamp }
      : contentAt(target ?? path, held, hands, room);
    if (read === undefined) {
      rows.push([path, held.kind, target ?? null]);
    } else if ("stamp" in read) {
      stamped++;
      rows.push([path, held.kind, target ?? null, read.stamp]);
    } else {
      contents.push(read.bytes);
      members.push(target ?? path);
      rows.push([
        path,
        held.kind,
        target ?? null,
        held.runs,
        read.bytes.length,
      ]);
    }
  }
  return {
    sha256: sha256Hex(canonicalJson([rows, await digestOf(contents), more])),
    files,
    bytes,
    ...(stamped > 0 && { stamped }),
    ...(more && { more }),
    members,
    folders,
  };
}

/** Of a file, its bytes while there is room for them; of what cannot be read, what changes with it. */
function contentAt(
  path: string,
  named: Held,
  hands: TreeHands,
  room: { files: number; bytes: number },
):
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly stamp: string }
  | undefined {
  const held = named.kind === "link" ? hands.look(path) : named;
  if (held?.kind !== "file") return undefined;
  const mayRead = room.files > 0 && held.size <= room.bytes &&
    !(named.kind === "link" && SYSTEM_REGEXP.test(path));
  const bytes = mayRead ? hands.read(path, held.size) : undefined;
  if (bytes === undefined) return { stamp: held.stamp };
  room.files--;
  room.bytes -= bytes.length;
  return { bytes };
}

async function digestOf(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Promise<string> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const hash = await crypto.subtle.digest("SHA-256", all);
  return new Uint8Array(hash).toHex();
}
