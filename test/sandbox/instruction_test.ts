// Copyright 2026 the airg authors. Apache-2.0 license.

// Two readers of one form: what instructionBytes() writes, the launcher's own
// parser takes; what is changed in any one byte, it mostly refuses and never
// takes for a different program.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  instructionBytes,
  type InstructionRecord,
} from "../../sandbox/instruction.ts";

const launcher = decodeURIComponent(
  new URL("../../dist/airg-launcher", import.meta.url).pathname,
);

async function accepted(bytes: Uint8Array): Promise<boolean> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes, { mode: 0o600 });
    const { code } = await new Deno.Command(launcher, {
      args: ["--check", path],
      stderr: "null",
    }).output();
    assert([0, 70].includes(code), `--check ended with ${code}`);
    return code === 0;
  } finally {
    await Deno.remove(path);
  }
}

const text = fc.string({ unit: "binary" })
  .map((value) => value.replaceAll("\0", "").toWellFormed());
const path = text.map((value) => `/${value}`);

const records = fc.record({
  cwd: path,
  exec: path,
  args: fc.array(text, { minLength: 1, maxLength: 5 }),
  env: fc.array(text.map((value) => `NAME=${value}`), { maxLength: 3 }),
  bargs: fc.array(text.filter((value) => value !== "--"), { maxLength: 3 }),
  seccomp: fc.uint8Array({ minLength: 8, maxLength: 8 }),
}).map(({ cwd, exec, args, env, bargs, seccomp }): InstructionRecord[] => [
  ["rung", "bwrap"],
  ["status", "/run/x.sock"],
  ["token", "0123456789abcdef0123456789abcdef"],
  ["bwrap", "/usr/bin/bwrap"],
  ...bargs.map((value) => ["barg", value] as const),
  ["pty", "none"],
  ["cwd", cwd],
  ["exec", exec],
  ...args.map((value) => ["arg", value] as const),
  ...env.map((value) => ["env", value] as const),
  ["ll-abi-min", "2"],
  ["ll-fs", "0x1fff"],
  ["ll-net", "0x0"],
  ["ll-scope", "0x3"],
  ["ll-path", "0xd /"],
  ["seccomp", seccomp],
]);

Deno.test("the launcher reads whatever instructionBytes() writes", async () => {
  await fc.assert(
    fc.asyncProperty(records, async (list) => {
      assert(await accepted(instructionBytes(list)));
    }),
    { numRuns: 60 },
  );
});

Deno.test("the launcher refuses an instruction with a record too many, too few or unknown", async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.nat(), async (list, n) => {
      const single = list.filter(([key]) =>
        !["barg", "arg", "env", "ll-path", "seccomp"].includes(key)
      );
      const [key, value] = single[n % single.length]!;
      const without = list.filter(([other]) => other !== key);
      assert(!await accepted(instructionBytes(without)), `without ${key}`);
      assert(
        !await accepted(instructionBytes([...list, [key, value]])),
        `two ${key}`,
      );
      assert(!await accepted(instructionBytes([...list, ["unknown", "x"]])));
    }),
    { numRuns: 30 },
  );
});

Deno.test("the launcher refuses any instruction that was cut or has bytes after its end", async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.nat(), async (list, n) => {
      const bytes = instructionBytes(list);
      assert(!await accepted(bytes.subarray(0, n % bytes.length)));
      assert(!await accepted(new Uint8Array([...bytes, 10])));
    }),
    { numRuns: 40 },
  );
});
