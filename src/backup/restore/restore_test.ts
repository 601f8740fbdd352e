// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import type { Origin, RestoreSelection } from "../../action/action.ts";
import type { Outcome } from "../../action/outcome.ts";
import {
  type BackupScene,
  backupScene,
} from "../../../test/support/backups.ts";
import {
  acting,
  planned,
  restoreSite,
  shape,
} from "../../../test/support/restores.ts";
import { planRestore, restoreAction, restoreNow } from "./restore.ts";

function originOf({ workspace }: BackupScene): Origin {
  return { agent: "a", session: "s", source: "ai-agent", workspace };
}

async function restore(
  scene: BackupScene,
  selection: RestoreSelection,
  { force = false, forbidden = () => undefined }: {
    readonly force?: boolean;
    readonly forbidden?: (path: string) => string | undefined;
  } = {},
): Promise<Outcome> {
  const action = await planned(scene, selection, force);
  const site = restoreSite(scene);
  return await restoreNow(action, "decision", { ...site, forbidden });
}

function fill({ workspace }: BackupScene): void {
  Deno.mkdirSync(`${workspace}/d/e`, { recursive: true });
  Deno.writeTextFileSync(`${workspace}/d/one`, "one", { mode: 0o640 });
  Deno.writeTextFileSync(`${workspace}/d/e/two`, "two", { mode: 0o755 });
  Deno.writeTextFileSync(`${workspace}/empty`, "");
  Deno.writeTextFileSync(`${workspace}/-f\n`, "odd name");
  Deno.symlinkSync("d/one", `${workspace}/link`);
  Deno.chmodSync(`${workspace}/d/e`, 0o750);
}

const CHANGES: readonly {
  readonly name: string;
  readonly paths: readonly string[];
  readonly act: (at: string) => void;
}[] = [
  {
    name: "a folder is deleted",
    paths: ["d"],
    act: (at) => Deno.removeSync(`${at}/d`, { recursive: true }),
  },
  {
    name: "a file is overwritten",
    paths: ["d/one"],
    act: (at) => Deno.writeTextFileSync(`${at}/d/one`, "other"),
  },
  {
    name: "a file is made",
    paths: ["new"],
    act: (at) => Deno.writeTextFileSync(`${at}/new`, "new"),
  },
  {
    name: "a folder is moved",
    paths: ["d", "m", "m/one", "m/e", "m/e/two"],
    act: (at) => Deno.renameSync(`${at}/d`, `${at}/m`),
  },
  {
    name: "a folder becomes a file",
    paths: ["d"],
    act(at) {
      Deno.removeSync(`${at}/d`, { recursive: true });
      Deno.writeTextFileSync(`${at}/d`, "now a file");
    },
  },
  {
    name: "a file becomes a folder",
    paths: ["empty", "empty/x"],
    act(at) {
      Deno.removeSync(`${at}/empty`);
      Deno.mkdirSync(`${at}/empty`);
      Deno.writeTextFileSync(`${at}/empty/x`, "x");
    },
  },
  {
    name: "a folder becomes a link",
    paths: ["d"],
    act(at) {
      Deno.removeSync(`${at}/d`, { recursive: true });
      Deno.symlinkSync(".", `${at}/d`);
    },
  },
  {
    name: "a link is replaced",
    paths: ["link"],
    act(at) {
      Deno.removeSync(`${at}/link`);
      Deno.symlinkSync("elsewhere", `${at}/link`);
    },
  },
  {
    name: "bits change",
    paths: ["d/one", "d/e"],
    act(at) {
      Deno.chmodSync(`${at}/d/one`, 0o777);
      Deno.chmodSync(`${at}/d/e`, 0o700);
    },
  },
  {
    name: "an odd name goes",
    paths: ["-f\n"],
    act: (at) => Deno.removeSync(`${at}/-f\n`),
  },
];

Deno.test.each(CHANGES)(
  "restoring puts back what was when $name, and can be undone",
  async ({ paths, act }) => {
    using scene = backupScene();
    fill(scene);
    const before = shape(scene.workspace);
    const id = await acting(scene, paths, () => act(scene.workspace));
    const after = shape(scene.workspace);
    const put = await restore(scene, { by: "event", id });
    assert.equal(put.kind, "restored", JSON.stringify(put));
    assert.deepEqual(shape(scene.workspace), before);
    assert(put.kind === "restored" && put.undo !== undefined);
    const undone = await restore(scene, { by: "event", id: put.undo });
    assert.equal(undone.kind, "restored", JSON.stringify(undone));
    // The bits of a folder that stays are not part of a restore's own backup.
    const isBits = (row: string) => row.startsWith("d/e/ ");
    assert.deepEqual(
      shape(scene.workspace).filter((row) => !isBits(row)),
      after.filter((row) => !isBits(row)),
    );
  },
);

