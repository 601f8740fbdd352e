// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A guard on the real store that is killed at one step: words are the folder,
 * and the step. Says what became of the action, if it gets so far; each run
 * adds a line to `ran`.
 *
 * @module
 */

import type { ExecAction } from "../../src/action/action.ts";
import { handle } from "../../src/guard/guard.ts";
import { openApprovals } from "../../src/store/approvals/store.ts";
import { fakeApprovals } from "../support/fake_approvals.ts";
import { EXITED, fakeParts } from "../support/fake_parts.ts";

const [folder = "", step = ""] = Deno.args;

const store = openApprovals({
  database: `${folder}/approvals.db`,
  keys: `${folder}/keys`,
}, Date.now());

function reach(name: string): void {
  if (name === step) Deno.kill(Deno.pid, "SIGKILL");
}

const action: ExecAction = {
  kind: "exec",
  origin: { agent: "a", session: "s", source: "ai-agent", workspace: "/w" },
  command: { form: "argv", argv: ["x"] },
  cwd: "/w",
};

const approvals = fakeApprovals({ store, now: () => Date.now() });
const { parts: { effects } } = fakeParts({
  workspace: "/w",
  verdict: "escalate",
  approvals: {
    ...approvals,
    async redeem(ask) {
      reach("before the use");
      const redeemed = await approvals.redeem(ask);
      reach("after the use");
      return redeemed;
    },
    async record(event) {
      await approvals.record(event);
      reach(`after the record of ${event.what}`);
    },
  },
  record({ event }) {
    reach(`before the record of ${event}`);
    return Promise.resolve({ seq: 1 } as Awaited<
      ReturnType<typeof effects.record>
    >);
  },
  run() {
    Deno.writeTextFileSync(`${folder}/ran`, "ran\n", { append: true });
    reach("while it runs");
    return Promise.resolve(EXITED);
  },
});

const { allowed } = await handle(action, {
  ...effects,
  clock: () => Date.now(),
});
// deno-lint-ignore no-console -- the test reads it
console.log(allowed ? "ran" : "asked");
store.close();
