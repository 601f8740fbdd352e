// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg run`: decides on one command, contains it and runs it on the caller's
 * own streams.
 *
 * @module
 */

import type { Command, ExecAction } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import { backupLine } from "../guard/backups.ts";
import { type Answer, handle } from "../guard/guard.ts";
import {
  isProfileName,
  PROFILE_NAMES,
  type ProfileName,
} from "../policy/profiles.ts";
import { failedUnseen } from "../guard/unseen.ts";
import type { Assembled } from "./assembled.ts";
import {
  type Context,
  ENDING_SIGNALS,
  type EndingSignal,
  UsageError,
} from "./command.ts";
import {
  EXIT_INTERNAL,
  EXIT_NOT_FOUND,
  EXIT_NOT_NOW,
  EXIT_UNAVAILABLE,
} from "./exit.ts";
import type { Invocation } from "./flags.ts";
import { outcomeLines, refusalLines, refusalStatus } from "./report.ts";
import { complain, notify, type Terminal } from "./terminal.ts";
import { startFolder } from "./within.ts";

/** Decides, contains, runs. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { values, switches } = invocation;
  const { terminal, surroundings } = context;
  const command = commandOf(invocation);
  const timeoutMs = timeoutOf(values.get("timeout"));
  const profile = profileOf(values.get("profile"));
  const json = switches.has("json");
  const parts = await context.assemble({
    ...optional("workspace", values.get("workspace")),
    ...optional("policy", values.get("policy")),
    ...optional("agent", values.get("agent")),
    ...optional("profile", profile),
    source: "ai-agent",
    sharesInput: true,
    warn: (notice) => tell(terminal, json, notice),
    ...(Deno.stderr.isTerminal() && !json && {
      progress: (message: string) => notify(terminal, message),
    }),
  });
  if (!parts.ok) {
    complain(terminal, parts.error.message, parts.error.hint);
    return parts.error.status;
  }
  say(terminal, json, parts.value);
  const { origin, effects } = parts.value;
  const ending = listen(context);
  try {
    const action: ExecAction = {
      kind: "exec",
      origin,
      command,
      cwd: await startFolder(surroundings.cwd, origin.workspace),
      ...optional("timeoutMs", timeoutMs),
      ...(wantsCopy(invocation) && { ephemeral: true as const }),
    };
    const { onTurn, signal } = ending;
    const act = () =>
      handle(action, effects, {
        streams: "inherit",
        signal,
        ending: ending.whole,
        onTurn,
      });
    let answer = await act();
    if (!answer.allowed && answer.decision.approval !== undefined) {
      const { isAnsweredHere } = await import("./approvals/here.ts");
      const { decision } = answer;
      if (await isAnsweredHere(decision, context, signal)) answer = await act();
    }
    return report(answer, json, context, ending.by());
  } finally {
    ending.stop();
  }
}

function commandOf({ values, operands, rest }: Invocation): Command {
  const text = values.get("shell");
  if (operands.length > 0) {
    throw new UsageError(
      `unexpected word: ${operands[0]}`,
      "put `--` before the command: airg run -- CMD...",
    );
  }
  if ((text === undefined) === (rest === undefined)) {
    throw new UsageError("give a command, as `-- CMD...` or as --shell TEXT");
  }
  if (text !== undefined) return { form: "shell", text };
  if (rest === undefined || rest.length === 0) {
    throw new UsageError("expected a command after `--`");
  }
  return { form: "argv", argv: rest };
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || !(seconds > 0)) {
    throw new UsageError(`--timeout wants seconds above 0, not ${text}`);
  }
  return Math.ceil(seconds * 1000);
}

function profileOf(word: string | undefined): ProfileName | undefined {
  if (word === undefined) return undefined;
  if (!isProfileName(word)) {
    throw new UsageError(
      `unknown profile: ${word}`,
      `this version has: ${PROFILE_NAMES.join(", ")}`,
    );
  }
  return word;
}

function wantsCopy({ values, switches }: Invocation): boolean {
  return switches.has("ephemeral") || values.get("profile") === "ephemeral";
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [key in Key]?: Value } {
  return value === undefined ? {} : { [key]: value } as Record<Key, Value>;
}

function say(terminal: Terminal, json: boolean, parts: Assembled): void {
  for (const notice of parts.notices) tell(terminal, json, notice);
}

function tell(terminal: Terminal, json: boolean, notice: string): void {
  if (json) terminal.err(JSON.stringify({ notice }));
  else notify(terminal, notice);
}

/** Milliseconds a command has to end by itself once airg is told to end. */
const GRACE_MS = 10_000;

