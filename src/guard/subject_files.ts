// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The files that an approval binds to.
 *
 * What a script reads in turn is among them only where it lies beside the
 * script or below it (bound_trees.ts), or is known by its name
 * (implicit_files.ts).
 *
 * @module
 */

import { isChange } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import type { SubjectFile } from "../approval/subject.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import { hasHole } from "../shell/value.ts";
import { revisionsOf } from "./git_revisions.ts";
import { namedBy } from "./named_files.ts";
import { interpretersOf, startedBy } from "./started_files.ts";
import type { SubjectWorld } from "./subject_world.ts";

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

/** Programs, scripts and what they read, each bound by its hash. */
export async function filesOf(
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
