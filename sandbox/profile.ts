// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a contained process may touch: the one description that every
 * back-end is derived from.
 *
 * A profile is data, made by the guard from policy and facts. Nothing here
 * knows why a path is hidden.
 *
 * @module
 */

declare const real: unique symbol;

/** An absolute path with no link and no `..` in it; made by {@linkcode realPath}. */
export type RealPath = string & { readonly [real]: true };

/**
 * Brands a path that the caller has resolved.
 *
 * @throws {TypeError} If it is not absolute and normal, or holds a NUL.
 */
export function realPath(path: string): RealPath {
  const normal = path === "/" ||
    (path.startsWith("/") && !path.includes("\0") &&
      path.slice(1).split("/").every((part) =>
        part !== "" && part !== "." && part !== ".."
      ));
  if (!normal) {
    throw new TypeError(
      `Cannot use as a real path: ${JSON.stringify(path)}`,
    );
  }
  return path as RealPath;
}

/** One path that must not be seen. */
export interface Hidden {
  readonly path: RealPath;
  readonly kind: "file" | "folder";
}

/** One file that is seen with another content. */
export interface Replaced {
  readonly path: RealPath;
  /** What is read there instead; the file is read-only inside. */
  readonly content: string;
}

/** One file that is seen as a private copy of it was. */
export interface Copied {
  readonly path: RealPath;
  /** Absolute path of the copy, on the host; its mode is what is seen, too. */
  readonly from: string;
}

/** Resource limits of one run; `undefined` leaves the machine's own. */
export interface Limits {
  readonly openFiles?: number;
  readonly processes?: number;
  /** Bytes one file may grow to. */
  readonly fileSize?: number;
  /** Bytes of address space of one process. */
  readonly addressSpace?: number;
  /** Seconds of processor time of one process. */
  readonly cpuSeconds?: number;
  /** Bytes that private `/tmp`, `/run` and `/dev/shm` may each hold. */
  readonly temporarySize?: number;
  /** Bytes of writable private memory of one process (RLIMIT_DATA). */
  readonly dataSize?: number;
  /** Bytes of memory of the whole run; `cgroup.ts` says what holds it. */
  readonly memory?: number;
  /** Bytes of swap of the whole run. */
  readonly swap?: number;
  /** Processors' worth of time of the whole run. */
  readonly processors?: number;
}

/** How a network is given. */
export type Network = "none" | "open";

/** Where the changes of one run are held, instead of being made. */
export interface Ephemeral {
  /** Names the held changes. */
  readonly id: string;
  /** airg's own folder for them: the manifest, and what applying them needs. */
  readonly folder: RealPath;
  /**
   * Folder of the layers; `workspace/` and `cache/` in it hold an `upper` and a
   * `work` folder each. Apart from `folder` where the launcher makes them as
   * another user.
   */
  readonly layers: RealPath;
}

/** What a contained process may touch. */
export interface Profile {
  /** The one root of the project, writable. */
  readonly workspace: RealPath;
  /** Further writable folders. */
  readonly writable: readonly RealPath[];
  /** Files and folders that stay as they are although they lie in a writable folder. */
  readonly pinned: readonly RealPath[];
  /** Writable folders on the way to a pinned or hidden path, which must not be renamed; outermost first. */
  readonly anchors: readonly RealPath[];
  /** Files and folders that must not be seen. */
  readonly hidden: readonly Hidden[];
  /** Files that are seen as copies of them were, read-only; only in the `full` rung. */
  readonly copied?: readonly Copied[];
  /** Files that are seen with another content; not in the `bare` rung. */
  readonly replaced?: readonly Replaced[];
  /**
   * Files and folders that can be read beside the writable ones and each run's
   * own; `undefined` for all that is not hidden.
   */
  readonly readable?: readonly RealPath[];
  /** What to say with every outcome, such as what the profile does not do; sentences without a full stop. */
  readonly notes?: readonly string[];
  /** Why the profile is not whole: nothing may run under it. */
  readonly incomplete?: string;
  readonly network: Network;
  /** Paths in further writable folders that are not there and must not come into being. */
  readonly absent?: readonly RealPath[];
  /** The workspace and the further writable folders can be read only. */
  readonly readonly?: true;
  /** Processes inside may read and write each other's memory directly. */
  readonly tracing?: true;
  readonly limits: Limits;
  /** The name it was made for. */
  readonly name?: string;
  /**
   * Private folder on the host that holds this workspace's package-manager
   * caches; seen inside as {@linkcode CACHE_INSIDE}.
   */
  readonly cache: RealPath;
  /** User and group to become; `undefined` keeps the caller's. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Set: workspace and cache are copy-on-write views, and what is written is held. */
  readonly ephemeral?: Ephemeral;
}

/** Set inside every run, so that an airg started there knows where it is. */
export const INSIDE_VARIABLE = "AIRG_INSIDE";

/** Where a profile's private cache is seen inside. */
export const CACHE_INSIDE = "/run/airg/cache";
