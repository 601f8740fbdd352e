// Copyright 2026 the airg authors. Apache-2.0 license.
// kill -9 at each step of using an approval up: it is used once, or lost.
import assert from "node:assert/strict";
import { openApprovals } from "../../src/store/approvals/store.ts";
import { APPROVAL_SETTINGS } from "../support/approval_settings.ts";
import { OPERATOR } from "../support/memory_approvals.ts";

const CHILD = decodeURIComponent(
  new URL("./kill_child.ts", import.meta.url).pathname,
);

Deno.test.each([
  { step: "before the use", left: true, ran: 0 },
  { step: "after the use", left: false, ran: 0 },
  { step: "after the record of consumed", left: false, ran: 0 },
  { step: "before the record of started", left: false, ran: 0 },
  { step: "while it runs", left: false, ran: 1 },
  { step: "before the record of finished", left: false, ran: 1 },
])("killed $step: left is $left, and it ran $ran times", async (c) => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(await child(folder, "none"), "asked");
    approveAll(folder);
    assert.equal(await child(folder, c.step), "killed");
    assert.equal(await ranIn(folder), c.ran);
    // What is left is used once; what is lost is asked for again.
    assert.equal(await child(folder, "none"), c.left ? "ran" : "asked");
    assert.equal(await child(folder, "none"), "asked");
    assert.equal(await ranIn(folder), 1 - (c.left || c.ran === 1 ? 0 : 1));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function child(folder: string, step: string): Promise<string> {
  const { signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, folder, step],
  }).output();
  if (signal === "SIGKILL") return "killed";
  const said = new TextDecoder().decode(stdout).trim();
  return said === "" ? new TextDecoder().decode(stderr) : said;
}

function approveAll(folder: string): void {
  const now = Date.now();
  const store = openApprovals({
    database: `${folder}/approvals.db`,
    keys: `${folder}/keys`,
  }, now);
  const pending = store.pending(now);
  assert.equal(pending.length, 1);
  for (const { digest, id } of pending) {
    const answer = { scope: { kind: "once" }, who: OPERATOR, digest } as const;
    assert.equal(store.approve(id, answer, APPROVAL_SETTINGS, now).ok, true);
  }
  store.close();
}

async function ranIn(folder: string): Promise<number> {
  try {
    const text = await Deno.readTextFile(`${folder}/ran`);
    return text.split("\n").length - 1;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
