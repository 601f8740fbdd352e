// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Decision } from "../policy/decision.ts";
import { realPath } from "../../sandbox/profile.ts";
import type { Approved } from "./approve.ts";
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

const folder = realPath("/h");
const ephemeral = { id: "i", folder, layers: folder };

Deno.test.each(
  [
    { verdict: "sandbox", profile: { ephemeral, network: "none" }, want: "ok" },
    {
      verdict: "sandbox",
      profile: { ephemeral, network: "open" },
      want: "sandbox",
    },
    { verdict: "sandbox", profile: { network: "none" }, want: "sandbox" },
    {
      verdict: "block",
      profile: { ephemeral, network: "none" },
      want: "block",
    },
  ] as const,
)("permit() for $verdict with $profile gives $want", (c) => {
  const result = permit(action, decision(c.verdict), clock, c.profile);
  assert.equal(result.ok ? "ok" : result.error, c.want);
});

Deno.test("permit() for an allow that is to be held wants a profile that holds it", () => {
  const allow = decision("allow");
  const held = {
    ...allow,
    containment: { ...allow.containment, ephemeral: true },
  };
  assert(!permit(action, held, clock).ok);
  assert(!permit(action, held, clock, { network: "none" }).ok);
  assert(permit(action, held, clock, { ephemeral, network: "open" }).ok);
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

Deno.test("permit() takes an approval for its own decision, and for no milder or stricter verdict", () => {
  // As approve() makes it; by hand it does not type-check.
  const approvedFor = (id: string) => ({ decision: id }) as Approved;
  const asked = decision("escalate");
  const given = permit(action, asked, clock, undefined, approvedFor(asked.id));
  assert(given.ok);
  assert(!permit(action, asked, clock, undefined, approvedFor("other")).ok);
  for (const verdict of ["block", "throttle"] as const) {
    const other = decision(verdict);
    const proof = approvedFor(other.id);
    assert(!permit(action, other, clock, undefined, proof).ok);
  }
});
