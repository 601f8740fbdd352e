// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs that start another one for each item of a list or a search.
 *
 * Sources: xargs(1), find(1) of findutils 4.9; parallel(1); fd(1).
 *
 * @module
 */

import { ANY, hasHole, MANY, ONE, STAR } from "../../shell/value.ts";
import { type Input, type Run, type RunReader, unread } from "./run.ts";
import { valued, walkOptions } from "./option_walk.ts";

const XARGS_OPTIONS = valued(
  "-a -E -I -L -n -P -s -d --arg-file --delimiter --max-lines --max-args " +
    "--max-procs --max-chars --replace --process-slot-var -J -R -S",
);

/** Items of a known input; `undefined` where they are not known. */
function itemsOf(
  { text }: Input,
  flags: ReadonlySet<string>,
  delimiter: string | undefined,
): readonly string[] | undefined {
  if (text === undefined || hasHole(text)) return undefined;
  // No text that a shell passes on holds a NUL: it is one item.
  if (flags.has("-0") || flags.has("--null")) return [text];
  if (delimiter !== undefined) {
    const mark = delimiter === "\\n" ? "\n" : delimiter;
    return (mark === "\n" ? text.replace(/\n$/, "") : text).split(mark);
  }
  const words = text.match(/(?:[^\s'"\\]|\\[\s\S]|'[^'\n]*'|"[^"\n]*")+/g);
  return (words ?? []).map((word) =>
    word.replace(
      /'([^']*)'|"([^"]*)"|\\([\s\S])/g,
      (_, single?: string, double?: string, one?: string) =>
        single ?? double ?? one ?? "",
    )
  );
}

function readXargs(
  argv: readonly string[],
  _name: string,
  input: Input,
): readonly Run[] {
  const { at, values, flags, unsure } = walkOptions(argv, XARGS_OPTIONS);
  const value = (...names: string[]): string | undefined =>
    values.find(({ flag }) => names.includes(flag))?.text;
  const attached = argv.slice(1, at).find((word) => /^-i./.test(word));
  const replace = value("-I", "-J", "--replace") ?? attached?.slice(2) ??
    (flags.has("-i") ? "{}" : undefined);
  const fromFile = value("-a", "--arg-file") !== undefined;
  const delimiter = value("-d", "--delimiter");
  const lines = replace !== undefined && delimiter === undefined
    ? "\\n"
    : delimiter;
  const items = fromFile ? undefined : itemsOf(input, flags, lines);
  const words = at < argv.length ? argv.slice(at) : ["echo"];
  const indexes = words.map((_, i) => Math.min(at + i, argv.length - 1));
  const runs: Run[] = [];
  if (replace !== undefined) {
    for (const item of items?.slice(0, 16) ?? [ANY]) {
      const text = items === undefined ? item : item.trimStart();
      runs.push({
        kind: "program",
        argv: words.map((word) => word.replaceAll(replace, () => text)),
        indexes,
        assignments: [],
        items: true,
      });
    }
  } else {
    for (const given of groups(items, value("-n", "--max-args"), flags)) {
      runs.push({
        kind: "program",
        argv: [...words, ...given],
        indexes: [...indexes, ...given.map(() => 0)],
        assignments: [],
        ...(items === undefined && { items: true }),
      });
    }
  }
  if (unsure) {
    runs.push(unread("xargs has an unknown word before what it runs"));
  }
  return runs;
}

/** Items as each start gets them. */
function groups(
  items: readonly string[] | undefined,
  most: string | undefined,
  flags: ReadonlySet<string>,
): readonly (readonly string[])[] {
  if (items === undefined || flags.has("-L") || flags.has("-l")) {
    return [[MANY]];
  }
  const size = Number(most ?? items.length);
  if (!(size > 0) || items.length / size > 16) return [[MANY], items];
  const made: (readonly string[])[] = [];
  for (let at = 0; at < items.length; at += size) {
    made.push(items.slice(at, at + size));
  }
  return made.length === 0 ? [[]] : made;
}

const FIND_RUNS = new Set(["-exec", "-execdir", "-ok", "-okdir"]);

/** What the last `-name` before says of the files that are found. */
function namedBy(name: string | undefined, either: boolean): string {
  if (name === undefined || either || /[\[\\/]/.test(name)) return ANY;
  return `${ANY}/${name.replaceAll("*", STAR).replaceAll("?", ONE)}`;
}

/** `find START -exec PROGRAM {} ;`. */
function readFind(argv: readonly string[]): readonly Run[] {
  const runs: Run[] = [];
  const starts: string[] = [];
  let at = 1;
  while (/^-(?:[HLP]|D.*|O\d)$/.test(argv[at] ?? "")) at++;
  while (at < argv.length && !/^[-(!),]/.test(argv[at] as string)) {
    starts.push(argv[at++] as string);
  }
  if (starts.length === 0) starts.push(".");
  let name: string | undefined;
  let either = false;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (/^-i?name$/.test(word)) name = argv[at + 1];
    else if (/^(?:-o|-or|!|-not|,)$/.test(word)) either = true;
    if (!FIND_RUNS.has(word)) continue;
    const from = at + 1;
    let end = from;
    while (end < argv.length && argv[end] !== ";") {
      if (argv[end] === "+" && argv[end - 1] === "{}") break;
      end++;
    }
    const several = argv[end] === "+";
    const named = namedBy(name, either);
    for (const start of word.endsWith("dir") ? ["."] : starts) {
      const found = `${start.replace(/\/+$/, "") || "/"}${named}`;
      const words = argv.slice(from, end).flatMap((one) =>
        several && one === "{}"
          ? [found, MANY]
          : [one.replaceAll("{}", () => found)]
      );
      runs.push({
        kind: "program",
        argv: words,
        indexes: words.map((_, i) => Math.min(from + i, end - 1)),
        assignments: [],
        items: true,
      });
    }
    at = end;
  }
  return runs;
}

/** `fd PATTERN -x PROGRAM`. */
function readFd(argv: readonly string[]): readonly Run[] {
  const at = argv.findIndex((word) =>
    /^(?:-x|-X|--exec|--exec-batch)$/.test(word)
  );
  if (at < 0) {
    return argv.some((word) => /^(?:-[xX].|--exec(?:-batch)?=)/.test(word))
      ? [unread("fd runs a program for what it finds")]
      : [];
  }
  const end = argv.indexOf(";", at);
  const words = argv.slice(at + 1, end < 0 ? undefined : end);
  const held = words.some((word) => /\{[/.]*\}/.test(word));
  const filled = words.map((word) => word.replace(/\{[/.]*\}/g, ANY));
  return [{
    kind: "program",
    argv: held ? filled : [...filled, ANY],
    indexes: [...words.map((_, i) => at + 1 + i), ...held ? [] : [at]],
    assignments: [],
    items: true,
  }];
}

const PARALLEL_OPTIONS = valued(
  "-j -n -N -L -l -I -a -S -d -E -C --jobs --arg-file --max-args --max-lines " +
    "--colsep --delay --joblog --results --timeout --retries --tmpdir --sshlogin " +
    "--halt --memfree --load --nice --tagstring --wd --workdir --arg-sep --block",
);

/** `parallel PROGRAM {} ::: ITEMS`; the words are text for a shell. */
function readParallel(argv: readonly string[]): readonly Run[] {
  const { at } = walkOptions(argv, PARALLEL_OPTIONS);
  const sources = argv.findIndex((word) => /^::::?\+?$/.test(word));
  const end = sources < 0 ? argv.length : sources;
  const words = argv.slice(at, end);
  const items = sources < 0 || argv[sources] !== ":::"
    ? [ANY]
    : argv.slice(sources + 1).filter((word) => !/^::::?\+?$/.test(word));
  if (words.length === 0) {
    return items.map((text) => ({ kind: "shell", text, index: at }));
  }
  const command = words.join(" ");
  const held = /\{[^ }]*\}/.test(command);
  return items.slice(0, 16).map((item) => ({
    kind: "shell",
    text: held
      ? command.replace(/\{[^ }]*\}/g, () => item)
      : `${command} ${item}`,
    index: at,
  }));
}

