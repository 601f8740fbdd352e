// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where a run takes place.
 *
 * @module
 */

/** Sockets of the host that were bound by a name relative to some folder. */
export interface UnplacedSockets {
  readonly count: number;
  /** Lower 32 bits of the inode of every bound socket; absent when unknown. */
  readonly inodes?: ReadonlySet<number>;
}

/** What hidden files are looked for by, besides policy and disk. */
export interface Places {
  readonly workspace: string;
  /** Home of the user that the command runs as. */
  readonly home: string;
  /** airg's own folders: neither seen nor written inside. */
  readonly ownFolders: readonly string[];
  /** Unix sockets that are bound on the host now. */
  readonly sockets: readonly string[];
  /** Those among them that have no path one could go by. */
  readonly unplaced?: UnplacedSockets;
  /** Whose list of secrets is hidden besides the common one. */
  readonly os?: "linux" | "darwin";
}

/** Homes that hold the workspace though they are not the runner's own. */
export function homesAbove({ workspace }: Pick<Places, "workspace">): string[] {
  const [, first, second] = workspace.split("/");
  if (first === "home" && second !== undefined) return [`/home/${second}`];
  return first === "root" ? ["/root"] : [];
}

/** `~/` becomes the home folder. */
export function expand(path: string, { home }: Pick<Places, "home">): string {
  if (path === "~") return home;
  return path.startsWith("~/") ? `${home}/${path.slice(2)}` : path;
}
