// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { fakeContext } from "../../../test/support/fake_context.ts";
import { dispatch } from "../command.ts";
import { COMMANDS } from "../commands.ts";
import { linesOf } from "../lines.ts";
import { readRecorded } from "./recorded.ts";

const RECORD = {
  event: "started",
  seq: 1,
  time: "t",
  workspace: "/nowhere/w",
  agent_id: "codex",
  action: {
    kind: "exec",
    cwd: "/nowhere/w",
    command: { form: "shell", text: "cat link" },
  },
  decision: { verdict: "allow", mode: "enforce", reasons: [] },
};

const POLICY = {
  version: 1,
  rules: [{
    id: "no.secret",
    match: { path: "/nowhere/secret" },
    verdict: "block",
    reason: "Secret",
  }],
};

Deno.test("policy replay uses the answers of the disk that a record has", async () => {
  const lookups = [{ path: "/nowhere/w/link", resolved: "/nowhere/secret" }];
  const found = await replay([RECORD, { ...RECORD, seq: 2, lookups }]);
  assert.deepEqual(
    found.changes.map(({ seq, after }) => [seq, after.verdict]),
    [[2, "block"]],
  );
  assert.deepEqual(found.caveats, [
    "1 of 2 records do not hold what the disk answered then; today's disk was asked",
  ]);
});

Deno.test("policy replay decides on file tools, too", async () => {
  const action = { kind: "read", path: "/nowhere/secret/key" };
  const found = await replay([
    { ...RECORD, action },
    { ...RECORD, action: { ...action, kind: "list" } },
    { ...RECORD, action: { ...action, kind: "write", characters: 3 } },
  ]);
  assert.deepEqual(
    found.changes.map(({ subject }) => subject),
    ["read", "list", "write"].map((kind) => `${kind} /nowhere/secret/key`),
  );
});

Deno.test("policy replay passes over what restores and looks at backups", async () => {
  const path = "/nowhere/secret";
  const found = await replay([
    { ...RECORD, action: { kind: "backups", path, look: "list" } },
    { ...RECORD, action: { kind: "restore", path, targets: [] } },
    { ...RECORD, action: { kind: "read", path } },
  ]);
  assert.equal(found.changes.length, 1);
  assert.doesNotMatch(found.caveats.join(), /no record/);
});

Deno.test("policy replay takes a recorded shadow verdict for what it did: nothing", async () => {
  const decision = { verdict: "block", mode: "shadow", reasons: [] };
  const found = await replay([{ ...RECORD, decision }]);
  assert.deepEqual(found.changes, []);
});

Deno.test("readRecorded() takes one record of each action, and counts the rest", async () => {
  const text = [
    RECORD,
    { ...RECORD, event: "finished" },
    { ...RECORD, event: "checkpoint", action: undefined },
    { ...RECORD, event: "decision", action: { kind: "format" } },
    { ...RECORD, decision: { verdict: "sure" } },
    [],
    7,
    null,
  ].map((value) => JSON.stringify(value)).join("\n");
  const log = await read(`${text}\n\n{"event`);
  assert.deepEqual(
    [log.records.length, log.other, log.cut, log.bad],
    [1, 2, 0, [4, 5, 6, 7, 8, 10]],
  );
});

Deno.test("readRecorded() puts a plain word where a secret was", async () => {
  const command = { form: "argv", argv: ["curl", "--token=<redacted>"] };
  const action = { ...RECORD.action, command };
  const { records: [record] } = await read(
    JSON.stringify({ ...RECORD, action }),
  );
  assert.equal(record?.redacted, true);
  assert(record?.action.kind === "exec");
  assert.deepEqual(record.action.command, {
    form: "argv",
    argv: ["curl", "--token=REDACTED"],
  });
});

Deno.test("readRecorded() takes any lines", async () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"event":"started","action":${json}}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 5 }), async (lines) => {
      const { records } = await read(lines.join("\n"));
      assert.deepEqual(records, []);
    }),
  );
});

Deno.test("policy init makes the config folder 0700 and the file 0600", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const config = `${folder}/a/config`;
    const env = { AIRG_CONFIG_DIR: config, AIRG_STATE_DIR: `${folder}/s` };
    const fake = fakeContext({ cwd: folder, env });
    const argv = ["policy", "init"];
    assert.equal(await dispatch(COMMANDS, argv, fake.context), 0);
    assert.deepEqual(fake.out, [`${config}/policy.json`]);
    const modes = [config, `${config}/policy.json`].map((path) =>
      (Deno.statSync(path).mode ?? 0) & 0o777
    );
    assert.deepEqual(modes, [0o700, 0o600]);
    const names = await Array.fromAsync(Deno.readDir(config), (e) => e.name);
    assert.deepEqual(names, ["policy.json"]);
    await Deno.remove(`${config}/policy.json`);
    await Deno.symlink(`${folder}/elsewhere`, `${config}/policy.json`);
    assert.equal(await dispatch(COMMANDS, argv, fake.context), 78);
    await assert.rejects(Deno.lstat(`${folder}/elsewhere`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

interface Replayed {
  readonly caveats: readonly string[];
  readonly changes: readonly {
    readonly seq: number;
    readonly subject: string;
    readonly after: { readonly verdict: string };
  }[];
}

async function replay(records: readonly object[]): Promise<Replayed> {
  const folder = await Deno.makeTempDir();
  try {
    const log = records.map((record) => JSON.stringify(record)).join("\n");
    await Deno.writeTextFile(`${folder}/a.log`, log);
    await Deno.writeTextFile(`${folder}/p.json`, JSON.stringify(POLICY));
    const fake = fakeContext({ cwd: folder });
    const argv = ["policy", "replay", "--json", "--policy=p.json", "a.log"];
    assert.equal(await dispatch(COMMANDS, argv, fake.context), 0);
    return JSON.parse(fake.out.join(""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(text: string) {
  return await readRecorded(linesOf(new Blob([text]).stream(), 1_000_000));
}
