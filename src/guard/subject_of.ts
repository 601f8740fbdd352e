// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Facts and decision -> what an approval is about.
 *
 * Made from what was parsed and from the disk, never from an agent's prose.
 * What a script reads in turn is not in it.
 *
 * @module
 */

import { type Action, isChange } from "../action/action.ts";
import type { Facts, ProgramFact } from "../action/facts.ts";
import {
  plainAction,
  type Subject,
  type SubjectFile,
} from "../approval/subject.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import { IMPLICIT_FILES } from "./implicit_files.ts";
import type { Decision } from "../policy/decision.ts";
import { hasHole, showWord } from "../shell/value.ts";

/** What the world says of the files and variables involved. */
export interface SubjectWorld {
  /** Absolute path of the file a program word starts, links resolved. */
  readonly program: (word: string, cwd: string) => string | undefined;
  /** Absolute path with links resolved. */
  readonly resolve: (path: string) => string | undefined;
  /**
   * SHA-256 in hex; undefined where no plain file can be read there, or where
   * it has more than `most` bytes.
   *
   * @throws Where there is one that cannot be hashed: nothing could be bound to it.
   */
  readonly hash: (path: string, most?: number) => Promise<string | undefined>;
  /** Variables of the caller that the command would get: those that change what programs do, and `used` ones. */
  readonly environment: (
    profile: string,
    used: readonly string[],
  ) => Readonly<Record<string, string>>;
}

/** Names an interpreter tries where the word is no file (action/follow_run.ts). */
const LOOKED_FOR = [
  ".js",
  ".cjs",
  ".mjs",
  ".ts",
  ".py",
  "/index.js",
  "/__main__.py",
];

/** Files that one subject holds at most; more is not for a person to judge. */
const MAX_FILES = 256;

/** Bytes of a file that is only read, as far as all that runs is known. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;

/**
 * Gathers all that decides what would run.
 *
 * @throws What `world.hash` throws, and where there are too many files.
 */
export async function subjectOf(
  facts: Facts,
  decision: Decision,
  world: SubjectWorld,
): Promise<Subject> {
  const { action } = facts;
  const { profile, network, ephemeral } = decision.containment;
  return {
    action: actionOf(action),
    cwd: action.kind === "exec" ? action.cwd : action.origin.workspace,
    paths: unique(facts.paths.map(({ path, access }) => ({
      path: showWord(path),
      access,
    }))),
    hosts: [...new Set(facts.hosts.map(({ host }) => showWord(host)))],
    files: await filesOf(facts, world),
    environment: action.kind === "exec"
      ? environmentOf(facts, profile, world)
      : [],
    profile,
    network: opensNetwork(decision) ? "open" : network,
    ephemeral,
  };
}

/** Whether what is missing is the network: then approving gives it. */
export function opensNetwork({ reasons }: Pick<Decision, "reasons">): boolean {
  return reasons.some(({ code }) => code === "network.needed");
}

/** A file's new content is named by its hash; the person sees the difference. */
function actionOf(action: Action): Subject["action"] {
  const content = action.kind === "write"
    ? action.content
    : action.kind === "edit"
    ? canonicalJson(action.edits)
    : undefined;
  if (content === undefined) return plainAction(action);
  return {
    ...plainAction(action),
    content: undefined,
    edits: undefined,
    characters: content.length,
    sha256: sha256Hex(content),
  };
}

async function filesOf(
  facts: Facts,
  world: SubjectWorld,
): Promise<SubjectFile[]> {
  const roles = new Map<string, SubjectFile["role"]>();
  for (const path of programsOf(facts, world)) roles.set(path, "program");
  for (const path of textsOf(facts, world)) roles.set(path, "script");
  for (const path of scriptsOf(facts)) roles.set(path, "script");
  // A plan's digest says of each target what is there and what it becomes.
  if (isChange(facts.action) && facts.action.kind !== "restore") {
    for (const { path } of facts.paths) roles.set(path, "target");
  }
  if (roles.size > MAX_FILES) throw tooMany(roles.size);
  const files: SubjectFile[] = [];
  for (const [path, role] of roles) {
    const sha256 = await world.hash(path);
    // A name that is no file counts too: making one would change what runs.
    files.push({ path, role, ...(sha256 !== undefined && { sha256 }) });
    if (sha256 === undefined && role === "script") {
      files.push(...await meantInstead(path, world));
    }
  }
  return [...files, ...await inputsOf(facts, world, files)];
}

