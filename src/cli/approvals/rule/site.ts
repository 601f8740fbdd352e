// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What making a rule and taking one out share: the policy as it is in force
 * for whoever asked, and the typed confirmation.
 *
 * @module
 */

import { absolutePath } from "../../../action/words.ts";
import type { Asker } from "../../../approval/request.ts";
import { printable } from "../../../base/printable.ts";
import { fail, ok } from "../../../base/result.ts";
import { textDiff } from "../../../changes/text_diff.ts";
import { openTty } from "../../../platform/tty.ts";
import type { CompiledPolicy } from "../../../policy/compile.ts";
import type { Context } from "../../command.ts";
import { type Explainer, openExplainer } from "../../explainer.ts";
import { readPolicyText } from "../../policy/text.ts";
import type { ApprovalsSite } from "../site.ts";
import type { ReadPolicy, ReadyPolicy } from "./propose.ts";

/** A policy that can be compared with another, too. */
export interface CompiledReady extends ReadyPolicy {
  readonly explainer: Explainer;
  readonly policy: CompiledPolicy;
}

/** The policy file in force. */
export function policyPath(
  { surroundings }: Context,
  { dirs }: ApprovalsSite,
): string {
  return absolutePath(dirs.policy, surroundings.cwd);
}

/** Reads policies as this asker has them: with the overlays of agent and workspace. */
export function policyReader(
  { surroundings }: Context,
  { agent, workspace }: Asker,
): (text: string) =>
  & ReturnType<ReadPolicy>
  & Promise<
    { readonly ok: true; readonly value: CompiledReady } | {
      readonly ok: false;
      readonly error: string;
    }
  > {
  const explainer = openExplainer({
    ...surroundings,
    env: { ...surroundings.env, AIRG_WORKSPACE: workspace },
    cwd: workspace,
  }, agent);
  return async (text) => {
    const parsed = await readPolicyText(text, "look-only");
    const policy = await explainer.compile(text);
    if (!parsed.ok || !policy.ok) {
      const problems = !parsed.ok
        ? parsed.error
        : policy.ok
        ? []
        : policy.error;
      return fail(`the policy is broken: ${problems[0]?.message}`);
    }
    return ok({
      document: parsed.value.document,
      explainer,
      policy: policy.value,
      judge: (action) => explainer.judge(policy.value, action),
    });
  };
}

/** The change of the file, for a person. */
export function diffRows(
  path: string,
  before: string,
  after: string,
): string[] {
  return [
    printable(`--- ${path}`),
    printable(`+++ ${path}`),
    ...textDiff(before, after).map((line) => printable(line)),
  ];
}

/** Has the person type a whole word on their terminal. */
export async function isTyped(
  context: Context,
  word: string,
  what: string,
): Promise<boolean> {
  const tty = openTty(context.onSignal);
  if (tty === undefined) return false;
  try {
    const typed = await tty.ask(`type ${word} to ${what}: `, "shown");
    return typed?.trim() === word;
  } finally {
    tty.close();
  }
}
