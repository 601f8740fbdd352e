// Copyright 2026 the airg authors. Apache-2.0 license.

// Runtime Guard's form, written and read back, and what a hostile one tries.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { backupScene, SETTINGS, textOf } from "../../test/support/backups.ts";
import { exportEvent } from "./export.ts";
import { copyWithin, guardName, guardTime, readItem } from "./guard_form.ts";
import { importBackups } from "./import.ts";
import { BackupError } from "./store.ts";
import { verifyBackups } from "./verify.ts";

const NAME = "2026-11-01T10-30-00.123456_0a1b2c3d";
const OPTIONS = { maxFileBytes: SETTINGS.maxFileBytes };

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Runtime Guard's folder with a copy of \`a\`; the rest is up to the test. */
async function guardFolder(
  root: string,
  items: (folder: string) => unknown,
): Promise<string> {
  const folder = `${root}/old/${NAME}`;
  await Deno.mkdir(`${folder}/sub`, { recursive: true });
  await Deno.writeTextFile(`${folder}/sub/a`, "old a");
  await Deno.writeTextFile(
    `${folder}/manifest.json`,
    JSON.stringify(items(folder)),
  );
  return `${root}/old`;
}

Deno.test("exportEvent() writes a folder that importBackups() takes over", async () => {
  using scene = backupScene();
  const { store, workspace, about, folder } = scene;
  await Deno.mkdir(`${workspace}/d/empty`, { recursive: true });
  await Deno.writeTextFile(`${workspace}/d/a`, "content");
  await Deno.symlink("a", `${workspace}/d/l`);
  await store.save([`${workspace}/d`, `${workspace}/none`], about);
  const [stored] = await store.list({ limit: 1 });
  await Deno.mkdir(`${folder}/out`);
  const { folder: made, items } = await exportEvent(
    store,
    stored!,
    `${folder}/out`,
  );
  assert.equal(items, 4);
  assert.equal(guardTime(made.slice(made.lastIndexOf("/") + 1)), scene.now);
  assert.equal(await Deno.readTextFile(`${made}/d/a`), "content");
  assert.match(
    await Deno.readTextFile(`${made}/airg-README.txt`),
    /Runtime Guard itself does not restore from here/,
  );
  const imported = await importBackups(store, `${folder}/out`, {
    ...OPTIONS,
    oldKey: "0".repeat(64),
  });
  assert.deepEqual(imported.refused, []);
  const [event] = imported.events;
  assert.deepEqual(
    event?.entries.map(({ path, before }) => [
      path.slice(workspace.length),
      before.type,
    ]),
    [["/d", "folder"], ["/d/a", "file"], ["/d/empty", "folder"], [
      "/d/l",
      "link",
    ]],
  );
  const again = await importBackups(store, `${folder}/out`, OPTIONS);
  assert.deepEqual([again.events, again.already], [[], [made]]);
  assert.deepEqual((await verifyBackups(store)).faults, []);
});

Deno.test("exportEvent() keeps files of its own names apart", async () => {
  using scene = backupScene();
  const { store, workspace, about, folder } = scene;
  const names = [
    "manifest.json",
    "airg-README.txt",
    "files",
    "airg-manifest.json",
  ];
  for (const name of names) {
    await Deno.writeTextFile(`${workspace}/${name}`, `own ${name}`);
  }
  await store.save([workspace], about);
  const [stored] = await store.list({ limit: 1 });
  await Deno.mkdir(`${folder}/out`);
  await exportEvent(store, stored!, `${folder}/out`);
  const { events, refused } = await importBackups(
    store,
    `${folder}/out`,
    OPTIONS,
  );
  assert.deepEqual(refused, []);
  const entries = events[0]?.entries ?? [];
  for (const name of names) {
    const entry = entries.find(({ path }) => path === `${workspace}/${name}`);
    assert(entry?.before.type === "file", name);
    assert.equal(await textOf(store, entry.before.sha256), `own ${name}`);
  }
});

Deno.test("exportEvent() overwrites nothing, and writes no damaged event", async () => {
  using scene = backupScene();
  const { store, workspace, about, folder } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "content");
  await store.save([`${workspace}/a`], about);
  const [stored] = await store.list({ limit: 1 });
  await Deno.mkdir(`${folder}/out`);
  await exportEvent(store, stored!, `${folder}/out`);
  await assert.rejects(
    exportEvent(store, stored!, `${folder}/out`),
    BackupError,
  );
  const damaged = { ...stored!, damaged: true };
  await assert.rejects(exportEvent(store, damaged, folder), BackupError);
});

