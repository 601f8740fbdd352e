// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Profile, type RealPath, realPath } from "./profile.ts";
import { seatbeltArgs, type SeatbeltSite } from "./seatbelt.ts";
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
  "all read-only": { ...plain, pinned: [plain.workspace] },
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

// Properties. Names are drawn from few, so that paths meet, and from marks
// that mean something to a Scheme, to a shell or to `-D`.
const NAMES = [
  "a",
  "b",
  ".git",
  "é",
  "e\u0301",
  '"',
  "\\",
  "\\\\n",
  "a\nb",
  ")(allow default)(",
  ";",
  '#"',
  "(param",
  "=",
  "-D",
  "--",
  "ａ😀",
] as const;
const TOPS = ["Users", "private", "tmp", "var", "opt", "etc"] as const;
const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
  fc.string({ minLength: 1, maxLength: 4, unit: "binary" }).filter((text) =>
    !/[/\0]/.test(text) && text !== "." && text !== ".."
  ),
);
// A path is composed or decomposed as a whole: of the names between the two
// the kernel uses only the one on the disk, which is the one in the profile.
const form = fc.constantFrom("NFC", "NFD");
const anyPath = fc.tuple(
  fc.constantFrom(...TOPS),
  fc.array(segment, { minLength: 1, maxLength: 4 }),
  form,
).map(([top, parts, form]) =>
  realPath(
    `/${top === "private" ? "private/tmp" : top}/${parts.join("/")}`
      .normalize(form),
  )
);
const anyProfile: fc.Arbitrary<Profile> = fc.record({
  workspace: anyPath,
  writable: fc.array(anyPath, { maxLength: 2 }),
  pinned: fc.array(anyPath, { maxLength: 3 }),
  anchors: fc.constant([]),
  hidden: fc.array(
    fc.record({ path: anyPath, kind: fc.constantFrom("file", "folder") }),
    { maxLength: 3 },
  ),
  network: fc.constantFrom("none", "open"),
  limits: fc.constant({}),
  cache: fc.constant(plain.cache),
});

/** A profile and paths in and around what it names. */
const cases = anyProfile.chain((profile) =>
  fc.record({
    profile: fc.constant(profile),
    paths: fc.array(near(profile), { minLength: 1, maxLength: 6 }),
  })
);

function near(profile: Profile): fc.Arbitrary<string> {
  const named = [
    profile.workspace,
    ...profile.writable,
    ...profile.pinned,
    ...profile.hidden.map(({ path }) => path),
    profile.cache,
    "/Users/a/Library/Caches/airg/packages/2/x",
    site.temporary,
    site.proof.open,
    site.proof.closed,
    "/dev/disk0",
    "/dev/null",
  ];
  return fc.tuple(
    fc.constantFrom(...named),
    fc.constantFrom("itself", "parent", "beneath", "beside"),
    segment,
    form,
  ).map(([path, where, name, form]) => {
    if (where === "itself") return path;
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    if (where === "parent") return parent;
    const folder = where === "beneath" ? path : parent;
    return `${folder === "/" ? "" : folder}/${name}`.normalize(form);
  });
}

/** Another name of the same file. */
const respelled: readonly ((path: string) => string)[] = [
  (path) => path,
  // Devices lie on no volume.
  (path) => path.startsWith("/dev") ? path : `/System/Volumes/Data${path}`,
  (path) => path.replace(/^\/private(?=\/(tmp|var|etc)(\/|$))/, ""),
  (path) => path.replace(/^(?=\/(tmp|var|etc)(\/|$))/, "/private"),
  (path) => path.normalize("NFD"),
  (path) => path.normalize("NFC"),
];

/** The name a kernel knows a path by. */
function kernelName(path: string): string {
  return path.replace(/^(?=\/(tmp|var|etc)(\/|$))/, "/private");
}

/**
 * What a profile means, said without rules.
 *
 * @param form Makes one name of two that are the same to the disk.
 */
function meant(profile: Profile, form: (path: string) => string) {
  const real = (path: string) => form(kernelName(path));
  const within = (path: string, root: string) =>
    `${real(path)}/`.startsWith(`${real(root)}/`);
  const roots = [
    profile.workspace,
    ...profile.writable,
    profile.cache,
    site.temporary,
  ];
  const hidden = [...profile.hidden.map(({ path }) => path), site.proof.closed];
  const otherCache = (path: string) =>
    within(path, site.cachesRoot) && !within(path, profile.cache);
  const usable = (path: string) =>
    !hidden.some((root) => within(path, root)) && !otherCache(path);
  const readable = (path: string) =>
    usable(path) &&
    (!within(path, "/dev") || path === "/dev" || path === "/dev/null");
  const writable = (path: string) =>
    path === "/dev/null" ||
    (roots.some((root) => within(path, root)) &&
      usable(path) && !profile.pinned.some((root) => within(path, root)));
  const kept = [...hidden, ...profile.pinned, ...roots];
  const movable = (path: string) =>
    writable(path) && path !== "/dev/null" &&
    !kept.some((place) => within(place, path));
  const visible = (path: string) =>
    readable(path) ||
    (real(path) === real(site.cachesRoot) &&
      !hidden.some((root) => within(path, root)));
  const creatable = (path: string) =>
    movable(path) || within(path, site.proof.open);
  return { readable, creatable, visible, usable, writable, movable };
}

const FILE_QUESTIONS = [
  ["file-read-data", "readable"],
  ["file-read-metadata", "visible"],
  ["process-exec", "usable"],
  ["file-write-data", "writable"],
  ["file-write-unlink", "movable"],
  ["file-write-create", "creatable"],
] as const;

for (const precedence of ["last", "specific"] as const) {
  Deno.test(`a profile gives what is meant and nothing else, ${precedence} rule first`, () => {
    fc.assert(
      fc.property(cases, ({ profile, paths }) => {
        const made = seatbeltArgs(profile, site);
        fc.pre("args" in made);
        const { forms, params } = readProfile(made.args);
        const rules = rulesOf(forms);
        // A disk may or may not tell accents apart; a profile holds on both.
        const exact = meant(profile, (path) => path);
        const folded = meant(profile, (path) => path.normalize("NFC"));
        for (const path of paths) {
          for (const [operation, kind] of FILE_QUESTIONS) {
            const ask = (path: string) =>
              judge(rules, params, { operation, path }, precedence);
            const atMost = folded[kind](path);
            if (atMost && exact[kind](path)) {
              assert.ok(ask(kernelName(path)), `${operation} ${path}`);
            }
            for (const respell of respelled) {
              assert.ok(
                atMost || !ask(respell(path)),
                `${operation} ${respell(path)}`,
              );
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
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

Deno.test("no path gets out of its word, whatever its name", () => {
  fc.assert(
    fc.property(anyProfile, (profile) => {
      const made = seatbeltArgs(profile, site);
      fc.pre("args" in made);
      const { forms, params } = readProfile(made.args);
      // The text alone: no hostile name changes one character outside P<n>.
      assert.match(made.args[1]!, /^[\x20-\x7e\n]*$/);
      const given = new Set(params.values());
      for (
        const path of [
          ...profile.pinned,
          ...profile.hidden.map(({ path }) => path),
          ...profile.writable,
          profile.workspace,
        ]
      ) assert.ok(given.has(path), path);
      assert.equal(params.size, given.size);
      const used = JSON.stringify(forms).match(/P\d+/g) ?? [];
      assert.deepEqual(new Set(used), new Set(params.keys()));
    }),
  );
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
