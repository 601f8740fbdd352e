// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Facts and decision -> what an approval is about.
 *
 * Made from what was parsed and from the disk, never from an agent's prose.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import { needsNetwork } from "../approval/fit.ts";
import type { Facts } from "../action/facts.ts";
import { plainAction, type Subject } from "../approval/subject.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import type { Decision } from "../policy/decision.ts";
import { showWord } from "../shell/value.ts";
import { treeFiles } from "./bound_trees.ts";
import { filesOf } from "./subject_files.ts";
import type { SubjectWorld } from "./subject_world.ts";

/** Programs that leave standard input alone: what it is does not matter to them. */
const READS_NO_INPUT = new Set([
  ...[":", "cd", "chmod", "chown", "cp", "date", "echo", "export", "false"],
  ...["kill", "ln", "ls", "mkdir", "mv", "printf", "pwd", "rm", "rmdir"],
  ...["set", "sleep", "touch", "true", "umask", "unset"],
]);

/** The number of this process is another next time. */
const OWN_PROCESS = /^\/proc\/[0-9]+(?=\/fd\/)/;

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
    ...askedOf(action),
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

/** What is asked, whatever it leads to. */
export function askedOf(action: Action): Pick<Subject, "action" | "cwd"> {
  return {
    action: actionOf(action),
    cwd: action.kind === "exec" ? action.cwd : action.origin.workspace,
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
