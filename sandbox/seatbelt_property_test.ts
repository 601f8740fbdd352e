// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type RealPath, realPath } from "./profile.ts";
import {
  seatbeltArgs,
  type SeatbeltProfile,
  type SeatbeltSite,
} from "./seatbelt.ts";
import * as model from "./seatbelt_model_test.ts";
import { SYSTEM_READABLE } from "./seatbelt_rules.ts";

const cache = realPath("/Users/a/Library/Caches/airg/packages/1");
const site: SeatbeltSite = {
  tag: "0123abcd",
  temporary: realPath("/private/tmp/airg-1/tmp"),
  cachesRoot: realPath("/Users/a/Library/Caches/airg/packages"),
  proof: {
    open: realPath("/private/tmp/airg-1/proof"),
    closed: realPath("/private/tmp/airg-1/closed"),
  },
  terminal: false,
};

// Names are drawn from few, so that paths meet, and from marks
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
const anyProfile: fc.Arbitrary<SeatbeltProfile> = fc.record({
  workspace: fc.oneof(
    { weight: 8, arbitrary: anyPath },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        realPath("/Users/a"),
        realPath("/Users/a/Library/Caches/airg/packages"),
        realPath("/private/var"),
        realPath("/private/tmp/airg-1"),
      ),
    },
  ),
  writable: fc.array(anyPath, { maxLength: 2 }),
  pinned: fc.array(anyPath, { maxLength: 3 }),
  anchors: fc.constant([]),
  hidden: fc.array(
    fc.record({ path: anyPath, kind: fc.constantFrom("file", "folder") }),
    { maxLength: 3 },
  ),
  network: fc.constantFrom("none", "open"),
  limits: fc.constant({}),
  cache: fc.constant(cache),
  below: fc.array(
    fc.tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean()),
    { maxLength: 2 },
  ),
  readonly: fc.constantFrom(true, undefined),
  readable: fc.option(fc.array(anyPath, { maxLength: 2 }), { nil: undefined }),
}).map(({ readonly, readable, below, ...profile }) => ({
  ...profile,
  pinned: [
    ...profile.pinned,
    ...below.filter(([, hide]) => !hide).map(([parts]) =>
      beneath(profile.workspace, parts)
    ),
  ],
  hidden: [
    ...profile.hidden,
    ...below.filter(([, hide]) => hide).map(([parts]) => ({
      path: beneath(profile.workspace, parts),
      kind: "file" as const,
    })),
  ],
  ...(readonly && { readonly }),
  ...(readable && { readable }),
}));

function beneath(root: string, parts: readonly string[]): RealPath {
  const form = root === root.normalize("NFC") ? "NFC" : "NFD";
  return realPath(`${root}/${parts.join("/")}`.normalize(form));
}

/** A profile and paths in and around what it names. */
const cases = anyProfile.chain((profile) =>
  fc.record({
    profile: fc.constant(profile),
    paths: fc.array(near(profile), { minLength: 1, maxLength: 6 }),
  })
);

function near(profile: SeatbeltProfile): fc.Arbitrary<string> {
  const named = [
    profile.workspace,
    ...profile.writable,
    ...(profile.readable ?? []),
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
function meant(profile: SeatbeltProfile, form: (path: string) => string) {
  const real = (path: string) => form(kernelName(path));
  const within = (path: string, root: string) =>
    `${real(path)}/`.startsWith(`${real(root)}/`);
  const own = [profile.cache, site.temporary];
  const used = [profile.workspace, ...profile.writable, ...own];
  const roots = profile.readonly ? own : used;
  const hidden = [...profile.hidden.map(({ path }) => path), site.proof.closed];
  const list = profile.readable &&
    [...SYSTEM_READABLE, ...profile.readable, ...used, site.proof.open];
  const listed = (path: string) =>
    list?.some((root) => within(path, root)) ?? true;
  const way = (path: string) =>
    path === "/" || (list?.some((place) => within(place, path)) ?? true);
  const isHidden = (path: string) => hidden.some((root) => within(path, root));
  const shared = ["/private/tmp", "/private/var/tmp"];
  const kept = [...used, site.proof.open, ...(profile.readable ?? [])];
  const others = (path: string) =>
    (within(path, site.cachesRoot) && !within(path, profile.cache)) ||
    (shared.some((root) => within(path, root)) &&
      !kept.some((root) => within(path, root)));
  const toOwn = (path: string) =>
    shared.some((root) => real(path) === root) ||
    real(path) === real(site.cachesRoot) ||
    kept.some((root) => within(root, path));
  const open = (path: string) => !isHidden(path) && !others(path);
  const device = (path: string) => within(path, "/dev");
  const given = (path: string) => path === "/dev" || path === "/dev/null";
  const usable = (path: string) => open(path) && listed(path);
  const readable = (path: string) =>
    device(path)
      ? open(path) && given(path)
      : usable(path) || (path === "/" && open(path));
  const visible = (path: string) =>
    readable(path) ||
    (!device(path) && way(path) && !isHidden(path) &&
      (!others(path) || toOwn(path)));
  const writable = (path: string) =>
    path === "/dev/null" ||
    (roots.some((root) => within(path, root)) &&
      open(path) && !profile.pinned.some((root) => within(path, root)));
  const fixed = [...hidden, ...profile.pinned, ...roots];
  const movable = (path: string) =>
    writable(path) && path !== "/dev/null" &&
    !fixed.some((place) => within(place, path));
  const creatable = (path: string) =>
    movable(path) || within(path, site.proof.open);
  return { readable, visible, usable, writable, movable, creatable };
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
        const { forms, params } = model.readProfile(made.args);
        const rules = model.rulesOf(forms);
        // A disk may or may not tell accents apart; a profile holds on both.
        const exact = meant(profile, (path) => path);
        const folded = meant(profile, (path) => path.normalize("NFC"));
        for (const path of paths) {
          for (const [operation, kind] of FILE_QUESTIONS) {
            const ask = (path: string) =>
              model.judge(rules, params, { operation, path }, precedence);
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

Deno.test("no path gets out of its word, whatever its name", () => {
  fc.assert(
    fc.property(anyProfile, (profile) => {
      const made = seatbeltArgs(profile, site);
      fc.pre("args" in made);
      const { forms, params } = model.readProfile(made.args);
      // The text alone: no hostile name changes one character outside P<n>.
      assert.match(made.args[1]!, /^[\x20-\x7e\n]*$/);
      const given = new Set(params.values());
      for (
        const path of [
          ...profile.pinned,
          ...profile.hidden.map(({ path }) => path),
          ...profile.writable,
          ...(profile.readonly ? [] : [profile.workspace]),
        ]
      ) {
        if (profile.readonly && profile.writable.includes(path)) continue;
        assert.ok(given.has(path), path);
      }
      assert.equal(params.size, given.size);
      const used = JSON.stringify(forms).match(/P\d+/g) ?? [];
      assert.deepEqual(new Set(used), new Set(params.keys()));
    }),
  );
});
