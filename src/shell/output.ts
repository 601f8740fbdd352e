// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What programs write, where their words and input say it.
 *
 * Decoders and other filters over known text are run here, so that code hidden
 * in an encoding is read like any other. What is not known is a hole, as narrow
 * as the program's purpose allows.
 *
 * @module
 */

import type { Stdin, Walk } from "./host.ts";
import { absolute } from "./place.ts";
import type { State } from "./state.ts";
import { ANY, hasHole, NAME } from "./value.ts";

/** What a filter is given. */
interface Given {
  readonly args: readonly string[];
  readonly input: string;
}

/** Standard output of an external program; may hold holes. */
export function outputOf(
  walk: Walk,
  state: State,
  argv: readonly string[],
  stdin: Stdin,
): string {
  const [word = "", ...args] = argv;
  const name = word.slice(word.lastIndexOf("/") + 1);
  const filter = FILTERS.get(name);
  if (filter !== undefined) {
    const input = inputOf(walk, state, args, stdin, TAKES_FILES.has(name));
    if (input === undefined || hasHole(input) && !PASSES_HOLES.has(name)) {
      return ANY;
    }
    return filter({ args, input }) ?? ANY;
  }
  return MAKERS.get(name)?.(args, walk) ?? ANY;
}

const TAKES_FILES: ReadonlySet<string> = new Set(
  ["cat", "base64", "base32", "xxd", "rev", "tac", "head", "tail", "sort"],
);
const PASSES_HOLES: ReadonlySet<string> = new Set(["cat", "tee"]);

/** Text a filter reads: its files where this text wrote them, else its input. */
function inputOf(
  walk: Walk,
  state: State,
  args: readonly string[],
  stdin: Stdin,
  files: boolean,
): string | undefined {
  const named = files
    ? args.filter((word) => word !== "-" && !/^-/.test(word) && word !== "")
    : [];
  if (named.length === 0 || named.every((word) => /^\d+$/.test(word))) {
    return stdin.kind === "text" ? stdin.text : undefined;
  }
  let text = "";
  for (const path of named) {
    const [whole = ""] = absolute(state, path);
    const [known, ...others] = walk.written.get(whole) ?? [];
    if (known === undefined || others.length > 0) return undefined;
    text += known;
  }
  return text;
}

type Filter = (given: Given) => string | undefined;

function has(args: readonly string[], pattern: RegExp): boolean {
  return args.some((word) => pattern.test(word));
}

function decode(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  // A NUL is dropped by the shell; other bytes that are no text are not known.
  return text.includes("\ufffd") ? ANY : text.replaceAll("\0", "");
}

function base64({ args, input }: Given): string | undefined {
  if (!has(args, /^(?:-[a-zA-Z]*[dD]|--d)/)) return btoaText(input);
  const digits = input.replace(/[\s]/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  // No whole number of bytes: base64 writes a part, and complains.
  if (digits.replace(/=+$/, "").length % 4 === 1) return undefined;
  if (digits.length % 4 !== 0 && digits.endsWith("=")) return undefined;
  return decode(Uint8Array.fromBase64(digits.padEnd(
    Math.ceil(digits.length / 4) * 4,
    "=",
  )));
}

function btoaText(input: string): string {
  return `${new TextEncoder().encode(input).toBase64()}\n`;
}

function base32({ args, input }: Given): string | undefined {
  if (!has(args, /^(?:-[a-zA-Z]*[dD]|--d)/)) return undefined;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const char of input.replace(/[\s=]/g, "")) {
    const digit = alphabet.indexOf(char);
    if (digit < 0) return undefined;
    value = (value << 5 | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(value >> bits & 0xff);
    }
  }
  return decode(new Uint8Array(bytes));
}

