// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { makeNotifier, notifierFor } from "./notify.ts";

Deno.test.each(
  [
    { os: "linux", env: {}, program: undefined },
    { os: "linux", env: { DISPLAY: ":0" }, program: "/usr/bin/notify-send" },
    {
      os: "linux",
      env: { WAYLAND_DISPLAY: "w" },
      program: "/usr/bin/notify-send",
    },
    { os: "darwin", env: {}, program: "/usr/bin/osascript" },
    { os: "darwin", env: { SSH_CONNECTION: "x" }, program: undefined },
    { os: "other", env: { DISPLAY: ":0" }, program: undefined },
  ] as const,
)("notifierFor($os, $env) is $program", ({ os, env, program }) => {
  assert.equal(notifierFor(os, env)?.(1)[0], program);
});

Deno.test("a notifier that is not installed is not missed", () => {
  makeNotifier(() => ["/nonexistent/notify-send"])(1);
});

Deno.test.each([
  { count: 1, text: /A request waits for your answer/ },
  { count: 340, text: /340 new requests wait for your answer/ },
])("a notification of $count says how many", ({ count, text }) => {
  for (
    const [os, env] of [["linux", { DISPLAY: ":0" }], ["darwin", {}]] as const
  ) {
    assert.match(notifierFor(os, env)?.(count).join(" ") ?? "", text);
  }
});
