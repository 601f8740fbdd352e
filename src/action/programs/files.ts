// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which words of a program are paths, and what is done to them.
 *
 * @module
 */

import type { Access } from "../facts.ts";
import type { Arguments } from "./options.ts";

/** One word, or part of one, that names a file. */
export interface NamedPath {
  readonly text: string;
  /** Index of the word in argv. */
  readonly index: number;
  readonly access: Access;
}

/** How a program treats its operands. */
interface FileUse {
  readonly access: Access;
  /** What happens to the last operand, where it differs. */
  readonly last?: Access;
  /** Operands before the files: a pattern, a mode, a filter. */
  readonly skip?: number;
  /** With one of these options there is no such operand. */
  readonly unskip?: readonly string[];
}

function each(names: string, use: FileUse): [string, FileUse][] {
  return names.split(" ").map((name) => [name, use]);
}

/** Programs whose operands are files, whatever they look like. */
const FILE_PROGRAMS: ReadonlyMap<string, FileUse> = new Map([
  ...each(
    "cat tac nl head tail less more most bat batcat wc sort uniq cut paste rev " +
      "fold column od xxd hexdump strings file stat md5sum sha1sum sha256sum " +
      "sha512sum b2sum cksum base64 base32 diff cmp comm join zcat bzcat xzcat " +
      "gzip gunzip bzip2 xz zstd readlink realpath nano vim vi nvim view emacs " +
      "code cd pushd xclip iconv dos2unix openssl bash sh zsh dash python python3 " +
      "node ruby perl lsattr getfacl git-crypt",
    { access: "read" },
  ),
  ...each("ls dir vdir tree du find fd", { access: "list" }),
  ...each("touch mkdir mkfifo mknod truncate tee sponge setfacl chattr", {
    access: "write",
  }),
  ...each("chmod chown chgrp", {
    access: "write",
    skip: 1,
    unskip: ["--reference"],
  }),
  ...each("cp install rsync scp ln link", { access: "read", last: "write" }),
  ...each("mv rename", { access: "delete", last: "write" }),
  ...each("rm rmdir unlink shred srm trash wipe rimraf del-cli rmrf", {
    access: "delete",
  }),
  ...each("grep egrep fgrep zgrep rg ag ack ugrep", {
    access: "read",
    skip: 1,
    unskip: ["-e", "-f", "--files"],
  }),
  ...each("awk gawk mawk nawk", { access: "read", skip: 1 }),
  ...each("sed gsed", { access: "read", skip: 1, unskip: ["-e"] }),
  ...each("jq yq jaq gojq", {
    access: "read",
    skip: 1,
    unskip: ["-f", "--from-file"],
  }),
]);

/** Programs that put files into a folder under their own names. */
const PLACES: ReadonlySet<string> = new Set(
  "cp mv ln install rsync".split(" "),
);

/** Programs whose words are text or names, never files. */
const TEXT_PROGRAMS: ReadonlySet<string> = new Set(
  ("echo printf : true false man info type which whereis command help history " +
    "apropos whatis sleep kill pkill killall date seq expr id groups whoami " +
    "uname hostname hash wait exit return break continue shift umask ulimit " +
    "jobs fg bg times getopts let export declare typeset readonly local unset " +
    "read set yes tput clear logger cal factor numfmt").split(" "),
);

/** Values that are text even though they may look like a path. */
const TEXT_VALUES: Readonly<Record<string, RegExp>> = {
  git:
    /^(?:-m|--message|--author|--date|--format|--pretty|--grep|-S|-G|--since|--until|--trailer)$/,
  gh: /^(?:-t|--title|-b|--body|-m|--message|-q|--jq|--template)$/,
  curl:
    /^(?:-A|--user-agent|-H|--header|-w|--write-out|-u|--user|-X|--request|-r)$/,
  docker: /^(?:-f|--filter|--format)$/,
  grep: /^(?:-e|--regexp|-m|-A|-B|-C)$/,
  rg: /^(?:-e|--regexp|-r|--replace|-m|-A|-B|-C)$/,
  sed: /^(?:-e|--expression)$/,
  awk: /^(?:-F|-v)$/,
  jq: /^(?:--arg|--argjson|--indent|--tab)$/,
  tar: /^(?:--format|--transform|--xform|--exclude)$/,
  cut: /^(?:-d|-f|-c|-b)$/,
  sort: /^(?:-k|-t|-S)$/,
  ssh: /^(?:-p|-l|-L|-R|-D)$/,
};

/** The same options, when written as two words by a program without a table. */
const TEXT_AFTER: ReadonlySet<string> = new Set(
  ("--title --body --message --description --name --format --pretty --user-agent " +
    "--jq --query --template --label --filter --grep --comment --notes").split(
      " ",
    ),
);

