// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { link, readLine } from "./chain.ts";
import { openLog } from "./log.ts";
import { isForeignLog, tailLines, verifyLog } from "./query.ts";
import { makeRedactor } from "./redact.ts";
import { changesFields } from "./record.ts";

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
      why: "the log ended at record 1, but record 2 had been written",
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

async function threeRecords(folder: string): Promise<string> {
  const path = `${folder}/log`;
  const log = openLog(path, { clock });
  for (const action of ["a", "\ufffd", "c"]) {
    await log.append(redact({ action }), { durable: false });
  }
  return path;
}

Deno.test("verifyLog() finds every changed, removed and inserted byte", () =>
  withFolder(async (folder) => {
    const path = await threeRecords(folder);
    const bytes = await Deno.readFile(path);
    for (let at = 0; at < bytes.length; at++) {
      const changes = {
        changed: bytes.with(at, bytes[at]! ^ 1),
        broken: bytes.with(at, 0xff),
        removed: new Uint8Array([
          ...bytes.subarray(0, at),
          ...bytes.subarray(at + 1),
        ]),
        inserted: new Uint8Array([
          ...bytes.subarray(0, at),
          32,
          ...bytes.subarray(at),
        ]),
      };
      for (const [name, changed] of Object.entries(changes)) {
        await Deno.writeFile(path, changed);
        assert.equal((await verifyLog(path)).ok, false, `${name} at ${at}`);
      }
    }
    await Deno.writeFile(
      path,
      new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]),
    );
    assert.equal((await verifyLog(path)).ok, false, "byte order mark");
    await Deno.writeFile(path, bytes);
    assert.equal((await verifyLog(path)).ok, true, "control");
  }));

Deno.test("records cut off at the end stay found when others follow", () =>
  withFolder(async (folder) => {
    const path = await threeRecords(folder);
    const [first] = (await Deno.readTextFile(path)).split("\n");
    await Deno.writeTextFile(path, `${first}\n`);
    const log = openLog(path, { clock });
    await log.append(redact({ action: "next" }), { durable: false });
    await log.append(redact({ action: "next" }), { durable: false });
    assert.deepEqual(await verifyLog(path), {
      ok: false,
      records: 4,
      line: 2,
      why:
        "when it was added, the log ended at record 1, but record 3 had been written",
    });
  }));

Deno.test("a last record that was forged with its hash is found", () =>
  withFolder(async (folder) => {
    const path = await threeRecords(folder);
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    const second = readLine(lines[1]!);
    assert(second.ok);
    const forged = link(second.head, "2026-01-01T00:00:00.000Z", {
      action: "forged",
    });
    const text = `${lines[0]}\n${lines[1]}\n${forged.line}\n`;
    await Deno.writeTextFile(path, text);
    assert.equal((await verifyLog(path)).ok, false);
    const log = openLog(path, { clock });
    await log.append(redact({ action: "next" }), { durable: false });
    const result = await verifyLog(path);
    assert(!result.ok && result.line === 4, JSON.stringify(result));
  }));

Deno.test("a damaged or missing head file is made again and recorded", () =>
  withFolder(async (folder) => {
    const path = await threeRecords(folder);
    const log = openLog(path, { clock });
    await Deno.writeTextFile(`${path}.head`, "{");
    await log.append(redact({ action: "d" }), { durable: false });
    await Deno.remove(`${path}.head`);
    await log.append(redact({ action: "e" }), { durable: false });
    const heads = (await tailLines(path, 4)).map((line) =>
      JSON.parse(line).head
    );
    assert.deepEqual(heads, ["damaged", undefined, "missing", undefined]);
    const result = await verifyLog(path);
    assert(result.ok && result.records === 7);
  }));

Deno.test("append() refuses a record that could not be read back", () =>
  withFolder(async (folder) => {
    const path = await threeRecords(folder);
    const before = await Deno.readFile(path);
    const log = openLog(path, { clock });
    const large = { action: "x".repeat(17 * 1024 * 1024) } as never;
    await assert.rejects(log.append(large, { durable: false }), RangeError);
    assert.deepEqual(await Deno.readFile(path), before);
  }));

Deno.test("verifyLog() has no false alarm while others append", () =>
  withFolder(async (folder) => {
    const path = await threeRecords(folder);
    const log = openLog(path, { clock });
    let done = false;
    const writing = (async () => {
      for (let n = 0; n < 150; n++) {
        await log.append(redact({ action: "x".repeat(5_000) }), {
          durable: n % 10 === 0,
        });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      done = true;
    })();
    while (!done) {
      const result = await verifyLog(path);
      assert(result.ok, JSON.stringify(result));
    }
    await writing;
  }));

Deno.test("tailLines() gives the last lines of a log longer than one look", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const lines = Array.from(
      { length: 90 },
      (_, n) => `${n} ${"x".repeat(9_000)}`,
    );
    await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
    for (const count of [0, 1, 40, 90, 200]) {
      const want = lines.slice(Math.max(0, 90 - count));
      assert.deepEqual(await tailLines(path, count), count ? want : []);
    }
  }));

Deno.test("a log that begins with what was done to held changes is airg's own", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const origin = {
      agent: "a",
      session: "s",
      source: "human-operator" as const,
      workspace: "/w",
    };
    const fields = changesFields({
      ...{ event: "changes" as const, act: "apply" as const, origin },
      ...{ phase: "started" as const, id: "1", paths: ["a"], count: 1 },
    });
    await openLog(path, { clock }).append(redact(fields), { durable: false });
    assert.equal(isForeignLog(path), false);
    assert.equal((await verifyLog(path)).ok, true);
  }));
