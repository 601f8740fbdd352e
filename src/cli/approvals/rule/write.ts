// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals approve --write-rule`: a reviewed rule for exactly what was
 * asked, put into the person's own policy.
 *
 * @module
 */

import type {
  Answered,
  ApprovalRequest,
  Operator,
} from "../../../approval/request.ts";
import { shortId } from "../../../approval/short_id.ts";
import { counted } from "../../../base/counted.ts";
import { sha256Hex } from "../../../base/digest.ts";
import { canonicalJson } from "../../../base/canonical_json.ts";
import { printable } from "../../../base/printable.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import { judgeOperator } from "../../../platform/operator.ts";
import { checkExamples } from "../../../policy/examples.ts";
import { exactOf, isExactly } from "../../../policy/exact.ts";
import type { Context } from "../../command.ts";
import { EXIT_BLOCKED, EXIT_CONFIG } from "../../exit.ts";
import type { Invocation } from "../../flags.ts";
import { compare, recordedSubjects } from "../../policy/diff.ts";
import { safeJson } from "../../policy/json.ts";
import { changeLines } from "../../policy/verdict.ts";
import { complain, notify } from "../../terminal.ts";
import { answerStatus, giveAnswer, whyText } from "../answer.ts";
import { admit } from "../gate.ts";
import { namedToApprove, oneId, requestFrom } from "../named.ts";
import { type ApprovalsSite, noteShown, recordOf } from "../site.ts";
import {
  type FileProblem,
  type PolicyFile,
  readOrStartPolicy,
  replacePolicy,
} from "./file.ts";
import { type Proposal, proposeRule } from "./propose.ts";
import { diffRows, isTyped, policyPath, policyReader } from "./site.ts";

/** Nothing was written. */
const EXIT_NOT_TAKEN = 1;

/** A rule that can be written, and where. */
export interface Planned {
  readonly request: ApprovalRequest;
  readonly file: PolicyFile;
  readonly proposal: Proposal;
}

/** Why there is no rule, and what to do about it. */
export interface RuleProblem extends FileProblem {
  readonly status: number;
}

/** Where the rule is made. */
export interface RuleSite {
  readonly context: Context;
  readonly site: ApprovalsSite;
}

/** Proposes, shows, asks, writes. @param show Shows the request. */
export async function writeRuleOn(
  invocation: Invocation,
  context: Context,
  site: ApprovalsSite,
  show: (request: ApprovalRequest) => boolean,
): Promise<number> {
  const { terminal } = context;
  const here = { context, site };
  const word = oneId(invocation);
  const found = requestFrom(word, site, context, namedToApprove(word, site));
  if (!found.ok) return found.error;
  const request = found.value;
  const planned = await planRule(request, here);
  if (!planned.ok) return tell(terminal, planned.error);
  const { file, proposal } = planned.value;
  const isShown = show(request);
  (await reviewOf(planned.value, here)).forEach(terminal.err);
  const who = await admit(context, {
    act: "approve",
    facts: site.facts(),
    dirs: site.dirs,
    question: { request: request.id, digest: request.digest },
    passphrase: true,
  });
  if (!who.ok) return who.error;
  if (isShown) await noteShown(site, request, who.value);
  const what = `write it to ${printable(file.path)}`;
  if (!await isTyped(context, proposal.rule.id, what)) {
    complain(terminal, "the rule's id was not typed", "nothing was written");
    return EXIT_NOT_TAKEN;
  }
  const message = invocation.values.get("message");
  const done = await putRule(planned.value, who.value, here, message);
  if (!done.ok) return tell(terminal, done.error);
  const answered = done.value;
  const { rule } = proposal;
  terminal.out(
    invocation.switches.has("json")
      ? safeJson({ rule, file: file.path, answered })
      : `wrote ${rule.id} to ${
        printable(file.path)
      }; take it out with: airg approvals revoke ${rule.id}`,
  );
  if (answered.ok) return 0;
  const why = whyText(answered.why);
  notify(terminal, `the request itself: ${why}; asked again, it runs`);
  return answerStatus(answered);
}

function tell(
  terminal: Context["terminal"],
  { message, cure, status }: RuleProblem,
): number {
  complain(terminal, message, cure);
  return status;
}

/** Makes a rule of a request, if there can be one. */
export async function planRule(
  request: ApprovalRequest,
  { context, site }: RuleSite,
): Promise<Result<Planned, RuleProblem>> {
  const no = (status: number, message: string, cure: string) =>
    fail({ status, message, cure });
  if (request.state !== "pending" || site.clock() > request.expiresAt) {
    const why = request.state === "pending" ? "expired" : "answered";
    const cure = "wait until it is asked again";
    return no(EXIT_NOT_TAKEN, `${shortId(request.id)}: ${whyText(why)}`, cure);
  }
  const { settings } = await site.of(request.asker);
  if (!settings.wider) {
    return no(EXIT_BLOCKED, whyText("not-allowed"), "approve it once");
  }
  const path = policyPath(context, site);
  const file = await readOrStartPolicy(path, request.asker.workspace);
  if (!file.ok) return fail({ status: EXIT_CONFIG, ...file.error });
  const day = new Date(site.clock()).toISOString().slice(0, 10);
  const proposal = await proposeRule(
    request,
    file.value.text,
    policyReader(context, request.asker),
    { user: userOf(site), day },
  );
  return proposal.ok
    ? ok({ request, file: file.value, proposal: proposal.value })
    : no(
      EXIT_NOT_TAKEN,
      `no rule can be made of it: ${proposal.error}`,
      "approve it once, or write a rule by hand (policies/README.md)",
    );
}

