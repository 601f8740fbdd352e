// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Shells and interpreters: code in a word, in a file, on standard input.
 *
 * Sources: bash(1), dash(1), zsh(1), python(1), node(1), perlrun(1), ruby(1),
 * php(1), lua(1), tclsh(1), awk(1p), GNU sed and ed manuals, pwsh -Help.
 *
 * @module
 */

import type { Language } from "../code/scan_code.ts";
import {
  type Input,
  programFrom,
  type Run,
  type RunReader,
  unread,
} from "./run.ts";
import { type Valued, valued, walkOptions } from "./option_walk.ts";

const SHELL_OPTIONS = valued("-o +o -O +O --rcfile --init-file -C");

const LONG_OPTION =
  /^-(?=(?:rcfile|init-file|no(?:rc|profile|editing|lineediting)|login|posix|verbose|restricted|debug(?:ger)?|dump-(?:po-)?strings|protected|wordexp|pretty-print|help|version)$)/;

/** `sh -c TEXT NAME ARGS`, `sh FILE ARGS`, `sh -s`. */
function readShell(argv: readonly string[]): readonly Run[] {
  let at = 1;
  let takesText = false;
  let input = false;
  const started: Run[] = [];
  let onlyReads = false;
  for (; at < argv.length; at++) {
    // bash takes its long options with one dash too.
    const word = (argv[at] as string).replace(LONG_OPTION, "-$&");
    if (word === "--" || word === "-") {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) {
      if (!word.startsWith("\0+")) break;
      return [
        ...tail(argv, at + 1),
        unread("an unknown word may hold code", at),
      ];
    }
    if (word === "--rcfile" || word === "--init-file") {
      started.push(...rcFile(argv, ++at));
    } else if (SHELL_OPTIONS.has(word)) at++;
    else if (word === "--command") takesText = true;
    else if (/^-[A-Za-z]+$/.test(word)) {
      if (word.includes("c")) takesText = true;
      if (word.includes("s")) input = true;
      // Only reads: nothing of it runs.
      if (word.includes("n")) onlyReads = true;
      at += word.match(/[oO]/g)?.length ?? 0;
    } else if (/^\+[A-Za-z]+$/.test(word)) {
      if (word.includes("n")) onlyReads = false;
      at += word.match(/[oO]/g)?.length ?? 0;
    } else if (/^--(?:help|version)$/.test(word)) return [];
  }
  if (onlyReads) return [];
  if (takesText) {
    const text = argv[at];
    if (text === undefined) return [];
    return [...started, {
      kind: "shell",
      text,
      index: at,
      positional: argv.slice(at + 1),
    }];
  }
  const path = argv[at];
  if (input || path === undefined) {
    return [...started, {
      kind: "stdin",
      language: "shell",
      positional: [argv[0] ?? "sh", ...argv.slice(at)],
    }];
  }
  return [{
    kind: "file",
    language: "shell",
    path,
    index: at,
    arguments: argv.slice(at + 1),
  }];
}

/** An interactive shell runs this file first. */
function rcFile(argv: readonly string[], index: number): Run[] {
  const path = argv[index];
  return path === undefined
    ? []
    : [{ kind: "file", language: "shell", path, index, arguments: [] }];
}

/** Words after an unknown one could be a script. */
function tail(argv: readonly string[], at: number): Run[] {
  const path = argv[at];
  return path === undefined ? [] : [
    { kind: "shell", text: path, index: at, positional: argv.slice(at + 1) },
  ];
}

/** How one interpreter takes code. */
interface Interpreter {
  readonly language: Language;
  readonly options: Valued;
  /** Options whose value is code. */
  readonly code: readonly string[];
  /** Options whose value is a module to run. */
  readonly modules?: readonly string[];
  /** Options whose value is a file loaded as code. */
  readonly loads?: readonly string[];
  /** With one of these nothing is run. */
  readonly stops?: readonly string[];
  /** A subcommand such as `run` stands before the file. */
  readonly verbs?: readonly string[];
}

