// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import { backupScene } from "../../../test/support/backups.ts";
import {
  acting,
  planned,
  restoreSite,
} from "../../../test/support/restores.ts";
import { objectPath } from "../objects.ts";
import { endInterrupted, restoreNow } from "./restore.ts";

Deno.test("what somebody else wrote as a journal is not carried out", async () => {
  using scene = backupScene();
  const { folder, store, workspace } = scene;
  Deno.writeTextFileSync(`${workspace}/a`, "one");
  const id = await acting(scene, ["a"], () => {
    Deno.removeSync(`${workspace}/a`);
  });
  const [stored] = await store.list({ limit: 1 });
  const file = stored?.event.entries[0]?.before;
  assert(file?.type === "file");
  assert(Deno.statSync(objectPath(store.place, file.sha256)).isFile);
  const site = restoreSite(scene);
  Deno.mkdirSync(site.folder, { mode: 0o700 });
  const journal = {
    version: 1,
    id,
    workspace,
    direction: "forward",
    moves: [{
      path: `${folder}/outside`,
      from: { type: "absent" },
      to: { ...file, mode: 0o755 },
    }],
  };
  const path = `${site.folder}/${id}.journal`;
  const sealedByNobody = {
    key: 1,
    body: JSON.stringify(journal),
    mac: "0".repeat(64),
  };
  const link = `${folder}/elsewhere`;
  Deno.writeTextFileSync(link, JSON.stringify(journal));
  const texts = [journal, sealedByNobody, "{", null].map((value) =>
    typeof value === "string" ? value : JSON.stringify(value)
  );
  for (const text of texts) {
    Deno.writeTextFileSync(path, text);
    await endInterrupted(site);
    assert.throws(() => Deno.lstatSync(`${folder}/outside`), text);
    const action = await planned(scene, { by: "event", id });
    const outcome = await restoreNow(action, "d", site);
    assert(outcome.kind === "restore-failed", text);
    assert.match(outcome.message, /is no journal of airg's, or was changed/);
    assert.throws(() => Deno.lstatSync(`${folder}/outside`), text);
  }
  Deno.removeSync(path);
  const action = await planned(scene, { by: "event", id });
  assert.equal((await restoreNow(action, "d", site)).kind, "restored");
});

Deno.test("a journal that is over is not carried out again", async () => {
  using scene = backupScene();
  const { workspace } = scene;
  Deno.writeTextFileSync(`${workspace}/a`, "one");
  const remove = () => Deno.removeSync(`${workspace}/a`);
  const id = await acting(scene, ["a"], remove);
  let kept: readonly [string, string] | undefined;
  const site = restoreSite(scene);
  const step = (name: string) => {
    if (name !== "begun") return;
    const [journal] = [...Deno.readDirSync(site.folder)]
      .filter(({ name }) => name.endsWith(".journal"));
    assert(journal !== undefined);
    const path = `${site.folder}/${journal.name}`;
    kept = [path, Deno.readTextFileSync(path)];
  };
  const action = await planned(scene, { by: "event", id });
  const outcome = await restoreNow(action, "d", { ...site, step });
  assert.equal(outcome.kind, "restored");
  assert(kept !== undefined);
  remove();
  Deno.writeTextFileSync(kept[0], kept[1]);
  await endInterrupted(site);
  assert.throws(() => Deno.lstatSync(`${workspace}/a`));
  assert.throws(() => Deno.lstatSync(kept?.[0] ?? ""));
});
