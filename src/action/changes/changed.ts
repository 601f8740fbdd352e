// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an action will change on the disk, as far as its facts say (pure).
 *
 * The facts name paths and what is done to them; this says which of them lose
 * something: what a backup has to hold before the action runs.
 *
 * @module
 */

import type { Facts, PathFact, ProgramFact } from "../facts.ts";
import { hasHole } from "../../shell/value.ts";
import { argumentsOf } from "../programs/options.ts";
import { formats } from "./formatters.ts";
import { type GitUse, gitUse } from "./git_use.ts";
import { beginningsOf, leavesBeside, packsFolders } from "./leftovers.ts";
import { type Placing, placingOf } from "./placing.ts";

export type { Placing, Source } from "./placing.ts";

/** One path that will be changed, made or removed. */
export interface ChangedPath {
  /** Absolute, links resolved. */
  readonly path: string;
  /** Absolute folder and the words, where the name itself is what goes: a link there is not followed. */
  readonly named?: string;
  /**
   * `node`: the file, or the folder without what is in it. `tree`: with all
   * below. `perhaps`: files in it, of which nobody knows which. `bits`: bits,
   * owner or attributes; `all-bits`: also of all below.
   */
  readonly reach: "node" | "tree" | "perhaps" | "bits" | "all-bits";
  /** With `perhaps`: only files whose path begins so. */
  readonly begins?: string;
  /** With `perhaps`: what is new there afterwards is of this action. */
  readonly brings?: true;
}

/** What an action will change. */
export interface Changed {
  readonly paths: readonly ChangedPath[];
  readonly placings: readonly Placing[];
  readonly git: readonly GitUse[];
  /**
   * What is new beside these afterwards is of this action: a program that
   * changes them leaves copies under names that no word gives.
   */
  readonly beside: readonly string[];
  /** Why that may not be all; one clause each. */
  readonly unsure: readonly string[];
}

/** Programs that put sources under their own names into a folder. */
const PLACERS = new Set("cp mv install rsync ln link scp".split(" "));
/** Programs that change bits, owner or attributes. */
const MODES = new Set("chmod chown chgrp setfacl chattr".split(" "));
/** Programs that leave what files hold as it is. */
const KEEPERS = new Set([...MODES, "touch", "mkdir"]);
/** Programs that write many files into a folder. */
const SPREADERS = new Set("tar gtar bsdtar unzip 7z cpio patch git".split(" "));
/** Programs that search and may remove what they find. */
const SEARCHERS = new Set("find fd".split(" "));
/** Programs that remove the words of their standard input. */
const REMOVERS = new Set(
  "rm rmdir unlink shred mv truncate sed tee trash".split(" "),
);

/** Says what the facts of an action change. */
export function changedBy(facts: Facts): Changed {
  const { action, paths, programs } = facts;
  // Putting back saves what it replaces itself.
  if (action.kind === "restore") return NOTHING;
  const here = programs.map((program) => isHere(program) ? program : undefined);
  const used = paths.filter(({ owner }) =>
    owner === undefined || here[owner] !== undefined
  );
  const changing = used.filter(({ access }) =>
    access === "write" || access === "delete"
  );
  const known = changing.filter(({ path }) => !hasHole(path));
  const unknown = changing.filter((fact) =>
    hasHole(fact.path) && !KEEPERS.has(programOf(here, fact)?.name ?? "")
  );
  const cwd = action.kind === "exec" ? action.cwd : action.origin.workspace;
  const git = here.flatMap((program) =>
    program?.name === "git" ? gitUse(program) : []
  );
  return {
    paths: [
      ...known.map((fact) => changedPath(fact, programOf(here, fact))),
      ...unknown.flatMap((fact) => anyOf(fact, programOf(here, fact), cwd)),
      ...(facts.unknowns.length === 0 ? [] : [perhaps(cwd)]),
      ...here.flatMap((program, owner) =>
        program === undefined ? [] : spreads(program, owner, used)
      ),
      ...here.flatMap((program, owner) =>
        program !== undefined && linksHard(program)
          ? sharedBy(owner, used, changing)
          : []
      ),
    ],
    placings: here.flatMap((program, owner) =>
      program === undefined || !PLACERS.has(program.name)
        ? []
        : placingOf(program, owner, used)
    ),
    git,
    beside: here.flatMap((program, owner) =>
      program === undefined ? [] : leavesBeside(program, owner, used)
    ),
    unsure: [
      ...facts.unknowns.map(({ message }) => clause(message)),
      ...(unknown.length > 0
        ? ["a path that it changes is not known beforehand"]
        : []),
      ...here.flatMap((program) =>
        program?.items === true && REMOVERS.has(program.name)
          ? [`what ${program.name} is given is not known beforehand`]
          : []
      ),
    ],
  };
}

/** Whether nothing would be changed, as far as one can tell. */
export function isNothing(
  { git, paths, placings, unsure }: Changed,
): boolean {
  return git.length + paths.length + placings.length + unsure.length === 0;
}

const NOTHING: Changed = {
  paths: [],
  placings: [],
  git: [],
  beside: [],
  unsure: [],
};

/** What runs in a container or on another host changes nothing here. */
function isHere({ elsewhere }: ProgramFact): boolean {
  return elsewhere === undefined;
}

function programOf(
  programs: readonly (ProgramFact | undefined)[],
  { owner }: PathFact,
): ProgramFact | undefined {
  return owner === undefined ? undefined : programs[owner];
}

