// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files outside the workspace that must not come into being during a run: an
 * agent's settings that start programs, where it had none. What does not exist
 * cannot be pinned, so it is looked for afterwards and taken away.
 *
 * @module
 */

import { FolderMoved, inFolder } from "../platform/in_folder.ts";
import type { Quarantined } from "./handoff/take_away.ts";

const WHY = "the agent's next run, which may be outside, would obey it";

/** Takes what came into being at these paths into new folders beneath `quarantine`. */
export function takeAppeared(
  paths: readonly string[],
  quarantine: string,
): Quarantined[] {
  return paths.flatMap((path) => {
    if (!isThere(path)) return [];
    const at = path.lastIndexOf("/");
    const name = path.slice(at + 1);
    const id = crypto.randomUUID();
    const folder = `${quarantine}/${id}`;
    try {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      // A link in the way would make airg move a file of the host's.
      const movedTo = inFolder(
        path.slice(0, at),
        () => moved(name, `${folder}/${name}`, `${name}.airg-${id}`),
      );
      const whole = movedTo.startsWith("/")
        ? movedTo
        : `${path.slice(0, at)}/${movedTo}`;
      return [{ path, movedTo: whole, why: WHY }];
    } catch (error) {
      const expected = error instanceof FolderMoved ||
        (error instanceof Error && "code" in error);
      if (!expected) throw error;
      const why = `${WHY}; it could not be moved: ${error.message}`;
      return [{ path, movedTo: "(still there)", why }];
    }
  });
}

/** Moves away, or where that is another file system, to a name nobody obeys. */
function moved(name: string, away: string, beside: string): string {
  try {
    Deno.renameSync(name, away);
    return away;
  } catch (error) {
    const elsewhere = error instanceof Error && "code" in error &&
      error.code === "EXDEV";
    if (!elsewhere) throw error;
    Deno.renameSync(name, beside);
    return beside;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
