// Copyright 2026 the airg authors. Apache-2.0 license.

// The log when the machine fails: the n-th operation throws, the disk is full,
// many processes write at once, writers are killed in the middle.
import assert from "node:assert/strict";
import { openLog } from "../../src/audit/log.ts";
import { verifyLog } from "../../src/audit/query.ts";
import { makeRedactor } from "../../src/audit/redact.ts";
import { type Files, MACHINE_FILES } from "../../src/platform/files.ts";

const redact = await makeRedactor([]);
const clock = () => Date.UTC(2026, 0, 1);

/** The machine's files, but the nth operation fails; half of a failing write happens. */
function failing(nth: number): { files: Files; calls: () => number } {
  let calls = 0;
  const step = () => {
    if (++calls === nth) throw new Error("injected");
  };
  return {
    calls: () => calls,
    files: {
      ...MACHINE_FILES,
      async syncFolder(path) {
        step();
        await MACHINE_FILES.syncFolder(path);
      },
      open(path, options) {
        step();
        const file = MACHINE_FILES.open(path, options);
        return {
          ...file,
          tryLock(kind) {
            step();
            return file.tryLock(kind);
          },
          stat() {
            step();
            return file.stat();
          },
          read(at, length) {
            step();
            return file.read(at, length);
          },
          write(at, bytes) {
            if (calls + 1 === nth) {
              file.write(at, bytes.subarray(0, bytes.length >> 1));
            }
            step();
            file.write(at, bytes);
          },
          truncate(length) {
            step();
            file.truncate(length);
          },
          async sync() {
            step();
            await file.sync();
          },
        };
      },
    },
  };
}

/** How a log may look before an append. */
const states: Record<string, (path: string) => Promise<void>> = {
  "a new log": async () => {},
  "a log": appendOne,
  "a log with a torn line": async (path) => {
    await appendOne(path);
    await Deno.writeTextFile(path, '{"action":"torn', { append: true });
  },
  "a log with a long torn line": async (path) => {
    await appendOne(path);
    await Deno.writeTextFile(path, "x".repeat(5_000), { append: true });
  },
};

async function appendOne(path: string): Promise<void> {
  const log = openLog(path, { clock });
  await log.append(redact({ action: "before" }), { durable: false });
}

