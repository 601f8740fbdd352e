// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { defaultDocument } from "../../policy/builtin.ts";
import { compilePolicy } from "../../policy/compile.ts";
import type { PolicyDocument } from "../../policy/schema.ts";
import type { PolicySettings } from "../../policy/settings.ts";
import {
  fakeDisk,
  type FakeDiskOptions,
} from "../../../test/support/fake_disk.ts";
import {
  type ContainOptions,
  containProfile,
  searchMemory,
  type Site,
} from "../contain.ts";
import { MOUNT_BUDGET } from "./budget.ts";

const site: Site = {
  workspace: "/home/a/p",
  home: "/home/a",
  ownFolders: [],
  ownPrograms: [],
  cache: "/home/a/.cache/airg/1",
  sockets: [],
  uid: 1000,
};

function settingsOf(extra: Partial<PolicyDocument> = {}): PolicySettings {
  return compilePolicy({ ...defaultDocument(), ...extra }, {
    hash: "h",
    home: "/home/a",
  }).settings;
}

function contain(
  entries: readonly string[],
  { disk = {}, options = {}, settings = settingsOf() }: {
    disk?: FakeDiskOptions;
    options?: ContainOptions;
    settings?: PolicySettings;
  } = {},
) {
  return containProfile(
    settings,
    site,
    fakeDisk(["/home/a/p/", ...entries], disk),
    options,
  );
}

function hidden(...given: Parameters<typeof contain>): string[] {
  return contain(...given).hidden.map(({ path }) => path);
}

Deno.test("names and extensions are hidden at any depth, in workspace and home", () => {
  assert.deepEqual(
    hidden([
      "/home/a/p/x/y/.env",
      "/home/a/p/x/.env.local",
      "/home/a/p/certs/server.key",
      "/home/a/other/.env",
      "/home/a/other/deep/tls.pem",
      "/etc/ssl/certs/ca.pem",
      "/srv/app/.env",
    ]),
    [
      "/home/a/other/.env",
      "/home/a/other/deep/tls.pem",
      "/home/a/p/certs/server.key",
      "/home/a/p/x/.env.local",
      "/home/a/p/x/y/.env",
    ],
  );
});

Deno.test("forms, certificate lists, installed packages and caches stay readable", () => {
  assert.deepEqual(
    hidden([
      "/home/a/p/.env.example",
      "/home/a/p/.env.production.template",
      "/home/a/p/deep/tls.pem.dist",
      "/home/a/p/deep/cacert.pem",
      "/home/a/p/node_modules/x/test/key.pem",
      "/home/a/p/.venv/lib/python3/site-packages/certifi/other.pem",
      "/home/a/p/.git/objects/ab/x.key",
      "/home/a/p/.git/modules/m/objects/ab/x.key",
      "/home/a/.cargo/registry/src/x/test.pem",
      "/home/a/p/.env/pyvenv.cfg",
      "/home/a/p/.env/bin/python",
    ]),
    [],
  );
});

Deno.test("only folders with those names are passed over", () => {
  assert.deepEqual(
    hidden([
      "/home/a/p/.git/x.key",
      "/home/a/p/objects/.env",
      "/home/a/p/sub/HEAD",
      "/home/a/p/sub/refs/",
      "/home/a/p/sub/objects/.env",
      "/home/a/p/.cargo/registry/.env",
    ]),
    [
      "/home/a/p/.cargo/registry/.env",
      "/home/a/p/.git/x.key",
      "/home/a/p/objects/.env",
      "/home/a/p/sub/objects/.env",
    ],
  );
});

Deno.test("a link with a hidden name hides what it leads to", () => {
  assert.deepEqual(
    hidden([
      "/home/a/p/.env -> /srv/app/values",
      "/srv/app/values",
      "/home/a/p/a/.env -> /home/a/p/real",
      "/home/a/p/real",
    ]),
    ["/home/a/p/real", "/srv/app/values"],
  );
});

Deno.test("a link with a hidden name cannot take away what everybody needs", () => {
  assert.deepEqual(
    hidden([
      "/home/a/p/.env -> /usr/bin/git",
      "/usr/bin/git",
      "/home/a/p/ca.pem -> /etc/ssl/ca.pem",
      "/etc/ssl/ca.pem",
      "/home/a/p/b/.env -> /srv",
      "/srv/x",
      "/home/a/p/c/.env -> /home/a/p",
      "/home/a/p/d/.env -> /home/a/p/.env.example",
      "/home/a/p/.env.example",
      "/home/a/p/e/.env -> /nowhere",
    ]),
    [],
  );
});

Deno.test("a folder outside that the workspace has a link to is looked through", () => {
  assert.deepEqual(
    hidden([
      "/home/a/p/shared -> /srv/shared",
      "/srv/shared/deep/.env",
      "/srv/elsewhere/.env",
      "/home/a/p/lib -> /usr/lib/x",
      "/usr/lib/x/a.pem",
    ]),
    ["/srv/shared/deep/.env"],
  );
});