const NODE: Interpreter = {
  language: "node",
  options: valued(
    "-e -p -pe -r -C --eval --print --require --import --loader --conditions --env-file --input-type --title",
  ),
  code: ["-e", "-p", "--eval", "--print", "-pe"],
  loads: ["-r", "--require", "--import", "--loader", "--experimental-loader"],
  stops: ["-v", "--version", "-h", "--help", "--check", "-c"],
};

const PYTHON: Interpreter = {
  language: "python",
  options: valued("-c -m -W -X -Q --check-hash-based-pycs"),
  code: ["-c"],
  modules: ["-m"],
  stops: ["-V", "-VV", "--version", "-h", "--help"],
};

/** Interpreters by name without a version number. */
const INTERPRETERS: Readonly<Record<string, Interpreter>> = {
  python: PYTHON,
  pypy: PYTHON,
  node: NODE,
  nodejs: NODE,
  tsx: NODE,
  "ts-node": NODE,
  perl: {
    language: "perl",
    options: valued("-e -E -I -M -m -x -0 -l -i -F"),
    code: ["-e", "-E"],
    stops: ["-v", "-V", "-c", "--version"],
  },
  ruby: {
    language: "ruby",
    options: valued("-e -r -I -C -E -F -K -x --require --encoding"),
    code: ["-e"],
    loads: ["-r", "--require"],
    stops: ["-v", "--version", "-h", "--help", "-c"],
  },
  php: {
    language: "php",
    options: valued("-r -f -B -R -F -E -d -c -z -S -t --run --file --define"),
    code: ["-r", "-B", "-R", "-E", "--run"],
    stops: ["-v", "-i", "-m", "-l", "--version", "--info", "-h"],
  },
  lua: {
    language: "lua",
    options: valued("-e -l"),
    code: ["-e"],
    loads: ["-l"],
    stops: ["-v"],
  },
  luajit: {
    language: "lua",
    options: valued("-e -l -j"),
    code: ["-e"],
    loads: ["-l"],
    stops: ["-v"],
  },
  tclsh: { language: "tcl", options: valued("-encoding"), code: [] },
  wish: { language: "tcl", options: valued("-encoding"), code: [] },
  expect: {
    language: "tcl",
    options: valued("-c -f -D"),
    code: ["-c"],
  },
  osascript: {
    language: "applescript",
    options: valued("-e -l -s"),
    code: ["-e"],
  },
  deno: {
    language: "node",
    options: valued("-e -p --eval --config -c"),
    code: ["-e", "--eval"],
    verbs: ["run", "eval", "test", "serve", "bench"],
    stops: ["--version", "-V", "--help"],
  },
  bun: {
    language: "node",
    options: valued("-e -p --eval --print -r --preload --cwd --env-file"),
    code: ["-e", "-p", "--eval", "--print"],
    loads: ["-r", "--preload"],
    stops: ["--version", "-v", "--help"],
  },
};

/** The interpreter a name stands for: `python3.11` is python. */
function interpreterOf(name: string): Interpreter | undefined {
  if (Object.hasOwn(INTERPRETERS, name)) return INTERPRETERS[name];
  const plain = name.replace(/[-.0-9]+$/, "");
  return Object.hasOwn(INTERPRETERS, plain) ? INTERPRETERS[plain] : undefined;
}

