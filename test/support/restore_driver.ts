// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Restores one event and kills itself at a given step: FOLDER WORKSPACE ID STEP.
 *
 * @module
 */

import { openBackups } from "../../src/backup/open_store.ts";
import {
  planRestore,
  restoreAction,
  restoreNow,
} from "../../src/backup/restore/restore.ts";
import { SETTINGS } from "./backups.ts";

const [folder = "", workspace = "", id = "", at = ""] = Deno.args;
const store = openBackups({
  root: `${folder}/state/backups`,
  keys: `${folder}/state/approvals.hmac.key`,
  settings: () => SETTINGS,
});
const plan = await planRestore({ by: "event", id }, workspace, store);
if (!plan.ok) throw new Error(plan.error);
const origin = {
  agent: "a",
  session: "s",
  source: "ai-agent",
  workspace,
} as const;
let steps = 0;
const got = await restoreNow(restoreAction(plan.value, origin, false), "d", {
  store,
  folder: `${folder}/state/backups/restoring`,
  forbidden: () => undefined,
  step() {
    if (++steps === Number(at)) Deno.kill(Deno.pid, "SIGKILL");
  },
});
if (got.kind !== "restored") throw new Error(JSON.stringify(got));
