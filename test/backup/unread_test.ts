// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a script or a build does to a workspace, although no word says so, can
 * be had back.
 *
 * @module
 */

import assert from "node:assert/strict";
import { restoreNow } from "../../src/backup/restore/restore.ts";
import { openFileTools } from "../../src/files/file_effect.ts";
import type { Answer } from "../../src/guard/guard.ts";
import { type BackupScene, backupScene } from "../support/backups.ts";
import { guardedScene } from "../support/guarded.ts";
import { planned, restoreSite, shape } from "../support/restores.ts";

function sh(cwd: string, text: string): void {
  const { success, stderr } = new Deno.Command("sh", {
    args: ["-ec", text],
    cwd,
    stdout: "null",
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
}

/** A workspace with a script of this text, dated back so that files look old. */
function scripted(scene: BackupScene, text: string): void {
  const { workspace } = scene;
  sh(
    workspace,
    "mkdir -p src/deep empty; echo one >src/a; echo two >src/deep/b; echo key >.env; ln -s src/a link",
  );
  Deno.writeTextFileSync(`${workspace}/x.sh`, `#!/bin/sh\n${text}\n`);
  Deno.chmodSync(`${workspace}/x.sh`, 0o755);
}

async function run(scene: BackupScene, text: string): Promise<Answer> {
  using tools = await openFileTools();
  scene.now += 1_000;
  const { ask } = guardedScene(scene, tools);
  return await ask({
    kind: "exec",
    command: { form: "shell", text },
    cwd: scene.workspace,
  });
}

Deno.test.each([
  { text: "rm -rf src" },
  { text: "echo new > src/a; rm .env" },
  { text: "mv src/a src/c; chmod 600 .env" },
  { text: "rm link; mkdir link; echo x > link/y" },
  { text: "rmdir empty; printf x >> src/deep/b" },
  {
    text:
      "find . -name b -delete; mkdir -p new/deep; echo n > new/deep/f; rm src/a",
  },
  { text: "ln -sf /etc/passwd src/a" },
  { text: "chmod 700 src" },
  { text: "mkdir made; echo x > made/y" },
])("what a script does is put back: $text", async ({ text }) => {
  using scene = backupScene();
  scripted(scene, text);
  const before = shape(scene.workspace);
  const answer = await run(scene, "./x.sh");
  assert.notDeepEqual(shape(scene.workspace), before);
  assert(answer.allowed && answer.backup !== undefined);
  const { id } = answer.backup;
  const action = await planned(scene, { by: "event", id });
  const got = await restoreNow(action, "d", restoreSite(scene));
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.deepEqual(shape(scene.workspace), before);
});

Deno.test("of a script that changes nothing there is no backup, and none of what it leaves alone", async () => {
  using scene = backupScene();
  const { store } = scene;
  scripted(scene, "cat src/a; echo more >> src/a");
  const none = await run(scene, "sh -c 'cat src/a; ./x.sh --help' && true");
  assert(none.allowed);
  const answer = await run(scene, "python3 -c 'print(1)'");
  assert(answer.allowed && answer.backup === undefined);
  const changed = await run(scene, "./x.sh");
  assert(changed.allowed);
  const found = await store.find(changed.backup?.id ?? "");
  assert(found.ok);
  assert.deepEqual(
    found.value.event.entries.map(({ path }) => path),
    [`${scene.workspace}/src/a`],
  );
});

Deno.test("where airg is killed meanwhile, all that it had saved can be put back by force", async () => {
  using scene = backupScene();
  const { about, store, workspace } = scene;
  scripted(scene, "true");
  const before = shape(workspace);
  const unlikely = new Set([`${workspace}/src/a`, `${workspace}/.env`]);
  const { id } = await store.save([...unlikely], about, { unlikely });
  sh(workspace, "rm .env; echo other > src/a");
  const action = await planned(scene, { by: "event", id }, true);
  const got = await restoreNow(action, "d", restoreSite(scene));
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.deepEqual(shape(workspace), before);
});

Deno.test("what a build makes again is saved where it is little, and said where it is much", async () => {
  using scene = backupScene();
  const { workspace } = scene;
  sh(
    workspace,
    "mkdir -p build dist; echo x > build/notes; touch $(seq -f dist/%g 1 501)",
  );
  const little = await run(scene, "rm -rf build");
  assert(little.allowed && little.backup?.unsaved.length === 0);
  const much = await run(scene, "rm -rf dist");
  assert(much.allowed);
  assert.deepEqual(much.backup?.unsaved, [
    { path: `${workspace}/dist`, why: "a build makes it again" },
  ]);
  const action = await planned(scene, { by: "event", id: little.backup.id });
  const got = await restoreNow(action, "d", restoreSite(scene));
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.equal(await Deno.readTextFile(`${workspace}/build/notes`), "x\n");
});

Deno.test("what delete_file removes can be had back, whatever its name and number", async () => {
  using scene = backupScene();
  const { workspace } = scene;
  sh(
    workspace,
    "mkdir -p node_modules/x; touch $(seq -f node_modules/x/%g 1 600)",
  );
  const before = shape(workspace);
  using tools = await openFileTools();
  const { ask } = guardedScene(scene, tools);
  const answer = await ask({
    kind: "delete",
    path: "node_modules",
    recursive: true,
  });
  assert(
    answer.allowed && answer.outcome.kind === "deleted",
    JSON.stringify(answer),
  );
  assert.deepEqual(shape(workspace), []);
  const action = await planned(scene, {
    by: "event",
    id: answer.backup?.id ?? "",
  });
  const got = await restoreNow(action, "d", restoreSite(scene));
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.deepEqual(shape(workspace), before);
});

Deno.test("while a program runs, what was done before is put back all the same", async () => {
  using scene = backupScene();
  const { about, store, workspace } = scene;
  scripted(scene, "true");
  const before = shape(workspace);
  const at = scene.now + 1;
  await run(scene, "echo changed > src/a");
  // As a server that goes on: saved in case, and not over.
  const unlikely = new Set(
    ["src/a", ".env"].map((one) => `${workspace}/${one}`),
  );
  scene.now += 1_000;
  await store.save([...unlikely], about, { unlikely });
  const byPath = await planned(scene, {
    by: "path",
    paths: [`${workspace}/src/a`],
  });
  assert.deepEqual(byPath.targets.map(({ path }) => path), [
    `${workspace}/src/a`,
  ]);
  const byTime = await planned(scene, { by: "time", before: at });
  const got = await restoreNow(byTime, "d", restoreSite(scene));
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.deepEqual(shape(workspace), before);
  const [newest] = (await store.list({ limit: 9 })).filter(({ event }) =>
    event.pending
  );
  assert.equal(newest?.event.entries.length, 2);
});

Deno.test("what a script makes in an empty workspace goes again", async () => {
  using scene = backupScene();
  const { workspace } = scene;
  await Deno.writeTextFile(`${scene.folder}/s.sh`, "echo x > a");
  const answer = await run(scene, "sh ../s.sh");
  assert(answer.allowed && answer.backup?.count === 1);
  const action = await planned(scene, { by: "event", id: answer.backup.id });
  const got = await restoreNow(action, "d", restoreSite(scene));
  assert.equal(got.kind, "restored", JSON.stringify(got));
  assert.deepEqual(shape(workspace), []);
});
