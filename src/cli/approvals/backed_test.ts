// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { readAction } from "../../action/read.ts";
import { diskLookup } from "../../platform/disk_lookup.ts";
import { backedBy } from "./backed.ts";

const CASES = [
  ["rm a", { backup: true }],
  ["rm -rf d", { backup: true }],
  ["git push --force", {}],
  ["cat a", {}],
  ["rm -rf little/build", { backup: true }],
  ["rm -rf node_modules", {
    backup: false,
    notKept: "W/node_modules: a build makes it again",
  }],
  ["rm -rf a node_modules", {
    backup: true,
    notKept: "W/node_modules: a build makes it again",
  }],
  ["rm /outside-of-it", {
    backup: false,
    notKept: "nothing of it lies in the workspace",
  }],
] as const;

function backed(workspace: string, text: string, enabled = true) {
  const facts = readAction({
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace },
    command: { form: "shell", text },
    cwd: workspace,
  }, diskLookup({ home: "/home/x" }));
  return backedBy(facts, { enabled, writable: [] });
}

Deno.test("backedBy() says what is saved before an action, and what is not", async () => {
  const workspace = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${workspace}/d`);
    await Deno.mkdir(`${workspace}/node_modules`);
    await Deno.mkdir(`${workspace}/little/build`, { recursive: true });
    for (let n = 0; n <= 500; n++) {
      await Deno.writeTextFile(`${workspace}/node_modules/${n}.js`, "");
    }
    await Deno.writeTextFile(`${workspace}/a`, "a");
    for (const [text, want] of CASES) {
      const got = JSON.stringify(backed(workspace, text));
      assert.equal(got.replaceAll(workspace, "W"), JSON.stringify(want), text);
    }
    assert.deepEqual(backed(workspace, "rm a", false), {
      backup: false,
      notKept: "audit.backup_enabled is false",
    });
  } finally {
    await Deno.remove(workspace, { recursive: true });
  }
});
