// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds the program a word names, the way `execvp` would.
 *
 * @module
 */

/** Whether a path is a file that somebody may execute. */
export type IsExecutable = (path: string) => boolean;

/**
 * Finds the file that `name` would start.
 *
 * @param path Folders to search, separated by colons; relative ones are skipped.
 * @returns An absolute path, or `undefined` if there is none.
 */
export function resolveProgram(
  name: string,
  options: {
    readonly path: string;
    readonly cwd: string;
    readonly isExecutable: IsExecutable;
  },
): string | undefined {
  if (name === "") return undefined;
  if (name.includes("/")) {
    const absolute = name.startsWith("/") ? name : `${options.cwd}/${name}`;
    return options.isExecutable(absolute) ? absolute : undefined;
  }
  return options.path.split(":").filter((folder) => folder.startsWith("/"))
    .map((folder) => `${folder}/${name}`)
    .find(options.isExecutable);
}

/** Asks the disk whether a path is a file with any execute bit. */
export function isExecutableFile(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && mode !== null && (mode & 0o111) !== 0;
  } catch (error) {
    // Whatever cannot be looked at cannot be started either.
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.FilesystemLoop
    ) return false;
    throw error;
  }
}
