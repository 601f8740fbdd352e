// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Facts about the machine that containment depends on.
 *
 * @module
 */

/** One line of the user database. */
export interface User {
  readonly name: string;
  readonly home: string;
}

/** Places where a distribution installs bubblewrap; never searched on PATH, which the agent may have changed. */
const BUBBLEWRAP_PATHS = [
  "/usr/bin/bwrap",
  "/usr/local/bin/bwrap",
  "/bin/bwrap",
] as const;

/** Absolute path of bubblewrap, if it is installed. */
export function findBubblewrap(): string | undefined {
  return BUBBLEWRAP_PATHS.find((path) => kindOf(path) === "file");
}

/**
 * Looks a user up in `/etc/passwd`; users of a directory service are not found.
 */
export function findUser(uid: number): User | undefined {
  for (const line of Deno.readTextFileSync("/etc/passwd").split("\n")) {
    const [name, , id, , , home] = line.split(":");
    if (id === String(uid) && name && home?.startsWith("/")) {
      return { name, home };
    }
  }
  return undefined;
}

/**
 * Paths of unix sockets that are bound now, from `/proc/net/unix`
 * (proc_net(5)); abstract ones have no path and are not listed.
 *
 * @param text The file's content.
 */
export function boundSockets(text: string): string[] {
  const paths = new Set<string>();
  for (const line of text.split("\n").slice(1)) {
    // Seven columns, then the path, which may hold blanks.
    const path = /^(?:\S+\s+){6}\S+ (\/.*)$/.exec(line)?.[1];
    if (path !== undefined) paths.add(path);
  }
  return [...paths];
}

/**
 * How many sockets were bound by a name that leads nowhere from here, from the
 * same text: relative to a folder that only their program knows, or by a
 * descriptor of it.
 */
export function unplacedSockets(text: string): number {
  // State 01: not connected. The ends of connections carry the name too.
  return text.split("\n").slice(1).filter((line) =>
    /^(?:\S+\s+){5}01\s+\S+ (?:[^@/]|\/proc\/)/.test(line)
  ).length;
}

/** What a path leads to, links followed; `undefined` if it cannot be looked at. */
export function kindOf(
  path: string,
): "file" | "folder" | "other" | undefined {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return isFile ? "file" : isDirectory ? "folder" : "other";
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Names in a folder; `undefined` if it cannot be listed. */
export function namesIn(path: string): string[] | undefined {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop;
}
