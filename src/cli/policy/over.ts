// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Lists of commands to decide on: plain lines, or JSON lines as `--batch` and
 * corpora have them.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Command } from "../../action/action.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Line } from "../lines.ts";

/** One command of a list. */
export interface Listed {
  readonly id: string;
  readonly command: Command;
  /** As written; absent where the list says nothing. */
  readonly cwd?: string;
}

/** Why a line cannot be used. */
export interface ListProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

// Other keys are left alone: corpora carry notes of their own.
const Entry = z.looseObject({
  id: z.optional(z.union([z.string(), z.number()])),
  command: z.union([z.string(), z.array(z.string()).check(z.minLength(1))]),
  cwd: z.optional(z.string().check(z.minLength(1))),
});

/**
 * Reads a list. The first line that is no blank and no comment says of what
 * kind all are: a JSON object, or a command (`{ ls; }` is one, too).
 */
export async function readList(
  lines: AsyncIterable<Line>,
): Promise<Result<readonly Listed[], ListProblem>> {
  const listed: Listed[] = [];
  let isJson: boolean | undefined;
  let line = 0;
  for await (const read of lines) {
    line++;
    if (!read.ok) return fail({ line, message: `the line is ${read.why}` });
    const text = read.text.endsWith("\r") ? read.text.slice(0, -1) : read.text;
    if (text.trim() === "") continue;
    if (isJson !== true && text.startsWith("#")) continue;
    isJson ??= objectIn(text) !== undefined;
    if (!isJson) {
      const command = { form: "shell", text } as const;
      listed.push({ id: String(line), command });
      continue;
    }
    const entry = Entry.safeParse(objectIn(text));
    if (!entry.success) {
      const at = entry.error.issues[0]?.path.join(".") ?? "";
      return fail({
        line,
        message: at === ""
          ? "the line is no JSON object, as the first one is"
          : `cannot use ${at}: command is text or a list of words, id and cwd are text`,
      });
    }
    const { id, command, cwd } = entry.data;
    listed.push({
      id: String(id ?? line),
      command: typeof command === "string"
        ? { form: "shell", text: command }
        : { form: "argv", argv: command },
      ...(cwd !== undefined && { cwd }),
    });
  }
  return ok(listed);
}

function objectIn(text: string): object | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
