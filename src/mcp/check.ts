// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `check_command`: what would be decided, and nothing else.
 *
 * Nothing runs and no budget is spent. The question is recorded all the same,
 * as a decision with a tool of its own: an agent that tries what gets through
 * is worth seeing.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { ExecAction } from "../action/action.ts";
import type { Facts, ProgramFact } from "../action/facts.ts";
import { printable } from "../base/printable.ts";
import type { Effects } from "../guard/effects.ts";
import type { Decision } from "../policy/decision.ts";
import { explain } from "../policy/explain.ts";
import { shownFolders, shownWords } from "../policy/shown_words.ts";
import { failure } from "./answers.ts";

/** Effective programs that are told; more tell an agent no more. */
const MAX_PROGRAMS = 200;
/** Characters of one effective command. */
const MAX_CHARACTERS = 2_000;

/** Decides on `action` and records that it was asked. */
export async function checkAction(
  action: ExecAction,
  effects: Effects,
): Promise<CallToolResult> {
  try {
    const before = effects.monotonic();
    const facts = effects.read(action);
    const conclusion = await effects.decide(facts);
    const elapsedUs = Math.round((effects.monotonic() - before) * 1000);
    const decision = { id: effects.newId(), ...conclusion, elapsedUs };
    const tool = "check_command";
    await effects.record({ event: "decision", tool, action, decision });
    return resultOf(decision, facts);
  } catch (error) {
    // The machine failed (a log that cannot be written): nothing was asked.
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function resultOf(decision: Decision, facts: Facts): CallToolResult {
  const programs = facts.programs.slice(0, MAX_PROGRAMS).map((program) =>
    programOf(program, facts)
  );
  const text = [
    ...explain(decision),
    ...programs.map(({ command, via }) =>
      `  would run: ${command}${
        via.length > 0 ? ` (via ${via.join(" > ")})` : ""
      }`
    ),
  ].map((line) => printable(line)).join("\n");
  return {
    content: [{ type: "text", text }],
    structuredContent: {
      decision,
      programs,
      unknowns: facts.unknowns.slice(0, MAX_PROGRAMS).map((
        { code, message },
      ) => ({ code, message })),
      ...(facts.programs.length > MAX_PROGRAMS && { truncated: true }),
    },
  };
}

/** A program as an agent is told: what is not known of its words is shown so. */
function programOf(
  program: ProgramFact,
  { action }: Facts,
): {
  readonly command: string;
  readonly via: readonly string[];
  readonly cwd?: string;
} {
  const { argv, via } = program;
  const start = action.kind === "exec" ? action.cwd : undefined;
  const cwd = program.folders !== undefined
    ? shownFolders(program.folders)
    : undefined;
  return {
    command: cut(shownWords(argv)),
    via,
    ...(cwd !== undefined && cwd !== start && { cwd }),
  };
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS)}…`;
}
