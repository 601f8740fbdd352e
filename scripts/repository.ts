// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which files are the repository's, for the checks.
 *
 * @module
 */

/** The repository's top folder. */
export const root = new URL("../", import.meta.url);

/**
 * Lists tracked files and new ones that are not ignored, without those deleted.
 *
 * @param patterns Git path patterns, such as `src/*.ts`; none means all.
 */
export async function repositoryFiles(
  patterns: readonly string[] = [],
): Promise<string[]> {
  const all = await list(["-co", "--exclude-standard", "--", ...patterns]);
  const deleted = new Set(await list(["-d", "--", ...patterns]));
  return all.filter((path) => !deleted.has(path)).toSorted();
}

async function list(options: readonly string[]): Promise<string[]> {
  const { stdout, success } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--deduplicate", ...options],
    cwd: root,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot list the repository's files with git");
  return new TextDecoder().decode(stdout).split("\0").filter((path) =>
    path !== ""
  );
}
