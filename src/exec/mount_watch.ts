// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether the masks and pins that bubblewrap made are still where they were.
 *
 * In the `full` rung the launcher watches its own mounts. In the `bwrap` rung
 * they lie in a mount namespace that only the command's processes are in, whose
 * list of mounts anybody may read (proc(5), /proc/PID/mountinfo).
 *
 * @module
 */

/** Milliseconds between two looks. */
const LOOK_EVERY_MS = 250;

/**
 * Looks at the mounts of process `pid` until told to stop, and calls `lost` once
 * with the first of `paths` that is no mount point: bubblewrap starts nothing
 * before all of them are, so one that is none was taken away.
 */
export function watchMounts(
  pid: number,
  paths: readonly string[],
  lost: (path: string) => void,
): () => void {
  const look = (): boolean => {
    const now = mountPoints(pid);
    const gone = now && paths.find((path) => !now.has(path));
    if (gone !== undefined) lost(gone);
    return now !== undefined && gone === undefined;
  };
  if (!look()) return () => {};
  const timer = setInterval(() => {
    if (!look()) clearInterval(timer);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

function mountPoints(pid: number): ReadonlySet<string> | undefined {
  try {
    return mountPointsIn(Deno.readTextFileSync(`/proc/${pid}/mountinfo`));
  } catch (error) {
    // It has ended.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/**
 * The mount points in a list of mounts (pure).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mountPointsIn } from "./mount_watch.ts";
 *
 * const line = "36 35 98:0 /a /b\\040c rw - ext4 /dev/sda rw\n";
 * assert.deepEqual([...mountPointsIn(line)], ["/b c"]);
 * ```
 */
export function mountPointsIn(text: string): Set<string> {
  const points = text.split("\n").map((line) => line.split(" ")[4] ?? "");
  return new Set(points.filter((point) => point !== "").map(unescaped));
}

/** Blank, tab, newline and backslash are written as three octal digits of a byte. */
function unescaped(point: string): string {
  return point.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
