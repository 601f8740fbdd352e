// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks

/**
 * Whatever commands do to a workspace, in whatever order and with restores in
 * between, it can be had back as it was at any earlier point.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { changedBy } from "../../src/action/changes/changed.ts";
import { readAction } from "../../src/action/read.ts";
import { restoreNow } from "../../src/backup/restore/restore.ts";
import { skipMadeAgain } from "../../src/backup/collect.ts";
import { appearedIn, targetsOf } from "../../src/backup/targets.ts";
import { diskLookup } from "../../src/platform/disk_lookup.ts";
import { type BackupScene, backupScene, SETTINGS } from "../support/backups.ts";
import { planned, restoreSite, shape } from "../support/restores.ts";

/** One command, as an agent writes it and as the guard runs it. */
async function command(scene: BackupScene, text: string): Promise<void> {
  const { store, workspace } = scene;
  scene.now += 1_000;
  const facts = readAction({
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace },
    command: { form: "shell", text },
    cwd: workspace,
  }, diskLookup({ home: "/home/x" }));
  const ground = { workspace, roots: [workspace], held: [] };
  const targets = targetsOf(changedBy(facts), ground);
  const { alone, paths, unsaved } = targets;
  const event = paths.length === 0
    ? undefined
    : await store.save(paths, { ...scene.about, what: text }, {
      skip: (path) => unsaved.get(path) ?? skipMadeAgain(path),
      alone: (path) => alone.has(path),
    });
  await new Deno.Command("sh", {
    args: ["-c", text],
    cwd: workspace,
    stdout: "null",
    stderr: "null",
  }).output();
  if (event === undefined) return;
  const appeared = appearedIn(targets, ground);
  await store.finish(event.id, { paths: appeared.paths, unsaved: [] });
}

const file = fc.constantFrom(
  "a",
  "b",
  "d/a",
  "d/e/b",
  "e/a",
  "./-f",
  "'odd name'",
  '"new\nline"',
  "n".repeat(255),
);
const folder = fc.constantFrom("d", "e", "d/e", "x");
const any = fc.oneof(file, folder);
const word = fc.stringMatching(/^[a-z]{1,4}$/);

const action = fc.oneof(
  fc.tuple(word, file).map(([text, at]) => `printf ${text} > ${at}`),
  fc.tuple(word, file).map(([text, at]) => `printf ${text} >> ${at}`),
  fc.tuple(word, file, file).map(([text, a, b]) =>
    `printf ${text} | tee ${a} ${b}`
  ),
  fc.tuple(folder, word).map(([at, text]) =>
    `mkdir -p ${at} && printf ${text} > ${at}/a`
  ),
  file.map((at) => `rm ${at}`),
  any.map((at) => `rm -rf ${at}`),
  fc.tuple(any, any).map(([a, b]) => `mv ${a} ${b}`),
  fc.tuple(any, any).map(([a, b]) => `cp -r ${a} ${b}`),
  fc.tuple(file, file).map(([a, b]) => `cp ${a} ${b}`),
  fc.tuple(any, file).map(([a, b]) => `ln -sf ${a} ${b}`),
  file.map((at) => `sed -i s/./z/ ${at}`),
  file.map((at) => `truncate -s 0 ${at}`),
  any.map((at) => `chmod 700 ${at}`),
  folder.map((at) => `chmod -R go-rx ${at}`),
  fc.constantFrom("rm *", "rm d/*", "mv d/* e"),
);

const step = fc.oneof(
  { weight: 6, arbitrary: action.map((text) => ({ text })) },
  { weight: 1, arbitrary: fc.nat(20).map((back) => ({ back })) },
);

/** Takes the workspace back to what it was at a point, and checks that it is. */
async function goBack(
  scene: BackupScene,
  { at, rows }: { readonly at: number; readonly rows: readonly string[] },
): Promise<void> {
  const newer = await scene.store.list({
    workspace: scene.workspace,
    since: at,
    limit: 1,
  });
  if (newer.length > 0) {
    const action = await planned(scene, { by: "time", before: at });
    const got = await restoreNow(action, "d", restoreSite(scene));
    assert.equal(got.kind, "restored", JSON.stringify(got));
  }
  assert.deepEqual(shape(scene.workspace), rows);
}

Deno.test("any sequence of commands and restores can be undone to any earlier point", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.nat(20),
      async (steps, last) => {
        using scene = backupScene();
        scene.settings = { ...SETTINGS, maxVersions: 1_000 };
        Deno.mkdirSync(`${scene.workspace}/d`);
        Deno.writeTextFileSync(`${scene.workspace}/a`, "first");
        const points: { at: number; rows: string[] }[] = [];
        for (const one of steps) {
          points.push({ at: scene.now + 1, rows: shape(scene.workspace) });
          if ("text" in one) await command(scene, one.text);
          else await goBack(scene, points[one.back % points.length]!);
        }
        await goBack(scene, points[last % points.length]!);
      },
    ),
    { numRuns: Number(Deno.env.get("AIRG_TEST_RUNS") ?? 40) },
  );
});

Deno.test.each([
  { text: "mkdir -p q && mv a q/" },
  { text: "mkdir q; mv *.c a q" },
  { text: "mkdir q && mv -t q a" },
])(
  "what goes into a folder that the same command makes is undone: `$text`",
  async ({ text }) => {
    using scene = backupScene();
    for (const name of ["a", "b.c"]) {
      Deno.writeTextFileSync(`${scene.workspace}/${name}`, name);
    }
    const point = { at: scene.now + 1, rows: shape(scene.workspace) };
    await command(scene, text);
    assert.notDeepEqual(shape(scene.workspace), point.rows);
    await goBack(scene, point);
  },
);

/** The bytes of the file whose name is no UTF-8, by a shell. */
function oddFile(workspace: string, text: string): string {
  const { stdout } = new Deno.Command("bash", {
    args: ["-c", text],
    cwd: workspace,
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

Deno.test.each([
  { text: "rm -rf d" },
  { text: "rm d/*" },
  { text: "sed -i s/odd/lost/ d/*" },
  { text: 'for f in d/*; do rm -- "$f"; done' },
  { text: "find d -type f -delete" },
])(
  "a file whose name is no UTF-8 comes back after `$text`",
  async ({ text }) => {
    using scene = backupScene();
    const { workspace } = scene;
    oddFile(workspace, `mkdir d; echo odd > $'d/\\xff\\xfe'; echo plain > d/a`);
    const at = scene.now + 1;
    await command(scene, text);
    assert.notEqual(oddFile(workspace, "cat d/*"), "plain\nodd\n");
    const action = await planned(scene, { by: "time", before: at });
    const got = await restoreNow(action, "d", restoreSite(scene));
    assert.equal(got.kind, "restored", JSON.stringify(got));
    assert.equal(oddFile(workspace, "cat d/*"), "plain\nodd\n");
  },
);

Deno.test.each([
  { text: "ln a l; printf x > l" },
  { text: "cp -l a l && printf x > l" },
])(
  "what is written through a name that the command makes comes back: `$text`",
  async ({ text }) => {
    using scene = backupScene();
    Deno.writeTextFileSync(`${scene.workspace}/a`, "precious");
    const point = { at: scene.now + 1, rows: shape(scene.workspace) };
    await command(scene, text);
    assert.equal(Deno.readTextFileSync(`${scene.workspace}/a`), "x");
    await goBack(scene, point);
  },
);
