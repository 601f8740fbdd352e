// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { APPROVAL_SETTINGS } from "../../../test/support/approval_settings.ts";
import { memoryStore } from "../../../test/support/memory_approvals.ts";
import type { ClientAnswer } from "../../approval/question.ts";
import type { ApprovalRequest, Asker } from "../../approval/request.ts";
import type { ApprovalRecord } from "../../audit/event.ts";
import type { Elicitation } from "../../policy/settings.ts";
import { questionOf, type QuestionSite } from "./question.ts";
import { historyOn } from "./history.ts";
import { requestRows } from "./text.ts";

const NOW = 1_000;
const ASKER: Asker = {
  agent: "a",
  session: "s",
  workspace: "/w",
  client: "c 1",
};
const BOTH = new Set(["form", "url"] as const);
const YES: ClientAnswer = { act: "approve" };

Deno.test("a form takes one answer", async (t) => {
  for (const [first, state] of [["approve", "approved"], ["deny", "denied"]]) {
    await t.step(String(first), async () => {
      const { question, store } = await formFor();
      assert.equal(await question.answer({ act: first as "deny" }), true);
      assert.equal(await question.answer(YES), false);
      assert.equal(await question.answer({ act: "deny" }), false);
      assert.equal(store.all()[0]?.state, state);
      assert.equal(store.grants(NOW).length, first === "approve" ? 1 : 0);
    });
  }
});

Deno.test("an answer that failed is not given again", async () => {
  let fails = true;
  const { question, store } = await formFor({
    record(event) {
      if (fails && event.what === "approved") throw new Error("disk");
      return Promise.resolve();
    },
  });
  await assert.rejects(question.answer(YES), /disk/);
  fails = false;
  assert.equal(await question.answer(YES), false);
  assert.equal(store.all()[0]?.state, "pending");
});

Deno.test("an approval is for once, also where the policy allows more", async () => {
  const { question, store } = await formFor();
  await question.answer({ act: "approve", note: ` ${"x".repeat(600)}` });
  const [grant] = store.grants(NOW);
  assert.equal(grant?.scope, "once");
  assert.equal(grant.digest, store.all()[0]?.digest);
});

Deno.test("a request that is another one by now is not answered", async () => {
  let swapped = false;
  const store = memoryStore();
  const { question } = await formFor({
    store: {
      ...store,
      state(id, asker, now) {
        const request = store.state(id, asker, now);
        return request && swapped ? { ...request, digest: "0" } : request;
      },
    },
  }, store);
  swapped = true;
  assert.equal(await question.answer(YES), false);
  assert.deepEqual(store.grants(NOW), []);
});

Deno.test("nobody is asked about what is not theirs, or no longer waits", async () => {
  const { request, site, store } = leave();
  for (
    const [id, asker] of [
      ["other", ASKER],
      [request.id, { ...ASKER, session: "t" }],
      [request.id, { ...ASKER, agent: "b" }],
      [request.id, { ...ASKER, workspace: "/x" }],
    ] as const
  ) {
    assert.equal(await questionOf(site, id, asker, BOTH), undefined);
  }
  store.no();
  assert.equal(await questionOf(site, request.id, ASKER, BOTH), undefined);
});

Deno.test("a form that is not asked is not in the log as shown", async () => {
  const records: ApprovalRecord[] = [];
  const { request, site } = leave({
    hasPassphrase: () => true,
    record: (event) => Promise.resolve(void records.push(event)),
  });
  const question = await questionOf(site, request.id, ASKER, BOTH);
  assert.equal(question?.kind, "elsewhere");
  assert.deepEqual(records, []);
});

Deno.test("an id cannot change the page's address", async () => {
  const page: Elicitation = { mode: "url", url: "https://own.example/a/{id}" };
  const { request, site, store } = leave({ elicitation: page });
  const id = "../../$&?x=#y z";
  const odd = {
    ...site,
    store: { ...store, state: () => ({ ...request, id }) },
  };
  const question = await questionOf(odd, id, ASKER, BOTH);
  assert(question?.kind === "url");
  assert.equal(
    question.url,
    "https://own.example/a/..%2F..%2F%24%26%3Fx%3D%23y%20z",
  );
});

Deno.test("views name the client that vouched, escaped", async () => {
  const asker = { ...ASKER, client: "c\x1b[2J\u202e" };
  const { question, store } = await formFor({}, memoryStore(), asker);
  await question.answer(YES);
  const [request] = store.all();
  assert(request !== undefined);
  const rows = requestRows(request, { columns: 200, now: NOW }).join("\n");
  const want =
    '(elicitation: the agent\'s client "c\\x1b[2J\\u{202e}" vouched for it)';
  assert(rows.includes(`approved by op ${want}`), rows);
  const lines: string[] = [];
  const event = {
    seq: 1,
    at: 0,
    what: "approved",
    request: request.id,
  } as const;
  const { answeredBy: who } = request;
  assert(who !== undefined);
  await historyOn(
    { operands: [request.id], switches: new Set(), values: new Map() } as never,
    { terminal: { out: (line: string) => lines.push(line) } } as never,
    {
      store: {
        ...store,
        damaged: () => [],
        history: () => [{ ...event, who }],
      },
    } as never,
  );
  assert(lines[0]?.includes(`by op ${want}`), lines[0]);
});

interface Options extends Partial<Omit<QuestionSite, "settings">> {
  readonly elicitation?: Elicitation;
}

/** A pending request, and what asks about it. */
function leave(
  { elicitation = { mode: "form" }, ...options }: Options = {},
  store = memoryStore(),
  asker = ASKER,
) {
  const subject: ApprovalRequest["subject"] = {
    action: { kind: "exec", command: { form: "shell", text: "rm x" } },
    cwd: "/w",
    paths: [],
    hosts: [],
    files: [],
    environment: [],
    profile: "workspace",
    network: "deny",
    ephemeral: false,
  };
  const redeemed = store.redeem(
    { asker, subject, reasons: [] },
    APPROVAL_SETTINGS,
    NOW,
  );
  assert(redeemed.kind === "pending");
  const site: QuestionSite = {
    store,
    settings: () => Promise.resolve({ ...APPROVAL_SETTINGS, elicitation }),
    hasPassphrase: () => false,
    user: { uid: 1, user: "op" },
    record: () => Promise.resolve(),
    clock: () => NOW,
    ...options,
  };
  return { request: redeemed.request, site, store };
}

/** Its form. */
async function formFor(
  options: Options = {},
  store = memoryStore(),
  asker = ASKER,
) {
  const { request, site } = leave(options, store, asker);
  const question = await questionOf(site, request.id, asker, BOTH);
  assert(question?.kind === "form");
  return { question, store };
}
