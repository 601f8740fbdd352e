// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import type { Action } from "../action/action.ts";
import { readAction } from "../action/read.ts";
import type { BackupRecord } from "../audit/event.ts";
import { BackupError } from "../backup/store.ts";
import { handle } from "../guard/guard.ts";
import { diskLookup } from "../platform/disk_lookup.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { type BackupScene, backupScene } from "../../test/support/backups.ts";
import { EXITED, fakeParts } from "../../test/support/fake_parts.ts";
import { type BackupSite, backupsOn } from "./guard_backups.ts";

function guardOn(
  scene: BackupScene,
  site: Partial<BackupSite> = {},
  profile: Partial<Profile> = {},
) {
  const { workspace } = scene;
  const records: BackupRecord[] = [];
  const ran: string[] = [];
  let opened = 0;
  const { log, parts } = fakeParts({
    workspace,
    backup: backupsOn({
      enabled: () => true,
      unread: () => true,
      open: () => {
        opened++;
        return Promise.resolve(scene.store);
      },
      record: (event) => Promise.resolve(void records.push(event)),
      ...site,
    }),
    run: () => {
      ran.push("run");
      Deno.writeTextFileSync(`${workspace}/a`, "after");
      return Promise.resolve(EXITED);
    },
    file: (_permit, _profile, _proof, _facts, options) => {
      ran.push(JSON.stringify(options?.expect?.(`${workspace}/a`)));
      return Promise.resolve({ kind: "written", bytes: 1, created: false });
    },
  });
  const effects = {
    ...parts.effects,
    read: (action: Action) => readAction(action, diskLookup({ home: "/h" })),
    contain: () => ({
      workspace: realPath(workspace),
      writable: [],
      hidden: [],
      pinned: [],
      ...profile,
    } as unknown as Profile),
  };
  const exec = (text: string) =>
    handle({
      kind: "exec",
      origin: parts.origin,
      command: { form: "shell", text },
      cwd: workspace,
    }, effects);
  const write = () =>
    handle(
      { kind: "write", origin: parts.origin, path: "a", content: "x" },
      effects,
    );
  return { exec, log, opened: () => opened, ran, records, write };
}

Deno.test("what a command destroys is saved before it runs, and what it left is noted after", async () => {
  using scene = backupScene();
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  const { exec, log, ran, records } = guardOn(scene);
  const answer = await exec("echo after > a");
  assert(answer.allowed && answer.backup !== undefined);
  assert.deepEqual(ran, ["run"]);
  assert.deepEqual(log, ["started", "finished"]);
  assert.equal(records[0]?.id, answer.backup.id);
  const found = await scene.store.find(answer.backup.id);
  assert(found.ok);
  const [entry] = found.value.event.entries;
  assert(entry?.before.type === "file" && entry.after?.type === "file");
  assert.notEqual(entry.before.sha256, entry.after.sha256);
  assert.equal(found.value.event.what, "echo after > a");
});

Deno.test.each([
  { text: "true" },
  { text: "cat a; ls" },
  { text: "echo x > /dev/null" },
  { text: "git status" },
])("`$text` opens no store", async ({ text }) => {
  using scene = backupScene();
  const { exec, opened } = guardOn(scene);
  const answer = await exec(text);
  assert(answer.allowed && answer.backup === undefined);
  assert.equal(opened(), 0);
});

Deno.test("a backup that cannot be made stops the action, and says the cure", async () => {
  using scene = backupScene();
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  const broken = () =>
    Promise.reject(new BackupError("The disk is full", "/x", "make room"));
  const { exec, log, ran, write } = guardOn(scene, { open: broken });
  const answer = await exec("rm a");
  assert(answer.allowed && answer.outcome.kind === "not-started");
  assert.match(answer.outcome.message, /The disk is full/);
  assert.equal(answer.outcome.remedy, "make room");
  assert.deepEqual(ran, []);
  assert.deepEqual(log, ["started", "finished"]);
  const written = await write();
  assert(written.allowed && written.outcome.kind === "file-failed");
  assert.deepEqual(ran, []);
});

Deno.test("a policy without backups saves nothing; an ephemeral run saves nothing", async () => {
  using scene = backupScene();
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  const off = guardOn(scene, { enabled: () => false });
  await off.exec("rm a; make");
  assert.equal(off.opened(), 0);
  const named = guardOn(scene, { unread: () => false });
  await named.exec("make");
  assert.equal(named.opened(), 0);
  const ephemeral = {
    id: "x",
    folder: "/f",
    layers: "/l",
  } as unknown as NonNullable<Profile["ephemeral"]>;
  const copy = guardOn(scene, {}, { ephemeral });
  await copy.exec("rm a");
  assert.equal(copy.opened(), 0);
});

Deno.test("a file tool is told what was saved of what it replaces", async () => {
  using scene = backupScene();
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  const { ran, write } = guardOn(scene);
  await write();
  const { sha256, size, type } = JSON.parse(ran[0] ?? "{}");
  assert.deepEqual([type, size, sha256.length], ["file", 6, 64]);
  Deno.removeSync(`${scene.workspace}/a`);
  await write();
  assert.deepEqual(JSON.parse(ran[1] ?? ""), { type: "absent" });
});

Deno.test("what is saved in case holds no command up where it cannot be saved", async () => {
  using scene = backupScene();
  const { store } = scene;
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  const save: typeof store.save = (paths, about, limits) =>
    // Of the workspace itself only what is saved in case has a need.
    limits?.alone?.(scene.workspace) === true
      ? Promise.reject(new BackupError("Cannot read b", "/w/b", "look"))
      : store.save(paths, about, limits);
  const open = () => Promise.resolve({ ...store, save });
  const { exec, ran } = guardOn(scene, { open });
  const alone = await exec("make");
  assert(alone.allowed && alone.backup === undefined);
  const named = await exec("rm a; make");
  assert(named.allowed && named.backup?.count === 1);
  assert.deepEqual(ran, ["run", "run"]);
  // What the facts leave open is said where it is not saved after all.
  const unknown = await exec('"$TOOL" a');
  assert(unknown.allowed && unknown.backup !== undefined);
  assert.match(
    unknown.backup.unsaved[0]?.why ?? "",
    /^not everything may be saved/,
  );
});

Deno.test("a machine that refuses the store holds up only what needs it", async () => {
  using scene = backupScene();
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  const open = () =>
    Promise.reject(
      Object.assign(new Error("No space left"), { code: "ENOSPC" }),
    );
  const { exec, ran } = guardOn(scene, { open });
  const alone = await exec("make");
  assert(alone.allowed && alone.outcome.kind === "exited");
  const named = await exec("rm a; make");
  assert(named.allowed && named.outcome.kind === "not-started");
  assert.deepEqual(ran, ["run"]);
});

Deno.test("a build's changes are told after it ran, and recorded", async () => {
  using scene = backupScene();
  Deno.writeTextFileSync(`${scene.workspace}/a`, "before");
  Deno.writeTextFileSync(`${scene.workspace}/b`, "stays");
  const { exec, records } = guardOn(scene);
  const answer = await exec("make");
  assert(answer.allowed && answer.backup?.count === 1);
  assert.deepEqual(records.map(({ count, paths }) => [count, paths]), [
    [1, [`${scene.workspace}/a`]],
  ]);
  const both = await exec("rm b; make");
  assert(both.allowed && both.backup?.count === 1);
});
