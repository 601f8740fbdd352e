// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A process that a subcommand believes to run in, for tests.
 *
 * @module
 */

import { fail, ok } from "../../src/base/result.ts";
import type {
  Assembled,
  AssembleFailure,
  AssembleOptions,
} from "../../src/cli/assembled.ts";
import type { Context, EndingSignal } from "../../src/cli/command.ts";

/** A context, and what was said and asked through it. */
export interface FakeContext {
  readonly context: Context;
  readonly out: string[];
  readonly err: string[];
  readonly asked: AssembleOptions[];
  /** Sends a signal to the process. */
  readonly raise: (signal: EndingSignal) => void;
  /** Handlers that still listen. */
  readonly listening: () => number;
}

/** What a test replaces. */
export interface FakeContextOptions {
  readonly parts?: Assembled;
  readonly failure?: AssembleFailure;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Makes a context that touches nothing. */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const out: string[] = [];
  const err: string[] = [];
  const asked: AssembleOptions[] = [];
  const handlers = new Set<(signal: EndingSignal) => void>();
  const context: Context = {
    surroundings: {
      env: options.env ?? {},
      cwd: options.cwd ?? "/",
      terminal: { stdin: false, stdout: false, stderr: false },
      os: "linux",
    },
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
    self: { path: "/opt/airg", before: [] },
    stdin: () => new Blob([options.stdin ?? ""]).stream(),
    onSignal(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    assemble(wanted) {
      asked.push(wanted);
      return Promise.resolve(
        options.parts === undefined
          ? fail(options.failure ?? { status: 70, message: "No parts" })
          : ok(options.parts),
      );
    },
  };
  return {
    context,
    out,
    err,
    asked,
    raise: (signal) => handlers.forEach((handler) => handler(signal)),
    listening: () => handlers.size,
  };
}
