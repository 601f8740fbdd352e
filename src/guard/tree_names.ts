// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which names below a script may be code, and which are something that comes
 * and goes while programs run.
 *
 * @module
 */

/** What a name below a script is taken for. */
export type NameClass =
  /** May be code, or decide what code does. */
  | "code"
  /** A document, data, or what a program made from code. */
  | "other"
  /** Written all the time by programs that run; no code is in it. */
  | "passing";

/** Documents, media and data; whatever else a name ends with may be code. */
const DATA = new Set([
  ...["md", "markdown", "rst", "adoc", "txt", "pdf", "doc", "docx", "odt"],
  ...["png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "avif", "bmp", "tiff"],
  ...["mp3", "mp4", "wav", "ogg", "webm", "mov", "woff", "woff2", "ttf", "otf"],
  ...["csv", "tsv", "parquet", "arrow", "npy", "npz", "jsonl", "ndjson"],
  ...["zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "map", "bak", "orig"],
]);

/** What is written to while programs run. */
const PASSING_REGEXP =
  /\.(?:log|pid|lock|sock|swp|swo|tmp|temp|part|sqlite3?|db)$|\.(?:sqlite3?|db)-(?:wal|shm|journal)$|^\.DS_Store$|~$/;

/** Lock files that say which code is fetched. */
const FETCHED_REGEXP =
  /^(?:yarn|Cargo|poetry|uv|Gemfile|composer|Pipfile|flake|deno|bun|mix|pdm|Podfile|pubspec|conan|Chart)\.lock$/;

/** Folders of what is made from code: it changes with each build. */
const MADE = new Set([
  ...["__pycache__", "dist", "build", "target", "out", "coverage", "tmp"],
  ...[".cache", ".next", ".nuxt", ".turbo", ".vite", ".tox", ".gradle"],
  ...[".pytest_cache", ".mypy_cache", ".ruff_cache", ".parcel-cache"],
]);

/** Folders of what others wrote: large, and seldom changed. */
const FETCHED = new Set([
  ...["node_modules", ".venv", "venv", "site-packages", "vendor"],
  ...[".yarn", ".pnpm-store", ".bundle", ".terraform"],
]);

/** Of git only settings and hooks are obeyed, and those are watched elsewhere. */
const GIT = ".git";

/**
 * What a path below a script is taken for.
 *
 * @param path From the script's folder.
 */
export function classOf(path: string): NameClass {
  const parts = path.split("/");
  if (parts.includes(GIT)) return "passing";
  const name = parts.at(-1) ?? "";
  if (FETCHED_REGEXP.test(name)) return "code";
  if (PASSING_REGEXP.test(name)) return "passing";
  if (parts.some((part) => MADE.has(part))) return "other";
  const dot = name.lastIndexOf(".");
  return dot > 0 && DATA.has(name.slice(dot + 1).toLowerCase())
    ? "other"
    : "code";
}

/** Folders that are looked into when all others have been. */
export function isLate(name: string): boolean {
  return FETCHED.has(name) || MADE.has(name) || name === GIT;
}
