// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Asks the person who started `airg run` on their own terminal.
 *
 * Only where the terminal is theirs alone: with an agent's client above, what
 * is typed could be the agent's.
 *
 * @module
 */

import type {
  ApprovalRequest,
  Operator,
  Scope,
} from "../../approval/request.ts";
import type { Dirs, Environment } from "../../platform/dirs.ts";
import { judgeOperator, type OperatorFacts } from "../../platform/operator.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";
import { type Hashed, readPassphrase } from "../../platform/passphrase.ts";
import { openTty, type Tty } from "../../platform/tty.ts";
import { operatorOf, passphraseFrom, passphrasePath } from "./gate.ts";
import { requestRows } from "./text.ts";
import type { Context } from "../command.ts";
import { isInsideRun } from "../inside.ts";

/** The terminal that a person may be in front of. */
export interface AskTerminal {
  readonly facts: () => OperatorFacts;
  readonly open: () => Tty | undefined;
  /** Of the passphrase, if one is set. @throws If it cannot be trusted. */
  readonly passphrase: () => Hashed | undefined;
  readonly now: () => number;
  /** Variables of this terminal, which are not shown again. */
  readonly own: Environment;
}

/** What the person said. */
export type HereAnswer =
  | {
    readonly kind: "approve";
    readonly who: Operator;
    readonly scope: Scope;
    /** As shown, for `ApprovalStore.approve`. */
    readonly digest: string;
  }
  | {
    readonly kind: "deny";
    readonly who: Operator;
    readonly message?: string;
  }
  /** Nobody can be asked here, or nobody answered; the request goes on waiting. */
  | { readonly kind: "not-here"; readonly why: string };

/** The terminal of this process. */
export function askTerminal(
  { onSignal, surroundings: { env } }: Pick<
    Context,
    "onSignal" | "surroundings"
  >,
  dirs: Dirs,
  now: () => number,
): AskTerminal {
  return {
    facts: () => operatorFacts(env, isInsideRun(env)),
    open: () => openTty(onSignal),
    passphrase: () => readPassphrase(passphrasePath(dirs)),
    now,
    own: env,
  };
}

/** Shows a request and asks for an answer. */
export async function askHere(
  request: ApprovalRequest,
  terminal: AskTerminal,
): Promise<HereAnswer> {
  const judged = judgeOperator(terminal.facts());
  if (judged.kind === "refused") return notHere(judged.why);
  if (judged.kind === "code") return notHere(judged.agent);
  const passphrase = terminal.passphrase();
  const tty = terminal.open();
  if (tty === undefined) return notHere("the terminal does not open");
  try {
    const options = {
      columns: tty.columns,
      now: terminal.now(),
      own: terminal.own,
    };
    const rows = requestRows(request, options);
    tty.say(`airg: this needs a person's approval\n${rows.join("\n")}\n`);
    // A `yes` in what was typed or pasted before answers nothing.
    await tty.forget();
    const said = await wordFrom(tty);
    if (said === undefined) return notHere("nobody answered");
    const how = passphrase === undefined ? "own-terminal" : "passphrase";
    if (said.kind === "deny") {
      return { ...said, who: operatorOf(judged.caller, "own-terminal") };
    }
    if (passphrase !== undefined && !(await passphraseFrom(tty, passphrase))) {
      return notHere("the passphrase was not given");
    }
    const { digest } = request;
    return { ...said, who: operatorOf(judged.caller, how), digest };
  } finally {
    tty.close();
  }
}

type Said =
  | { readonly kind: "approve"; readonly scope: Scope }
  | { readonly kind: "deny"; readonly message?: string };

const QUESTION =
  "run it? yes = once, session = as often as it comes in this session, no = not: ";
/** Words that mean nothing before it is left unanswered. */
const TRIES = 3;

/** Whole words, so that one key says nothing. */
async function wordFrom(tty: Tty): Promise<Said | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const word = (await tty.ask(QUESTION, "shown"))?.trim().toLowerCase();
    switch (word) {
      case undefined:
        return undefined;
      case "yes":
        return { kind: "approve", scope: { kind: "once" } };
      case "session":
        return { kind: "approve", scope: { kind: "session" } };
      case "n":
      case "no": {
        const text = await whyFrom(tty);
        return { kind: "deny", ...(text && { message: text }) };
      }
    }
    tty.say("say yes, session or no\n");
  }
  return undefined;
}

/** It is denied, also when the window closes before the words. */
async function whyFrom(tty: Tty): Promise<string | undefined> {
  try {
    return (await tty.ask("why (may be empty): ", "shown"))?.trim();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}

function notHere(why: string): HereAnswer {
  return { kind: "not-here", why };
}
