// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A whole terminal for the live view, and giving it back as it was.
 *
 * @module
 */

import type { FrameRow, Size } from "./frame.ts";
import { isJob, ownJob } from "../../platform/job.ts";

/** The terminal while the view has it. */
export interface Screen {
  readonly size: () => Size;
  /** Draws what is other than before. */
  readonly draw: (rows: readonly FrameRow[]) => void;
  /** The next drawing is of everything. */
  readonly forget: () => void;
  readonly bell: () => void;
  /** Gives the terminal back and stops, as a shell's job does on ^Z. */
  readonly suspend: () => void;
  /** What the person typed; ends with the terminal. */
  readonly typed: () => AsyncIterable<string>;
  /** Puts the terminal back; a second time it does nothing. */
  readonly restore: () => void;
}

/** Alternate screen, no cursor, no wrapping, pastes told apart (xterm ctlseqs). */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";
const FALLBACK: Size = { rows: 24, columns: 80 };

/** Also where something else ends the process, such as an error nobody catches. */
const ENDINGS = ["unload", "error", "unhandledrejection"] as const;

/** What the view is told of the terminal. */
export interface ScreenEvents {
  /** The window's size changed, or the process goes on after a stop. */
  readonly onSize: () => void;
  /** Nobody sees the view until `onBack`. */
  readonly onAway?: () => void;
  readonly onBack?: () => void;
}

/**
 * Takes standard input and output.
 */
export function openScreen(
  { onSize, onAway, onBack }: ScreenEvents,
): Screen {
  const encoder = new TextEncoder();
  const write = (text: string) => {
    const bytes = encoder.encode(text);
    for (let sent = 0; sent < bytes.length;) {
      sent += Deno.stdout.writeSync(bytes.subarray(sent));
    }
  };
  let before: readonly string[] = [];
  const again = () => {
    before = [];
    onSize();
  };
  const resumed = () => {
    // A shell may have put its own settings and screen there meanwhile.
    Deno.stdin.setRaw(true);
    write(ENTER);
    onBack?.();
    again();
  };
  const stopping = () => {
    // The kernel does not stop who nobody would continue either.
    if (!isJob(ownJob())) return;
    onAway?.();
    write(LEAVE);
    Deno.stdin.setRaw(false);
    // SIGTSTP is caught here, so that it stops nothing by itself.
    Deno.kill(Deno.pid, "SIGSTOP");
  };
  let open = true;
  const restore = () => {
    if (!open) return;
    open = false;
    Deno.removeSignalListener("SIGWINCH", again);
    Deno.removeSignalListener("SIGCONT", resumed);
    Deno.removeSignalListener("SIGTSTP", stopping);
    for (const event of ENDINGS) {
      globalThis.removeEventListener(event, restore);
    }
    quietly(() => write(LEAVE));
    quietly(() => Deno.stdin.setRaw(false));
  };
  for (const event of ENDINGS) globalThis.addEventListener(event, restore);
  Deno.addSignalListener("SIGWINCH", again);
  Deno.addSignalListener("SIGCONT", resumed);
  Deno.addSignalListener("SIGTSTP", stopping);
  Deno.stdin.setRaw(true);
  write(ENTER);
  return {
    size: sizeOf,
    draw(rows) {
      // What was at work when it ended has no screen any more.
      if (!open) return;
      const lines = rows.map(lineOf);
      const changed = lines.flatMap((line, i) =>
        line === before[i] ? [] : [`\x1b[${i + 1};1H\x1b[0m\x1b[K${line}`]
      );
      before = lines;
      if (changed.length > 0) write(`${changed.join("")}\x1b[0m`);
    },
    forget() {
      before = [];
      if (open) write("\x1b[2J");
    },
    bell() {
      if (open) write("\x07");
    },
    // To all of the job: what started this one waits for it.
    suspend: () => Deno.kill(0, "SIGTSTP"),
    typed,
    restore,
  };
}

function lineOf({ text, inverse }: FrameRow): string {
  return inverse === true ? `\x1b[7m${text}` : text;
}

function sizeOf(): Size {
  try {
    const { rows, columns } = Deno.consoleSize();
    return rows > 0 && columns > 0 ? { rows, columns } : FALLBACK;
  } catch (error) {
    // The terminal went away; reading it will say so.
    if (error instanceof Error) return FALLBACK;
    throw error;
  }
}

async function* typed(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  while (true) {
    const count = await Deno.stdin.read(buffer);
    if (count === null) return;
    yield decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

/** A terminal that is gone needs nothing put back. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
