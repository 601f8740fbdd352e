// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { approvalFields, fieldsOf } from "./record.ts";
import { makeRedactor } from "./redact.ts";

const redact = await makeRedactor([]);

const asker = { agent: "a", session: "s", workspace: "/w", client: "c 1" };

Deno.test("what happened to a request is a record with its ids, without secrets", () => {
  const digest = "0123456789abcdef".repeat(4);
  const request = "01a1fea9-5872-7a67-a9b1-d4fe034c51a2";
  const fields = redact(approvalFields({
    event: "approval",
    what: "voided",
    asker,
    request,
    digest,
    rules: ["git/git.force-push"],
    why: "https://me:hunter2@host/x has another content",
  }));
  assert.deepEqual(JSON.parse(JSON.stringify(fields)), {
    action: { kind: "approval" },
    event: "approval",
    source: "ai-agent",
    agent_id: "a",
    session_id: "s",
    client: "c 1",
    workspace: "/w",
    approval: {
      what: "voided",
      request,
      digest,
      rules: ["git/git.force-push"],
      why: "https://me:<redacted>@host/x has another content",
    },
  });
});

Deno.test("who answered is named, as a person", () => {
  const who = { uid: 1, user: "op", how: "watch" } as const;
  const fields = approvalFields({
    event: "approval",
    what: "approved",
    asker,
    request: "r",
    who,
  });
  assert.equal(fields["source"], "human-operator");
  assert.deepEqual(fields["approval"], { what: "approved", request: "r", who });
});

Deno.test.each(
  [
    { event: "decision", want: "blocked" },
    { event: "started", want: "allowed" },
    { event: "finished", want: "allowed" },
  ] as const,
)("an escalated action that is $event was $want", async ({ event, want }) => {
  const fields = await fieldsOf({
    event,
    action: {
      kind: "read",
      origin: {
        agent: "a",
        session: "s",
        source: "ai-agent",
        workspace: "/w",
      },
      path: "x",
    },
    decision: {
      id: "d",
      verdict: "escalate",
      reasons: [],
      mode: "enforce",
      policy: { hash: "h", agent: "a" },
      containment: { profile: "workspace", network: "deny", ephemeral: false },
      approval: { id: "r", expiresAt: "1970-01-01T00:10:01.000Z" },
      elapsedUs: 1,
    },
  });
  assert.equal(fields["policy_decision"], want);
});

Deno.test("what a client vouches for is no person's record", () => {
  const who = { uid: 1, user: "op", how: "elicitation", client: "c" } as const;
  const fields = approvalFields({
    event: "approval",
    what: "approved",
    asker,
    request: "r",
    who,
  });
  assert.equal(fields["source"], "ai-agent");
  assert.deepEqual(fields["approval"], { what: "approved", request: "r", who });
});
