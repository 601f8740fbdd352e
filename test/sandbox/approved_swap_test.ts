// Copyright 2026 the airg authors. Apache-2.0 license.

// What was approved is what runs, also while another command of the same agent
// swaps the script as fast as it can.
import assert from "node:assert/strict";
import { APPROVAL_SETTINGS } from "../support/approval_settings.ts";
import { openApprovals } from "../../src/store/approvals/store.ts";
import { IDENTITIES, type Ran, Site } from "../support/contained_site.ts";
import { sha256Hex } from "../../src/base/digest.ts";
import { OPERATOR } from "../support/memory_approvals.ts";

const GOOD =
  "echo good; echo up >up; while [ ! -e stop ]; do sleep 0.05; done\n";
/** The same, and soon over. */
const SHORT = "echo good\n";
const EVIL = "echo EVIL; echo EVIL >evil-ran\n";

const POLICY = {
  version: 1,
  // The one that swaps is not to end by itself.
  execution: { max_command_timeout_seconds: 3_600 },
  rules: [{
    id: "ask",
    match: { program: "bash" },
    verdict: "escalate",
    reason: "Is asked about",
  }],
};

function siteFor(identity: typeof IDENTITIES[number]): Site {
  const site = new Site(identity);
  const config = `${site.home}/.config/ai-runtime-guard`;
  Deno.mkdirSync(config, { recursive: true, mode: 0o700 });
  site.write(`${config}/policy.json`, JSON.stringify(POLICY), 0o600);
  Deno.mkdirSync(`${site.project}/dir`);
  site.write(`${site.project}/x.sh`, GOOD);
  site.write(`${site.project}/dir/x.sh`, GOOD);
  site.write(`${site.project}/evil`, EVIL);
  site.own();
  give(site);
  return site;
}

/** airg's own folders are its own, whoever has the project; the test's while it looks into them. */
function give(
  { home, identity }: Site,
  runsAs: number = identity.runsAs,
): void {
  if (Deno.uid() !== 0) return;
  for (const name of [".config", ".local", ".cache"]) {
    new Deno.Command("chown", {
      args: ["-Rh", `${runsAs}:${runsAs}`, `${home}/${name}`],
      stderr: "null",
    }).outputSync();
  }
}

/** Approves what waits, if it is about the good script. */
function approveGood(site: Site, good: string = GOOD): number {
  give(site, 0);
  const store = openApprovals({
    database: `${site.home}/.local/state/ai-runtime-guard/approvals.db`,
    keys: `${site.home}/.config/ai-runtime-guard/approvals.hmac.key`,
  }, Date.now());
  try {
    const asked = store.pending(Date.now()).filter(({ subject }) =>
      subject.files.some(({ path, sha256 }) =>
        path.endsWith("x.sh") && sha256 === sha256Hex(good)
      )
    );
    for (const { digest, id } of asked) {
      store.approve(
        id,
        { scope: { kind: "once" }, who: OPERATOR, digest },
        APPROVAL_SETTINGS,
        Date.now(),
      );
    }
    return asked.length;
  } finally {
    store.close();
    give(site);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 20));
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

for (const identity of IDENTITIES) {
  Deno.test(`${identity.name}: a run that swaps the script keeps it from starting`, async () => {
    await using site = siteFor(identity);
    const { project } = site;
    site.write(`${project}/x.sh`, SHORT);
    const approved = async (): Promise<Ran> =>
      await site.contained(["bash", "x.sh"]);
    site.write(`${project}/good`, SHORT);
    const flipper = site.contained([
      "sh",
      "-c",
      ": >flips; while [ ! -e enough ]; do cp evil t; mv t x.sh; cp good t; mv t x.sh; done",
    ]);
    await until(() => isThere(`${project}/flips`));
    let busy = 0;
    for (let turn = 0; turn < 6; turn++) {
      await approved();
      if (approveGood(site, SHORT) === 0) continue;
      const ran = await approved();
      assert.equal(ran.code, 75, ran.stdout + ran.stderr);
      assert.equal(ran.stdout, "");
      if (/another command is running that could change/.test(ran.stderr)) {
        busy++;
      }
    }
    assert(!isThere(`${project}/evil-ran`));
    await Deno.writeTextFile(`${project}/enough`, "");
    assert.equal((await flipper).code, 0);
    site.write(`${project}/x.sh`, SHORT);
    // The control: with nobody there that could, it runs; and a grant that met
    // somebody was not used up.
    const first = await approved();
    if (busy === 0) assert.equal(first.code, 75);
    approveGood(site, SHORT);
    const last = first.code === 0 ? first : await approved();
    assert.equal(last.code, 0, last.stderr);
    assert.equal(last.stdout, "good\n");
  });

  const WAYS = [
    ["renames another over it", "mv evil x.sh"],
    ["writes into it", "cat evil >x.sh"],
    ["deletes it", "rm -f x.sh"],
    ["moves it away", "mv x.sh y.sh"],
    ["renames another over one in a folder", "mv evil dir/x.sh"],
    ["renames the folder that it is in", "mv dir other"],
    ["writes into another name of it", "cat evil >alias"],
  ] as const;
  Deno.test(`${identity.name}: a run that starts later leaves an approved script alone`, async () => {
    await using site = siteFor(identity);
    const { project } = site;
    const words = ["bash", "-c", ". ./x.sh; . dir/x.sh; cat x.sh"];
    await Deno.link(`${project}/x.sh`, `${project}/alias`);
    // By its name it is no code, so that it is not kept.
    await Deno.link(`${project}/x.sh`, `${project}/alias.log`);
    assert.equal((await site.contained(words)).code, 75);
    assert.equal(approveGood(site), 1);
    const approved = site.contained(words);
    await until(() => isThere(`${project}/up`));
    for (const [name, shell] of WAYS) {
      const ran = await site.contained(["sh", "-c", shell]);
      assert.notEqual(ran.code, 0, `${name}: ${ran.stderr}`);
    }
    // Another name of the file: its content changes, what is seen does not.
    const alias = await site.contained(["sh", "-c", "cat evil >alias.log"]);
    assert.equal(alias.code, 0, alias.stderr);
    assert.equal(await Deno.readTextFile(`${project}/x.sh`), EVIL);
    // What is not held can be written.
    assert.equal((await site.contained(["touch", "z"])).code, 0);
    await Deno.writeTextFile(`${project}/stop`, "");
    const { code, stdout, stderr } = await approved;
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `good\ngood\n${GOOD}`);
    // The control: nothing is held any more.
    for (const [name, shell] of WAYS) {
      site.write(`${project}/x.sh`, GOOD);
      site.write(`${project}/evil`, EVIL);
      const ran = await site.contained(["sh", "-c", shell]);
      assert.equal(ran.code, 0, `${name}: ${ran.stderr}`);
    }
  });
}
