// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Line, linesOf } from "./lines.ts";

Deno.test("linesOf() gives the same lines however the bytes are cut", async () => {
  const text = fc.array(
    fc.string({ unit: "binary" }).filter((s) =>
      !s.includes("\n") && s.isWellFormed()
    ),
    { minLength: 1 },
  ).filter((lines) => lines.at(-1) !== "");
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (lines, n) => {
      const bytes = new TextEncoder().encode(lines.join("\n"));
      const chunks = Array.from(
        { length: Math.ceil(bytes.length / n) },
        (_, i) => bytes.slice(i * n, (i + 1) * n),
      );
      const got = await collect(chunks, 1_000_000);
      assert.deepEqual(got, lines.map((text) => ({ ok: true, text })));
    }),
    { numRuns: 50 },
  );
});

Deno.test("linesOf() reports a line that is too long and goes on", async () => {
  const got = await collect(["abcdef", "gh\nok\n", "1234\n12345\n"], 4);
  assert.deepEqual(got, [
    { ok: false, why: "too long" },
    { ok: true, text: "ok" },
    { ok: true, text: "1234" },
    { ok: false, why: "too long" },
  ]);
});

Deno.test("linesOf() reports bytes that are no UTF-8 and goes on", async () => {
  const got = await collect([new Uint8Array([0xff, 0x0a]), "ok"], 100);
  assert.deepEqual(got, [
    { ok: false, why: "not UTF-8" },
    { ok: true, text: "ok" },
  ]);
});

async function collect(
  chunks: readonly (string | Uint8Array<ArrayBuffer>)[],
  maxBytes: number,
): Promise<Line[]> {
  const encoder = new TextEncoder();
  const stream = ReadableStream.from(
    chunks.map((chunk) =>
      typeof chunk === "string" ? encoder.encode(chunk) : chunk
    ),
  );
  return await Array.fromAsync(linesOf(stream, maxBytes));
}
