// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The files that scripts of the differential test find, for bash on a disk and
 * for airg in memory.
 *
 * @module
 */

import type { Lookup } from "../../../src/action/facts.ts";

/** One name in a folder, as {@linkcode TreeLookup.list} tells it. */
export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** A lookup that also lists folders and reads small files. */
export interface TreeLookup extends Lookup {
  readonly list: (folder: string) => readonly Entry[] | null;
  readonly text: (path: string) => string | null;
}

/** Where every script starts. */
export const SITE = "/work/site";

/** Home folder of the scripts' user. */
const HOME = "/home/ann";

/** Programs that are recorders. */
export const RECORDERS: readonly string[] =
  "cmd1 cmd2 cmd3 no1 out1 rm git touch mv cp chmod curl ls mkdir kubectl make npm python3 dd"
    .split(" ");

/** Programs that are what they are. */
export const TOOLS: readonly string[] =
  "base64 xargs find env cat tr seq nohup timeout nice bash sh dash sed head tail sort setsid stdbuf xxd rev basename dirname cut wc tee sleep"
    .split(" ");

/** Path to content; a folder is `null`, a link is `->` and its target. */
const SITE_FILES: Readonly<Record<string, string | null>> = {
  "a.txt": "one\ntwo three\n",
  "b.txt": "b.txt\n",
  "c d.txt": "space\n",
  ".hidden": "h\n",
  "list": "a.txt\nc d.txt\nsub\n",
  "names": "a.txt b.txt\n",
  "lib.sh": 'lib=from-lib\nlibf() { cmd1 libf "$@"; }\n',
  "run.sh": '#!/bin/bash\ncmd2 run "$0" "$@"\ncd sub\ncmd2 here\n',
  "sub": null,
  "sub/c.txt": "c\n",
  "sub/lib.sh": "cmd3 sublib $1\n",
  "sub/deep": null,
  "sub/deep/d.txt": "d\n",
  "link": "->sub/deep",
  "[x]": "brackets\n",
};

const ROOT: Readonly<Record<string, string | null>> = {
  "/work": null,
  "/home": null,
  "/tmp": null,
  [HOME]: null,
  [`${HOME}/notes`]: "n\n",
  [SITE]: null,
  ...Object.fromEntries(
    Object.entries(SITE_FILES).map(([name, data]) => [`${SITE}/${name}`, data]),
  ),
};

/** Folders of the sandbox that hold what is not in the tree. */
const MOUNTED: readonly string[] = [
  "bin",
  "dev",
  "lib",
  "proc",
  "rec",
  "tools",
];

/** The tree for the recorder's `run`: kind, path and data, each ended by a NUL. */
export function treeManifest(): string {
  return Object.entries(ROOT).filter(([path]) => path.split("/").length > 2)
    .map(([path, data]) => {
      const kind = data === null ? "d" : isLink(data) ? "l" : "f";
      const text = data === null ? "" : isLink(data) ? data.slice(2) : data;
      return `${kind}\0${path}\0${text}\0`;
    }).join("");
}

/** The tree as airg sees it. */
export function treeLookup(): TreeLookup {
  return { home: HOME, resolve, list, text };
}

function resolve(path: string): string {
  return follow(path, 8);
}

function follow(path: string, hops: number): string {
  const done: string[] = [];
  const parts = path.split("/");
  for (const [i, part] of parts.entries()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    done.push(part);
    const data = ROOT[`/${done.join("/")}`];
    if (typeof data !== "string" || !isLink(data) || hops === 0) continue;
    const rest = parts.slice(i + 1).join("/");
    const base = `/${done.slice(0, -1).join("/")}`;
    return follow(`${base}/${data.slice(2)}/${rest}`, hops - 1);
  }
  return `/${done.join("/")}`;
}

function list(folder: string): readonly Entry[] | null {
  const real = resolve(folder);
  if (real !== "/" && ROOT[real] !== null) return null;
  const prefix = real === "/" ? "/" : `${real}/`;
  const entries: Entry[] = [];
  for (const [path, data] of Object.entries(ROOT)) {
    const name = path.slice(prefix.length);
    if (!path.startsWith(prefix) || name === "" || name.includes("/")) continue;
    const kind = data === null ? "folder" : isLink(data) ? "link" : "file";
    entries.push({ name, kind });
  }
  if (real === "/") {
    for (const name of [...MOUNTED, "usr", ...libraryFolders()]) {
      entries.push({ name, kind: "folder" });
    }
  }
  return entries;
}

function text(path: string): string | null {
  const data = ROOT[resolve(path)];
  return data === undefined || data === null ? null : data;
}

/** `/lib64` is there where the dynamic linker lives in it. */
export function libraryFolders(): readonly string[] {
  return Deno.build.arch === "x86_64" ? ["lib64"] : [];
}

function isLink(data: string): boolean {
  return data.startsWith("->");
}
