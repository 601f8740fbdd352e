// Copyright 2026 the airg authors. Apache-2.0 license.
// `airg run` on the real store: asked, approved by another process, run once.
import assert from "node:assert/strict";
import { makeSite, type Ran, runAirg, type Site } from "../support/airg.ts";
import { operatorOf, putPolicy } from "../support/operator.ts";

const ASK = {
  id: "ask",
  match: { program: ["touch", "sh"] },
  verdict: "escalate",
  reason: "Is asked about",
};

Deno.test("airg run ends with 75 and an id; approved, the same runs once", async () => {
  await using site = await asking();
  const first = await run(site, "touch", "made");
  assert.equal(first.code, 75, first.stderr);
  assert.match(first.stderr, /this needs a person's approval/);
  assert.match(first.stderr, /Is asked about/);
  const id = idIn(first);
  const again = await run(site, "touch", "made");
  assert.equal(idIn(again), id, "the same request");
  using operator = operatorOf(site);
  const { asker, subject } = operator.find(id);
  assert.equal(asker.session, `default ${site.workspace}`);
  assert.deepEqual(
    subject.files.map(({ role, sha256 }) => [role, sha256?.length]),
    [["program", 64]],
  );
  assert.equal(operator.approve(id).ok, true);
  const done = await run(site, "touch", "made");
  assert.equal(done.code, 0, done.stderr);
  assert((await Deno.stat(`${site.workspace}/made`)).isFile);
  const after = await run(site, "touch", "made");
  assert.equal(after.code, 75);
  assert.notEqual(idIn(after), id);
  assert.deepEqual(operator.what(id), ["asked", "approved", "consumed"]);
  assert.deepEqual(await eventsOf(site), [
    ...["approval asked", "decision", "decision"],
    ...["approval consumed", "started", "finished"],
    ...["approval asked", "decision"],
  ]);
});

Deno.test("airg run of an approved script that was changed asks again and says why", async () => {
  await using site = await asking();
  await Deno.writeTextFile(`${site.workspace}/s.sh`, "echo good\n");
  const first = await run(site, "sh", "s.sh");
  using operator = operatorOf(site);
  operator.approve(idIn(first));
  await Deno.writeTextFile(`${site.workspace}/s.sh`, "echo bad\n");
  const swapped = await run(site, "sh", "s.sh");
  assert.equal(swapped.code, 75);
  assert.equal(swapped.stdout, "");
  assert.match(swapped.stderr, /s\.sh has another content/);
  assert.equal(operator.find(idIn(first)).state, "voided");
  operator.approve(idIn(swapped));
  assert.equal((await run(site, "sh", "s.sh")).stdout, "bad\n");
});

Deno.test("airg run of what was denied says the operator's words", async () => {
  await using site = await asking();
  const first = await run(site, "touch", "made");
  using operator = operatorOf(site);
  operator.deny(idIn(first), "use staging instead");
  const denied = await run(site, "touch", "made");
  assert.equal(denied.code, 75);
  assert.match(denied.stderr, /^airg: refused: a person denied it$/m);
  assert.match(denied.stderr, /use staging instead/);
  assert.deepEqual(operator.pending(), []);
});

Deno.test("--json carries the approval's id and nothing that answers", async () => {
  await using site = await asking();
  const { code, stderr } = await runAirg(site, [
    ...["run", "--json", "--", "touch", "made"],
  ]);
  assert.equal(code, 75);
  const { decision } = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
  assert.deepEqual(Object.keys(decision.approval).sort(), ["expiresAt", "id"]);
});

Deno.test("a store that cannot be relied on blocks, with a cure", async () => {
  await using site = await asking();
  await run(site, "touch", "made");
  await Deno.writeTextFile(`${site.state}/approvals.db`, "x".repeat(4_096));
  const { code, stderr } = await run(site, "touch", "made");
  assert.equal(code, 77);
  assert.match(stderr, /approval\.unavailable/);
  assert.match(stderr, /^airg: hint: /m);
});

Deno.test("ci asks nobody: no store is made", async () => {
  await using site = await asking({ extends: ["ci"] });
  const { code } = await run(site, "touch", "made");
  assert.equal(code, 77);
  await assert.rejects(() => Deno.stat(`${site.state}/approvals.db`));
});

async function asking(more: Record<string, unknown> = {}): Promise<Site> {
  const site = await makeSite();
  await putPolicy(site, { rules: [ASK], ...more });
  return site;
}

async function run(site: Site, ...words: string[]): Promise<Ran> {
  return await runAirg(site, ["run", "--", ...words]);
}

function idIn({ stderr }: Ran): string {
  const id = /^airg: request: (\S+),/m.exec(stderr)?.[1];
  assert(id !== undefined, stderr);
  return id;
}

async function eventsOf(site: Site): Promise<string[]> {
  const text = await Deno.readTextFile(`${site.state}/activity.log`);
  return text.trim().split("\n").flatMap((line) => {
    const { approval, event } = JSON.parse(line);
    if (event === "approval") return [`approval ${approval.what}`];
    return ["decision", "started", "finished"].includes(event) ? [event] : [];
  });
}
