// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which folders a policy may make writable beside the workspace.
 *
 * A folder that holds airg's own files, a home folder or a part of the kernel
 * cannot be one: the first two hold what the sandbox hides, the third is what
 * it makes anew for each run.
 *
 * @module
 */

import type { Dirs } from "../platform/dirs.ts";
import { namesIn } from "../platform/machine.ts";
import { resolveExisting } from "../platform/real_path.ts";
import type { PolicyDocument } from "../policy/schema.ts";
import type { PolicyProblem } from "../policy/settings.ts";
import { expand } from "../guard/hidden/places.ts";
import { isWithin } from "../../sandbox/within.ts";
import { cachesRoot, ownPaths } from "./run_site.ts";

/** What a root is judged by; real and absolute paths. */
export interface RootSite {
  readonly home: string;
  readonly homes: readonly string[];
  readonly ownFolders: readonly string[];
}

/** Home folders of this machine. */
export function homeFolders(home: string): string[] {
  return [
    home,
    "/root",
    ...(namesIn("/home") ?? []).map((name) => `/home/${name}`),
  ];
}

/** The site of a run in `workspace`; absent: of any. */
export function rootSite(
  home: string,
  dirs: Dirs,
  workspace?: string,
): RootSite {
  const own = [
    ...ownPaths(dirs),
    dirs.cache,
    ...(workspace === undefined ? [] : [cachesRoot(dirs, workspace)]),
  ];
  return {
    home,
    homes: homeFolders(home),
    ownFolders: own.map((path) => resolveExisting(path) ?? path),
  };
}

/** Folders that the kernel fills; a run has its own. */
const KERNEL_FOLDERS = ["/dev", "/proc", "/sys"];

/**
 * The first root in `writable` that cannot be writable.
 *
 * @param document Where the place of the value is looked for.
 * @param writable As written, from both settings that name roots.
 */
export function unfitRoot(
  document: PolicyDocument,
  writable: readonly string[],
  site: RootSite,
): PolicyProblem | undefined {
  for (const written of writable) {
    const why = whyUnfit(written, site);
    if (why === undefined) continue;
    return {
      severity: "error",
      pointer: pointerOf(document, written),
      message: `${JSON.stringify(written)} cannot be writable: ${why}`,
      cure: "take it out, or name the one folder in it that is to be written",
    };
  }
  return undefined;
}

function whyUnfit(
  written: string,
  { home, homes, ownFolders }: RootSite,
): string | undefined {
  const path = expand(written, { home });
  // What is relative or not there is no root of any run.
  const real = path.startsWith("/") ? resolveExisting(path) : null;
  if (real === null) return undefined;
  if (real === "/") return "it is the whole file system";
  if (homes.some((folder) => isWithin(folder, real))) {
    return "it is or holds a home folder, with keys and settings in it";
  }
  const own = ownFolders.find((folder) =>
    isWithin(folder, real) || isWithin(real, folder)
  );
  if (own !== undefined) return `it holds or is in airg's own ${own}`;
  return KERNEL_FOLDERS.some((folder) => isWithin(real, folder))
    ? "it belongs to the kernel, and each run has its own"
    : undefined;
}

function pointerOf(
  { allowed, sandbox }: PolicyDocument,
  written: string,
): string {
  const lists = [
    ["/sandbox/write/roots", sandbox?.write?.roots],
    ["/allowed/paths_whitelist", allowed?.paths_whitelist],
  ] as const;
  for (const [pointer, list] of lists) {
    const index = list?.indexOf(written) ?? -1;
    if (index >= 0) return `${pointer}/${index}`;
  }
  return "/sandbox/write/roots";
}
