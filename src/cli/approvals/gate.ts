// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Lets a person answer, and nobody else: the terminal, the code where an agent
 * is above, the passphrase where one is set.
 *
 * @module
 */

import type { Operator } from "../../approval/request.ts";
import { printable } from "../../base/printable.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import {
  type Caller,
  judgeOperator,
  type OperatorFacts,
} from "../../platform/operator.ts";
import { isHashed, readPassphrase } from "../../platform/passphrase.ts";
import { openTty, type Tty } from "../../platform/tty.ts";
import {
  askForCode,
  CODE_TRIES,
  codeFolder,
  type CodeOutcome,
  type CodeQuestion,
} from "./code.ts";
import type { Context } from "../command.ts";
import { EXIT_BLOCKED } from "../exit.ts";
import type { Dirs } from "../../platform/dirs.ts";
import { complain } from "../terminal.ts";

/** What is to be done, and by whom. */
export interface Admission {
  readonly act: string;
  readonly facts: OperatorFacts;
  readonly dirs: Dirs;
  /** What a code would be for; absent: no code is enough. */
  readonly question?: Pick<CodeQuestion, "request" | "digest">;
  /** The passphrase is asked for, if one is set. */
  readonly passphrase: boolean;
}

/** Where the passphrase's hash is. */
export function passphrasePath({ approvalsKey }: Dirs): string {
  const folder = approvalsKey.slice(0, approvalsKey.lastIndexOf("/"));
  return `${folder}/approvals.passphrase`;
}

/** Refuses before anything is opened whoever can never answer. */
export function refuseAtOnce(
  { terminal }: Context,
  act: string,
  facts: OperatorFacts,
): number | undefined {
  const judged = judgeOperator(facts);
  if (judged.kind !== "refused") return undefined;
  return refuse(terminal, act, judged.why, judged.cure);
}

/** Lets the caller act as the operator, or says why not. */
export async function admit(
  context: Context,
  admission: Admission,
): Promise<Result<Operator, number>> {
  const { act, facts, dirs, question } = admission;
  const { terminal } = context;
  const judged = judgeOperator(facts);
  if (judged.kind === "refused") {
    return fail(refuse(terminal, act, judged.why, judged.cure));
  }
  const needsCode = judged.kind === "code";
  if (judged.kind === "code" && question === undefined) {
    const { agent } = judged;
    const cure = "run it in a terminal that no agent started";
    return fail(refuse(terminal, act, agent, cure));
  }
  const passphrase = admission.passphrase
    ? readPassphrase(passphrasePath(dirs))
    : undefined;
  if (!needsCode && passphrase === undefined) {
    return ok(operatorOf(judged.caller, "terminal"));
  }
  const tty = openTty(context.onSignal);
  if (tty === undefined) {
    const why = "its terminal does not open";
    return fail(refuse(terminal, act, why, "run it in a terminal of your own"));
  }
  try {
    if (judged.kind === "code" && question !== undefined) {
      const asked = { act, agent: judged.agent, ...question };
      const outcome = await codeFrom(tty, codeFolder(dirs.run), asked);
      if (outcome !== "right") {
        return fail(
          refuse(terminal, act, judged.agent, CODE_CURES[outcome]),
        );
      }
    }
    if (passphrase !== undefined && !(await passphraseFrom(tty, passphrase))) {
      const why = "the passphrase was not given";
      return fail(refuse(terminal, act, why, "try again"));
    }
  } finally {
    tty.close();
  }
  const how = passphrase === undefined ? "code" : "passphrase";
  return ok(operatorOf(judged.caller, how));
}

/** The caller, and how it was made sure of. */
export function operatorOf(caller: Caller, how: Operator["how"]): Operator {
  return { ...caller, how };
}

/** Asks for the passphrase, three times at most. */
export async function passphraseFrom(
  tty: Tty,
  kept: { readonly salt: string; readonly hash: string },
): Promise<boolean> {
  for (let attempt = 0; attempt < PASSPHRASE_TRIES; attempt++) {
    const typed = await tty.ask("passphrase for approvals: ", "hidden");
    if (typed === undefined) return false;
    if (isHashed(typed, kept)) return true;
    tty.say("that is not it\n");
  }
  return false;
}

const PASSPHRASE_TRIES = 3;

const CODE_CURES: Readonly<Record<Exclude<CodeOutcome, "right">, string>> = {
  "no-watch":
    "answer in a terminal that no agent started, or run `airg approvals watch` there and try again: it shows a code",
  wrong: `the code was wrong ${CODE_TRIES} times or grew old; try again`,
  "given-up": "type the code that your `airg approvals watch` shows",
};

async function codeFrom(
  tty: Tty,
  folder: string,
  question: CodeQuestion,
): Promise<CodeOutcome> {
  tty.say(
    `${
      printable(question.agent)
    }, so a code is needed; \`airg approvals watch\` shows it\n`,
  );
  return await askForCode(
    folder,
    question,
    (attempt) =>
      tty.ask(attempt === 1 ? "code: " : "that is not it; code: ", "shown"),
  );
}

function refuse(
  terminal: Context["terminal"],
  act: string,
  why: string,
  cure: string,
): number {
  complain(terminal, `approvals ${act} is for a person, and ${why}`, cure);
  return EXIT_BLOCKED;
}
