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

Deno.test("the chain stays whole whichever operation of an append fails", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (let nth = 1;; nth++) {
      const path = `${folder}/log-${nth}`;
      const sound = openLog(path, { clock });
      await sound.append(redact({ action: "before" }), { durable: false });
      const { files, calls } = failing(nth);
      const log = openLog(path, { clock, files });
      const failed = await log.append(redact({ action: "it" }), {
        durable: true,
      }).then(() => false, (error) => {
        assert.match(String(error), /injected/);
        return true;
      });
      await sound.append(redact({ action: "after" }), { durable: false });
      const result = await verifyLog(path);
      assert(result.ok, `operation ${nth}: ${JSON.stringify(result)}`);
      assert(result.records >= 2);
      if (!failed) {
        assert(calls() < nth);
        assert(nth > 8, "the loop went through every operation");
        break;
      }
    }
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
      await assert.rejects(async () => {
        for (;; written++) {
          await log.append(redact({ action: "x".repeat(3_000) }), {
            durable: true,
          });
        }
      }, /No space left/);
      assert(written > 3);
      const result = await verifyLog(path);
      assert(result.ok && result.records === written, JSON.stringify(result));
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
    const writers = Array.from({ length: 8 }, () => startWriter(folder, 100));
    const ends = await Promise.all(writers.map((writer) => writer.status));
    assert(ends.every(({ success }) => success));
    const result = await verifyLog(`${folder}/log`);
    assert(result.ok && result.records === 800, JSON.stringify(result));
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
