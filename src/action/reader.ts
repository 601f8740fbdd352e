// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is collected while an action is read, and the only place that asks the
 * disk.
 *
 * @module
 */

import type { FolderEntry } from "../shell/host.ts";
import { ANY, hasHole, isMany } from "../shell/value.ts";
import type {
  Access,
  EnvironmentFact,
  HostFact,
  Lookup,
  LookupAnswer,
  PathFact,
  ProgramFact,
  Span,
  UnknownFact,
  VariableFact,
} from "./facts.ts";
import { absolutePath, normalizePath } from "./words.ts";

/** Most questions to the disk for one action: more than names that a pattern may stand for. */
const MAX_LOOKUPS = 1_536;

/** UTF-16 units of a path; Linux takes no longer one (`PATH_MAX`). */
const MAX_PATH = 4_096;

/** Most facts of one kind; past this the text starts too many things. */
export const MAX_FACTS = 4_096;

/** Facts being collected. */
export interface Reader {
  readonly workspace: string;
  readonly home: string;
  readonly user: string | undefined;
  readonly programs: ProgramFact[];
  readonly paths: PathFact[];
  readonly hosts: HostFact[];
  readonly environment: EnvironmentFact[];
  readonly variables: VariableFact[];
  readonly unknowns: UnknownFact[];
  /** Facts that are there already. */
  readonly seen: Set<string>;
  /** Paths that commands of this text fill with what cannot be read. */
  readonly fresh: Set<string>;
  /** Links that commands of this text make: path -> what it leads to. */
  readonly links: Map<string, string>;
  /** Resolved path; `null` where it is not known. */
  readonly resolve: (path: string) => string | null;
  readonly list: (folder: string) => readonly FolderEntry[] | null;
  readonly text: (path: string) => string | null;
  readonly lookups: () => LookupAnswer[];
}

/** Starts an empty collection over `lookup`, whose answers are kept. */
export function startReader(lookup: Lookup, workspace: string): Reader {
  const resolved = remembered(lookup.resolve);
  const names = remembered(lookup.list ?? nothing);
  const texts = remembered(lookup.text ?? nothing);
  return {
    workspace,
    home: lookup.home,
    user: lookup.user,
    programs: [],
    paths: [],
    hosts: [],
    environment: [],
    variables: [],
    unknowns: [],
    seen: new Set(),
    fresh: new Set(),
    links: new Map(),
    resolve: resolved.ask,
    list: names.ask,
    text: texts.ask,
    lookups: () => [
      ...[...resolved.answers].map(([path, answer]) => ({
        path,
        resolved: answer,
      })),
      ...[...names.answers].map(([path, answer]) => ({ path, names: answer })),
      ...[...texts.answers].map(([path, answer]) => ({ path, text: answer })),
    ],
  };
}

function nothing(): null {
  return null;
}

/** Asks each question once, and no more than a bounded number. */
function remembered<T>(
  ask: (path: string) => T | null,
): {
  readonly ask: (path: string) => T | null;
  readonly answers: ReadonlyMap<string, T | null>;
} {
  const answers = new Map<string, T | null>();
  return {
    answers,
    ask(path) {
      const known = answers.get(path);
      if (known !== undefined) return known;
      if (path.length > MAX_PATH || hasHole(path)) return null;
      if (answers.size >= MAX_LOOKUPS) return null;
      const answer = ask(path);
      answers.set(path, answer);
      return answer;
    },
  };
}

/** One use of a path by a word. */
export interface PathUse {
  /** As written, quotes removed; may hold holes. */
  readonly word: string;
  readonly access: Access;
  readonly span: Span;
  /** Index of the program whose word it is. */
  readonly owner?: number;
}

/**
 * Adds the path that `use.word` names, once for each folder the command may run
 * in. What cannot be resolved becomes an unknown.
 *
 * @returns The paths, as far as they are known.
 */
