// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { overlay } from "./overlay.ts";
import { parsePolicy } from "./parse.ts";
import type { PolicyDocument } from "./schema.ts";
import { settingsOf } from "./settings_of.ts";

const DEFAULTS = {
  ttlMs: 600_000,
  deniedMs: 300_000,
  waitMs: 0,
  maxWrongIds: 5,
  wrongIdWindowMs: 600_000,
  wider: true,
};

Deno.test.each(
  [
    { name: "nothing", policy: {}, want: {} },
    {
      name: "Runtime Guard's settings",
      policy: {
        requires_confirmation: {
          session_whitelist_enabled: false,
          approval_security: {
            token_ttl_seconds: 60,
            max_failed_attempts_per_token: 2,
            failed_attempt_window_seconds: 900,
          },
        },
      },
      want: {
        ttlMs: 60_000,
        maxWrongIds: 2,
        wrongIdWindowMs: 900_000,
        wider: false,
      },
    },
    {
      name: "airg's own",
      policy: {
        version: 1,
        approvals: {
          ttl_seconds: 3_600,
          denied_seconds: 30,
          wait_seconds: 45,
          max_wrong_ids: 9,
          wrong_id_window_seconds: 10,
          wider_scopes: false,
        },
      },
      want: {
        ttlMs: 3_600_000,
        deniedMs: 30_000,
        waitMs: 45_000,
        maxWrongIds: 9,
        wrongIdWindowMs: 10_000,
        wider: false,
      },
    },
    {
      name: "both: the stricter of the two",
      policy: {
        version: 1,
        approvals: {
          ttl_seconds: 700,
          max_wrong_ids: 3,
          wrong_id_window_seconds: 20,
          wider_scopes: true,
        },
        requires_confirmation: {
          session_whitelist_enabled: false,
          approval_security: {
            token_ttl_seconds: 800,
            max_failed_attempts_per_token: 4,
            failed_attempt_window_seconds: 30,
          },
        },
      },
      want: {
        ttlMs: 700_000,
        maxWrongIds: 3,
        wrongIdWindowMs: 30_000,
        wider: false,
      },
    },
  ] satisfies { name: string; policy: PolicyDocument; want: object }[],
)("approval settings of $name", ({ policy, want }) => {
  const parsed = parsePolicy(JSON.stringify(policy));
  assert(parsed.ok);
  assert.deepEqual(settingsOf(parsed.value.document).approvals, {
    ...DEFAULTS,
    ...want,
  });
});

Deno.test("a time that is none is a broken policy", () => {
  for (const approvals of [{ ttl_seconds: 0 }, { wait_seconds: 3_601 }]) {
    const text = JSON.stringify({ version: 1, approvals });
    assert.equal(parsePolicy(text).ok, false, text);
  }
});

Deno.test("only the operator's own policy says where requests are told to", () => {
  const own = { url: "https://hooks.example.com/", secret_file: "/etc/s" };
  const base = { version: 1 as const, approvals: { webhook: own } };
  for (
    const webhook of [{ ...own, url: "https://evil.example/" }, {
      ...own,
      secret_file: "/tmp/s",
    }]
  ) {
    for (const over of [base, { version: 1 as const }]) {
      const top = { approvals: { webhook } };
      const { document, refused } = overlay(over, top, "workspace");
      assert(refused.length > 0);
      const merged = document.approvals?.webhook;
      assert.notEqual(merged?.url, "https://evil.example/");
      assert.notEqual(merged?.secret_file, "/tmp/s");
    }
  }
});

Deno.test.each([
  [{}, undefined],
  [{ elicitation: "off" }, undefined],
  [{ elicitation: "off", elicitation_url: "https://a.example/" }, undefined],
  [{ elicitation: "form" }, { mode: "form" }],
  [
    { elicitation: "url", elicitation_url: "http://127.0.0.1:5001/a/{id}" },
    { mode: "url", url: "http://127.0.0.1:5001/a/{id}" },
  ],
])("elicitation is off unless it is chosen: %j", (approvals, want) => {
  const parsed = parsePolicy(JSON.stringify({ version: 1, approvals }));
  assert(parsed.ok);
  const settings = settingsOf(parsed.value.document);
  assert.deepEqual(settings.approvals.elicitation, want);
});

Deno.test.each([
  "https://a.example/approvals/{id}",
  "https://a.example:8443?request={id}",
  "http://localhost:5001/#{id}",
  "http://[::1]/{id}",
])("the page of an approval may be at %s", (elicitation_url) => {
  const approvals = { elicitation: "url", elicitation_url };
  assert(parsePolicy(JSON.stringify({ version: 1, approvals })).ok);
});

Deno.test.each([
  "http://a.example/{id}",
  "http://127.evil.example/{id}",
  "http://localhost.evil.example/{id}",
  "https://{id}.evil.example/",
  "https://a.example@evil.example/",
  "https://a.example\\@evil.example/",
  "https://a.example/ {id}",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "/approvals/{id}",
  undefined,
])("the page of an approval may not be at %s", (elicitation_url) => {
  const approvals = { elicitation: "url", elicitation_url };
  assert(!parsePolicy(JSON.stringify({ version: 1, approvals })).ok);
});

const URL_MODE = {
  elicitation: "url",
  elicitation_url: "https://own.example/",
} as const;

Deno.test.each(
  [
    [{ elicitation: "form" }, { elicitation: "off" }, true],
    [URL_MODE, { elicitation: "off" }, true],
    [{ elicitation: "form" }, { elicitation: "form" }, true],
    [{}, { elicitation: "form" }, false],
    [{ elicitation: "off" }, { elicitation: "form" }, false],
    [URL_MODE, { elicitation: "form" }, false],
    [{ elicitation: "form" }, URL_MODE, false],
    [URL_MODE, { elicitation_url: "https://evil.example/" }, false],
  ] satisfies [
    PolicyDocument["approvals"],
    PolicyDocument["approvals"],
    boolean,
  ][],
)("over %j, a workspace's or an agent's %j: %s", (base, top, taken) => {
  const { document, refused } = overlay(
    { version: 1, approvals: base },
    { approvals: top },
    "workspace",
  );
  assert.equal(refused.length === 0, taken);
  const want: PolicyDocument["approvals"] = taken ? { ...base, ...top } : base;
  const { elicitation, elicitation_url } = document.approvals ?? {};
  assert.equal(elicitation ?? "off", want?.elicitation ?? "off");
  assert.equal(elicitation_url, want?.elicitation_url);
});

Deno.test("ci.json never asks a client", async () => {
  const text = await Deno.readTextFile("policies/ci.json");
  const parsed = parsePolicy(text);
  assert(parsed.ok);
  assert.equal(parsed.value.document.escalate, "block");
  assert.equal(parsed.value.document.approvals?.elicitation, "off");
});
