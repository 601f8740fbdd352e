// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { type RealPath, realPath } from "./profile.ts";
import {
  seatbeltArgs,
  type SeatbeltProfile as Profile,
  type SeatbeltSite,
} from "./seatbelt.ts";
import { judge, readAll, readProfile, rulesOf } from "./seatbelt_model_test.ts";
import { ruleText } from "./seatbelt_text.ts";

const plain: Profile = {
  workspace: realPath("/Users/a/p"),
  writable: [],
  pinned: [],
  anchors: [],
  hidden: [],
  network: "none",
  limits: {},
  cache: realPath("/Users/a/Library/Caches/airg/packages/1"),
};
const site: SeatbeltSite = {
  tag: "0123abcd",
  temporary: realPath("/private/tmp/airg-1/tmp"),
  cachesRoot: realPath("/Users/a/Library/Caches/airg/packages"),
  proof: {
    open: realPath("/private/tmp/airg-1/open"),
    closed: realPath("/private/tmp/airg-1/closed"),
  },
  terminal: false,
};

const profiles: Record<string, Profile> = {
  plain,
  everything: {
    ...plain,
    writable: [realPath("/private/var/data")],
    pinned: [realPath("/Users/a/p/.git/config")],
    anchors: [realPath("/Users/a/p/.git")],
    hidden: [
      { path: realPath("/Users/a/.ssh"), kind: "folder" },
      { path: realPath("/Users/a/p/.env"), kind: "file" },
    ],
    network: "open",
  },
  "awkward names": {
    ...plain,
    workspace: realPath('/Users/a b/"c")(allow default)(b\\d\n;é'),
    hidden: [{ path: realPath("/Users/a/)=-D"), kind: "file" }],
  },
  "all read-only": { ...plain, readonly: true },
  "reads by a list": { ...plain, readable: [realPath("/opt/tools")] },
};

for (const [name, profile] of Object.entries(profiles)) {
  Deno.test(`seatbeltArgs(): ${name}`, async (t) => {
    const args = argsOf(profile, { ...site, terminal: name === "everything" });
    await t.assertSnapshot(args.join("\n"), { serializer: String });
  });
}

function argsOf(profile: Profile, at: SeatbeltSite = site): readonly string[] {
  const made = seatbeltArgs(profile, at);
  assert.ok("args" in made, "refused" in made ? made.refused : "");
  return made.args;
}

Deno.test("a name neither composed nor decomposed is refused as it is", () => {
  const mixed = realPath("/Users/a/p/\u00e9/e\u0301");
  const question = { operation: "file-write-data", path: mixed };
  assert.equal(allowed(plain, question), true);
  assert.equal(allowed({ ...plain, pinned: [mixed] }, question), false);
  for (const form of ["NFC", "NFD"]) {
    const path = mixed.normalize(form);
    assert.equal(
      allowed({ ...plain, pinned: [mixed] }, { ...question, path }),
      false,
    );
  }
});

Deno.test("the last rules are refusals, and each allowance is before them", () => {
  for (const profile of Object.values(profiles)) {
    const rules = rulesOf(readProfile(argsOf(profile)).forms);
    const firstOfLast = rules.findLastIndex((r) => r.verdict === "allow") + 1;
    const last = rules.slice(firstOfLast);
    const paths = last.flatMap((rule) => rule.operations);
    for (const wanted of ["file-write-unlink", "lsopen", "mach-lookup"]) {
      assert.ok(paths.includes(wanted), wanted);
    }
    assert.deepEqual(rules[0], {
      verdict: "deny",
      operations: ["default"],
      filters: [],
    });
  }
});

Deno.test("no allowance of files outside /dev has more than a path", () => {
  for (const profile of Object.values(profiles)) {
    const { forms } = readProfile(argsOf(profile));
    for (const { verdict, operations, filters } of rulesOf(forms)) {
      if (verdict === "deny" || !operations[0]!.startsWith("file-")) continue;
      const text = JSON.stringify(filters);
      if (text.includes("/dev/ttys")) continue;
      assert.doesNotMatch(text, /require-|vnode-type|extension/);
    }
  }
});

const services = [
  ["com.apple.system.logger", true, true],
  ["com.apple.trustd.agent", false, true],
  ["com.apple.SecurityServer", false, false],
  ["com.apple.securityd.xpc", false, false],
  ["com.apple.coreservices.launchservicesd", false, false],
  ["com.apple.coreservices.appleevents", false, false],
  ["com.apple.unknown", false, false],
] as const;

Deno.test("mach services: what libraries need, never the keychain nor what starts programs", () => {
  for (const [name, closed, open] of services) {
    for (
      const [network, wanted] of [["none", closed], ["open", open]] as const
    ) {
      assert.equal(
        allowed({ ...plain, network }, { operation: "mach-lookup", name }),
        wanted,
        `${name} ${network}`,
      );
    }
  }
});

