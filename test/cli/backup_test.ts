// Copyright 2026 the airg authors. Apache-2.0 license.
// `airg backup` as a person uses it, from the source.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { type BackupScene, backupScene } from "../support/backups.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function airg(
  { folder, workspace }: BackupScene,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "-q",
      decodeURIComponent(new URL("../../main.ts", import.meta.url).pathname),
      "backup",
      ...args,
    ],
    cwd: workspace,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: folder,
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
      AIRG_CONFIG_DIR: `${folder}/state`,
      AIRG_STATE_DIR: `${folder}/state`,
      ...env,
    },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** A file that was saved and changed. */
async function changed(scene: BackupScene): Promise<string> {
  const { store, workspace, about } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "one\ntwo\n");
  scene.now = Date.now();
  const { id } = await store.save([`${workspace}/a`], about);
  await Deno.writeTextFile(`${workspace}/a`, "one\n2\n");
  await store.finish(id);
  return id;
}

Deno.test("airg backup list, show and diff tell what was saved", async () => {
  using scene = backupScene();
  const id = await changed(scene);
  const list = await airg(scene, ["list", "--path", "a", "--since", "1h ago"]);
  assert.equal(list.code, 0, list.err);
  assert.match(list.out, new RegExp(`^${id}  .*1 path  rm -rf \\.\\n$`));
  const none = await airg(scene, ["list", "--before", "1h ago", "--json"]);
  assert.equal(none.out, "[]\n");
  const other = await airg(scene, ["list", "--command", "mv", "--json"]);
  assert.equal(other.out, "[]\n");
  const same = await airg(scene, ["list", "--command", "rm -rf"]);
  assert.equal(same.out, list.out);
  const show = await airg(scene, ["show", id.slice(-8)]);
  assert.match(show.out, /\nM .*\/w\/a {2}\(0644, 8 bytes\)\n$/);
  const diff = await airg(scene, ["diff", id, "a"]);
  assert.match(diff.out, /@@ -1,2 \+1,2 @@\n one\n-two\n\+2\n$/);
});

Deno.test("airg backup prune says what would go, takes it, and records it", async () => {
  using scene = backupScene();
  const { workspace, store, about } = scene;
  for (let n = 0; n < 3; n++) {
    await Deno.writeTextFile(`${workspace}/a`, `${n}`);
    scene.now = Date.now();
    const { id } = await store.save([`${workspace}/a`], about);
    await Deno.writeTextFile(`${workspace}/a`, "x");
    await store.finish(id);
  }
  const dry = await airg(scene, [
    "prune",
    "--dry-run",
    "--keep",
    "1",
    "--json",
  ]);
  assert.equal(dry.code, 0, dry.err);
  const going: { kind: string; bytes: number }[] = JSON.parse(dry.out);
  assert.deepEqual(
    going.map(({ kind }) => kind),
    ["event", "event", "object", "object"],
  );
  const bytes = going.reduce((sum, { bytes }) => sum + bytes, 0);
  // Two objects, two folders and two manifests: a block each.
  assert(bytes > 6 * 4096 && bytes < 7 * 4096, `${bytes}`);
  assert.equal((await store.list({ limit: 9 })).length, 3);
  const done = await airg(scene, ["prune", "--keep", "1"]);
  assert.equal(done.code, 0, done.err);
  assert.match(done.err, new RegExp(`removed 2 backups, ${bytes} bytes`));
  assert.equal((await store.list({ limit: 9 })).length, 1);
  const log = await Deno.readTextFile(`${scene.folder}/state/activity.log`);
  assert.equal(log.match(/"event":"backup_pruned"/g)?.length, 4);
});

