// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A request -> a rule that lets exactly that run, or why there can be none.
 *
 * A rule binds words, folder, workspace, paths and hosts. What it cannot bind
 * must not matter: where a script's content decides, or anything that words
 * alone do not say, no rule is made.
 *
 * @module
 */

import type { Action } from "../../../action/action.ts";
import type { ApprovalRequest } from "../../../approval/request.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { Verdict } from "../../../policy/decision.ts";
import {
  type ExactAction,
  exactOf,
  isAnswerable,
} from "../../../policy/exact.ts";
import { checkExamples } from "../../../policy/examples.ts";
import { quotedWords } from "../../../policy/plain_words.ts";
import type { PolicyDocument, PolicyRule } from "../../../policy/schema.ts";
import type { Explained } from "../../explainer.ts";
import { withRule } from "../../policy/edit.ts";
import { commandOf } from "../text.ts";

/** A policy's text, ready to decide. */
export interface ReadyPolicy {
  readonly document: PolicyDocument;
  readonly judge: (action: Action) => Explained;
}

/** Reads a policy's text as it would be in force for whoever asked. */
export type ReadPolicy = (text: string) => Promise<Result<ReadyPolicy, string>>;

/** One example, and what both policies say of it. */
export interface Judged {
  readonly command: string;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** A rule that can be written. */
export interface Proposal {
  readonly rule: PolicyRule;
  readonly exact: ExactAction;
  /** The policy's text with the rule in it. */
  readonly text: string;
  /** The command itself first. */
  readonly examples: readonly Judged[];
  /** It gets the network. */
  readonly network: boolean;
}

/** What all such rules are called. */
export const RULE_PREFIX = "approved.";

/** What stands in the reason of such a rule, for finding its request. */
export const REQUEST_REGEXP = /\(request ([0-9a-f-]{36})\)$/;

/** Makes a rule of a request. */
export async function proposeRule(
  request: ApprovalRequest,
  text: string,
  read: ReadPolicy,
  by: { readonly user: string; readonly day: string },
): Promise<Result<Proposal, string>> {
  const today = await read(text);
  if (!today.ok) return today;
  const action = actionOf(request);
  if (action === undefined) {
    return fail("a rule is made of a command, not of a file tool's call");
  }
  const { decision, facts } = today.value.judge(action);
  if (decision.verdict !== "escalate" || decision.mode !== "enforce") {
    return fail(`the policy of now answers ${decision.verdict} to it`);
  }
  const exact = exactFrom(request, facts);
  if (!exact.ok) return exact;
  const rules = [...new Set(decision.reasons.map(({ rule }) => rule))];
  const own = new Set(today.value.document.rules?.map(({ id }) => id));
  const base: PolicyRule = {
    id: freeId(request.id, own),
    match: {
      program: facts.programs[0]?.name ?? "",
      exact: {
        words: [...exact.value.words],
        cwd: exact.value.cwd,
        workspace: exact.value.workspace,
        paths: [...exact.value.paths],
        hosts: [...exact.value.hosts],
      },
    },
    verdict: "allow",
    reason: `Approved by ${by.user} on ${by.day} (request ${request.id})`,
    severity: "info",
  };
  const answering = await answeringRule(base, rules, text, read, action);
  if (!answering.ok) return answering;
  return await withExamples(answering.value, exact.value, {
    text,
    read,
    today: today.value,
    action,
  });
}

function actionOf({ asker, subject }: ApprovalRequest): Action | undefined {
  const command = commandOf(subject.action);
  if (command === undefined) return undefined;
  const { agent, session, workspace } = asker;
  return {
    kind: "exec",
    origin: { agent, session, source: "ai-agent", workspace },
    command,
    cwd: subject.cwd,
  };
}

function exactFrom(
  { subject }: ApprovalRequest,
  facts: Explained["facts"],
): Result<ExactAction, string> {
  const script = subject.files.find(({ role }) => role === "script");
  if (script !== undefined) {
    return fail(
      `what it does stands in ${script.path}, and a rule binds no file's content`,
    );
  }
  const exact = exactOf(facts);
  if (exact === undefined) {
    return fail(
      "a rule is made of one plain command: no operators, redirections, variables or patterns",
    );
  }
  const asked = [...new Set(subject.paths.map(({ path }) => path))].sort();
  return asked.join("\0") === exact.paths.join("\0")
    ? ok(exact)
    : fail("the paths it leads to are others than when it was asked");
}

/** Characters of a request's id that name its rule, the fewest first. */
const ID_LENGTHS = [8, 12];

function freeId(request: string, taken: ReadonlySet<string>): string {
  const ids = ID_LENGTHS.map((length) =>
    RULE_PREFIX + request.replaceAll("-", "").slice(-length)
  );
  return ids.find((id) => !taken.has(id)) ?? `${RULE_PREFIX}${request}`;
}

/** The rule that answers no more than it has to. */
async function answeringRule(
  rule: PolicyRule,
  objecting: readonly string[],
  text: string,
  read: ReadPolicy,
  action: Action,
): Promise<Result<PolicyRule, string>> {
  const judged = async (over: readonly string[]) => {
    const policy = await read(withRule(text, { ...rule, over: [...over] }));
    return policy.ok ? ok(policy.value.judge(action).decision) : policy;
  };
  let over = objecting.filter(isAnswerable);
  if (over.length === 0) {
    return fail(`no rule can answer what objects: ${objecting.join(", ")}`);
  }
  const all = await judged(over);
  if (!all.ok) return all;
  if (all.value.verdict !== "allow") {
    const left = all.value.reasons
      .map((reason) => reason.rule).filter((name) => !over.includes(name));
    return fail(
      `with a rule the policy would still answer ${all.value.verdict}: ${
        left.join(", ") || "nobody is to be asked by it"
      } cannot be answered by one`,
    );
  }
  for (const name of over) {
    const fewer = over.filter((one) => one !== name);
    if (fewer.length === 0) break;
    const without = await judged(fewer);
    if (without.ok && without.value.verdict === "allow") over = fewer;
  }
  return ok({ ...rule, over });
}

async function withExamples(
  rule: PolicyRule,
  exact: ExactAction,
  { text, read, today, action }: {
    readonly text: string;
    readonly read: ReadPolicy;
    readonly today: ReadyPolicy;
    readonly action: Action;
  },
): Promise<Result<Proposal, string>> {
  const itself = quotedWords(exact.words);
  if (itself === undefined) {
    return fail("its words cannot be written down as an example");
  }
  const near = variations(exact.words);
  const full = { ...rule, examples: { match: [itself], no_match: near } };
  const wrong = checkExamples({ version: 1, rules: [full] });
  if (wrong.length > 0) {
    return fail(
      "what it means hangs on more than its words, such as a link or a home folder",
    );
  }
  const written = withRule(text, full);
  const policy = await read(written);
  if (!policy.ok) return policy;
  const verdicts = (command: string, of: Action): Judged => ({
    command,
    before: today.judge(of).decision.verdict,
    after: policy.value.judge(of).decision.verdict,
  });
  const examples = [
    verdicts(itself, action),
    ...near.map((command) =>
      verdicts(command, {
        ...action,
        command: { form: "shell", text: command },
      } as Action)
    ),
  ];
  const wider = examples.slice(1).find(({ before, after }) => before !== after);
  if (wider !== undefined || examples[0]?.after !== "allow") {
    return fail(`the rule would be about more than it says: ${wider?.command}`);
  }
  return ok({
    rule: full,
    exact,
    text: written,
    examples,
    network: rule.over?.includes("/sandbox/network") ?? false,
  });
}

/** Near ones, which the rule must not be about. */
function variations(words: readonly string[]): string[] {
  const operand = words.findLastIndex((word, i) =>
    i > 0 && word !== "" && !word.startsWith("-")
  );
  const other = operand < 0
    ? [...words, "other"]
    : words.with(operand, `${words[operand]}-other`);
  const own = quotedWords(words) ?? "";
  return [
    quotedWords(other),
    quotedWords([...words, "--another"]),
    `cd .. && ${own}`,
    `${own} && echo more`,
  ].filter((text) => text !== undefined);
}
