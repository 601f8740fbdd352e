// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Resolves links and `..` in a path, as far as the disk has its parts.
 *
 * Unlike `realpath`, a path that does not exist yet has an answer: where it
 * would be made. A link to a missing place is followed too, because writing
 * through it makes that place.
 *
 * @module
 */

/** Links followed in one path, as in Linux (`MAXSYMLINKS`). */
const MAX_LINKS = 40;
/** Bytes in a path, as in Linux (`PATH_MAX`); UTF-16 code units here. */
const MAX_PATH = 4096;
/** Different paths one {@linkcode resolver} answers for, if not told otherwise. */
const MAX_QUESTIONS = 1_536;

/**
 * A function that resolves paths, remembers its answers, and after `questions`
 * different paths answers `null`.
 *
 * One reading of one command uses one resolver, so that it sees one disk and
 * costs a bounded time whatever the command says.
 */
export function resolver(
  questions: number = MAX_QUESTIONS,
): (path: string) => string | null {
  const answers = new Map<string, string | null>();
  return (path) => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    if (answers.size >= questions) return null;
    const answer = resolveExisting(path);
    answers.set(path, answer);
    return answer;
  };
}

/**
 * Follows links and `..` in `path` as far as components exist; the rest is kept
 * as written, without `.`, `..` and doubled slashes.
 *
 * @param path Absolute.
 * @returns An absolute path without links, or `null` where it cannot be known:
 * not absolute, a loop, no permission, too long, a file where a folder is
 * needed, a NUL.
 */
export function resolveExisting(path: string): string | null {
  if (!path.startsWith("/") || path.includes("\0")) return null;
  if (path.length > MAX_PATH) return null;
  // Also gives the spelling on disk where the file system ignores case.
  const whole = realOf(path);
  return whole === "missing" ? walk(path) : whole;
}

/** The folders in which the links on the way to `path` lie; each link decides where it leads. */
export function linkFolders(path: string): string[] {
  if (!path.startsWith("/") || path.includes("\0")) return [];
  if (path.length > MAX_PATH || realOf(path) === path) return [];
  const folders = new Set<string>();
  walk(path, (folder) => folders.add(folder === "" ? "/" : folder));
  return [...folders];
}

function walk(
  path: string,
  onLink: (folder: string) => void = () => {},
): string | null {
  const todo = path.split("/").reverse();
  let links = 0;
  let real = "";
  const missing: string[] = []; // What comes after `real`, not on the disk.
  while (todo.length > 0) {
    const part = todo.pop()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (missing.pop() === undefined) real = parentOf(real);
      continue;
    }
    const next = `${real}/${part}`;
    const found = missing.length > 0 ? "missing" : look(next, todo.length > 0);
    if (found === null) return null;
    if (found === "missing") missing.push(part);
    else if (found === "there") real = next;
    else {
      onLink(real);
      if (++links > MAX_LINKS || found.target.length > MAX_PATH) return null;
      if (found.target.startsWith("/")) real = "";
      todo.push(...found.target.split("/").reverse());
    }
  }
  const start = realOf(real === "" ? "/" : real);
  if (start === null || start === "missing") return null; // Changed meanwhile.
  const joined = [start === "/" ? "" : start, ...missing].join("/");
  if (joined.length > MAX_PATH) return null;
  return joined === "" ? "/" : joined;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function realOf(path: string): string | "missing" | null {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    return unknownOrMissing(error);
  }
}

/** What is at `path`, whose parents are real; `null` if it cannot be known. */
function look(
  path: string,
  more: boolean,
): { readonly target: string } | "there" | "missing" | null {
  try {
    const info = Deno.lstatSync(path);
    if (info.isSymlink) return { target: Deno.readLinkSync(path) };
    return more && !info.isDirectory ? null : "there";
  } catch (error) {
    return unknownOrMissing(error);
  }
}

function unknownOrMissing(error: unknown): "missing" | null {
  if (error instanceof Deno.errors.NotFound) return "missing";
  // No permission, a loop, a name too long: whatever the system says with a
  // code, the answer is that it cannot be known.
  if (error instanceof Error && "code" in error) return null;
  throw error;
}