function changedPath(
  fact: PathFact,
  program: ProgramFact | undefined,
): ChangedPath {
  const { path, access } = fact;
  const named = namedPlace(fact, program);
  const name = program?.name ?? "";
  const reach = access === "delete" || deletes(program)
    ? "tree"
    : MODES.has(name)
    ? isRecursive(program) ? "all-bits" : "bits"
    : SPREADERS.has(name)
    ? "perhaps"
    : "node";
  return {
    path,
    ...(named !== undefined && { named }),
    reach,
    ...(reach === "perhaps" && { brings: true }),
  };
}

/** Whether it gives files another name that leads to the same content. */
function linksHard({ argv, name }: ProgramFact): boolean {
  const isSoft = argv.some((word) => /^-[a-zA-Z]*s|^--symb/.test(word));
  if (name === "ln" || name === "link") return !isSoft;
  return name === "cp" &&
    argv.some((word) => /^-[a-zA-Z]*l|^--link$/.test(word));
}

/** What shares its content, where the same action writes through a name. */
function sharedBy(
  owner: number,
  used: readonly PathFact[],
  changing: readonly PathFact[],
): ChangedPath[] {
  if (changing.every((fact) => fact.owner === owner)) return [];
  return used.filter((fact) =>
    fact.owner === owner && fact.access === "read" && !hasHole(fact.path)
  ).map(({ path }) => ({ path, reach: "tree" }));
}

function isRecursive(program: ProgramFact | undefined): boolean {
  return program?.argv.some((word) => /^-[a-zA-Z]*R|^--rec/.test(word)) ??
    false;
}

function perhaps(path: string, begins?: string): ChangedPath {
  return {
    path,
    reach: "perhaps",
    brings: true,
    ...(begins !== undefined && { begins }),
  };
}

/** Where a path may lie of which only the beginning is known, if that. */
function anyOf(
  { path }: PathFact,
  program: ProgramFact | undefined,
  cwd: string,
): ChangedPath[] {
  const begins = path.slice(0, path.indexOf("\0"));
  const folder = begins.slice(0, begins.lastIndexOf("/"));
  return folder === ""
    ? (program?.folders ?? [cwd]).map((path) => perhaps(path))
    : [perhaps(folder, begins)];
}

/** The name itself, where it may be a link that is replaced or removed. */
function namedPlace(
  { word, path }: PathFact,
  program: ProgramFact | undefined,
): string | undefined {
  if (hasHole(word) || word.endsWith("/")) return undefined;
  const folder = program?.folders?.[0];
  const absolute = word.startsWith("/")
    ? word
    : folder === undefined
    ? undefined
    : `${folder}/${word}`;
  return absolute === path ? undefined : absolute;
}

/** `rsync --delete` removes what the source does not have. */
function deletes(program: ProgramFact | undefined): boolean {
  return program?.name === "rsync" &&
    program.argv.some((word) => /^--del(?:ete.*)?$/.test(word));
}

/** Folders in which files are written or removed under names that no word gives. */
function spreads(
  program: ProgramFact,
  owner: number,
  used: readonly PathFact[],
): ChangedPath[] {
  const { name, argv, folders = [] } = program;
  const all = folders.map((path) => perhaps(path));
  const own = used.filter((fact) =>
    fact.owner === owner && !hasHole(fact.path)
  );
  // What is put there has names that are not known.
  const target = PLACERS.has(name) &&
      used.some((fact) => fact.owner === owner && hasHole(fact.path))
    ? own.findLast(({ access }) => access === "write")
    : undefined;
  if (target !== undefined) return [perhaps(target.path)];
  // A folder copied into itself: `cp -r e e` makes `e/e`.
  const itself = PLACERS.has(name)
    ? own.find(({ access, path }) =>
      access === "write" &&
      own.some((one) => one.access === "read" && one.path === path)
    )
    : undefined;
  if (itself !== undefined) return [perhaps(itself.path)];
  if (SEARCHERS.has(name) && argv.some(isRemoval)) {
    const listed = own.filter(({ access }) => access === "list");
    return listed.length > 0 ? listed.map(({ path }) => perhaps(path)) : all;
  }
  if (/^(?:g|bsd)?tar$/.test(name) && extracts(argv)) {
    const into = own.filter(({ access }) => access === "write");
    return into.length > 0 ? [] : all;
  }
  if (name === "unzip" && !argv.some((word) => /^-[a-z]*[lptvz]/.test(word))) {
    return own.some(({ access }) => access === "write") ? [] : all;
  }
  if (name === "patch" || name === "cpio") return all;
  if (packsFolders(program)) {
    return own.filter(({ access }) => access === "delete").map(({ path }) =>
      perhaps(path)
    );
  }
  if (name === "split" || name === "csplit") {
    return beginningsOf(program).map(({ folder, begins }) =>
      perhaps(folder, begins)
    );
  }
  if (formats(program)) {
    const named = own.filter(({ access, path }) =>
      access === "read" && !folders.includes(path)
    );
    const { hasSubcommand, operands } = argumentsOf(program);
    const given = operands.length - (hasSubcommand ? 1 : 0);
    return [
      // `go fmt ./...`: the folder and all below.
      ...named.map(({ path }) => perhaps(path.replace(/\/\.\.\.$/, ""))),
      ...(named.length > 0 && named.length >= given ? [] : all),
    ];
  }
  return [];
}

function isRemoval(word: string): boolean {
  return word === "-delete" || word === "rm" || word === "unlink" ||
    word === "-X" || word === "--exec-batch";
}

function extracts(argv: readonly string[]): boolean {
  return argv.some((word, i) =>
    i === 1 && /^[A-Za-z]*x/.test(word) || /^-[A-Za-z]*x/.test(word) ||
    /^--(?:extract|get)$/.test(word)
  );
}

function clause(sentence: string): string {
  return sentence.replace(/^Not read: /, "").replace(/\.$/, "");
}
