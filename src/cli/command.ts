// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a subcommand is, and how the one that was named is found and run.
 *
 * Descriptions are data; the code behind one is loaded when it runs, so that
 * `airg version` does not pay for `airg server`.
 *
 * @module
 */

import type { Result } from "../base/result.ts";
import type {
  Assembled,
  AssembleFailure,
  AssembleOptions,
  Surroundings,
} from "./assembled.ts";
import { EXIT_INTERNAL, EXIT_USAGE } from "./exit.ts";
import { type Invocation, type OptionSpecs, readFlags } from "./flags.ts";
import { commandHelp, groupHelp, overview } from "./help.ts";
import { nearest } from "./nearest.ts";
import { complain, type Terminal } from "./terminal.ts";

/** The signals that end airg from outside, and their numbers. */
export const ENDING_SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Name of one of {@linkcode ENDING_SIGNALS}. */
export type EndingSignal = keyof typeof ENDING_SIGNALS;

/** What a subcommand may use of the process it runs in. */
export interface Context {
  readonly surroundings: Surroundings;
  readonly terminal: Terminal;
  /** Puts the parts together; \`elsewhere\` stands in for the surroundings. */
  readonly assemble: (
    options: AssembleOptions,
    elsewhere?: Surroundings,
  ) => Promise<Result<Assembled, AssembleFailure>>;
  readonly stdin: () => ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Keeps airg alive through the signals of {@linkcode ENDING_SIGNALS}. */
  readonly onSignal: (handler: (signal: EndingSignal) => void) => () => void;
  /** How a client starts this airg: an absolute path, and words before a subcommand. */
  readonly self: { readonly path: string; readonly before: readonly string[] };
}

/** The code behind a subcommand. @returns The exit status. */
export type Run = (
  invocation: Invocation,
  context: Context,
) => Promise<number>;

/** One subcommand, such as `airg policy check`. */
export interface Command {
  readonly name: string;
  /** One line, lower case, no full stop: "check one command". */
  readonly summary: string;
  /** What follows the name, one line a form. */
  readonly usage: readonly string[];
  /** What else a person needs to know, as short paragraphs. */
  readonly details?: readonly string[];
  /** One command line that works. */
  readonly example: string;
  readonly options: OptionSpecs;
  readonly load: () => Promise<Run>;
}

/** Ends a subcommand with a usage error. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly hint?: string;
  constructor(message: string, hint?: string) {
    super(message);
    if (hint !== undefined) this.hint = hint;
  }
}

/** Finds the subcommand that `argv` names, and runs it. */
export async function dispatch(
  commands: readonly Command[],
  given: readonly string[],
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const argv = given[0] === "--version"
    ? ["version", ...given.slice(1)]
    : given;
  const command = findCommand(commands, argv);
  if (command === undefined) return withoutCommand(commands, argv, terminal);
  const words = argv.slice(command.name.split(" ").length);
  const end = words.indexOf("--");
  const ours = end < 0 ? words : words.slice(0, end);
  if (ours.includes("--help") || ours.includes("-h")) {
    terminal.out(commandHelp(command));
    return 0;
  }
  const flags = readFlags(words, command.options);
  try {
    if (!flags.ok) throw new UsageError(flags.error.message, flags.error.hint);
    const run = await command.load();
    return await run(flags.value, context);
  } catch (error) {
    return failed(error, command, terminal);
  }
}

/** The subcommand with the longest name that `argv` starts with. */
function findCommand(
  commands: readonly Command[],
  argv: readonly string[],
): Command | undefined {
  return [2, 1]
    .filter((count) => argv.length >= count)
    .map((count) => argv.slice(0, count).join(" "))
    .map((name) => commands.find((command) => command.name === name))
    .find((command) => command !== undefined);
}

function withoutCommand(
  commands: readonly Command[],
  argv: readonly string[],
  terminal: Terminal,
): number {
  const [first, second] = argv;
  if (first === undefined) {
    terminal.err(overview(commands));
    return EXIT_USAGE;
  }
  if (first === "--help" || first === "-h") {
    terminal.out(overview(commands));
    return 0;
  }
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length === 0) {
    const near = nearest(
      first,
      commands.flatMap(({ name }) => name.split(" ")[0] ?? []),
    );
    complain(
      terminal,
      `unknown command: ${first}`,
      near === undefined
        ? "run `airg help` for the list"
        : `did you mean \`airg ${near}\`?`,
    );
    return EXIT_USAGE;
  }
  if (second === "--help" || second === "-h") {
    terminal.out(groupHelp(first, group));
    return 0;
  }
  const names = group.map(({ name }) => name.slice(first.length + 1));
  const near = second === undefined ? undefined : nearest(second, names);
  complain(
    terminal,
    second === undefined
      ? `${first} needs one of: ${names.join(", ")}`
      : `unknown command: ${first} ${second}`,
    near === undefined
      ? `run \`airg ${first} --help\``
      : `did you mean \`airg ${first} ${near}\`?`,
  );
  return EXIT_USAGE;
}

function failed(error: unknown, command: Command, terminal: Terminal): number {
  if (error instanceof UsageError) {
    complain(
      terminal,
      error.message,
      error.hint ?? `usage: airg ${command.name} ${command.usage[0] ?? ""}`,
    );
    return EXIT_USAGE;
  }
  // The reader went away, as in `airg audit tail | head`: as after SIGPIPE.
  if (error instanceof Deno.errors.BrokenPipe) return 128 + 13;
  const cure = error instanceof Error && "cure" in error
    ? String(error.cure)
    : undefined;
  complain(
    terminal,
    error instanceof Error ? error.message : String(error),
    cure,
  );
  return EXIT_INTERNAL;
}
