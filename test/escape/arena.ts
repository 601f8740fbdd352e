// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tries escape recipes for one identity: the control uncontained, the attack
 * through `airg run`, and what is on the host afterwards.
 *
 * @module
 */

import type { Recipe } from "../../sandbox/recipes/recipe.ts";
import {
  batchFiles,
  DRIVER,
  readBatch,
  type RecipeFacts,
} from "../../sandbox/recipes/script.ts";
import { HOST_PROGRAM } from "../../sandbox/recipes/host.ts";
import { type Identity, type Ran, Site } from "../support/contained_site.ts";

/** What one recipe came to. */
export interface Verdict {
  /** It did its work; absent when the attack never ran. */
  readonly escaped?: boolean;
  /** What it printed last, or why it did not run. */
  readonly said: string;
}

/** A place where recipes are tried as one identity. */
export interface Arena {
  /** Uncontained, in one fresh workspace: each must work. */
  readonly controls: (
    recipes: readonly Recipe[],
  ) => Promise<ReadonlyMap<string, Verdict>>;
  /** Through `airg run`, all of them in one run. */
  readonly contained: (
    recipes: readonly Recipe[],
  ) => Promise<ReadonlyMap<string, Verdict>>;
  readonly close: () => Promise<void>;
}

/** Makes the place and starts what recipes reach for on the host. */
export async function openArena(identity: Identity): Promise<Arena> {
  const site = new Site(identity);
  const mark = crypto.randomUUID().slice(0, 8);
  const runtime = runtimeFolder(site, mark);
  const host = await startHelper(site, HOST_PROGRAM, [
    site.folder,
    site.home,
    runtime,
    mark,
  ]);
  const facts: RecipeFacts = {
    ...host.facts,
    F: site.folder,
    P: site.project,
    H: site.home,
    R: runtime,
    T: mark,
    SECRET: `${site.home}/.ssh/id`,
  };
  return {
    controls: (recipes) => tryControls(site, facts, recipes),
    contained: (recipes) => tryContained(site, facts, recipes),
    async close() {
      await host.close();
      Deno.removeSync(runtime, { recursive: true });
      await site[Symbol.asyncDispose]();
    },
  };
}

/** Tries them uncontained; those that share a workspace and need no words before. */
async function tryControls(
  site: Site,
  facts: RecipeFacts,
  recipes: readonly Recipe[],
): Promise<ReadonlyMap<string, Verdict>> {
  const attacks = recipes.map((recipe) => ({
    ...recipe,
    attack: recipe.control ?? recipe.attack,
  }));
  await freshProject(site, facts, attacks);
  for (const { name, text } of batchFiles(attacks, facts)) {
    site.write(`${site.project}/${name}`, text);
  }
  const before = new Map(recipes.map((r) => [r.id, leftBy(site, r)]));
  const helpers = await besides(site, recipes);
  try {
    const ran = await site.bare([
      ...caller(recipes),
      ...(recipes[0]?.controlWith ?? []),
      "/bin/bash",
      DRIVER,
    ], {
      env: { ...facts, ...Object.assign({}, ...recipes.map((r) => r.env)) },
    });
    const tried = readBatch(ran.stdout);
    return new Map(recipes.map((recipe): [string, Verdict] => {
      const one = tried.get(recipe.id);
      if (one === undefined) return [recipe.id, { said: ran.stderr }];
      const left = changed(site, recipe, before.get(recipe.id) ?? new Map());
      return [recipe.id, {
        escaped: one.got || left.length > 0,
        said: one.said,
      }];
    }));
  } finally {
    for (const helper of helpers) await helper.close();
    await tidy(site, facts);
  }
}

