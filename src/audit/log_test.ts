// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { openLog } from "./log.ts";
import { isForeignLog, tailLines, verifyLog } from "./query.ts";
import { makeRedactor } from "./redact.ts";

const redact = await makeRedactor([]);
const clock = () => Date.UTC(2026, 0, 1);

async function withFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("append() makes a chain that verifies, private to the user", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const log = openLog(path, { clock });
    for (let n = 1; n <= 3; n++) {
      const proof = await log.append(redact({ action: n }), {
        durable: n === 2,
      });
      assert.equal(proof.seq, n);
    }
    const result = await verifyLog(path);
    assert(result.ok && result.records === 3);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert.equal((await tailLines(path, 2)).length, 2);
    assert.equal(isForeignLog(path), false);
  }));

Deno.test("verifyLog() finds records cut off at the end", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const log = openLog(path, { clock });
    await log.append(redact({ action: 1 }), { durable: false });
    const { size } = await Deno.stat(path);
    await log.append(redact({ action: 2 }), { durable: false });
    await Deno.truncate(path, size);
    assert.deepEqual(await verifyLog(path), {
      ok: false,
      records: 1,
      line: 2,
      why: "the log ends at record 1, but record 2 was written",
    });
  }));

Deno.test("append() keeps a torn line aside and says so", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const log = openLog(path, { clock });
    await log.append(redact({ action: 1 }), { durable: false });
    await Deno.writeTextFile(path, '{"action":2,"ha', { append: true });
    const before = await verifyLog(path);
    assert(!before.ok && before.line === 2);
    await log.append(redact({ action: 3 }), { durable: false });
    const after = await verifyLog(path);
    assert(after.ok && after.records === 3, JSON.stringify(after));
    const [recovered] = await tailLines(path, 2);
    const { event, bytes, movedTo } = JSON.parse(recovered!);
    assert.deepEqual({ event, bytes }, { event: "recovered", bytes: 15 });
    assert.equal(await Deno.readTextFile(movedTo), '{"action":2,"ha');
  }));

Deno.test("append() refuses to continue a line that is not ours", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    await Deno.writeTextFile(path, '{"timestamp":"x"}\n');
    assert.equal(isForeignLog(path), true);
    const log = openLog(path, { clock });
    await assert.rejects(
      log.append(redact({ action: 1 }), { durable: false }),
      /run airg audit verify/,
    );
    assert.equal(await Deno.readTextFile(path), '{"timestamp":"x"}\n');
  }));

Deno.test("a record longer than the first look at the end is continued", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const log = openLog(path, { clock });
    for (const action of ["a".repeat(300_000), "b", "c".repeat(70_000), "d"]) {
      await log.append(redact({ action }), { durable: false });
    }
    const result = await verifyLog(path);
    assert(result.ok && result.records === 4);
  }));
