// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The name itself that a path means, where a link is not followed.
 *
 * @module
 */

/**
 * Resolves the folders of a path and leaves its last name as it is.
 *
 * @param resolve Follows links, as far as components exist; absolute to absolute.
 * @returns `null` where it cannot be known.
 */
export function namedPath(
  word: string,
  workspace: string,
  resolve: (path: string) => string | null,
): string | null {
  const absolute = word.startsWith("/") ? word : `${workspace}/${word}`;
  const cut = absolute.lastIndexOf("/");
  const name = absolute.slice(cut + 1);
  // These are no names, and what ends in a slash means what a link leads to.
  if (name === "" || name === "." || name === "..") {
    return resolve(absolute);
  }
  const folder = resolve(absolute.slice(0, cut) || "/");
  if (folder === null) return null;
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}
