// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeContext } from "../../test/support/fake_context.ts";
import { CLIENTS } from "./client_facts.ts";
import { dispatch } from "./command.ts";
import { COMMANDS } from "./commands.ts";

const NAMES = [
  "claude-code",
  "claude-desktop",
  "codex",
  "cursor",
  "gemini",
  "vscode",
];

Deno.test("every client of DESIGN.md is known", () => {
  assert.deepEqual(Object.keys(CLIENTS), NAMES);
});

for (const name of NAMES) {
  Deno.test(`--print-config ${name} starts this airg as ai-runtime-guard`, async () => {
    const fake = fakeContext({ cwd: '/a "b"/c' });
    const argv = ["server", "--print-config", name, "--workspace", "../d"];
    assert.equal(await dispatch(COMMANDS, argv, fake.context), 0);
    const text = fake.out.join("\n");
    assert(text.includes("ai-runtime-guard"));
    assert(text.includes('"/opt/airg"'));
    assert(text.includes(`AIRG_AGENT_ID`) && text.includes(name));
    assert(text.includes(JSON.stringify('/a "b"/d')), text);
    assert.match(text, /What stays outside airg[^]*# - /);
    assert.deepEqual(fake.asked, []);
  });

  Deno.test(`--print-config ${name} prints JSON that is JSON`, () => {
    const facts = CLIENTS[name];
    assert(facts !== undefined);
    const entry = { command: "/opt/airg", args: ["server"], env: { A: "b" } };
    for (const { text } of [facts.entry(entry), ...facts.deny]) {
      if (text.startsWith("{")) JSON.parse(text);
    }
  });
}

Deno.test("--print-config of an unknown client names the known ones", async () => {
  const fake = fakeContext();
  const argv = ["server", "--print-config", "emacs"];
  assert.equal(await dispatch(COMMANDS, argv, fake.context), 64);
  assert.deepEqual(fake.err, [
    "airg: error: unknown client: emacs",
    `airg: hint: this version knows: ${NAMES.join(", ")}`,
  ]);
});

Deno.test("server --http says that it comes later", async () => {
  const fake = fakeContext();
  const argv = ["server", "--http", "127.0.0.1:1"];
  assert.equal(await dispatch(COMMANDS, argv, fake.context), 64);
  assert.deepEqual(fake.err[0], "airg: error: --http comes in a later version");
});
