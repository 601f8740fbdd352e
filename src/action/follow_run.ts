// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Follows what a program is given to run.
 *
 * @module
 */

import { followText, type Streams } from "../shell/follow.ts";
import type { Stdin, Walk } from "../shell/host.ts";
import { absolute, absolutePath, normalizePath } from "../shell/place.ts";
import { own, startState, type State } from "../shell/state.ts";
import { hasHole, isMany, knownEnd } from "../shell/value.ts";
import { exportedTo } from "../shell/variables.ts";
import type { Span } from "./facts.ts";
import { followCode } from "./follow_code.ts";
import { followTask } from "./follow_task.ts";
import { followMade } from "./made_files.ts";
import { addPath, addUnknown, type Reader } from "./reader.ts";
import type { Run } from "./runs/run.ts";
import type { Started } from "./start.ts";

/** What is being followed, and how to start another program. */
export interface Following {
  readonly reader: Reader;
  readonly walk: Walk;
  readonly start: Started;
  readonly name: string;
  readonly begin: (inner: Started) => string | undefined;
}

/** Follows one run; its output, where that is all the program writes. */
export function followRun(
  following: Following,
  run: Run,
): string | undefined {
  const { start, reader } = following;
  switch (run.kind) {
    case "program":
      return startInner(following, run);
    case "shell":
      return startShell(following, run.text, {
        span: spanAt(start, run.index),
        positional: run.positional ?? [],
        folder: run.folder,
        elsewhere: run.elsewhere,
        assignments: run.assignments ?? [],
      });
    case "stdin":
      return readStdin(following, run);
    case "code":
      followCode(following, run.language, run.text, spanAt(start, run.index));
      return undefined;
    case "file":
      return runFile(following, run);
    case "task":
      followTask(
        following,
        run,
        (text, options) => startShell(following, text, options),
      );
      return undefined;
    case "unread":
      addUnknown(reader, {
        code: run.code,
        message: `Not read: ${run.why}`,
        span: spanAt(start, run.index),
      });
      return undefined;
  }
}

function spanAt({ spans, span }: Started, index: number): Span {
  return spans[index] ?? span;
}

function startInner(
  { start, name, begin }: Following,
  run: Extract<Run, { kind: "program" }>,
): string | undefined {
  const { argv, indexes, assignments, folder, elsewhere, items } = run;
  const outer = elsewhere ?? start.elsewhere;
  return begin({
    ...start,
    argv,
    spans: indexes.map((index) => spanAt(start, index)),
    assignments: [
      ...run.clearsEnvironment === true ? [] : start.assignments,
      ...assignments,
    ],
    via: [...start.via, name],
    state: inFolder(start.state, folder),
    builtin: false,
    ...(outer !== undefined && { elsewhere: outer }),
    ...(items === true && { items }),
  });
}

/** The same shell with another working folder. */
function inFolder(state: State, folder: string | undefined): State {
  if (folder === undefined) return state;
  const folders = hasHole(folder)
    ? undefined
    : state.folders?.map((from) => normalizePath(absolutePath(folder, from)));
  return { ...state, folders, shared: true };
}

/** How a shell is started. */
export interface ShellStart {
  readonly span: Span;
  /** `$0` first. */
  readonly positional: readonly string[];
  readonly folder?: string | undefined;
  readonly elsewhere?: "container" | "host" | "chroot" | undefined;
  readonly assignments?: readonly string[];
  /** The text came from standard input, and nobody else gets it. */
  readonly consumed?: boolean;
}

function startShell(
  { reader, walk, start, name }: Following,
  text: string,
  { span, positional, folder, elsewhere, assignments = [], consumed }:
    ShellStart,
): string | undefined {
  const state = startState(
    inFolder(start.state, folder).folders,
    positional.slice(1),
    positional[0],
  );
  if (start.state.exportsFunctions) state.functions = start.state.functions;
  state.shared = true;
  const braces = name === "dash" || name === "ash" || name === "busybox"
    ? "no"
    : name === "sh"
    ? "perhaps"
    : "yes";
  state.options = { ...state.options, braces };
  for (const [variable, value] of exportedTo(start.state)) {
    own(state);
    state.variables.set(variable, value);
  }
  own(state);
  for (const one of [...start.assignments, ...assignments]) {
    const equals = one.indexOf("=");
    const choices = [one.slice(equals + 1)];
    state.variables.set(one.slice(0, equals), { choices, exported: true });
  }
  if (hasHole(text)) {
    addUnknown(reader, {
      code: "shell.code",
      message:
        "Not read: the text that a shell is given is known only at run time",
      span,
    });
  }
  const known = text.replace(/\0[$+*?_]/g, '"${airg_unknown}"');
  const output = { text: "" };
  const stdin: Stdin = consumed === true ? { kind: "opaque" } : start.stdin;
  const streams: Streams = { stdin, output };
  const inner = withVia(
    walk,
    [...start.via, name],
    elsewhere ?? start.elsewhere,
  );
  followText(inner, state, known, { origin: span, streams });
  walk.steps = inner.steps;
  return output.text;
}

