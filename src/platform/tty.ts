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
  /** Throws away the lines that were typed before anything was asked. */
  readonly forget: () => Promise<void>;
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
  const reader = readerOf(file);
  return {
    columns: columnsOf(),
    say,
    forget: reader.forget,
    async ask(prompt, how) {
      let stop: (() => void) | undefined;
      const told = new Promise<undefined>((resolve) => {
        stop = onSignal(() => resolve(undefined));
      });
      // Before the prompt: who sees it may type at once.
      if (how === "hidden") file.setRaw(true);
      try {
        say(prompt);
        return await Promise.race([lineFrom(reader.next, how), told]);
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

/** Bytes of a terminal, one by one. */
interface Reader {
  /** The next byte; `undefined` at the end. */
  readonly next: () => Promise<number | undefined>;
  readonly forget: () => Promise<void>;
}

/** Milliseconds without a byte after which all that was typed is read. */
const QUIET_MS = 30;
/** More bytes than a terminal keeps. */
const MAX_TYPED = 64 * 1024;

function readerOf(file: Deno.FsFile): Reader {
  /** A read that goes on; it is the next one's. */
  let begun: Promise<number | undefined> | undefined;
  const read = async () => {
    const one = new Uint8Array(1);
    return await file.read(one) === null ? undefined : one[0];
  };
  const next = async () => {
    const byte = begun ?? read();
    begun = undefined;
    return await byte;
  };
  return {
    next,
    async forget() {
      for (let count = 0; count < MAX_TYPED; count++) {
        begun ??= read();
        if (await within(begun, QUIET_MS) === undefined) return;
        begun = undefined;
      }
    },
  };
}

/** What comes in time, or `undefined`. */
async function within<Value>(
  value: Promise<Value>,
  ms: number,
): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads byte by byte: what comes after the line is not ours. */
async function lineFrom(
  next: () => Promise<number | undefined>,
  how: "shown" | "hidden",
): Promise<string | undefined> {
  const bytes: number[] = [];
  while (bytes.length < MAX_ANSWER) {
    const byte = await next();
    if (byte === undefined) return undefined;
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
