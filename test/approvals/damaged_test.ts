// Copyright 2026 the airg authors. Apache-2.0 license.
// A database whose pages were overwritten: each command names the file and a
// cure, as it does where the file cannot be opened at all.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runAirg } from "../support/airg.ts";
import { askedFor, askingSite, onTerminal } from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux";
const PAGE = 4096;

/** Overwrites all but the first page, with nothing left in the log beside it. */
function overwrite(path: string): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  const bytes = Deno.readFileSync(path);
  assert(bytes.length > 2 * PAGE, "there is something to damage");
  bytes.fill(0xa5, PAGE);
  Deno.writeFileSync(path, bytes);
}

Deno.test({
  name: "a damaged database is named, with its cure, by each command",
  ignore,
  async fn() {
    await using site = await askingSite();
    const id = await askedFor(site, ["touch", "made"]);
    const path = `${site.state}/approvals.db`;
    overwrite(path);
    for (const words of [["list"], ["show", id], ["history", id]]) {
      const { code, stderr } = await runAirg(site, ["approvals", ...words]);
      assert.equal(code, 70, stderr);
      assert(stderr.includes(path), `${words[0]} names no file: ${stderr}`);
      assert.match(stderr, /airg: hint: /);
    }
    for (const words of [["approve", id], ["repair"]]) {
      const { seen } = await onTerminal(site, words);
      assert(seen.includes(path), `${words[0]} names no file: ${seen}`);
      assert.match(seen, /airg: hint: /);
    }
  },
});