export function addPath(
  reader: Reader,
  use: PathUse,
  folders: readonly string[] | undefined,
): readonly string[] {
  const { word } = use;
  const rooted = word.startsWith("/");
  // A word that starts unknown may lead anywhere.
  const anywhere = /^\0[$+]/.test(word);
  const bases = rooted || anywhere ? ["/"] : folders ?? [ANY];
  const added: string[] = [];
  const places = bases.map((folder) => placeOf(reader, word, folder, use));
  for (const path of throughLinks(reader, places)) {
    if (path === undefined) continue;
    added.push(path);
    // Two names of one file are two: a link is removed by its own.
    const key = `${use.access} ${use.owner ?? ""} ${
      use.span[0]
    } ${path}\n${word}`;
    if (reader.seen.has(key) || reader.paths.length >= MAX_FACTS) continue;
    reader.seen.add(key);
    reader.paths.push({ path, ...use });
  }
  return added;
}

/** The same paths, and where links made by this text would lead them. */
function throughLinks(
  { links }: Reader,
  paths: readonly (string | undefined)[],
): readonly (string | undefined)[] {
  if (links.size === 0) return paths;
  const led = paths.flatMap((path) =>
    [...links].flatMap(([link, target]) =>
      path?.startsWith(`${link}/`) || path === link
        ? [normalizePath(target + path.slice(link.length))]
        : []
    )
  );
  return [...paths, ...led];
}

function placeOf(
  reader: Reader,
  word: string,
  folder: string,
  use: PathUse,
): string | undefined {
  if (word.length > MAX_PATH) {
    addUnknown(reader, {
      code: "fs.unresolved",
      message: "Not read: where this path leads cannot be found out",
      span: use.span,
    });
    return undefined;
  }
  if (/^\0[$+]/.test(word)) return word.replaceAll("\0+", ANY);
  const absolute = throughProcess(absolutePath(word, folder), folder);
  if (hasHole(absolute)) return unknownPlace(reader, absolute);
  if (DEVICES.has(absolute)) return absolute;
  const path = reader.resolve(absolute);
  if (path === null) {
    addUnknown(reader, {
      code: "fs.unresolved",
      message: "Not read: where this path leads cannot be found out",
      span: use.span,
    });
    return undefined;
  }
  return path;
}

/** `/proc/PID/root/x` is `/x`, and `/proc/PID/cwd/x` lies in a process's folder (proc_pid_root(5)). */
function throughProcess(path: string, folder: string): string {
  if (!path.startsWith("/proc/")) return path;
  const found = /^\/proc\/[^/]+(?:\/task\/[^/]+)?\/(root|cwd)(\/.*)?$/s
    .exec(path);
  if (found === null) return path;
  const [, kind, rest = ""] = found;
  const at = kind === "root" ? rest || "/" : folder + rest;
  return throughProcess(normalizePath(at), folder);
}

/** A path with holes; what comes before the first one can be resolved. */
function unknownPlace(reader: Reader, path: string): string {
  const plain = isMany(path) ? path.replaceAll("\0+", ANY) : path;
  const hole = plain.indexOf("\0");
  const cut = plain.lastIndexOf("/", hole);
  if (cut <= 0) return plain;
  const folder = plain.slice(0, cut);
  const resolved = reader.resolve(folder) ?? normalizePath(folder);
  return (resolved === "/" ? "" : resolved) + plain.slice(cut);
}

/** Adds a program unless the same one is there. */
export function addProgram(reader: Reader, program: ProgramFact): boolean {
  const { argv, via, assignments, span, folders } = program;
  const place = `${span[0]} ${via.join(" ")} ${folders?.join(" ")}`;
  const key = `${place}\n${assignments.join("\0 ")}\n${argv.join("\0 ")}`;
  if (reader.seen.has(key) || reader.programs.length >= MAX_FACTS) return false;
  reader.seen.add(key);
  reader.programs.push(program);
  return true;
}

/** Adds an unknown unless the same one is there. */
export function addUnknown(reader: Reader, unknown: UnknownFact): void {
  const { code, span } = unknown;
  const key = `? ${code} ${span[0]}`;
  if (reader.seen.has(key)) return;
  reader.seen.add(key);
  reader.unknowns.push(unknown);
}

/** Character devices that every program may use. */
const DEVICES: ReadonlySet<string> = new Set(
  ["/dev/null", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/stderr"],
);
