// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Paths as a `.gitignore` has them, with Claude Code's roots -> patterns of
 * ours.
 *
 * Theirs (code.claude.com, permissions): `//a` is absolute, `~/a` in the home
 * folder, `/a` below the folder of the settings, `a` and `./a` below the
 * current one; `*` is one component, `**` any number.
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";

/** A pattern of ours. */
export interface PathMatch {
  /** `*` is every path. */
  readonly path: string;
  /** What ours means and theirs does not. */
  readonly stricter?: string;
}

const ANYWHERE =
  "A relative path means that name anywhere here, not only below one folder";

/** Translates one pattern, or says why not, as a clause. */
export function matchOfPath(pattern: string): Result<PathMatch, string> {
  const text = pattern.trim();
  if (text === "") return fail("it names no path");
  if (text.startsWith("!")) return fail("exceptions (!) are not known here");
  if (/[[\]{}\\\0\n]/.test(text)) {
    return fail("classes, braces and backslashes are not known here");
  }
  if (text.split("/").includes("..")) {
    return fail("it leaves the folder it starts in (..)");
  }
  const absolute = text.startsWith("//");
  const home = text === "~" || text.startsWith("~/");
  const parts = text.replace(/^~/, "").split("/")
    .filter((part) => part !== "" && part !== ".");
  // `a/**` and `a/*` are a and what is below it; `a/**` alone is everything.
  const end = parts.findLastIndex((part) => part !== "**" && part !== "*") + 1;
  const cut = parts.slice(0, end);
  const lastAny = cut.lastIndexOf("**");
  const kept = cut.slice(lastAny + 1);
  if (kept.length === 0) {
    return ok({ path: absolute ? "/" : home ? "~" : "*" });
  }
  const root = lastAny >= 0 ? "" : absolute ? "/" : home ? "~/" : "";
  const path = `${root}${kept.join("/")}`;
  const loose = lastAny > 0 || (lastAny === 0 && (absolute || home)) ||
    (root === "" && /^\.?\//.test(text));
  const deeper = parts.at(-1) === "*";
  const stricter = [
    ...(loose ? [ANYWHERE] : []),
    ...(deeper ? ["The folder itself and all below it are meant here"] : []),
  ].join(". ");
  return ok({ path, ...(stricter !== "" && { stricter }) });
}
