// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tries escape recipes: the control uncontained, the attack through `airg run`,
 * and what is on the host afterwards.
 *
 * @module
 */

import { HOST_PROGRAM } from "../../sandbox/recipes/host.ts";
import type { Recipe } from "../../sandbox/recipes/recipe.ts";
import {
  batchFiles,
  DRIVER,
  readBatch,
  type RecipeFacts,
} from "../../sandbox/recipes/script.ts";
import {
  besides,
  changed,
  freshProject,
  type Ground,
  type GroundRun,
  leftBy,
  startHelper,
  tidy,
  writeAs,
} from "./trial_ground.ts";

/** What one recipe came to. */
export interface Verdict {
  /** It did its work; absent when the attack never ran. */
  readonly escaped?: boolean;
  /** What it printed last, or why it did not run. */
  readonly said: string;
}

/** What each recipe of a run came to, by id. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** A ground with what recipes reach for. */
export interface Trial {
  /** Uncontained, in one fresh workspace: each must work. */
  readonly controls: (recipes: readonly Recipe[]) => Promise<Verdicts>;
  /** Through `airg run`, all of them in one run. */
  readonly contained: (recipes: readonly Recipe[]) => Promise<Verdicts>;
  readonly close: () => Promise<void>;
}

/** Starts what recipes reach for on the host. */
export async function openTrial(ground: Ground): Promise<Trial> {
  const mark = crypto.randomUUID().slice(0, 8);
  const { folder, home, project, runtime } = ground;
  const host = await startHelper(ground, HOST_PROGRAM, [
    folder,
    home,
    runtime,
    mark,
  ]);
  const facts: RecipeFacts = {
    ...host.facts,
    F: folder,
    P: project,
    H: home,
    R: runtime,
    T: mark,
    SECRET: `${home}/.ssh/id`,
  };
  return {
    controls: (recipes) => tryControls(ground, facts, recipes),
    contained: (recipes) => tryContained(ground, facts, recipes),
    close: () => host.close(),
  };
}

/** The parts of a run whose controls share one. */
export function controlsOf(
  run: readonly Recipe[],
): Iterable<readonly Recipe[]> {
  return Map.groupBy(run, (r) => r.controlWith?.join(" ")).values();
}

/** Tries them uncontained; those that share a workspace and need no words before. */
async function tryControls(
  ground: Ground,
  facts: RecipeFacts,
  recipes: readonly Recipe[],
): Promise<Verdicts> {
  const attacks = recipes.map((recipe) => ({
    ...recipe,
    attack: recipe.control ?? recipe.attack,
  }));
  await freshProject(ground, facts, attacks);
  for (const { name, text } of batchFiles(attacks, facts)) {
    await writeAs(ground, `${ground.project}/${name}`, text);
  }
  const before = new Map(recipes.map((r) => [r.id, leftBy(ground, r)]));
  const helpers = await besides(ground, recipes);
  try {
    const ran = await ground.bare([
      ...caller(recipes),
      ...(recipes[0]?.controlWith ?? []),
      "/bin/bash",
      DRIVER,
    ], { ...facts, ...variables(recipes) });
    const tried = readBatch(ran.stdout);
    return new Map(recipes.map((recipe): [string, Verdict] => {
      const one = tried.get(recipe.id);
      if (one === undefined) return [recipe.id, { said: ran.stderr }];
      const left = changed(ground, recipe, before.get(recipe.id) ?? new Map());
      return [recipe.id, {
        escaped: one.got || left.length > 0,
        said: one.said,
      }];
    }));
  } finally {
    for (const helper of helpers) await helper.close();
    await tidy(ground, facts);
  }
}

async function tryContained(
  ground: Ground,
  facts: RecipeFacts,
  recipes: readonly Recipe[],
): Promise<Verdicts> {
  await freshProject(ground, facts, recipes);
  for (const { name, text } of batchFiles(recipes, facts)) {
    await writeAs(ground, `${ground.project}/${name}`, text);
  }
  const before = new Map(recipes.map((r) => [r.id, leftBy(ground, r)]));
  const helpers = await besides(ground, recipes);
  try {
    const ran = await ground.contained(["/bin/bash", DRIVER], {
      env: { ...facts, ...variables(recipes) },
      flags: ["--json", ...await policyFlags(ground, recipes)],
      wrap: caller(recipes),
    });
    const tried = readBatch(ran.stdout);
    const outcome = outcomeText(ran);
    return new Map(recipes.map((recipe): [string, Verdict] => {
      const one = tried.get(recipe.id) ?? endedEarly(outcome);
      if (one === undefined || outcome === undefined) {
        return [recipe.id, { said: `it did not run: ${ran.stderr}` }];
      }
      const named = (path: string) => outcome.includes(path);
      const left = changed(ground, recipe, before.get(recipe.id) ?? new Map())
        .filter((path) => !named(path));
      const excused = recipe.orNamed !== undefined && named(recipe.orNamed);
      const said = left.length > 0 ? `left ${left.join(", ")}` : one.said;
      return [recipe.id, {
        escaped: (one.got && !excused) || left.length > 0,
        said,
      }];
    }));
  } finally {
    for (const helper of helpers) await helper.close();
    await tidy(ground, facts);
  }
}

/** A run that airg itself ended, because it insisted, was refused. */
function endedEarly(
  outcome: string | undefined,
): { readonly got: boolean; readonly said: string } | undefined {
  const ended = /"ended":"(handoff|mask-lost)"/.exec(outcome ?? "")?.[1];
  return ended === undefined
    ? undefined
    : { got: false, said: `the run was ended: ${ended}` };
}

/** Bash around the words: what the caller had done before it started them. */
function caller(recipes: readonly Recipe[]): readonly string[] {
  const lines = recipes.flatMap(({ before }) => before ?? []);
  if (lines.length === 0) return [];
  return ["/bin/bash", "-c", `${lines.join("\n")}\nexec "$@"`, "-"];
}

function variables(recipes: readonly Recipe[]): Record<string, string> {
  return Object.fromEntries(
    recipes.flatMap(({ env }) => Object.entries(env ?? {})),
  );
}

async function policyFlags(
  ground: Ground,
  recipes: readonly Recipe[],
): Promise<string[]> {
  const policy = recipes[0]?.policy;
  if (policy === undefined) return [];
  const path = `${ground.folder}/policy.json`;
  await writeAs(ground, path, JSON.stringify(policy));
  return ["--policy", path];
}

/** The outcome as airg reported it, or `undefined` if nothing ran. */
function outcomeText({ stderr }: GroundRun): string | undefined {
  return stderr.split("\n").findLast((line) => line.startsWith('{"outcome":'));
}
