// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import { settingsOf } from "../policy/settings_of.ts";
import fc from "fast-check";
import type { Profile } from "../../sandbox/profile.ts";
import { realPath } from "../../sandbox/profile.ts";
import { denialsIn, denialText } from "./refusals.ts";
import type { RefusalSite } from "./refusal_rules.ts";

const profile: Profile = {
  workspace: realPath("/work/p"),
  writable: [realPath("/srv/out")],
  pinned: [realPath("/work/p/.git/hooks"), realPath("/work/p/ci/keep")],
  anchors: [],
  hidden: [
    { path: realPath("/home/u/.ssh"), kind: "folder" },
    { path: realPath("/home/u/.netrc"), kind: "file" },
    { path: realPath("/work/p/.env"), kind: "file" },
    { path: realPath("/work/p/a.pem"), kind: "file" },
  ],
  network: "none",
  limits: { processes: 64 },
  cache: realPath("/cache"),
};

const site: RefusalSite = {
  profile,
  settings: {
    ...settingsOf({ version: 1 }).sandbox,
    hidden: ["~/.ssh", ".env"],
    hiddenExtensions: [".pem"],
    writable: ["/srv/out"],
    pinned: ["ci/keep"],
  },
  cwd: "/work/p/sub",
  home: "/home/u",
};

const OUTSIDE = { pointer: "/sandbox/write/roots", add: "/data" };
const OPEN = { pointer: "/sandbox/network", set: '"open"' };
const KEYS = { pointer: "/sandbox/read/hidden", remove: "~/.ssh" };

Deno.test.each([
  // Files outside, as each language says it.
  {
    line: "touch: cannot touch '/data/x': Read-only file system",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "mkdir: cannot create directory ‘/data/x’: Read-only file system",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "bash: line 1: /data/x: Read-only file system",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "sh: 1: cannot create /data/x: Read-only file system",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "OSError: [Errno 30] Read-only file system: '/data/x'",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "Error: EROFS: read-only file system, open '/data/x'",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "open /data/x: read-only file system",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "Read-only file system @ rb_sysopen - /data/x (Errno::EROFS)",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "java.io.FileNotFoundException: /data/x (Read-only file system)",
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line:
      'error: failed to open "/data/x": Read-only file system (os error 30)',
    subject: "/data/x",
    change: OUTSIDE,
  },
  {
    line: "touch: cannot touch '../../out': Read-only file system",
    subject: "/work/out",
    change: { pointer: "/sandbox/write/roots", add: "/work" },
  },
  // The system's own folders are proposed to nobody.
  {
    line: "touch: cannot touch '/etc/x': Read-only file system",
    subject: "/etc/x",
    change: undefined,
  },
  {
    line: "bash: /home/u/.bashrc: Read-only file system",
    subject: "/home/u/.bashrc",
    change: undefined,
  },
  // Hidden, by policy or built in.
  {
    line: "cat: /home/u/.ssh/id_rsa: No such file or directory",
    subject: "/home/u/.ssh/id_rsa",
    change: KEYS,
  },
  {
    line:
      "FileNotFoundError: [Errno 2] No such file or directory: '/home/u/.ssh/id'",
    subject: "/home/u/.ssh/id",
    change: KEYS,
  },
  {
    line: "PermissionError: [Errno 13] Permission denied: '/work/p/.env'",
    subject: "/work/p/.env",
    change: { pointer: "/sandbox/read/hidden", remove: ".env" },
  },
  {
    line: "Error: EACCES: permission denied, open '../a.pem'",
    subject: "/work/p/a.pem",
    change: { pointer: "/blocked/extensions", remove: ".pem" },
  },
  {
    line: "open /home/u/.netrc: permission denied",
    subject: "/home/u/.netrc",
    change: undefined,
  },
  // Protected.
  {
    line: "mv: cannot move '../.git' to '../.g': Device or resource busy",
    subject: "/work/p/.git",
    change: undefined,
  },
  {
    line: "sh: 1: cannot create ../ci/keep: Read-only file system",
    subject: "/work/p/ci/keep",
    change: { pointer: "/sandbox/write/pinned", remove: "ci/keep" },
  },
  // Hosts.
  {
    line: "curl: (6) Could not resolve host: example.com",
    subject: "example.com",
    change: OPEN,
  },
  {
    line:
      "fatal: unable to access 'https://git.example.org/a.git/': Could not resolve host: git.example.org",
    subject: "git.example.org",
    change: OPEN,
  },
  {
    line: "Error: getaddrinfo EAI_AGAIN api.example.com",
    subject: "api.example.com",
    change: OPEN,
  },
  {
    line: "dial tcp: lookup a.example.com: no such host",
    subject: "a.example.com",
    change: OPEN,
  },
  {
    line: "connect ECONNREFUSED 127.0.0.1:5432",
    subject: "127.0.0.1",
    change: OPEN,
  },
  // Calls and limits.
  {
    line: "unshare: unshare failed: Operation not permitted",
    subject: "",
    change: undefined,
  },
  {
    line: "bash: fork: retry: Resource temporarily unavailable",
    subject: "",
    change: { pointer: "/sandbox/limits/processes", set: "a larger number" },
  },
])("denialsIn() reads: $line", ({ line, subject, change }) => {
  const [denial, ...more] = denialsIn(`before\n${line}\nafter\n`, site);
  assert(denial !== undefined);
  assert.deepEqual([denial.subject, denial.change, more], [
    subject,
    change,
    [],
  ]);
  assert(denialText(denial).endsWith(line));
});

Deno.test.each([
  { line: "cat: notes.txt: No such file or directory" },
  { line: "cat: /opt/x/y: No such file or directory" },
  { line: "everything is fine in /data/x" },
  { line: "ENOSPC: no space left on device, write" },
])("denialsIn() passes over: $line", ({ line }) => {
  assert.deepEqual(denialsIn(line, site), []);
});

Deno.test("denialsIn() says nothing about an open network", () => {
  const open = { ...site, profile: { ...profile, network: "open" as const } };
  assert.deepEqual(
    denialsIn("curl: (6) Could not resolve host: a.b", open),
    [],
  );
});

Deno.test("denialsIn() names each refusal once, and ten at most", () => {
  const once = "open /data/x: read-only file system\n".repeat(50);
  assert.equal(denialsIn(once, site).length, 1);
  const many = Array.from(
    { length: 50 },
    (_, n) => `open /data${n}/x: read-only file system\n`,
  );
  assert.equal(denialsIn(many.join(""), site).length, 10);
});

Deno.test("denialsIn() takes any text", () => {
  fc.assert(fc.property(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("Permission denied", "EROFS", "could not resolve host", ""),
    (text, sign) => {
      for (const denial of denialsIn(`${text} ${sign} '${text}'`, site)) {
        assert(denialText(denial).length < 6_000);
      }
    },
  ));
});
