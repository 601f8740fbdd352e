// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What `.gitignore` files leave out, as git reads them (pure): gitignore(5),
 * dir.c of git. `test/files/ignore_test.ts` compares it with git itself.
 *
 * @module
 */

import { asBytes, compileGlob, type GlobTest } from "./glob.ts";

/** One line of a `.gitignore`. */
interface IgnoreRule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** It speaks of names, in any folder; else of paths from its own folder. */
  readonly isName: boolean;
  readonly fits: GlobTest;
}

/** What one file says, and where it lies. */
export interface IgnoreFile {
  /** Folder relative to the top, with a slash behind it; empty for the top. */
  readonly folder: string;
  readonly rules: readonly IgnoreRule[];
  /** Characters of it, which is what following it costs. */
  readonly length: number;
}

/** Lines of one file that are read. */
const MAX_RULES = 20_000;

/** Reads a `.gitignore` that lies in `folder`. */
export function readIgnore(text: string, folder: string): IgnoreFile {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  return {
    folder: asBytes(folder),
    length: text.length,
    rules: lines.slice(0, MAX_RULES).flatMap((line) => ruleOf(line) ?? []),
  };
}

function ruleOf(written: string): IgnoreRule | undefined {
  const line = withoutTrailingBlanks(
    written.endsWith("\r") ? written.slice(0, -1) : written,
  );
  if (line === "" || line.startsWith("#")) return undefined;
  const negated = line.startsWith("!");
  const rest = negated ? line.slice(1) : line;
  const foldersOnly = rest.endsWith("/");
  const pattern = foldersOnly ? rest.slice(0, -1) : rest;
  if (pattern === "") return undefined;
  const isName = !pattern.includes("/");
  const bytes = asBytes(pattern.startsWith("/") ? pattern.slice(1) : pattern);
  const fits = isName ? compileGlob(bytes) : pathTest(bytes);
  return { negated, foldersOnly, isName, fits };
}

/**
 * git compares what stands before the first wildcard by itself (`match_pathname`
 * in dir.c), so that `a**` begins with `**` for it, which then means any folders.
 */
function pathTest(pattern: string): GlobTest {
  const [plain = ""] = /^[^*?[\\]*/.exec(pattern) ?? [];
  const rest = compileGlob(pattern.slice(plain.length));
  return (path) => path.startsWith(plain) && rest(path.slice(plain.length));
}

/** Blanks at the end go, unless a backslash stands before one. */
function withoutTrailingBlanks(line: string): string {
  let end = -1;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === " ") {
      if (end < 0) end = at;
    } else {
      if (line[at] === "\\") {
        at++;
        if (at >= line.length) return line;
      }
      end = -1;
    }
  }
  return end < 0 ? line : line.slice(0, end);
}

/**
 * Whether a path is left out; folders above it are not looked at: what lies in
 * a folder that is left out is never come to.
 *
 * @param files The nearest to the path last.
 * @param path Relative to the top.
 */
export function isIgnored(
  files: readonly IgnoreFile[],
  path: string,
  isFolder: boolean,
): boolean {
  const own = asBytes(path);
  const name = own.slice(own.lastIndexOf("/") + 1);
  for (let n = files.length - 1; n >= 0; n--) {
    const { folder, rules } = files[n] as IgnoreFile;
    if (!own.startsWith(folder)) continue;
    const inFolder = own.slice(folder.length);
    const rule = rules.findLast(({ fits, foldersOnly, isName }) =>
      (isFolder || !foldersOnly) && fits(isName ? name : inFolder)
    );
    if (rule !== undefined) return !rule.negated;
  }
  return false;
}
