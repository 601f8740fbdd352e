// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg drill`: asks for known-bad actions as an agent would, under the policy
 * in force, and says what stopped each.
 *
 * It all happens in a private scratch folder with a home, a log and counts of
 * its own; only the result goes into the real log.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import type { Outcome } from "../action/outcome.ts";
import type { Effects } from "../guard/effects.ts";
import { type Answer, handle } from "../guard/guard.ts";
import type { Decision } from "../policy/decision.ts";
import type { Assembled, Surroundings } from "./assembled.ts";
import { type Context, UsageError } from "./command.ts";
import { type Drill, DRILLS, ORDINARY } from "./drill_list.ts";
import { filled, type Names, serve, setUp } from "./drill_scene.ts";
import { drillText } from "./drill_text.ts";
import type { Invocation } from "./flags.ts";
import { findDirs } from "../platform/dirs.ts";
import { makeGround, type ScratchGround } from "./scratch_ground.ts";
import { complain } from "./terminal.ts";

/** What stopped one action, or that nothing did. */
export interface DrillResult {
  readonly id: string;
  readonly does: string;
  /** What the policy said. */
  readonly verdict: Decision["verdict"];
  /** Code and rule of the first reason. */
  readonly code: string;
  readonly rule: string;
  readonly stoppedBy: "policy" | "containment" | "nothing";
}

/** What a whole drill came to. */
export interface DrillReport {
  readonly policy: { readonly path: string; readonly hash: string };
  readonly agent: string;
  /** Whether ordinary work still went on; without it the rest proves nothing. */
  readonly ordinary: boolean;
  readonly passed: boolean;
  readonly results: readonly DrillResult[];
}

/** Seconds one action may take. */
const LIMIT_MS = 10_000;

/** Runs the drill. */
export async function run(
  { values, switches, operands, rest }: Invocation,
  context: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("drill takes no words");
  }
  const agent = values.get("agent");
  const policy = values.get("policy");
  const chosen = {
    source: "human-operator",
    ...(agent !== undefined && { agent }),
    ...(policy !== undefined && { policy }),
  } as const;
  const ground = await makeGround(context);
  try {
    await Deno.mkdir(ground.project);
    // The real log: only the result goes there.
    const real = await context.assemble({
      ...chosen,
      workspace: ground.project,
    });
    if (!real.ok) {
      complain(context.terminal, real.error.message, real.error.hint);
      return real.error.status;
    }
    const scratch = await context.assemble(
      { ...chosen, source: "ai-agent", workspace: ground.project },
      inScratch(context.surroundings, ground),
    );
    if (!scratch.ok) {
      complain(context.terminal, scratch.error.message, scratch.error.hint);
      return scratch.error.status;
    }
    const report = await drill(scratch.value, ground);
    await real.value.note("drill", {
      passed: report.passed,
      ordinary: report.ordinary,
      policy: report.policy,
      results: report.results.map((result) => ({ ...result })),
    });
    context.terminal.out(
      switches.has("json") ? JSON.stringify(report) : drillText(report),
    );
    return report.passed ? 0 : 1;
  } finally {
    await ground.remove();
  }
}

/** The surroundings with home, state and cache in the scratch folder, and the real policy. */
function inScratch(
  surroundings: Surroundings,
  { folder, home }: ScratchGround,
): Surroundings {
  const kept = Object.entries(surroundings.env)
    .filter(([name]) => !MOVED.has(name));
  const real = findDirs(surroundings.env, surroundings.os);
  return {
    ...surroundings,
    env: {
      ...Object.fromEntries(kept),
      ...(real.ok && { AIRG_CONFIG_DIR: real.value.config }),
      AIRG_STATE_DIR: `${folder}/state`,
      XDG_CACHE_HOME: `${folder}/cache`,
      HOME: home,
    },
  };
}

/** Variables that lead to the user's own folders. */
const MOVED = new Set([
  "AIRG_STATE_DIR",
  "AIRG_LOG_PATH",
  "AIRG_BACKUP_ROOT",
  "AIRG_APPROVAL_DB_PATH",
  "AIRG_APPROVAL_HMAC_KEY_PATH",
  "AIRG_REPORTS_DB_PATH",
  "AIRG_WORKSPACE",
]);

