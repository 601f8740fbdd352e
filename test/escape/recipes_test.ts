// Copyright 2026 the airg authors. Apache-2.0 license.

// Every escape recipe through the whole path: real bubblewrap, real Landlock,
// real seccomp. Each has a control that must work uncontained, so that a
// missing program never passes for a working sandbox. Where this kernel lacks
// what an attack needs, the test is printed as ignored, with what it said.
import assert from "node:assert/strict";
import { RECIPES, runsOf } from "../../sandbox/recipes/all.ts";
import { knownEscape } from "../../sandbox/recipes/known.ts";
import type { Recipe } from "../../sandbox/recipes/recipe.ts";
import { openGroup } from "../../src/exec/cgroup.ts";
import { controlsOf, type Trial, type Verdicts } from "../../src/cli/trial.ts";
import { IDENTITIES, type Identity } from "../support/contained_site.ts";
import { openArena } from "./arena.ts";

const group = openGroup({ processes: 1 });
const grouped = group !== undefined && "procs" in group &&
  group.held.includes("pids");
if (group !== undefined && "procs" in group) await group.close();

/** Known escapes that did not work. */
const shut = new Set<string>();

for (const identity of IDENTITIES) {
  const arena = await openArena(identity);
  Deno.test.afterAll(() => arena.close());
  const recipes = RECIPES.filter((recipe) =>
    !recipe.rootOnly || identity.owns === 0
  );
  const lacking = await whatIsLacking(arena, recipes);
  for (const run of runsOf(recipes).values()) {
    const contained = once(() => arena.contained(run));
    for (const part of controlsOf(run)) {
      const controls = once(() => arena.controls(part));
      for (const recipe of part) {
        const lacks = lacking.get(recipe.id);
        defineTest(recipe, identity, lacks, controls, contained);
      }
    }
  }
}

Deno.test("escape: every known escape is still open; else take its line out of known.ts", () => {
  assert.deepEqual([...shut], []);
});

function defineTest(
  recipe: Recipe,
  identity: Identity,
  lacks: string | undefined,
  controls: () => Promise<Verdicts>,
  contained: () => Promise<Verdicts>,
): void {
  const { id, number, tries } = recipe;
  const known = knownEscape(id, identity.owns, grouped);
  const title = `escape: ${number ? `#${number} ` : ""}${id}: ${tries}`;
  Deno.test({
    name: `${title}, as ${identity.name}${lacks ? ` (here: ${lacks})` : ""}${
      known === undefined ? "" : ` (KNOWN ESCAPE: ${known})`
    }`,
    ignore: lacks !== undefined,
    // What the arena holds outlives a test.
    sanitizeResources: false,
    sanitizeOps: false,
    async fn() {
      const control = (await controls()).get(id);
      assert(control?.escaped, `control: ${control?.said}`);
      const verdict = (await contained()).get(id);
      assert(verdict?.escaped !== undefined, verdict?.said);
      if (known === undefined) {
        assert.equal(verdict.escaped, false, verdict.said);
      } else if (!verdict.escaped) shut.add(id);
    },
  });
}

/** What the machine says to recipes that it cannot show uncontained, by id. */
async function whatIsLacking(
  trial: Trial,
  recipes: readonly Recipe[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const may = recipes.filter(({ lacking }) => lacking !== undefined);
  for (const part of controlsOf(may)) {
    for (const [id, { escaped, said }] of await trial.controls(part)) {
      const known = may.find((recipe) => recipe.id === id)?.lacking ?? [];
      if (!escaped && known.includes(said)) found.set(id, said);
    }
  }
  return found;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => made ??= make();
}
