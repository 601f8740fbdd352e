// Copyright 2026 the airg authors. Apache-2.0 license.
// A list that leaves something out says so, and how to see it.
import assert from "node:assert/strict";
import { runAirg } from "../support/airg.ts";
import { askedFor, askingSite } from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "a list of requests that is cut says how many it leaves out",
  ignore,
  async fn() {
    await using site = await askingSite();
    await askedFor(site, ["touch", "one"]);
    await askedFor(site, ["touch", "two"]);
    const whole = await runAirg(site, ["approvals", "list"]);
    assert.match(whole.stdout, /touch two/, "control");
    const cut = await runAirg(site, ["approvals", "list", "-n", "1"]);
    assert.doesNotMatch(cut.stdout, /touch two/, "control: it is cut");
    assert.match(cut.stderr, /airg: notice: .*\b1\b.*(?:--number|-n)/);
  },
});
