// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs that only start another one: where its words begin.
 *
 * Only the transparent ones are read; `sudo`, `xargs`, `sh -c` and the rest are
 * in code.ts. Sources: coreutils 9.1 manual, setsid(1), bash(1).
 *
 * @module
 */

/** What a wrapper starts. */
export type Wrapped =
  | {
    readonly kind: "program";
    /** Index of the inner program word. */
    readonly index: number;
    /** `NAME=value` words the wrapper sets for it. */
    readonly assignments: readonly string[];
  }
  /** It starts nothing: `env` alone, `command -v`. */
  | { readonly kind: "nothing" }
  | { readonly kind: "unknown"; readonly why: string };

/** Options without a value, and with one, of each wrapper. */
interface WrapperOptions {
  readonly plain: RegExp;
  /** The value is the next word. */
  readonly valued: RegExp;
  /** Words of its own before the inner program, such as a duration. */
  readonly operands: number;
  /** With these nothing is started. */
  readonly stops?: RegExp;
}

const NONE = /^(?!)/;
const HELP = /^--(?:help|version)$/;

const WRAPPERS: Readonly<Record<string, WrapperOptions>> = {
  env: {
    plain:
      /^(?:-|-i|-0|--ignore-environment|--null|-v|--debug|--unset=.*|-u.+)$/,
    valued: /^(?:-u|--unset)$/,
    operands: 0,
    stops: HELP,
  },
  nohup: { plain: NONE, valued: NONE, operands: 0, stops: HELP },
  nice: {
    plain: /^(?:-[0-9]+|--?[0-9]+|-n-?[0-9]+|--adjustment=.*)$/,
    valued: /^(?:-n|--adjustment)$/,
    operands: 0,
    stops: HELP,
  },
  timeout: {
    plain:
      /^(?:--preserve-status|--foreground|-v|--verbose|-[ks].+|--kill-after=.*|--signal=.*)$/,
    valued: /^(?:-k|-s|--kill-after|--signal)$/,
    operands: 1,
    stops: HELP,
  },
  time: {
    plain: /^(?:-p|-v|--verbose|--portability|-q|--quiet)$/,
    valued: NONE,
    operands: 0,
  },
  stdbuf: {
    plain: /^(?:-[ioe].+|--(?:input|output|error)=.*)$/,
    valued: /^(?:-[ioe]|--(?:input|output|error))$/,
    operands: 0,
    stops: HELP,
  },
  setsid: {
    plain: /^(?:-[cfw]+|--ctty|--fork|--wait)$/,
    valued: NONE,
    operands: 0,
    stops: /^(?:-h|--help|-V|--version)$/,
  },
  command: { plain: /^-p$/, valued: NONE, operands: 0, stops: /^-p?[vV]+$/ },
  exec: { plain: /^-[cl]+$/, valued: NONE, operands: 0 },
};

/**
 * Finds the program that a transparent wrapper starts.
 *
 * @returns `undefined` when `name` is no such wrapper.
 */
export function unwrap(
  name: string,
  argv: readonly string[],
): Wrapped | undefined {
  if (!Object.hasOwn(WRAPPERS, name)) return undefined;
  const options = WRAPPERS[name] as WrapperOptions;
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (options.stops?.test(word)) return { kind: "nothing" };
    if (options.valued.test(word)) at++;
    else if (!options.plain.test(word)) break;
  }
  if (argv[at]?.startsWith("-") && argv[at - 1] !== "--") {
    return { kind: "unknown", why: `${name} ${argv[at]} is not read` };
  }
  at += options.operands;
  const assignments: string[] = [];
  if (name === "env") {
    while (/^[^=]+=/.test(argv[at] ?? "")) {
      assignments.push(argv[at++] as string);
    }
  }
  if (argv[at] === undefined) return { kind: "nothing" };
  return { kind: "program", index: at, assignments };
}
