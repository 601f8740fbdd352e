// Copyright 2026 the airg authors. Apache-2.0 license.
// A file is whole whenever airg is killed.
import assert from "node:assert/strict";

const ROUNDS = 10;

Deno.test("a file is the old one or the new one, whenever airg is killed", async () => {
  const project = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          "-q",
          "--no-check",
          new URL("kill_child.ts", import.meta.url).pathname,
          project,
        ],
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      const wait = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
      await new Promise((resolve) => setTimeout(resolve, wait / 8));
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
      const text = await Deno.readTextFile(`${project}/f`);
      assert.equal(text.length, 200_000);
      assert.match(text, /^(?:a+|b+)$/);
      // What is left beside it is airg's own, by name.
      for await (const { name } of Deno.readDir(project)) {
        assert(name === "f" || name.startsWith(".airg-"), name);
      }
    }
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
