// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Works inside one folder that cannot be swapped meanwhile.
 *
 * A path is looked up anew by every call, so between checking it and using it
 * somebody may put a link in the place of one of its folders. The current
 * folder of a process is the folder itself, not its name: names relative to it
 * are looked up nowhere else. Deno has no `openat`; this is its equal.
 *
 * @module
 */

/** What stood where the folder was expected. */
export class FolderMoved extends Error {
  override name = "FolderMoved";
}

/**
 * Runs `use` with `path` as the current folder; names in `use` are single
 * components.
 *
 * Synchronous from end to end, because the current folder belongs to the whole
 * process: nothing else of this process runs in between. Threads of `deno test
 * --parallel` share it, too.
 *
 * @param path Absolute, without links.
 * @throws {FolderMoved} If `path` leads anywhere but to the folder of that name.
 */
export function inFolder<Value>(path: string, use: () => Value): Value {
  const back = currentFolder();
  Deno.chdir(path);
  try {
    if (Deno.cwd() !== path) {
      throw new FolderMoved(
        `Cannot work in ${JSON.stringify(path)}: it leads elsewhere`,
      );
    }
    return use();
  } finally {
    Deno.chdir(back);
  }
}

function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch (error) {
    // It was removed while airg runs; nothing of airg depends on it.
    if (error instanceof Deno.errors.NotFound) return "/";
    throw error;
  }
}
