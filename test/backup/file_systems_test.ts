// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks

/**
 * Tools, backups and restores on disks that are full, read-only, or several:
 * nothing is lost, nothing half is left, and it is said.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Outcome } from "../../src/action/outcome.ts";
import { openFileTools } from "../../src/files/file_effect.ts";
import type { Answer } from "../../src/guard/guard.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { type BackupScene, backupScene } from "../support/backups.ts";
import { type Guarded, guardedScene } from "../support/guarded.ts";
import { planned, shape } from "../support/restores.ts";

const OTHER = 12_345;

function command(...words: string[]): string | undefined {
  const [program = "", ...args] = words;
  const { code, stderr } = new Deno.Command(program, { args }).outputSync();
  return code === 0 ? undefined : new TextDecoder().decode(stderr).trim();
}

/** Why nothing can be mounted here, if so. */
function lack(): string | undefined {
  const folder = Deno.makeTempDirSync();
  try {
    const why = command("mount", "-t", "tmpfs", "-o", "size=64k", "t", folder);
    if (why === undefined) command("umount", folder);
    return why;
  } finally {
    Deno.removeSync(folder);
  }
}

const why = Deno.build.os === "linux" ? lack() : "not Linux";

interface Scene extends BackupScene {
  readonly guarded: Guarded;
}

/** A scene with mounts at folders below it; `use` gets the guard. */
async function withMounts(
  mounts: readonly (readonly [folder: string, options: string])[],
  use: (scene: Scene) => Promise<void>,
  profile: Partial<Profile> = {},
): Promise<void> {
  using tools = await openFileTools();
  using scene = backupScene();
  using undo = new DisposableStack();
  for (const [name, options] of mounts) {
    const folder = `${scene.folder}/${name}`;
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const words = options.startsWith("bind")
      ? ["mount", "--bind", folder, folder]
      : ["mount", "-t", "tmpfs", "-o", `mode=0700,${options}`, "t", folder];
    assert.equal(command(...words), undefined);
    undo.defer(() => void command("umount", "-l", folder));
  }
  // The one that was opened lies beneath a mount by now.
  Object.assign(scene, { store: scene.again() });
  const guarded = guardedScene(scene, tools, profile);
  await use(Object.assign(scene, { guarded }));
}

function outcomeOf(answer: Answer): Outcome {
  assert(answer.allowed);
  return answer.outcome;
}

function messageOf(outcome: Outcome): string {
  return "message" in outcome ? outcome.message : outcome.kind;
}

async function run({ guarded, workspace }: Scene, text: string) {
  return await guarded.ask({
    kind: "exec",
    command: { form: "shell", text },
    cwd: workspace,
  });
}

async function back(scene: Scene, id: string): Promise<Outcome> {
  const plan = await planned(scene, { by: "event", id });
  const { origin: _, ...asked } = plan;
  return outcomeOf(await scene.guarded.ask(asked));
}

function idOf(answer: Answer): string {
  assert(answer.allowed && answer.backup !== undefined);
  return answer.backup.id;
}

function fsTest(name: string, fn: () => Promise<void>): void {
  const ignore = why !== undefined;
  Deno.test({
    name: ignore ? `${name} (not tried: ${why})` : name,
    ignore,
    fn,
  });
}