/**
 * Outlives the signals that end airg: what airg leaves behind when it dies
 * first, nobody cleans up.
 *
 * The command gets them too (`exec/run.ts` passes them on) and may do what it
 * likes with an interrupt. One that does not end on SIGTERM or SIGHUP is ended
 * after a while, or at once when the signal comes again. Before the command
 * begins, and once it is over, any of them ends what airg is doing.
 */
function listen(context: Context): {
  readonly signal: AbortSignal;
  /** Fires while no command runs. */
  readonly whole: AbortSignal;
  readonly onTurn: (isRunning: boolean) => void;
  readonly by: () => EndingSignal | undefined;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  const whole = new AbortController();
  let isRunning = false;
  let by: EndingSignal | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const unlisten = context.onSignal((name) => {
    if (!isRunning) {
      by ??= name;
      whole.abort();
      return controller.abort();
    }
    if (name === "SIGINT") return;
    if (by !== undefined) controller.abort();
    by ??= name;
    timer ??= setTimeout(() => controller.abort(), GRACE_MS);
  });
  return {
    signal: controller.signal,
    whole: whole.signal,
    onTurn: (now) => void (isRunning = now),
    by: () => by,
    stop() {
      // Even looking at clearTimeout loads Node\'s timers (6 ms of a cold start).
      if (timer !== undefined) clearTimeout(timer);
      unlisten();
    },
  };
}

function report(
  answer: Answer,
  json: boolean,
  { terminal, surroundings }: Context,
  by: EndingSignal | undefined,
): number {
  const { decision } = answer;
  if (json) terminal.err(JSON.stringify({ decision }));
  if (!answer.allowed) {
    if (!json) refusalLines(decision).forEach(terminal.err);
    return refusalStatus(decision);
  }
  const { backup, outcome } = answer;
  if (json) {
    terminal.err(JSON.stringify({ outcome, ...(backup && { backup }) }));
  } else {
    explain(outcome, terminal, surroundings.terminal.stderr);
    if (backup !== undefined) notify(terminal, backupLine(backup));
  }
  const status = statusOf(outcome);
  if (by === undefined) return status;
  const cut = outcome.kind !== "exited" || outcome.ended === "cancelled";
  return cut ? 128 + ENDING_SIGNALS[by] : status;
}

function explain(
  outcome: Outcome,
  terminal: Terminal,
  isPerson: boolean,
): void {
  if (outcome.kind === "exited") {
    for (const line of outcomeLines(outcome)) notify(terminal, line);
    const failed = isPerson ? failedUnseen(outcome) : undefined;
    if (failed !== undefined) notify(terminal, failed);
  } else if (outcome.kind === "not-started") {
    complain(terminal, outcome.message, outcome.remedy);
  }
}

function statusOf(outcome: Outcome): number {
  if (outcome.kind === "exited") return outcome.code;
  if (outcome.kind !== "not-started") return EXIT_INTERNAL;
  switch (outcome.why) {
    case "containment-unavailable":
      return EXIT_UNAVAILABLE;
    case "not-found":
      return EXIT_NOT_FOUND;
    case "busy":
    case "changed":
      return EXIT_NOT_NOW;
    case "failed":
      return EXIT_INTERNAL;
  }
}
