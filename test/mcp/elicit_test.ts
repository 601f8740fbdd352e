// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client is asked by the real server, on the real store.
import assert from "node:assert/strict";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
} from "@modelcontextprotocol/sdk/types.js";
import { writePassphrase } from "../../src/platform/passphrase.ts";
import { eventually, makeSite, type Site } from "../support/airg.ts";
import { connectServer, mcpTest, textOf } from "../support/mcp.ts";
import { askedOperator, operatorOf, putPolicy } from "../support/operator.ts";

const RULES = [{
  id: "ask",
  match: { program: "touch" },
  verdict: "escalate",
  reason: "Is asked about",
}];
const FORM = { rules: RULES, approvals: { elicitation: "form" } };
const TOUCH = { command: "touch made" };
const YES: ElicitResult = { action: "accept", content: { answer: "approve" } };

mcpTest("what a form approves runs once, and who vouched is kept", async () => {
  await using site = await makeSite();
  await putPolicy(site, FORM);
  await using server = await connectAsked(site, YES);
  const ran = await server.call("execute_command", TOUCH);
  assert.equal(ran.structuredContent?.["exitCode"], 0, textOf(ran));
  assert((await Deno.stat(`${site.workspace}/made`)).isFile);
  using operator = operatorOf(site);
  const { decision } = ran.structuredContent as {
    decision: { approval: { id: string } };
  };
  const request = operator.find(decision.approval.id);
  assert.equal(request.state, "consumed");
  assert.equal(request.answeredBy?.how, "elicitation");
  assert.equal(request.answeredBy?.client, "test 1");
  assert.equal(request.answeredBy?.uid, Deno.uid());
  assert.deepEqual(operator.what(request.id), [
    "asked",
    "shown",
    "approved",
    "consumed",
  ]);
  const [asked] = server.asked;
  assert(asked !== undefined);
  assert(asked.message.includes(`digest:    ${request.digest}`));
  assert(asked.message.includes("| touch made\n"));
  const records = await approvalRecords(site);
  const approved = records.find(({ approval }) => approval.what === "approved");
  assert.equal(approved?.source, "ai-agent");
  assert.equal(approved.approval.digest, request.digest);
  assert.equal(approved.approval.who?.how, "elicitation");
  assert.equal(approved.approval.why, "the agent's client vouched for it");
  // The same again is asked about again.
  await Deno.remove(`${site.workspace}/made`);
  server.reply({ action: "decline" });
  const again = await server.call("execute_command", TOUCH);
  assert.match(textOf(again), /A person denied this/);
  assert.equal(server.asked.length, 2);
  await assert.rejects(Deno.stat(`${site.workspace}/made`));
});

mcpTest("off unless the operator's own policy has it on", async (t) => {
  const off = { elicitation: "off" };
  const form = { elicitation: "form" };
  const cases: readonly {
    readonly name: string;
    readonly policy: Record<string, unknown>;
    readonly workspace?: Record<string, unknown>;
    readonly asked: number;
  }[] = [
    { name: "nothing said", policy: { rules: RULES }, asked: 0 },
    { name: "off", policy: { rules: RULES, approvals: off }, asked: 0 },
    {
      name: "a workspace that wants it",
      policy: { rules: RULES },
      workspace: form,
      asked: 0,
    },
    {
      name: "a workspace that wants a page of its own",
      policy: { rules: RULES },
      workspace: {
        elicitation: "url",
        elicitation_url: "https://evil.example/{id}",
      },
      asked: 0,
    },
    {
      name: "a workspace that wants it off",
      policy: FORM,
      workspace: off,
      asked: 0,
    },
    { name: "ci", policy: { ...FORM, extends: ["ci"] }, asked: 0 },
    { name: "on", policy: FORM, asked: 1 },
  ];
  for (const { name, policy, workspace, asked } of cases) {
    await t.step(name, async () => {
      await using site = await makeSite();
      await putPolicy(site, policy);
      if (workspace !== undefined) {
        await Deno.mkdir(`${site.workspace}/.airg`);
        await Deno.writeTextFile(
          `${site.workspace}/.airg/policy.json`,
          JSON.stringify({ version: 1, approvals: workspace }),
        );
      }
      await using server = await connectAsked(site, { action: "cancel" });
      const result = await server.call("execute_command", TOUCH);
      assert.equal(result.isError, true);
      assert.equal(server.asked.length, asked);
      await assert.rejects(Deno.stat(`${site.workspace}/made`));
    });
  }
});

mcpTest(
  "a policy that is changed while it is asked about is obeyed",
  async () => {
    await using site = await makeSite();
    await putPolicy(site, FORM);
    await using server = await connectAsked(site);
    const call = server.call("execute_command", TOUCH);
    using operator = await askedOperator(site);
    const [request] = operator.pending();
    await eventually("the client is asked", () => server.asked.length === 1);
    await putPolicy(site, { rules: RULES });
    server.answerNow(YES);
    assert.equal((await call).isError, true);
    assert.equal(operator.find(request?.id ?? "").state, "pending");
    assert.deepEqual(operator.what(request?.id ?? ""), ["asked", "shown"]);
    await assert.rejects(Deno.stat(`${site.workspace}/made`));
  },
);

