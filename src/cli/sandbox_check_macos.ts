// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg sandbox-check` on macOS: tries from inside what must work and what
 * must not, and outside for comparison.
 *
 * The contained run goes the way of any command under the built-in policy, in a
 * scratch workspace with scratch state, but for the verdict, which would refuse
 * most of the tries.
 *
 * @module
 */

import type { Outcome } from "../action/outcome.ts";
import { handle } from "../guard/guard.ts";
import type { ProbeReport } from "../../sandbox/probe.ts";
import {
  type SeatbeltAnswer,
  seatbeltReport,
  seatbeltScript,
} from "../../sandbox/seatbelt_probe.ts";
import type { Surroundings } from "./assembled.ts";
import type { Context } from "./command.ts";

/** Milliseconds all tries may take. */
const TRIES_MS = 30_000;

/**
 * Makes every try, inside and outside.
 *
 * @param sandboxExec What stands in for `sandbox-exec` in a test.
 */
export async function macosReport(
  context: Pick<Context, "assemble" | "surroundings">,
  sandboxExec?: string,
): Promise<ProbeReport> {
  const scratch = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "airg-check-" }),
  );
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = listener.addr as Deno.NetAddr;
    for (const place of ["inside", "outside"]) {
      await makePlace(`${scratch}/${place}`, port);
    }
    const answer = await inside(context, `${scratch}/inside`, sandboxExec);
    return seatbeltReport(answer, await outside(`${scratch}/outside`));
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** A folder with a workspace, and what lies beside it. */
async function makePlace(place: string, port: number): Promise<void> {
  const workspace = `${place}/workspace`;
  for (const folder of [".claude", ".vscode"]) {
    await Deno.mkdir(`${workspace}/${folder}`, { recursive: true });
    await Deno.writeTextFile(`${workspace}/${folder}/settings.json`, "{}\n");
  }
  await Deno.mkdir(`${place}/home`);
  await Deno.mkdir(`${place}/state`, { mode: 0o700 });
  await Deno.writeTextFile(`${place}/outside`, "");
  await Deno.writeTextFile(`${workspace}/port`, String(port));
  await Deno.writeTextFile(`${workspace}/tries.sh`, seatbeltScript());
}

async function inside(
  { assemble, surroundings }: Pick<Context, "assemble" | "surroundings">,
  place: string,
  sandboxExec: string | undefined,
): Promise<SeatbeltAnswer> {
  const elsewhere: Surroundings = {
    ...surroundings,
    env: {
      PATH: surroundings.env["PATH"],
      HOME: `${place}/home`,
      AIRG_STATE_DIR: `${place}/state`,
      AIRG_CONFIG_DIR: `${place}/config`,
    },
  };
  const parts = await assemble({
    workspace: `${place}/workspace`,
    agent: "sandbox-check",
    source: "human-operator",
    ...(sandboxExec && { launcher: sandboxExec }),
  }, elsewhere);
  if (!parts.ok) return { error: parts.error.message };
  const { origin, effects } = parts.value;
  const answer = await handle({
    kind: "exec",
    origin,
    command: { form: "argv", argv: ["/bin/sh", "tries.sh"] },
    cwd: origin.workspace,
    timeoutMs: TRIES_MS,
  }, {
    ...effects,
    // The script is airg's own, and what it tries is what is to be refused.
    decide: async (facts) => ({
      ...await effects.decide(facts),
      mode: "shadow",
    }),
  });
  return answer.allowed
    ? answerOf(answer.outcome)
    : { error: answer.decision.reasons[0]?.message ?? "refused" };
}

function answerOf(outcome: Outcome): SeatbeltAnswer {
  if (outcome.kind === "exited") return { stdout: outcome.stdout };
  return { error: "message" in outcome ? outcome.message : outcome.kind };
}

async function outside(place: string): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["tries.sh"],
    cwd: `${place}/workspace`,
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", TMPDIR: `${place}/home` },
    stdin: "null",
    signal: AbortSignal.timeout(TRIES_MS),
  }).output();
  return new TextDecoder().decode(stdout);
}
