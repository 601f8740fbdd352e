// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { takeAppeared } from "./appeared.ts";

Deno.test("takeAppeared() takes what came, leaves what did not, and follows no link", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const quarantine = `${folder}/quarantine`;
    for (const name of ["own", "host"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.mkdir(`${folder}/own/hooks`);
    await Deno.writeTextFile(`${folder}/own/hooks/x`, "run me");
    await Deno.writeTextFile(`${folder}/host/settings`, "the host's");
    await Deno.symlink(`${folder}/host`, `${folder}/own/link`);
    const taken = takeAppeared([
      `${folder}/own/hooks`,
      `${folder}/own/never`,
      `${folder}/own/link/settings`,
    ], quarantine);
    assert.deepEqual(taken.map(({ path }) => path), [
      `${folder}/own/hooks`,
      `${folder}/own/link/settings`,
    ]);
    const [hooks, linked] = taken;
    assert.equal(await Deno.readTextFile(`${hooks?.movedTo}/x`), "run me");
    assert.equal(linked?.movedTo, "(still there)");
    assert.match(linked?.why ?? "", /could not be moved/);
    assert.equal(
      await Deno.readTextFile(`${folder}/host/settings`),
      "the host's",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "takeAppeared() renames where the quarantine is on another file system",
  ignore: !await isOtherFileSystem(),
  async fn() {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    const quarantine = await Deno.makeTempDir({ dir: "/dev/shm" });
    try {
      await Deno.writeTextFile(`${folder}/hooks`, "run me");
      const [taken] = takeAppeared([`${folder}/hooks`], quarantine);
      assert.match(taken?.movedTo ?? "", /\/hooks\.airg-[0-9a-f-]+$/);
      assert.equal(await Deno.readTextFile(taken?.movedTo ?? ""), "run me");
      await assert.rejects(
        Deno.lstat(`${folder}/hooks`),
        Deno.errors.NotFound,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
      await Deno.remove(quarantine, { recursive: true });
    }
  },
});

async function isOtherFileSystem(): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([
      Deno.stat("/tmp"),
      Deno.stat("/dev/shm"),
    ]);
    return a.dev !== b.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