/** Lists the paths that one program's words name. */
export function namedPaths(
  name: string,
  argv: readonly string[],
  args: Arguments,
): NamedPath[] {
  if (TEXT_PROGRAMS.has(name)) return [];
  const found: NamedPath[] = [];
  const use = FILE_PROGRAMS.get(name) ?? versioned(name);
  const skipped = use?.unskip?.some((flag) => args.flags.has(flag))
    ? 0
    : use?.skip ?? 0;
  const operands = fileOperands(name, args).slice(skipped);
  const inPlace = name.endsWith("sed") && args.flags.has("-i");
  const toFolder = args.flags.has("-t");
  const main: Access = inPlace ? "write" : use?.access ?? "read";
  for (const [i, { text, index }] of operands.entries()) {
    if (use === undefined && TEXT_AFTER.has(argv[index - 1] ?? "")) continue;
    const isLast = i === operands.length - 1 && i > 0 && !toFolder;
    const access = /^of=/.test(text) && name === "dd"
      ? "write"
      : isLast
      ? use?.last ?? main
      : main;
    for (const part of partsOf(name, text)) {
      if (use !== undefined || looksLikePath(part)) {
        found.push({ text: part, index, access });
      }
    }
    if (PLACES.has(name) && (toFolder || !isLast) && operands.length > 1) {
      // Into a folder: the file there is the one that changes.
      const folder = toFolder
        ? args.values.find(({ flag }) =>
          /^(?:-t|--target-directory)$/.test(flag)
        )
          ?.text
        : operands.at(-1)?.text;
      const base = text.replace(/\/+$/, "").replace(/^.*\//s, "");
      if (folder !== undefined && /^\.\w/.test(base)) {
        found.push({ text: `${folder}/${base}`, index, access: "write" });
      }
    }
  }
  addValues(name, argv, args, found);
  addOutputs(name, argv, args, found);
  return found;
}

function addValues(
  name: string,
  argv: readonly string[],
  { values }: Arguments,
  found: NamedPath[],
): void {
  const text = TEXT_VALUES[name.replace(/^(?:[ef]|g)?(?=grep|sed|awk)/, "")];
  for (const { flag, text: value, index } of values) {
    if (text?.test(flag) || TEXT_AFTER.has(flag)) continue;
    const writes =
      /^(?:-o|-O|--output|--output-document|-P|-t|--target-directory|-out|-keyout|-C)$/
        .test(flag) && name !== "grep" && name !== "git" && name !== "tar";
    for (const part of partsOf(name, value)) {
      if (looksLikePath(part)) {
        found.push({ text: part, index, access: writes ? "write" : "read" });
      }
    }
  }
  // `-f/etc/hosts`: a value written onto a short option.
  for (const [index, word] of argv.entries()) {
    if (index > 0 && /^-[A-Za-z](?:\.{0,2}\/|\.[A-Za-z]|~\/)/.test(word)) {
      found.push({ text: word.slice(2), index, access: "read" });
    }
  }
}

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
function addOutputs(
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

/** Operands before the point where a program's own language starts. */
function fileOperands(name: string, args: Arguments): Arguments["operands"] {
  if (name !== "find") return args.operands;
  // Words after the first test or action belong to find's expression.
  const firstTest = Math.min(
    ...args.values.map(({ index }) => index),
    ...args.operands.map(({ index }) => index).filter((index, i) =>
      index !== (args.operands[0]?.index ?? 1) + i
    ),
  );
  return args.operands.filter(({ index }) => index < firstTest);
}

function versioned(name: string): FileUse | undefined {
  return /^(?:python|node|ruby|perl|php|lua)[0-9.]*$/.test(name)
    ? { access: "read" }
    : undefined;
}

/** The word itself, and what stands behind `=`, `@`, `file://` or git's `:`. */
function partsOf(name: string, word: string): string[] {
  const url = word.match(/^file:\/\/(?:localhost)?(\/.*)$/i)?.[1];
  if (url !== undefined) return [url.replace(/[?#].*$/, "")];
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return [];
  const equals = word.match(/^[A-Za-z_][\w-]*=(.*)$/s)?.[1];
  if (equals !== undefined) return partsOf(name, equals);
  if (word.startsWith("@") && word.length > 1) return [word.slice(1)];
  const colon = name === "git" ? word.indexOf(":") : -1;
  if (colon >= 0) return [word, word.slice(colon + 1)].filter((p) => p !== "");
  return word === "" ? [] : [word];
}

/** A word that a program without a table would most likely open as a file. */
function looksLikePath(word: string): boolean {
  if (/^(?:\.{0,2}\/|~\/)/.test(word)) return true;
  return /[./]/.test(word) && !/\s/.test(word);
}
