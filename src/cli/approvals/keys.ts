// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Bytes of a raw terminal as keys.
 *
 * @module
 */

/** One key, or pasted text. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  /** Pasted: never taken as keys. */
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: KeyName };

/** Keys that are no text. */
export type KeyName =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend"
  | "redraw";

/** xterm's names, with and without application mode. */
const SEQUENCES: ReadonlyMap<string, KeyName> = new Map([
  ["[A", "up"],
  ["OA", "up"],
  ["[B", "down"],
  ["OB", "down"],
  ["[5~", "page-up"],
  ["[6~", "page-down"],
  ["[H", "home"],
  ["[1~", "home"],
  ["[F", "end"],
  ["[4~", "end"],
]);

const CONTROLS: ReadonlyMap<string, KeyName> = new Map([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x03", "interrupt"],
  ["\x04", "interrupt"],
  ["\x0c", "redraw"],
  ["\x1a", "suspend"],
]);

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** Longest text that is kept while the end of a paste is waited for. */
const MAX_HELD = 8192;

/** Keys of a text, and what of it has not come to an end. */
export interface ReadKeys {
  readonly keys: readonly Key[];
  readonly rest: string;
}

/**
 * Reads the keys of what came, after what was left before.
 *
 * @param more `none`: nothing followed for a while, so that an escape alone is
 * the key. Else it may be the beginning of a paste, whose letters are no keys.
 */
export function readKeys(text: string, more: "maybe" | "none"): ReadKeys {
  const keys: Key[] = [];
  for (let at = 0; at < text.length;) {
    if (text.startsWith(PASTE_START, at)) {
      const end = text.indexOf(PASTE_END, at);
      if (end < 0) return { keys, rest: heldOf(text.slice(at)) };
      keys.push({
        kind: "paste",
        text: text.slice(at + PASTE_START.length, end),
      });
      at = end + PASTE_END.length;
    } else if (text[at] === "\x1b") {
      if (more === "maybe" && isBegun(text.slice(at, at + 32))) {
        return { keys, rest: text.slice(at) };
      }
      const [key, length] = escaped(text.slice(at + 1, at + 32));
      if (key !== undefined) keys.push({ kind: key });
      at += 1 + length;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const control = CONTROLS.get(character);
      if (control !== undefined) keys.push({ kind: control });
      else if (!/\p{Cc}/u.test(character)) {
        keys.push({ kind: "text", text: character });
      }
      at += character.length;
    }
  }
  return { keys, rest: "" };
}

/** Whether the paste that is waited for is all there is of `text`. */
export function isPasting(text: string): boolean {
  return text.startsWith(PASTE_START);
}

/** A long paste loses its middle, never what may be the beginning of its end. */
function heldOf(text: string): string {
  if (text.length <= MAX_HELD) return text;
  return `${text.slice(0, MAX_HELD)}${text.slice(-(PASTE_END.length - 1))}`;
}

/** Whether an escape sequence has not come to its end. */
function isBegun(text: string): boolean {
  // deno-lint-ignore no-control-regex -- what a terminal sends is its subject
  return /^\x1b(?:\[[0-9;?<>=]{0,16}|O)?$/.test(text);
}

/** The key of an escape sequence, if it is one of ours, and its length. */
function escaped(after: string): [KeyName | undefined, number] {
  // A whole sequence, so that its letter is not taken as a key.
  const found = /^(?:\[[0-9;?<>=]*[ -/]*[@-~]|O[@-~])/.exec(after)?.[0];
  if (found !== undefined) return [SEQUENCES.get(found), found.length];
  if (after === "") return ["escape", 0];
  // Alt with a letter, or a sequence that was cut: not what the letter means.
  return [undefined, after.length];
}
