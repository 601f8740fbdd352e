// Copyright 2026 the airg authors. Apache-2.0 license.

// `airg sandbox-check --deep` on a few recipes: the report, and that a recipe
// which works is not reported as held. The whole suite is recipes_test.ts.
import assert from "node:assert/strict";
import { RECIPES } from "../../sandbox/recipes/all.ts";
import { bash, type Recipe } from "../../sandbox/recipes/recipe.ts";
import {
  deepReport,
  deepText,
  reportHash,
} from "../../src/cli/sandbox_deep.ts";
import { saveReport } from "../../src/cli/saved_report.ts";
import { makeSite } from "../support/airg.ts";
import { connectServer } from "../support/mcp.ts";
import { fakeContext } from "../support/fake_context.ts";
import { BASE } from "../support/contained_site.ts";

const main = decodeURIComponent(
  new URL("../../main.ts", import.meta.url).pathname,
);

const harmless = (id: string, text: string): Recipe => ({
  id,
  tries: "nothing",
  denial: "never",
  attack: bash(text),
});

const chosen = [
  ...RECIPES.filter(({ id }) =>
    ["secret-at-home", "loopback", "proc-sys", "inherited-folder"].includes(id)
  ),
  harmless("works-everywhere", "echo GOT"),
  harmless("works-nowhere", "false"),
];

Deno.test("escape: the deep report says what held, what got out, and what could not be tried", async () => {
  await Deno.mkdir(BASE, { recursive: true });
  const home = await Deno.makeTempDir({ dir: BASE });
  const { context } = fakeContext({
    env: {
      HOME: home,
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
    },
  });
  const self = {
    path: Deno.execPath(),
    before: ["run", "-A", "--quiet", main],
  };
  try {
    const report = await deepReport(
      { rung: "full", checks: [] },
      { ...context, self },
      chosen,
    );
    const status = Object.fromEntries(
      report.recipes.map((recipe) => [recipe.id, recipe.status]),
    );
    assert.equal(status["secret-at-home"], "held");
    assert.equal(status["loopback"], "held");
    assert.equal(status["inherited-folder"], "held");
    assert.equal(status["proc-sys"], "skipped");
    assert.equal(status["works-everywhere"], "escaped");
    assert.equal(status["works-nowhere"], "skipped");
    assert.equal(status["not-tried-26"], "skipped");
    const hash = reportHash(report);
    assert.equal(reportHash(structuredClone(report)), hash);
    const text = deepText({ time: "T", hash, report });
    assert.match(text, /^escaped .*works-everywhere/m);
    assert.match(text, /3 held, 1 escaped/);
    // Nothing is left, and no path of the scratch folder is in the report.
    assert(!JSON.stringify(report).includes(home));
    const cache = Deno.readDir(`${home}/.cache/ai-runtime-guard`);
    const left = await Array.fromAsync(cache);
    assert.deepEqual(left.filter(({ name }) => name.startsWith("trial")), []);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test({
  name: "escape: a server records the hash of a saved report when it starts",
  // The client's own timer outlives it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using site = await makeSite();
    const { context } = fakeContext({ env: { HOME: site.home } });
    const report = await deepReport({ rung: "none", checks: [] }, context, []);
    const hash = reportHash(report);
    await saveReport(context.surroundings, { time: "T", hash, report });
    await using _server = await connectServer(site);
    const log = await Deno.readTextFile(`${site.state}/activity.log`);
    const record = JSON.parse(log.split("\n")[0] ?? "");
    assert.deepEqual([record.event, record.capability], [
      "capability",
      { hash, made: "T" },
    ]);
  },
});

Deno.test("escape: where nothing can be contained, nothing is tried", async () => {
  const { context } = fakeContext();
  const report = await deepReport(
    { rung: "none", checks: [] },
    context,
    chosen,
  );
  assert(report.recipes.every(({ status }) => status === "skipped"));
});