async function tryContained(
  site: Site,
  facts: RecipeFacts,
  recipes: readonly Recipe[],
): Promise<ReadonlyMap<string, Verdict>> {
  await freshProject(site, facts, recipes);
  for (const { name, text } of batchFiles(recipes, facts)) {
    site.write(`${site.project}/${name}`, text);
  }
  const before = new Map(recipes.map((r) => [r.id, leftBy(site, r)]));
  const helpers = await besides(site, recipes);
  try {
    const ran = await site.contained(["/bin/bash", DRIVER], {
      env: { ...facts, ...Object.assign({}, ...recipes.map((r) => r.env)) },
      flags: ["--json", ...policyFlags(site, recipes)],
      wrap: caller(recipes),
    });
    const tried = readBatch(ran.stdout);
    const outcome = outcomeText(ran);
    return new Map(recipes.map((recipe): [string, Verdict] => {
      const one = tried.get(recipe.id);
      if (one === undefined || outcome === undefined) {
        return [recipe.id, { said: `it did not run: ${ran.stderr}` }];
      }
      const named = (path: string) => outcome.includes(path);
      const left = changed(site, recipe, before.get(recipe.id) ?? new Map())
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
    await tidy(site, facts);
  }
}

/** Bash around the words: what the caller had done before it started them. */
function caller(recipes: readonly Recipe[]): readonly string[] {
  const lines = recipes.flatMap(({ before }) => before ?? []);
  if (lines.length === 0) return [];
  return ["/bin/bash", "-c", `${lines.join("\n")}\nexec "$@"`, "-"];
}

function policyFlags(site: Site, recipes: readonly Recipe[]): string[] {
  const policy = recipes[0]?.policy;
  if (policy === undefined) return [];
  const path = `${site.folder}/policy.json`;
  site.write(path, JSON.stringify(policy));
  return ["--policy", path];
}

/** The outcome as airg reported it, or `undefined` if nothing ran. */
function outcomeText({ stderr }: Ran): string | undefined {
  return stderr.split("\n").findLast((line) => line.startsWith('{"outcome":'));
}

/** Contents of the paths that a recipe would leave; a missing one is absent. */
function leftBy(site: Site, recipe: Recipe): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of recipe.leaves ?? []) {
    try {
      found.set(path, Deno.readTextFileSync(`${site.project}/${path}`));
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
  return found;
}

function changed(
  site: Site,
  recipe: Recipe,
  before: ReadonlyMap<string, string>,
): string[] {
  return [...leftBy(site, recipe)]
    .filter(([path, text]) => before.get(path) !== text)
    .map(([path]) => path);
}

async function freshProject(
  site: Site,
  facts: RecipeFacts,
  recipes: readonly Recipe[],
): Promise<void> {
  await tidy(site, facts);
  await Deno.mkdir(site.project);
  site.write(`${site.home}/.bashrc`, "# rc\n");
  site.write(
    `${site.project}/setup.sh`,
    `${
      recipes.map(({ setup }) => setup === undefined ? "" : `(\n${setup}\n)\n`)
        .join("")
    }`,
  );
  if (Deno.uid() === 0) {
    Deno.chownSync(site.project, site.identity.owns, site.identity.owns);
  }
  const { code, stderr } = await site.bare(["/bin/bash", "setup.sh"], {
    env: { ...facts },
  });
  if (code !== 0) throw new Error(`Cannot set up: ${stderr}`);
}

/** Takes away the workspace, whatever a recipe made of it. */
async function tidy(site: Site, { P }: RecipeFacts): Promise<void> {
  await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'umount "$0/alias" 2>/dev/null; rm -rf "$0" "$0.old"',
      P ?? site.project,
    ],
  }).output();
}

/** A program of the host that lives until it is closed. */
interface Helper {
  readonly facts: RecipeFacts;
  readonly close: () => Promise<void>;
}

function besides(site: Site, recipes: readonly Recipe[]): Promise<Helper[]> {
  return Promise.all(
    recipes.flatMap(({ beside }) =>
      beside === undefined
        ? []
        : [startHelper(site, beside, [site.project, site.home])]
    ),
  );
}

async function startHelper(
  site: Site,
  program: string,
  words: readonly string[],
): Promise<Helper> {
  const child = new Deno.Command("/usr/bin/python3", {
    args: ["-c", program, ...words],
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    ...(Deno.uid() === 0 && {
      uid: site.identity.owns,
      gid: site.identity.owns,
    }),
  }).spawn();
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.endsWith("ready\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`A helper ended: ${text}`);
    text += decoder.decode(value);
  }
  return {
    facts: Object.fromEntries(
      text.split("\n").filter((line) => line.includes("="))
        .map((line) => {
          const at = line.indexOf("=");
          return [line.slice(0, at), line.slice(at + 1)];
        }),
    ),
    async close() {
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  };
}

/** A folder under the machine's own for runtime files, where it can be made. */
function runtimeFolder(site: Site, mark: string): string {
  const above = Deno.uid() === 0
    ? "/run"
    : Deno.env.get("XDG_RUNTIME_DIR") ?? site.folder;
  const path = `${above}/airg-test-${mark}`;
  Deno.mkdirSync(path, { mode: 0o755 });
  if (Deno.uid() === 0) {
    Deno.chownSync(path, site.identity.owns, site.identity.owns);
  }
  return path;
}
