// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import {
  type BackupScene,
  backupScene,
} from "../../../test/support/backups.ts";
import {
  acting,
  planned,
  restoreSite,
} from "../../../test/support/restores.ts";
import { rememberedHash } from "../../platform/hashed_files.ts";
import { openRawTree } from "../../platform/raw_tree.ts";
import { planRestore, restoreNow } from "./restore.ts";

async function restoreByPath(scene: BackupScene): Promise<number> {
  const paths = [`${scene.workspace}/f`];
  const action = await planned(scene, { by: "path", paths });
  const outcome = await restoreNow(action, "d", restoreSite(scene));
  assert(outcome.kind === "restored", JSON.stringify(outcome));
  return outcome.count;
}

Deno.test("a path that was put back stays when it is asked for again", async () => {
  using scene = backupScene();
  const file = `${scene.workspace}/f`;
  Deno.writeTextFileSync(file, "one");
  await acting(scene, ["f"], () => Deno.removeSync(file));
  assert.equal(await restoreByPath(scene), 1);
  assert.equal(await restoreByPath(scene), 0);
  assert.equal(Deno.readTextFileSync(file), "one");
  // What changes it later is the last change again.
  await acting(scene, ["f"], () => Deno.writeTextFileSync(file, "two"));
  assert.equal(await restoreByPath(scene), 1);
  assert.equal(await restoreByPath(scene), 0);
  assert.equal(Deno.readTextFileSync(file), "one");
});

Deno.test("a restore is undone by its id", async () => {
  using scene = backupScene();
  const file = `${scene.workspace}/f`;
  Deno.writeTextFileSync(file, "one");
  await acting(scene, ["f"], () => Deno.removeSync(file));
  await restoreByPath(scene);
  const [stored] = await scene.store.list({ limit: 1 });
  assert(stored?.event.cause === "restore");
  const action = await planned(scene, { by: "event", id: stored.event.id });
  await restoreNow(action, "d", restoreSite(scene));
  assert.throws(() => Deno.lstatSync(file), Deno.errors.NotFound);
  // The last change by something else is still the deletion.
  assert.equal(await restoreByPath(scene), 1);
  assert.equal(Deno.readTextFileSync(file), "one");
});

Deno.test("where only restores hold a path, none of them is taken for its last change", async () => {
  using scene = backupScene();
  const file = `${scene.workspace}/f`;
  Deno.writeTextFileSync(file, "one");
  const { about, store, workspace } = scene;
  const { id } = await store.save([file], { ...about, cause: "restore" });
  Deno.removeSync(file);
  await store.finish(id);
  const plan = await planRestore(
    { by: "path", paths: [file] },
    workspace,
    store,
  );
  assert(!plan.ok);
  assert.match(plan.error, /only restores .*give the id of one/);
});

Deno.test("what was put back is not read to know what it holds", async () => {
  using scene = backupScene();
  const file = `${scene.workspace}/f`;
  Deno.writeFileSync(file, new Uint8Array(2 * 1024 * 1024).fill(7));
  Deno.utimeSync(file, 1, 1);
  await acting(scene, ["f"], () => Deno.removeSync(file));
  assert.equal(await restoreByPath(scene), 1);
  using tree = openRawTree();
  using node = tree.open(file);
  const [stored] = await scene.store.list({ limit: 1 });
  const after = stored?.event.entries[0]?.after;
  assert(node !== undefined && after?.type === "file");
  assert.equal(rememberedHash(node.info), after.sha256);
});