function readInterpreter(
  argv: readonly string[],
  name: string,
  input: Input,
): readonly Run[] {
  const spec = interpreterOf(name);
  if (spec === undefined) return [];
  const { language, options, code, modules, stops } = spec;
  const verb = spec.verbs?.includes(argv[1] ?? "") ? argv[1] : undefined;
  if (spec.verbs !== undefined && verb === undefined) {
    if (argv[1] !== undefined && !argv[1].startsWith("-")) return [];
  }
  const walked = walkOptions(argv, options, verb === undefined ? 1 : 2);
  const { values, flags, at, unsure } = walked;
  const runs: Run[] = values.filter(({ flag }) => code.includes(flag))
    .map(({ text, index }) => ({ kind: "code", language, text, index }));
  for (const { flag, text, index } of values) {
    const inline = /^data:[^,]*,(.*)$/s.exec(text)?.[1];
    if (spec.loads?.includes(flag) && inline !== undefined) {
      runs.push({ kind: "code", language, text: inline, index });
      if (/%|;base64,/.test(text)) {
        runs.push(unread("the module is given as encoded text", index));
      }
    } else if (spec.loads?.includes(flag) && /[./]/.test(text)) {
      runs.push({ kind: "file", language, path: text, index, arguments: [] });
    }
  }
  if (verb === "eval") {
    const text = argv[at];
    if (text !== undefined) {
      runs.push({ kind: "code", language, text, index: at });
    }
    return runs;
  }
  if (stops?.some((flag) => flags.has(flag))) return runs;
  if (unsure) runs.push(unread("an unknown word may hold code"));
  const coded = values.some(({ flag }) => code.includes(flag));
  if (coded) return runs;
  const module = values.find(({ flag }) => modules?.includes(flag));
  if (module !== undefined) return [...runs, ...moduleRuns(argv, module.index)];
  const path = argv[at];
  if (path === undefined || path === "-") {
    const piped = input.text !== undefined || input.opaque === true;
    if (verb !== undefined && path === undefined) return runs;
    return piped || path === "-"
      ? [...runs, { kind: "stdin", language }]
      : runs.length > 0
      ? runs
      : [{ kind: "stdin", language }];
  }
  const rest = argv.slice(at + 1);
  return [...runs, {
    kind: "file",
    language,
    path,
    index: at,
    arguments: rest,
  }];
}

/** `python -m pip`: the module is the program. */
function moduleRuns(argv: readonly string[], index: number): Run[] {
  const module = argv[index] ?? "";
  if (!/^[a-z_][\w.-]*$/i.test(module)) return [];
  const path = module.replaceAll(".", "/");
  const files = [`${path}.py`, `${path}/__main__.py`].map((name): Run => ({
    kind: "file",
    language: "python",
    path: name,
    index,
    arguments: argv.slice(index + 1),
    onlyMade: true,
  }));
  if (module === "code") files.push({ kind: "stdin", language: "python" });
  if (module === "timeit") {
    // Words and the value of `-s` are statements.
    for (let at = index + 1; at < argv.length; at++) {
      const text = argv[at] as string;
      if (!/^-[nru]/.test(text)) {
        files.push({ kind: "code", language: "python", text, index: at });
      }
    }
  }
  return [...files, ...programFrom(argv, index)];
}

/** `awk TEXT FILES`; with `-f` the text is a file. */
function readAwk(argv: readonly string[]): readonly Run[] {
  const options = valued(
    "-F -v -f -e -i -l -E --field-separator --assign --file --source --include --load --exec",
  );
  const { at, values } = walkOptions(argv, options);
  const runs: Run[] = [];
  let filed = false;
  for (const { flag, text, index } of values) {
    if (flag === "-e" || flag === "--source") {
      runs.push({ kind: "code", language: "awk", text, index });
      filed = true;
    } else if (/^(?:-f|-E|--file|--exec)$/.test(flag)) {
      runs.push({
        kind: "file",
        language: "awk",
        path: text,
        index,
        arguments: [],
      });
      filed = true;
    } else if (flag === "-l" || flag === "--load") {
      runs.push(unread("awk loads a library", index));
    }
  }
  const text = argv[at];
  if (!filed && text !== undefined) {
    runs.push({ kind: "code", language: "awk", text, index: at });
  }
  return runs;
}