Deno.test("restoring by time takes all that came since back", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const before = shape(at);
  const start = scene.now + 1;
  await acting(
    scene,
    ["d/one"],
    () => Deno.writeTextFileSync(`${at}/d/one`, "2"),
  );
  await acting(scene, ["new"], () => Deno.writeTextFileSync(`${at}/new`, "n"));
  const between = shape(at);
  const middle = scene.now + 1;
  await acting(
    scene,
    ["d/one"],
    () => Deno.writeTextFileSync(`${at}/d/one`, "3"),
  );
  await acting(
    scene,
    ["d"],
    () => Deno.removeSync(`${at}/d`, { recursive: true }),
  );
  const half = await restore(scene, { by: "time", before: middle });
  assert.equal(half.kind, "restored", JSON.stringify(half));
  assert.deepEqual(shape(at), between);
  const whole = await restore(scene, { by: "time", before: start });
  assert.equal(whole.kind, "restored", JSON.stringify(whole));
  assert.deepEqual(shape(at), before);
});

Deno.test("what was changed since is not overwritten, unless forced", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const id = await acting(scene, ["empty", "d/one"], () => {
    Deno.writeTextFileSync(`${at}/empty`, "agent's");
    Deno.writeTextFileSync(`${at}/d/one`, "agent's");
  });
  Deno.writeTextFileSync(`${at}/empty`, "a person's");
  const refused = await restore(scene, { by: "event", id });
  assert(refused.kind === "restore-failed" && refused.why === "conflict");
  assert.equal(Deno.readTextFileSync(`${at}/d/one`), "agent's");
  const forced = await restore(scene, { by: "event", id }, { force: true });
  assert(forced.kind === "restored" && forced.undo !== undefined);
  assert.equal(Deno.readTextFileSync(`${at}/empty`), "");
  await restore(scene, { by: "event", id: forced.undo });
  assert.equal(Deno.readTextFileSync(`${at}/empty`), "a person's");
});

Deno.test("a folder with what no backup knows stays, unless forced", async () => {
  using scene = backupScene();
  const at = scene.workspace;
  const id = await acting(scene, ["made"], () => Deno.mkdirSync(`${at}/made`));
  Deno.writeTextFileSync(`${at}/made/person`, "mine");
  const refused = await restore(scene, { by: "event", id });
  assert(refused.kind === "restore-failed" && refused.why === "conflict");
  const forced = await restore(scene, { by: "event", id }, { force: true });
  assert(forced.kind === "restored" && forced.undo !== undefined);
  assert.deepEqual(shape(at), []);
  await restore(scene, { by: "event", id: forced.undo });
  assert.equal(Deno.readTextFileSync(`${at}/made/person`), "mine");
});

Deno.test("nothing is put back through a link that took a folder's place", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const id = await acting(
    scene,
    ["d/one"],
    () => Deno.removeSync(`${at}/d/one`),
  );
  Deno.mkdirSync(`${scene.folder}/outside`);
  Deno.removeSync(`${at}/d`, { recursive: true });
  Deno.symlinkSync(`${scene.folder}/outside`, `${at}/d`);
  const got = await restore(scene, { by: "event", id }, { force: true });
  assert(got.kind === "restore-failed" && got.why === "conflict");
  assert.deepEqual(shape(`${scene.folder}/outside`), []);
});

Deno.test("what the profile keeps is not put back, and nothing else with it", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const id = await acting(
    scene,
    ["d"],
    () => Deno.removeSync(`${at}/d`, { recursive: true }),
  );
  const got = await restore(scene, { by: "event", id }, {
    forbidden: (path) => path.endsWith("/two") ? "it is protected" : undefined,
  });
  assert(got.kind === "restore-failed");
  assert.match(got.message, /it is protected/);
  assert(!shape(at).some((row) => row.startsWith("d/")));
});

Deno.test("content that is not what it was stops a restore before anything is touched", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const id = await acting(
    scene,
    ["d"],
    () => Deno.removeSync(`${at}/d`, { recursive: true }),
  );
  const [stored] = await scene.store.list({ limit: 1 });
  const entry = stored?.event.entries.find(({ path }) => path.endsWith("two"));
  assert(entry?.before.type === "file");
  const { sha256 } = entry.before;
  const object = `${scene.store.place.objects}/${sha256.slice(0, 2)}/${sha256}`;
  Deno.chmodSync(object, 0o600);
  Deno.writeTextFileSync(object, "twa");
  const got = await restore(scene, { by: "event", id });
  assert(
    got.kind === "restore-failed" && got.why === "damaged",
    JSON.stringify(got),
  );
  assert(!shape(at).some((row) => row.startsWith("d/")));
});

