// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { bubblewrapArgs, unknownOption, withoutOptions } from "./bubblewrap.ts";
import { instructionBytes } from "./instruction.ts";
import {
  type Ruleset,
  rulesetInNamespaces,
  rulesetWithoutNamespaces,
} from "./landlock.ts";
import { type Profile, realPath } from "./profile.ts";
import { parseStatusLine } from "./status.ts";
import { foldersBetween, isWithin } from "./within.ts";

const plain: Profile = {
  workspace: realPath("/home/a/p"),
  writable: [],
  pinned: [],
  anchors: [],
  hidden: [],
  network: "none",
  limits: {},
  cache: realPath("/home/a/.cache/airg/packages/1"),
};
const profiles: Record<string, Profile> = {
  plain,
  everything: {
    ...plain,
    writable: [realPath("/data/shared")],
    pinned: [realPath("/home/a/p/.git/config")],
    anchors: [realPath("/home/a/p/.git")],
    hidden: [
      { path: realPath("/home/a/.ssh"), kind: "folder" },
      { path: realPath("/home/a/.netrc"), kind: "file" },
    ],
    network: "open",
    limits: { temporarySize: 1024 },
  },
  "awkward names": {
    ...plain,
    workspace: realPath('/home/a b/"c"\\d\n--bind'),
    hidden: [{ path: realPath("/home/a/--"), kind: "file" }],
  },
};
const options = { cachesRoot: "/home/a/.cache/airg/packages", uid: 1000 };

for (const [name, profile] of Object.entries(profiles)) {
  for (const masks of ["outer", { maskFile: "/c/mask" }] as const) {
    const by = masks === "outer" ? "the launcher" : "bubblewrap";
    Deno.test(`bubblewrapArgs(): ${name}, masks by ${by}`, async (t) => {
      const args = bubblewrapArgs(profile, { ...options, masks });
      await t.assertSnapshot(args.join("\n"), { serializer: String });
    });
  }
}

Deno.test("bubblewrapArgs() refuses a writable folder that holds every workspace's cache", () => {
  const profile = { ...plain, writable: [realPath("/home/a/.cache")] };
  assert.throws(
    () => bubblewrapArgs(profile, { ...options, masks: "outer" }),
    TypeError,
  );
});

Deno.test("withoutOptions() takes options with their values, and nothing else", () => {
  const words = bubblewrapArgs(plain, { ...options, masks: "outer" });
  const left = withoutOptions(words, ["--size", "--perms", "--clearenv"]);
  const gone = ["--size", "--perms", "--clearenv", "1777", "0755", "0700"];
  assert(gone.every((word) => words.includes(word)), "control");
  assert.deepEqual(
    left,
    words.filter((word) =>
      !gone.includes(word) && word !== "0555" && word !== String(4 * 1024 ** 3)
    ),
  );
  assert.deepEqual(withoutOptions(words, []), words);
});

Deno.test.each([
  ["bwrap: Unknown option --disable-userns", "--disable-userns"],
  ["bwrap: Unknown option --size", "--size"],
  // Without these nothing holds: not to be dispensed with.
  ["bwrap: Unknown option --unshare-pid", undefined],
  ["bwrap: Unknown option --ro-bind", undefined],
  ["bwrap: Unknown option --constructor", undefined],
  ["bwrap: No permissions", undefined],
])("unknownOption() of %j is %j", (message, option) => {
  assert.equal(unknownOption(message), option);
});

Deno.test("readonly leaves no writable bind but the cache's, nor a rule", () => {
  const profile = { ...profiles["everything"]!, readonly: true } as const;
  for (const masks of ["outer", { maskFile: "/c/mask" }] as const) {
    const args = bubblewrapArgs(profile, { ...options, masks });
    const binds = args.flatMap((word, i) =>
      word === "--bind" ? [args[i + 2]] : []
    );
    assert.deepEqual(binds, ["/run/airg/cache"]);
  }
  const { rules } = rulesetInNamespaces(profile);
  assert.deepEqual(
    rules.filter(({ rights }) => (rights & 2n) !== 0n).map(({ path }) => path),
    ["/tmp", "/var/tmp", "/run", "/dev"],
  );
});

