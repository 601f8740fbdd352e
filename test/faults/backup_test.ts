// Copyright 2026 the airg authors. Apache-2.0 license.
// The store of backups where each of its steps fails, or is the last before the
// machine goes down; and under processes that are killed: nothing half, nothing
// named that is not there, and what is left over goes.
import assert from "node:assert/strict";
import { type Disk, MACHINE_DISK } from "../../src/backup/disk.ts";
import type { OpenStore } from "../../src/backup/open_store.ts";
import { BackupError } from "../../src/backup/store.ts";
import { verifyBackups } from "../../src/backup/verify.ts";
import { backupScene, SETTINGS, textOf } from "../support/backups.ts";

/** Fails at the n-th step; after a crash at each one from then on. */
function failing(n: number, how: "once" | "crash"): [Disk, () => boolean] {
  let steps = 0;
  let failed = false;
  const step = () => {
    steps++;
    if (how === "once" ? steps !== n : steps < n) return;
    failed = true;
    throw Object.assign(new Error("no space left on device"), {
      code: "ENOSPC",
    });
  };
  const disk: Disk = {
    create: (path) => (step(), MACHINE_DISK.create(path)),
    write: (file, bytes) => (step(), MACHINE_DISK.write(file, bytes)),
    truncate: (file, size) => (step(), MACHINE_DISK.truncate(file, size)),
    sync: (file) => (step(), MACHINE_DISK.sync(file)),
    syncAll: (path) => (step(), MACHINE_DISK.syncAll(path)),
    syncFolder: (path) => (step(), MACHINE_DISK.syncFolder(path)),
    makeFolder: (path) => (step(), MACHINE_DISK.makeFolder(path)),
    chmod: (path, mode) => (step(), MACHINE_DISK.chmod(path, mode)),
    rename: (from, to) => (step(), MACHINE_DISK.rename(from, to)),
    remove: (path) => (step(), MACHINE_DISK.remove(path)),
    append: (path, text) => (step(), MACHINE_DISK.append(path, text)),
  };
  return [disk, () => failed];
}

