// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks

/**
 * A restore that is killed at each of its steps and started again ends as if it
 * had not been; one that a hostile process gets in the way of changes nothing.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  endInterrupted,
  restoreNow,
} from "../../src/backup/restore/restore.ts";
import { type BackupScene, backupScene } from "../support/backups.ts";
import { acting, planned, restoreSite, shape } from "../support/restores.ts";

const DRIVER = new URL("../support/restore_driver.ts", import.meta.url);

/** Deletes a folder, changes a file, makes another. */
async function scene(): Promise<{
  readonly at: BackupScene;
  readonly id: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}> {
  const at = backupScene();
  const { workspace } = at;
  Deno.mkdirSync(`${workspace}/d/e`, { recursive: true });
  Deno.writeTextFileSync(`${workspace}/d/one`, "one", { mode: 0o640 });
  Deno.writeTextFileSync(`${workspace}/d/e/two`, "two");
  Deno.symlinkSync("one", `${workspace}/d/link`);
  Deno.writeTextFileSync(`${workspace}/changed`, "before");
  Deno.writeTextFileSync(`${workspace}/was-file`, "file");
  const before = shape(workspace);
  const names = ["d", "changed", "made", "was-file", "was-file/in"];
  const id = await acting(at, names, () => {
    Deno.removeSync(`${workspace}/d`, { recursive: true });
    Deno.writeTextFileSync(`${workspace}/changed`, "after");
    Deno.writeTextFileSync(`${workspace}/made`, "made");
    Deno.removeSync(`${workspace}/was-file`);
    Deno.mkdirSync(`${workspace}/was-file`);
    Deno.writeTextFileSync(`${workspace}/was-file/in`, "in");
  });
  return { at, id, before, after: shape(workspace) };
}

/** Runs a restore in a process of its own, which ends itself by SIGKILL at step `n`. */
async function killedAt(
  { folder, workspace }: BackupScene,
  id: string,
  n: number,
): Promise<boolean> {
  const { code, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", DRIVER.pathname, folder, workspace, id, `${n}`],
    stderr: "piped",
    stdout: "null",
  }).output();
  if (signal === "SIGKILL") return true;
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return false;
}

Deno.test("killed at each step and started again, a restore ends the same", async () => {
  for (let n = 1;; n++) {
    const { at, before, id } = await scene();
    using _at = at;
    const killed = await killedAt(at, id, n);
    // Another airg comes by: what was begun is brought to its end first.
    if (n % 2 === 0) await endInterrupted(restoreSite(at));
    const again = await planned(at, { by: "event", id });
    const got = await restoreNow(again, "d", restoreSite(at));
    const ended = shape(at.workspace);
    // Made anew, the plan may be another after the settling.
    if (got.kind === "restore-failed" && got.why === "changed") {
      const last = await planned(at, { by: "event", id });
      const end = await restoreNow(last, "d", restoreSite(at));
      assert.equal(end.kind, "restored", `step ${n}: ${JSON.stringify(end)}`);
    } else {assert.equal(
        got.kind,
        "restored",
        `step ${n}: ${JSON.stringify(got)}`,
      );}
    assert.deepEqual(shape(at.workspace), before, `step ${n}`);
    assert(!ended.some((row) => row.includes(".airg-")), `step ${n}: ${ended}`);
    if (!killed) {
      assert(n > 20, `only ${n} steps were tried`);
      return;
    }
  }
});

