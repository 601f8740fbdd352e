// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Facts and decision -> what an approval is about.
 *
 * Made from what was parsed and from the disk, never from an agent's prose.
 * What a script reads in turn is in it only where it lies beside the script or
 * below it (bound_trees.ts), or is known by its name (implicit_files.ts).
 *
 * @module
 */

import { type Action, isChange } from "../action/action.ts";
import { needsNetwork } from "../approval/fit.ts";
import type { Facts } from "../action/facts.ts";
import {
  plainAction,
  type Subject,
  type SubjectFile,
} from "../approval/subject.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import type { Decision } from "../policy/decision.ts";
import { hasHole, showWord } from "../shell/value.ts";
import { treeFiles, type TreeWorld } from "./bound_trees.ts";
import { revisionsOf, type RevisionWorld } from "./git_revisions.ts";
import { namedBy } from "./named_files.ts";
import { interpretersOf, startedBy } from "./started_files.ts";

/** What the world says of the files and variables involved. */
export interface SubjectWorld extends RevisionWorld, TreeWorld {
  /** Absolute path with links resolved. */
  readonly resolve: (path: string) => string | undefined;
  /**
   * SHA-256 in hex; undefined where no plain file can be read there, or where
   * it has more than `most` bytes.
   *
   * @throws Where there is one that cannot be hashed: nothing could be bound to it.
   */
  readonly hash: (path: string, most?: number) => Promise<string | undefined>;
  /** What changes with a plain file, where its content is too much to read. */
  readonly stamp: (path: string) => string | undefined;
  /** What the command would get as standard input, where it is not nothing. */
  readonly input: () => Promise<string | undefined>;
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

/** Programs that leave standard input alone: what it is does not matter to them. */
const READS_NO_INPUT = new Set([
  ...[":", "cd", "chmod", "chown", "cp", "date", "echo", "export", "false"],
  ...["kill", "ln", "ls", "mkdir", "mv", "printf", "pwd", "rm", "rmdir"],
  ...["set", "sleep", "touch", "true", "umask", "unset"],
]);

/** The number of this process is another next time. */
const OWN_PROCESS = /^\/proc\/[0-9]+(?=\/fd\/)/;

/** Files that one subject holds at most; more is not for a person to judge. */
const MAX_FILES = 256;

/** Bytes of a file that is only read, as far as all that runs is known. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;

/**
 * Gathers all that decides what would run.
 *
 * @param fresh What lies in folders is read again, whatever is remembered of it.
 * @throws What `world.hash` throws, and where there are too many files.
 */
export async function subjectOf(
  facts: Facts,
  decision: Decision,
  world: SubjectWorld,
  fresh = false,
): Promise<Subject> {
  const { action } = facts;
  refuseAlike(facts.paths.map(({ path }) => path));
  const { profile, network, ephemeral } = decision.containment;
  const input = readsInput(facts) ? await world.input() : undefined;
  return {
    action: actionOf(action),
    cwd: action.kind === "exec" ? action.cwd : action.origin.workspace,
    paths: unique(facts.paths.map(({ path, access }) => ({
      path: showWord(path).replace(OWN_PROCESS, "/proc/self"),
      access,
    }))),
    hosts: [...new Set(facts.hosts.map(({ host }) => showWord(host)))],
    files: [
      ...await filesOf(facts, world),
      ...await treeFiles(facts, world, fresh),
    ],
    environment: action.kind === "exec"
      ? environmentOf(facts, profile, world)
      : [],
    profile,
    network: needsNetwork(decision.reasons) ? "open" : network,
    ephemeral,
    ...(input !== undefined && { input }),
  };
}

/**
 * Names that are no UTF-8 are read with a character of replacement: several
 * look the same, and another may be there tomorrow.
 */
function refuseAlike(paths: readonly string[]): void {
  const path = paths.find((one) => one.includes("\ufffd"));
  if (path === undefined) return;
  throw new RangeError(
    `Cannot bind an approval to it: the name ${showWord(path)} is no UTF-8`,
  );
}

/** Whether the caller's standard input may decide what happens. */
function readsInput({ action, programs, unknowns }: Facts): boolean {
  return action.kind === "exec" &&
    (unknowns.length > 0 ||
      programs.some(({ name }) => !READS_NO_INPUT.has(name)));
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
  for (const path of startedBy(facts, world)) roles.set(path, "program");
  for (const path of textsOf(facts, world)) roles.set(path, "script");
  for (const path of scriptsOf(facts, world)) roles.set(path, "script");
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
    if (sha256 !== undefined || role === "target") continue;
    refuseStream(path, world);
    if (role === "script") files.push(...await meantInstead(path, world));
  }
  return [...files, ...await inputsOf(facts, world, files)];
}

