// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where a text holds secrets, by their shapes and by the names before them.
 *
 * Every expression here takes a time linear in the text: each starts at a fixed
 * word or at the border of a run of characters, and a quantifier is never
 * followed by something it could have taken itself. What is found is kept
 * short where a command could follow: an agent must not be able to hide what it
 * runs from the log by calling it a password.
 *
 * @module
 */

import { isSecretName, mayNameSecret } from "./secret_names.ts";
import {
  mayTakeSecret,
  visibleFrom,
  wordSecrets,
  wordsOf,
} from "./secret_words.ts";

/** One secret: offsets `[start, end)`, and where what gave it away starts. */
export interface Secret {
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** Quoted texts within quoted texts that are looked into. */
const MAX_DEPTH = 4;

/** One kind of secret; group 1 stays. */
interface Shape {
  /** Lower case; a text without any of these is not searched further. */
  readonly hints: readonly string[];
  readonly regexp: RegExp;
}

/** Shapes that vendors publish. */
const SHAPES: readonly Shape[] = [
  {
    hints: ["akia", "asia", "abia", "acca"],
    regexp:
      /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?:[^A-Za-z0-9/+]{1,8}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?/g,
  },
  {
    hints: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    regexp: /\bgh[pousr]_[A-Za-z0-9]{16,}/g,
  },
  { hints: ["github_pat_"], regexp: /\bgithub_pat_[A-Za-z0-9_]{16,}/g },
  {
    hints: ["gl"],
    regexp: /\bgl(?:pat|dt|rt|ptt|cbt|ft|soat|oas|agent)-[A-Za-z0-9_-]{16,}/g,
  },
  { hints: ["xox"], regexp: /\bxox[abeoprs]-[A-Za-z0-9-]{8,}/g },
  { hints: ["xapp-"], regexp: /\bxapp-[A-Za-z0-9-]{8,}/g },
  { hints: ["npm_"], regexp: /\bnpm_[A-Za-z0-9]{20,}/g },
  { hints: ["pypi-"], regexp: /\bpypi-[A-Za-z0-9_-]{16,}/g },
  { hints: ["hf_"], regexp: /\bhf_[A-Za-z0-9]{20,}/g },
  { hints: ["ya29."], regexp: /\bya29\.[A-Za-z0-9_-]{16,}/g },
  { hints: ["aiza"], regexp: /\bAIza[A-Za-z0-9_-]{35}/g },
  {
    hints: ["sk-"],
    regexp: /(?<![A-Za-z0-9_-])sk-(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_-]{16,}/g,
  },
  {
    hints: ["k_live_", "k_test_"],
    regexp: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  },
  // A JSON Web Token: base64url of `{"`, then two or more parts.
  {
    hints: ["eyj"],
    regexp:
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*/g,
  },
  {
    hints: ["bearer"],
    regexp: /(\bbearer[\t ]{1,8})[A-Za-z0-9._~+/=-]{8,}/gi,
  },
  {
    hints: ["login"], // .netrc
    regexp: /(\blogin[\t ]{1,8}\S{1,256}[\t ]{1,8}password[\t ]{1,8})\S+/g,
  },
  // The lines of a key, which hold no blanks, so that no command hides there.
  {
    hints: ["private key"],
    regexp:
      /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\s*[A-Za-z-]{1,40}: [A-Za-z0-9 ,.()/+-]{1,200}(?=\s))*)(?:(?:[\s"',]|\\[nr\\"])+[A-Za-z0-9+/=]+)+/g,
  },
];

