// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { type BackupScene, backupScene } from "../../test/support/backups.ts";
import { objectPath } from "./objects.ts";
import { verifyBackups } from "./verify.ts";

async function saved(
  { about, store, workspace }: BackupScene,
): Promise<string> {
  const { entries: [entry] } = await store.save([`${workspace}/f`], about);
  assert(entry?.before.type === "file");
  return entry.before.sha256;
}

for (const size of [10, 3 * 1024 * 1024]) {
  Deno.test(`a damaged object of ${size} bytes is moved aside, and the next save keeps it anew`, async () => {
    using scene = backupScene();
    const { store, workspace } = scene;
    const content = new Uint8Array(size).fill(7);
    await Deno.writeFile(`${workspace}/f`, content);
    const sha256 = await saved(scene);
    const path = objectPath(store.place, sha256);
    await Deno.chmod(path, 0o600);
    // Of the same size: only its hash tells.
    await Deno.writeFile(path, new Uint8Array(size).fill(8));
    const { faults } = await verifyBackups(store);
    assert.deepEqual(faults.map(({ kind, name }) => [kind, name]), [
      ["object", sha256],
    ]);
    assert.match(faults[0]?.why ?? "", /; it is in .*\/damaged\/.* now$/);
    await assert.rejects(Deno.lstat(path), Deno.errors.NotFound);
    assert.match(
      (await verifyBackups(store)).faults[0]?.why ?? "",
      /it is gone/,
    );
    assert.equal(await saved(scene), sha256);
    assert.deepEqual((await verifyBackups(store)).faults, []);
    using object = await store.object(sha256);
    assert.equal(object?.look().size, size);
  });
}

Deno.test("an object that is whole stays where it is", async () => {
  using scene = backupScene();
  const { store, workspace } = scene;
  await Deno.writeTextFile(`${workspace}/f`, "whole");
  const path = objectPath(store.place, await saved(scene));
  assert.deepEqual((await verifyBackups(store)).faults, []);
  assert((await Deno.lstat(path)).isFile);
  await assert.rejects(
    Deno.lstat(`${store.place.root}/damaged`),
    Deno.errors.NotFound,
  );
});