/** What runs from a pipe or a device is another thing each time. */
function refuseStream(path: string, { kind }: SubjectWorld): void {
  if (kind(path) !== "other" || path === "/dev/null") return;
  throw new RangeError(
    `Cannot bind an approval to it: ${path} is no plain file, and what comes from it cannot be known`,
  );
}

/**
 * What is read may be code for what could not be read of the command: then all
 * of it counts. Else only the approval of a copy hangs on it: of what is too
 * much some is left out, and of what is large only a change is noticed.
 */
async function inputsOf(
  facts: Facts,
  world: SubjectWorld,
  known: readonly SubjectFile[],
): Promise<SubjectFile[]> {
  const isKnown = facts.unknowns.length === 0;
  const { files: words, groups, implicit } = namedBy(facts, world);
  const read = facts.paths.filter(({ path, access }) =>
    access === "read" && !hasHole(path)
  ).map(({ path }) => path);
  const code = new Set([...implicit, ...words]);
  const paths = new Set([...code, ...read]);
  for (const { path } of known) paths.delete(path);
  const room = MAX_FILES - known.length;
  const least = isKnown
    ? [...paths].filter((path) => code.has(path) && !read.includes(path))
    : [...paths];
  if (least.length > room) throw tooMany(known.length + least.length);
  const files: SubjectFile[] = [];
  for (const path of [...paths].slice(0, room)) {
    const most = isKnown && !implicit.has(path) ? MAX_INPUT_BYTES : undefined;
    const content = await contentOf(path, world, most);
    if (content !== undefined) files.push({ path, role: "input", ...content });
    else if (read.includes(path)) {
      files.push(...await meantInstead(path, world));
    }
  }
  for (const [path, members] of groups) {
    files.push(await groupOf(path, members, "input", world));
  }
  for (const [path, members] of revisionsOf(facts, world)) {
    files.push(await groupOf(path, members, "revision", world));
  }
  return files.filter(({ path }) => !known.some((one) => one.path === path));
}

/** Several files as one row, under the hash of all their names and contents. */
async function groupOf(
  path: string,
  members: readonly string[],
  role: SubjectFile["role"],
  world: SubjectWorld,
): Promise<SubjectFile> {
  const contents: unknown[] = [];
  for (const one of members) {
    contents.push([one, await contentOf(one, world, MAX_INPUT_BYTES) ?? null]);
  }
  return { path, role, sha256: sha256Hex(canonicalJson(contents)), members };
}

/** Hash of a file, or of one that is too large what changes with it. */
async function contentOf(
  path: string,
  { hash, stamp }: SubjectWorld,
  most: number | undefined,
): Promise<Pick<SubjectFile, "sha256" | "stamp"> | undefined> {
  const sha256 = await hash(path, most);
  if (sha256 !== undefined) return { sha256 };
  const changing = most === undefined ? undefined : stamp(path);
  return changing === undefined ? undefined : { stamp: changing };
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

/** Scripts that are run by name, and what their first lines start. */
function scriptsOf({ action, paths }: Facts, world: SubjectWorld): string[] {
  const cwd = action.kind === "exec" ? action.cwd : "/";
  return paths.filter(({ path, access }) =>
    access === "execute" && !hasHole(path)
  ).flatMap(({ path }) => [path, ...interpretersOf(path, cwd, world)]);
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
