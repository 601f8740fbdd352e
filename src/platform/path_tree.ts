// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What raw_tree.ts does, as far as Deno's own functions go: by path, without
 * extended attributes and holes, and a name that is no UTF-8 is not found. For
 * systems whose kernel is not asked yet (macOS).
 *
 * @module
 */

import { FolderMoved } from "./in_folder.ts";
import { kindOfEntry } from "./kind.ts";
import type { RawContent, RawInfo, RawNode, RawTree } from "./raw_tree.ts";

/** For one round of work. */
export function openPathTree(): RawTree {
  return {
    open(path) {
      const parent = path.slice(0, path.lastIndexOf("/")) || "/";
      const real = realOf(parent);
      if (real === undefined) return undefined;
      if (real === parent) return nodeAt(path);
      throw new FolderMoved(
        `Cannot look at ${
          JSON.stringify(path)
        }: a folder above it is a link by now`,
      );
    },
    openAt: nodeAt,
    [Symbol.dispose]: () => {},
  };
}

function realOf(path: string): string | undefined {
  return ifThere(() => Deno.realPathSync(path));
}

function ifThere<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return undefined;
    throw error;
  }
}

function nodeAt(path: string): RawNode | undefined {
  const info = ifThere(() => infoOf(Deno.lstatSync(path)));
  if (info === undefined) return undefined;
  return {
    info,
    look: () => infoOf(Deno.lstatSync(path)),
    names: () => [...Deno.readDirSync(path)].map(({ name }) => name).sort(),
    child: (name) => nodeAt(`${path === "/" ? "" : path}/${name}`),
    target: () => Deno.readLinkSync(path),
    attributes: () => undefined,
    open: () => contentAt(path, info),
    [Symbol.dispose]: () => {},
  };
}

function infoOf(info: Deno.FileInfo): RawInfo {
  const type = kindOfEntry(info);
  const mtime = info.mtime?.getTime() ?? 0;
  return {
    type,
    kind: type === "other" ? "neither file nor folder nor link" : `a ${type}`,
    mode: (info.mode ?? 0) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    size: info.size,
    allocated: (info.blocks ?? Infinity) * 512,
    links: info.nlink ?? 1,
    identity: `${info.dev}:${info.ino}`,
    mtime,
    ctime: info.ctime?.getTime() ?? mtime,
    stamp: `${mtime} ${info.ctime?.getTime()}`,
  };
}

/** What was opened is what was looked at, or nothing is read. */
function contentAt(path: string, info: RawInfo): RawContent {
  const file = Deno.openSync(path);
  const now = infoOf(file.statSync());
  if (now.identity !== info.identity || now.type !== "file") {
    file.close();
    throw new FolderMoved(
      `Cannot read ${JSON.stringify(path)}: something else has its name by now`,
    );
  }
  return {
    file,
    nextData: (at) => at,
    nextHole: () => now.size,
    cloneTo: () => undefined,
    [Symbol.dispose]: () => file.close(),
  };
}
