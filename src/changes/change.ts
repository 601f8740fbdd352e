// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What one path would become, and what it was (pure).
 *
 * @module
 */

/** What can be said of a path whatever file system it lies on. */
export interface Shape {
  readonly type: "file" | "folder" | "link" | "other";
  /** Permission bits, without set-id bits. */
  readonly mode: number;
  /** Bytes of a file; 0 for the rest. */
  readonly size: number;
  /** Where a link leads. */
  readonly target?: string;
}

/** A path as it is on the disk now. */
export interface Node extends Shape {
  readonly uid: number;
  readonly gid: number;
  readonly dev: number;
  readonly ino: number;
  /** Milliseconds since the Unix epoch; both. */
  readonly mtime: number;
  readonly ctime: number;
}

/** What the run found under a path, to see later whether it still is that. */
export interface Baseline extends Node {
  /** Of a file's content, or of the whole tree below a folder that goes away. */
  readonly digest?: string;
  /** Paths below a folder that goes away. */
  readonly entries?: number;
}

/** What became of a path. */
export type Status =
  | "added"
  | "modified"
  | "deleted"
  /** Only its permission bits changed. */
  | "mode"
  /** Something of another type took its place. */
  | "replaced"
  /** A socket, a pipe, a name that is no text: cannot be brought over. */
  | "unsupported";

/** One path that an ephemeral run would have changed. */
export interface Change {
  /** Relative to the workspace. */
  readonly path: string;
  readonly status: Status;
  /** Absent: there was nothing. */
  readonly before?: Baseline;
  /** Absent: nothing is left. */
  readonly after?: Shape;
  /** The host changed it while the run was going on, so nobody knows what the run saw. */
  readonly meanwhile: boolean;
}

/** Whether a path looks the same, as far as its entry tells. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.type === b.type && a.mode === b.mode && a.size === b.size &&
    a.target === b.target;
}

/** Whether it is the very file it was, untouched: the kernel counts up `ctime` at every change. */
export function untouched(now: Node, before: Node): boolean {
  return now.dev === before.dev && now.ino === before.ino &&
    now.ctime === before.ctime && now.mtime === before.mtime &&
    sameShape(now, before);
}

/** Bytes that the new and changed files hold. */
export function bytesOf(changes: readonly Change[]): number {
  return changes.reduce(
    (sum, { status, after }) =>
      status === "mode" ? sum : sum + (after?.size ?? 0),
    0,
  );
}

/** The folder of a relative path; empty for the workspace itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last component. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