/** The same walk, with every command it starts known to come through `via`. */
function withVia(
  walk: Walk,
  via: readonly string[],
  elsewhere: Started["elsewhere"],
): Walk {
  const { root: host } = walk;
  const inner: Walk = {
    ...walk,
    functions: [],
    host: {
      ...host,
      start: (start, from) => {
        const begun: Started = {
          ...start,
          via: [...via, ...start.via],
          ...(elsewhere !== undefined && { elsewhere }),
        };
        return host.start(begun, from);
      },
      ...(elsewhere !== undefined && { file: () => {} }),
    },
  };
  return inner;
}

/** What an interpreter looks for where a name is no file. */
const LOOKED_FOR: Readonly<Record<string, readonly string[]>> = {
  node: [".js", ".cjs", ".mjs", ".ts", "/index.js"],
  python: ["/__main__.py"],
};

/** Files made by this text that a name with holes may stand for. */
function madeLike({ reader, walk }: Following, path: string): string[] {
  const start = path.slice(0, path.indexOf("\0"));
  const end = knownEnd(path);
  const made = new Set([...walk.written.keys(), ...reader.fresh]);
  return [...made].filter((one) =>
    !one.startsWith("/dev/") && one.startsWith(start) && one.endsWith(end)
  );
}

function readStdin(
  following: Following,
  { language, positional = [] }: Extract<Run, { kind: "stdin" }>,
): string | undefined {
  const { start, reader } = following;
  const { stdin, span } = start;
  switch (stdin.kind) {
    case "inherited":
      return undefined;
    case "text":
      if (language === "shell") {
        return startShell(following, stdin.text, {
          span,
          positional,
          consumed: true,
        });
      }
      followCode(following, language, stdin.text, span);
      return undefined;
    case "file":
      return runFile(following, {
        kind: "file",
        language,
        path: stdin.path,
        index: 0,
        arguments: positional.slice(1),
      });
    case "opaque":
      addUnknown(reader, {
        code: "exec.piped_code",
        message: `Not read: ${following.name} runs what another command writes`,
        span,
      });
      return undefined;
  }
}

/** A script run by name: known where this text made it, else a file like any other. */
function runFile(
  following: Following,
  run: Extract<Run, { kind: "file" }>,
): undefined {
  const { reader, walk, start } = following;
  const { path, index, language } = run;
  const span = spanAt(start, index);
  if (start.elsewhere !== undefined) return undefined;
  if (path === "-" && (language === "awk" || language === "sed")) {
    readStdin(following, { kind: "stdin", language });
    return undefined;
  }
  const word = isMany(path) ? path.replaceAll("\0+", "\0$") : path;
  if (/^\/(?:dev\/fd|proc\/self\/fd)\//.test(path) || path === "/dev/stdin") {
    if (!walk.written.has(path)) {
      addUnknown(reader, {
        code: "exec.piped_code",
        message: "Not read: the program reads its code from a pipe",
        span,
      });
      return undefined;
    }
  } else if (run.onlyMade !== true) {
    addPath(reader, { word, access: "execute", span }, start.state.folders);
  }
  const names = absolute(start.state, path).flatMap((whole) =>
    hasHole(whole)
      ? madeLike(following, whole)
      : [whole, ...(LOOKED_FOR[language] ?? []).map((end) => whole + end)]
  );
  for (const whole of names) {
    followMade(reader, walk, start, whole, language, run.arguments, path);
    const resolved = reader.resolve(whole);
    if (resolved !== null && resolved !== whole) {
      followMade(
        reader,
        walk,
        start,
        resolved,
        language,
        run.arguments,
        path,
      );
    }
  }
  return undefined;
}