/** `sed SCRIPT FILES`, `sed -e SCRIPT`, `sed -f FILE`. */
function readSed(argv: readonly string[]): readonly Run[] {
  const runs: Run[] = [];
  let first: number | undefined;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const glued = /^(?:-[nErsuz]*e|--expression=)(.+)$/s.exec(word)?.[1];
    if (glued !== undefined) {
      runs.push({ kind: "code", language: "sed", text: glued, index: at });
    } else if (/^(?:-[nErsuz]*e|--expression)$/.test(word)) {
      const text = argv[++at];
      if (text !== undefined) {
        runs.push({ kind: "code", language: "sed", text, index: at });
      }
    } else if (/^(?:-[nErsuz]*f|--file)$/.test(word)) {
      const path = argv[++at];
      if (path !== undefined) {
        runs.push({
          kind: "file",
          language: "sed",
          path,
          index: at,
          arguments: [],
        });
      }
    } else if (/^(?:-[nErsuz]*f|--file=)./.test(word)) {
      const path = word.replace(/^(?:-[nErsuz]*f|--file=)/, "");
      const run = { kind: "file", language: "sed", path, index: at } as const;
      runs.push({ ...run, arguments: [] });
    } else if (/^-l$/.test(word)) at++;
    else if (!/^-./.test(word)) first ??= at;
  }
  const text = first === undefined ? undefined : argv[first];
  if (runs.length === 0 && text !== undefined && first !== undefined) {
    runs.push({ kind: "code", language: "sed", text, index: first });
  }
  return runs;
}

/** `ed FILE` reads its commands. */
function readLineEditor(argv: readonly string[]): readonly Run[] {
  const runs: Run[] = [{ kind: "stdin", language: "ed" }];
  for (const [index, word] of argv.entries()) {
    if (index > 0 && word.startsWith("!")) {
      runs.push({ kind: "shell", text: word.slice(1), index });
    }
  }
  return runs;
}

/** `vim -c COMMAND`, `vim +COMMAND`. */
function readVim(argv: readonly string[], name: string): readonly Run[] {
  const runs: Run[] = [];
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    if (/^(?:-c|--cmd|-S|-s|-u|-es)$/.test(word)) {
      if (word === "-es") continue;
      const text = argv[++at];
      if (text === undefined) break;
      runs.push(
        /^(?:-S|-s|-u)$/.test(word)
          ? {
            kind: "file",
            language: "vim",
            path: text,
            index: at,
            arguments: [],
          }
          : { kind: "code", language: "vim", text, index: at },
      );
    } else if (/^\+./.test(word)) {
      runs.push({
        kind: "code",
        language: "vim",
        text: word.slice(1),
        index: at,
      });
    }
  }
  if (name === "ex" || argv.includes("-es") || argv.includes("-Es")) {
    runs.push({ kind: "stdin", language: "vim" });
  }
  return runs;
}

/** `pwsh -Command TEXT`, `-EncodedCommand BASE64`, `-File FILE`. */
function readPowershell(argv: readonly string[]): readonly Run[] {
  const at = argv.findIndex((word, i) =>
    i > 0 && /^[-/]/.test(word) &&
    /^[-/](?:c|com|comm|command|e|ec|en|enc|encodedcommand|f|file)$/i.test(word)
  );
  const first = argv[at];
  const text = argv.slice(at + 1).join(" ");
  if (at < 0) {
    const words = argv.slice(1).filter((word) => !word.startsWith("-"));
    return words.length === 0 ? [{ kind: "stdin", language: "powershell" }] : [{
      kind: "code",
      language: "powershell",
      text: words.join(" "),
      index: 1,
    }];
  }
  if (/^[-/]f/i.test(first ?? "")) {
    return [{
      kind: "file",
      language: "powershell",
      path: argv[at + 1] ?? "",
      index: at + 1,
      arguments: argv.slice(at + 2),
    }];
  }
  if (!/^[-/]e/i.test(first ?? "")) {
    return [{ kind: "code", language: "powershell", text, index: at + 1 }];
  }
  const encoded = argv[at + 1] ?? "";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) {
    return [unread("the encoded command cannot be decoded", at + 1)];
  }
  const decoded = new TextDecoder("utf-16le").decode(
    Uint8Array.fromBase64(encoded),
  );
  return [{
    kind: "code",
    language: "powershell",
    text: decoded.replaceAll("\0", ""),
    index: at + 1,
  }];
}

function isOperand(word: string): boolean {
  return !word.startsWith("-");
}

/** Readers of shells. */
const SHELLS =
  "sh bash dash zsh ksh mksh ash fish rbash rksh pdksh csh tcsh yash hush lksh oksh posh";

