// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What stands at a name.
 *
 * @module
 */

/** What stands there itself, not what a link leads to. */
export type Kind = "file" | "folder" | "link" | "other";

/** The kind of what Deno describes, if it followed no link. */
export function kindOfEntry(
  { isDirectory, isFile, isSymlink }: Pick<
    Deno.FileInfo,
    "isFile" | "isDirectory" | "isSymlink"
  >,
): Kind {
  if (isSymlink) return "link";
  if (isDirectory) return "folder";
  return isFile ? "file" : "other";
}
