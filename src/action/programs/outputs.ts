// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that programs make: what `-o` and its like name.
 *
 * Sources: the manuals of GNU coreutils, findutils, patch, tar, git, curl and
 * wget; gcc(1) for compilers.
 *
 * @module
 */

import type { NamedPath } from "./files.ts";
import type { Arguments } from "./options.ts";

/** Options whose value is a file that is written, whatever it looks like. */
const OUTPUTS: Readonly<Record<string, RegExp>> = {
  sort: /^(?:-o|--output)$/,
  shuf: /^(?:-o|--output)$/,
  patch: /^(?:-o|--output|-r|--reject-file|-d|--directory)$/,
  curl:
    /^(?:-o|--output|--output-dir|-D|--dump-header|-c|--cookie-jar|--trace|--trace-ascii|--stderr|--libcurl|--etag-save|--hsts|--alt-svc)$/,
  wget:
    /^(?:-O|-o|-a|-P|--output-document|--output-file|--append-output|--directory-prefix|--save-cookies)$/,
  find: /^-f(?:print0?|printf|ls)$/,
  unzip: /^-d$/,
  go: /^-o$/,
  tree: /^-o$/,
};

/** Subcommands of git with an output. */
const GIT_OUTPUTS: ReadonlySet<string> = new Set(
  "diff log show archive format-patch bundle".split(" "),
);

/** Compilers and others that write what `-o` names. */
const OBJECTS =
  /^(?:.*-)?(?:gcc|cc|g\+\+|c\+\+|clang|clang\+\+|ld|as|rustc|tcc|nasm|ar|deno|bun|esbuild|tsc|pandoc|dot|protoc|javac|gpg|age|openssl|scss|sass|ghc|ocamlfind|swiftc|zig|nim|crystal)(?:-[0-9.]+)?$/;

/** Operands that are written: by position, `-1` for the last of several. */
const WRITTEN_OPERANDS: Readonly<Record<string, number>> = {
  uniq: 1,
  xxd: 1,
  split: 1,
  patch: 0,
  ed: 0,
  red: 0,
  script: 0,
};

/** Files that options and operands of some programs make. */
export function addOutputs(
  name: string,
  argv: readonly string[],
  { operands, flags }: Arguments,
  found: NamedPath[],
): void {
  const add = (index: number, text: string | undefined): void => {
    if (text !== undefined && text !== "" && text !== "-") {
      found.push({ text, index, access: "write" });
    }
  };
  const written = Object.hasOwn(WRITTEN_OPERANDS, name)
    ? operands[WRITTEN_OPERANDS[name] ?? -1]
    : undefined;
  add(written?.index ?? 0, written?.text);
  const edits =
    name === "perl" && argv.some((word) => /^-[a-zA-Z]*i/.test(word)) ||
    /^(?:yq|gawk|sponge)$/.test(name) &&
      argv.some((word) => /^(?:-i|--inplace|inplace)$/.test(word));
  if (edits) { for (const { text, index } of operands) add(index, text); }
  if (name === "git") {
    const verb = operands[0]?.text ?? "";
    if (verb === "worktree" && operands[1]?.text === "add") {
      add(operands[2]?.index ?? 0, operands[2]?.text);
    }
    if (verb === "clone") add(operands[2]?.index ?? 0, operands[2]?.text);
    if (!GIT_OUTPUTS.has(verb)) return;
  }
  if (
    (name === "tar" || name === "bsdtar" || name === "gtar") && extracts(argv)
  ) {
    addNext(argv, /^(?:-C|--directory|--one-top-level)$/, add);
    return;
  }
  const options = Object.hasOwn(OUTPUTS, name)
    ? OUTPUTS[name]
    : name === "git"
    ? /^(?:-o|--output|--output-directory)$/
    : OBJECTS.test(name)
    ? /^(?:-o|--output|--outfile|--out-dir|-out)$/
    : undefined;
  if (options !== undefined) addNext(argv, options, add);
  if (name === "install" && (flags.has("-d") || flags.has("--directory"))) {
    for (const { text, index } of operands) add(index, text);
  }
}

/** Values of options, in the next word or behind `=`. */
function addNext(
  argv: readonly string[],
  options: RegExp,
  add: (index: number, text: string | undefined) => void,
): void {
  for (const [index, word] of argv.entries()) {
    if (index === 0 || !word.startsWith("-")) continue;
    const equals = word.indexOf("=");
    if (equals < 0 && options.test(word)) add(index + 1, argv[index + 1]);
    else if (equals > 0 && options.test(word.slice(0, equals))) {
      add(index, word.slice(equals + 1));
    } else if (!word.startsWith("--") && options.test(word.slice(0, 2))) {
      add(index, word.slice(2));
    }
  }
}

function extracts(argv: readonly string[]): boolean {
  return argv.some((word, i) =>
    i === 1 && /^[A-Za-z]*x/.test(word) || /^-[A-Za-z]*x/.test(word) ||
    /^--(?:extract|get)$/.test(word)
  );
}