async function assertWhole(store: OpenStore): Promise<void> {
  const { faults } = await verifyBackups(store);
  assert.deepEqual(faults, []);
  const events = await store.list({ limit: 100 });
  for (const { event, damaged } of events) {
    assert(!damaged);
    for (const { before } of event.entries) {
      if (before.type !== "file") continue;
      assert.notEqual(await textOf(store, before.sha256), undefined);
    }
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

const LARGE = "x".repeat(1_500_000);

Deno.test.each(["once", "crash"] as const)(
  "a step that fails (%s) leaves nothing half",
  async (how) => {
    for (let n = 1;; n++) {
      using scene = backupScene();
      const { workspace, about, again, store } = scene;
      await Deno.writeTextFile(`${workspace}/kept`, "kept");
      await store.save([`${workspace}/kept`], about);
      await Deno.writeTextFile(`${workspace}/a`, `one ${n}`);
      await Deno.writeTextFile(`${workspace}/large`, LARGE);
      await Deno.symlink("a", `${workspace}/l`);
      scene.now += 1_000;
      const [disk, failed] = failing(n, how);
      let saved = false;
      try {
        const faulty = again(disk);
        const { id } = await faulty.save([workspace], about);
        saved = true;
        await Deno.remove(`${workspace}/a`);
        await faulty.finish(id);
      } catch (error) {
        assert(error instanceof BackupError, String(error));
        assert.match(error.cure, /room|disk/);
      }
      const events = await store.list({ limit: 9 });
      assert(!saved || events.length === 2, `step ${n}`);
      await assertWhole(store);
      // Another airg goes on, and takes away what was left.
      scene.now += 1_000;
      await Deno.writeTextFile(`${workspace}/b`, "two");
      await store.save([workspace], about);
      await store.prune(SETTINGS, scene.now);
      assert.deepEqual(namesIn(store.place.temporary), []);
      await assertWhole(store);
      if (!failed()) break;
      assert(n < 200);
    }
  },
);

Deno.test("a manifest gets its name after all that it names is on the disk", async () => {
  using scene = backupScene();
  const { workspace, about, again } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "small");
  await Deno.writeTextFile(`${workspace}/large`, LARGE);
  const steps: string[] = [];
  const root = `${scene.folder}/state/backups/`;
  const kind = (path: string) =>
    path.slice(root.length).replace(/[0-9a-f]{24,}/g, "X").replace(
      /_.*|\/..$/,
      "",
    );
  const store = again({
    ...MACHINE_DISK,
    sync: (file) => (steps.push("sync"), MACHINE_DISK.sync(file)),
    syncFolder: (path) => {
      steps.push(`sync ${kind(path)}`);
      return MACHINE_DISK.syncFolder(path);
    },
    rename: (from, to) => {
      steps.push(`name ${to.slice(root.length).split("/")[0]}`);
      MACHINE_DISK.rename(from, to);
    },
  });
  await store.save([workspace], about);
  assert.deepEqual(steps, [
    ...["sync", "sync", "name objects", "name objects"],
    ...["sync objects", "sync objects", "sync objects"],
    ...["sync", "sync tmp/X", "name events", "sync events"],
  ]);
});

Deno.test("pruning that ends at any step loses nothing that stays", async () => {
  for (let n = 1;; n++) {
    using scene = backupScene();
    const { workspace, about, again, store } = scene;
    for (let version = 0; version < 6; version++) {
      await Deno.writeTextFile(`${workspace}/a`, `version ${version}`);
      const { id } = await store.save([`${workspace}/a`], about);
      await Deno.writeTextFile(`${workspace}/a`, `version ${version + 1}`);
      await store.finish(id);
      scene.now += 1_000;
    }
    const [disk, failed] = failing(n, "crash");
    try {
      await again(disk).prune({ ...SETTINGS, maxVersions: 2 }, scene.now);
    } catch (error) {
      assert(error instanceof BackupError, String(error));
    }
    await assertWhole(store);
    await store.prune({ ...SETTINGS, maxVersions: 2 }, scene.now);
    assert.equal((await store.list({ limit: 9 })).length, 2);
    assert.deepEqual(namesIn(store.place.temporary), []);
    await assertWhole(store);
    if (!failed()) break;
    assert(n < 200);
  }
});

/** Saves, changes and prunes for ever. */
const WORKER = `
import { openBackups } from "${
  import.meta.resolve("../../src/backup/open_store.ts")
}";
import { SETTINGS } from "${import.meta.resolve("../support/backups.ts")}";
const [folder, name] = Deno.args;
const workspace = folder + "/w";
const store = openBackups({
  root: folder + "/state/backups",
  keys: folder + "/state/approvals.hmac.key",
  settings: () => SETTINGS,
});
const about = { cause: "command", workspace, agent: "a", session: "s", decision: "d", what: "w" };
for (let n = 0;; n++) {
  const path = workspace + "/" + name;
  Deno.writeTextFileSync(path, "round " + n % 7 + (n % 3 ? "" : "y".repeat(1_200_000)));
  const { id } = await store.save([path, workspace + "/shared"], about);
  await Deno.stdout.write(new TextEncoder().encode(id + "\\n"));
  await store.finish(id);
  if (n % 5 === 4) await store.prune({ ...SETTINGS, maxVersions: 3 }, Date.now());
}
`;

Deno.test("processes that are killed leave every backup they named whole", async () => {
  using scene = backupScene();
  const { folder, workspace, store } = scene;
  await Deno.writeTextFile(`${workspace}/shared`, "shared");
  const worker = `${folder}/worker.ts`;
  await Deno.writeTextFile(worker, WORKER);
  for (let round = 0; round < 6; round++) {
    const children = ["one", "two"].map((name) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", "-q", worker, folder, name],
        cwd: new URL("../..", import.meta.url),
        stdout: "piped",
      }).spawn()
    );
    // Each is killed in the middle of another step: after as many backups as the round says.
    const said = await Promise.all(children.map(async (child) => {
      const lines: string[] = [];
      const text = child.stdout.pipeThrough(new TextDecoderStream());
      for await (const part of text) {
        lines.push(...part.split("\n").filter((line) => line.length === 36));
        if (lines.length > 2 + round) child.kill("SIGKILL");
      }
      await child.status;
      return lines;
    }));
    assert(said.every((lines) => lines.length > 2));
    await assertWhole(store);
    const last = await store.find(said[0]!.at(-1)!);
    assert(last.ok);
    await store.prune({ ...SETTINGS, maxVersions: 3 }, Date.now());
    await assertWhole(store);
    assert.deepEqual(namesIn(store.place.temporary), []);
  }
});