Deno.test("whoever gets in the way at any step loses nothing, and all is taken back", async () => {
  for (let n = 1;; n++) {
    const { at, after, id } = await scene();
    using _at = at;
    const { workspace } = at;
    const action = await planned(at, { by: "event", id });
    let steps = 0;
    const intrude = () => {
      if (++steps !== n) return;
      // As an editor saves: another file takes the name.
      Deno.writeTextFileSync(`${workspace}/.x`, "a person's");
      Deno.renameSync(`${workspace}/.x`, `${workspace}/changed`);
    };
    const got = await restoreNow(action, "d", {
      ...restoreSite(at),
      step: intrude,
    });
    if (steps < n) return;
    const rows = shape(workspace);
    const theirs = rows.find((row) => row.startsWith("changed "));
    assert(!rows.some((row) => row.includes(".airg-")), `step ${n}: ${rows}`);
    // Either it came first, or after all was done.
    assert.match(theirs ?? "", /a person's$/, `step ${n}`);
    if (got.kind === "restored") continue;
    assert.deepEqual(
      rows.filter((row) => row !== theirs),
      after.filter((row) => !row.startsWith("changed ")),
      `step ${n}: ${JSON.stringify(got)}`,
    );
  }
});

Deno.test("a folder that is swapped for a link at any step leads nothing outside", async () => {
  for (let n = 1;; n++) {
    const { at, id } = await scene();
    using _at = at;
    const { folder, workspace } = at;
    Deno.mkdirSync(`${folder}/outside/e`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/outside/one`, "outside");
    const action = await planned(at, { by: "event", id });
    let steps = 0;
    await restoreNow(action, "d", {
      ...restoreSite(at),
      step() {
        if (++steps !== n) return;
        try {
          Deno.renameSync(`${workspace}/d`, `${workspace}/stolen`);
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
        Deno.symlinkSync(`${folder}/outside`, `${workspace}/d`);
      },
    });
    if (steps < n) return;
    assert.deepEqual(
      shape(`${folder}/outside`).map((row) => row.replace(/ \d+/, "")),
      ["e/", "one outside"],
      `step ${n}`,
    );
  }
});

Deno.test("what could not be put back is what --path means the next time, too", async () => {
  using at = backupScene();
  const path = `${at.workspace}/notes`;
  Deno.writeTextFileSync(path, "notes");
  await acting(at, ["notes"], () => Deno.removeSync(path));
  let left = 1;
  const failed = await restoreNow(
    await planned(at, { by: "path", paths: [path] }),
    "d",
    {
      ...restoreSite(at),
      step() {
        if (left-- !== 0) return;
        throw Object.assign(new Error("Only to be read"), { code: "EROFS" });
      },
    },
  );
  assert.equal(failed.kind, "restore-failed");
  assert.deepEqual(shape(at.workspace), []);
  const again = await planned(at, { by: "path", paths: [path] });
  assert.equal(
    (await restoreNow(again, "d", restoreSite(at))).kind,
    "restored",
  );
  assert.deepEqual(shape(at.workspace), ["notes 644 notes"]);
});

Deno.test("where the machine fails at any step, all is taken back, and it can be tried again", async () => {
  for (let n = 1;; n++) {
    const { at, after, before, id } = await scene();
    using _at = at;
    const action = await planned(at, { by: "event", id });
    let steps = 0;
    let thrown = false;
    try {
      const got = await restoreNow(action, "d", {
        ...restoreSite(at),
        step() {
          if (++steps !== n) return;
          throw Object.assign(new Error("The disk is full"), {
            code: "ENOSPC",
          });
        },
      });
      if (steps >= n) {
        assert(got.kind === "restore-failed", `step ${n}`);
        const said = `${at.workspace}/`;
        assert(got.message.startsWith(said), `step ${n}: ${got.message}`);
        assert.match(got.message, /the disk is full; make room/, `step ${n}`);
        assert.deepEqual(shape(at.workspace), after, `step ${n}`);
      }
    } catch (error) {
      // Where the journal itself cannot be written: the next one goes on.
      assert(error instanceof Error && "code" in error, `step ${n}: ${error}`);
      thrown = true;
    }
    if (steps < n) return;
    let got = await restoreNow(
      await planned(at, { by: "event", id }),
      "d",
      restoreSite(at),
    );
    if (thrown && got.kind === "restore-failed" && got.why === "changed") {
      got = await restoreNow(
        await planned(at, { by: "event", id }),
        "d",
        restoreSite(at),
      );
    }
    assert.equal(got.kind, "restored", `step ${n}: ${JSON.stringify(got)}`);
    assert.deepEqual(shape(at.workspace), before, `step ${n}`);
  }
});