/** All that a person sees before they write it; printable. */
export async function reviewOf(
  planned: Planned,
  { context }: RuleSite,
): Promise<string[]> {
  return [
    ...reviewRows(planned),
    ...await wideningRows(planned, context),
  ];
}

/** Who would sign it; whether they may is asked later. */
function userOf({ facts }: ApprovalsSite): string {
  const judged = judgeOperator(facts());
  return judged.kind === "refused" ? "nobody" : judged.caller.user;
}

function reviewRows({ file, proposal }: Planned): string[] {
  const { rule, text, examples, network } = proposal;
  return [
    "",
    "the rule:",
    ...safeJson(rule, 2).split("\n").map((line) => `  ${line}`),
    "",
    file.isNew === true
      ? "there is no policy file yet; this one is made, and decides as none does but for the rule:"
      : "the change of the policy:",
    ...diffRows(file.path, file.isNew === true ? "" : file.text, text)
      .map((line) => `  ${line}`),
    "",
    "today -> with the rule:",
    ...examples.map(({ command, before, after }) =>
      `  ${`${before} -> ${after}`.padEnd(22)}  ${printable(command)}`
    ),
    "",
    ...(network ? ["with it this command has the network, all of it"] : []),
    "it holds for every agent here, for good, until it is revoked; it does not bind",
    "what the program is, what the files it reads hold, or the environment",
  ];
}

/** What else of the audit log would be decided differently. */
async function wideningRows(
  { request, file, proposal }: Planned,
  context: Context,
): Promise<string[]> {
  const read = policyReader(context, request.asker);
  const [before, after] = [await read(file.text), await read(proposal.text)];
  if (!before.ok || !after.ok) return [];
  const subjects = await recordedSubjects(context);
  if (!subjects.ok) {
    return [`no log to compare over: ${printable(subjects.error)}`];
  }
  const changes = compare(subjects.value, before.value, after.value, context);
  const isItself = (id: string): boolean => {
    const action = subjects.value.find((one) => one.id === id)?.action;
    return action !== undefined &&
      isExactly(proposal.exact, after.value.judge(action).facts);
  };
  const others = changes.filter(({ id }) => !isItself(id));
  return [
    `of ${
      counted(subjects.value.length, "different action")
    } in the log it changes ${
      changes.length - others.length
    } that are exactly this, and ${counted(others.length, "other")}`,
    ...others.flatMap((change) => changeLines(change, change.subject)),
  ];
}

/** Writes a rule that was reviewed, and approves what waits. */
export async function putRule(
  planned: Planned,
  who: Operator,
  { context, site }: RuleSite,
  message?: string,
): Promise<Result<Answered, RuleProblem>> {
  const { file, proposal: { rule }, request } = planned;
  const again = site.store.find(request.id);
  if (
    again === undefined || again.state !== "pending" ||
    again.digest !== request.digest || site.clock() > again.expiresAt
  ) {
    return fail({
      status: EXIT_NOT_TAKEN,
      message: `${
        shortId(request.id)
      }: it was answered, or has expired, meanwhile`,
      cure: "nothing was written",
    });
  }
  const { record } = await site.of(request.asker);
  const hash = sha256Hex(canonicalJson(rule));
  const why = `rule ${rule.id} for ${file.path}: sha256:${hash}`;
  await record(recordOf("approved", request, who, { why }));
  const written = await put(planned, context);
  if (!written.ok) {
    const not = `${why}: ${written.error.message}`;
    await record(recordOf("voided", request, who, { why: not }));
    return fail({ status: EXIT_CONFIG, ...written.error });
  }
  site.store.noteRule(request.id, { what: "approved", who, why }, site.clock());
  return ok(
    await giveAnswer(site, request, {
      act: "approve",
      scope: { kind: "once" },
      ...(message !== undefined && { message }),
    }, who),
  );
}

/** Writes, looks whether it does what was shown, and else puts the old file back. */
async function put(
  { request, file, proposal }: Planned,
  context: Context,
): ReturnType<typeof replacePolicy> {
  const written = await replacePolicy(file, proposal.text);
  if (!written.ok) return written;
  const wrong = await problemOf(request, written.value, proposal, context);
  if (wrong === undefined) return written;
  const back = await replacePolicy(written.value, file.text);
  return fail({
    message: `the rule does not do what was shown: ${wrong}`,
    cure: back.ok
      ? "the old policy was put back"
      : `the old policy could NOT be put back: ${back.error.message}`,
  });
}

async function problemOf(
  request: ApprovalRequest,
  { text }: PolicyFile,
  proposal: Proposal,
  context: Context,
): Promise<string | undefined> {
  if (text !== proposal.text) return "the file holds another text";
  const policy = await policyReader(context, request.asker)(text);
  if (!policy.ok) return policy.error;
  const [failed] = checkExamples({ version: 1, rules: [proposal.rule] });
  if (failed !== undefined) return failed.message;
  const [itself] = proposal.examples;
  const { agent, session, workspace } = request.asker;
  const { facts, decision } = policy.value.judge({
    kind: "exec",
    origin: { agent, session, source: "ai-agent", workspace },
    command: { form: "argv", argv: proposal.exact.words },
    cwd: proposal.exact.cwd,
  });
  return exactOf(facts) === undefined || decision.verdict !== itself?.after
    ? `it answers ${decision.verdict}`
    : undefined;
}