mcpTest(
  "with a passphrase a form is refused, and the operator's ways are named",
  async () => {
    await using site = await makeSite();
    await putPolicy(site, FORM);
    await writePassphrase(`${site.config}/approvals.passphrase`, "long enough");
    await using server = await connectAsked(site, YES);
    const result = await server.call("execute_command", TOUCH);
    assert.deepEqual(server.asked, []);
    assert.match(
      textOf(result),
      /not asked: a passphrase is set.*`airg approvals`/,
    );
    using operator = operatorOf(site);
    assert.equal(operator.pending().length, 1);
  },
);

mcpTest(
  "a server that is killed while it asks leaves the request waiting",
  async () => {
    await using site = await makeSite();
    await putPolicy(site, FORM);
    await using server = await connectAsked(site);
    const call = server.call("execute_command", TOUCH);
    const failed = assert.rejects(call);
    using operator = await askedOperator(site);
    await eventually("the client is asked", () => server.asked.length === 1);
    Deno.kill(server.pid, "SIGKILL");
    server.answerNow(YES);
    await failed;
    const [request] = operator.pending();
    assert.equal(request?.state, "pending");
    await assert.rejects(Deno.stat(`${site.workspace}/made`));
    // It is one request: a person answers it elsewhere.
    assert.equal(operator.approve(request?.id ?? "").ok, true);
  },
);

mcpTest(
  "the first answer wins over a client's, and one client's over another's",
  async () => {
    await using site = await makeSite();
    // One session, so that both ask for the same.
    const one = { ...site, env: { ...site.env, AIRG_AGENT_SESSION_ID: "s" } };
    await putPolicy(site, FORM);
    await using a = await connectAsked(one);
    await using b = await connectAsked(one);
    const calls = [a, b].map((server) => server.call("execute_command", TOUCH));
    using operator = await askedOperator(site);
    const [request] = operator.pending();
    const id = request?.id ?? "";
    await eventually(
      "both are asked",
      () => a.asked.length === 1 && b.asked.length === 1,
    );
    operator.deny(id, "the person says no");
    a.answerNow(YES);
    b.answerNow(YES);
    for (const call of calls) {
      assert.match(textOf(await call), /the person says no/);
    }
    assert.equal(operator.find(id).state, "denied");
    assert.equal(operator.find(id).answeredBy?.how, "terminal");
    await assert.rejects(Deno.stat(`${site.workspace}/made`));
  },
);

mcpTest("a page: only what a person says in the store counts", async () => {
  await using site = await makeSite();
  await putPolicy(site, {
    rules: RULES,
    approvals: {
      elicitation: "url",
      elicitation_url: "http://127.0.0.1:5001/approvals/{id}",
    },
  });
  await using server = await connectAsked(site, YES);
  const call = server.call("execute_command", TOUCH);
  using operator = await askedOperator(site);
  const [request] = operator.pending();
  const id = request?.id ?? "";
  await eventually("the client is asked", () => server.asked.length === 1);
  const [page] = server.asked;
  assert(page?.mode === "url");
  assert.equal(page.url, `http://127.0.0.1:5001/approvals/${id}`);
  assert.equal(operator.find(id).state, "pending");
  operator.approve(id);
  assert.equal((await call).structuredContent?.["exitCode"], 0);
  assert.equal(operator.find(id).answeredBy?.how, "terminal");
});

interface ApprovalLine {
  readonly event: string;
  readonly source: string;
  readonly approval: {
    readonly what: string;
    readonly why?: string;
    readonly digest?: string;
    readonly who?: { readonly how: string };
  };
}

async function approvalRecords(site: Site): Promise<ApprovalLine[]> {
  const text = await Deno.readTextFile(`${site.state}/activity.log`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ event }) => event === "approval");
}

/** A server under a client that can be asked. @param always Its reply. */
async function connectAsked(site: Site, always?: ElicitResult) {
  const asked: ElicitRequest["params"][] = [];
  const open = new Set<(reply: ElicitResult) => void>();
  let said = always;
  const server = await connectServer(site, [], {
    capabilities: { elicitation: { form: {}, url: {} } },
    prepare(client) {
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        asked.push(params);
        return said ??
          new Promise<ElicitResult>((resolve) => open.add(resolve));
      });
    },
  });
  return {
    ...server,
    asked,
    reply: (reply: ElicitResult) => void (said = reply),
    answerNow(reply: ElicitResult) {
      for (const answer of open) answer(reply);
      open.clear();
    },
  };
}