Deno.test("a large set of files behind a link stays, and what was not looked at is said", () => {
  const files = Array.from({ length: 50_000 }, (_, i) => `/data/a/${i}`);
  const profile = contain([
    "/home/a/p/data -> /data",
    ...files,
    "/data/b/.env",
  ]);
  assert.deepEqual(profile.hidden, []);
  assert.match(profile.notes?.join() ?? "", /\/data\/b was not/);
});

Deno.test("of a hidden folder that holds the workspace, all else is hidden", () => {
  const settings = settingsOf({ blocked: { paths: ["/home", "/"] } });
  assert.deepEqual(
    hidden([
      "/home/a/p/x",
      "/home/a/q/y",
      "/home/a/z",
      "/home/a/l -> /usr",
      "/home/b/",
      "/usr/x",
    ], {
      settings,
    }),
    ["/home/a/q", "/home/a/z", "/home/b"],
  );
});

Deno.test("what cannot be listed is hidden whole; a workspace that cannot, ends it", () => {
  assert.deepEqual(
    hidden(["/home/a/p/shut/x", "/home/a/shut/y"], {
      disk: { closed: ["/home/a/p/shut", "/home/a/shut"] },
    }),
    ["/home/a/p/shut", "/home/a/shut"],
  );
  const { incomplete } = contain([], { disk: { closed: ["/home/a/p"] } });
  assert.match(incomplete ?? "", /cannot be listed/);
});

Deno.test("other names of a hidden file in the workspace are hidden", () => {
  const profile = contain([
    "/home/a/p/.env",
    "/home/a/p/copy/plain",
    "/home/a/p/node_modules/x/plain",
    "/home/a/.ssh/id",
    "/home/a/p/k",
    "/home/a/p/other",
    "/home/a/.netrc",
    "/srv/far",
  ], {
    disk: {
      sameFile: [
        [
          "/home/a/p/.env",
          "/home/a/p/copy/plain",
          "/home/a/p/node_modules/x/plain",
        ],
        ["/home/a/.ssh/id", "/home/a/p/k"],
        ["/home/a/.netrc", "/srv/far"],
      ],
    },
  });
  assert.deepEqual(profile.hidden.map(({ path }) => path), [
    "/home/a/.netrc",
    "/home/a/.ssh",
    "/home/a/p/.env",
    "/home/a/p/copy/plain",
    "/home/a/p/k",
    "/home/a/p/node_modules/x/plain",
  ]);
  assert.match(profile.notes?.join() ?? "", /\.netrc/);
});

Deno.test("what another mount shows is hidden there, too", () => {
  const table = `1 0 8:1 / / rw - ext4 /dev/a rw
2 1 8:1 /home/a /mnt/h rw - ext4 /dev/a rw
3 1 8:1 /home/a/.ssh/keys /srv/k rw - ext4 /dev/a rw
`;
  assert.deepEqual(
    hidden([
      "/home/a/p/.env",
      "/home/a/.ssh/keys/id",
      "/mnt/h/p/.env",
      "/mnt/h/.ssh/keys/id",
      "/srv/k/id",
    ], {
      disk: {
        texts: { "/proc/self/mountinfo": table },
        sameFile: [
          ["/home/a/p/.env", "/mnt/h/p/.env"],
          ["/home/a/.ssh", "/mnt/h/.ssh"],
        ],
      },
    }),
    [
      "/home/a/.ssh",
      "/home/a/p/.env",
      "/mnt/h/.ssh",
      "/mnt/h/p/.env",
      "/srv/k",
    ],
  );
});

Deno.test("too many files: their folder is hidden whole and that is said", () => {
  const files = Array.from(
    { length: MOUNT_BUDGET },
    (_, i) => `/home/a/p/certs/${i}.pem`,
  );
  const profile = contain([...files, "/home/a/p/x/.env"]);
  assert.deepEqual(
    profile.hidden.map(({ kind, path }) => [kind, path]),
    [["folder", "/home/a/p/certs"], ["file", "/home/a/p/x/.env"]],
  );
  assert.match(profile.notes?.join() ?? "", /certs is hidden whole/);
  assert.equal(profile.incomplete, undefined);
});

Deno.test("too many files in the workspace itself: nothing may run", () => {
  const files = Array.from(
    { length: MOUNT_BUDGET + 1 },
    (_, i) => `/home/a/p/${i}.pem`,
  );
  assert.match(contain(files).incomplete ?? "", /more than \d+ files/);
});

Deno.test("the outcome says that later files are not hidden, where some are", () => {
  assert.deepEqual(contain([]).notes, []);
  assert.match(contain(["/home/a/p/.env"]).notes?.[0] ?? "", /after the start/);
});

