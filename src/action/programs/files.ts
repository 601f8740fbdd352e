// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which words of a program are paths, and what is done to them.
 *
 * @module
 */

import type { Access } from "../facts.ts";
import { addOutputs } from "./outputs.ts";
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
    "apropos whatis sleep kill pkill killall seq expr id groups whoami " +
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
  date: /^(?:-d|--date|-s|--set|-I|--iso-8601|--rfc-3339)$/,
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
    if (name === "date") continue;
    if (use === undefined && TEXT_AFTER.has(argv[index - 1] ?? "")) continue;
    const isLast = i === operands.length - 1 && i > 0 && !toFolder;
    const access = /^of=/.test(text) && name === "dd"
      ? "write"
      : isLast
      ? use?.last ?? main
      : main;
    const base = name === "tar" ? changedFolder(args, index) : "";
    for (const part of partsOf(name, text)) {
      if (use !== undefined || base !== "" || looksLikePath(part)) {
        const text = part.startsWith("/") ? part : base + part;
        found.push({ text, index, access });
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
  if (PLACES.has(name) && toFolder) {
    // A folder whatever it looks like; `addValues` knows the others.
    for (const { flag, text, index } of args.values) {
      if (/^(?:-t|--target-directory)$/.test(flag)) {
        found.push({ text, index, access: "write" });
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

/** `tar -C folder`: the operands after it lie there, each `-C` counted from the one before. */
function changedFolder({ values }: Arguments, index: number): string {
  let folder = "";
  for (const { flag, text, index: at } of values) {
    if (at >= index || !/^(?:-C|--cd|--directory)$/.test(flag)) continue;
    folder = text.startsWith("/") ? `${text}/` : `${folder}${text}/`;
  }
  return folder;
}

/**
 * Names of files that a program reads from its standard input.
 *
 * @param text What stands there.
 */
export function listedPaths(
  name: string,
  { flags, values }: Arguments,
  text: string,
): NamedPath[] {
  const fromInput = (flag: RegExp) =>
    values.some((one) => flag.test(one.flag) && one.text === "-");
  const reads = name === "cpio"
    ? flags.has("-o") || flags.has("-p")
    : name === "zip"
    ? flags.has("-@")
    : /^(?:g|bsd)?tar$/.test(name)
    ? fromInput(/^(?:-T|--files-from)$/)
    : name === "rsync" && fromInput(/^--files-from$/);
  if (!reads) return [];
  return text.split(/[\n\0]/).filter((line) => line !== "")
    .map((line) => ({ text: line, index: 0, access: "read" }));
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
