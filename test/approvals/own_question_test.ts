// Copyright 2026 the airg authors. Apache-2.0 license.
// The question of `airg run` on one's own terminal fits on it: variables that
// are the terminal's own are one row, as in `watch` and `approvals approve`.
import assert from "node:assert/strict";
import { AIRG } from "../support/airg.ts";
import { askingSite } from "../support/asking_site.ts";
import { play } from "../support/terminals.ts";

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "what would run is still on a screen of 24 rows when airg run asks",
  ignore,
  async fn() {
    await using site = await askingSite();
    const folders = Array.from({ length: 12 }, (_, n) => `/opt/tools/${n}/bin`);
    const path = [...folders, site.env["PATH"]].join(":");
    const { run } = await play(site, {
      rows: 24,
      columns: 80,
      env: { PATH: path },
      programs: { run: [...AIRG, "run", "--", "touch", "made"] },
      steps: [
        ["start", "run"],
        ["expect", "run", "run it?"],
        ["send", "run", "no\r"],
        ["expect", "run", "why"],
        ["send", "run", "\r"],
        ["end", "run"],
      ],
    });
    const seen = run?.seen ?? "";
    const rows = seen.slice(seen.indexOf("would run:"), seen.indexOf("run it?"))
      .split("\n").length;
    assert.match(seen, /variables: .*PATH.* as in this terminal/);
    assert(rows <= 24, `${rows} rows`);
  },
});