Deno.test("airg backup export, import and verify go together", async () => {
  using scene = backupScene();
  await changed(scene);
  const made = await airg(scene, ["export", "--all", "out"]);
  assert.equal(made.code, 0, made.err);
  const taken = await airg(scene, ["import", "out"]);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.err, /1 imported, 0 there already, 0 items refused/);
  assert.match(taken.out, /^imported {2}.* {2}1 path\n$/);
  assert.match(made.out, / {2}1 item\n$/);
  const fine = await airg(scene, ["verify"]);
  assert.equal(fine.code, 0, fine.err);
  assert.match(fine.err, /: 2 backups, 1 object, 0 faults\n$/);
  const { objects } = scene.store.place;
  const [folder] = await Array.fromAsync(Deno.readDir(objects));
  await Deno.remove(`${objects}/${folder?.name}`, { recursive: true });
  const bad = await airg(scene, ["verify"]);
  assert.equal(bad.code, 1);
  assert.match(bad.out, /^object {2}[0-9a-f]{64}: it is gone/);
});

Deno.test("airg backup does nothing inside a run", async () => {
  using scene = backupScene();
  const id = await changed(scene);
  for (
    const args of [["list"], ["show", id], ["prune"], ["export", "--all", "o"]]
  ) {
    const { code, out } = await airg(scene, args, { AIRG_INSIDE: "1" });
    assert.deepEqual([code, out], [77, ""], args.join(" "));
  }
});

Deno.test.each([
  {
    args: ["list", "--since", "yesterday"],
    err: /--since: "yesterday" is no time/,
  },
  { args: ["show"], err: /expected an ID/ },
  { args: ["show", "ffff"], err: /no backup has the name/ },
  { args: ["prune", "--older-than", "10"], err: /no span of time/ },
  { args: ["prune", "--keep", "0"], err: /whole number from 1/ },
  { args: ["import", "nothing"], err: /is not a folder/ },
])("airg backup $args is refused with its cure", async ({ args, err }) => {
  using scene = backupScene();
  const said = await airg(scene, args);
  assert.equal(said.code, 64);
  assert.match(said.err, err);
});

/** A folder as Runtime Guard leaves it: research/runtime-guard.md, 1.7. */
async function guardBackup(
  { folder, workspace }: BackupScene,
): Promise<string> {
  const key = "ab".repeat(32);
  const place = `${folder}/guard/2026-11-01T10-30-00.123456_0a1b2c3d`;
  await Deno.mkdir(`${place}/src/d`, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${place}/src/a b.txt`, "a before");
  await Deno.writeTextFile(`${place}/src/d/c`, "c before");
  await Deno.writeTextFile(`${folder}/guard.key`, `${key}\n`);
  const item = (path: string, type: "file" | "directory", text?: string) => {
    const source = `${workspace}/${path}`;
    const backup = `${place}/${path}`;
    const sha256 = text === undefined
      ? undefined
      : createHash("sha256").update(text).digest("hex");
    const signed = [source, backup, type, sha256 ?? ""].join("|");
    return {
      source,
      backup,
      type,
      ...(sha256 !== undefined && { sha256 }),
      manifest_sig: createHmac("sha256", key).update(signed).digest("hex"),
    };
  };
  await Deno.writeTextFile(
    `${place}/manifest.json`,
    JSON.stringify([
      item("src/a b.txt", "file", "a before"),
      item("src/d", "directory"),
    ]),
  );
  return `${folder}/guard`;
}

Deno.test("airg backup import takes Runtime Guard's own folder, and restore puts it back", async () => {
  using scene = backupScene();
  const { folder, workspace } = scene;
  const root = await guardBackup(scene);
  await Deno.mkdir(`${workspace}/src`);
  await Deno.writeTextFile(`${workspace}/src/a b.txt`, "a now");
  const key = ["--key", `${folder}/guard.key`];
  const taken = await airg(scene, ["import", ...key, root]);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.err, /1 imported, 0 there already, 0 items refused/);
  const list = await airg(scene, ["list", "--json"]);
  const [{ id }] = JSON.parse(list.out);
  // What is there now nobody knows of; so it has to be said.
  const words = ["restore", "--yes", "--force", id];
  const restored = await airg(scene, words);
  assert.equal(restored.code, 0, restored.err);
  const read = (name: string) => Deno.readTextFile(`${workspace}/src/${name}`);
  assert.equal(await read("a b.txt"), "a before");
  assert.equal(await read("d/c"), "c before");
});
