// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Answers of the guard as results of a tool: text in the words of Runtime
 * Guard, and the same as data.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import { heldLines } from "../action/held.ts";
import type { Outcome } from "../action/outcome.ts";
import { counted } from "../base/counted.ts";
import { printable } from "../base/printable.ts";
import { backupLine } from "../guard/backups.ts";
import type { Answer } from "../guard/guard.ts";
import type { Decision, Verdict } from "../policy/decision.ts";
import { fileResult } from "./file_answers.ts";

/** A failure that is no decision: text for the agent, made printable. */
export function failure(
  message: string,
  decision?: Decision,
): CallToolResult {
  const error = printable(message);
  return {
    content: [{ type: "text", text: `Error: ${error}` }],
    structuredContent: { ...(decision && { decision }), error },
    isError: true,
  };
}

/** The result of one tool call, and what was saved before it. */
export function resultOf(answer: Answer): CallToolResult {
  const result = actionResult(answer);
  if (!answer.allowed || answer.backup === undefined) return result;
  const { backup } = answer;
  return {
    ...result,
    content: [...result.content, {
      type: "text",
      text: printable(backupLine(backup)),
    }],
    structuredContent: { ...result.structuredContent, backup },
  };
}

function actionResult(answer: Answer): CallToolResult {
  const { decision } = answer;
  if (!answer.allowed) return refusal(decision);
  const { outcome } = answer;
  switch (outcome.kind) {
    case "exited":
      return exited(outcome, decision);
    case "not-started":
      return failure(
        [outcome.message, outcome.remedy].filter(Boolean).join(". "),
        decision,
      );
    case "file-failed":
    case "restore-failed":
      return failure(outcome.message, decision);
    case "looked":
      return success("", { decision, count: outcome.count });
    case "restored":
      return success(restoredText(outcome), {
        ...outcome,
        kind: undefined,
        decision,
      });
    default:
      return fileResult(outcome, decision);
  }
}

function restoredText(
  { count, undo }: Outcome & { readonly kind: "restored" },
): string {
  if (undo === undefined) return "Nothing had to be put back";
  const paths = counted(count, "path");
  return `Put back ${paths}; what they replaced is backup ${undo}`;
}

function success(
  text: string,
  structuredContent: Record<string, unknown>,
): CallToolResult {
  return { content: [{ type: "text", text }], structuredContent };
}

/** What stands before the reasons of a refusal. */
const LEADS: Readonly<Record<Verdict, string>> = {
  allow: "",
  block: "",
  escalate: "This needs a person's approval. ",
  sandbox:
    "This may only change an ephemeral copy of the workspace, and file tools have none; run a command instead. ",
  throttle: "The budget is used up for now. ",
};

function refusal(decision: Decision): CallToolResult {
  const lines = decision.reasons.flatMap(({ message, remedy }) =>
    remedy === undefined ? [message] : [message, `Instead: ${remedy}`]
  ).map((line) => printable(line));
  const [first] = decision.reasons;
  // A person's words stand for themselves.
  const lead = first?.code === "approval.denied" ? "" : LEADS[decision.verdict];
  return {
    content: [{
      type: "text",
      text: `[POLICY BLOCK] ${lead}${[...lines, ...how(decision)].join("\n")}`,
    }],
    structuredContent: { decision, error: `${lead}${lines[0] ?? ""}` },
    isError: true,
  };
}

/** A refusal, and why the client was not asked about it. */
export function withNote(
  result: CallToolResult,
  why: string | undefined,
): CallToolResult {
  if (why === undefined) return result;
  const note = printable(
    `The client was not asked: ${why}; the person answers with \`airg approvals\``,
  );
  return {
    ...result,
    content: [...result.content, { type: "text", text: note }],
  };
}

/** How an agent waits for a person, who is asked elsewhere. */
function how({ approval }: Decision): string[] {
  return approval === undefined ? [] : [
    `A person is asked; the request is ${approval.id} and waits until ${approval.expiresAt}. Call wait_for_approval with this id, and after "approved" repeat this call exactly as it was`,
  ];
}

function exited(
  outcome: Outcome & { readonly kind: "exited" },
  decision: Decision,
): CallToolResult {
  const { kind: _, code, ...rest } = outcome;
  const notes = [
    ...(outcome.ended === "timeout"
      ? [`Command timed out after ${seconds(outcome.durationMs)}`]
      : []),
    ...(outcome.ended === "cancelled" ? ["Command was cancelled"] : []),
    ...(outcome.lost === undefined ? [] : [
      `Command was ended: the host replaced or moved ${outcome.lost} meanwhile, so it was no longer protected; run it again`,
    ]),
    ...(outcome.truncated.stdout ? ["stdout was cut at the limit"] : []),
    ...(outcome.truncated.stderr ? ["stderr was cut at the limit"] : []),
    ...outcome.kernelRefusals.map((text) => `Refused by the kernel: ${text}`),
    ...(outcome.held === undefined ? [] : heldLines(outcome.held)),
    ...outcome.quarantined.map(({ path, movedTo, why }) =>
      `Moved away: ${path} is now ${movedTo}: ${why}`
    ),
    ...handoffNotes(outcome),
    ...(code === 0 ? [] : [`Command exited with code ${code}`]),
  ].map((line) => printable(line));
  const text = [
    outcome.stdout,
    ...(outcome.stderr === "" ? [] : [outcome.stderr]),
    ...notes,
  ].reduce(onOwnLine);
  return {
    ...success(text, { decision, exitCode: code, ...rest }),
    ...(outcome.ended !== undefined && { isError: true }),
  };
}

function handoffNotes(
  { ended, handoff }: Outcome & { kind: "exited" },
): string[] {
  return [
    ...(ended === "handoff"
      ? ["Command was ended: it changed git's settings again and again"]
      : []),
    ...(handoff?.reported ?? []).map(({ path, did, why }) =>
      `${did === "kept" ? "Left for the host" : "Undone"}: ${path}: ${why}`
    ),
    ...(handoff?.incomplete === undefined
      ? []
      : [`Not everything was looked at: ${handoff.incomplete}`]),
  ];
}

function onOwnLine(before: string, next: string): string {
  return before === "" || before.endsWith("\n")
    ? `${before}${next}`
    : `${before}\n${next}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} seconds`;
}
