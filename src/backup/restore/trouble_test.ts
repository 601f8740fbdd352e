// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import {
  type BackupScene,
  backupScene,
  SETTINGS,
  START,
} from "../../../test/support/backups.ts";
import {
  acting,
  planned,
  restoreSite,
} from "../../../test/support/restores.ts";
import { BackupError } from "../store.ts";
import { restoreNow } from "./restore.ts";

/** What a restore says where the machine fails with a code at a step. */
async function said(
  scene: BackupScene,
  at: string,
  code: string,
): Promise<string> {
  const path = `${scene.workspace}/f`;
  Deno.writeTextFileSync(path, "one");
  const id = await acting(scene, ["f"], () => Deno.removeSync(path));
  const action = await planned(scene, { by: "event", id });
  const outcome = await restoreNow(action, "d", {
    ...restoreSite(scene),
    step(name) {
      if (name !== at) return;
      throw Object.assign(new Error("the machine's words"), { code });
    },
  });
  assert(outcome.kind === "restore-failed");
  return outcome.message;
}

const CURES: readonly (readonly [code: string, cure: RegExp])[] = [
  ["ENOSPC", /; make room on the disk of .*\/w, then restore again$/],
  ["EACCES", /; let airg's user write in .*\/w .*, then restore again$/],
  ["EROFS", /; mount the disk of .*\/w so that it can be written, /],
  ["EIO", /; look at .*\/w and its disk, then restore again$/],
];

for (const [code, cure] of CURES) {
  Deno.test(`a restore that fails with ${code} names the file and the cure`, async () => {
    using scene = backupScene();
    const message = await said(scene, "made", code);
    assert.match(message, /^\S*\/w\/f: the machine's words; /);
    assert.match(message, cure);
  });
}

Deno.test("a restore that cannot note how it goes on says who ends it", async () => {
  using scene = backupScene();
  await assert.rejects(said(scene, "begun", "ENOSPC"), (error: unknown) => {
    assert(error instanceof BackupError);
    assert.match(error.message, /; make room on the disk of .*\/restoring, /);
    assert.match(error.cure, /what was begun is ended first, whichever airg/);
    return true;
  });
});

Deno.test("a store full of the day's deletions says when it has room", async () => {
  using scene = backupScene();
  scene.settings = { ...SETTINGS, maxBytes: 1_200_000 };
  const path = `${scene.workspace}/f`;
  const fill = (byte: number) =>
    Deno.writeFileSync(path, new Uint8Array(500_000).fill(byte));
  for (const byte of [1, 2]) {
    fill(byte);
    await acting(scene, ["f"], () => Deno.removeSync(path));
  }
  fill(3);
  const refused = await scene.store.save([path], scene.about).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert(refused instanceof BackupError);
  const oldest = new Date(START + 1_000 + 86_400_000).toISOString();
  assert(
    refused.cure.includes(`wait until ${oldest.slice(0, 19)}Z`),
    refused.cure,
  );
  scene.now = START + 1_000 + 86_400_000;
  await scene.store.save([path], scene.about);
});

Deno.test("what is more than the whole store holds does not wait for pruning", async () => {
  using scene = backupScene();
  scene.settings = { ...SETTINGS, maxBytes: 100_000 };
  const path = `${scene.workspace}/f`;
  Deno.writeFileSync(path, new Uint8Array(500_000));
  await assert.rejects(
    scene.store.save([path], scene.about),
    (error: unknown) =>
      error instanceof BackupError && /no pruning makes room/.test(error.cure),
  );
});
