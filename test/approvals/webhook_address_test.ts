// Copyright 2026 the airg authors. Apache-2.0 license.
// Requests leave the machine only over https; http is for the machine itself.
import assert from "node:assert/strict";
import { makeSite, runAirg } from "../support/airg.ts";

const HOSTS = [
  { url: "http://127.0.0.1:9/hook", good: true },
  { url: "http://localhost/hook", good: true },
  { url: "https://hooks.example/hook", good: true },
  { url: "http://127.evil.example/hook", good: false },
  { url: "http://127.0.0.1.evil.example/hook", good: false },
  { url: "http://127.0.0.1@evil.example/hook", good: false },
  { url: "http://localhost:x@evil.example/hook", good: false },
];

Deno.test.each(HOSTS)(
  "a webhook without https stays on the machine: $url",
  async ({ url, good }) => {
    await using site = await makeSite();
    const path = `${site.home}/policy.json`;
    const webhook = { url, secret_file: `${site.home}/secret` };
    await Deno.writeTextFile(
      path,
      JSON.stringify({ version: 1, approvals: { webhook } }),
    );
    const { code, stderr } = await runAirg(site, ["policy", "check", path]);
    assert.equal(code, good ? 0 : 78, stderr);
  },
);
