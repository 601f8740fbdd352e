// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs a program in a session of its own, and ends it with all its processes.
 *
 * macOS has no process namespace: what left both its group and its parents
 * before the end is not found.
 *
 * @module
 */

import { type BoundedText, readBounded } from "../platform/bounded.ts";

/** What is started. */
export interface GroupRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly streams: "capture" | "inherit";
  readonly maxOutputChars: number;
  /** Ends the whole tree when it fires. */
  readonly stop: AbortSignal;
  readonly onOutput?: (stream: "stdout" | "stderr", text: string) => void;
}

/** What became of it. */
export type GroupRun =
  | {
    readonly kind: "ran";
    readonly code: number;
    readonly stdout: BoundedText;
    readonly stderr: BoundedText;
    readonly durationMs: number;
  }
  | { readonly kind: "failed"; readonly message: string };

const NOTHING: BoundedText = { text: "", truncated: false };

/** Milliseconds in which output is still read after the end. */
const DRAIN_MS = 500;

/**
 * POSIX shell, outside of the sandbox. Its input is a pipe that airg holds: when
 * airg ends, however it ends, the pipe does, and so does the group. The watcher
 * is nobody's child, so that no program waits for it.
 */
const WATCH = `exec 3<&0 </dev/null
( { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & )
exec "$@" 3<&-
`;

/** Starts it, waits for its end, and ends what it left behind. */
export async function runGroup(request: GroupRequest): Promise<GroupRun> {
  const capture = request.streams === "capture";
  const startedAt = performance.now();
  const child = start(request);
  if (child instanceof Error) {
    return {
      kind: "failed",
      message: `cannot start ${request.program}: ${child.message}`,
    };
  }
  const release = passSignals(capture, child.pid);
  const end = () => void endTree(child.pid);
  if (request.stop.aborted) end();
  else request.stop.addEventListener("abort", end, { once: true });
  const status = child.status.then((ended) => {
    // Whatever still runs in its group ends with it.
    signalGroup(child.pid, "SIGKILL");
    return ended;
  });
  try {
    const [ended, stdout, stderr] = await Promise.all([
      status,
      capture ? read(child.stdout, "stdout", request, status) : NOTHING,
      capture ? read(child.stderr, "stderr", request, status) : NOTHING,
    ]);
    return {
      kind: "ran",
      code: ended.code,
      stdout,
      stderr,
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    request.stop.removeEventListener("abort", end);
    release();
    if (capture) await child.stdin.abort();
  }
}

function start(request: GroupRequest): Deno.ChildProcess | Error {
  const capture = request.streams === "capture";
  try {
    // A shell would answer 127 as the command may.
    Deno.statSync(request.program);
    return new Deno.Command(capture ? "/bin/sh" : request.program, {
      args: [
        ...(capture ? ["-c", WATCH, "airg", request.program] : []),
        ...request.args,
      ],
      cwd: request.cwd,
      clearEnv: true,
      env: { ...request.env },
      // A session of its own: a group to end, and no controlling terminal
      // into which it could type.
      detached: true,
      stdin: capture ? "piped" : "inherit",
      stdout: capture ? "piped" : "inherit",
      stderr: capture ? "piped" : "inherit",
    }).spawn();
  } catch (error) {
    // The machine says no (no such file, too many words); nothing ran.
    if (error instanceof Error) return error;
    throw error;
  }
}

async function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  name: "stdout" | "stderr",
  { maxOutputChars, onOutput }: GroupRequest,
  status: Promise<unknown>,
): Promise<BoundedText> {
  const reader = stream.getReader();
  const late = status.then(() => expired(DRAIN_MS));
  try {
    return await readBounded(ReadableStream.from(chunks(reader, late)), {
      maxChars: maxOutputChars,
      onText: (text) => onOutput?.(name, text),
    });
  } finally {
    // A process that got away may hold the other end open for ever.
    await reader.cancel();
  }
}

async function* chunks(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  late: Promise<undefined>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (;;) {
    const next = await Promise.race([reader.read(), late]);
    if (next === undefined || next.done) return;
    yield next.value;
  }
}

function expired(ms: number): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  AbortSignal.timeout(ms).addEventListener("abort", () => resolve(undefined), {
    once: true,
  });
  return promise;
}

/**
 * Ends the group and those of its descendants who left it. It is halted first:
 * who has lost his parents is no longer found.
 */
async function endTree(pid: number): Promise<void> {
  signalGroup(pid, "SIGSTOP");
  const strays = descendants(pid, await processTable());
  signalGroup(pid, "SIGKILL");
  for (const stray of strays) signal(stray, "SIGKILL");
}

/**
 * Every process beneath `pid`.
 *
 * @param table Lines of a process and its parent.
 */
export function descendants(pid: number, table: string): number[] {
  const children = new Map<number, number[]>();
  for (const line of table.split("\n")) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child === undefined || parent === undefined) continue;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [child]);
    else known.push(child);
  }
  const found: number[] = [];
  const todo = [pid];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const below = children.get(next) ?? [];
    children.delete(next);
    found.push(...below);
    todo.push(...below);
  }
  return found;
}

/** Lines of a process and its parent; empty if there is no such table. */
async function processTable(): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("/bin/ps", {
      args: ["-A", "-o", "pid=,ppid="],
      clearEnv: true,
      stdin: "null",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    // Without it the group is ended all the same.
    if (error instanceof Error) return "";
    throw error;
  }
}

function signalGroup(pid: number, name: Deno.Signal): void {
  signal(-pid, name);
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    // Gone meanwhile, or only what cannot be signalled is left (EPERM).
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotCapable
    ) return;
    throw error;
  }
}

/** Passes signals meant for airg on to the command, while it has the terminal. */
function passSignals(capture: boolean, pid: number): () => void {
  if (capture) return () => {};
  const passed = (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const).map(
    (name) => {
      const pass = () => signalGroup(pid, name);
      Deno.addSignalListener(name, pass);
      return () => Deno.removeSignalListener(name, pass);
    },
  );
  return () => passed.forEach((remove) => remove());
}
