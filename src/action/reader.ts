// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is collected while an action is read, and the only place that asks the
 * disk.
 *
 * @module
 */

import type {
  Access,
  HostFact,
  Lookup,
  LookupAnswer,
  PathFact,
  ProgramFact,
  Span,
  UnknownFact,
} from "./facts.ts";
import { absolutePath } from "./words.ts";

/** Most questions to the disk for one action; each costs a few system calls. */
const MAX_LOOKUPS = 1_024;

/** Facts being collected. */
export interface Reader {
  readonly workspace: string;
  readonly home: string;
  readonly programs: ProgramFact[];
  readonly paths: PathFact[];
  readonly hosts: HostFact[];
  readonly unknowns: UnknownFact[];
  /** Resolved path; `null` where it is not known. */
  readonly resolve: (path: string) => string | null;
  readonly lookups: () => LookupAnswer[];
}

/** Starts an empty collection over `lookup`, whose answers are kept. */
export function startReader(lookup: Lookup, workspace: string): Reader {
  const answers = new Map<string, string | null>();
  return {
    workspace,
    home: lookup.home,
    programs: [],
    paths: [],
    hosts: [],
    unknowns: [],
    resolve(path) {
      const known = answers.get(path);
      if (known !== undefined) return known;
      const resolved = answers.size < MAX_LOOKUPS && !path.includes("\0")
        ? lookup.resolve(path)
        : null;
      answers.set(path, resolved);
      return resolved;
    },
    lookups: () => [...answers].map(([path, resolved]) => ({ path, resolved })),
  };
}

/** One use of a path by a word. */
export interface PathUse {
  /** As written, quotes removed. */
  readonly word: string;
  readonly access: Access;
  readonly span: Span;
}

/**
 * Adds the path that `use.word` names, once for each folder the command may run
 * in. What cannot be resolved becomes an unknown.
 */
export function addPath(
  reader: Reader,
  use: PathUse,
  folders: readonly string[],
): void {
  const { word } = use;
  const home = word === "~" || word.startsWith("~/");
  const text = home ? reader.home + word.slice(1) : word;
  const bases = text.startsWith("/") ? folders.slice(0, 1) : folders;
  for (const folder of bases) {
    const absolute = absolutePath(text, folder);
    const path = DEVICES.has(absolute) ? absolute : reader.resolve(absolute);
    if (path === null) {
      addUnknown(reader, {
        code: "fs.unresolved",
        message: "Not read: where this path leads cannot be found out",
        span: use.span,
      });
    } else if (!isKnown(reader, use, path)) {
      reader.paths.push({ path, ...use });
    }
  }
}

/** Adds an unknown unless the same one is there. */
export function addUnknown(reader: Reader, unknown: UnknownFact): void {
  const same = reader.unknowns.some(({ code, span }) =>
    code === unknown.code && span[0] === unknown.span[0]
  );
  if (!same) reader.unknowns.push(unknown);
}

/** Character devices that every program may use. */
const DEVICES: ReadonlySet<string> = new Set(
  ["/dev/null", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/stderr"],
);

function isKnown(reader: Reader, use: PathUse, path: string): boolean {
  // Equal facts come from one word read twice; they stand at the end.
  for (let i = reader.paths.length - 1; i >= 0; i--) {
    const fact = reader.paths[i] as PathFact;
    if (fact.span[0] < use.span[0]) return false;
    if (
      fact.path === path && fact.access === use.access &&
      fact.span[0] === use.span[0]
    ) return true;
  }
  return false;
}
