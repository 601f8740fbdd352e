// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files and folders that the words of a program name, whatever it does with
 * them: the reader knows the options of many programs, not of all.
 *
 * @module
 */

import type { Facts, ProgramFact } from "../action/facts.ts";
import { hasHole } from "../shell/value.ts";
import { implicitNames } from "./implicit_files.ts";

/** What is asked of the disk. */
export interface NamedWorld {
  readonly resolve: (path: string) => string | undefined;
  /** Links followed. */
  readonly kind: (path: string) => "file" | "folder" | "other" | undefined;
  /** Names in a folder. */
  readonly names: (folder: string) => readonly string[] | undefined;
}

/** What words name; real paths. */
export interface Named {
  readonly files: ReadonlySet<string>;
  /** Files that a program obeys by itself, also in folders that its words name. */
  readonly implicit: ReadonlySet<string>;
  /** The same by a pattern, such as `/w/*.tf`, with all that fits it. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** Words of one text that are looked up at most; what is longer is refused. */
const MAX_WORDS = 4_096;
/** Files that fit one pattern. */
const MAX_GROUP = 1_024;
/** Folders above the one it works in that are looked into. */
const MAX_ABOVE = 16;

/**
 * What the programs' words name.
 *
 * @throws {RangeError} Where there is too much to look up.
 */
export function namedBy(facts: Facts, world: NamedWorld): Named {
  const { action, programs } = facts;
  const files = new Set<string>();
  const implicit = new Set<string>();
  const groups = new Map<string, readonly string[]>();
  if (action.kind !== "exec") return { files, implicit, groups };
  const results = resultsOf(facts);
  const given = facts.environment.map(({ name, value }) => `${name}=${value}`);
  let looked = 0;
  for (const program of programs) {
    const folders = foldersOf(program, action.cwd);
    refuseUnknownFolder(program);
    const words = new Set([
      ...program.argv.slice(1).flatMap((word) => [
        ...pathsIn(word),
        ...installedOf(program.name, word),
      ]),
      ...values([...program.assignments, ...given]),
    ]);
    looked += words.size;
    if (looked > MAX_WORDS) throw tooMany(`more than ${MAX_WORDS} words`);
    const named = lookUp(words, folders, world);
    for (const file of named.files) {
      // What it makes or removes is not what it does; what it moves is.
      if (!results.has(file) || program.name === "mv") files.add(file);
    }
    if (program.elsewhere !== undefined) continue;
    const { workspace } = action.origin;
    const places = new Set([
      ...folders.flatMap((one) => above(workspace, one)),
      ...named.folders,
      ...[...named.files].map(folderOf),
    ]);
    for (const name of implicitNames(program.name)) {
      for (const place of places) addImplicit(place, name);
    }
  }
  return { files, implicit, groups };

  function addImplicit(place: string, pattern: string): void {
    const path = `${place === "/" ? "" : place}/${pattern}`;
    if (!pattern.includes("*")) {
      const real = world.resolve(path);
      if (real !== undefined && world.kind(real) === "file") implicit.add(real);
      return;
    }
    if (groups.has(path)) return;
    const found = fitting(path, world);
    if (found.length > 0) groups.set(path, found);
  }
}

/** Paths that the text writes or removes. */
function resultsOf({ paths }: Facts): ReadonlySet<string> {
  return new Set(
    paths.filter(({ access }) => access === "write" || access === "delete")
      .map(({ path }) => path),
  );
}

function lookUp(
  words: ReadonlySet<string>,
  folders: readonly string[],
  { kind, resolve }: NamedWorld,
): { readonly files: Set<string>; readonly folders: Set<string> } {
  const found = { files: new Set<string>(), folders: new Set<string>() };
  for (const word of words) {
    for (const folder of folders) {
      const real = resolve(word.startsWith("/") ? word : `${folder}/${word}`);
      const what = real === undefined ? undefined : kind(real);
      if (real !== undefined && what === "folder") found.folders.add(real);
      if (real !== undefined && what === "file") found.files.add(real);
    }
  }
  return found;
}

/** Folders that a program may run in, as far as they are known. */
export function foldersOf(
  { folders }: ProgramFact,
  cwd: string,
): readonly string[] {
  return folders === undefined || folders.some(hasHole) ? [cwd] : folders;
}

/** What a program obeys, where nobody knows which folder it is in, cannot be bound. */
function refuseUnknownFolder({ argv, elsewhere, folders, name }: ProgramFact) {
  if (elsewhere !== undefined || folders?.some(hasHole) !== true) return;
  const [word = ""] = argv;
  const isRelative = word.includes("/") && !word.startsWith("/");
  if (!isRelative && implicitNames(name).length === 0) return;
  throw new RangeError(
    `Cannot bind an approval to it: the folder that ${name} runs in is known only at run time`,
  );
}

/** Paths in the values of variables, such as `PYTHONPATH` and `EDITOR`. */
function values(assignments: readonly string[]): string[] {
  return assignments.flatMap((text) =>
    text.slice(text.indexOf("=") + 1).split(/[: \t]/).flatMap(pathsIn)
  );
}

/** Where a name that is no path leads: Python's modules, programs of Node's packages. */
function installedOf(program: string, word: string): string[] {
  if (hasHole(word) || word.length > 256) return [];
  if (/^(?:npx|npm|pnpm|yarn|bunx?|pnpx)$/.test(program)) {
    return /^[\w@][\w.@-]*$/.test(word) ? [`node_modules/.bin/${word}`] : [];
  }
  if (!/^python[0-9.]*$/.test(program) || !/^\w+(?:\.\w+)+$/.test(word)) {
    return [];
  }
  const parts = word.split(".");
  const folders = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  return [...folders, `${parts.join("/")}.py`];
}

/** A folder and those above it in the workspace: many programs look there, too. */
function above(workspace: string, folder: string): string[] {
  const found = [folder];
  let at = folder;
  while (at.startsWith(`${workspace}/`) && found.length < MAX_ABOVE) {
    at = at.slice(0, at.lastIndexOf("/"));
    found.push(at);
  }
  return found;
}

/** `x`, `--opt=x`, `-ox`, `@x`, `name=@x`, `file://x`: what may be a path in it. */
function pathsIn(word: string): string[] {
  if (hasHole(word) || word.length > 4096 || word === "") return [];
  const equals = word.indexOf("=");
  const forms = [
    word,
    ...(equals >= 0 ? [word.slice(equals + 1)] : []),
    ...(/^-[A-Za-z]./.test(word) ? [word.slice(2)] : []),
  ];
  return forms.flatMap((form) => {
    const bare = form.replace(/^(?:@|file:\/\/|fileb:\/\/)/, "");
    return bare === form ? [form] : [form, bare];
  }).filter((form) => form !== "" && !form.includes("\n"));
}

/** Files that a path with one `*` in its last part stands for. */
function fitting(
  pattern: string,
  { kind, names, resolve }: NamedWorld,
): string[] {
  const folder = folderOf(pattern);
  const last = pattern.slice(pattern.lastIndexOf("/") + 1);
  const found = (names(folder) ?? []).filter((name) => fits(name, last));
  if (found.length > MAX_GROUP) {
    throw tooMany(`more than ${MAX_GROUP} files ${pattern}`);
  }
  return found.sort().flatMap((name) => {
    if (name.includes("\ufffd")) throw tooMany(`${name}, which is no UTF-8`);
    const real = resolve(`${folder}/${name}`);
    return real !== undefined && kind(real) === "file" ? [real] : [];
  });
}

/** One `*` in `pattern`; a sample is obeyed by nobody. */
function fits(name: string, pattern: string): boolean {
  const star = pattern.indexOf("*");
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= start.length + end.length && name.startsWith(start) &&
    name.endsWith(end) && !name.endsWith(".sample");
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function tooMany(what: string): RangeError {
  return new RangeError(`Cannot bind an approval to it: it involves ${what}`);
}
