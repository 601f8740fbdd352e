// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Applies held changes and ends itself at the Nth step, as `kill -9` would: no
 * handler runs, nothing is tidied up. Started by ephemeral_test.ts.
 *
 * Words: folder of all held changes, id, N.
 *
 * @module
 */

import { applyChanges } from "../../src/changes/apply.ts";
import { openHeld, pending } from "../../src/changes/store.ts";
import { openExactFiles } from "../../src/platform/exact_files.ts";

const [root = "", id = "", nth = "0"] = Deno.args;
using files = openExactFiles();
const held = openHeld(files, root, id);
if (!held.ok) throw new Error(held.error.why);
let steps = 0;
await applyChanges(held.value, pending(held.value), {
  files,
  overwrite: false,
  step: () => {
    if (steps++ === Number(nth)) Deno.kill(Deno.pid, "SIGKILL");
  },
});
