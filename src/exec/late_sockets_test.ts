// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { lateSockets } from "./late_sockets.ts";

const profile: Profile = {
  workspace: realPath("/w"),
  writable: [realPath("/data")],
  pinned: [],
  anchors: [],
  hidden: [{ path: realPath("/w/old.sock"), kind: "file" }],
  network: "none",
  limits: {},
  cache: realPath("/c"),
};

const table = ["/w/old.sock", "/w/new.sock", "/data/x", "/run/y", "@abstract"]
  .map((path, n) =>
    `0000000000000000: 00000002 00000000 00010000 0001 01 ${n + 1} ${path}`
  );
const text = ["Num RefCount Protocol Flags Type St Inode Path", ...table, ""]
  .join("\n");

Deno.test("lateSockets() names what was not there to hide", () => {
  assert.deepEqual(lateSockets(profile, 7, text), ["/w/new.sock", "/data/x"]);
});

Deno.test("lateSockets() names nothing where the kernel refuses, or sockets may be the run's own", () => {
  assert.deepEqual(lateSockets(profile, 9, text), []);
  assert.deepEqual(lateSockets({ ...profile, network: "open" }, 7, text), []);
});