Deno.test("rulesetWithoutNamespaces() grants everything but what is hidden", () => {
  const tree: Record<string, string[]> = {
    "/": ["home", "etc", "usr"],
    "/home": ["a", "b"],
    "/home/a": [".ssh", "p", "x"],
    "/etc": ["shadow", "hosts"],
  };
  const profile: Profile = {
    ...plain,
    hidden: [
      { path: realPath("/home/a/.ssh"), kind: "folder" },
      { path: realPath("/etc/shadow"), kind: "file" },
    ],
  };
  const ruleset = rulesetWithoutNamespaces(
    profile,
    realPath("/s/tmp"),
    (path) => tree[path] ?? [],
  );
  const readable = ruleset!.rules.filter(({ rights }) => rights === 0b1101n)
    .map(({ path }) => path).sort();
  assert.deepEqual(readable, [
    "/etc/hosts",
    "/home/a/p",
    "/home/a/x",
    "/home/b",
    "/usr",
  ]);
  assert.equal(ruleset!.net, 3n);
});

Deno.test("where reads are a list, no rule grants more", () => {
  const tree: Record<string, string[]> = {
    "/usr": ["bin", "keys"],
    "/opt": ["x"],
  };
  const profile: Profile = {
    ...plain,
    readable: [realPath("/usr"), realPath("/opt"), realPath("/etc/shadow")],
    hidden: [
      { path: realPath("/usr/keys"), kind: "folder" },
      { path: realPath("/etc/shadow"), kind: "file" },
    ],
  };
  const readOnly = (ruleset: Ruleset | undefined) =>
    ruleset?.rules.filter(({ rights }) => rights === 0b1101n)
      .map(({ path }) => path);
  assert.deepEqual(readOnly(rulesetInNamespaces(profile)), profile.readable);
  assert.deepEqual(
    readOnly(
      rulesetWithoutNamespaces(
        profile,
        realPath("/t"),
        (path) => tree[path] ?? [],
      ),
    ),
    ["/usr/bin", "/opt"],
  );
});

Deno.test("rulesetWithoutNamespaces() refuses what Landlock cannot express", () => {
  const profile: Profile = {
    ...plain,
    hidden: [{ path: realPath("/home/a/p/.env"), kind: "file" }],
  };
  assert.equal(
    rulesetWithoutNamespaces(profile, realPath("/t"), () => []),
    undefined,
  );
});

Deno.test("rulesetInNamespaces() grants writing beneath the writable roots and private folders alone", () => {
  const { rules } = rulesetInNamespaces(profiles["everything"]!);
  assert.deepEqual(
    rules.filter(({ rights }) => (rights & 2n) !== 0n).map(({ path }) => path),
    ["/tmp", "/var/tmp", "/run", "/dev", "/home/a/p", "/data/shared"],
  );
});

Deno.test("realPath() takes normal absolute paths only", () => {
  for (
    const path of ["", "a", "/a/", "//a", "/a/./b", "/a/../b", "/a\0", "/a//b"]
  ) {
    assert.throws(() => realPath(path), TypeError, path);
  }
  assert.equal(realPath("/"), "/");
});

Deno.test("foldersBetween() lists what lies between, and nothing for strangers", () => {
  assert.deepEqual(foldersBetween("/p/a/b/c", "/p"), ["/p/a", "/p/a/b"]);
  assert.deepEqual(foldersBetween("/q/a", "/p"), []);
  assert.deepEqual(foldersBetween("/a/b", "/"), ["/a"]);
  assert.equal(isWithin("/pp/a", "/p"), false);
});

Deno.test("instructionBytes() refuses NUL, lone surrogates and odd keys", () => {
  for (const value of ["a\0", "\ud800"]) {
    assert.throws(() => instructionBytes([["cwd", value]]), RangeError);
  }
  assert.throws(() => instructionBytes([["Cwd x", "a"]]), RangeError);
  assert.throws(
    () => instructionBytes([["cwd", "x".repeat(5_000_000)]]),
    RangeError,
  );
});

Deno.test("parseStatusLine() takes the known forms and nothing else", () => {
  assert.deepEqual(parseStatusLine('{"role":"outer","token":"t"}'), {
    role: "outer",
    token: "t",
  });
  for (
    const text of [
      "",
      "[]",
      "null",
      '{"role":"other","token":"t"}',
      '{"event":"applied"}',
      '{"event":"ready","uid":0,"rung":"full"}',
      '{"event":"ready","uid":0,"rung":"full","skipped":[1]}',
      '{"event":"__proto__"}',
      '{"event":"exited","code":"0","signal":0,"bwrapError":""}',
    ]
  ) assert.equal(parseStatusLine(text), undefined, text);
  fc.assert(fc.property(fc.string(), (text) => {
    parseStatusLine(text);
  }));
});