function xxd({ args, input }: Given): string | undefined {
  if (!has(args, /^-[a-z]*r/)) return undefined;
  const plain = has(args, /^-[a-z]*p/);
  const digits = plain
    ? input.replace(/\s/g, "")
    : input.replace(/^[0-9a-f]+: ((?:[0-9a-f]{2,4} ?)+).*$/gm, "$1")
      .replace(/\s/g, "");
  if (!/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return decode(Uint8Array.fromHex(digits.slice(0, digits.length & ~1)));
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

function tr({ args, input }: Given): string | undefined {
  const sets = args.filter((word) => !/^-[a-zA-Z]+$/.test(word));
  const flags = args.filter((word) => /^-[a-zA-Z]+$/.test(word)).join("");
  const [from, to] = sets.map(charactersOf);
  if (from === undefined || /[cCst]/.test(flags)) return undefined;
  if (flags.includes("d")) {
    return [...input].filter((char) => !from.includes(char)).join("");
  }
  if (to === undefined || to.length === 0) return undefined;
  return [...input].map((char) => {
    const at = from.lastIndexOf(char);
    return at < 0 ? char : to[Math.min(at, to.length - 1)] ?? char;
  }).join("");
}

/** Characters of a set of `tr`. */
function charactersOf(set: string): string[] | undefined {
  if (
    /\[[=:]/.test(set.replaceAll("[:upper:]", "").replaceAll("[:lower:]", ""))
  ) {
    return undefined;
  }
  const text = set.replaceAll("[:upper:]", "A-Z").replaceAll("[:lower:]", "a-z")
    .replace(
      /\\(?:([0-7]{1,3})|(.))/gs,
      (_, octal?: string, one?: string) =>
        octal === undefined
          ? { n: "\n", t: "\t", r: "\r" }[one ?? ""] ?? one ?? ""
          : String.fromCharCode(parseInt(octal, 8)),
    );
  const made: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const [first, last] = [text.charCodeAt(at), text.charCodeAt(at + 2)];
    if (text[at + 1] === "-" && last >= first) {
      for (let code = first; code <= last; code++) {
        made.push(String.fromCharCode(code));
      }
      at += 2;
    } else made.push(text[at] as string);
  }
  return made;
}

/** `sed s/a/b/` with plain text on both sides. */
function sed({ args, input }: Given): string | undefined {
  const script = args.find((word) => !word.startsWith("-")) ?? "";
  const found = /^s([/|#,@])([\w .\-=:]*)\1([\w .\-=:/]*)\1(g?)$/.exec(script);
  if (found === null || args.length > 2 || has(args, /^-[^eE]/)) {
    return undefined;
  }
  const [, , from = "", to = "", all] = found;
  if (from === "" || /[.]/.test(from)) return undefined;
  return input.split("\n").map((line) =>
    all === "g" ? line.replaceAll(from, to) : line.replace(from, () => to)
  ).join("\n");
}

function cut({ args, input }: Given): string | undefined {
  const whole = args.join(" ");
  const found = /^-d ?(.) ?-f ?(\d+)$|^-c ?(\d+)-(\d+)?$/.exec(whole);
  if (found === null) return undefined;
  const [, separator, field, from, to] = found;
  return input.split("\n").map((line) => {
    if (line === "") return line;
    if (separator === undefined) {
      return line.slice(
        Number(from) - 1,
        to === undefined ? undefined : Number(to),
      );
    }
    const fields = line.split(separator);
    return fields.length < 2 ? line : fields[Number(field) - 1] ?? "";
  }).join("\n");
}

function lines(
  { args, input }: Given,
  end: "start" | "end",
): string | undefined {
  const whole = args.join(" ");
  const found = /^(?:-n ?)?-?(\d+)$/.exec(whole);
  if (whole !== "" && found === null) return undefined;
  const all = input.split("\n");
  if (all.at(-1) === "") all.pop();
  const count = Number(found?.[1] ?? 10);
  const kept = end === "start" ? all.slice(0, count) : all.slice(-count);
  return kept.map((line) => `${line}\n`).join("");
}

const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ["cat", ({ args, input }) => has(args, /^-[^u]/) ? undefined : input],
  ["tee", ({ input }) => input],
  ["base64", base64],
  ["base32", base32],
  ["xxd", xxd],
  ["rev", ({ input }) => input.split("\n").map(reversed).join("\n")],
  [
    "tac",
    ({ input }) => `${input.trimEnd().split("\n").reverse().join("\n")}\n`,
  ],
  ["tr", tr],
  ["sed", sed],
  ["cut", cut],
  ["head", (given) => lines(given, "start")],
  ["tail", (given) => lines(given, "end")],
]);

type Maker = (args: readonly string[], walk: Walk) => string;

function name(): string {
  return `${NAME}\n`;
}

function path(): string {
  return `/${ANY}\n`;
}

function made([first = ""]: readonly string[]): string {
  return first.startsWith("/")
    ? `${first.replace(/X+.*$/s, "")}${NAME}\n`
    : `/tmp/${NAME}\n`;
}

function located(args: readonly string[]): string {
  const program = args.at(-1) ?? ANY;
  return hasHole(program) ? ANY : `/usr/bin/${program}\n`;
}

function baseOf([first = ANY, suffix = ""]: readonly string[]): string {
  const cut = first.replace(/\/+$/, "");
  const base = cut.slice(cut.lastIndexOf("/") + 1);
  return `${
    suffix !== "" && base.endsWith(suffix)
      ? base.slice(0, -suffix.length)
      : base
  }\n`;
}

function folderOf([first = ANY]: readonly string[]): string {
  const at = first.lastIndexOf("/");
  if (hasHole(first) && at < 0) return `${ANY}\n`;
  return `${at > 0 ? first.slice(0, at) : at === 0 ? "/" : "."}\n`;
}

const SETTINGS =
  /^(?:-s|-c|hook|init|env|shellenv|-|bash|zsh|sh|--[a-z-]+(?:=\w+)?)$/;

/** `eval "$(ssh-agent -s)"`, `eval "$(direnv hook bash)"`: starts nothing by itself. */
function shellSettings(args: readonly string[]): string {
  return args.length > 0 && args.every((word) => SETTINGS.test(word))
    ? ""
    : ANY;
}

/** Programs whose output is one word, a path, or made from their words. */
/** `git rev-parse --git-dir` and its like, from the top folder of the project. */
function gitFolder(args: readonly string[]): string {
  if (args[0] !== "rev-parse" || args.length > 3) return ANY;
  if (/^--git-(?:common-)?dir$/.test(args[1] ?? "")) return ".git\n";
  return args[1] === "--git-path" ? `.git/${args[2] ?? ""}\n` : ANY;
}

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ["mktemp", (args) => made(args.filter((word) => !word.startsWith("-")))],
  ["git", gitFolder],
  ["nproc", name],
  ["uname", name],
  ["hostname", name],
  ["whoami", (_, { host }) => `${host.user ?? NAME}\n`],
  ["uuidgen", name],
  ["arch", name],
  ["wc", name],
  ["date", (args) => args.join("").includes(" ") ? ANY : name()],
  ["pwd", () => `${ANY}\n`],
  ["realpath", path],
  ["which", located],
  ["basename", baseOf],
  ["dirname", folderOf],
  ["sha256sum", () => ANY],
  ["id", (args) => has(args, /^-[ug]$/) ? name() : ANY],
  ["pgrep", () => ANY],
  ["getconf", name],
  ["tput", name],
  ["expr", name],
  // Settings for the shell that evaluates them, and functions it may call later.
  ...[
    "ssh-agent",
    "direnv",
    "pyenv",
    "rbenv",
    "nodenv",
    "fnm",
    "zoxide",
    "opam",
  ]
    .map((tool): [string, Maker] => [tool, shellSettings]),
]);