Deno.test("a plan that is another by now is not carried out", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const { store, workspace } = scene;
  const id = await acting(
    scene,
    ["d/one"],
    () => Deno.removeSync(`${at}/d/one`),
  );
  const plan = await planRestore({ by: "event", id }, workspace, store);
  assert(plan.ok);
  const action = restoreAction(plan.value, originOf(scene), true);
  Deno.writeTextFileSync(`${at}/d/one`, "meanwhile");
  const got = await restoreNow(action, "d", {
    store,
    folder: `${scene.folder}/state/backups/restoring`,
    forbidden: () => undefined,
  });
  assert(got.kind === "restore-failed" && got.why === "changed");
  assert.equal(Deno.readTextFileSync(`${at}/d/one`), "meanwhile");
});

/** Names that are no UTF-8 can be made by the C library alone; the shell's printf will do. */
function shell(cwd: string, text: string): string {
  const { stdout, success } = new Deno.Command("bash", {
    args: ["-c", text],
    cwd,
    stderr: "inherit",
  }).outputSync();
  assert(success, text);
  return new TextDecoder("latin1").decode(stdout);
}

Deno.test("names of any bytes, attributes and holes are put back", async () => {
  using scene = backupScene();
  const at = scene.workspace;
  const long = "x".repeat(255);
  shell(
    at,
    `mkdir -p $'d/\\xff\\xfe'; echo a > $'d/\\xff\\xfe/\\xc3'; echo b > $'d/new\\nline'
     echo c > d/${long}; ln -s $'to\\xff' d/link; truncate -s 64M d/sparse
     setfattr -n user.note -v kept d/sparse 2>/dev/null || true
     chmod 4711 d/${long}
     find d -exec touch -h -d '2001-02-03 04:05:06.5' {} +`,
  );
  const look = () =>
    shell(
      at,
      `find . -printf '%P %y %m %s %l %T@\\n' | sort; du -k d/sparse | cut -f1
       getfattr -d d/sparse 2>/dev/null; cat $'d/\\xff\\xfe/\\xc3'`,
    ).split("\n").filter((row) => !/^(?: |d d )/.test(row));
  const before = look();
  const id = await acting(scene, ["d"], () => shell(at, "rm -rf d"));
  const got = await restore(scene, { by: "event", id });
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.deepEqual(look(), before);
});

Deno.test("two airgs at one workspace: one restore at a time, none is half", async () => {
  using scene = backupScene();
  fill(scene);
  const at = scene.workspace;
  const before = shape(at);
  const id = await acting(
    scene,
    ["d"],
    () => Deno.removeSync(`${at}/d`, { recursive: true }),
  );
  const { workspace } = scene;
  const one = async () => {
    const store = scene.again();
    const plan = await planRestore({ by: "event", id }, workspace, store);
    assert(plan.ok);
    return await restoreNow(
      restoreAction(plan.value, originOf(scene), false),
      "d",
      {
        store,
        folder: `${scene.folder}/state/backups/restoring`,
        forbidden: () => undefined,
      },
    );
  };
  const got = await Promise.all([one(), one(), one()]);
  assert(got.some(({ kind }) => kind === "restored"), JSON.stringify(got));
  assert.deepEqual(shape(at), before);
});

Deno.test("going back to before what saved nothing is a plan without a path", async () => {
  using scene = backupScene();
  const { about, store, workspace } = scene;
  const before = scene.now;
  scene.now += 1_000;
  const skip = (path: string) => path === workspace ? "unknown" : undefined;
  const { id } = await store.save([workspace], about, { skip });
  await store.finish(id);
  const outcome = await restore(scene, { by: "time", before });
  assert.deepEqual(outcome, { kind: "restored", count: 0, paths: [] });
});

Deno.test("content that somebody changes while it is put back is not put back", async () => {
  using scene = backupScene();
  const { store, workspace } = scene;
  Deno.writeTextFileSync(`${workspace}/a`, "one");
  const id = await acting(scene, ["a"], () => {
    Deno.removeSync(`${workspace}/a`);
  });
  const plan = await planOrFail(scene, id);
  const action = restoreAction(plan, originOf(scene), false);
  const outcome = await restoreNow(action, "d", {
    store,
    folder: `${scene.folder}/state/backups/restoring`,
    forbidden: () => undefined,
    step: (name) => {
      if (name !== "made") return;
      const { objects } = store.place;
      for (const { name: folder } of Deno.readDirSync(objects)) {
        for (const { name } of Deno.readDirSync(`${objects}/${folder}`)) {
          const path = `${objects}/${folder}/${name}`;
          Deno.chmodSync(path, 0o600);
          Deno.writeTextFileSync(path, "two");
        }
      }
    },
  });
  assert(outcome.kind === "restore-failed");
  assert.match(outcome.message, /has just been changed/);
  assert.deepEqual(shape(workspace), []);
});

async function planOrFail(
  { store, workspace }: BackupScene,
  id: string,
): Promise<Parameters<typeof restoreAction>[0]> {
  const plan = await planRestore({ by: "event", id }, workspace, store);
  assert(plan.ok);
  return plan.value;
}
