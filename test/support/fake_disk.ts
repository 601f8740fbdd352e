// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A disk from a list of paths, for tests of what the guard hides.
 *
 * @module
 */

import type { Disk, DiskName } from "../../src/guard/contain.ts";

/** What {@linkcode fakeDisk} can be told besides names. */
export interface FakeDiskOptions {
  /** File texts by path. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Paths that are names of one file, each list one file. */
  readonly sameFile?: readonly (readonly string[])[];
  /** Folders that cannot be listed. */
  readonly closed?: readonly string[];
  /** When a folder was last changed; 0 unless said. */
  readonly changed?: Readonly<Record<string, number>>;
  /** Called with every folder that is listed with kinds. */
  readonly onList?: (path: string) => void;
}

/** Those ending in `/` are folders, `a -> b` links, the rest files. */
export function fakeDisk(
  entries: readonly string[],
  options: FakeDiskOptions = {},
): Disk {
  const { changed = {}, closed = [], sameFile = [], texts = {} } = options;
  const links = new Map<string, string>();
  const kinds = new Map<string, DiskName["kind"]>([["/", "folder"]]);
  const add = (path: string, kind: DiskName["kind"]) => {
    for (
      let at = path.indexOf("/", 1);
      at > 0;
      at = path.indexOf("/", at + 1)
    ) {
      kinds.set(path.slice(0, at), "folder");
    }
    kinds.set(path, kind);
  };
  for (const entry of [...entries, ...Object.keys(texts)]) {
    const [path, target] = entry.split(" -> ");
    if (target !== undefined) links.set(path!, target);
    const folder = entry.endsWith("/");
    add(
      folder ? entry.slice(0, -1) : path!,
      folder ? "folder" : target !== undefined ? "link" : "file",
    );
  }
  const resolve = (path: string): string => {
    for (const [from, to] of links) {
      if (path === from || path.startsWith(`${from}/`)) {
        return resolve(to + path.slice(from.length));
      }
    }
    return path;
  };
  const children = new Map<string, string[]>();
  for (const path of kinds.keys()) {
    if (path === "/") continue;
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    const known = children.get(folder);
    if (known === undefined) children.set(folder, [path]);
    else known.push(path);
  }
  const list = (path: string): DiskName[] | undefined => {
    if (kinds.get(path) !== "folder" || closed.includes(path)) return undefined;
    return (children.get(path) ?? []).map((child) => ({
      name: child.slice(child.lastIndexOf("/") + 1),
      kind: kinds.get(child)!,
    }));
  };
  const order = [...kinds.keys()];
  return {
    resolve,
    kindOf(path) {
      const kind = kinds.get(resolve(path));
      return kind === "link" ? undefined : kind;
    },
    listFolder: (path) => list(path)?.map(({ name }) => name),
    namesIn(path) {
      options.onList?.(path);
      return list(path);
    },
    statOf(path) {
      if (!kinds.has(path)) return undefined;
      const names = sameFile.find((group) => group.includes(path));
      return {
        device: 1,
        inode: order.indexOf(names?.[0] ?? path),
        links: names?.length ?? 1,
        changed: changed[path] ?? 0,
      };
    },
    textOf: (path) => texts[path],
  };
}
