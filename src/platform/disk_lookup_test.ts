// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { readAction } from "../action/read.ts";
import { diskLookup } from "./disk_lookup.ts";

Deno.test("each of a thousand names that a pattern stands for is found out", async () => {
  const workspace = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (let n = 0; n < 1_000; n++) {
      await Deno.writeTextFile(`${workspace}/f${n}`, "");
    }
    const { paths, unknowns } = readAction({
      kind: "exec",
      origin: {
        agent: "a",
        session: "s",
        source: "ai-agent",
        workspace,
      },
      command: { form: "shell", text: "rm -rf ./*" },
      cwd: workspace,
    }, diskLookup({ home: "/nonexistent" }));
    assert.deepEqual(unknowns, []);
    assert.equal(paths.length, 1_000);
  } finally {
    await Deno.remove(workspace, { recursive: true });
  }
});
