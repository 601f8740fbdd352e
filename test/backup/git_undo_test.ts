// Copyright 2026 the airg authors. Apache-2.0 license.

// What git throws away beside content: empty folders, and a file's bits.
import assert from "node:assert/strict";
import { restoreNow } from "../../src/backup/restore/restore.ts";
import { acted, targetsFor } from "../support/acted.ts";
import { backupScene, sh } from "../support/backups.ts";
import { planned, restoreSite, shape } from "../support/restores.ts";

const READY = `git init -q; printf run > run; chmod 755 run; mkdir d
printf one > d/one; git add .
git -c user.name=a -c user.email=a@b commit -qm first
touch -d '2001-01-01' run d/one; git update-index --refresh -q`;

const CASES: readonly (readonly [text: string, before: string])[] = [
  ["git clean -fdq", "mkdir -p empty/deep d/empty new/empty; printf n > new/n"],
  ["git clean -fdxq", "mkdir empty; chmod 700 empty"],
  ["git checkout -q .", "chmod 644 run"],
  ["git reset -q --hard", "chmod 644 run"],
  ["git checkout -q -- d", "chmod 755 d/one"],
  ["git restore run", "chmod 600 run"],
];

for (const [text, before] of CASES) {
  Deno.test(`${text} is put back whole after: ${before}`, async () => {
    using scene = backupScene();
    const { workspace } = scene;
    sh(workspace, READY);
    sh(workspace, before);
    const files = () =>
      shape(workspace).filter((row) => !row.startsWith(".git"));
    const was = files();
    const id = await acted(scene, text);
    assert.notDeepEqual(files(), was);
    const action = await planned(scene, { by: "event", id });
    const outcome = await restoreNow(action, "d", restoreSite(scene));
    assert.equal(outcome.kind, "restored", JSON.stringify(outcome));
    assert.deepEqual(files(), was);
  });
}

Deno.test("where git does not look at bits, a file of other bits is not saved", () => {
  using scene = backupScene();
  const { workspace } = scene;
  sh(workspace, READY);
  sh(workspace, "chmod 644 run");
  const touched = () => targetsFor(workspace, "git checkout .").paths;
  assert.deepEqual(touched(), [`${workspace}/run`]);
  sh(workspace, "git config core.fileMode false");
  assert.deepEqual(touched(), []);
});
