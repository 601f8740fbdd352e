// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A terminal of a few sequences, to see what a program drew.
 *
 * Strict: what it does not know fails the test, so text of a stranger that
 * reaches the terminal as a sequence is found.
 *
 * @module
 */

/** What a screen shows after all of it was written. */
export interface Screen {
  readonly rows: readonly string[];
  /** The alternate screen is on. */
  readonly alternate: boolean;
  readonly cursor: boolean;
  readonly wrap: boolean;
  readonly bells: number;
}

// deno-lint-ignore no-control-regex -- what a terminal obeys is its subject
const SEQUENCE = /^\x1b\[(\??[0-9;]*)([A-Za-z])/;

/** Draws `written` on a screen of this size; starts anew where the size changes by hand. */
export function drawn(written: string, height: number, width: number): Screen {
  let grid = blank(height, width);
  let [y, x, bells] = [0, 0, 0];
  const modes = new Map([["?1049", false], ["?25", true], ["?7", true], [
    "?2004",
    false,
  ]]);
  for (let at = 0; at < written.length;) {
    const found = SEQUENCE.exec(written.slice(at, at + 24));
    if (found !== null) {
      const [all, numbers = "", letter] = found;
      at += all.length;
      const [first, second] = numbers.split(";").map(Number);
      if (letter === "H") [y, x] = [(first || 1) - 1, (second || 1) - 1];
      else if (letter === "J" && numbers === "2") grid = blank(height, width);
      else if (letter === "K" && numbers === "") clear(grid, y, x);
      else if (letter === "h" && modes.has(numbers)) modes.set(numbers, true);
      else if (letter === "l" && modes.has(numbers)) modes.set(numbers, false);
      else if (letter !== "m" || !/^[0-9;]*$/.test(numbers)) {
        throw new Error(`Unknown sequence: ${JSON.stringify(all)}`);
      }
      continue;
    }
    const character = String.fromCodePoint(written.codePointAt(at) ?? 0);
    at += character.length;
    if (character === "\x07") bells++;
    else if (character === "\r") x = 0;
    else if (character === "\n") y = Math.min(y + 1, height - 1);
    else if (/\p{Cc}|\p{Cf}/u.test(character)) {
      throw new Error(`Control character: ${JSON.stringify(character)}`);
    } else {
      if (y >= height || x >= width) {
        throw new Error(`Drawn outside: ${character} at ${y + 1};${x + 1}`);
      }
      const row = grid[y] ?? [];
      row[x] = character;
      if (isWide(character)) row[x + 1] = "";
      x += isWide(character) ? 2 : 1;
    }
  }
  return {
    rows: grid.map((row) => row.join("").trimEnd()),
    alternate: modes.get("?1049") ?? false,
    cursor: modes.get("?25") ?? true,
    wrap: modes.get("?7") ?? true,
    bells,
  };
}

function blank(height: number, width: number): string[][] {
  return Array.from({ length: height }, () => Array(width).fill(" "));
}

function clear(grid: string[][], y: number, x: number): void {
  grid[y]?.fill(" ", x);
}

function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff01-\uff60]|\p{Emoji_Presentation}/u
    .test(character);
}
