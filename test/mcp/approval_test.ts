// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client and the real server wait while another process answers.
import assert from "node:assert/strict";
import { eventually, makeSite } from "../support/airg.ts";
import { connectServer, mcpTest, textOf } from "../support/mcp.ts";
import { askedOperator, operatorOf, putPolicy } from "../support/operator.ts";

const RULES = [{
  id: "ask",
  match: { program: "touch" },
  verdict: "escalate",
  reason: "Is asked about",
}, {
  id: "ask-write",
  match: { tool: ["write"] },
  verdict: "escalate",
  reason: "Is asked about",
}];

mcpTest("wait_for_approval, then the same call", async () => {
  await using site = await makeSite();
  await putPolicy(site, { rules: RULES });
  await using server = await connectServer(site);
  const args = { command: "touch made" };
  const refused = await server.call("execute_command", args);
  assert.equal(refused.isError, true);
  const { decision } = refused.structuredContent as {
    decision: { approval: { id: string } };
  };
  const { id } = decision.approval;
  using operator = operatorOf(site);
  const waiting = server.call("wait_for_approval", { id });
  assert.equal(operator.approve(id).ok, true);
  const { structuredContent } = await waiting;
  assert.equal(structuredContent?.["state"], "approved");
  const ran = await server.call("execute_command", args);
  assert.equal(ran.structuredContent?.["exitCode"], 0, textOf(ran));
  assert((await Deno.stat(`${site.workspace}/made`)).isFile);
  const again = await server.call("execute_command", args);
  assert.equal(again.isError, true);
});

mcpTest(
  "execute_command waits itself, a write shows its difference",
  async () => {
    await using site = await makeSite();
    await putPolicy(site, { rules: RULES, approvals: { wait_seconds: 60 } });
    await using server = await connectServer(site);
    const call = server.call("execute_command", { command: "touch made" });
    using operator = await askedOperator(site);
    const [request] = operator.pending();
    assert(request !== undefined);
    operator.approve(request.id);
    assert.equal((await call).structuredContent?.["exitCode"], 0);
    const args = { path: "made", content: "text\n" };
    const write = server.call("write_file", args);
    await eventually(
      "the write is asked",
      () => operator.pending().length === 1,
    );
    const [second] = operator.pending();
    assert.match(second?.touches?.diff ?? "", /^\+text$/m);
    operator.deny(second?.id ?? "", "not this file");
    const denied = await write;
    assert.match(
      textOf(denied),
      /A person denied this and says: not this file/,
    );
    assert.equal(await Deno.readTextFile(`${site.workspace}/made`), "");
  },
);

mcpTest(
  "a webhook that fails is said on standard error and in the log",
  async () => {
    await using site = await makeSite();
    const secret = `${site.home}/secret`;
    await Deno.writeTextFile(secret, "a secret of some length", {
      mode: 0o600,
    });
    // A port that nobody listens on any more.
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const webhook = { url: `http://127.0.0.1:${port}/`, secret_file: secret };
    await putPolicy(site, { rules: RULES, approvals: { webhook } });
    await using server = await connectServer(site);
    await server.call("execute_command", { command: "touch made" });
    const said = /no webhook was sent/;
    await eventually("it is said", () => said.test(server.stderr()));
    await eventually("it is in the log", async () => {
      const text = await Deno.readTextFile(`${site.state}/activity.log`);
      return text.trim().split("\n").map((line) => JSON.parse(line)).some((
        { event, notice },
      ) => event === "notice" && said.test(notice.message));
    });
  },
);

mcpTest("one approval, two servers that ask: it runs once", async () => {
  await using site = await makeSite();
  // One session, so that both may use the same grant.
  const one = { ...site, env: { ...site.env, AIRG_AGENT_SESSION_ID: "s" } };
  await putPolicy(site, { rules: RULES });
  await using a = await connectServer(one);
  await using b = await connectServer(one);
  const args = { command: "touch made" };
  await a.call("execute_command", args);
  await b.call("execute_command", args);
  using operator = operatorOf(site);
  const [request, ...others] = operator.pending();
  assert(request !== undefined);
  assert.deepEqual(others, []);
  operator.approve(request.id);
  const results = await Promise.all([
    a.call("execute_command", args),
    b.call("execute_command", args),
  ]);
  assert.deepEqual(
    results.map(({ isError }) => isError === true).sort(),
    [false, true],
  );
});
