// Copyright 2026 the airg authors. Apache-2.0 license.

// Counting on a full disk: the machine's own words come out.
import assert from "node:assert/strict";
import { openCounters } from "../../src/store/counters.ts";

const isRoot = Deno.uid() === 0;
// deno-lint-ignore no-console -- a skip says why
if (!isRoot) console.log("not run: a full disk needs root to mount one");

Deno.test({
  name: "counters on a full disk say that it is full, and go on afterwards",
  ignore: !isRoot,
  async fn() {
    const folder = await Deno.makeTempDir();
    const mount = await new Deno.Command("mount", {
      args: ["-t", "tmpfs", "-o", "size=1m", "none", folder],
    }).output();
    assert(mount.success, "control: a small file system can be mounted");
    const counters = openCounters(`${folder}/counters.db`);
    try {
      const ballast = `${folder}/ballast`;
      await Deno.writeFile(ballast, new Uint8Array(300_000));
      assert.throws(() => {
        for (let n = 0;; n++) counters.attempt(`${n} ${"x".repeat(20_000)}`, n);
      }, /disk is full|disk I\/O error/);
      await Deno.remove(ballast);
      assert.equal(counters.attempt("one", 1), 1);
      assert.equal(counters.attempt("one", 1), 2);
    } finally {
      counters.close();
      await new Deno.Command("umount", { args: [folder] }).output();
      await Deno.remove(folder);
    }
  },
});
