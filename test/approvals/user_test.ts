// Copyright 2026 the airg authors. Apache-2.0 license.
// The operator's side as each identity that can be had here: what a terminal,
// a state folder and a policy file are is not the same for root and a user.
import assert from "node:assert/strict";
import {
  airgWords,
  IDENTITIES,
  type Ran,
  Site,
} from "../support/contained_site.ts";
import { play, type Seen, type Step } from "../support/terminals.ts";

const ignore = Deno.build.os !== "linux";

const POLICY = {
  version: 1,
  extends: ["default"],
  rules: [{
    id: "ask",
    match: { program: "touch" },
    verdict: "escalate",
    reason: "Asked about",
  }],
};

async function person(
  site: Site,
  words: readonly string[],
  steps: readonly Step[] = [],
): Promise<Seen> {
  const { runsAs } = site.identity;
  const { me } = await play({ env: site.env, workspace: site.project }, {
    columns: 120,
    programs: { me: [...airgWords(runsAs), "approvals", ...words] },
    steps: [["start", "me"], ...steps],
    ...(Deno.uid() === 0 && { uid: runsAs }),
  });
  assert(me !== undefined);
  return me;
}

async function run(site: Site, name: string): Promise<Ran> {
  return await site.contained(["touch", name]);
}

async function asked(site: Site, name: string): Promise<string> {
  const { code, stderr } = await run(site, name);
  assert.equal(code, 75, stderr);
  // The list is data: no terminal is needed, and the newest comes last.
  const { seen } = await person(site, ["list", "--json"]);
  const { requests } = JSON.parse(seen.slice(seen.indexOf("{")));
  return requests.at(-1).id;
}

for (const identity of IDENTITIES) {
  Deno.test({
    name:
      `${identity.name}: a terminal approves, watches, writes a rule and takes it out`,
    ignore,
    async fn() {
      await using site = new Site(identity);
      const folder = `${site.home}/.config/ai-runtime-guard`;
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      const path = `${folder}/policy.json`;
      const policy = JSON.stringify(POLICY, null, 2);
      await Deno.writeTextFile(path, policy, { mode: 0o600 });
      if (Deno.uid() === 0) {
        for (const own of [`${site.home}/.config`, folder, path]) {
          await Deno.chown(own, identity.runsAs, identity.runsAs);
        }
        await Deno.chown(site.home, identity.runsAs, identity.runsAs);
      }

      const first = await asked(site, "one");
      const approved = await person(site, ["approve", first]);
      assert.equal(approved.code, 0, approved.seen);
      const ran = await run(site, "one");
      assert.equal(ran.code, 0, ran.stderr);

      await asked(site, "two");
      const watched = await person(site, ["watch", "--quiet"], [
        ["expect", "me", "would run"],
        ["insist", "me", "a", "! approved"],
        ["send", "me", "q"],
      ]);
      assert.deepEqual([watched.code, watched.restored], [0, true]);
      assert.equal((await run(site, "two")).code, 0);

      const third = await asked(site, "three");
      const id = `approved.${third.slice(-8)}`;
      const written = await person(site, ["approve", "--write-rule", third], [
        ["expect", "me", "to write it to"],
        ["send", "me", `${id}\n`],
      ]);
      assert.equal(written.code, 0, written.seen);
      const { uid, mode } = await Deno.stat(path);
      assert.deepEqual([uid, (mode ?? 0) & 0o777], [identity.runsAs, 0o600]);
      assert.equal((await run(site, "three")).code, 0);
      assert.equal((await run(site, "three")).code, 0);

      const taken = await person(site, ["revoke", id], [
        ["expect", "me", "to take it out of"],
        ["send", "me", `${id}\n`],
      ]);
      assert.equal(taken.code, 0, taken.seen);
      assert.equal(await Deno.readTextFile(path), policy);
      assert.equal((await run(site, "three")).code, 75);
    },
  });
}
