// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The difference of two texts, as `diff -u` shows it (pure).
 *
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), given
 * up where the texts differ in more than {@linkcode MAX_EDITS} lines: then all of
 * the middle is shown as replaced, which is as true.
 *
 * @module
 */

/** Lines around a difference. */
const CONTEXT = 3;
/** Edits that are looked for; the work grows with this times the length. */
const MAX_EDITS = 500;

/** One line of the whole, and what became of it. */
interface Row {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Lines of a unified diff without its two header lines; none when the texts are the same. */
export function textDiff(before: string, after: string): string[] {
  if (before === after) return [];
  const { rows, skipped } = rowsOf(linesOf(before), linesOf(after));
  return hunks(rows, skipped + 1);
}

const NO_END = "\\ No newline at end of file";

/** A last line without a line feed is another line than one with it. */
function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  return last === "" ? lines : [...lines, `${last}\n${NO_END}`];
}

/** Of what is the same before and after all differences, the lines that are shown. */
function rowsOf(
  a: readonly string[],
  b: readonly string[],
): { readonly rows: readonly Row[]; readonly skipped: number } {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start && end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) end++;
  const skipped = Math.max(0, start - CONTEXT);
  const rest = a.slice(a.length - end, a.length - end + CONTEXT);
  const rows = a.slice(skipped, start).map(same).concat(
    middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    rest.map(same),
  );
  return { rows, skipped };
}

function same(text: string): Row {
  return { sign: " ", text };
}

function middle(a: readonly string[], b: readonly string[]): Row[] {
  const trace = search(a, b);
  return trace === undefined
    ? a.map((text): Row => ({ sign: "-", text })).concat(
      b.map((text): Row => ({ sign: "+", text })),
    )
    : walkBack(a, b, trace);
}

/** How far down each diagonal one gets with 0, 1, 2... edits; `undefined`: too many. */
function search(
  a: readonly string[],
  b: readonly string[],
): readonly Int32Array[] | undefined {
  const most = Math.min(a.length + b.length, MAX_EDITS);
  const size = 2 * most + 3;
  const at = (k: number) => k + most + 1;
  const reach = new Int32Array(size);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits ||
        (k !== edits && reach[at(k - 1)]! < reach[at(k + 1)]!);
      let x = down ? reach[at(k + 1)]! : reach[at(k - 1)]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[at(k)] = x;
      if (x >= a.length && x - k >= b.length) return trace;
    }
  }
  return undefined;
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Int32Array[],
): Row[] {
  const middleOf = (trace[0]!.length - 1) / 2;
  const rows: Row[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits]!;
    const k = x - y;
    const down = k === -edits ||
      (k !== edits && reach[middleOf + k - 1]! < reach[middleOf + k + 1]!);
    const from = edits === 0 ? 0 : reach[middleOf + (down ? k + 1 : k - 1)]!;
    const fromY = edits === 0 ? 0 : from - (down ? k + 1 : k - 1);
    while (x > from && y > fromY) {
      rows.push(same(a[--x]!));
      y--;
    }
    if (edits === 0) break;
    if (down) rows.push({ sign: "+", text: b[--y]! });
    else rows.push({ sign: "-", text: a[--x]! });
  }
  return rows.reverse();
}

function hunks(rows: readonly Row[], firstLine: number): string[] {
  const lines: string[] = [];
  let [a, b] = [firstLine, firstLine]; // Line numbers of the next row.
  for (let i = 0; i < rows.length;) {
    let first = i;
    while (first < rows.length && rows[first]?.sign === " ") first++;
    if (first === rows.length) break;
    const start = Math.max(i, first - CONTEXT);
    [a, b] = [a + start - i, b + start - i];
    const end = endOfHunk(rows, first);
    const part = rows.slice(start, end);
    const removed = part.filter(({ sign }) => sign !== "+").length;
    const added = part.filter(({ sign }) => sign !== "-").length;
    lines.push(`@@ -${range(a, removed)} +${range(b, added)} @@`);
    for (const { sign, text } of part) {
      for (const line of `${sign}${text}`.split("\n")) lines.push(line);
    }
    [a, b] = [a + removed, b + added];
    i = end;
  }
  return lines;
}

/** Where the unchanged lines after a difference get so many that a new hunk is due. */
function endOfHunk(rows: readonly Row[], first: number): number {
  let last = first;
  for (let n = first; n < rows.length && n - last <= 2 * CONTEXT; n++) {
    if (rows[n]?.sign !== " ") last = n;
  }
  return Math.min(rows.length, last + 1 + CONTEXT);
}

function range(start: number, count: number): string {
  const shown = count === 0 ? start - 1 : start;
  return count === 1 ? `${shown}` : `${shown},${count}`;
}