Deno.test("network: none is none; open reaches addresses, not the host's sockets", () => {
  const own = `${site.temporary}/s`;
  for (const network of ["none", "open"] as const) {
    const ask = (operation: string, socket: "ip" | "unix", path?: string) =>
      allowed({ ...plain, network }, {
        operation,
        socket,
        ...(path !== undefined && { path }),
      });
    const open = network === "open";
    assert.equal(ask("network-outbound", "ip"), open);
    assert.equal(ask("network-bind", "ip"), open);
    assert.equal(ask("network-inbound", "ip"), open);
    assert.equal(ask("network-outbound", "unix", own), true);
    assert.equal(ask("network-bind", "unix", own), true);
    assert.equal(
      ask("network-outbound", "unix", "/private/var/run/docker.sock"),
      false,
    );
    assert.equal(
      ask("network-outbound", "unix", "/private/var/run/mDNSResponder"),
      open,
    );
  }
});

Deno.test("nothing outside is steered, debugged, started or linked to", () => {
  for (
    const operation of [
      "appleevent-send",
      "lsopen",
      "job-creation",
      "mach-priv-task-port",
      "mach-register",
      "iokit-open",
      "file-link",
      "file-write-setugid",
      "file-mount",
      "sysctl-write",
      "user-preference-write",
      "process-info-pidinfo",
    ]
  ) {
    const path = "/Users/a/p/x";
    assert.equal(allowed(profiles["everything"]!, { operation, path }), false);
  }
});

Deno.test("where reading is by a list, the way to it is seen and not listed", () => {
  const profile = { ...plain, readable: [realPath("/opt/tools")] };
  const cases = [
    ["file-read-data", "/opt/tools/bin/x", true],
    ["process-exec", "/opt/tools/bin/x", true],
    ["file-read-data", "/usr/lib/x", true],
    ["file-read-data", "/Users/a/p/x", true],
    ["file-read-metadata", "/Users/a", true],
    ["file-read-metadata", "/tmp", true],
    ["file-read-data", "/Users/a", false],
    ["file-read-data", "/Users/a/other", false],
    ["file-read-metadata", "/Users/a/other", false],
    ["process-exec", "/Users/a/other", false],
    ["file-map-executable", "/Users/a/other", false],
  ] as const;
  for (const [operation, path, wanted] of cases) {
    assert.equal(allowed(profile, { operation, path }), wanted, path);
    // Where it is not, all of them are given.
    assert.equal(allowed(plain, { operation, path }), true, path);
  }
});

Deno.test("the terminal is given only with the caller's streams", () => {
  const question = { operation: "file-ioctl", path: "/dev/ttys003" };
  assert.equal(allowed(plain, question), false);
  assert.equal(allowed(plain, question, { ...site, terminal: true }), true);
});

function allowed(
  profile: Profile,
  question: Parameters<typeof judge>[2],
  at: SeatbeltSite = site,
): boolean {
  const { forms, params } = readProfile(argsOf(profile, at));
  const answers = (["last", "specific"] as const).map((precedence) =>
    judge(rulesOf(forms), params, question, precedence)
  );
  assert.equal(answers[0], answers[1]);
  return answers[0]!;
}

Deno.test("seatbeltArgs() refuses what cannot be given whole", () => {
  const refused = (profile: Partial<Profile>) => {
    const made = seatbeltArgs({ ...plain, ...profile }, site);
    return "refused" in made ? made.refused : "";
  };
  const hide = (path: string): Partial<Profile> => ({
    hidden: [{ path: realPath(path), kind: "folder" }],
  });
  for (const path of ["/", "/Users/a", "/tmp", "/private", "/Users/a/p"]) {
    assert.match(refused(hide(path)), /hidden folder holds/, path);
  }
  assert.equal(refused(hide("/Users/a/p/x")), "");
  assert.match(refused(hide("/Users/\ud800")), /Cannot hand a path/);
  for (const path of ["/private/tmp", "/private/tmp/airg-1/open/x"]) {
    const found = refused({ workspace: realPath(path) });
    assert.match(found, /writable folder holds/, path);
    assert.equal(refused({ workspace: realPath(path), readonly: true }), "");
  }
  const layers = realPath("/l");
  const parts: readonly (Partial<Profile> & Record<string, unknown>)[] = [
    { ephemeral: { id: "x", folder: layers, layers } },
    { incomplete: "x" },
    { owner: { uid: 1, gid: 1 } },
    { ofLater: true },
  ];
  for (const part of parts) assert.match(refused(part), /cannot give/);
  assert.equal(refused({ name: "x", notes: [], replaced: [] }), "");
  const many: RealPath[] = Array.from(
    { length: 4000 },
    (_, i) => realPath(`/Users/a/p/${"x".repeat(100)}${i}`),
  );
  assert.match(refused({ pinned: many }), /at most/);
});

Deno.test("the writer refuses words that are not its own", () => {
  assert.throws(
    () => ruleText({ verdict: "deny", operations: ["a) (allow"] }),
    RangeError,
  );
  assert.throws(
    () => ruleText({ verdict: "deny", operations: ["a"], message: '")' }),
    RangeError,
  );
  const at = { ...site, tag: '")(allow default)' };
  const made = seatbeltArgs(plain, at);
  assert.ok("refused" in made);
});

Deno.test("the model reads what a Scheme reads", () => {
  assert.deepEqual(readAll('(a "b\\"\\\\)" #"^c") ; d\n'), [[
    { kind: "symbol", text: "a" },
    { kind: "string", text: 'b"\\)' },
    { kind: "regex", text: "^c" },
  ]]);
  for (const text of ["(", '"', ")"]) assert.throws(() => readAll(text));
});
