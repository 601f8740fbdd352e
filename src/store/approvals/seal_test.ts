// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import type { ApprovalKey, KeyRing } from "./keys.ts";
import { macOf, seal, unseal } from "./seal.ts";

const KEY: ApprovalKey = { id: 3, made: 0, secret: "0f".repeat(32) };
const RING: KeyRing = {
  newest: () => KEY,
  find: (id) => id === KEY.id ? KEY : undefined,
  rotate: () => KEY,
};

Deno.test("macOf() is HMAC-SHA-256", () => {
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(secret, fc.string({ unit: "binary" }), (bytes, body) => {
      const oracle = createHmac("sha256", bytes)
        .update(`airg approvals grants\n${body}`).digest("hex");
      const key = { id: 1, made: 0, secret: bytes.toHex() };
      assert.equal(macOf(key, "grants", body), oracle);
    }),
  );
});

Deno.test("unseal() reads what was sealed for this purpose alone", () => {
  const content = { b: [1, "é\ud800"], a: null };
  const sealed = seal(RING, "grants", content);
  assert.deepEqual(unseal(RING, "grants", sealed), content);
  const { body, mac } = sealed;
  for (
    const other of [
      { ...sealed, key: 4 },
      { ...sealed, body: `${body} ` },
      { ...sealed, mac: "" },
      { ...sealed, mac: `${mac}0` },
      { ...sealed, mac: mac.slice(0, -1) },
      { ...sealed, mac: mac.toUpperCase() },
    ]
  ) {
    assert.equal(unseal(RING, "grants", other), undefined);
  }
  assert.equal(unseal(RING, "requests", sealed), undefined);
});
