// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { defaultDocument } from "../policy/builtin.ts";
import { compilePolicy } from "../policy/compile.ts";
import { fakeDisk } from "../../test/support/fake_disk.ts";
import { containProfile, type Disk } from "./contain.ts";

const base =
  compilePolicy(defaultDocument(), { hash: "h", home: "/home/a" }).settings;
const settings = {
  ...base,
  sandbox: {
    ...base.sandbox,
    hidden: [".env"],
    hiddenExtensions: [".pem"],
    writable: [],
    pinned: [],
    read: { mode: "all", allowed: [], exempt: [] } as const,
  },
};
const site = {
  workspace: "/home/a/p",
  home: "/home/a",
  ownFolders: ["/home/a/.local/state/airg"],
  ownPrograms: ["/home/a/p/dist/airg", "/usr/bin/airg"],
  cache: "/home/a/.cache/airg/1",
  sockets: [],
  uid: 1000,
};

function disk(...entries: string[]): Disk {
  return fakeDisk(entries);
}

const project = ["/home/a/p/", "/home/a/.local/state/airg/"];

Deno.test("containProfile() hides secrets, airg's own folders and what the policy hides", () => {
  const profile = containProfile(
    settings,
    site,
    disk(
      ...project,
      "/home/a/.ssh/",
      "/home/a/.ssh/id",
      "/home/a/.aws/credentials",
      "/home/a/p/.env",
      "/home/a/p/server.PEM",
      "/etc/shadow",
      "/etc/passwd",
      "/home/b/",
      "/root/",
    ),
  );
  assert.deepEqual(profile.hidden.map(({ path, kind }) => `${kind} ${path}`), [
    "file /etc/shadow",
    "folder /home/a/.aws",
    "folder /home/a/.local/state/airg",
    "folder /home/a/.ssh",
    "file /home/a/p/.env",
    "file /home/a/p/server.PEM",
    "folder /home/b",
    "folder /root",
  ]);
});

Deno.test("containProfile() pins what the host obeys and anchors the way to it", () => {
  const profile = containProfile(
    settings,
    {
      ...site,
      obeyed: [
        "/home/a/p/.git/modules/m/hooks",
        "/home/a/p/.claude/hooks",
        "/home/a/p/none",
        "/etc",
      ],
    },
    disk(
      ...project,
      "/home/a/p/.git/config",
      "/home/a/p/.git/hooks/",
      "/home/a/p/.git/modules/m/hooks/",
      "/home/a/p/.claude/",
      "/home/a/p/.claude/hooks/",
      "/home/a/p/dist/airg",
      "/usr/bin/airg",
    ),
  );
  assert.deepEqual(profile.pinned, [
    "/home/a/p/.claude",
    "/home/a/p/.git/hooks",
    "/home/a/p/.git/modules/m/hooks",
    "/home/a/p/dist/airg",
  ]);
  // .git/config is compared instead: git replaces it in everyday commands.
  assert.deepEqual(profile.anchors, [
    "/home/a/p/.git",
    "/home/a/p/.git/modules",
    "/home/a/p/.git/modules/m",
    "/home/a/p/dist",
  ]);
});

Deno.test("containProfile() hides and pins what links lead to", () => {
  const profile = containProfile(
    settings,
    site,
    disk(
      ...project,
      "/data/keys/",
      "/home/a/.ssh -> /data/keys",
      "/home/a/p/real/",
      "/home/a/p/.claude -> /home/a/p/real",
    ),
  );
  assert(profile.hidden.some(({ path }) => path === "/data/keys"));
  assert.deepEqual(profile.pinned, ["/home/a/p/real"]);
});

Deno.test("containProfile() masks the host's sockets but those in private folders", () => {
  const sockets = [
    "/run/docker.sock",
    "/opt/x.sock",
    "/home/a/p/dev.sock",
    "/tmp/y.sock",
  ];
  const profile = containProfile(
    settings,
    { ...site, sockets },
    disk(...project, ...sockets),
  );
  assert.deepEqual(
    profile.hidden.map(({ path }) => path).filter((path) =>
      path.endsWith(".sock")
    ),
    ["/home/a/p/dev.sock", "/opt/x.sock"],
  );
});

Deno.test("containProfile() never hides the way to the workspace", () => {
  const profile = containProfile(settings, {
    ...site,
    workspace: "/home/b/p",
    home: "/home/a",
  }, disk("/home/b/p/", "/home/b/.ssh/", "/home/a/", "/home/c/"));
  assert.deepEqual(profile.hidden.map(({ path }) => path), [
    "/home/b/.ssh",
    "/home/c",
  ]);
});

Deno.test("containProfile() opens the network only for open", () => {
  for (
    const [network, want] of [["deny", "none"], ["names", "none"], [
      "open",
      "open",
    ]] as const
  ) {
    const changed = { ...settings, sandbox: { ...settings.sandbox, network } };
    assert.equal(containProfile(changed, site, disk(...project)).network, want);
  }
});

Deno.test("containProfile() hides on macOS what macOS alone has", () => {
  const tree = disk(
    "/Users/a/p/",
    "/Users/a/Library/Keychains/",
    "/Users/a/.ssh/",
    "/Users/b/",
    "/private/var/db/dslocal/",
  );
  const mac = { ...site, workspace: "/Users/a/p", home: "/Users/a" };
  const hidden = (os: "linux" | "darwin") =>
    containProfile(settings, { ...mac, os }, tree).hidden.map(({ path }) =>
      path
    );
  assert.deepEqual(hidden("darwin"), [
    "/Users/a/.ssh",
    "/Users/a/Library/Keychains",
    "/Users/b",
    "/private/var/db/dslocal",
  ]);
  assert.deepEqual(hidden("linux"), ["/Users/a/.ssh"]);
});

Deno.test("containProfile() never hides a folder whole on the way to what is replaced", () => {
  const masked = ["/etc/shadow", "/etc/gshadow", "/etc/sudoers"];
  const profile = containProfile(
    settings,
    site,
    disk(
      ...project,
      "/etc/passwd",
      "/etc/group",
      ...masked,
      // One in a folder: none of these folders is worth hiding whole.
      ...Array.from({ length: 600 }, (_, n) => `/home/a/p/d${n}/.env`),
    ),
  );
  const hidden = new Set<string>(profile.hidden.map(({ path }) => path));
  assert(!hidden.has("/etc"));
  assert(masked.every((path) => hidden.has(path)));
  assert.match(profile.incomplete ?? "", /more than 500/);
});
