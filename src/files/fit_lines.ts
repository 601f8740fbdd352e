// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Gives a new text the line ends of the text that it replaces (pure): a line
 * that stays keeps its own, and so does each where there are as many lines as
 * before. What is new takes those around it, or the file's.
 *
 * @module
 */

/** Every line ends in LF alone. */
export function unix(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** Lines that the search for a line that stays looks ahead. */
const MAX_AHEAD = 100;

/**
 * For one replacement at any number of places.
 *
 * @param wanted What is replaced, with LF alone.
 * @param isDos Most lines of the file end in CR LF.
 * @param hasBreaks The file has more than one line; else the new text stays as
 *   it is given.
 * @returns Takes where in `wanted` the LFs stand that have a CR, ascending.
 */
export function fitter(
  wanted: string,
  newText: string,
  { hasBreaks, isDos }: {
    readonly hasBreaks: boolean;
    readonly isDos: boolean;
  },
): (dosBreaks: readonly number[]) => string {
  if (!hasBreaks) return () => newText;
  const plain = unix(newText);
  const dos = plain.replaceAll("\n", "\r\n");
  const breaks = breaksOf(wanted);
  let origins: readonly (number | undefined)[] | undefined;
  return (dosBreaks) => {
    if (breaks.length === 0) return isDos ? dos : plain;
    if (dosBreaks.length === 0) return plain;
    if (dosBreaks.length === breaks.length) return dos;
    origins ??= originsOf(wanted.split("\n"), plain.split("\n"));
    const withCr = new Set(dosBreaks);
    const ends = origins.map((origin) =>
      (origin === undefined ? isDos : withCr.has(breaks[origin] as number))
        ? "\r\n"
        : "\n"
    );
    return plain.split("\n").map((line, at) => `${line}${ends[at] ?? ""}`)
      .join("");
  };
}

/** Where the LFs of a text stand. */
function breaksOf(text: string): number[] {
  const breaks: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    breaks.push(at);
  }
  return breaks;
}

/** Which old line's end each new line takes; the last of either has none. */
function originsOf(
  before: readonly string[],
  after: readonly string[],
): (number | undefined)[] {
  const [most, least] = [before.length - 1, after.length - 1];
  const origins: (number | undefined)[] = Array.from({ length: least });
  if (most === least) return origins.map((_, at) => at);
  let start = 0;
  while (start < Math.min(most, least) && before[start] === after[start]) {
    origins[start] = start++;
  }
  let same = 0;
  const isSame = () => before[most - 1 - same] === after[least - 1 - same];
  // The last lines go on behind what is replaced: they may differ.
  while (same < Math.min(most, least) - start && isSame()) {
    same++;
    origins[least - same] = most - same;
  }
  let next = start;
  for (let at = start; at < least - same; at++) {
    const end = Math.min(most - same, next + MAX_AHEAD);
    const found = before.slice(next, end).indexOf(after[at] as string);
    if (found < 0) continue;
    origins[at] = next + found;
    next += found + 1;
  }
  return origins;
}
