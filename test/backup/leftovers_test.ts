// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks

// What commands leave beside what they change goes again when it is put back.
import assert from "node:assert/strict";
import { restoreNow } from "../../src/backup/restore/restore.ts";
import { acted, targetsFor } from "../support/acted.ts";
import { backupScene, sh } from "../support/backups.ts";
import { planned, restoreSite, shape } from "../support/restores.ts";

const COMMANDS: readonly (readonly [text: string, leaves: string])[] = [
  ["sed -i.bak s/one/two/ a d/c", "d/c.bak"],
  ["sed --in-place=.old s/one/two/ a", "a.old"],
  ["sed -i'd_*' s/one/two/ a", "d_a"],
  ["perl -pi.orig -e s/one/two/ a", "a.orig"],
  ["gzip -k a", "a.gz"],
  ["gzip -r d", "d/c.gz"],
  ["gunzip z.gz", "z"],
  ["split -l 1 a d/part", "d/partaa"],
  ["csplit -s a 2", "xx00"],
  ["csplit -s -f d/y a 2", "d/y00"],
  ["mv --backup a b", "b~"],
  ["cp --backup=numbered a b", "b.~1~"],
  ["cp -b a d/c", "d/c~"],
  ["cp -b -t d c", "d/c~"],
  ["cp -S .sav a b", "b.sav"],
  ["ln -sbf a b", "b~"],
  ["patch -s -b a change.diff", "a.orig"],
  ["patch -s a wrong.diff || true", "a.rej"],
];

const READY = `mkdir d; printf 'one\\nline\\n' > a; printf 'b\\n' > b
printf 'one\\n' > c; printf 'one\\n' > d/c; printf 'z\\n' > z; gzip z
printf '%s\\n' '--- a' '+++ a' '@@ -1,2 +1,2 @@' '-one' '+two' ' line' > change.diff
printf '%s\\n' '--- a' '+++ a' '@@ -1,2 +1,2 @@' '-no such' '+two' ' thing' > wrong.diff`;

for (const [text, leaves] of COMMANDS) {
  Deno.test(`what ${text.split(" ")[0]} leaves goes again: ${text}`, async () => {
    using scene = backupScene();
    const { workspace } = scene;
    sh(workspace, READY);
    const names = () =>
      shape(workspace).filter((row) => !row.startsWith("z.gz "));
    const before = names();
    const id = await acted(scene, text);
    Deno.lstatSync(`${workspace}/${leaves}`);
    const action = await planned(scene, { by: "event", id });
    const outcome = await restoreNow(action, "d", restoreSite(scene));
    assert.equal(outcome.kind, "restored", JSON.stringify(outcome));
    assert.deepEqual(names(), before);
    Deno.lstatSync(`${workspace}/z.gz`);
  });
}

Deno.test("a file that somebody makes beside one that sed changes in place stays", () => {
  using scene = backupScene();
  const { workspace } = scene;
  sh(workspace, READY);
  const { appeared } = targetsFor(workspace, "sed -i s/one/two/ a");
  Deno.writeTextFileSync(`${workspace}/somebody's`, "");
  assert.deepEqual(appeared(), []);
});
