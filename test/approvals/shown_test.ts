// Copyright 2026 the airg authors. Apache-2.0 license.
// What a person was shown is on record, wherever it was shown.
import assert from "node:assert/strict";
import { runAirg } from "../support/airg.ts";
import { askedFor, askingSite, onTerminal } from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "approving on a terminal records that the request was shown there",
  ignore,
  async fn() {
    await using site = await askingSite();
    const id = await askedFor(site, ["touch", "made"]);
    const { code, seen } = await onTerminal(site, ["approve", id]);
    assert.equal(code, 0, seen);
    assert.match(seen, /would run:/, "control: it shows the request");
    const { stdout } = await runAirg(site, ["approvals", "history", id]);
    assert.match(stdout, /shown .*terminal/);
  },
});
