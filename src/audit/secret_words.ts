// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Secrets among the words of a command: `--password x`, `mysql -px`,
 * `curl -u user:x`, `DB_PASS=x`.
 *
 * Words are cut roughly, in one pass: this finds what to hide, it does not
 * decide. `src/shell/` reads commands for that.
 *
 * @module
 */

import { isSecretName } from "./secret_names.ts";
import type { Secret } from "./secrets.ts";

/** One word, or a separator between commands when `value` is empty and not quoted. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** Without quotes. */
  readonly value: string;
  /** Whether it is in quotes as a whole or from its start on. */
  readonly quoted: boolean;
}

/** Which options of a program are followed by a secret. */
interface Options {
  readonly programs: RegExp;
  /** Options whose next word is a secret. */
  readonly next: readonly string[];
  /** Options that the secret is written onto. */
  readonly onto: readonly string[];
  /** What divides user and secret, where the value is both. */
  readonly after?: string;
  /** A word that must have come before, such as `login`. */
  readonly once?: string;
}

const OPTIONS: readonly Options[] = [
  {
    programs: /^(?:mysql|mariadb|mongo)[\w-]*$/,
    next: ["-p"],
    onto: ["-p"],
  },
  { programs: /^sshpass$/, next: ["-p"], onto: ["-p"] },
  { programs: /^7z[ar]?$/, next: [], onto: ["-p"] },
  { programs: /^(?:zip|unzip|sqlcmd|bcp)$/, next: ["-P"], onto: ["-P"] },
  { programs: /^redis-cli$/, next: ["-a"], onto: [] },
  { programs: /^ldap[a-z]+$/, next: ["-w"], onto: ["-w"] },
  {
    programs: /^curl$/,
    next: ["-u", "-U", "--user", "--proxy-user"],
    onto: ["-u", "--user=", "--proxy-user="],
    after: ":",
  },
  { programs: /^smbclient$/, next: ["-U", "--user"], onto: ["-U"], after: "%" },
  {
    programs: /^(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|az|oc)$/,
    next: ["-p"],
    onto: [],
    once: "login",
  },
];

/** A text without any of these names no program of {@linkcode OPTIONS}. */
const HINTS = (
  "mysql mariadb mongo sshpass 7z zip sqlcmd bcp redis-cli ldap curl " +
  "smbclient login"
).split(" ");

const OPTION_REGEXP = /^--?([A-Za-z][\w.-]*)(=?)/;
const ASSIGNMENT_REGEXP = /^([A-Za-z_][\w.-]*)=/;
const WORD_BREAK_REGEXP = /[\s;&|()<>]/;

/**
 * Whether a text can name a program that is given a secret without a name.
 *
 * @param lower In lower case.
 */
export function mayTakeSecret(lower: string): boolean {
  return HINTS.some((hint) => lower.includes(hint));
}

/** Cuts a text into words, roughly as a shell would. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    const character = text[at]!;
    if (WORD_BREAK_REGEXP.test(character)) {
      at++;
      if (!/[^\S\n]/.test(character)) {
        words.push({ start, end: at, value: "", quoted: false });
      }
      continue;
    }
    at = wordEnd(text, at);
    const raw = text.slice(start, at);
    const quoted = character === '"' || character === "'";
    words.push({ start, end: at, value: raw.replace(/["'\\]/g, ""), quoted });
  }
  return words;
}

/**
 * Secrets among words.
 *
 * @param text What the words were cut from; absent for an argument list, where a
 * word is a value as it is.
 */
export function wordSecrets(words: readonly Word[], text?: string): Secret[] {
  const found: Secret[] = [];
  let options: Options | undefined;
  let seen = new Set<string>();
  for (const [i, word] of words.entries()) {
    if (text !== undefined && word.value === "" && !word.quoted) {
      options = undefined;
      continue;
    }
    const before = words[i - 1];
    const start = valueStart(word, before, options, seen);
    if (start !== undefined) {
      const offset = text === undefined
        ? start
        : rawOffset(text.slice(word.start, word.end), start);
      const from = start === 0 ? before?.start ?? word.start : word.start;
      const end = text === undefined ? word.end : valueEnd(text, word);
      if (word.start + offset < end) {
        found.push({ from, start: word.start + offset, end });
      }
    }
    const program = programOf(word.value);
    if (program !== undefined) {
      options = program;
      seen = new Set();
    }
    if (word.value === options?.once) seen.add(word.value);
  }
  return found;
}

/** Where in the word's value the secret starts, if it is one. */
function valueStart(
  { value }: Word,
  before: Word | undefined,
  options: Options | undefined,
  seen: ReadonlySet<string>,
): number | undefined {
  const [option, name = "", equals] = OPTION_REGEXP.exec(value) ?? [];
  if (option !== undefined && equals === "=" && isSecretName(name)) {
    return option.length;
  }
  const known = options?.once === undefined || seen.has(options.once)
    ? options
    : undefined;
  for (const onto of known?.onto ?? []) {
    if (!value.startsWith(onto) || value.length === onto.length) continue;
    return afterUser(value, onto.length, known);
  }
  const assignment = ASSIGNMENT_REGEXP.exec(value);
  if (assignment?.[1] !== undefined && isSecretName(assignment[1])) {
    // A word with blanks may be a script, whose end the text form finds.
    return /\s/.test(value) ? undefined : assignment[0].length;
  }
  if (before === undefined || value.startsWith("-")) return undefined;
  if (known?.next.includes(before.value)) return afterUser(value, 0, known);
  const asked = OPTION_REGEXP.exec(before.value);
  return asked?.[2] === "" && asked[0] === before.value &&
      isSecretName(asked[1] ?? "")
    ? 0
    : undefined;
}

function afterUser(
  value: string,
  start: number,
  options: Options | undefined,
): number | undefined {
  if (options?.after === undefined) return start;
  const at = value.indexOf(options.after, start);
  return at < 0 ? undefined : at + 1;
}

function programOf(value: string): Options | undefined {
  if (value.length > 256) return undefined;
  const name = value.slice(value.lastIndexOf("/") + 1);
  return OPTIONS.find(({ programs }) => programs.test(name));
}

/** The offset in the word as written of an offset in its value. */
function rawOffset(raw: string, offset: number): number {
  let left = offset;
  let at = 0;
  for (; left > 0 && at < raw.length; at++) {
    if (!/["'\\]/.test(raw[at]!)) left--;
  }
  return at;
}

function valueEnd(text: string, { start, end }: Word): number {
  return text[start] === "'" ? end : visibleFrom(text, start, end);
}

/**
 * Where the secret part of `[start, end)` ends: a substitution is a command,
 * which the log has to show.
 */
export function visibleFrom(text: string, start: number, end: number): number {
  const raw = text.slice(start, end);
  const at = raw.search(/\$\(|`/);
  if (at >= 0) return start + at;
  return raw.endsWith("$") && text[end] === "(" ? end - 1 : end;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !WORD_BREAK_REGEXP.test(text[at]!)) {
    const character = text[at]!;
    if (character === "\\") at += 2;
    else if (character === "'") at = after(text.indexOf("'", at + 1), text);
    else if (character === '"') at = closing(text, at + 1);
    else at++;
  }
  return Math.min(at, text.length);
}

function after(index: number, text: string): number {
  return index < 0 ? text.length : index + 1;
}

function closing(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
