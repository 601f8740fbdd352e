// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { makeRedactor } from "./redact.ts";

const redact = await makeRedactor([]);

Deno.test.each(
  [
    ["curl -H 'Authorization: Bearer abcdefgh12345678' x", "abcdefgh12345678"],
    ["curl -u me --password hunter2", "hunter2"],
    ["mysql --password=hunter2 db", "hunter2"],
    ["API_KEY=abc123 run", "abc123"],
    ["my-token: zzz", "zzz"],
    ['{"secret": "zzz9"}', "zzz9"],
    ["git clone https://me:tok123@host/x", "tok123"],
    ["AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP"],
    ["ghp_abcdefghijklmnopqrstuvwxyz012345", "ghp_abcdefgh"],
    ["glpat-abcdefghij0123456789", "glpat-abcdefghij"],
    ["xoxb-1234567890-abcdef", "xoxb-1234567890"],
    [`key is sk-${"a1".repeat(12)}`, "a1a1a1"],
    [
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
      "eyJzdWIiOiIxIn0",
    ],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END", "MIIE"],
  ] as const,
)("redact() takes the secret out of %s", (text, secret) => {
  const out = redact({ command: text })["command"];
  assert(typeof out === "string" && !out.includes(secret), String(out));
  assert(out.includes("<redacted>"));
});

Deno.test("redact() takes out the word after a secret option in an argument list", () => {
  assert.deepEqual(redact({ argv: ["mysql", "-p", "hunter2", "db"] }), {
    argv: ["mysql", "-p", "<redacted>", "db"],
  });
});

Deno.test.each(
  [
    ["git commit -m 'fix: one line'"],
    ["ls -la src/token_reader.ts"],
    ["https://example.com:8080/path"],
    ["sha256:0123456789abcdef"],
  ] as const,
)("redact() leaves %s as it is", (text) => {
  assert.equal(redact({ text })["text"], text);
});

Deno.test("redact() applies a policy's pattern and keeps its first group", async () => {
  const own = await makeRedactor(["(?i)(internal-)(\\d+)"]);
  assert.deepEqual(own({ text: "see INTERNAL-4711 now" }), {
    text: "see INTERNAL-<redacted> now",
  });
});

Deno.test("makeRedactor() refuses a pattern it cannot read", async () => {
  await assert.rejects(
    makeRedactor(["(unclosed"]),
    /Cannot read the redact pattern/,
  );
});

Deno.test("a policy's pattern that would explode elsewhere ends", async () => {
  const own = await makeRedactor(["(a+)+$"]);
  own({ text: "a".repeat(5_000) + "!" });
});

Deno.test("redact() never throws and keeps the shape", () => {
  fc.assert(fc.property(fc.object(), (value) => {
    const fields = JSON.parse(JSON.stringify(value));
    assert.deepEqual(Object.keys(redact(fields)), Object.keys(fields));
  }));
});