for (const limit of ["size=1m", "nr_inodes=6"]) {
  fsTest(
    `a workspace whose disk is full (${limit}) keeps each file whole`,
    () =>
      withMounts([["w", limit]], async (scene) => {
        const { guarded, workspace } = scene;
        Deno.writeTextFileSync(`${workspace}/a`, "a".repeat(300_000));
        Deno.writeTextFileSync(`${workspace}/b`, "b");
        const removed = await guarded.ask({ kind: "delete", path: "a" });
        assert.equal(outcomeOf(removed).kind, "deleted");
        // Somebody fills it up.
        Deno.writeTextFileSync(`${workspace}/fill`, "f".repeat(900_000));
        for (let n = 0; n < 3; n++) {
          try {
            Deno.writeTextFileSync(`${workspace}/${n}`, "");
          } catch (error) {
            assert(error instanceof Error && "code" in error);
          }
        }
        const full = shape(workspace);
        const big = "x".repeat(200_000);
        for (
          const asked of [
            { kind: "write", path: "b", content: big },
            { kind: "write", path: "d/e/new", content: big },
            {
              kind: "edit",
              path: "b",
              edits: [{ oldText: "b", newText: big }],
            },
          ] as const
        ) {
          const outcome = outcomeOf(await guarded.ask(asked));
          assert.equal(outcome.kind, "file-failed");
          assert.match(messageOf(outcome), /No space is left/);
          assert.deepEqual(shape(workspace), full);
        }
        const failed = await back(scene, idOf(removed));
        assert.equal(failed.kind, "restore-failed", JSON.stringify(failed));
        assert.match(messageOf(failed), /full|space/);
        assert.deepEqual(shape(workspace), full);
        const freed = await run(scene, "rm fill [0-9]");
        assert.equal(outcomeOf(freed).kind, "exited");
        const done = await back(scene, idOf(removed));
        assert.equal(done.kind, "restored", JSON.stringify(done));
        assert.equal(
          Deno.readTextFileSync(`${workspace}/a`),
          "a".repeat(300_000),
        );
      }),
  );
}

fsTest(
  "where backups have no room, nothing is destroyed",
  () =>
    withMounts([["state/backups", "size=1m"]], async (scene) => {
      const { guarded, store, workspace } = scene;
      const bytes = new Uint8Array(2_000_000);
      for (let at = 0; at < bytes.length; at += 65_536) {
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      }
      Deno.writeFileSync(`${workspace}/big`, bytes);
      Deno.writeTextFileSync(`${workspace}/small`, "small");
      const before = shape(workspace);
      for (
        const answer of [
          await guarded.ask({ kind: "delete", path: "big" }),
          await guarded.ask({ kind: "write", path: "big", content: "" }),
          await run(scene, "rm big"),
        ]
      ) {
        const outcome = outcomeOf(answer);
        assert.match(
          messageOf(outcome),
          /^Nothing was done: no backup could be made: /,
        );
        const cure = "remedy" in outcome ? outcome.remedy : messageOf(outcome);
        assert.match(cure ?? "", /room|disk/);
        assert.deepEqual(shape(workspace), before);
      }
      const left = [...Deno.readDirSync(store.place.temporary)];
      await store.prune(scene.settings, scene.now);
      assert.deepEqual(
        [...Deno.readDirSync(store.place.temporary)],
        [],
        String(left),
      );
      const small = await guarded.ask({ kind: "delete", path: "small" });
      assert.equal(outcomeOf(small).kind, "deleted", JSON.stringify(small));
      assert.equal((await back(scene, idOf(small))).kind, "restored");
      assert.deepEqual(shape(workspace), before);
    }),
);

fsTest(
  "a workspace of several file systems is undone like any other",
  () =>
    withMounts([["state/backups", "size=4m"], ["w/m", "size=4m"]], async (
      scene,
    ) => {
      const { guarded, workspace } = scene;
      const points: { rows: string[]; at: number }[] = [];
      const point = () =>
        points.push({ at: scene.now + 1, rows: shape(workspace) });
      Deno.mkdirSync(`${workspace}/m/d`);
      Deno.writeTextFileSync(`${workspace}/m/d/a`, "in the mount");
      Deno.writeTextFileSync(`${workspace}/b`, "outside of it");
      point();
      assert.equal(
        outcomeOf(
          await guarded.ask({ kind: "write", path: "m/d/a", content: "new" }),
        ).kind,
        "written",
      );
      point();
      await run(scene, "mv m/d moved");
      point();
      await run(scene, "mv b m/b && cp -r moved m/again");
      point();
      const whole = outcomeOf(
        await guarded.ask({ kind: "delete", path: "m", recursive: true }),
      );
      assert.equal(whole.kind, "file-failed");
      assert.match(messageOf(whole), /mounted/);
      await run(scene, "rm -rf m/b moved");
      for (const { at, rows } of points.reverse()) {
        const plan = await planned(scene, { by: "time", before: at });
        const { origin: _, ...asked } = plan;
        const outcome = outcomeOf(await guarded.ask(asked));
        assert.equal(outcome.kind, "restored", JSON.stringify(outcome));
        assert.deepEqual(shape(workspace), rows);
      }
    }),
);

