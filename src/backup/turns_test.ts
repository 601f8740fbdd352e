// Copyright 2026 the airg authors. Apache-2.0 license.

// A save that is called off ends, and keeps nothing.
import assert from "node:assert/strict";
import { type BackupScene, backupScene } from "../../test/support/backups.ts";
import { MACHINE_DISK } from "./disk.ts";
import { lockBackups } from "./place.ts";
import { BackupError } from "./store.ts";

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** Nothing half, and nobody's lock. */
async function assertUntouched(
  { store: { place } }: BackupScene,
): Promise<void> {
  assert.deepEqual(namesIn(place.temporary), []);
  assert.deepEqual(namesIn(place.events), []);
  assert.deepEqual(namesIn(place.objects), []);
  // Waits: a process that another test just started holds it for a moment, too.
  using _lock = await lockBackups(place, "exclusive");
}

function isCalledOff(error: unknown): boolean {
  return error instanceof BackupError && /called off/.test(error.message);
}

Deno.test("a save that is called off amid a large file keeps nothing of it", async () => {
  using scene = backupScene();
  const { workspace, about } = scene;
  const path = `${workspace}/large`;
  const random = crypto.getRandomValues(new Uint8Array(65_536));
  for (let n = 0; n < 160; n++) {
    await Deno.writeFile(path, random, { append: true });
  }
  const called = new AbortController();
  let written = 0;
  const store = scene.again({
    ...MACHINE_DISK,
    create(path) {
      called.abort();
      return MACHINE_DISK.create(path);
    },
    write(file, bytes) {
      MACHINE_DISK.write(file, bytes);
      written += bytes.length;
    },
  });
  const { signal } = called;
  await assert.rejects(store.save([path], about, { signal }), isCalledOff);
  assert(written <= 2 ** 20, `${written}`);
  await assertUntouched(scene);
  const { entries } = await scene.store.save([path], about);
  assert.equal(entries.length, 1);
});

Deno.test("a save of many small files lets others have a turn", async () => {
  using scene = backupScene();
  const { workspace, store, about } = scene;
  for (let n = 0; n < 3_000; n++) {
    await Deno.writeTextFile(`${workspace}/${n}`, `${n}`);
  }
  const called = new AbortController();
  setTimeout(() => called.abort());
  const { signal } = called;
  await assert.rejects(store.save([workspace], about, { signal }), isCalledOff);
  await assertUntouched(scene);
});

Deno.test("a look after that is called off leaves an event that holds, and says that nobody looked", async () => {
  using scene = backupScene();
  const { workspace, store, about } = scene;
  const paths = ["a", "b"].map((name) => `${workspace}/${name}`);
  for (const path of paths) await Deno.writeTextFile(path, "old");
  const { id } = await store.save(paths, about);
  for (const path of paths) await Deno.writeTextFile(path, "new");
  await store.finish(id, undefined, AbortSignal.abort());
  const found = await store.find(id);
  assert(found.ok && !found.value.damaged);
  const { entries } = found.value.event;
  assert.deepEqual(entries.map(({ after }) => after), [undefined, undefined]);
  const looked = await store.finish(id);
  assert.deepEqual(looked?.entries.map(({ after }) => after?.type), [
    "file",
    "file",
  ]);
});
