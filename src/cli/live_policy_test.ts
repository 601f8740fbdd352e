// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { judge } from "../../test/policy/judge.ts";
import { type LivePolicy, loadPolicy } from "./live_policy.ts";
import { workspaceFile } from "./workspace_policy.ts";

interface Place {
  readonly path: string;
  readonly workspace: string;
}

async function inPlace(
  body: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/work/.airg`, { recursive: true });
    await body({ path: `${folder}/policy.json`, workspace: `${folder}/work` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const load = (place: Place, agent = "a") =>
  loadPolicy(place.path, {
    mayBeMissing: false,
    home: "/h",
    agent,
    workspace: place.workspace,
  });

async function loaded(place: Place, agent?: string): Promise<LivePolicy> {
  const policy = await load(place, agent);
  assert(policy.ok);
  return policy.value;
}

const write = (path: string, value: unknown) =>
  Deno.writeTextFile(path, JSON.stringify(value));

const blocks = (program: string) => ({
  version: 1,
  rules: [{ id: program, match: { program }, verdict: "block", reason: "r" }],
});

const verdict = (policy: LivePolicy, text: string) =>
  judge(policy.current(), text).verdict;

Deno.test("the workspace's file is laid on, read again, and not lost", async () => {
  await inPlace(async (place) => {
    const file = workspaceFile(place.workspace);
    await write(place.path, { version: 1 });
    const policy = await loaded(place);
    assert.equal(verdict(policy, "make"), "allow");
    const { hash } = policy.current();
    await write(file, blocks("make"));
    await policy.refresh();
    assert.notEqual(policy.current().hash, hash);
    assert.equal(verdict(policy, "make"), "block");
    await Deno.writeTextFile(file, "{ broken");
    await policy.refresh();
    assert.equal(verdict(policy, "make"), "block");
    assert.match(policy.inForce().broken ?? "", /\.airg\/policy\.json/);
    await Deno.remove(file);
    await policy.refresh();
    assert.equal(verdict(policy, "make"), "block");
    assert.match(policy.inForce().broken ?? "", /is gone$/);
    await write(file, blocks("tar"));
    await policy.refresh();
    assert.equal(policy.inForce().broken, undefined);
    assert.equal(verdict(policy, "make"), "allow");
    assert.equal(verdict(policy, "tar tf a.tar"), "block");
  });
});

Deno.test.each([
  { name: "broken", make: (file: string) => Deno.writeTextFile(file, "{") },
  { name: "a link", make: (file: string) => Deno.symlink("/etc/hosts", file) },
  { name: "a folder", make: (file: string) => Deno.mkdir(file) },
  {
    name: "too long",
    make: (file: string) => Deno.writeTextFile(file, " ".repeat(1_000_001)),
  },
])("a workspace's file that is $name stops the start", async ({ make }) => {
  await inPlace(async (place) => {
    await write(place.path, { version: 1 });
    await make(workspaceFile(place.workspace));
    const policy = await load(place);
    assert(!policy.ok);
    assert.match(policy.error.message, /\.airg\/policy\.json/);
  });
});

Deno.test("the agent's overlay is in force, and what loosens is a warning", async () => {
  await inPlace(async (place) => {
    await write(place.path, {
      version: 1,
      blocked: { commands: ["make"] },
      agent_overrides: {
        b: { policy: { blocked: { commands: ["tar"] } } },
      },
    });
    const [a, b] = [await loaded(place, "a"), await loaded(place, "b")];
    assert.equal(verdict(a, "tar tf a.tar"), "allow");
    assert.equal(verdict(b, "tar tf a.tar"), "block");
    assert.equal(verdict(b, "make"), "block");
    assert.deepEqual(a.inForce().warnings, []);
    assert.deepEqual(b.inForce().warnings.map(({ pointer }) => pointer), [
      "/agent_overrides/b/policy/blocked/commands",
    ]);
  });
});

Deno.test("what loosens in the workspace's file is said of that file", async () => {
  await inPlace(async (place) => {
    await write(place.path, { version: 1 });
    const file = workspaceFile(place.workspace);
    await write(file, { version: 1, sandbox: { network: "open" } });
    const policy = await loaded(place);
    assert.deepEqual(
      policy.inForce().warnings.map(({ file, pointer }) => [file, pointer]),
      [[file, "/sandbox/network"]],
    );
  });
});
