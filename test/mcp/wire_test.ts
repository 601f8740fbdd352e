// Copyright 2026 the airg authors. Apache-2.0 license.
// What no well-behaved client does: broken lines, ends that go away.
import assert from "node:assert/strict";
import { eventually, makeSite, processesWith } from "../support/airg.ts";
import { callMessage, startServer } from "../support/mcp.ts";

const ping = { jsonrpc: "2.0", id: 99, method: "ping" };

Deno.test.each(
  [
    { name: "no JSON", line: "{oops", code: -32700 },
    { name: "no message", line: '{"jsonrpc":"1.0","id":5}', code: -32600 },
    { name: "a batch", line: "[]", code: -32600 },
    { name: "a bare value", line: "7", code: -32600 },
    {
      name: "an unknown method",
      line: { jsonrpc: "2.0", id: 5, method: "tools/frobnicate" },
      code: -32601,
    },
    {
      name: "a call without a name",
      line: { jsonrpc: "2.0", id: 5, method: "tools/call", params: {} },
      code: undefined,
    },
    {
      name: "deep nesting",
      line: `{"jsonrpc":"2.0","id":5,"method":"ping","params":${
        "[".repeat(50_000)
      }`,
      code: -32700,
    },
  ],
)(
  "wire: $name gets an error and the server lives on",
  async ({ line, code }) => {
    await using site = await makeSite();
    const server = startServer(site);
    await server.send(line);
    const { error } = await server.next() as { error?: { code: number } };
    assert(error !== undefined);
    if (code !== undefined) assert.equal(error.code, code);
    await server.send(ping);
    assert.deepEqual(await server.next(), {
      jsonrpc: "2.0",
      id: 99,
      result: {},
    });
    await server.hangUp();
    assert.equal(await server.ended(), 0);
  },
);

Deno.test("wire: a client that hangs up mid-command leaves nothing behind", async () => {
  await using site = await makeSite();
  const mark = newMark();
  const server = startServer(site);
  await server.send(
    callMessage(1, "execute_command", { command: `sleep ${mark}` }),
  );
  await eventually("the command runs", () => runs(mark));
  await server.hangUp();
  assert.equal(await server.ended(), 0);
  assert.deepEqual(await processesWith(mark), []);
  assert.match(
    await Deno.readTextFile(`${site.state}/activity.log`),
    /"event":"finished"/,
  );
});

Deno.test("wire: a client that reads no more leaves nothing behind", async () => {
  await using site = await makeSite();
  const mark = newMark();
  const server = startServer(site);
  await server.send(callMessage(1, "execute_command", {
    command: `sleep ${mark}`,
  }, { progressToken: "t" }));
  await eventually("the command runs", () => runs(mark));
  await server.stopReading();
  assert.equal(await server.ended(), 0);
  assert.deepEqual(await processesWith(mark), []);
  await assert.doesNotReject(
    server.hangUp().catch((error) => {
      assert(error instanceof Deno.errors.BrokenPipe);
    }),
  );
});

Deno.test.each(
  [
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGINT", status: 130 },
    { signal: "SIGHUP", status: 129 },
  ] as const,
)(
  "wire: $signal ends what runs, then the server",
  async ({ signal, status }) => {
    await using site = await makeSite();
    const mark = newMark();
    const server = startServer(site);
    await server.send(
      callMessage(1, "execute_command", { command: `sleep ${mark}` }),
    );
    await eventually("the command runs", () => runs(mark));
    server.child.kill(signal);
    assert.equal(await server.ended(), status);
    assert.deepEqual(await processesWith(mark), []);
    await server.hangUp().catch((error) => {
      assert(error instanceof Deno.errors.BrokenPipe);
    });
  },
);

Deno.test("wire: a server that is killed takes its commands with it", async () => {
  await using site = await makeSite();
  const mark = newMark();
  const server = startServer(site);
  await server.send(
    callMessage(1, "execute_command", { command: `sleep ${mark}` }),
  );
  await eventually("the command runs", () => runs(mark));
  server.child.kill("SIGKILL");
  await server.ended();
  await eventually("nothing is left", async () => !(await runs(mark)));
  await server.hangUp().catch((error) => {
    assert(error instanceof Deno.errors.BrokenPipe);
  });
});

function newMark(): string {
  return `33${Math.floor(Math.random() * 1e8)}`;
}

async function runs(mark: string): Promise<boolean> {
  return (await processesWith(mark)).length > 0;
}