/** Programs that read code of no scanned language. */
const OTHERS: readonly (readonly [string, readonly string[]])[] = [
  ["rscript", ["-e"]],
  ["r", ["-e"]],
  ["dpkg", ["--pre-invoke", "--post-invoke"]],
  ["julia", ["-e", "-E", "--eval", "--print"]],
  ["guile", ["-c"]],
  ["racket", ["-e"]],
  ["groovy", ["-e"]],
  ["elixir", ["-e", "--eval"]],
  ["scala", ["-e"]],
  ["emacs", [
    "--eval",
    "-eval",
    "--execute",
    "-f",
    "--funcall",
    "-l",
    "--load",
  ]],
  ["emacsclient", ["-e", "--eval"]],
  ["sbcl", ["--eval", "--load"]],
  ["ghc", ["-e"]],
  ["swift", ["-e"]],
  ["nu", ["-c", "--commands"]],
  ["elvish", ["-c"]],
  ["xonsh", ["-c"]],
  ["oil", ["-c"]],
  ["erl", ["-eval", "-s", "-run"]],
  ["clojure", ["-e", "--eval"]],
  ["clj", ["-e", "--eval"]],
  ["bb", ["-e", "--eval"]],
  ["nim", ["e"]],
  ["crystal", ["eval"]],
  ["raku", ["-e"]],
  ["octave", ["--eval"]],
  ["gnuplot", ["-e"]],
  ["maxima", ["--batch-string"]],
  ["dc", ["-e", "--expression"]],
  ["rc", ["-c"]],
  ["iex", ["-e", "--eval"]],
  ["scheme", ["--eval"]],
  ["clisp", ["-x"]],
  ["ecl", ["--eval", "-eval"]],
  ["ocaml", ["-e"]],
  ["sage", ["-c"]],
  ["ipython", ["-c"]],
  ["ipython3", ["-c"]],
  ["matlab", ["-batch", "-r"]],
];

/** Programs that run what they read, though not in a scanned language. */
const READS_CODE: ReadonlySet<string> = new Set(
  ("r julia guile racket groovy elixir sbcl erl clojure clj bb crystal raku " +
    "octave gnuplot maxima gp dc rc iex clisp ecl ocaml jshell ghci nu elvish " +
    "xonsh oil").split(" "),
);

function readOther(
  argv: readonly string[],
  name: string,
  input: Input,
): readonly Run[] {
  // `dc` runs a line that starts with an exclamation mark.
  const calm = name === "dc" && input.text?.includes("!") === false;
  const fed = input.opaque === true || input.text !== undefined && !calm;
  if (fed && READS_CODE.has(name) && !argv.slice(1).some(isOperand)) {
    return [unread(`${name} runs what it reads`)];
  }
  const options = OTHERS.find(([other]) => other === name)?.[1] ?? [];
  const at = argv.findIndex((word) =>
    options.some((option) => word === option || word.startsWith(`${option}=`))
  );
  return at < 0 ? [] : [unread(`${name} is given code`, at)];
}

function each(names: string, reader: RunReader): [string, RunReader][] {
  return names.split(" ").map((name) => [name, reader]);
}

/** Readers by name. */
export const LANGUAGE_READERS: ReadonlyMap<string, RunReader> = new Map<
  string,
  RunReader
>([
  ...each(SHELLS, readShell),
  ...each(Object.keys(INTERPRETERS).join(" "), readInterpreter),
  ...each("awk gawk mawk nawk", readAwk),
  ...each("sed gsed", readSed),
  ...each("ed red", readLineEditor),
  ...each("vim vi nvim view vimdiff ex rvim gvim nvi", readVim),
  ...each("pwsh powershell", readPowershell),
  ...each(OTHERS.map(([name]) => name).join(" "), readOther),
  ...each("gp jshell ghci", readOther),
]);

/** The reader of `python3.11` and the like. */
export function versionedReader(name: string): RunReader | undefined {
  return /[0-9]$/.test(name) && interpreterOf(name) !== undefined
    ? readInterpreter
    : undefined;
}
