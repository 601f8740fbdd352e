// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import { backupScene, SETTINGS } from "../../test/support/backups.ts";
import {
  type KnownFiles,
  readHints,
  readKnown,
  writeKnown,
} from "./known_files.ts";
import { MACHINE_DISK as disk } from "./disk.ts";
import type { SaveLimits } from "./store.ts";

const known: KnownFiles = new Map([
  ["/w/a", { identity: "1", stamp: "2", size: 3, sha256: "a".repeat(64) }],
]);

Deno.test("readKnown() reads what writeKnown() wrote, for that workspace", () => {
  using scene = backupScene();
  const { keys, place } = scene.store;
  writeKnown({ disk, keys, place }, "/w", known);
  assert.deepEqual(readKnown({ keys, place }, "/w"), known);
  assert.deepEqual(readKnown({ keys, place }, "/other"), new Map());
});

Deno.test("readKnown() believes nothing that is not signed", () => {
  using scene = backupScene();
  const { keys, place } = scene.store;
  writeKnown({ disk, keys, place }, "/w", known);
  const [{ name } = { name: "" }] = [...Deno.readDirSync(place.known)];
  const path = `${place.known}/${name}`;
  const text = Deno.readTextFileSync(path);
  for (
    const forged of [text.replace("aaaa", "bbbb"), "", "x", text.slice(0, 90)]
  ) {
    Deno.writeTextFileSync(path, forged);
    assert.deepEqual(readKnown({ keys, place }, "/w"), new Map());
    assert.deepEqual(readHints({ keys, place }, 0), {
      hashes: new Set(),
      old: [name],
    });
  }
});

Deno.test("what is kept in case stays a day, and goes first where room is short", async () => {
  using scene = backupScene();
  const { about, store, workspace } = scene;
  const path = `${workspace}/a`;
  Deno.writeTextFileSync(path, "content that is saved in case");
  const unlikely = new Set([path]);
  scene.now = Date.now();
  const { id } = await store.save([path], about, { unlikely });
  assert.equal(
    await store.finish(id, { paths: [], unsaved: [], unlikely }),
    undefined,
  );
  const later = (ms: number) => scene.now + ms;
  assert.deepEqual(await store.prune(SETTINGS, later(0)), []);
  const tight = { ...SETTINGS, maxBytes: 1 };
  const would = await store.wouldPrune(tight, later(0));
  assert.deepEqual(would.map(({ kind, why }) => [kind, why]), [[
    "object",
    "unused",
  ]]);
  const gone = await store.prune(SETTINGS, later(2 * 86_400_000));
  assert.deepEqual(gone.map(({ kind, why }) => [kind, why]), [[
    "object",
    "unused",
  ]]);
  // Known or not, what the store has no more is taken in again.
  const again = scene.again();
  const next = await again.save([path], about, { unlikely });
  Deno.removeSync(path);
  const event = await again.finish(next.id, {
    paths: [],
    unsaved: [],
    unlikely,
  });
  const [entry] = event?.entries ?? [];
  assert(entry?.before.type === "file");
  using file = await again.object(entry.before.sha256);
  assert(file !== undefined);
});

Deno.test("a file that is as it was is not read again, by another airg either", async () => {
  using scene = backupScene();
  const { about, store, workspace } = scene;
  const [a, b] = [`${workspace}/a`, `${workspace}/b`];
  Deno.writeTextFileSync(a, "content");
  Deno.writeTextFileSync(b, "another");
  const unlikely = new Set([a, b]);
  await store.save([a, b], about, { unlikely });
  const { keys, place } = store;
  const seen = readKnown({ keys, place }, workspace);
  const [knownA, knownB] = [seen.get(a), seen.get(b)];
  assert(knownA !== undefined && knownB !== undefined);
  // What is believed without a look shows that there was none.
  const wrong = { ...knownA, sha256: knownB.sha256 };
  writeKnown({ disk, keys, place }, workspace, new Map([[a, wrong]]));
  const hashOf = async (limits: SaveLimits) => {
    const { entries } = await scene.again().save([a], about, limits);
    const [entry] = entries;
    return entry?.before.type === "file" && entry.before.sha256;
  };
  assert.equal(await hashOf({ unlikely }), knownB.sha256);
  // What an action names is read, whatever is known.
  assert.equal(await hashOf({}), knownA.sha256);
  Deno.writeTextFileSync(a, "changed");
  assert.notEqual(await hashOf({ unlikely }), knownB.sha256);
});
