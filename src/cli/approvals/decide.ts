// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals approve`, `deny` and `revoke`.
 *
 * @module
 */

import { jsonLine } from "../../base/json_line.ts";
import type { ApprovalRequest, Scope } from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import type { Result } from "../../base/result.ts";
import {
  type Answer,
  answerStatus,
  giveAnswer,
  scopeText,
  whyText,
} from "./answer.ts";
import { admit, operatorOf, refuseAtOnce } from "./gate.ts";
import {
  named,
  type NamedGrant,
  namedGrant,
  namedToApprove,
  oneId,
  requestFrom,
} from "./named.ts";
import { type ApprovalsSite, noteShown, withSite } from "./site.ts";
import { requestRows, subjectLine } from "./text.ts";
import { type Context, type Run, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";
import { isInsideRun } from "../inside.ts";
import { fitted } from "../policy/cells.ts";
import { complain } from "../terminal.ts";
import { judgeOperator } from "../../platform/operator.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";

/** What the three subcommands are. */
export type Act = Answer["act"];

/** The code behind one of them. */
export function decideWith(act: Act): Run {
  return async (invocation, context) => {
    const { env } = context.surroundings;
    // Words are checked first, so that a mistake is not called a refusal.
    oneId(invocation);
    answerOf(act, invocation);
    const facts = operatorFacts(env, isInsideRun(env));
    const refused = refuseAtOnce(context, act, facts);
    if (refused !== undefined) return refused;
    return await withSite(
      context,
      (site) => decideOn(act, invocation, context, site),
    );
  };
}

/** Answers in one store. */
export async function decideOn(
  act: Act,
  invocation: Invocation,
  context: Context,
  site: ApprovalsSite,
): Promise<number> {
  const { terminal } = context;
  const word = oneId(invocation);
  if (act === "approve" && invocation.switches.has("write-rule")) {
    const { writeRuleOn } = await import("./rule/write.ts");
    const show = (request: ApprovalRequest) =>
      showFirst(request, context, site);
    return await writeRuleOn(invocation, context, site, show);
  }
  if (act === "revoke" && word.startsWith("approved.")) {
    const { takeRuleOn } = await import("./rule/take.ts");
    return await takeRuleOn(word, invocation, context, site);
  }
  const answer = answerOf(act, invocation);
  const grant = act === "revoke" ? namedGrant(word, site) : undefined;
  const found = requestNamed(word, act, grant, site, context);
  if (!found.ok) return await afterWrongId(word, found.error, context, site);
  const request = found.value;
  const isShown = act === "approve" && showFirst(request, context, site);
  const who = await admit(context, {
    act,
    facts: site.facts(),
    dirs: site.dirs,
    question: { request: request.id, digest: request.digest },
    passphrase: act === "approve",
  });
  if (!who.ok) return who.error;
  if (isShown && request.state === "pending") {
    await noteShown(site, request, who.value);
  }
  const answered = await giveAnswer(
    site,
    request,
    grant?.kind !== "grant" || answer.act !== "revoke"
      ? answer
      : { ...answer, id: grant.id },
    who.value,
  );
  if (invocation.switches.has("json")) terminal.out(jsonLine(answered));
  else if (answered.ok) terminal.out(doneText(answer, request));
  else {
    const why = `${shortId(request.id)}: ${whyText(answered.why)}`;
    complain(terminal, why, hintFor(act));
  }
  return answerStatus(answered);
}

function requestNamed(
  word: string,
  act: Act,
  grant: NamedGrant | undefined,
  site: ApprovalsSite,
  context: Context,
): Result<ApprovalRequest, number> {
  if (grant !== undefined && "request" in grant) {
    return requestFrom(grant.request, site, context);
  }
  const found = act === "approve"
    ? namedToApprove(word, site)
    : grant?.kind === "many"
    ? grant
    : undefined;
  return requestFrom(word, site, context, found);
}

/** Counts an id that names nothing; too many of them make this terminal wait. */
async function afterWrongId(
  word: string,
  status: number,
  { terminal }: Context,
  site: ApprovalsSite,
): Promise<number> {
  const { store, clock, facts, of } = site;
  const judged = judgeOperator(facts());
  if (judged.kind === "refused" || named(word, site).kind !== "none") {
    return status;
  }
  const { settings } = await of(NOBODY);
  const who = operatorOf(judged.caller, "terminal");
  // The digest of nothing: even an id that comes into being now is not approved.
  const answer = { scope: { kind: "once" }, who, digest: "" } as const;
  const counted = store.approve(word, answer, settings, clock());
  if (counted.ok || counted.why !== "paused") return status;
  complain(terminal, whyText(counted.why));
  return answerStatus(counted);
}

/** Asker of what names no request. */
const NOBODY = { agent: "default", session: "", workspace: "/" } as const;

/** The person sees what they answer, also when an id is all they were told; whether there was where. */
function showFirst(
  request: ApprovalRequest,
  { terminal, surroundings }: Context,
  { clock }: ApprovalsSite,
): boolean {
  if (!surroundings.terminal.stderr) return false;
  const { columns } = Deno.consoleSize();
  requestRows(request, {
    columns: columns || 80,
    now: clock(),
    own: surroundings.env,
  })
    .forEach(terminal.err);
  return true;
}

function answerOf(act: Act, { values, switches }: Invocation): Answer {
  const message = values.get("message");
  const said = message === undefined ? {} : { message };
  if (act === "revoke") return { act };
  if (act === "deny") return { act, ...said };
  return { act, scope: scopeOf(values.get("rule"), switches), ...said };
}

function scopeOf(
  rule: string | undefined,
  switches: ReadonlySet<string>,
): Scope {
  const wide = ["session", "write-rule"].filter((name) => switches.has(name));
  if (wide.length + (rule === undefined ? 0 : 1) > 1) {
    throw new UsageError("give one of --session, --rule and --write-rule");
  }
  if (rule === undefined) {
    return { kind: switches.has("session") ? "session" : "once" };
  }
  return { kind: "rule", ms: durationOf(rule) };
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
/** A day: what lasts longer belongs into the policy. */
const MAX_RULE_MS = 24 * 3_600_000;

/** Reads `90s`, `15m`, `1h`. */
export function durationOf(text: string): number {
  const [, number, unit] = /^([0-9]{1,5})([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit ?? ""] ?? NaN);
  if (!(ms > 0) || ms > MAX_RULE_MS) {
    throw new UsageError(
      `--rule wants a time of at most 24h such as 15m or 1h, not ${text}`,
    );
  }
  return ms;
}

function doneText(answer: Answer, request: ApprovalRequest): string {
  const subject = fitted(subjectLine(request), 100);
  switch (answer.act) {
    case "approve":
      return `approved ${scopeText(answer.scope)}: ${subject}`;
    case "deny":
      return `denied: ${subject}`;
    case "revoke":
      return `revoked: ${subject}`;
  }
}

function hintFor(act: Act): string {
  return act === "revoke"
    ? "run `airg approvals list` for the grants that are open"
    : "run `airg approvals list` for what waits";
}
