// Copyright 2026 the airg authors. Apache-2.0 license.

// The launcher's copy-on-write views: what is written lands in the layers, masks
// and pins lie above, and what cannot be mounted is refused with its step.
import assert from "node:assert/strict";
import { type Field, identities, Site } from "./launcher/harness.ts";

const sh = (script: string) => ["/bin/sh", "-c", script];

/** A workspace with a secret, and folders for its layers. */
function prepared(identity: ConstructorParameters<typeof Site>[0]): Site {
  const site = new Site(identity);
  site.makeFile("work/.env", "ENV");
  site.makeFile("work/file", "old");
  site.makeFolder("work/hooks");
  site.makeFolder("layers");
  site.makeFolder("layers/upper");
  site.makeFolder("layers/work");
  return site;
}

const SCRIPT =
  "cat .env; mv .env away; echo x >hooks/h; echo new >file; echo made >other; cat file other";

for (const identity of identities) {
  Deno.test(`overlay as ${identity}: the workspace stays, masks and pins lie above`, async () => {
    await using site = prepared(identity);
    const { workspace, folder } = site;
    const view: Field[] = [
      ["overlay", workspace],
      ["layers", `${folder}/layers`],
    ];
    const masks: Field[] = [
      ["hide-file", `${workspace}/.env`],
      ["pin", `${workspace}/hooks`],
      ["attach", workspace],
    ];
    const run = await site.run({
      argv: sh(SCRIPT),
      fields: [...view, ...masks],
    });
    assert.equal(run.out, "new\nmade\n", JSON.stringify(run.lines));
    assert.match(run.err, /\.env: Permission denied/);
    assert.match(run.err, /cannot move '\.env' to 'away'/);
    assert.match(run.err, /hooks\/h: Read-only file system/);
    const { overlaid, hidden, pinned } = run.event("ready")!;
    assert.deepEqual([overlaid, hidden, pinned], [1, 1, 1]);
    const read = (path: string) => Deno.readTextFile(`${folder}/${path}`);
    assert.equal(await read("work/file"), "old");
    assert.equal(await read("layers/upper/file"), "new\n");
    assert.equal(await read("layers/upper/other"), "made\n");
    await assert.rejects(read("work/other"), Deno.errors.NotFound);
  });

  Deno.test(`overlay as ${identity}: control: without masks the copy shows and moves all`, async () => {
    await using site = prepared(identity);
    const run = await site.run({
      argv: sh(SCRIPT),
      fields: [
        ["overlay", site.workspace],
        ["layers", `${site.folder}/layers`],
      ],
    });
    assert.equal(run.out, "ENVnew\nmade\n", JSON.stringify(run.lines));
    assert.equal(run.err, "");
  });

  Deno.test(`overlay as ${identity}: what cannot be mounted is refused with its step`, async () => {
    await using site = prepared(identity);
    const { workspace, folder } = site;
    await Deno.symlink("layers", `${folder}/link`);
    await Deno.symlink("work", `${folder}/project`);
    site.makeFolder("half");
    const cases: readonly (readonly [string, string, string, number])[] = [
      [workspace, `${folder}/none`, "layers 0", 2],
      [workspace, `${folder}/link`, "layers 0", 40],
      [workspace, `${folder}/half`, "upper 0", 2],
      [`${folder}/project`, `${folder}/layers`, "target 0", 40],
      [`${workspace}/file`, `${folder}/layers`, "target 0", 20],
      // The kernel's own refusal: a layer of itself.
      [`${folder}/layers/upper`, `${folder}/layers`, "create", 40],
    ];
    for (const [target, layers, detail, errno] of cases) {
      const run = await site.run({
        argv: ["/bin/true"],
        fields: [["overlay", target], ["layers", layers]],
      });
      assert.equal(run.code, 70, JSON.stringify(run.lines));
      const failed = run.event("failed")!;
      assert.deepEqual(
        [failed["step"], failed["detail"], failed["errno"]],
        ["overlay", detail, errno],
      );
    }
  });
}
