// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Decision } from "../policy/decision.ts";
import { type Permit, permit, PERMIT_TTL_MS } from "./permit.ts";

const clock = () => 1_000;
const action = { kind: "x" };

function decision(
  verdict: Decision["verdict"],
  mode: Decision["mode"] = "enforce",
): Decision {
  return {
    id: "i",
    verdict,
    mode,
    reasons: [],
    policy: { hash: "h", agent: "a" },
    containment: { profile: "workspace", network: "deny", ephemeral: false },
    elapsedUs: 1,
  };
}

Deno.test.each(
  [
    { verdict: "allow", mode: "enforce", want: "ok" },
    { verdict: "sandbox", mode: "enforce", want: "sandbox" },
    { verdict: "throttle", mode: "enforce", want: "throttle" },
    { verdict: "escalate", mode: "enforce", want: "escalate" },
    { verdict: "block", mode: "enforce", want: "block" },
    { verdict: "block", mode: "shadow", want: "ok" },
  ] as const,
)("permit() for $verdict in $mode gives $want", ({ verdict, mode, want }) => {
  const result = permit(action, decision(verdict, mode), clock);
  assert.equal(result.ok ? "ok" : result.error, want);
  if (result.ok) assert.equal(result.value.expiresAt, 1_000 + PERMIT_TTL_MS);
});

Deno.test("a Permit cannot be written by hand", () => {
  // @ts-expect-error the brand is not exported, so only permit() makes one
  const forged: Permit<typeof action> = {
    action,
    decision: decision("allow"),
    expiresAt: Infinity,
  };
  assert(forged);
});