const BASIC_REGEXP = /\bbasic[\t ]{1,8}([A-Za-z0-9+/]{4,}={0,2})/gi;
/** A password, or for the web all that stands before the `@`. */
const URL_REGEXP =
  /(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]*):\/\/([^\s/?#"'`<>]*)@/g;
const NAME_REGEXP = /[\w.-]+/g;
const SEPARATOR_REGEXP = /(?:\\{0,3}["'])?\s*(?::=|=>|={1,3}|:(?!\/\/))\s*/y;
const SCHEME_REGEXP =
  /["']?(?:bearer|basic|token|digest|negotiate|apikey)[\t ]{1,8}/iy;
const BARE_REGEXP = /[^\s"'`;&|<>()]*/y;
/** A value that only names where the secret is, or nothing. */
const NO_SECRET_REGEXP = /^["']*(?:\$(?:\w+|\{\w+\}))?["']*$/;

/** Secrets in a text: a shell command, output, a header, JSON. */
export function secretsIn(text: string): Secret[] {
  const lower = text.toLowerCase();
  const found = byShape(text, lower);
  if (mayNameSecret(lower)) found.push(...byName(text));
  if (mayNameSecret(lower) || mayTakeSecret(lower)) {
    found.push(...byWord(text, 0));
  }
  return found;
}

/** Secrets in an argument list, as offsets in its elements joined by blanks. */
export function secretsInArgv(argv: readonly string[]): Secret[] {
  const text = argv.join(" ");
  const lower = text.toLowerCase();
  const shapes = byShape(text, lower);
  if (!mayNameSecret(lower) && !mayTakeSecret(lower)) return shapes;
  let at = 0;
  const words = argv.map((value) => {
    const start = at;
    at += value.length + 1;
    return { start, end: start + value.length, value, quoted: false };
  });
  const found = [...shapes, ...byName(text), ...wordSecrets(words)];
  for (const { start, value } of words) {
    if (!/\s/.test(value)) continue;
    for (const inner of byWord(value, 1)) found.push(moved(inner, start));
  }
  return found;
}

/** Secrets among the words of a text, and of quoted texts within it. */
function byWord(text: string, depth: number): Secret[] {
  const words = wordsOf(text);
  const found = wordSecrets(words, text).filter(({ start, end }) =>
    !NO_SECRET_REGEXP.test(text.slice(start, end))
  );
  if (depth >= MAX_DEPTH) return found;
  for (const { start, end, quoted } of words) {
    if (!quoted) continue;
    const inner = text.slice(start + 1, end);
    if (!/\s/.test(inner)) continue;
    for (const secret of byWord(inner, depth + 1)) {
      found.push(moved(secret, start + 1));
    }
  }
  return found;
}

function moved({ from, start, end }: Secret, by: number): Secret {
  return { from: from + by, start: start + by, end: end + by };
}

function byShape(text: string, lower: string): Secret[] {
  const found: Secret[] = [];
  for (const { hints, regexp } of SHAPES) {
    if (!hints.some((hint) => lower.includes(hint))) continue;
    for (const match of text.matchAll(regexp)) {
      const kept = match[1]?.length ?? 0;
      found.push({
        from: match.index,
        start: match.index + kept,
        end: match.index + match[0].length,
      });
    }
  }
  if (lower.includes("basic")) found.push(...basicSecrets(text));
  if (lower.includes("://")) found.push(...urlSecrets(text));
  return found;
}

/** `Basic` and base64 of `user:password`. */
function basicSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  for (const { 0: all, 1: value = "", index } of text.matchAll(BASIC_REGEXP)) {
    if (!isUserAndPassword(value)) continue;
    const end = index + all.length;
    found.push({ from: index, start: end - value.length, end });
  }
  return found;
}

/** `https://user:password@host`, `https://token@host`. */
function urlSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  for (const match of text.matchAll(URL_REGEXP)) {
    const [all, scheme = "", user = ""] = match;
    const end = match.index + all.length - 1;
    const colon = user.indexOf(":");
    if (colon < 0 && !/^https?$/i.test(scheme)) continue; // ssh://git@host
    const start = end - user.length + colon + 1;
    if (start < end) found.push({ from: match.index, start, end });
  }
  return found;
}

/** Whether base64 decodes to `user:password`. */
function isUserAndPassword(value: string): boolean {
  if (value.length % 4 !== 0) return false;
  return atob(value).includes(":");
}

/** Values after a secret's name: `token=x`, `"secret": "x"`, `Authorization: x`. */
function byName(text: string): Secret[] {
  const found: Secret[] = [];
  let reached = 0; // A name in a value goes with the value.
  for (const { 0: name, index } of text.matchAll(NAME_REGEXP)) {
    if (index < reached || !isSecretName(name)) continue;
    SEPARATOR_REGEXP.lastIndex = index + name.length;
    const separator = SEPARATOR_REGEXP.exec(text)?.[0];
    if (separator === undefined) continue;
    // `pass: 3 tests` is no password; `pass:hunter2` is.
    if (/^pass$/i.test(name) && /\s$/.test(separator)) continue;
    let start = index + name.length + separator.length;
    SCHEME_REGEXP.lastIndex = start;
    if (SCHEME_REGEXP.test(text)) start = SCHEME_REGEXP.lastIndex;
    const value = valueAt(text, start);
    if (NO_SECRET_REGEXP.test(text.slice(value.start, value.end))) continue;
    found.push({ from: index, ...value });
    reached = value.end;
  }
  return found;
}

/** A value: what is in its quotes, or a word. */
function valueAt(
  text: string,
  from: number,
): { readonly start: number; readonly end: number } {
  let start = from;
  while (text[start] === "\\") start++;
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    start++;
    const end = text.indexOf(quote, start);
    if (end >= 0 && !text.slice(start, end).includes("\n")) {
      return {
        start,
        end: quote === "'" ? end : visibleFrom(text, start, end),
      };
    }
  }
  BARE_REGEXP.lastIndex = start;
  BARE_REGEXP.test(text);
  return { start, end: visibleFrom(text, start, BARE_REGEXP.lastIndex) };
}
