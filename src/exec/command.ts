// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is started, and with which environment.
 *
 * @module
 */

import type { ExecAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { PolicySettings } from "../policy/settings.ts";
import type { ContainedCommand, Rung } from "../../sandbox/launch.ts";
import { CACHE_INSIDE, type Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";
import { contained, searchPath } from "./environment.ts";
import type { Machine } from "./machine.ts";
import { isExecutableFile, resolveProgram } from "./resolve_program.ts";

/** What is started: the program's path and all words; undefined where there is no such program. */
export function findProgram(
  { command, cwd }: ExecAction,
  machine: Machine,
): Pick<ContainedCommand, "program" | "argv"> | undefined {
  const lookup = {
    path: searchPath(machine.callerEnv["PATH"]),
    cwd,
    isExecutable: isExecutableFile,
  };
  if (command.form === "shell") {
    const program = ["/bin/bash", "/bin/sh"].find(isExecutableFile);
    if (program === undefined) return undefined;
    return { program, argv: [program, "-c", "--", command.text] };
  }
  const [name, ...rest] = command.argv;
  if (name === undefined) return undefined;
  const program = resolveProgram(name, lookup);
  return program === undefined ? undefined : { program, argv: [name, ...rest] };
}

/** What is said when {@linkcode findProgram} finds none. */
export function notFound({ command }: ExecAction): Outcome {
  const name = command.form === "argv" ? command.argv[0] ?? "" : "/bin/sh";
  return {
    kind: "not-started",
    why: "not-found",
    message: `Cannot find the program ${JSON.stringify(name)}`,
    remedy: "Name a program on PATH, or give its path",
  };
}

/** The whole environment of the command. */
export function environment(
  rung: Rung,
  machine: Machine,
  profile: Profile,
  settings: PolicySettings,
): Record<string, string> {
  const uid = profile.owner?.uid ?? machine.uid;
  const bare = rung === "bare";
  return contained({
    caller: machine.callerEnv,
    pass: settings.sandbox.env.pass,
    set: settings.sandbox.env.set,
    cacheInside: bare ? profile.cache : CACHE_INSIDE,
    temporary: bare ? machine.temporary : "/tmp",
    ...(!bare && { runtimeFolder: `/run/user/${uid}` }),
    masked: hidesInside(profile),
    ...(machine.identity && { identity: machine.identity }),
  });
}

function hidesInside({ hidden, workspace, writable }: Profile): boolean {
  const roots = [workspace, ...writable];
  return hidden.some(({ path }) => roots.some((root) => isWithin(path, root)));
}
