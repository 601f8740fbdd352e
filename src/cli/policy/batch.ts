// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy explain --batch`: JSON lines in, one JSON line out for each, as
 * they come.
 *
 * @module
 */

import * as z from "zod/mini";
import { absolutePath } from "../../action/words.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { CompiledPolicy } from "../../policy/compile.ts";
import type { PolicyProblem } from "../../policy/settings.ts";
import type { Context } from "../command.ts";
import { EXIT_USAGE } from "../exit.ts";
import type { Explainer } from "../explainer.ts";
import { type Line, linesOf } from "../lines.ts";

/** Bytes of one line; a line may carry a whole policy. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Compiled policies that are kept; a run usually has a handful. */
const MAX_CACHED = 32;

// Other keys are left alone: lists of commands carry notes of their own.
const Question = z.looseObject({
  id: z.union([z.string(), z.number()]),
  command: z.union([z.string(), z.array(z.string()).check(z.minLength(1))]),
  policy: z.optional(z.record(z.string(), z.unknown())),
  cwd: z.optional(z.string().check(z.minLength(1))),
});

interface LineError {
  readonly message: string;
  /** What is wrong with the line's policy. */
  readonly problems?: readonly PolicyProblem[];
}

/**
 * Answers every line of standard input.
 *
 * @returns 0, or 64 when a line could not be answered.
 */
export async function explainBatch(
  explainer: Explainer,
  policy: CompiledPolicy,
  cwd: string,
  { stdin, terminal }: Context,
): Promise<number> {
  const compile = cached(explainer);
  let bad = false;
  for await (const line of linesOf(stdin(), MAX_LINE_BYTES)) {
    if (line.ok && line.text.trim() === "") continue;
    const question = readQuestion(line);
    const chosen = !question.ok
      ? question
      : question.value.policy === undefined
      ? ok(policy)
      : await compile(question.value.policy);
    if (!question.ok || !chosen.ok) {
      bad = true;
      const id = question.ok ? question.value.id : question.error.id;
      const error = chosen.ok ? undefined : errorOf(chosen.error);
      terminal.out(JSON.stringify({ id, error }));
      continue;
    }
    const { id, command } = question.value;
    const decision = explainer.decide(chosen.value, {
      command: typeof command === "string"
        ? { form: "shell", text: command }
        : { form: "argv", argv: command },
      cwd: absolutePath(question.value.cwd ?? cwd, cwd),
    });
    terminal.out(JSON.stringify({ id, decision }));
  }
  return bad ? EXIT_USAGE : 0;
}

function errorOf({ message, problems }: LineError): LineError {
  return { message, ...(problems !== undefined && { problems }) };
}

function readQuestion(
  line: Line,
): Result<
  z.output<typeof Question>,
  LineError & { readonly id: string | number | null }
> {
  if (!line.ok) return fail({ id: null, message: `The line is ${line.why}` });
  let json: unknown;
  try {
    json = JSON.parse(line.text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail({ id: null, message: "The line is not JSON" });
  }
  const parsed = Question.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const at = issue?.path.join(".") ?? "";
  return fail({
    id: idOf(json),
    message: at === ""
      ? "The line is no object with id and command"
      : `Cannot use ${at}: ${WANTED[at] ?? "it has the wrong type"}`,
  });
}

const WANTED: Readonly<Record<string, string>> = {
  id: "it must be a string or a number",
  command: "it must be a string, or a list of strings with at least one",
  policy: "it must be an object, a whole policy document",
  cwd: "it must be a path",
};

function idOf(json: unknown): string | number | null {
  if (typeof json !== "object" || json === null || !("id" in json)) return null;
  const { id } = json;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** Compiles each content once. */
function cached(
  explainer: Explainer,
): (
  document: Record<string, unknown>,
) => Promise<Result<CompiledPolicy, LineError>> {
  const kept = new Map<string, Result<CompiledPolicy, LineError>>();
  return async (document) => {
    const text = JSON.stringify(document);
    const known = kept.get(text);
    if (known !== undefined) return known;
    const compiled = await explainer.compile(text);
    const result = compiled.ok ? compiled : fail({
      message: `Cannot use policy: ${compiled.error[0]?.message ?? ""}`,
      problems: compiled.error,
    });
    const oldest = kept.keys().next();
    if (kept.size >= MAX_CACHED && !oldest.done) kept.delete(oldest.value);
    kept.set(text, result);
    return result;
  };
}
