// Copyright 2026 the airg authors. Apache-2.0 license.
// A row of the history that somebody changed is not left out in silence.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runAirg } from "../support/airg.ts";
import { askedFor, askingSite, onTerminal } from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "the history of a request says that a row of it was changed",
  ignore,
  async fn() {
    await using site = await askingSite();
    const id = await askedFor(site, ["touch", "made"]);
    assert.equal((await onTerminal(site, ["approve", id])).code, 0);
    const whole = await runAirg(site, ["approvals", "history", id]);
    assert.match(whole.stdout, /approved/, "control");
    assert.equal(whole.stderr, "", "control");
    const database = new DatabaseSync(`${site.state}/approvals.db`);
    database.exec(
      "UPDATE history SET body = body || ' ' WHERE what = 'approved'",
    );
    database.close();
    const { stdout, stderr } = await runAirg(site, [
      "approvals",
      "history",
      id,
    ]);
    assert.match(stdout + stderr, /damaged|not as airg wrote/);
  },
});
