// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  backupScene,
  SETTINGS,
  sh,
  START,
  textOf,
} from "../../test/support/backups.ts";
import { BackupError } from "./store.ts";

Deno.test("openBackups() saves files, folders, links and what is not there", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(
    workspace,
    "mkdir d; echo one >d/a; ln -s nowhere l; : >empty; chmod 4711 d/a; touch -d '2020-01-02 03:04:05.5 UTC' d/a",
  );
  const names = ["d", "l", "empty", "none"];
  const event = await store.save(
    names.map((name) => `${workspace}/${name}`),
    about,
  );
  const types = event.entries.map(({ path, before }) =>
    `${path.slice(workspace.length + 1)} ${before.type}`
  );
  assert.deepEqual(types, [
    "d folder",
    "d/a file",
    "l link",
    "empty file",
    "none absent",
  ]);
  const file = event.entries[1]?.before;
  assert(file?.type === "file");
  assert.equal(file.mode, 0o4711);
  assert.equal(file.mtime, Date.UTC(2020, 0, 2, 3, 4, 5, 500));
  assert.equal(await textOf(store, file.sha256), "one\n");
  const listed = await store.list({ limit: 10 });
  assert.deepEqual(listed.map(({ event, damaged }) => [event, damaged]), [
    [event, false],
  ]);
});

Deno.test("openBackups() notes what the action left", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(workspace, "echo 1 >a; echo 2 >b; echo 3 >c; ln -s a l");
  const { id } = await store.save(
    ["a", "b", "c", "l", "n"].map((name) => `${workspace}/${name}`),
    about,
  );
  sh(workspace, "rm b; echo 4 >c; ln -sfn b l; mkdir n");
  const { entries = [] } = await store.finish(id) ?? {};
  assert.deepEqual(entries.map(({ after }) => after?.type), [
    "file",
    "absent",
    "file",
    "link",
    "folder",
  ]);
  const stored = await store.find(id.slice(-6));
  assert(stored.ok && !stored.value.damaged);
  assert.deepEqual(stored.value.event.entries, entries);
});

Deno.test("openBackups() keeps names of any bytes", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(
    workspace,
    "mkdir d; cd d; echo 1 >$'a\\nb'; echo 2 >$'\\xff\\xfe'; : >-x",
  );
  sh(`${workspace}/d`, `: >${"é".repeat(127)}`);
  const { entries, id } = await store.save([`${workspace}/d`], about);
  const names = entries.slice(1).map(({ path }) =>
    path.slice(workspace.length + 3)
  );
  assert.deepEqual(names, ["-x", "a\nb", "é".repeat(127), "\udcff\udcfe"]);
  sh(workspace, "rm -r d");
  const after = await store.finish(id);
  assert(after?.entries.every(({ after }) => after?.type === "absent"));
  const [stored] = await store.list({ limit: 1, path: entries[4]!.path });
  assert.equal(stored?.damaged, false);
});

Deno.test("openBackups() names pipes, sockets and what the caller skips", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(
    workspace,
    "mkdir d; mkfifo d/p; mkdir d/node_modules; : >d/node_modules/x",
  );
  const event = await store.save([`${workspace}/d`], about, {
    skip: (path) =>
      path.endsWith("/node_modules") ? "a build makes it again" : undefined,
  });
  assert.deepEqual(
    event.unsaved.map(({ path, why }) => [path.slice(workspace.length), why]),
    [["/d/node_modules", "a build makes it again"], ["/d/p", "it is a pipe"]],
  );
});

Deno.test("openBackups() writes a content once", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  const large = "head -c 3000000 /dev/zero | tr '\\0' x";
  sh(workspace, `echo same >a; cp a b; ${large} >c; cp c d`);
  await store.save([workspace], about);
  const before = objectsOf(scene.folder);
  assert.equal(before.length, 2);
  await store.save([workspace], about);
  assert.deepEqual(objectsOf(scene.folder), before);
});

Deno.test("openBackups() shares nothing with the live file", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "old");
  const { entries } = await store.save([`${workspace}/a`], about);
  await Deno.writeTextFile(`${workspace}/a`, "NEW");
  const before = entries[0]?.before;
  assert(before?.type === "file");
  assert.equal(await textOf(store, before.sha256), "old");
});

