// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where the process starts: the one file that reads arguments, environment and
 * terminal, and that exits.
 *
 * @module
 */

import {
  type Context,
  dispatch,
  ENDING_SIGNALS,
  type EndingSignal,
} from "./src/cli/command.ts";
import { COMMANDS } from "./src/cli/commands.ts";
import { EXIT_INTERNAL } from "./src/cli/exit.ts";
import { leadingWords } from "./src/cli/leading.ts";
import { complain, terminalOn } from "./src/cli/terminal.ts";
import type { Surroundings } from "./src/cli/assembled.ts";

if (import.meta.main) {
  Deno.exit(await main());
}

async function main(): Promise<number> {
  const terminal = terminalOn(Deno.stdout, Deno.stderr);
  const surroundings = readSurroundings();
  if (surroundings === undefined) {
    complain(terminal, "the current folder does not exist any more");
    return EXIT_INTERNAL;
  }
  const { argv, self } = leadingWords(Deno.args, {
    execPath: Deno.execPath(),
    mainModule: Deno.mainModule,
  });
  const context: Context = {
    surroundings,
    self,
    terminal,
    stdin: () => Deno.stdin.readable,
    onSignal,
    async assemble(options, elsewhere = surroundings) {
      const { assemble } = await import("./src/cli/assemble.ts");
      return await assemble(elsewhere, options);
    },
  };
  return await dispatch(COMMANDS, argv, context);
}

function readSurroundings(): Surroundings | undefined {
  const { os } = Deno.build;
  const cwd = currentFolder();
  if (cwd === undefined) return undefined;
  return {
    env: Deno.env.toObject(),
    cwd,
    terminal: {
      stdin: Deno.stdin.isTerminal(),
      stdout: Deno.stdout.isTerminal(),
      stderr: Deno.stderr.isTerminal(),
    },
    os: os === "linux" || os === "darwin" ? os : "other",
  };
}

function currentFolder(): string | undefined {
  try {
    return Deno.cwd();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function onSignal(handler: (signal: EndingSignal) => void): () => void {
  const listeners = (Object.keys(ENDING_SIGNALS) as EndingSignal[])
    .map((signal) => ({ signal, listener: () => handler(signal) }));
  for (const { signal, listener } of listeners) {
    Deno.addSignalListener(signal, listener);
  }
  return () => {
    for (const { signal, listener } of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  };
}
