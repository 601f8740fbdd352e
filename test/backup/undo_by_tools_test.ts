// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks

/**
 * Whatever tools and commands do through the guard, in whatever order and with
 * restores in between, it can be had back as it was at any earlier point.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { openFileTools } from "../../src/files/file_effect.ts";
import { type BackupScene, backupScene, SETTINGS } from "../support/backups.ts";
import { type Asked, type Guarded, guardedScene } from "../support/guarded.ts";
import { planned, shape } from "../support/restores.ts";

const RUNS = Number(Deno.env.get("AIRG_TEST_RUNS") ?? 100);

/** Runs a script that lies outside the workspace. */
const SCRIPT = "sh ../s.sh";

const file = fc.constantFrom(
  "a",
  "b",
  "d/a",
  "d/e/b",
  "e/a",
  "x/new/deep/f",
  "-f",
  "odd name",
  "new\nline",
  "n".repeat(255),
);
const folder = fc.constantFrom("d", "e", "d/e", "x");
const any = fc.oneof(file, folder);
const word = fc.stringMatching(/^[a-z]{1,4}$/);

function quoted(path: string): string {
  return `'./${path}'`;
}

const byTool: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    path: file,
    content: fc.oneof(word, fc.constantFrom("", "one\r\ntwo\r\n", "\ufeffx")),
  }),
  fc.tuple(file, word, word, fc.boolean()).map((
    [path, oldText, newText, replaceAll],
  ) => ({
    kind: "edit" as const,
    path,
    edits: [{
      oldText: replaceAll ? oldText[0]! : "first",
      newText,
      ...(replaceAll && { replaceAll: true as const }),
    }],
  })),
  fc.record({
    kind: fc.constant("edit" as const),
    path: file,
    edits: fc.constant(
      [..."aeiou"].map((oldText) => ({
        oldText,
        newText: "0",
        replaceAll: true as const,
      })).slice(0, 1),
    ),
  }),
  fc.tuple(any, fc.boolean()).map(([path, recursive]) => ({
    kind: "delete" as const,
    path,
    ...(recursive && { recursive: true as const }),
  })),
);

const text = fc.oneof(
  fc.tuple(word, file).map(([what, at]) => `printf ${what} > ${quoted(at)}`),
  fc.tuple(word, file).map(([what, at]) => `printf ${what} >> ${quoted(at)}`),
  fc.tuple(folder, word).map(([at, what]) =>
    `mkdir -p ${at} && printf ${what} > ${at}/a`
  ),
  any.map((at) => `rm -rf ${quoted(at)}`),
  fc.tuple(any, any).map(([a, b]) => `mv ${quoted(a)} ${quoted(b)}`),
  fc.tuple(any, any).map(([a, b]) => `cp -r ${quoted(a)} ${quoted(b)}`),
  fc.tuple(any, file).map(([a, b]) => `ln -sf ${quoted(a)} ${quoted(b)}`),
  file.map((at) => `sed -i s/./z/ ${quoted(at)}`),
  file.map((at) => `truncate -s 0 ${quoted(at)}`),
  any.map((at) => `chmod 700 ${quoted(at)}`),
  any.map((at) => `chmod -R go-rx ${quoted(at)}`),
  fc.constantFrom("rm *", "mv d/* e", "cp -r d/. e", "rm -rf d e x"),
  fc.constantFrom(
    "tar -cf - d | tar -xf - -C e",
    "tar -cf - d a | tar -xf - -C x",
    "cd d && tar -cf - ../a e | tar -xf - ",
  ),
);

function commanded(text: string): Asked {
  return { kind: "exec", command: { form: "shell", text }, cwd: "" };
}

const byCommand = text.map(commanded);

/** Lines of a script: what it does no word of the command says. */
const byScript = fc.array(text, { minLength: 1, maxLength: 3 })
  .map((lines) => lines.join("\n"));

type Step =
  | { readonly asked: Asked }
  | { readonly script: string }
  | { readonly back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: byTool.map((asked) => ({ asked })) },
  { weight: 4, arbitrary: byCommand.map((asked) => ({ asked })) },
  { weight: 2, arbitrary: byScript.map((script) => ({ script })) },
  { weight: 1, arbitrary: fc.nat(20).map((back) => ({ back })) },
);

interface Point {
  readonly at: number;
  readonly rows: readonly string[];
}

/** Takes the workspace back through the guard, and checks that it is what it was. */
async function goBack(
  scene: BackupScene,
  { ask }: Guarded,
  { at, rows }: Point,
): Promise<void> {
  const { store, workspace } = scene;
  const newer = await store.list({ workspace, since: at, limit: 1 });
  if (newer.length > 0) {
    const { origin: _, ...asked } = await planned(scene, {
      by: "time",
      before: at,
    });
    const answer = await ask(asked);
    assert(answer.allowed);
    const { outcome } = answer;
    assert.equal(outcome.kind, "restored", JSON.stringify(outcome));
  }
  assert.deepEqual(shape(workspace), rows);
}

Deno.test("what tools, commands and restores did can be undone to any earlier point", async () => {
  using tools = await openFileTools();
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 14 }),
      fc.nat(20),
      async (steps, last) => {
        using scene = backupScene();
        scene.settings = { ...SETTINGS, maxVersions: 1_000 };
        const { workspace } = scene;
        Deno.mkdirSync(`${workspace}/d`);
        Deno.writeTextFileSync(`${workspace}/a`, "first");
        Deno.writeTextFileSync(`${workspace}/d/a`, "first\r\n");
        const guard = guardedScene(scene, tools);
        const points: Point[] = [];
        for (const one of steps) {
          points.push({ at: scene.now + 1, rows: shape(workspace) });
          if ("back" in one) {
            await goBack(scene, guard, points[one.back % points.length]!);
          } else {
            if ("script" in one) {
              Deno.writeTextFileSync(`${scene.folder}/s.sh`, one.script);
            }
            const asked = "script" in one ? commanded(SCRIPT) : one.asked;
            const answer = await guard.ask(
              asked.kind === "exec" ? { ...asked, cwd: workspace } : asked,
            );
            assert(answer.allowed);
          }
        }
        await goBack(scene, guard, points[last % points.length]!);
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("what an archive brings goes again, and what it overwrote comes back", async () => {
  using tools = await openFileTools();
  using scene = backupScene();
  const { folder, workspace } = scene;
  const sh = (text: string) =>
    new Deno.Command("sh", { args: ["-c", text], cwd: folder }).outputSync();
  Deno.mkdirSync(`${folder}/packed/sub/deep`, { recursive: true });
  for (const name of ["a", "sub/new", "sub/deep/new"]) {
    Deno.writeTextFileSync(`${folder}/packed/${name}`, `packed ${name}`);
  }
  sh("tar -cf w/p.tar -C packed .");
  Deno.mkdirSync(`${workspace}/into`);
  Deno.mkdirSync(`${workspace}/empty`);
  Deno.writeTextFileSync(`${workspace}/into/a`, "mine");
  const guard = guardedScene(scene, tools);
  for (
    const text of [
      "tar -xf p.tar -C into",
      "tar -xf p.tar -C empty",
      "mkdir n && tar -xf p.tar -C n",
      "cd into; tar -xf ../p.tar",
      "tar xf p.tar",
    ]
  ) {
    const point = { at: scene.now + 1, rows: shape(workspace) };
    await guard.ask({
      kind: "exec",
      command: { form: "shell", text },
      cwd: workspace,
    });
    assert.notDeepEqual(shape(workspace), point.rows, text);
    await goBack(scene, guard, point);
  }
});
