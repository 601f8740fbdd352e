// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that programs make: what `-o` and its like name.
 *
 * Sources: the manuals of GNU coreutils, findutils, patch, tar, git, curl and
 * wget; gcc(1) for compilers; gzip(1), zip(1) and vim(1).
 *
 * @module
 */

import type { NamedPath } from "./files.ts";
import type { Arguments } from "./options.ts";

/** Options whose value is a file that is written, whatever it looks like. */
const OUTPUTS: Readonly<Record<string, RegExp>> = {
  sort: /^(?:-o|--output)$/,
  iconv: /^(?:-o|--output)$/,
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
  script: -1,
};

/** Editors: what they are given they write. */
const EDITORS = /^(?:ex|vi|vim|nvim|vimdiff|rvim|nano|pico|micro|joe|emacs)$/;

/** Programs that put a smaller file in the place of one, or the other way round. */
const PACKERS: Readonly<Record<string, readonly string[]>> = {
  gzip: [".gz"],
  gunzip: [".gz", ".tgz", ".Z"],
  pigz: [".gz"],
  unpigz: [".gz"],
  bzip2: [".bz2"],
  bunzip2: [".bz2"],
  xz: [".xz"],
  unxz: [".xz"],
  lzma: [".lzma"],
  unlzma: [".lzma"],
  compress: [".Z"],
  uncompress: [".Z"],
  zstd: [".zst"],
  unzstd: [".zst"],
  lz4: [".lz4"],
  brotli: [".br"],
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
    ? operands.at(WRITTEN_OPERANDS[name] ?? -1)
    : undefined;
  add(written?.index ?? 0, written?.text);
  if (EDITORS.test(name)) {
    for (const { text, index } of operands) {
      if (!text.startsWith("+")) add(index, text);
    }
  }
  addPacked(name, argv, operands, found);
  addArchive(name, argv, operands, found);
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
    if (verb === "bundle" && operands[1]?.text === "create") {
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

/** What `gzip` and its like remove and make. */
function addPacked(
  name: string,
  argv: readonly string[],
  operands: Arguments["operands"],
  found: NamedPath[],
): void {
  const endings = Object.hasOwn(PACKERS, name) ? PACKERS[name] : undefined;
  if (endings === undefined || argv.some(isOnlyShown)) return;
  for (const { text, index } of operands) {
    found.push({ text, index, access: "delete" });
    const ending = endings.find((one) => text.endsWith(one));
    const made = ending === undefined
      ? `${text}${endings[0]}`
      : text.slice(0, -ending.length);
    found.push({ text: made, index, access: "write" });
  }
}

function isOnlyShown(word: string): boolean {
  return /^-[a-bd-zA-Z0-9]*[clt]/.test(word) ||
    /^--(?:stdout|to-stdout|list|test)$/.test(word);
}

/** The archive, and what goes once it is in there. */
function addArchive(
  name: string,
  argv: readonly string[],
  operands: Arguments["operands"],
  found: NamedPath[],
): void {
  if (name === "zip") {
    const [archive, ...members] = operands;
    if (archive === undefined || archive.text === "-") return;
    const { index, text } = archive;
    const whole = /\.[^/]*$/.test(text) ? text : `${text}.zip`;
    found.push({ text: whole, index, access: "write" });
    const moves = argv.some((word) => /^-[a-zA-Z]*m|^--move$/.test(word));
    for (const { text, index } of moves ? members : []) {
      found.push({ text, index, access: "delete" });
    }
  }
  if (!/^(?:g|bsd)?tar$/.test(name) || !creates(argv)) return;
  for (const [i, word] of argv.entries()) {
    if (i > 0 && /^(?:-?[A-Za-z]*f|--file)$/.test(word)) {
      const isBundle = i === 1 || word.startsWith("-");
      const next = argv[i + 1];
      if (!isBundle || next === undefined || next === "-") continue;
      found.push({ text: next, index: i + 1, access: "write" });
    }
    const whole = /^--file=(.+)$/s.exec(word)?.[1];
    if (whole !== undefined) {
      found.push({ text: whole, index: i, access: "write" });
    }
  }
  if (!argv.includes("--remove-files")) return;
  const archives = new Set(
    found.filter(({ access }) => access === "write")
      .map(({ index }) => index),
  );
  for (const { text, index } of operands) {
    if (index === 1 && !text.includes("/") || archives.has(index)) continue;
    found.push({ text, index, access: "delete" });
  }
}

/** Makes an archive anew, or adds to one. */
function creates(argv: readonly string[]): boolean {
  return argv.some((word, i) =>
    i === 1 && /^-?[A-Za-z]*[cruA]/.test(word) && !word.startsWith("--") ||
    /^-[A-Za-z]*[cru]/.test(word) ||
    /^--(?:create|append|update|concatenate|catenate|delete)$/.test(word)
  );
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
