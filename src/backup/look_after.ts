// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at paths once an action is over.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { FolderMoved } from "../platform/in_folder.ts";
import { RawError } from "../platform/raw_kernel.ts";
import {
  openRawTree,
  type RawInfo,
  type RawNode,
} from "../platform/raw_tree.ts";
import { type ContentId, Shrunk, type Turn } from "./content.ts";
import {
  type Attributes,
  attributesOf,
  type BackupEntry,
  isAs,
  type Left,
  type Saved,
} from "./event.ts";
import { isEndless } from "./objects.ts";
import { costOf } from "./room.ts";
import { BackupError } from "./store.ts";
import { turns } from "./turns.ts";

/** How {@linkcode lookAfter} knows a content again without reading it. */
export interface AfterOptions {
  /** The hash of a file that is as it was then. */
  readonly known: (path: string, info: RawInfo) => string | undefined;
  readonly hash: (node: RawNode, turn: Turn) => Promise<ContentId>;
  readonly maxFileBytes: number;
  /** Paths that are left out where they are as they were. */
  readonly unlikely?: ReadonlySet<string>;
  /** Nobody waits any more: the rest is not looked at. */
  readonly signal?: AbortSignal | undefined;
}

/** What is at each path now; what cannot be looked at is `other`. */
export async function lookAfter(
  entries: readonly BackupEntry[],
  options: AfterOptions,
): Promise<BackupEntry[]> {
  using tree = openRawTree();
  const looked: BackupEntry[] = [];
  const { signal } = options;
  const turn = turns(signal, "/");
  for (const { path, before } of entries) {
    const { after, attributes } = await ifWaitedFor(signal, async () => {
      await turn();
      return await leftAt(tree.open, path, options, turn);
    }) ?? {};
    const isUntouched = options.unlikely?.has(path) === true &&
      after !== undefined && isAs(after, before) &&
      hasSameAttributes(attributes, before);
    if (!isUntouched) looked.push({ path, before, ...(after && { after }) });
  }
  return looked;
}

async function ifWaitedFor<Value>(
  signal: AbortSignal | undefined,
  look: () => Promise<Value>,
): Promise<Value | undefined> {
  if (signal?.aborted) return undefined;
  try {
    return await look();
  } catch (error) {
    if (error instanceof BackupError && signal?.aborted) return undefined;
    throw error;
  }
}

interface LookedAt {
  readonly after: Left;
  /** Of what is there, where that was asked for. */
  readonly attributes?: Attributes;
}

async function leftAt(
  open: (path: string) => RawNode | undefined,
  path: string,
  options: AfterOptions,
  turn: Turn,
): Promise<LookedAt> {
  try {
    using node = open(path);
    if (node === undefined) return { after: { type: "absent" } };
    const after = await leftOf(node, path, options, turn);
    if (options.unlikely?.has(path) !== true) return { after };
    const xattrs = after.type === "link" ? undefined : node.attributes();
    return { after, attributes: attributesOf(node.info, xattrs) };
  } catch (error) {
    // A link, or nothing, has the place of a folder above it.
    if (error instanceof FolderMoved) return { after: { type: "absent" } };
    if (error instanceof RawError || error instanceof Shrunk) {
      return { after: { type: "other" } };
    }
    throw error;
  }
}

async function leftOf(
  node: RawNode,
  path: string,
  { known, hash, maxFileBytes }: AfterOptions,
  turn: Turn,
): Promise<Left> {
  const { info } = node;
  if (info.type === "link") return { type: "link", target: node.target() };
  if (info.type !== "file") return { type: info.type };
  const sha256 = known(path, info);
  if (sha256 !== undefined) return { type: "file", size: info.size, sha256 };
  if (isEndless(info) || costOf(info) > maxFileBytes) return { type: "other" };
  return { type: "file", ...await hash(node, turn) };
}

/** Whether bits, owner and attributes are the same; times are not looked at. */
function hasSameAttributes(
  now: Attributes | undefined,
  before: Saved,
): boolean {
  if (now === undefined || before.type === "absent") return now === undefined;
  return now.mode === before.mode && now.uid === before.uid &&
    now.gid === before.gid &&
    canonicalJson(now.xattrs ?? {}) === canonicalJson(before.xattrs ?? {});
}
