// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * What airg costs, as ratios measured in one run, beside the budgets of
 * DESIGN.md section 6 and the issue that set them. Never part of a test: a busy
 * machine would make it lie.
 *
 * Needs dist/airg. Measures alternate, so that what else the machine does falls
 * on all of them.
 *
 * @module
 */

import { benchApprovals } from "./bench_approvals.ts";
import { benchDecisions } from "./bench_decide.ts";
import { benchRead } from "./bench_read.ts";
import { assemble } from "../src/cli/assemble.ts";
import { scan } from "../src/exec/handoff/scan.ts";
import { handle } from "../src/guard/guard.ts";
import type { ProfileName } from "../src/policy/profiles.ts";
import { bubblewrapArgs } from "../sandbox/bubblewrap.ts";
import { realPath } from "../sandbox/profile.ts";

const ROUNDS = 60;
const root = decodeURIComponent(new URL("../", import.meta.url).pathname);
const airg = `${root}dist/airg`;
const parent = Deno.uid() === 0 ? "/var/lib" : `${Deno.env.get("HOME")}/.cache`;
const scratch = await Deno.makeTempDir({ dir: parent, prefix: "airg-bench-" });
const workspace = `${scratch}/workspace`;
const env = {
  PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
  HOME: `${scratch}/home`,
  XDG_CACHE_HOME: `${scratch}/cache`,
};
const empty = `${scratch}/empty`;
for (const path of [workspace, empty, env.HOME, env.XDG_CACHE_HOME]) {
  await Deno.mkdir(path);
}
await fillWorkspace();

benchDecisions();
try {
  const full = await guarded(workspace);
  const small = await guarded(empty);
  const copied = await guarded(workspace, "ephemeral");
  const memory = `${scratch}/memory`;
  const look = (options: { readonly memory?: string }) =>
    Promise.resolve(
      scan({
        workspace,
        launcher: `${root}dist/airg-launcher`,
        sinceNs: 0n,
        ...options,
      }),
    );
  const bwrap = bubblewrapArgs({
    workspace: realPath(workspace),
    writable: [],
    pinned: [],
    anchors: [],
    hidden: [],
    network: "none",
    limits: {},
    cache: realPath(env.XDG_CACHE_HOME),
  }, { masks: "outer", cachesRoot: env.XDG_CACHE_HOME, uid: Deno.uid() ?? 0 });
  const cases: Record<string, () => Promise<unknown>> = {
    "bare bwrap, same namespaces and view": () =>
      start("/usr/bin/bwrap", [...bwrap, "--", "/bin/true"]),
    "contained true, empty workspace": small,
    "contained true, 10000 files, 50 protected": full,
    "the same, ephemeral": copied,
    "scan of 10000 files, the first": () => look({}),
    "scan of 10000 files, the next": () => look({ memory }),
    "airg run -- true, whole process": () => start(airg, ["run", "--", "true"]),
    "airg policy explain -- ls": () =>
      start(airg, ["policy", "explain", "--", "ls"]),
    "airg version": () => start(airg, ["version"]),
    "deno run of an empty file": () =>
      start(Deno.execPath(), ["run", "--no-config", `${scratch}/empty.js`]),
  };
  await Deno.writeTextFile(`${scratch}/empty.js`, "");
  const times = new Map(
    Object.keys(cases).map((name) => [name, [] as number[]]),
  );
  for (let round = -3; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const before = performance.now();
      await run();
      if (round >= 0) times.get(name)!.push(performance.now() - before);
    }
  }
  const median = (name: string) =>
    times.get(name)!.toSorted((a, b) => a - b)[ROUNDS >> 1]!;
  const bare = median("bare bwrap, same namespaces and view");
  const contained = median("contained true, 10000 files, 50 protected");
  const most: Record<string, number> = {
    "contained true, empty workspace": bare + 3,
    "contained true, 10000 files, 50 protected": bare + 3,
    "the same, ephemeral": contained + 3,
    "scan of 10000 files, the first": 100,
    "airg run -- true, whole process": 60,
    "airg policy explain -- ls": 40,
  };
  const rss = await serverMemory();
  print(Object.keys(cases).map((name) => [name, median(name), most[name]]));
  console.log(
    `${"server, idle, resident".padEnd(40)} ${
      rss.toFixed(0).padStart(8)
    } MB   at most 120 MB   x${(rss / 120).toFixed(2)}`,
  );
  await benchApprovals(scratch, airg);
  await benchRead(scratch, airg);
} finally {
  await Deno.remove(scratch, { recursive: true });
}

/** Runs `true` in a workspace, again and again, as a server would. */
async function guarded(
  cwd: string,
  profile?: ProfileName,
): Promise<() => Promise<unknown>> {
  const parts = await assemble({
    env,
    cwd,
    terminal: { stdin: false, stdout: false, stderr: false },
    os: "linux",
  }, {
    source: "ai-agent",
    launcher: `${root}dist/airg-launcher`,
    ...(profile && { profile }),
  });
  if (!parts.ok) throw new Error(parts.error.message);
  const { effects, origin } = parts.value;
  return async () => {
    const answer = await handle({
      kind: "exec",
      origin,
      command: { form: "argv", argv: ["/bin/true"] },
      cwd,
    }, effects);
    const ran = answer.allowed && answer.outcome.kind === "exited" &&
      answer.outcome.containment.rung === "full";
    if (!ran) throw new Error(JSON.stringify(answer));
  };
}

/** A repository of 10,000 files, 50 of which hold secrets. */
async function fillWorkspace(): Promise<void> {
  await start("/usr/bin/git", ["init", "--quiet", "."]);
  for (let n = 0; n < 500; n++) {
    const folder = `${workspace}/src/d${n % 25}/e${n}`;
    await Deno.mkdir(folder, { recursive: true });
    for (let file = 0; file < 20; file++) {
      await Deno.writeTextFile(`${folder}/f${file}.ts`, "");
    }
  }
  for (let n = 0; n < 50; n++) {
    const name = n < 25 ? ".env" : ".env.local";
    await Deno.writeTextFile(`${workspace}/src/d${n % 25}/${name}`, "KEY=1");
  }
}

async function start(program: string, args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(program, {
    args: [...args],
    cwd: workspace,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`${program} ${args[0]} failed`);
}

/** Resident memory of a server that has answered once, in MB. */
async function serverMemory(): Promise<number> {
  const server = new Deno.Command(airg, {
    args: ["server"],
    cwd: workspace,
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = server.stdin.getWriter();
  const reader = server.stdout.getReader();
  await writer.write(new TextEncoder().encode(
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}\n',
  ));
  await reader.read();
  const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
  await writer.close();
  await reader.cancel();
  await server.status;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

function print(
  rows: readonly (readonly [string, number, number | undefined])[],
): void {
  console.log(`median of ${ROUNDS}, one run on this machine\n`);
  for (const [name, ms, budget] of rows) {
    const beside = budget === undefined
      ? ""
      : `   at most ${budget.toFixed(1).padStart(5)} ms   x${
        (ms / budget).toFixed(2)
      }`;
    console.log(`${name.padEnd(40)} ${ms.toFixed(1).padStart(8)} ms${beside}`);
  }
}