Deno.test("importBackups() checks what Runtime Guard signed", async () => {
  using scene = backupScene();
  const { store, folder } = scene;
  const key = "ab".repeat(32);
  const root = await guardFolder(folder, (place) => {
    const backup = `${place}/sub/a`;
    const hash = sha256("old a");
    const signed = createHmac("sha256", key)
      .update(["/p/a", backup, "file", hash].join("|")).digest("hex");
    const item = { backup, type: "file", sha256: hash, manifest_sig: signed };
    return [{ ...item, source: "/p/a" }, { ...item, source: "/p/b" }];
  });
  const { events, refused } = await importBackups(store, root, {
    ...OPTIONS,
    oldKey: `${key}\n`,
  });
  assert.deepEqual(refused.map(({ source, why }) => [source, why]), [
    ["/p/b", "the key did not sign it"],
  ]);
  const before = events[0]?.entries[0]?.before;
  assert(before?.type === "file");
  assert.equal(await textOf(store, before.sha256), "old a");
  assert.equal(events[0]?.at, Date.UTC(2026, 10, 1, 10, 30, 0, 123));
});

Deno.test.each([
  {
    what: "a copy outside",
    item: { backup: "/etc/passwd" },
    why: /outside the folder/,
  },
  {
    what: "a copy outside by ..",
    item: { backup: `${NAME}/../../secret` },
    why: /outside the folder/,
  },
  {
    what: "a source with ..",
    item: { source: "/p/../etc/passwd" },
    why: /absolute path/,
  },
  { what: "a relative source", item: { source: "p" }, why: /absolute path/ },
  {
    what: "a link as copy",
    item: { backup: `${NAME}/link` },
    why: /is no file/,
  },
  {
    what: "a copy through a link",
    item: { backup: `${NAME}/out/secret` },
    why: /is a link by now/,
  },
  {
    what: "other content",
    item: { sha256: sha256("new a") },
    why: /another sha256/,
  },
  { what: "no content", item: { backup: `${NAME}/gone` }, why: /is gone/ },
  { what: "a pipe", item: { backup: `${NAME}/pipe` }, why: /neither/ },
  { what: "an unknown type", item: { type: "device" }, why: /type is unknown/ },
])(
  "importBackups() refuses $what, and takes the rest",
  async ({ item, why }) => {
    using scene = backupScene();
    const { store, folder } = scene;
    const good = {
      source: "/p/a",
      backup: `${NAME}/sub/a`,
      type: "file",
      sha256: sha256("old a"),
    };
    const root = await guardFolder(
      folder,
      () => [{ ...good, source: "/p/bad", ...item }, good],
    );
    await Deno.writeTextFile(`${folder}/secret`, "secret");
    await Deno.symlink(`${folder}/secret`, `${root}/${NAME}/link`);
    await Deno.symlink(folder, `${root}/${NAME}/out`);
    await new Deno.Command("mkfifo", { args: [`${root}/${NAME}/pipe`] })
      .output();
    const { events, refused } = await importBackups(store, root, OPTIONS);
    assert.equal(refused.length, 1);
    assert.match(refused[0]!.why, why);
    assert.deepEqual(events[0]?.entries.map(({ path }) => path), ["/p/a"]);
  },
);

Deno.test("importBackups() refuses a second item of the same source", async () => {
  using scene = backupScene();
  const { store, folder } = scene;
  const item = { source: "/p/a", type: "file", sha256: sha256("old a") };
  const root = await guardFolder(folder, () => [
    { ...item, backup: `${NAME}/sub/a` },
    { ...item, backup: `${NAME}/sub/b` },
  ]);
  const { events, refused } = await importBackups(store, root, OPTIONS);
  assert.match(refused[0]!.why, /same source/);
  assert.equal(events.length, 1);
});

Deno.test.each(["{", "{}", "", "[1, null]"])(
  "importBackups() says what is wrong with the manifest %s",
  async (text) => {
    using scene = backupScene();
    const root = await guardFolder(scene.folder, () => []);
    await Deno.writeTextFile(`${root}/${NAME}/manifest.json`, text);
    const { events, refused } = await importBackups(scene.store, root, OPTIONS);
    assert.deepEqual(events, []);
    assert(refused.length > 0);
  },
);

Deno.test("importBackups() takes a folder with what it holds", async () => {
  using scene = backupScene();
  const { store, folder } = scene;
  const root = await guardFolder(
    folder,
    (
      place,
    ) => [{ source: "/p/sub", backup: `${place}/sub`, type: "directory" }],
  );
  const { events } = await importBackups(store, root, OPTIONS);
  assert.deepEqual(events[0]?.entries.map(({ path }) => path), [
    "/p/sub",
    "/p/sub/a",
  ]);
});

Deno.test("guardName() is what guardTime() reads", () => {
  const at = Date.UTC(2026, 10, 21, 10, 30, 5, 250);
  const name = guardName(at, "0197f3a2-0000-7000-8000-00000a1b2c3d");
  assert.equal(name, "2026-11-21T10-30-05.250000_0a1b2c3d");
  assert.equal(guardTime(name), at);
  assert.equal(guardTime("2026-11-21"), undefined);
});

Deno.test("copyWithin() finds a copy whose root was moved", () => {
  const item = readItem({
    source: "/p/a",
    backup: `/elsewhere/${NAME}/sub/a`,
    type: "file",
    sha256: "x",
  });
  assert(typeof item === "object");
  assert.equal(copyWithin(item, NAME), "sub/a");
});