for (const [name, prepare] of Object.entries(states)) {
  Deno.test(`${name} is as it was whichever operation of an append fails`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      for (let nth = 1;; nth++) {
        const path = `${folder}/log-${nth}`;
        await prepare(path);
        const before = await textOf(path);
        const { files, calls } = failing(nth);
        const log = openLog(path, { clock, files });
        const failed = await log.append(redact({ action: "it" }), {
          durable: true,
        }).then(() => false, (error) => {
          assert.match(String(error), /injected/);
          return true;
        });
        if (failed) assert.equal(await textOf(path), before, `step ${nth}`);
        await appendOne(path);
        const result = await verifyLog(path);
        assert(result.ok, `step ${nth}: ${JSON.stringify(result)}`);
        // What was torn is told in the chain, and kept.
        assert.equal(
          (await textOf(path)).includes('"event":"recovered"'),
          name.includes("torn"),
        );
        if (!failed) {
          assert(calls() < nth && nth > 10, "every operation had its turn");
          break;
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

Deno.test("a log that another process holds is given up on, with a clear error", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/log`;
    await appendOne(path);
    using holder = await Deno.open(path, { read: true });
    await holder.lock(true);
    const impatient = openLog(path, { clock, lockWaitMs: 20 });
    await assert.rejects(
      impatient.append(redact({ action: 2 }), { durable: false }),
      /other processes have held it for 0\.02 s/,
    );
    await holder.unlock();
    await appendOne(path);
    const result = await verifyLog(path);
    assert(result.ok && result.records === 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("whoever finds the log held waits in the kernel's line, and is not turned away", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/log`;
    let waits = 0;
    const files: Files = {
      ...MACHINE_FILES,
      open(path, options) {
        const file = MACHINE_FILES.open(path, options);
        return {
          ...file,
          // As if somebody else were always quicker.
          tryLock: () => false,
          waitForLock: (ms) => {
            waits++;
            return file.waitForLock(ms);
          },
        };
      },
    };
    const log = openLog(path, { clock, files });
    using holder = await Deno.open(path, { create: true, write: true });
    await holder.lock(true);
    const appends = Array.from(
      { length: 20 },
      (_, n) => log.append(redact({ action: n }), { durable: false }),
    );
    await holder.unlock();
    await Promise.all(appends);
    const result = await verifyLog(path);
    assert(result.ok && result.records === 20);
    assert.equal(waits, 20);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const isRoot = Deno.uid() === 0;
// deno-lint-ignore no-console -- a skip says why
if (!isRoot) console.log("not run: a full disk needs root to mount one");

Deno.test({
  name: "a full disk refuses the record and leaves the log whole",
  ignore: !isRoot,
  async fn() {
    const folder = await Deno.makeTempDir();
    const mount = await new Deno.Command("mount", {
      args: ["-t", "tmpfs", "-o", "size=64k", "none", folder],
    }).output();
    assert(mount.success, "control: a small file system can be mounted");
    try {
      const path = `${folder}/log`;
      const log = openLog(path, { clock });
      let written = 0;
      await assert.rejects(
        async () => {
          for (;; written++) {
            await log.append(redact({ action: "x".repeat(3_000) }), {
              durable: true,
            });
          }
        },
        (error) => {
          assert(error instanceof Error && "cure" in error);
          assert.match(
            error.message,
            /^Cannot write the audit log \/.*No space left/,
          );
          assert.match(String(error.cure), /make room/);
          return true;
        },
      );
      assert(written > 3);
      const result = await verifyLog(path);
      assert(result.ok && result.records === written, JSON.stringify(result));
    } finally {
      await new Deno.Command("umount", { args: [folder] }).output();
      await Deno.remove(folder);
    }
  },
});

Deno.test({
  name: "a read-only folder refuses the record, and the error names the file",
  ignore: !isRoot,
  async fn() {
    const folder = await Deno.makeTempDir();
    const mount = (...args: string[]) =>
      new Deno.Command("mount", { args: [...args, folder] }).output();
    assert((await mount("-t", "tmpfs", "none")).success, "control: a mount");
    try {
      const path = `${folder}/log`;
      await appendOne(path);
      assert((await mount("-o", "remount,ro")).success, "control: a remount");
      await assert.rejects(appendOne(path), /Read-only file system.*\/log/);
      const result = await verifyLog(path);
      assert(result.ok && result.records === 1);
    } finally {
      await new Deno.Command("umount", { args: [folder] }).output();
      await Deno.remove(folder);
    }
  },
});

const WRITER = `
import { openLog } from "${import.meta.resolve("../../src/audit/log.ts")}";
import { makeRedactor } from "${
  import.meta.resolve("../../src/audit/redact.ts")
}";
const redact = await makeRedactor([]);
const log = openLog(Deno.args[0], { clock: () => 0 });
for (let n = 0; n < Number(Deno.args[1]); n++) {
  await log.append(redact({ action: "a".repeat(n % 700) }), { durable: n % 50 === 0 });
}
`;

function startWriter(folder: string, count: number): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      `${folder}/writer.ts`,
      `${folder}/log`,
      String(count),
    ],
    cwd: new URL("../../", import.meta.url),
  }).spawn();
}

Deno.test("eight processes write one chain", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/writer.ts`, WRITER);
    const writers = Array.from({ length: 8 }, () => startWriter(folder, 200));
    const ends = await Promise.all(writers.map((writer) => writer.status));
    assert(ends.every(({ success }) => success));
    const result = await verifyLog(`${folder}/log`);
    assert(result.ok && result.records === 1_600, JSON.stringify(result));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writers killed in the middle leave a chain that goes on", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/log`;
  try {
    await Deno.writeTextFile(`${folder}/writer.ts`, WRITER);
    for (let round = 0; round < 4; round++) {
      const writer = startWriter(folder, 1_000_000);
      const before = await sizeOf(path);
      while (await sizeOf(path) < before + 50_000) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      writer.kill("SIGKILL");
      await writer.status;
    }
    const log = openLog(path, { clock });
    await log.append(redact({ action: "after" }), { durable: true });
    const result = await verifyLog(path);
    assert(result.ok, JSON.stringify(result));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
