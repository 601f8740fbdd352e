// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg sandbox-check`: tries what containment this machine gives.
 *
 * The contained run goes the whole path of any command, in a scratch workspace
 * with scratch state, under the built-in policy: what is tried is what is used.
 *
 * @module
 */

import type { Outcome } from "../action/outcome.ts";
import { handle } from "../guard/guard.ts";
import { findDirs } from "../platform/dirs.ts";
import {
  type ContainedRun,
  meetsRequire,
  probe,
  type ProbeReport,
  type ProbeRun,
  probeText,
} from "../../sandbox/probe.ts";
import { type Context, UsageError } from "./command.ts";
import { EXIT_UNAVAILABLE } from "./exit.ts";
import type { Invocation } from "./flags.ts";
import { launcherPath } from "./launcher_file.ts";

/** Milliseconds one try may take. */
const TRY_MS = 10_000;

/** Tries every layer, and says whether `require` is met. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("sandbox-check takes no words");
  }
  const { env, os } = context.surroundings;
  if (os === "darwin") {
    const { macosReport } = await import("./sandbox_check_macos.ts");
    return say(
      await macosReport(context),
      switches.has("json"),
      context,
    );
  }
  const dirs = findDirs(env, os);
  const launcher = await launcherPath(Deno.mainModule, {
    folder: `${dirs.ok ? dirs.value.state : "/nonexistent"}/launcher`,
    embedded: Deno.build.standalone,
  });
  const report = await probe({
    run: runProgram,
    readText: (path) => unlessMissing(Deno.readTextFile(path)),
    readLink: (path) => unlessMissing(Deno.readLink(path)),
    mayWrite,
    tryContained: () => tryContained(context),
    launcher: launcher ?? "(the launcher is not built)",
  });
  if (switches.has("deep")) {
    const { checkDeeply } = await import("./sandbox_deep_command.ts");
    return await checkDeeply(report, switches.has("json"), context);
  }
  return say(report, switches.has("json"), context);
}

function say(report: ProbeReport, json: boolean, context: Context): number {
  const requireMet = meetsRequire(report);
  context.terminal.out(
    json
      ? JSON.stringify({ ...report, requireMet })
      : `${probeText(report)}\nlevel require: ${
        requireMet ? "met" : "not met"
      }`,
  );
  return requireMet ? 0 : EXIT_UNAVAILABLE;
}

const NAMESPACES_SCRIPT = `for name in user mnt pid net ipc uts cgroup; do
  echo "$name $(readlink /proc/self/ns/$name)"
done
`;

async function tryContained(context: Context): Promise<ContainedRun> {
  const scratch = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "airg-check-" }),
  );
  try {
    const workspace = `${scratch}/workspace`;
    await Deno.mkdir(workspace);
    await Deno.writeTextFile(`${workspace}/namespaces.sh`, NAMESPACES_SCRIPT);
    const parts = await context.assemble(
      { workspace, agent: "sandbox-check", source: "human-operator" },
      elsewhere(context, scratch),
    );
    if (!parts.ok) return { error: parts.error.message };
    const { origin, effects } = parts.value;
    const answer = await handle({
      kind: "exec",
      origin,
      command: { form: "argv", argv: ["/bin/sh", "namespaces.sh"] },
      cwd: origin.workspace,
      timeoutMs: TRY_MS,
    }, effects);
    return answer.allowed
      ? containedRun(answer.outcome)
      : { error: answer.decision.reasons[0]?.message ?? "refused" };
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** The surroundings with every folder of airg's own in `scratch`. */
function elsewhere(
  { surroundings }: Context,
  scratch: string,
): Context["surroundings"] {
  const kept = Object.entries(surroundings.env)
    .filter(([name]) => !name.startsWith("AIRG_"));
  return {
    ...surroundings,
    env: {
      ...Object.fromEntries(kept),
      AIRG_STATE_DIR: `${scratch}/state`,
      AIRG_CONFIG_DIR: `${scratch}/config`,
      XDG_CACHE_HOME: `${scratch}/cache`,
    },
  };
}

function containedRun(outcome: Outcome): ContainedRun {
  if (outcome.kind === "not-started") return { error: outcome.message };
  if (outcome.kind !== "exited") return { error: outcome.kind };
  if (outcome.code !== 0) {
    return { error: `the run failed with ${outcome.code}: ${outcome.stderr}` };
  }
  const { rung, landlockAbi, seccompInstructions } = outcome.containment;
  if (rung === "seatbelt") return { error: "not contained by the launcher" };
  const links = outcome.stdout.trim().split("\n").map((line) =>
    line.split(" ") as [string, string]
  );
  return {
    rung,
    landlockAbi,
    seccompInstructions,
    namespaces: Object.fromEntries(links.filter(([, link]) => link)),
  };
}

async function runProgram(
  program: string,
  args: readonly string[],
): Promise<ProbeRun | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      stdin: "null",
      signal: AbortSignal.timeout(TRY_MS),
    }).output();
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    // There, but not to be started: a mask, a folder, another machine's program.
    if (error instanceof Error && "code" in error) {
      return { code: 126, stdout: "", stderr: error.message };
    }
    throw error;
  }
}

/** Missing, forbidden or not readable here all mean: not known. */
async function unlessMissing(
  text: Promise<string>,
): Promise<string | undefined> {
  try {
    return await text;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

async function mayWrite(path: string): Promise<boolean> {
  try {
    using _file = await Deno.open(path, { write: true });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
