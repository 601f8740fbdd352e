// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The rules in a policy that approvals made, and how often each let something
 * run, as the audit log says.
 *
 * @module
 */

import { canonicalJson } from "../../../base/canonical_json.ts";
import type { PolicyRule } from "../../../policy/schema.ts";
import type { Context } from "../../command.ts";
import { readPolicyText } from "../../policy/text.ts";
import { openLog } from "../../policy/source.ts";
import type { ApprovalsSite } from "../site.ts";
import { RULE_PREFIX } from "./propose.ts";
import { policyPath } from "./site.ts";

/** A rule that an approval made. */
export interface ApprovedRule {
  readonly rule: PolicyRule;
  /** How often it let something run, by the audit log at hand; absent: there is none. */
  readonly decided?: number;
}

/** The rule of this id that an approval made. */
export async function ruleNamed(
  id: string,
  text: string,
): Promise<PolicyRule | undefined> {
  return (await rulesIn(text)).find((rule) => rule.id === id);
}

/** Rules that approvals made, in the policy in force; none where it cannot be read. */
export async function approvedRules(
  context: Context,
  site: ApprovalsSite,
): Promise<readonly ApprovedRule[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(policyPath(context, site));
  } catch (error) {
    // What is wrong with the policy is said by whoever decides by it.
    if (!(error instanceof Error)) throw error;
    return [];
  }
  // Most policies have none, and are not parsed for it.
  if (!text.includes(`"${RULE_PREFIX}`)) return [];
  const rules = await rulesIn(text);
  if (rules.length === 0) return [];
  const counts = await countIn(context);
  return rules.map((rule) => ({
    rule,
    ...(counts && { decided: counts.get(`policy/${rule.id}`) ?? 0 }),
  }));
}

async function rulesIn(text: string): Promise<readonly PolicyRule[]> {
  const parsed = await readPolicyText(text, "look-only");
  if (!parsed.ok) return [];
  return (parsed.value.document.rules ?? []).filter(({ id, over }) =>
    id.startsWith(RULE_PREFIX) && over !== undefined
  );
}

/** What stands in a record of a run that such a rule let through. */
const NAMED = `policy/${RULE_PREFIX}`;

async function countIn(
  context: Context,
): Promise<ReadonlyMap<string, number> | undefined> {
  const source = await openLog("log", context);
  if (!source.ok) return undefined;
  const counts = new Map<string, number>();
  for await (const line of source.value.lines) {
    // Of a long log only these are read.
    if (!line.ok || !line.text.includes(NAMED)) continue;
    for (const rule of startedBy(line.text)) {
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  return counts;
}

/** Rules that let the run of this record through, each once. */
function startedBy(text: string): readonly string[] {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
  if (!isObject(record) || record["event"] !== "started") return [];
  const { decision } = record;
  if (!isObject(decision) || decision["verdict"] !== "allow") return [];
  const { reasons } = decision;
  if (!Array.isArray(reasons)) return [];
  return [
    ...new Set(
      reasons.flatMap((reason: unknown) =>
        isObject(reason) && typeof reason["rule"] === "string" &&
          reason["rule"].startsWith(NAMED)
          ? [reason["rule"]]
          : []
      ),
    ),
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Words of the command, as one text. */
export function ruleText({ match }: PolicyRule): string {
  return match.exact === undefined
    ? canonicalJson(match)
    : match.exact.words.join(" ");
}