/** `watchexec -e js -- PROGRAM`, `nodemon --exec TEXT`. */
function readWatcher(argv: readonly string[], name: string): readonly Run[] {
  const options = valued(
    "-e -w -i -x -f -d -s -W --exts --watch --ignore --exec --filter --debounce --signal --ext --delay -I",
  );
  const { at, values } = walkOptions(argv, options);
  const text = values.find(({ flag }) => /^(?:-x|--exec)$/.test(flag));
  if (text !== undefined) {
    return [{ kind: "shell", text: text.text, index: text.index }];
  }
  if (name === "nodemon") return [];
  const words = argv.slice(at).join(" ");
  return words === "" ? [] : [{ kind: "shell", text: words, index: at }];
}

/** `concurrently 'TEXT' 'TEXT'`. */
function readConcurrently(argv: readonly string[]): readonly Run[] {
  const options = valued(
    "-n -c -p -l -m -s --names --prefix --prefix-colors --max-processes --success --kill-others-on-fail",
  );
  const { at } = walkOptions(argv, options);
  return argv.slice(at).filter((word) => !word.startsWith("-"))
    .map((text, i) =>
      /^(?:npm|yarn|pnpm|bun):/.test(text)
        ? {
          kind: "task",
          tool: "npm",
          name: text.replace(/^\w+:/, ""),
          arguments: [],
          index: at + i,
        }
        : { kind: "shell", text, index: at + i }
    );
}

/** `dpkg -l | while`, `run-parts DIR`: what is in a folder runs. */
function readFolder(argv: readonly string[], name: string): readonly Run[] {
  return argv.some((word) => /^--(?:list|test|help|version)$/.test(word))
    ? []
    : [unread(`${name} runs every program in a folder`)];
}

/** Readers by name. */
export const LIST_READERS: ReadonlyMap<string, RunReader> = new Map<
  string,
  RunReader
>([
  ["xargs", readXargs],
  ["gxargs", readXargs],
  ["find", readFind],
  ["gfind", readFind],
  ["fd", readFd],
  ["fdfind", readFd],
  ["parallel", readParallel],
  ["rush", readParallel],
  ["watchexec", readWatcher],
  ["nodemon", readWatcher],
  ["concurrently", readConcurrently],
  ["run-parts", readFolder],
]);
