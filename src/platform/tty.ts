// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Asking a person on the controlling terminal, whatever the streams are.
 *
 * @module
 */

/** A conversation on the controlling terminal. */
export interface Tty {
  readonly columns: number;
  /** Writes as it is: the caller makes it printable. */
  readonly say: (text: string) => void;
  /** One line; `undefined` when the person gave up, or airg is told to end. */
  readonly ask: (
    prompt: string,
    how: "shown" | "hidden",
  ) => Promise<string | undefined>;
  readonly close: () => void;
}

/** Bytes of an answer at most. */
const MAX_ANSWER = 4096;

/**
 * Opens the controlling terminal; `undefined` where there is none.
 *
 * @param onSignal Keeps the process alive through signals while it asks, so
 * that the terminal is put back.
 */
export function openTty(
  onSignal: (handler: () => void) => () => void,
): Tty | undefined {
  const file = opened();
  if (file === undefined) return undefined;
  const say = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    for (let sent = 0; sent < bytes.length;) {
      sent += file.writeSync(bytes.subarray(sent));
    }
  };
  return {
    columns: columnsOf(),
    say,
    async ask(prompt, how) {
      let stop: (() => void) | undefined;
      const told = new Promise<undefined>((resolve) => {
        stop = onSignal(() => resolve(undefined));
      });
      // Before the prompt: who sees it may type at once.
      if (how === "hidden") file.setRaw(true);
      try {
        say(prompt);
        return await Promise.race([lineFrom(file, how), told]);
      } finally {
        if (how === "hidden") {
          file.setRaw(false);
          say("\n");
        }
        stop?.();
      }
    },
    close: () => file.close(),
  };
}

function opened(): Deno.FsFile | undefined {
  try {
    return Deno.openSync("/dev/tty", { read: true, write: true });
  } catch (error) {
    // ENXIO, where there is no terminal, has no class and no code in Deno.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function columnsOf(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch (error) {
    // None of the streams is a terminal.
    if (error instanceof Error) return 80;
    throw error;
  }
}

/** Reads byte by byte: what comes after the line is not ours. */
async function lineFrom(
  file: Deno.FsFile,
  how: "shown" | "hidden",
): Promise<string | undefined> {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  while (bytes.length < MAX_ANSWER) {
    if (await file.read(one) === null) return undefined;
    const byte = one[0] ?? 0;
    if (byte === 0x0a || byte === 0x0d) break;
    if (how === "hidden") {
      if (byte === 0x03 || byte === 0x04) return undefined;
      if (byte === 0x7f || byte === 0x08) {
        dropCharacter(bytes);
        continue;
      }
      if (byte === 0x15) {
        bytes.length = 0;
        continue;
      }
    }
    bytes.push(byte);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** Takes the last character off, all its bytes of UTF-8. */
function dropCharacter(bytes: number[]): void {
  while (bytes.length > 0) {
    const byte = bytes.pop() ?? 0;
    if ((byte & 0xc0) !== 0x80) return;
  }
}
