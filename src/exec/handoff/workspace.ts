// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What airg knows of a workspace from one run to the next: which places the
 * host obeys, and what they hold.
 *
 * @module
 */

import { systemClock } from "../../base/clock.ts";
import { sha256Hex } from "../../base/digest.ts";
import { MOST_SETTINGS_BYTES, readPlain } from "./exists.ts";
import {
  type Named,
  namedIn,
  NOTHING_NAMED,
  withNamed,
} from "./named_places.ts";
import { type Place, type Places, placesIn } from "./place.ts";
import type { PlainFiles } from "../../platform/plain_files.ts";
import { scan, scanAside } from "./scan.ts";

/** A file's times come from a clock that steps (CONFIG_HZ is 100 or more). */
export const CLOCK_STEP_NS = 10_000_000n;

/** Bytes of content that are kept in all. */
const MOST_KEPT = 16 * 1024 * 1024;
/** Mount points that git folders may take; the rest is compared after the run. */
const MOST_PINS = 64;

/** Folders that tools delete whole, which a mount point in them would prevent. */
const DISPOSABLE = new Set([
  "node_modules",
  "site-packages",
  "target",
  "build",
  "dist",
  "out",
  "_deps",
  "vendor",
  ".cache",
  ".venv",
  "venv",
  ".tox",
]);

/** A workspace before a run. */
export interface Known extends Places {
  /** Content by path; absent where there is too much, or it is no plain file. */
  readonly contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** What git's settings name. */
  readonly named: Named;
  /** When it was looked at, at the earliest. */
  readonly lookedNs: bigint;
  /** Folders and files in it that the kernel can keep as they are. */
  readonly toPin: readonly string[];
}

/** Looks at a workspace, again and again. */
export interface WorkspaceIndex {
  /** Path of the launcher; empty where there is none. */
  readonly launcher: string;
  /** As it is now, with contents; what has not changed is not read again. */
  readonly look: () => Known;
  /** The last {@linkcode look}, or a first one. */
  readonly latest: () => Known;
  /** As it is now, without contents, after a run that began at `sinceNs`. */
  readonly after: (sinceNs: bigint) => Promise<Places>;
}

/**
 * Watches over `workspace` with the launcher's scan.
 *
 * @param memory Private folder for what the scan remembers; nothing is kept
 *   without.
 */
export function workspaceIndex(
  workspace: string,
  launcher: string,
  memory?: string,
): WorkspaceIndex {
  const site = {
    workspace,
    launcher,
    ...(memory !== undefined && {
      memory: `${memory}/${sha256Hex(workspace).slice(0, 16)}.seen`,
    }),
  };
  let known: Known | undefined;
  const look = (): Known => {
    const lookedNs = BigInt(systemClock()) * 1_000_000n - CLOCK_STEP_NS;
    const seen = placesIn(
      workspace,
      scan({ ...site, sinceNs: 0n }),
    );
    const named = namedIn(
      workspace,
      seen.gitFolders,
      (path) => readPlace(workspace, { path, role: "settings" }),
    );
    const places = withNamed(workspace, seen, named);
    const contents = contentsOf(workspace, places, known);
    known = {
      ...places,
      lookedNs,
      contents,
      named,
      toPin: pinsOf(workspace, places, named),
    };
    return known;
  };
  return {
    launcher,
    look,
    latest: () => known ?? look(),
    async after(sinceNs) {
      const thorough = sinceNs > 0n && known?.incomplete === undefined;
      const seen = await scanAside({ ...site, sinceNs, thorough });
      const places = placesIn(workspace, seen);
      return withNamed(workspace, places, known?.named ?? NOTHING_NAMED);
    },
  };
}

/** What git's settings in a workspace name, looked for without the launcher. */
export function namedByGit(workspace: string): Named {
  const seen = scan({ workspace, launcher: "", sinceNs: 0n });
  return namedIn(
    workspace,
    placesIn(workspace, seen).gitFolders,
    (path) => readPlace(workspace, { path, role: "settings" }),
  );
}

function contentsOf(
  workspace: string,
  { byPath }: Places,
  last: Known | undefined,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  let total = 0;
  for (const place of byPath.values()) {
    if (!place.isFile || place.role === "set-id") continue;
    const isKnown = !place.coarse &&
      last?.byPath.get(place.path)?.signature === place.signature;
    const bytes = isKnown
      ? last?.contents.get(place.path)
      : readPlace(workspace, place);
    if (bytes === undefined || total + bytes.length > MOST_KEPT) continue;
    total += bytes.length;
    contents.set(place.path, bytes);
  }
  return contents;
}

/** What a place holds now; `undefined` for what is no plain file, or too large. */
export function readPlace(
  workspace: string,
  { path, role }: Pick<Place, "path" | "role">,
  files?: PlainFiles,
): Uint8Array<ArrayBuffer> | undefined {
  const most = role === "settings" ? MOST_SETTINGS_BYTES : undefined;
  return readPlain(`${workspace}/${path}`, most, files);
}

/**
 * Hook folders of every repository, and files that say where a git folder is.
 * Settings are not among them: git replaces `config` whole, and a mount on it
 * would make `git remote add` fail (docs/decisions/0007).
 */
function pinsOf(
  workspace: string,
  { byPath, gitFolders }: Places,
  { hooks }: Named,
): string[] {
  const lasting = gitFolders.filter((folder) => !isDisposable(folder));
  const pointers = [...byPath.values()].filter(isOwnPointer)
    .map(({ path }) => path);
  return [
    ...new Set([
      ...pointers,
      ...hooks.filter((folder) => !isDisposable(folder)),
      ...lasting.map((folder) => folder === "" ? "hooks" : `${folder}/hooks`),
    ]),
  ].slice(0, MOST_PINS).map((path) => `${workspace}/${path}`);
}

/** The workspace's own; those of work trees come and go with git's commands. */
function isOwnPointer({ path, role }: Place): boolean {
  return role === "pointer" && path === ".git";
}

function isDisposable(path: string): boolean {
  return path.split("/").some((part) => DISPOSABLE.has(part));
}
