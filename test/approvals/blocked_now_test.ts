// Copyright 2026 the airg authors. Apache-2.0 license.
// What was approved and is blocked by the policy of now: the grant is gone, and
// the history says why (decision 0008, 6), also when the policy is put back.
import assert from "node:assert/strict";
import { runAirg } from "../support/airg.ts";
import {
  askedFor,
  askingSite,
  ASKS,
  onTerminal,
  setRules,
} from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux";
const RUN = ["run", "--", "touch", "made"];

Deno.test({
  name: "a grant whose command the policy now blocks is voided, with a reason",
  ignore,
  async fn() {
    await using site = await askingSite();
    const id = await askedFor(site, RUN.slice(2));
    const approved = await onTerminal(site, ["approve", id]);
    assert.equal(approved.code, 0, approved.seen);
    await setRules(site, [{ ...ASKS, id: "never", verdict: "block" }]);
    const blocked = await runAirg(site, RUN);
    assert.equal(blocked.code, 77, blocked.stderr);
    const history = await runAirg(site, ["approvals", "history", id]);
    assert.match(history.stdout, /voided/);
    await setRules(site, [ASKS]);
    const again = await runAirg(site, RUN);
    assert.equal(again.code, 75, "the grant outlived a policy that blocked it");
  },
});
