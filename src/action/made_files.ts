// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs and scripts that the same text makes before it runs them.
 *
 * What a text writes word by word is read like the text itself; what it fetches
 * or decodes cannot have been read before.
 *
 * @module
 */

import { followText } from "../shell/follow.ts";
import type { Start, Stdin, Walk } from "../shell/host.ts";
import { remember } from "../shell/redirect.ts";
import { absolute } from "../shell/place.ts";
import { startState } from "../shell/state.ts";
import { ANY, hasHole } from "../shell/value.ts";
import type { ProgramFact } from "./facts.ts";
import { followCode } from "./follow_code.ts";
import { readArguments } from "./programs/options.ts";
import { addProgram, addUnknown, type Reader } from "./reader.ts";
import { absolutePath, baseName, isBelow } from "./words.ts";

/** Programs that fetch what they write. */
const FETCHES: ReadonlySet<string> = new Set(
  "curl wget scp sftp aria2c http https xh gsutil".split(" "),
);
/** Programs that write what they make of their input. */
const WRITES: ReadonlySet<string> = new Set(
  "sort shuf uniq sponge xxd split csplit patch openssl gpg base64 uudecode dd"
    .split(" "),
);
/** Programs that put a copy, or another name, of a file somewhere. */
const COPIES: ReadonlySet<string> = new Set(
  "cp mv ln install link rename".split(" "),
);

/** Notes that `program` fills `path`. */
export function noteMadeFile(
  reader: Reader,
  walk: Walk,
  program: ProgramFact,
  path: string,
): void {
  const { name, argv, folders } = program;
  if (FETCHES.has(name) || WRITES.has(name)) reader.fresh.add(path);
  if (!COPIES.has(name)) return;
  const { operands } = readArguments(name, argv);
  if (operands.some(({ text }) => /^\/dev\/(?:stdin|fd\/)/.test(text))) {
    reader.fresh.add(path);
  }
  const [folder = "/"] = folders ?? [];
  for (const { text } of operands.slice(0, -1)) {
    const source = absolutePath(text, folder);
    const target = operands.at(-1)?.text.endsWith("/")
      ? `${path}/${baseName(text)}`
      : path;
    const texts = walk.written.get(source);
    if (texts !== undefined) walk.written.set(target, texts);
    if (reader.fresh.has(source)) reader.fresh.add(target);
    // What was moved is meant by its old name as well.
    if (/^(?:ln|link|mv)$/.test(name)) reader.links.set(target, source);
    walk.copies.set(target, text);
    walk.copies.set(`${path}/${baseName(text)}`, text);
  }
}

/** Notes that a file gets what a command reads. */
export function noteText(walk: Walk, path: string, stdin: Stdin): void {
  remember(walk, path, stdin.kind === "text" ? stdin.text : ANY, false);
}

/** Follows a program word that leads to a file which this text made, or to a link. */
export function followFile(
  reader: Reader,
  walk: Walk,
  start: Start,
  name: string,
  begin: (inner: Start) => void,
): void {
  const [word = ""] = start.argv;
  const known = walk.copies.get(word);
  if (hasHole(word)) {
    if (known !== undefined) asOther(start, known, begin);
    return;
  }
  if (!word.includes("/")) {
    for (const [path, source] of walk.copies) {
      if (baseName(path) === word && baseName(source) !== name) {
        asOther(start, source, begin);
      }
    }
    return;
  }
  for (const path of absolute(start.state, word)) {
    const resolved = reader.resolve(path);
    const copied = walk.copies.get(path);
    if (copied !== undefined) asOther(start, copied, begin);
    else if (
      resolved !== null && isBelow(path, reader.workspace) &&
      baseName(resolved) !== baseName(path)
    ) {
      // A link in the workspace: what it leads to is what runs.
      addAlias(reader, start, baseName(resolved));
    }
    followMade(reader, walk, start, path);
    if (resolved !== null && resolved !== path) {
      followMade(reader, walk, start, resolved);
    }
  }
}

function addAlias(reader: Reader, start: Start, name: string): void {
  const { argv, assignments, via, span } = start;
  addProgram(reader, {
    name: name.toLowerCase(),
    argv,
    assignments,
    via: [...via, argv[0] ?? ""],
    span,
  });
}

function asOther(
  start: Start,
  source: string,
  begin: (inner: Start) => void,
): void {
  begin({
    ...start,
    argv: [source, ...start.argv.slice(1)],
    via: [...start.via, start.argv[0] ?? ""],
  });
}

/** Follows a script that the text itself wrote. */
export function followMade(
  reader: Reader,
  walk: Walk,
  start: Start,
  path: string,
  language: string = "shell",
  positional: readonly string[] = start.argv.slice(1),
  word: string = start.argv[0] ?? path,
): void {
  const origin = start.spans[0] ?? start.span;
  if (reader.fresh.has(path)) {
    addUnknown(reader, {
      code: "exec.fresh_program",
      message: "Not read: the program is made by the same text",
      span: origin,
    });
  }
  for (const text of walk.written.get(path) ?? []) {
    const first = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(text);
    const through = baseName(first?.[1] ?? "");
    const named = through === "env" ? first?.[2] ?? "" : through;
    const spoken = named === "" ? language : languageOf(named);
    if (hasHole(text)) {
      addUnknown(reader, {
        code: "exec.fresh_program",
        message: "Not read: the program is made by the same text",
        span: origin,
      });
    }
    const known = text.replace(/\0[$+*?_]/g, '"${airg_unknown}"');
    if (spoken === "shell") {
      const state = startState(start.state.folders, positional, word);
      followText(walk, state, known, { origin });
    } else if (spoken !== undefined) {
      followCode({ reader, walk, start }, spoken, text, origin);
    }
  }
}

function languageOf(program: string): string | undefined {
  if (/^(?:ba|da|z|k|a|mk)?sh$/.test(program)) return "shell";
  const name = /^(python|node|perl|ruby|php|lua|awk|sed|make|tclsh|bun|deno)/
    .exec(program)?.[1];
  return { tclsh: "tcl", bun: "node", deno: "node" }[name ?? ""] ?? name;
}
