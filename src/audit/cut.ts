// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Keeps a record small enough to be read back.
 *
 * A command may be 1 MB long and its decision may quote it often. A record that
 * no reader takes would stop the log, and with it every action; so long texts
 * and lists are cut, and say how long they were. Cutting comes after
 * redacting: the half of a token has no shape to find.
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import type { Fields, Json } from "./record.ts";

/** Characters of a record, about; its JSON may have a few more bytes. */
const MAX_RECORD = 256 * 1024;

/** UTF-16 code units of a text and entries of a list that stay; tried in turn. */
const LEVELS = [
  { text: 16 * 1024, entries: 1_000 },
  { text: 4 * 1024, entries: 200 },
  { text: 512, entries: 40 },
  { text: 64, entries: 10 },
] as const;

type Level = typeof LEVELS[number];

/** Cuts long texts and lists, as little as it takes. */
export function cutToFit(fields: Fields): Fields {
  let kept = fields;
  for (const level of LEVELS) {
    kept = cut(fields, level) as Fields;
    if (JSON.stringify(kept).length <= MAX_RECORD) break;
  }
  return kept;
}

function cut(value: Json, level: Level): Json {
  if (typeof value === "string") return cutText(value, level.text);
  if (Array.isArray(value)) {
    const kept: Json[] = value.slice(0, level.entries)
      .map((entry) => cut(entry, level));
    return value.length <= level.entries
      ? kept
      : [...kept, `[cut: ${value.length} entries]`];
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, cut(entry, level)]),
    );
  }
  return value;
}

function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most);
  return `${start} [cut: ${text.length} characters, sha256 ${sha256Hex(text)}]`;
}
