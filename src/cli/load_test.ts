// Copyright 2026 the airg authors. Apache-2.0 license.
// What each subcommand loads before it does anything, from the module graph: a
// dynamic import is an edge only once it is taken.
import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

/** Packages the hot path may load; each has its reason in a decision record. */
const HOT_PACKAGES = new Set(["zod", "jsonc-parser"]);

interface Graph {
  readonly redirects: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

const hot = {
  "airg version": ["version"],
  "airg policy explain": ["policy_explain"],
  "airg run": ["run", "assemble"],
};

for (const [name, files] of Object.entries(hot)) {
  Deno.test(`${name} loads no SDK, no full zod and no node: module`, async () => {
    const loaded = await loadedBy([
      "main.ts",
      ...files.map((file) => `src/cli/${file}.ts`),
    ]);
    const outside = loaded.filter((specifier) =>
      /^(npm|node|jsr|https?):/.test(specifier)
    );
    const unwanted = outside.filter((specifier) => {
      const name = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)/.exec(specifier)?.[1];
      if (name === "zod") return !specifier.endsWith("/mini");
      return name === undefined || !HOT_PACKAGES.has(name);
    });
    assert.deepEqual(unwanted, []);
  });
}

Deno.test("version loads nothing of the policy", async () => {
  const loaded = await loadedBy(["main.ts", "src/cli/version.ts"]);
  const paths = loaded.filter((specifier) => specifier.startsWith(root.href))
    .map((specifier) => specifier.slice(root.href.length));
  const others = paths.filter((path) =>
    !/^(main\.ts|src\/(cli|base)\/)/.test(path)
  );
  assert.deepEqual(others, []);
  assert.deepEqual(loaded.filter((path) => /^(npm|node):/.test(path)), []);
});

Deno.test("server does load the SDK, so the tests above would see it", async () => {
  const loaded = await loadedBy(["src/mcp/server.ts"]);
  assert(loaded.some((path) => path.includes("@modelcontextprotocol")));
});

/** All that loads with `entries`, by following static imports of code. */
async function loadedBy(entries: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  for (const entry of entries) {
    const graph = await graphOf(entry);
    const modules = new Map(graph.modules.map((m) => [m.specifier, m]));
    const todo = [new URL(entry, root).href];
    while (todo.length > 0) {
      const specifier = todo.pop() ?? "";
      if (seen.has(specifier)) continue;
      seen.add(specifier);
      for (const edge of modules.get(specifier)?.dependencies ?? []) {
        const target = edge.code?.specifier;
        if (edge.isDynamic || target === undefined) continue;
        todo.push(graph.redirects[target] ?? target);
      }
    }
  }
  return [...seen].toSorted();
}

async function graphOf(entry: string): Promise<Graph> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
  }).output();
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}