/** Asks for every action. */
async function drill(
  parts: Assembled,
  ground: ScratchGround,
): Promise<DrillReport> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = serve(listener);
  const names = {
    H: ground.home,
    P: ground.project,
    PORT: String(listener.addr.port),
  };
  try {
    const ordinary = await goesOn(parts, ground, names);
    const results: DrillResult[] = [];
    for (const one of DRILLS) {
      await setUp(ground, names);
      results.push(await ask(one, parts, ground, names));
    }
    const { path, hash } = parts.policy();
    return {
      policy: { path, hash },
      agent: parts.origin.agent,
      ordinary,
      passed: ordinary &&
        results.every(({ stoppedBy }) => stoppedBy !== "nothing"),
      results,
    };
  } finally {
    listener.close();
    await served;
  }
}

async function ask(
  one: Drill,
  parts: Assembled,
  ground: ScratchGround,
  names: Names,
): Promise<DrillResult> {
  const action = actionOf(one, parts, names);
  const { decision, stoppedBy } = one.by === "decide"
    ? await decideOnly(action, parts)
    : await tryOut(one, await handle(action, unasked(parts)), ground, names);
  const [first] = decision.reasons;
  return {
    id: one.id,
    does: one.does,
    verdict: decision.verdict,
    code: first?.code ?? "",
    rule: first?.rule ?? "",
    stoppedBy,
  };
}

/** A drill leaves nobody a question, and uses up nobody's answer. */
function unasked({ effects }: Assembled): Effects {
  const { approvals: _, ...others } = effects;
  return others;
}

interface Stopped {
  readonly decision: Decision;
  readonly stoppedBy: DrillResult["stoppedBy"];
}

/** What only the policy can stop is decided on and never started. */
async function decideOnly(
  action: Action,
  { effects }: Assembled,
): Promise<Stopped> {
  const conclusion = await effects.decide(effects.read(action));
  const decision = { id: effects.newId(), ...conclusion, elapsedUs: 0 };
  const refused = conclusion.mode === "enforce" &&
    ["block", "escalate", "sandbox"].includes(conclusion.verdict);
  return { decision, stoppedBy: refused ? "policy" : "nothing" };
}

async function tryOut(
  one: Drill,
  answer: Answer,
  ground: ScratchGround,
  names: Names,
): Promise<Stopped> {
  const { decision } = answer;
  if (!answer.allowed) return { decision, stoppedBy: "policy" };
  const worked = await didItsWork(one, answer.outcome, ground, names);
  return { decision, stoppedBy: worked ? "nothing" : "containment" };
}

async function didItsWork(
  { landed }: Drill,
  outcome: Outcome,
  ground: ScratchGround,
  names: Names,
): Promise<boolean> {
  const said = outcome.kind === "exited"
    ? outcome.stdout
    : outcome.kind === "read"
    ? outcome.text
    : "";
  if (/PLANTED|GOT/.test(said)) return true;
  if (landed === undefined) return false;
  const after = await ground.bare(["/bin/bash", "-c", landed], names);
  return after.stdout.includes("GOT");
}

function actionOf(
  { asks }: Drill,
  { origin }: Assembled,
  names: Names,
): Action {
  switch (asks.kind) {
    case "shell":
      return shell(filled(asks.text, names), origin);
    case "read":
      return { kind: "read", origin, path: filled(asks.path, names) };
    case "write":
      return {
        kind: "write",
        origin,
        path: filled(asks.path, names),
        content: "drill\n",
      };
  }
}

function shell(text: string, origin: Assembled["origin"]): Action {
  return {
    kind: "exec",
    origin,
    command: { form: "shell", text },
    cwd: origin.workspace,
    timeoutMs: LIMIT_MS,
  };
}

/** Whether a harmless command still runs. */
async function goesOn(
  parts: Assembled,
  ground: ScratchGround,
  names: Names,
): Promise<boolean> {
  await setUp(ground, names);
  const answer = await handle(shell(ORDINARY, parts.origin), unasked(parts));
  return answer.allowed && answer.outcome.kind === "exited" &&
    answer.outcome.stdout === "ordinary\n";
}