fsTest(
  "what lies on a read-only file system stays, and it is said",
  () =>
    withMounts([["w/r", "size=1m"]], async (scene) => {
      const { folder, guarded, workspace } = scene;
      Deno.mkdirSync(`${workspace}/r/d`);
      Deno.writeTextFileSync(`${workspace}/r/d/a`, "a");
      assert.equal(
        command("mount", "-o", "remount,ro", `${folder}/w/r`),
        undefined,
      );
      const before = shape(workspace);
      for (
        const asked of [
          { kind: "write", path: "r/d/a", content: "b" },
          { kind: "write", path: "r/new/f", content: "b" },
          {
            kind: "edit",
            path: "r/d/a",
            edits: [{ oldText: "a", newText: "b" }],
          },
          { kind: "delete", path: "r/d/a" },
          { kind: "delete", path: "r/d", recursive: true },
        ] as const
      ) {
        const outcome = outcomeOf(await guarded.ask(asked));
        assert.match(
          messageOf(outcome),
          /read-only|does not permit|cannot be removed/,
          JSON.stringify(asked),
        );
        assert.doesNotMatch(messageOf(outcome), /deleted before/);
      }
      await run(scene, "rm -rf r/d");
      assert.deepEqual(shape(workspace), before);
    }),
);

fsTest(
  "root in another user's project keeps its owner, and to what its modes allow",
  () =>
    withMounts([["w", "size=4m"]], async (scene) => {
      const { guarded, workspace } = scene;
      Deno.mkdirSync(`${workspace}/shut`);
      Deno.writeTextFileSync(`${workspace}/shut/a`, "a");
      Deno.writeTextFileSync(`${workspace}/firm`, "f");
      Deno.writeTextFileSync(`${workspace}/a`, "a");
      command("chown", "-R", `${OTHER}:${OTHER}`, workspace);
      Deno.chmodSync(`${workspace}/firm`, 0o444);
      // The owner can enter it, as a home folder.
      Deno.chmodSync(workspace.slice(0, workspace.lastIndexOf("/")), 0o711);
      Deno.chmodSync(`${workspace}/shut`, 0o555);
      const before = shape(workspace);
      for (
        const asked of [
          { kind: "write", path: "firm", content: "b" },
          { kind: "write", path: "shut/new", content: "b" },
          { kind: "write", path: "shut/d/new", content: "b" },
          { kind: "delete", path: "shut/a" },
          { kind: "delete", path: "shut", recursive: true },
        ] as const
      ) {
        const outcome = outcomeOf(await guarded.ask(asked));
        assert.equal(outcome.kind, "file-failed", JSON.stringify(asked));
        assert.match(messageOf(outcome), /read-only .*\(?mode|does not permit/);
        assert.deepEqual(shape(workspace), before);
      }
      const owner = (path: string) => {
        const { gid, uid } = Deno.lstatSync(`${workspace}/${path}`);
        return [uid, gid];
      };
      const made = outcomeOf(
        await guarded.ask({ kind: "write", path: "n/m/new", content: "b" }),
      );
      assert.equal(made.kind, "written", JSON.stringify(made));
      await guarded.ask({ kind: "write", path: "a", content: "b" });
      for (const path of ["n", "n/m", "n/m/new", "a"]) {
        assert.deepEqual(owner(path), [OTHER, OTHER], path);
      }
      const removed = await run(scene, "chmod 755 shut; rm -rf shut firm a");
      assert.equal((await back(scene, idOf(removed))).kind, "restored");
      for (const path of ["shut", "shut/a", "firm", "a"]) {
        assert.deepEqual(owner(path), [OTHER, OTHER], path);
      }
      assert.equal(Deno.statSync(`${workspace}/shut`).mode! & 0o777, 0o555);
    }, { owner: { uid: OTHER, gid: OTHER } }),
);
