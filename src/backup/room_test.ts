// Copyright 2026 the airg authors. Apache-2.0 license.

// All that the store takes counts: what an agent does in a loop fills no disk.
import assert from "node:assert/strict";
import { backupScene, SETTINGS } from "../../test/support/backups.ts";
import { measured } from "./measure.ts";
import { eventRoom, roomOf } from "./room.ts";
import { readUsage } from "./usage.ts";

type Scene = ReturnType<typeof backupScene>;

/** One action that makes a small file. */
async function makeFile(scene: Scene, name: string): Promise<void> {
  const { store, workspace, about } = scene;
  const path = `${workspace}/${name}`;
  const { id } = await store.save([path], about);
  await Deno.writeTextFile(path, name);
  await store.finish(id);
  scene.now += 1_000;
}

/** One action that overwrites a small file. */
async function overwrite(scene: Scene, name: string): Promise<void> {
  const { store, workspace, about } = scene;
  const path = `${workspace}/${name}`;
  await Deno.writeTextFile(path, `old ${name}`);
  const { id } = await store.save([path], about);
  await Deno.writeTextFile(path, "new");
  await store.finish(id);
  scene.now += 1_000;
}

/** Bytes on the disk, as `du` says, of all but what does not grow. */
function diskUse({ folder }: Scene): number {
  const script = 'cd "$0/state/backups" && du -cB1 events/* objects/*/* ' +
    "tmp index.jsonl | tail -n 1";
  const { stdout, success } = new Deno.Command("bash", {
    args: ["-ec", script, folder],
  }).outputSync();
  assert(success);
  return parseInt(new TextDecoder().decode(stdout));
}

for (const [word, act] of [["new", makeFile], ["old", overwrite]] as const) {
  Deno.test(`a loop over small ${word} files stays below the cap`, async () => {
    using scene = backupScene();
    const maxBytes = 200_000;
    scene.settings = { ...SETTINGS, maxBytes };
    for (let n = 0; n < 40; n++) await act(scene, `f${n}`);
    // The disk may round up more than is counted: one event of more.
    assert(diskUse(scene) < maxBytes + 20_000, `${diskUse(scene)}`);
    const left = await scene.store.list({ limit: 100 });
    assert(left.length > 5 && left.length < 40, `${left.length}`);
    const newest = `${scene.workspace}/f39`;
    assert.equal(left[0]?.event.entries[0]?.path, newest);
  });
}

Deno.test("what is noted is what the store takes, index and manifests as well", async () => {
  using scene = backupScene();
  const { place } = scene.store;
  await overwrite(scene, "a");
  scene.settings = { ...SETTINGS };
  await scene.store.prune(scene.settings, scene.now);
  const used = () => readUsage(place).bytes;
  const index = () => Deno.statSync(place.index).size;
  assert.equal(used(), measured(place));
  assert.equal(
    used(),
    roomOf({ size: 5, allocated: 0 }) + eventRoom(500) + index(),
  );
  await overwrite(scene, "b");
  await makeFile(scene, "c");
  assert.equal(used(), measured(place));
  await Deno.remove(place.usage);
  assert.deepEqual(readUsage(place), {
    bytes: measured(place),
    making: 0,
    isNoted: false,
  });
});

Deno.test("what a killed airg left counts, and goes when there is no room", async () => {
  using scene = backupScene();
  const { place } = scene.store;
  scene.settings = { ...SETTINGS, maxBytes: 500_000 };
  await makeFile(scene, "a");
  const left = `${place.temporary}/left`;
  await Deno.writeFile(left, new Uint8Array(490_000).fill(1));
  assert(readUsage(place).making >= 490_000);
  await makeFile(scene, "b");
  await assert.rejects(Deno.lstat(left), Deno.errors.NotFound);
  assert.equal((await scene.store.list({ limit: 9 })).length, 2);
});

Deno.test("not each action in a full store looks through all of it", async () => {
  using scene = backupScene();
  const { place } = scene.store;
  scene.settings = { ...SETTINGS, maxBytes: 500_000 };
  const looks = new Set<string>();
  for (let n = 0; n < 80; n++) {
    await makeFile(scene, `f${n}`);
    looks.add(await Deno.readTextFile(place.pruned));
  }
  // The first is of the clock; the others made room.
  assert(looks.size > 2 && looks.size < 20, `${looks.size}`);
});

Deno.test("many small files that were deleted today end in a refusal, and stay", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  scene.settings = { ...SETTINGS, maxBytes: 100_000 };
  let saved = 0;
  const refused = await (async () => {
    for (; saved < 30; saved++) {
      const path = `${workspace}/f${saved}`;
      await Deno.writeTextFile(path, `${saved}`);
      try {
        const { id } = await store.save([path], about);
        await Deno.remove(path);
        await store.finish(id);
      } catch (error) {
        return error;
      }
    }
  })();
  assert(
    refused instanceof Error &&
      /backup_max_bytes is 100000/.test(refused.message),
  );
  assert(saved > 3);
  assert.equal((await store.list({ limit: 99 })).length, saved);
  scene.now += 25 * 3_600_000;
  await makeFile(scene, "next");
});
