// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Follows redirections: which files are read and written, and what a command
 * finds on its standard input.
 *
 * @module
 */

import { asHoles } from "./glob.ts";
import { expandText, expandWord } from "./expand.ts";
import { oneText, type Streams } from "./follow.ts";
import type { Stdin, Walk } from "./host.ts";
import { absolute } from "./place.ts";
import type { State } from "./state.ts";
import type { Redirection } from "./syntax.ts";
import { ANY, hasHole, isMany } from "./value.ts";
import { setVariable } from "./variables.ts";

/** Streams as redirections leave them. */
export interface Redirected {
  readonly streams: Streams;
  /** Where known output goes instead of the outer streams. */
  readonly close: () => void;
  /** What later commands write into the files is not followed. */
  readonly lose: () => void;
}

function nothing(): void {}

/** Follows all redirections of one command. */
export function applyRedirections(
  walk: Walk,
  state: State,
  redirections: readonly Redirection[],
  outer: Streams,
): Redirected {
  if (redirections.length === 0) {
    return { streams: outer, close: nothing, lose: nothing };
  }
  let { stdin } = outer;
  let output = outer.output;
  const files: { paths: readonly string[]; append: boolean }[] = [];
  for (const redirection of redirections) {
    const { operator, descriptor, body, target, span } = redirection;
    if (descriptor !== undefined && /^[A-Za-z_]/.test(descriptor)) {
      setVariable(walk, state, descriptor, { choices: ["\0_"], span });
    }
    const reads = descriptor === undefined || descriptor === "0";
    switch (operator) {
      case "<<":
      case "<<-": {
        const text = body === undefined ? ANY : oneText(walk, state, body);
        if (reads) stdin = textInput(text);
        break;
      }
      case "<<<": {
        const text = oneText(walk, state, target);
        if (reads) stdin = textInput(`${text}\n`);
        break;
      }
      case "<":
      case "<>": {
        const [path = ANY] = openFiles(walk, state, redirection, "read");
        if (operator === "<>") openFiles(walk, state, redirection, "write");
        if (reads) stdin = fileInput(walk, state, path);
        break;
      }
      case "<&":
      case ">&": {
        const texts = expandText(walk, state, target);
        const copies = texts.every((text) => /^(?:[0-9]*-?|\0_)$/.test(text));
        if (copies) {
          if (descriptor === "0" || operator === "<&" && reads) {
            stdin = { kind: "opaque" };
          }
          break;
        }
        if (operator === ">&") openFiles(walk, state, redirection, "write");
        else stdin = { kind: "opaque" };
        break;
      }
      default: {
        const paths = openFiles(walk, state, redirection, "write");
        const all = operator.startsWith("&");
        if (all || descriptor === undefined || descriptor === "1") {
          const first = files.length === 0;
          if (first) output = { text: "" };
          files.push({ paths, append: operator.endsWith(">>") });
        } else {
          // Who writes to another descriptor is not followed.
          for (const path of paths.flatMap((one) => absolute(state, one))) {
            remember(walk, path, ANY, false);
          }
        }
      }
    }
  }
  const streams: Streams = {
    stdin,
    ...(output !== undefined && { output }),
  };
  return {
    streams,
    close: () => keep(walk, state, files, output),
    lose: () => keep(walk, state, files, { text: ANY }),
  };
}

function textInput(text: string): Stdin {
  return text === ANY || text === `${ANY}\n`
    ? { kind: "opaque" }
    : { kind: "text", text };
}

/** A file that this text wrote is known; others are named. */
function fileInput(walk: Walk, state: State, path: string): Stdin {
  const [whole] = absolute(state, path);
  const texts = whole === undefined ? undefined : walk.written.get(whole);
  if (texts !== undefined) {
    const [text = ANY] = texts;
    return texts.length === 1 ? textInput(text) : { kind: "opaque" };
  }
  return hasHole(path) ? { kind: "opaque" } : { kind: "file", path };
}

/** Tells of the files that one redirection opens. */
function openFiles(
  walk: Walk,
  state: State,
  { target, span }: Redirection,
  access: "read" | "write",
): readonly string[] {
  const lists = expandWord(walk, state, target);
  const paths = [...new Set(lists.flat())].map((field) =>
    isMany(field) ? ANY : asHoles(field)
  );
  for (const path of paths) {
    walk.host.file({ path, access, span: target.span ?? span, state });
  }
  return paths;
}

/** Remembers what the command wrote into files. */
function keep(
  walk: Walk,
  state: State,
  files: readonly {
    readonly paths: readonly string[];
    readonly append: boolean;
  }[],
  output: { readonly text: string } | undefined,
): void {
  const { length } = files;
  for (const [i, { paths, append }] of files.entries()) {
    // Only the last redirection of a descriptor gets the output.
    const text = i < length - 1 ? "" : output?.text ?? ANY;
    for (const path of paths) {
      for (const whole of absolute(state, path)) {
        remember(walk, whole, text, append);
      }
    }
  }
}

/** Notes that a file may now hold `text`. */
export function remember(
  walk: Walk,
  path: string,
  text: string,
  append: boolean,
): void {
  if (path.startsWith("/dev/") || hasHole(path)) return;
  const old = walk.written.get(path);
  const made = append ? (old ?? [ANY]).map((was) => was + text) : [text];
  // Which branch wrote last is not known: all that was ever written may be there.
  const all = [...new Set(append ? made : [...old ?? [], ...made])];
  walk.written.set(path, all.length > MAX_TEXTS ? [ANY] : all);
}

/** Texts remembered for one file. */
const MAX_TEXTS = 4;
