// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The socket on which the launcher says what it did.
 *
 * Two connections come, one for each role; the outer one stays open for the
 * whole run, and closing it is how the tree is told to end.
 *
 * @module
 */

import { parseStatusLine, type StatusLine } from "../../sandbox/status.ts";

/** The listening end. */
export interface StatusChannel {
  /** Every line of both connections; settles when both have ended or none will come. */
  readonly report: Promise<readonly StatusLine[]>;
  /** Tells the launcher to end the tree. */
  readonly hangUp: () => void;
  /** The launcher has ended: what it sent is read, nothing more will come. */
  readonly ended: () => Promise<void>;
  /** Closes what is still open. */
  readonly close: () => void;
}

/** The launcher connects once for each of its roles. */
const CONNECTIONS = 2;
/** Bytes the launcher may say on one connection; it says less than 20 KiB. */
const MAX_REPORT_BYTES = 256 * 1024;

/**
 * Listens at `path`, for a launcher that knows `token`; `onLine` gets each line
 * when its connection has ended, which for the inner role is when the command
 * begins.
 */
export function openStatusChannel(
  path: string,
  token: string,
  onLine: (line: StatusLine) => void = () => {},
): StatusChannel {
  const listener = Deno.listen({ transport: "unix", path });
  const connections = new Set<Deno.UnixConn>();
  const lines: StatusLine[] = [];
  let listening = true;
  let hungUp = false;
  const stopListening = () => {
    if (!listening) return;
    listening = false;
    listener.close();
  };
  const serve = async () => {
    const reads: Promise<void>[] = [];
    while (reads.length < CONNECTIONS) {
      const connection = await acceptUntilClosed(listener);
      if (connection === undefined) break;
      connections.add(connection);
      if (hungUp) connection.closeWrite();
      reads.push(readLines(connection, token, lines, onLine));
    }
    stopListening();
    await Promise.all(reads);
    return lines;
  };
  const report = serve();
  // Whoever never gets to wait for it must not be ended by its failure.
  report.catch(() => {});
  return {
    report,
    hangUp() {
      hungUp = true;
      for (const connection of connections) {
        connection.closeWrite().catch(ignoreClosed);
      }
    },
    async ended() {
      // Its connections may still wait to be accepted, so the listener is not
      // closed. Two of our own come after them and take the empty places.
      for (let n = 0; n < CONNECTIONS && listening; n++) {
        await knock(path);
      }
    },
    close() {
      stopListening();
      for (const connection of connections) connection.close();
      connections.clear();
    },
  };
}

async function acceptUntilClosed(
  listener: Deno.UnixListener,
): Promise<Deno.UnixConn | undefined> {
  try {
    return await listener.accept();
  } catch (error) {
    if (
      error instanceof Deno.errors.BadResource ||
      error instanceof Deno.errors.Interrupted
    ) return undefined;
    throw error;
  }
}

async function readLines(
  connection: Deno.UnixConn,
  token: string,
  lines: StatusLine[],
  onLine: (line: StatusLine) => void,
): Promise<void> {
  const text = await readAll(connection);
  if (text === "") return; // Our own knock, or a launcher killed at once.
  const texts = text.split("\n").slice(0, -1);
  const [first, ...rest] = texts.map(parseStatusLine);
  if (first === undefined || !("role" in first) || first.token !== token) {
    throw new Error("Cannot trust the status socket: a stranger connected");
  }
  for (const line of rest) {
    if (line === undefined) {
      throw new Error("Cannot read the launcher's status: unknown form");
    }
    lines.push(line);
    onLine(line);
  }
}

async function readAll(connection: Deno.UnixConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16 * 1024);
  let text = "";
  for (;;) {
    const count = await readOrEnd(connection, buffer);
    if (count === null) return text;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    if (text.length > MAX_REPORT_BYTES) {
      throw new Error("Cannot read the launcher's status: too long");
    }
  }
}

async function readOrEnd(
  connection: Deno.UnixConn,
  buffer: Uint8Array,
): Promise<number | null> {
  try {
    return await connection.read(buffer);
  } catch (error) {
    // A launcher that was killed resets the connection: what it said stands.
    if (error instanceof Deno.errors.ConnectionReset) return null;
    throw error;
  }
}

async function knock(path: string): Promise<void> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    // The listener has closed meanwhile: both places were taken.
    const closed = error instanceof Deno.errors.ConnectionRefused ||
      error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.NotFound;
    if (!closed) throw error;
  }
}

function ignoreClosed(error: unknown): void {
  const gone = error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.BrokenPipe;
  if (!gone) throw error;
}
