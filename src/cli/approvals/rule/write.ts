// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals approve --write-rule`: a reviewed rule for exactly what was
 * asked, put into the person's own policy.
 *
 * @module
 */

import type { ApprovalRequest, Operator } from "../../../approval/request.ts";
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
import { type ApprovalsSite, oneId, recordOf, requestFrom } from "../site.ts";
import { type PolicyFile, readPolicyFile, replacePolicy } from "./file.ts";
import { type Proposal, proposeRule } from "./propose.ts";
import { diffRows, isTyped, policyPath, policyReader } from "./site.ts";

/** Nothing was written. */
const EXIT_NOT_TAKEN = 1;

/** A rule that can be written, and where. */
interface Planned {
  readonly file: PolicyFile;
  readonly proposal: Proposal;
}

/** Proposes, shows, asks, writes. @param show Shows the request. */
export async function writeRuleOn(
  invocation: Invocation,
  context: Context,
  site: ApprovalsSite,
  show: (request: ApprovalRequest) => void,
): Promise<number> {
  const { terminal } = context;
  const found = requestFrom(oneId(invocation), site, context);
  if (!found.ok) return found.error;
  const request = found.value;
  const planned = await plan(request, context, site);
  if (!planned.ok) return planned.error;
  const { file, proposal } = planned.value;
  show(request);
  reviewRows(planned.value).forEach(terminal.err);
  const rows = await wideningRows(request, planned.value, context);
  rows.forEach(terminal.err);
  const who = await admit(context, {
    act: "approve",
    facts: site.facts(),
    dirs: site.dirs,
    question: { request: request.id, digest: request.digest },
    passphrase: true,
  });
  if (!who.ok) return who.error;
  const what = `write it to ${printable(file.path)}`;
  if (!await isTyped(context, proposal.rule.id, what)) {
    complain(terminal, "the rule's id was not typed", "nothing was written");
    return EXIT_NOT_TAKEN;
  }
  return await writeIt(request, planned.value, who.value, {
    invocation,
    context,
    site,
  });
}

async function plan(
  request: ApprovalRequest,
  context: Context,
  site: ApprovalsSite,
): Promise<Result<Planned, number>> {
  const { terminal } = context;
  const no = (status: number, message: string, cure: string) => {
    complain(terminal, message, cure);
    return fail(status);
  };
  if (request.state !== "pending" || site.clock() > request.expiresAt) {
    const why = request.state === "pending" ? "expired" : "answered";
    return no(
      EXIT_NOT_TAKEN,
      `${request.id}: ${whyText(why)}`,
      "wait until it is asked again",
    );
  }
  const { settings } = await site.of(request.asker);
  if (!settings.wider) {
    return no(EXIT_BLOCKED, whyText("not-allowed"), "approve it once");
  }
  const file = await readPolicyFile(
    policyPath(context, site),
    request.asker.workspace,
  );
  if (!file.ok) return no(EXIT_CONFIG, file.error.message, file.error.cure);
  const proposal = await proposeRule(
    request,
    file.value.text,
    policyReader(context, request.asker),
    {
      user: userOf(site),
      day: new Date(site.clock()).toISOString().slice(0, 10),
    },
  );
  return proposal.ok ? ok({ file: file.value, proposal: proposal.value }) : no(
    EXIT_NOT_TAKEN,
    `no rule can be made of it: ${proposal.error}`,
    "approve it once, or write a rule by hand (policies/README.md)",
  );
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
    "the change of the policy:",
    ...diffRows(file.path, file.text, text).map((line) => `  ${line}`),
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
  request: ApprovalRequest,
  { file, proposal }: Planned,
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
    `of ${subjects.value.length} different actions in the log it changes ${
      changes.length - others.length
    } that are exactly this, and ${others.length} others`,
    ...others.flatMap((change) => changeLines(change, change.subject)),
  ];
}

async function writeIt(
  request: ApprovalRequest,
  { file, proposal }: Planned,
  who: Operator,
  { invocation, context, site }: {
    readonly invocation: Invocation;
    readonly context: Context;
    readonly site: ApprovalsSite;
  },
): Promise<number> {
  const { terminal } = context;
  const { rule } = proposal;
  const again = site.store.find(request.id);
  if (
    again === undefined || again === "ambiguous" || again.state !== "pending" ||
    again.digest !== request.digest || site.clock() > again.expiresAt
  ) {
    complain(
      terminal,
      `${request.id}: ${whyText("changed")}, or was answered`,
      "nothing was written",
    );
    return EXIT_NOT_TAKEN;
  }
  const { record } = await site.of(request.asker);
  const why = `rule ${rule.id} for ${file.path}: sha256:${
    sha256Hex(canonicalJson(rule))
  }`;
  await record(recordOf("approved", request, who, { why }));
  const written = await put(request, { file, proposal }, context);
  if (!written.ok) {
    const { message, cure } = written.error;
    await record(
      recordOf("voided", request, who, { why: `${why}: ${message}` }),
    );
    complain(terminal, message, cure);
    return EXIT_CONFIG;
  }
  site.store.noteRule(request.id, { what: "approved", who, why }, site.clock());
  const message = invocation.values.get("message");
  const answered = await giveAnswer(site, request, {
    act: "approve",
    scope: { kind: "once" },
    ...(message !== undefined && { message }),
  }, who);
  if (invocation.switches.has("json")) {
    terminal.out(safeJson({ rule, file: file.path, answered }));
  } else {
    terminal.out(
      `wrote ${rule.id} to ${
        printable(file.path)
      }; take it out with: airg approvals revoke ${rule.id}`,
    );
  }
  if (!answered.ok) {
    notify(
      terminal,
      `the request itself: ${whyText(answered.why)}; asked again, it runs`,
    );
  }
  return answered.ok ? 0 : answerStatus(answered);
}

/** Writes, looks whether it does what was shown, and else puts the old file back. */
async function put(
  request: ApprovalRequest,
  { file, proposal }: Planned,
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
