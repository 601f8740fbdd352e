// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Asks a reader in a process of its own, and ends it when it does not answer.
 *
 * @module
 */

/** Megabytes of heap: a reader of 1 MB that needs more has gone wrong. */
const MEMORY_MB = 1_024;

/** What reading one text came to. */
export interface Answer {
  /** Milliseconds. */
  readonly took: number;
  /** What was thrown, or that there was no answer. */
  readonly problem: string | null;
}

/** A reader that is started anew when it failed. */
export interface ReaderProcess extends AsyncDisposable {
  readonly read: (text: string) => Promise<Answer>;
}

interface Child {
  readonly process: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly lines: ReadableStreamDefaultReader<string>;
}

/** Starts a reader; a text it has not answered after `deadlineMs` is a problem. */
export function startReader(deadlineMs: number): ReaderProcess {
  let child: Child | undefined;
  return {
    read: async (text) => {
      child ??= spawn();
      const answer = await ask(child, text, deadlineMs);
      if (typeof answer === "object") return answer;
      await end(child);
      child = undefined;
      return { took: deadlineMs, problem: answer };
    },
    [Symbol.asyncDispose]: async () => {
      if (child !== undefined) await end(child);
    },
  };
}

function spawn(): Child {
  const script = new URL("reader_child.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check"],
      ...[`--v8-flags=--max-old-space-size=${MEMORY_MB}`, script],
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(lineStream()).getReader();
  return { process, input: process.stdin.getWriter(), lines };
}

async function ask(
  { input, lines }: Child,
  text: string,
  deadlineMs: number,
): Promise<Answer | string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => resolve(`no answer in ${deadlineMs} ms`),
    deadlineMs,
  );
  try {
    return await Promise.race([promise, exchange()]);
  } finally {
    clearTimeout(timer);
  }

  async function exchange(): Promise<Answer | string> {
    const line = new TextEncoder().encode(`${JSON.stringify(text)}\n`);
    try {
      await input.write(line);
      const { value } = await lines.read();
      return value === undefined ? "the process died" : JSON.parse(value);
    } catch (error) {
      return `the process died: ${error}`;
    }
  }
}

async function end({ process, input, lines }: Child): Promise<void> {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
  await process.status;
  await Promise.allSettled([input.abort(), lines.cancel()]);
}

function lineStream(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform: (chunk, controller) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) controller.enqueue(part);
    },
  });
}