Deno.test("names that are not UTF-8 are said, because nothing can be done by them", () => {
  const disk = fakeDisk(["/home/a/p/sub/x", "/home/a/p/ok\ufffd/.env"]);
  const profile = containProfile(settingsOf(), site, {
    ...disk,
    // What the system gives for a name of the byte 0xff.
    namesIn: (path) =>
      path === "/home/a/p/sub"
        ? [{ name: "\ufffd", kind: "folder" }]
        : disk.namesIn(path),
  });
  assert.deepEqual(profile.hidden.map(({ path }) => path), [
    "/home/a/p/ok\ufffd/.env",
  ]);
  assert.match(profile.notes?.join() ?? "", /\/p\/sub, hold names/);
});

Deno.test("a second search lists only folders that changed", () => {
  const entries = ["/home/a/p/x/a.ts", "/home/a/p/y/.env"];
  const texts = {
    "/proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/a rw\n",
  };
  const listed: string[] = [];
  const memory = searchMemory();
  const look = (
    more: readonly string[],
    now: number,
    changed: Record<string, number> = {},
    settings = settingsOf(),
  ) => {
    listed.length = 0;
    return hidden([...entries, ...more], {
      settings,
      disk: { texts, changed, onList: (path) => listed.push(path) },
      options: { memory, clock: () => now },
    });
  };
  look([], 10_000);
  assert(listed.includes("/home/a/p/x"));
  assert.deepEqual(look([], 20_000), ["/home/a/p/y/.env"]);
  assert(!listed.some((path) => path.startsWith("/home/a/p")), listed.join());
  // A new name is a change of its folder.
  const changed = { "/home/a/p/x": 30_000 };
  const more = ["/home/a/p/x/.env"];
  assert.deepEqual(look(more, 30_001, changed), [
    "/home/a/p/x/.env",
    "/home/a/p/y/.env",
  ]);
  assert.deepEqual(listed, ["/home/a/p/x"]);
  // Changed a moment ago, so not relied on: the same time may hide another change.
  look(more, 30_002, changed);
  assert.deepEqual(listed, ["/home/a/p/x"]);
  look(more, 40_000, changed);
  look(more, 50_000, changed);
  assert.deepEqual(listed, []);
  // Another policy asks anew.
  const other = settingsOf({ blocked: { extensions: [".ts"] } });
  assert(look(more, 60_000, changed, other).includes("/home/a/p/x/a.ts"));
});

Deno.test("on a file system of another machine every search lists everything", () => {
  const texts = { "/proc/self/mountinfo": "1 0 8:1 / / rw - nfs4 s:/ rw\n" };
  const listed: string[] = [];
  const memory = searchMemory();
  for (const now of [10_000, 20_000]) {
    listed.length = 0;
    hidden(["/home/a/p/x/a.ts"], {
      disk: { texts, onList: (path) => listed.push(path) },
      options: { memory, clock: () => now },
    });
  }
  assert(listed.includes("/home/a/p/x"));
});

Deno.test("reads are a list under allow, and under Runtime Guard's enforce", () => {
  const entries = [
    "/usr/bin/",
    "/etc/",
    "/home/a/tools/x",
    "/home/a/other/.env",
  ];
  const listed = settingsOf({
    sandbox: { read: { mode: "allow", allowed: ["~/tools", "/missing"] } },
  });
  assert.deepEqual(contain(entries, { settings: listed }).readable, [
    "/etc",
    "/home/a/tools",
    "/usr",
  ]);
  const enforce = settingsOf({
    execution: {
      shell_workspace_containment: {
        mode: "enforce",
        exempt_commands: ["git", "wc"],
      },
    },
  });
  const readable = (programs: string[], settings = enforce) =>
    contain(entries, { settings, options: { programs } }).readable;
  assert.deepEqual(readable(["cat"]), ["/etc", "/usr"]);
  assert.deepEqual(readable(["git", "cat"]), ["/etc", "/usr"]);
  assert.deepEqual(readable([]), ["/etc", "/usr"]);
  assert.deepEqual(readable(["cd"]), ["/etc", "/usr"]);
  assert.equal(readable(["cd", "git", "wc"]), undefined);
  assert.notEqual(readable(["git"], listed), undefined);
  assert.equal(contain(entries).readable, undefined);
});

Deno.test("a home that cannot be read is not looked through", () => {
  const settings = settingsOf({ sandbox: { read: { mode: "allow" } } });
  assert.deepEqual(
    hidden(["/home/a/other/.env", "/home/a/p/.env"], { settings }),
    ["/home/a/p/.env"],
  );
});

Deno.test("accounts are replaced, never hidden", () => {
  const passwd = "root:x:0:0::/root:/bin/sh\nbob:x:1001:1::/home/bob:/bin/sh\n";
  const settings = settingsOf({ blocked: { paths: ["/etc/passwd"] } });
  const profile = contain([], {
    settings,
    disk: { texts: { "/etc/passwd": passwd, "/etc/group": "root:x:0:\n" } },
  });
  assert.deepEqual(profile.hidden, []);
  assert.deepEqual(profile.replaced, [
    { path: "/etc/passwd", content: "root:x:0:0::/root:/bin/sh\n" },
    { path: "/etc/group", content: "root:x:0:\n" },
  ]);
});