Deno.test("openBackups() keeps holes", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(
    workspace,
    "truncate -s 300M s; printf mid | dd of=s bs=1 seek=200000000 conv=notrunc",
  );
  const { entries } = await store.save([`${workspace}/s`], about);
  const before = entries[0]?.before;
  assert(before?.type === "file" && before.size === 300 * 2 ** 20);
  const [path] = objectsOf(scene.folder);
  const info = await Deno.stat(path!);
  assert.equal(info.size, before.size);
  assert((info.blocks ?? Infinity) * 512 < 2 ** 20);
  sh(workspace, `cmp s ${path}`);
});

Deno.test("openBackups() refuses a file over the cap, and leaves nothing", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  scene.settings = { ...SETTINGS, maxFileBytes: 10 };
  sh(workspace, "echo small >a; echo larger than ten >b");
  await assert.rejects(
    store.save([workspace], about),
    (error) =>
      error instanceof BackupError && error.path === `${workspace}/b` &&
      /backup_max_file_bytes/.test(error.cure),
  );
  assert.deepEqual(leftIn(scene.folder), []);
});

Deno.test("openBackups() takes old events away to make room", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  scene.settings = { ...SETTINGS, maxBytes: 30_000 };
  const path = `${workspace}/a`;
  for (let n = 0; n < 6; n++) {
    await Deno.writeTextFile(path, `${n}`.repeat(100));
    const { id } = await store.save([path], about);
    await Deno.writeTextFile(path, "next");
    await store.finish(id);
    scene.now += 60_000;
  }
  const left = await store.list({ limit: 10 });
  assert.equal(left.length, 2);
  assert.equal(objectsOf(scene.folder).length, 2);
  assert(
    scene.pruned.some(({ kind, why }) => kind === "event" && why === "size"),
  );
});

Deno.test("openBackups() refuses when only what was deleted today could go", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  scene.settings = { ...SETTINGS, maxBytes: 20_000 };
  const path = `${workspace}/a`;
  await Deno.writeTextFile(path, "a".repeat(100));
  const first = await store.save([path], about);
  await Deno.remove(path);
  await store.finish(first.id);
  scene.now += 3_600_000;
  await Deno.writeTextFile(`${workspace}/b`, "b".repeat(100));
  await assert.rejects(
    store.save([`${workspace}/b`], about),
    (error) =>
      error instanceof BackupError &&
      /max_bytes is 20000/.test(error.message) &&
      /max_bytes.*deleted stays for a day/.test(error.cure),
  );
  assert.equal((await store.list({ limit: 9 })).length, 1);
  scene.now = START + 25 * 3_600_000;
  await store.save([`${workspace}/b`], about);
});

Deno.test("openBackups() shows a changed manifest as damaged", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "a");
  const { id } = await store.save([`${workspace}/a`], about);
  const [stored] = await store.list({ limit: 1 });
  const manifest = `${store.place.events}/${stored!.folder}/manifest.json`;
  const text = await Deno.readTextFile(manifest);
  await Deno.writeTextFile(manifest, text.replace("rm -rf .", "ls"));
  const found = await store.find(id);
  assert(found.ok && found.value.damaged);
  await assert.rejects(store.finish(id), BackupError);
});

Deno.test("openBackups() believes no object that holds something else", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "a");
  const { entries } = await store.save([`${workspace}/a`], about);
  const [path] = objectsOf(scene.folder);
  await Deno.chmod(path!, 0o600);
  await Deno.writeTextFile(path!, "b");
  const before = entries[0]?.before;
  assert(before?.type === "file");
  assert.equal(await store.object(before.sha256), undefined);
});

Deno.test("openBackups() follows no link that is put above a path", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(workspace, "mkdir real; echo s >real/f; ln -s real d");
  await assert.rejects(store.save([`${workspace}/d/f`], about), BackupError);
});

/** Paths of all objects. */
function objectsOf(folder: string): string[] {
  return filesIn(`${folder}/state/backups/objects`);
}

/** What lies in the store but its lock. */
function leftIn(folder: string): string[] {
  return ["objects", "events", "tmp"].flatMap((name) =>
    filesIn(`${folder}/state/backups/${name}`)
  );
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  ).sort();
}

Deno.test("pruning follows no link that somebody put among the objects", async () => {
  using scene = backupScene();
  const { folder, store } = scene;
  const outside = `${folder}/outside`;
  await Deno.mkdir(outside);
  const hash = "ab".repeat(32);
  await Deno.writeTextFile(`${outside}/${hash}`, "mine");
  await Deno.symlink(outside, `${store.place.objects}/ab`);
  await store.prune(scene.settings, scene.now);
  assert.equal(await Deno.readTextFile(`${outside}/${hash}`), "mine");
});
