// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What applying was about to do and has done, a line each: so that an airg that
 * dies in between can be started again.
 *
 * @module
 */

/** One step; a path without a `done` line was being worked on. */
export interface JournalLine {
  readonly path: string;
  /** Names beside the path: the new file before it takes its name, and what it replaces. */
  readonly fresh?: string;
  readonly old?: string;
  readonly done?: true;
}

/** First line of each try; what a machine that went down had written may not be on its disk. */
interface BootLine {
  readonly boot: string;
}

/** Appends to the journal of one folder. */
export interface Journal extends Disposable {
  readonly write: (line: JournalLine) => void;
}

/** Opens the journal for appending. */
export function openJournal(folder: string): Journal {
  const file = Deno.openSync(pathIn(folder), {
    append: true,
    create: true,
    mode: 0o600,
  });
  const encoder = new TextEncoder();
  const write = (line: JournalLine | BootLine) => {
    const bytes = encoder.encode(`${JSON.stringify(line)}\n`);
    for (let at = 0; at < bytes.length;) {
      at += file.writeSync(bytes.subarray(at));
    }
  };
  write({ boot: bootId() });
  return {
    write,
    [Symbol.dispose]: () => file.close(),
  };
}

/** What an earlier try left: paths that are done, and lines of those that are not. */
export function readJournal(folder: string): {
  readonly done: readonly string[];
  readonly open: readonly JournalLine[];
} {
  const done = new Set<string>();
  const open = new Map<string, JournalLine>();
  let sure = false;
  for (const text of linesOf(pathIn(folder))) {
    const line = parse(text);
    if (line === undefined) continue; // The last one, cut in the middle: not begun.
    if ("boot" in line) {
      sure = line.boot === bootId();
    } else if (line.done && sure) {
      done.add(line.path);
      open.delete(line.path);
    } else {
      open.set(line.path, line);
    }
  }
  return { done: [...done], open: [...open.values()] };
}

/** Forgets it, once the manifest says the same. */
export function removeJournal(folder: string): void {
  try {
    Deno.removeSync(pathIn(folder));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function pathIn(folder: string): string {
  return `${folder}/journal.jsonl`;
}

function linesOf(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").filter((line) => line);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Another one after each start of the machine. */
function bootId(): string {
  return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
}

function parse(text: string): JournalLine | BootLine | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
