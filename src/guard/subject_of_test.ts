// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Facts } from "../action/facts.ts";
import { differences, digestOf, type Subject } from "../approval/subject.ts";
import type { Decision } from "../policy/decision.ts";
import { subjectOf } from "./subject_of.ts";
import type { SubjectWorld } from "./subject_world.ts";

const decision: Decision = {
  id: "i",
  verdict: "escalate",
  mode: "enforce",
  reasons: [{ code: "c", rule: "r", message: "m", severity: "low" }],
  policy: { hash: "h", agent: "a" },
  containment: { profile: "workspace", network: "deny", ephemeral: false },
  elapsedUs: 1,
};

function factsOf(over: Partial<Facts> = {}): Facts {
  return {
    action: {
      kind: "exec",
      origin: {
        agent: "a",
        session: "s",
        source: "ai-agent",
        workspace: "/w",
      },
      command: { form: "argv", argv: ["x"] },
      cwd: "/w",
    },
    programs: [],
    paths: [],
    hosts: [],
    environment: [],
    variables: [],
    unknowns: [],
    lookups: [],
    ...over,
  };
}

/** A folder in which nothing is. */
const EMPTY_TREE = {
  sha256: "",
  files: 0,
  bytes: 0,
  members: [],
  folders: [],
} as const;

function worldOf(
  files: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): SubjectWorld {
  return {
    program: (word) => `/usr/bin/${word}`,
    resolve: (path) => path,
    hash: (path) => Promise.resolve(files[path]),
    environment: () => environment,
    kind: (path) => files[path] === undefined ? undefined : "file",
    names: () => undefined,
    firstLine: () => undefined,
    stamp: () => undefined,
    tree: () => Promise.resolve({ own: EMPTY_TREE, other: EMPTY_TREE }),
    input: () => Promise.resolve(undefined),
  };
}

const span = [0, 1] as const;

Deno.test("a subject holds programs, scripts, paths, hosts and variables", async () => {
  const subject = await subjectOf(
    factsOf({
      programs: [
        {
          name: "sh",
          argv: ["sh", "go"],
          assignments: ["B=2"],
          via: [],
          span,
        },
        {
          ...{ name: "x", argv: ["x"], assignments: [], via: ["ssh"], span },
          elsewhere: "host",
        },
        { name: "", argv: ["\0$"], assignments: [], via: [], span },
      ],
      paths: [
        { path: "/w/go", word: "go", access: "execute", span },
        { path: "/w/\0$", word: "$X", access: "delete", span },
      ],
      hosts: [
        { host: "a.example", program: "x", span },
        { host: "a.example", program: "x", span },
      ],
      environment: [{ name: "A", value: "1\0$", span }],
      lookups: [
        { path: "/w/package.json", text: "{}" },
        { path: "/w/none", text: null },
      ],
    }),
    decision,
    worldOf({ "/usr/bin/sh": "1", "/w/go": "2", "/w/package.json": "3" }, {
      PATH: "/usr/bin",
    }),
  );
  assert.deepEqual(subject, {
    action: {
      kind: "exec",
      command: { form: "argv", argv: ["x"] },
      cwd: "/w",
      clientRetries: undefined,
    },
    cwd: "/w",
    paths: [
      { path: "/w/go", access: "execute" },
      { path: "/w/…", access: "delete" },
    ],
    hosts: ["a.example"],
    files: [
      { path: "/usr/bin/sh", role: "program", sha256: "1" },
      { path: "/w/package.json", role: "script", sha256: "3" },
      { path: "/w/go", role: "script", sha256: "2" },
      {
        path: "/w/**",
        role: "input",
        sha256: "",
        members: [],
        tree: {
          files: 0,
          bytes: 0,
          without: ".git, logs, databases and temporary files",
        },
      },
    ],
    environment: ["PATH=/usr/bin", "A=1…", "B=2"],
    profile: "workspace",
    network: "deny",
    ephemeral: false,
  });
});

Deno.test("what cannot be hashed, and what is too much, is no subject", async () => {
  const paths = Array.from({ length: 300 }, (_, i) => ({
    ...{ path: `/w/${i}`, word: `${i}`, access: "execute" as const, span },
  }));
  await assert.rejects(
    () => subjectOf(factsOf({ paths }), decision, worldOf()),
    /involves 300 programs and scripts, more than 256/,
  );
  const hash = () => Promise.reject(new Error("too large"));
  await assert.rejects(
    () =>
      subjectOf(factsOf({ paths: paths.slice(0, 1) }), decision, {
        ...worldOf(),
        hash,
      }),
    /too large/,
  );
});

const text = fc.string({ maxLength: 8, unit: "binary" });
const short = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });
const subjects: fc.Arbitrary<Subject> = fc.record({
  action: fc.record({
    kind: fc.constant("exec"),
    command: fc.record({ form: fc.constant("argv"), argv: short(text) }),
  }),
  cwd: text,
  paths: short(fc.record({ path: text, access: text })),
  hosts: short(text),
  files: fc.uniqueArray(
    fc.record({
      path: text,
      sha256: text,
      role: fc.constantFrom("program", "script", "target"),
    }),
    { maxLength: 3, selector: ({ path }) => path },
  ),
  environment: short(text),
  profile: text,
  network: fc.constantFrom("deny", "names", "open"),
  ephemeral: fc.boolean(),
});

Deno.test("two subjects have one digest exactly where they are the same", () => {
  fc.assert(fc.property(subjects, subjects, (a, b) => {
    let same = true;
    try {
      assert.deepStrictEqual(a, b);
    } catch {
      same = false;
    }
    assert.equal(digestOf(a) === digestOf(b), same);
    assert.equal(digestOf(a), digestOf(structuredClone(a)));
  }));
});

Deno.test("a change of any part is another digest, and is named", () => {
  const key = fc.constantFrom(
    "action",
    "cwd",
    "paths",
    "hosts",
    "files",
    "environment",
    "profile",
    "network",
    "ephemeral",
  );
  fc.assert(fc.property(subjects, subjects, key, (a, b, part) => {
    const changed = { ...a, [part]: b[part] };
    const isSame = digestOf(a) === digestOf(changed);
    const said = differences(a, changed);
    if (isSame) assert.deepEqual(said, []);
    // The order and role of files alone are not told; the digest has them.
    else if (part !== "files") assert.equal(said.length, 1);
  }));
});

Deno.test("who asks, and how often, is not part of what is asked", async () => {
  const facts = factsOf();
  const { action } = facts;
  assert(action.kind === "exec");
  const other = factsOf({
    action: {
      ...action,
      origin: { ...action.origin, agent: "b", session: "t", client: "c" },
      clientRetries: 7,
    },
  });
  const [one, two] = [
    await subjectOf(facts, decision, worldOf()),
    await subjectOf(other, decision, worldOf()),
  ];
  assert.equal(digestOf(one), digestOf(two));
});
