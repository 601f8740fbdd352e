// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals revoke approved.ID`: takes a rule that an approval made out
 * of the person's policy.
 *
 * @module
 */

import type { ApprovalRequest, Operator } from "../../../approval/request.ts";
import type { ApprovalRecord } from "../../../audit/event.ts";
import { canonicalJson } from "../../../base/canonical_json.ts";
import { sha256Hex } from "../../../base/digest.ts";
import { printable } from "../../../base/printable.ts";
import type { PolicyRule } from "../../../policy/schema.ts";
import type { Context } from "../../command.ts";
import { EXIT_CONFIG, EXIT_USAGE } from "../../exit.ts";
import type { Invocation } from "../../flags.ts";
import { withoutRule } from "../../policy/edit.ts";
import { safeJson } from "../../policy/json.ts";
import { complain } from "../../terminal.ts";
import { admit } from "../gate.ts";
import type { ApprovalsSite } from "../site.ts";
import { type PolicyFile, readPolicyFile, replacePolicy } from "./file.ts";
import { REQUEST_REGEXP } from "./propose.ts";
import { ruleNamed } from "./rules.ts";
import { diffRows, isTyped, policyPath, policyReader } from "./site.ts";

/** Nothing was changed. */
const EXIT_NOT_TAKEN = 1;

/** Shows, asks, takes it out. */
export async function takeRuleOn(
  id: string,
  invocation: Invocation,
  context: Context,
  site: ApprovalsSite,
): Promise<number> {
  const { terminal } = context;
  const file = await readPolicyFile(policyPath(context, site));
  if (!file.ok) {
    complain(terminal, file.error.message, file.error.cure);
    return EXIT_CONFIG;
  }
  const rule = await ruleNamed(id, file.value.text);
  const text = rule && withoutRule(file.value.text, id);
  if (rule === undefined || text === undefined) {
    complain(
      terminal,
      `${file.value.path} has no rule ${id} that an approval made`,
      "run `airg approvals list`",
    );
    return EXIT_USAGE;
  }
  diffRows(file.value.path, file.value.text, text).forEach(terminal.err);
  const request = requestOf(rule, site);
  const who = await admit(context, {
    act: "revoke",
    facts: site.facts(),
    dirs: site.dirs,
    ...(request !== undefined &&
      { question: { request: request.id, digest: request.digest } }),
    passphrase: false,
  });
  if (!who.ok) return who.error;
  const what = `take it out of ${printable(file.value.path)}`;
  if (!await isTyped(context, id, what)) {
    complain(terminal, "the rule's id was not typed", "nothing was changed");
    return EXIT_NOT_TAKEN;
  }
  const problem = await takeOut(rule, { file: file.value, text }, who.value, {
    request,
    context,
    site,
  });
  if (problem !== undefined) {
    complain(terminal, problem.message, problem.cure);
    return EXIT_CONFIG;
  }
  terminal.out(
    invocation.switches.has("json")
      ? safeJson({ revoked: id, file: file.value.path })
      : `took ${id} out of ${printable(file.value.path)}`,
  );
  return 0;
}

async function takeOut(
  rule: PolicyRule,
  { file, text }: { readonly file: PolicyFile; readonly text: string },
  who: Operator,
  { request, context, site }: {
    readonly request: ApprovalRequest | undefined;
    readonly context: Context;
    readonly site: ApprovalsSite;
  },
): Promise<{ readonly message: string; readonly cure: string } | undefined> {
  const workspace = rule.match.exact?.workspace ?? "/";
  const asker = request?.asker ?? { agent: "default", session: "", workspace };
  const id = request?.id ?? REQUEST_REGEXP.exec(rule.reason)?.[1] ?? "";
  const why = `rule ${rule.id} of ${file.path}: sha256:${
    sha256Hex(canonicalJson(rule))
  }`;
  const event: ApprovalRecord = {
    event: "approval",
    ...{ what: "revoked", asker, request: id, who, why },
  };
  const { record } = await site.of(asker);
  await record(event);
  const written = await replacePolicy(file, text);
  if (!written.ok) return written.error;
  const policy = await policyReader(context, asker)(written.value.text);
  if (!policy.ok || await ruleNamed(rule.id, written.value.text)) {
    const back = await replacePolicy(written.value, file.text);
    return {
      message: policy.ok ? "the rule is still there" : policy.error,
      cure: back.ok
        ? "the old policy was put back"
        : `the old policy could NOT be put back: ${back.error.message}`,
    };
  }
  if (id !== "") {
    site.store.noteRule(id, { what: "revoked", who, why }, site.clock());
  }
  // What was given with the rule goes with it.
  for (const grant of site.store.grants(site.clock())) {
    if (grant.request === id) site.store.revoke(grant.id, who, site.clock());
  }
  return undefined;
}

function requestOf(
  { reason }: PolicyRule,
  { store }: ApprovalsSite,
): ApprovalRequest | undefined {
  const id = REQUEST_REGEXP.exec(reason)?.[1];
  return id === undefined ? undefined : store.find(id);
}
