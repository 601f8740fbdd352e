// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Pathname expansion against the real tree.
 *
 * What no listing answers keeps its pattern: a word that may be any name the
 * pattern fits, which is the worst it can become.
 *
 * @module
 */

import type { Walk } from "./host.ts";
import { MAX_FIELDS } from "./limits.ts";
import { bracketEnd, matchesPattern } from "./pattern.ts";
import type { State } from "./state.ts";
import { asManyWords, MANY, STAR } from "./value.ts";

/** Folders listed for one word; deeper trees keep their pattern. */
const MAX_LISTED = 64;

/** Whether the field has a marked pattern character. */
export function hasPattern(field: string): boolean {
  return /\0[*?[(]/.test(field);
}

/** The names a field stands for, or the field itself with its holes. */
export function expandGlob(
  walk: Walk,
  state: State,
  field: string,
): readonly string[] {
  if (!hasPattern(field)) return [field];
  if (state.options.noGlob) return [asText(field)];
  const folder = state.folders?.length === 1 ? state.folders[0] : undefined;
  // With unknown text in it the pattern may fit any number of names.
  if (/\0[$+_]/.test(field)) {
    // Under nullglob it may fit none, and vanish.
    return [state.options.nullGlob ? MANY : asManyWords(asHoles(field))];
  }
  if (state.options.oddGlob || state.variables.get("GLOBIGNORE")) {
    return [MANY];
  }
  if (field.includes("\0(") || folder === undefined) return [asHoles(field)];
  if (!isRealPattern(field)) return [asText(field)];
  const found = search(walk, state, field, folder);
  if (found === undefined) return [asHoles(field)];
  if (found.length > 0) return found;
  return state.options.nullGlob ? [] : [asHoles(field)];
}

/** A `[` that is never closed is text. */
function isRealPattern(field: string): boolean {
  for (
    let at = field.indexOf("\0");
    at >= 0;
    at = field.indexOf("\0", at + 2)
  ) {
    if (field[at + 1] !== "[" || bracketEnd(field, at) >= 0) return true;
  }
  return false;
}

/** Marked characters as they were written. */
export function asText(field: string): string {
  return field.includes("\0") ? field.replace(/\0([*?[(])/g, "$1") : field;
}

/** Marked characters as unknown text. */
export function asHoles(field: string): string {
  let text = "";
  for (let at = 0; at < field.length; at++) {
    if (field[at] !== "\0") text += field[at];
    else {
      const kind = field[++at];
      const end = kind === "[" ? bracketEnd(field, at - 1) : -1;
      if (end >= 0) {
        // The whole expression stays as it is where nothing fits.
        text += STAR;
        at = end;
      } else if (kind === "(") text += STAR;
      else text += kind === "[" ? "[" : `\0${kind}`;
    }
  }
  return text;
}

function search(
  walk: Walk,
  state: State,
  field: string,
  folder: string,
): readonly string[] | undefined {
  const parts = field.split(/(\/+)/);
  let listed = 0;
  let found: string[] = [""];
  for (const [i, part] of parts.entries()) {
    if (part === "") continue;
    if (i % 2 === 1 || !hasPattern(part)) {
      found = found.map((start) => start + part);
      continue;
    }
    const last = i === parts.length - 1;
    const next: string[] = [];
    for (const start of found) {
      if (++listed > MAX_LISTED) return undefined;
      const where = start === ""
        ? folder
        : start.startsWith("/")
        ? start
        : `${folder}/${start}`;
      const entries = walk.host.list(where);
      if (entries === null) {
        if (found.length === 1) return undefined;
        continue;
      }
      walk.steps -= entries.length >> 2;
      for (const { name, kind } of entries) {
        if (!last && kind === "file") continue;
        if (name[0] === "." && !mayMatchDot(part, state)) continue;
        const fits = matchesPattern(part, name);
        if (fits === undefined) return undefined;
        if (fits) next.push(start + name);
        if (next.length > MAX_FIELDS) return undefined;
      }
    }
    found = next.sort();
    if (found.length === 0) return found;
  }
  return checkTails(walk, parts, folder, found);
}

/** Parts after the last pattern must exist; folders can be asked for. */
function checkTails(
  walk: Walk,
  parts: readonly string[],
  folder: string,
  found: readonly string[],
): readonly string[] {
  const lastPattern = parts.findLastIndex(hasPattern);
  const tail = parts.slice(lastPattern + 1).join("").replaceAll("/", "");
  if (tail === "") return found;
  return found.filter((path) => {
    const whole = path.startsWith("/") ? path : `${folder}/${path}`;
    const cut = whole.lastIndexOf("/");
    const entries = walk.host.list(whole.slice(0, cut) || "/");
    const name = whole.slice(cut + 1);
    return entries === null || entries.some((entry) => entry.name === name);
  });
}

function mayMatchDot(part: string, state: State): boolean {
  return part[0] === "." || state.options.dotGlob;
}
