// Copyright 2026 the airg authors. Apache-2.0 license.
// Each grant that is open is visible: a person sees what it lets run.
import assert from "node:assert/strict";
import { runAirg } from "../support/airg.ts";
import { askedFor, askingSite, onTerminal } from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux";

const SCOPES = [
  { scope: "once", option: [] },
  { scope: "session", option: ["--session"] },
];

Deno.test.each(SCOPES)(
  "the list says what an open grant lets run: $scope",
  { ignore },
  async ({ scope, option }) => {
    await using site = await askingSite();
    const id = await askedFor(site, ["touch", "made"]);
    const { code, seen } = await onTerminal(site, ["approve", ...option, id]);
    assert.equal(code, 0, seen);
    const { stdout } = await runAirg(site, ["approvals", "list"]);
    const rows = stdout.split("\n");
    const row = rows.find((one) => one.includes(`grant (${scope})`));
    assert(row !== undefined, `control: ${stdout}`);
    assert(row.includes("touch made"), `whose grant is this? ${row}`);
  },
);