/**
 * What is read may be code for what could not be read of the command: then all
 * of it counts. Else only the approval of a copy hangs on it, and what is large
 * or too much is left out.
 */
async function inputsOf(
  facts: Facts,
  world: SubjectWorld,
  known: readonly SubjectFile[],
): Promise<SubjectFile[]> {
  const isKnown = facts.unknowns.length === 0;
  const implicit = implicitOf(facts, world);
  const named = facts.paths.filter(({ path, access }) =>
    access === "read" && !hasHole(path)
  ).map(({ path }) => path);
  const paths = new Set([...implicit, ...named]);
  for (const { path } of known) paths.delete(path);
  const room = MAX_FILES - known.length;
  if (paths.size > room && !isKnown) throw tooMany(known.length + paths.size);
  const most = isKnown ? MAX_INPUT_BYTES : undefined;
  const files: SubjectFile[] = [];
  for (const path of [...paths].slice(0, room)) {
    const sha256 = await world.hash(path, most);
    if (sha256 !== undefined) files.push({ path, role: "input", sha256 });
    else if (named.includes(path)) {
      files.push(...await meantInstead(path, world));
    }
  }
  return files.filter(({ path }) => !known.some((one) => one.path === path));
}

/** Files that a program obeys without being told; those that are there count. */
function implicitOf(
  { action, programs }: Facts,
  world: SubjectWorld,
): string[] {
  if (action.kind !== "exec") return [];
  return programs.flatMap((program) => {
    const names = program.elsewhere === undefined && !hasHole(program.name)
      ? IMPLICIT_FILES[program.name] ?? []
      : [];
    return foldersOf(program, action.cwd).flatMap((folder) =>
      names.flatMap((name) => world.resolve(`${folder}/${name}`) ?? [])
    );
  });
}

function tooMany(count: number): RangeError {
  return new RangeError(
    `Cannot bind an approval to it: it involves ${count} programs and scripts, more than ${MAX_FILES}`,
  );
}

/** What an interpreter takes where the name is no file. */
async function meantInstead(
  path: string,
  world: SubjectWorld,
): Promise<SubjectFile[]> {
  const files: SubjectFile[] = [];
  for (const end of LOOKED_FOR) {
    const real = world.resolve(path + end);
    const sha256 = real === undefined ? undefined : await world.hash(real);
    if (real !== undefined && sha256 !== undefined) {
      files.push({ path: real, role: "script", sha256 });
    }
  }
  return files;
}

function programsOf(
  { action, programs }: Facts,
  world: SubjectWorld,
): string[] {
  if (action.kind !== "exec") return [];
  return programs.flatMap((program) => {
    const [word] = program.argv;
    const isHere = program.elsewhere === undefined && word !== undefined &&
      !hasHole(word);
    return isHere
      ? foldersOf(program, action.cwd).flatMap((folder) =>
        world.program(word, folder) ?? []
      )
      : [];
  });
}

function foldersOf(
  { folders }: ProgramFact,
  cwd: string,
): readonly string[] {
  return folders === undefined || folders.some(hasHole) ? [cwd] : folders;
}

/** Scripts that are run by name. */
function scriptsOf({ paths }: Facts): string[] {
  return paths.filter(({ path, access }) =>
    access === "execute" && !hasHole(path)
  ).map(({ path }) => path);
}

/** Small files whose text the reading relied on, such as `package.json`. */
function textsOf({ lookups }: Facts, world: SubjectWorld): string[] {
  return lookups.flatMap((answer) =>
    "text" in answer && answer.text !== null
      ? world.resolve(answer.path) ?? [answer.path]
      : []
  );
}

function environmentOf(
  { environment, programs, variables }: Facts,
  profile: string,
  world: SubjectWorld,
): string[] {
  const used = variables.map(({ name }) => name);
  const given = Object.entries(world.environment(profile, used)).map((
    [name, value],
  ) => `${name}=${value}`);
  return [
    ...new Set([
      ...given.sort(),
      ...environment.map(({ name, value }) => `${name}=${showWord(value)}`),
      ...programs.flatMap(({ assignments }) => assignments.map(showWord)),
    ]),
  ];
}

function unique(paths: Subject["paths"]): Subject["paths"] {
  const seen = new Set<string>();
  return paths.filter(({ path, access }) => {
    const key = `${access} ${path}`;
    return !seen.has(key) && seen.add(key);
  });
}
