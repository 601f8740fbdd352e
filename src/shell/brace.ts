// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Brace expansion, which comes before all others.
 *
 * Source: the Bash manual, 3.5.1 Brace Expansion.
 *
 * @module
 */

import { MAX_FIELDS } from "./limits.ts";
import type { TextPart, WordPart } from "./syntax.ts";

/** One unquoted character, or a part that braces do not look into. */
type Atom = string | WordPart;

/** The words that braces make of one; `undefined` when they are too many. */
export function expandBraces(
  parts: readonly WordPart[],
): readonly (readonly WordPart[])[] | undefined {
  const plain = parts.every((part) =>
    part.kind !== "text" || part.quoted || !part.text.includes("{")
  );
  if (plain) return [parts];
  const atoms: Atom[] = [];
  for (const part of parts) {
    if (part.kind === "text" && !part.quoted) atoms.push(...part.text);
    else atoms.push(part);
  }
  if (atoms.length > MAX_ATOMS) return undefined;
  const made = expand(atoms, { left: MAX_FIELDS });
  if (made?.length === 1) return [parts];
  return made?.map(toParts);
}

/** Characters and parts of a word whose braces are expanded. */
const MAX_ATOMS = 2_048;

/** Words that may still be made. */
interface Room {
  left: number;
}

function expand(
  atoms: readonly Atom[],
  room: Room,
): readonly (readonly Atom[])[] | undefined {
  let from = 0;
  for (;;) {
    const open = atoms.indexOf("{", from);
    if (open < 0) return [atoms];
    const found = alternatives(atoms, open);
    if (found === undefined) {
      // Too much to look at: nobody writes so many unmatched braces.
      if (++from > 64) return undefined;
      from = open + 1;
      continue;
    }
    const tails = expand(atoms.slice(found.end + 1), room);
    if (tails === undefined) return undefined;
    const heads: (readonly Atom[])[] = [];
    for (const choice of found.choices) {
      const inner = expand(choice, room);
      if (inner === undefined) return undefined;
      heads.push(...inner);
    }
    room.left -= heads.length * tails.length;
    if (room.left < 0) return undefined;
    const start = atoms.slice(0, open);
    return heads.flatMap((head) =>
      tails.map((tail) => [...start, ...head, ...tail])
    );
  }
}

/** What stands between the braces at `open`; `undefined` where they expand to nothing. */
function alternatives(
  atoms: readonly Atom[],
  open: number,
):
  | {
    readonly choices: readonly (readonly Atom[])[];
    readonly end: number;
  }
  | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open + 1; at < atoms.length; at++) {
    const atom = atoms[at];
    if (atom === "{") depth++;
    else if (atom === "," && depth === 0) commas.push(at);
    else if (atom === "}" && depth-- === 0) {
      if (commas.length === 0) {
        const range = rangeOf(atoms.slice(open + 1, at));
        return range && { choices: range, end: at };
      }
      const edges = [open, ...commas, at];
      const choices = edges.slice(1).map((edge, i) =>
        atoms.slice((edges[i] as number) + 1, edge)
      );
      return { choices, end: at };
    }
  }
  return undefined;
}

function rangeOf(atoms: readonly Atom[]): readonly Atom[][] | undefined {
  if (atoms.length > 64 || atoms.some((atom) => typeof atom !== "string")) {
    return undefined;
  }
  const found = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(
    atoms.join(""),
  );
  if (found === null) return undefined;
  const [, first = "", last = "", by = "1"] = found;
  const letters = /^[A-Za-z]$/.test(first);
  if (letters !== /^[A-Za-z]$/.test(last)) return undefined;
  const [a, b] = letters
    ? [first.charCodeAt(0), last.charCodeAt(0)]
    : [Number(first), Number(last)];
  const step = Math.max(1, Math.abs(Number(by)));
  const count = Math.floor(Math.abs(b - a) / step) + 1;
  const padded = /^-?0\d/.test(first) || /^-?0\d/.test(last);
  const width = padded ? Math.max(first.length, last.length) : 0;
  const made: Atom[][] = [];
  for (let i = 0; i < Math.min(count, MAX_FIELDS + 1); i++) {
    const value = a + (b < a ? -i : i) * step;
    made.push([...letters ? String.fromCharCode(value) : pad(value, width)]);
  }
  return made;
}

function pad(value: number, width: number): string {
  const sign = value < 0 ? "-" : "";
  return sign + String(Math.abs(value)).padStart(width - sign.length, "0");
}

function toParts(atoms: readonly Atom[]): readonly WordPart[] {
  const parts: WordPart[] = [];
  let text = "";
  const flush = (): void => {
    const part: TextPart = { kind: "text", text, quoted: false };
    if (text !== "") parts.push(part);
    text = "";
  };
  for (const atom of atoms) {
    const last = parts.at(-1);
    if (
      typeof atom === "string" && text === "" && last?.kind === "parameter" &&
      last.bare === true && /\w/.test(atom)
    ) {
      // Braces come first: `$x{a,b}` is `$xa $xb`.
      parts[parts.length - 1] = { ...last, name: last.name + atom };
    } else if (typeof atom === "string") text += atom;
    else {
      flush();
      parts.push(atom);
    }
  }
  flush();
  return parts;
}
