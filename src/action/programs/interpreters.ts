// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Shells and language interpreters: a script file run by name is a known
 * program, code in an argument or on standard input is not.
 *
 * @module
 */

/** Shells, which all take `-c TEXT` and read standard input. */
export const SHELLS: ReadonlySet<string> = new Set(
  ("sh bash dash zsh ksh mksh ash fish rbash rksh pdksh csh tcsh yash hush " +
    "lksh oksh elvish nu xonsh").split(" "),
);

/** How one interpreter takes code. */
interface Interpreter {
  /** An option that carries code or loads a file as code. */
  readonly code: RegExp;
  /** Options whose value is the next word. */
  readonly valued?: RegExp;
  /** With one of these nothing is read from standard input. */
  readonly complete?: RegExp;
  /** The option after which a module name takes the place of the script. */
  readonly module?: RegExp;
}

const VERSION = /^(?:-v|-V|-VV|--version|-h|--help|-version|-\?)$/;

/** Interpreters by name without a version number. */
export const INTERPRETERS: Readonly<Record<string, Interpreter>> = {
  python: {
    code: /^-[A-Za-z]*c|^--check-hash/,
    valued: /^-[WX]$/,
    module: /^-[A-Za-z]*m$/,
  },
  pypy: { code: /^-[A-Za-z]*c/, module: /^-m$/ },
  node: nodeLike(),
  nodejs: nodeLike(),
  tsx: nodeLike(),
  "ts-node": nodeLike(),
  perl: { code: /^-[A-Za-z0-9]*[eEMmndpFiIx]/ },
  ruby: { code: /^-[A-Za-z0-9]*[erRnpiIx]|^--require/ },
  php: {
    code: /^-[A-Za-z]*[rRBFEd]|^--(?:run|process|define)/,
    complete: /^(?:-v|-m|-i|--version|--info|-l)$/,
  },
  lua: { code: /^-[A-Za-z]*[el]/ },
  luajit: { code: /^-[A-Za-z]*[elj]/ },
  rscript: { code: /^-e/ },
  Rscript: { code: /^-e/ },
  R: { code: /^(?:-e|-f|--file|--args)/ },
  julia: { code: /^(?:-[eEL]|--eval|--print|--load)/ },
  tclsh: { code: /^-c/ },
  wish: { code: /^-c/ },
  guile: { code: /^-[cLel]/ },
  racket: { code: /^-[efitlr]/ },
  groovy: { code: /^-e/ },
  scala: { code: /^-e/ },
  elixir: { code: /^(?:-e|-r|--eval|--rpc)/ },
  erl: { code: /^-(?:eval|run|s)/ },
  ghc: { code: /^-e/, complete: /^--make|\.hs$/ },
  ocaml: { code: /^-e/ },
  octave: { code: /^--eval/ },
  gnuplot: { code: /^-e/ },
  irb: { code: /./ },
  deno: {
    code: /^(?:eval|repl)$|:\/\//,
    complete:
      /^(?:fmt|lint|test|check|task|cache|info|doc|bench|install|add|remove|upgrade|types|bundle|compile|coverage|init|outdated|--version|-V|--help|-h|run|serve|clean|publish|completions|jsr)$/,
  },
  bun: {
    code: /^(?:-e|--eval|-p|--print|repl|exec|-r|--preload)$/,
    complete:
      /^(?:install|i|add|remove|run|test|build|x|init|create|pm|upgrade|link|update|--version|-v|--help)$/,
  },
};

function nodeLike(): Interpreter {
  return {
    code:
      /^(?:-[A-Za-z]*[eprC]|--(?:eval|print|require|import|loader|experimental-loader|env-file|run|experimental-config))/,
    complete: /^--(?:test|completion-bash|v8-options)$/,
  };
}

/** Says what code a shell is given; a script run by name is none. */
export function shellCode(
  name: string,
  args: readonly string[],
): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (/^--(?:version|help)$/.test(word)) return undefined;
    if (word === "--") return scriptOrInput(name, args[i + 1]);
    if (!/^[-+]./.test(word)) return scriptOrInput(name, word);
    if (word.startsWith("--")) {
      if (!/^--(?:login|norc|noprofile|posix|verbose)$/.test(word)) {
        return `${name} ${word} is not read`;
      }
    } else if (/[csi]/.test(word)) {
      return `${name} ${word} runs code it is given`;
    } else if (/[oO]$/.test(word)) i++;
  }
  return scriptOrInput(name, undefined);
}

/** Says what code a language interpreter is given. */
export function interpreterCode(
  name: string,
  args: readonly string[],
): string | undefined {
  const spec = INTERPRETERS[name] as Interpreter;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (VERSION.test(word) || spec.complete?.test(word)) {
      return args.some((arg) => /:\/\//.test(arg)) && name === "deno"
        ? "deno runs code from the network"
        : undefined;
    }
    if (spec.module?.test(word) && args[i + 1] !== undefined) return undefined;
    if (spec.code.test(word)) return `${name} ${word} runs code it is given`;
    if (word === "--") return scriptOrInput(name, args[i + 1]);
    if (!/^-./.test(word)) return scriptOrInput(name, word);
    if (spec.valued?.test(word)) i++;
  }
  return scriptOrInput(name, undefined);
}

function scriptOrInput(
  name: string,
  script: string | undefined,
): string | undefined {
  if (script === undefined || script === "-") {
    return `${name} runs code from its standard input`;
  }
  if (/^\/(?:dev|proc)\//.test(script)) {
    return `${name} runs code from ${script}`;
  }
  return undefined;
}
