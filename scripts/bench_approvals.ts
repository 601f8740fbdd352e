// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * What approvals cost: a list of a thousand, using one up, and how long a
 * person and a command wait for each other through the real programs.
 *
 * @module
 */

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { openApprovals } from "../src/store/approvals/store.ts";
import type { ApprovalSettings, Ask } from "../src/approval/request.ts";

const ROUNDS = 20;
const MANY = 1_000;
const SETTINGS: ApprovalSettings = {
  ttlMs: 600_000,
  deniedMs: 60_000,
  waitMs: 0,
  maxWrongIds: 5,
  wrongIdWindowMs: 600_000,
  wider: true,
};
const WHO = { uid: 0, user: "bench", how: "terminal" } as const;

/** Measures it in `scratch`, with the program `airg`, and prints it. */
export async function benchApprovals(
  scratch: string,
  airg: string,
): Promise<void> {
  const place = `${scratch}/approvals`;
  const env = {
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    HOME: `${place}/home`,
    AIRG_STATE_DIR: `${place}/state`,
    AIRG_CONFIG_DIR: `${place}/config`,
  };
  for (const name of ["", "/home", "/state", "/config", "/work"]) {
    await Deno.mkdir(`${place}${name}`, { mode: 0o700 });
  }
  await Deno.writeTextFile(
    `${place}/config/policy.json`,
    JSON.stringify({
      version: 1,
      approvals: { wait_seconds: 30 },
      rules: [{
        id: "ask",
        match: { program: "date" },
        verdict: "escalate",
        reason: "Is asked about",
      }],
    }),
    { mode: 0o600 },
  );
  using store = opened(place);
  const times = {
    ...await waits(store, airg, place, env),
    ...uses(store),
  };
  console.log(`\nmedian of ${ROUNDS}; the slowest`);
  for (const [name, { most, ms }] of Object.entries(times)) {
    const sorted = ms.toSorted((a, b) => a - b);
    const [middle = 0, last = 0] = [sorted[ms.length >> 1], sorted.at(-1)];
    console.log(
      `${name.padEnd(40)} ${middle.toFixed(1).padStart(8)} ms ${
        last.toFixed(1).padStart(8)
      } ms   at most ${most} ms   x${(middle / most).toFixed(2)}`,
    );
  }
}

interface Times {
  readonly [name: string]: {
    readonly most: number;
    readonly ms: readonly number[];
  };
}

type Store = ReturnType<typeof openApprovals> & Disposable;

function opened(place: string): Store {
  const store = openApprovals({
    database: `${place}/state/approvals.db`,
    keys: `${place}/config/approvals.hmac.key`,
  }, Date.now());
  return { ...store, [Symbol.dispose]: () => store.close() };
}

function ask(text: string): Ask {
  return {
    asker: { agent: "bench", session: "s", workspace: "/w" },
    subject: {
      action: { kind: "exec", command: { form: "shell", text } },
      cwd: "/w",
      paths: [{ path: `/w/${text}`, access: "delete" }],
      hosts: [],
      files: [{ path: "/usr/bin/rm", role: "program", sha256: "0".repeat(64) }],
      environment: ["HOME=/home/a", `PATH=${"/usr/bin:".repeat(8)}`],
      profile: "workspace",
      network: "deny",
      ephemeral: false,
    },
    reasons: [{
      code: "fs.recursive_delete",
      rule: "filesystem/fs.recursive-delete-inside",
      message: "Deletes folders with everything in them",
      severity: "high",
    }],
  };
}

/** In one process: what a command pays for its grant, and a list of many. */
function uses(store: Store): Times {
  const used: number[] = [];
  const listed: number[] = [];
  for (let n = 0; n < MANY; n++) store.redeem(ask(`${n}`), SETTINGS, now());
  for (let round = 0; round < ROUNDS; round++) {
    const asked = ask(`used ${round}`);
    const left = store.redeem(asked, SETTINGS, now());
    if (left.kind !== "pending") throw new Error(left.kind);
    const { digest, id } = left.request;
    const scope = { kind: "once" } as const;
    store.approve(id, { scope, who: WHO, digest }, SETTINGS, now());
    used.push(timed(() => {
      const got = store.redeem(asked, SETTINGS, now());
      if (got.kind !== "granted") throw new Error(got.kind);
    }));
    listed.push(timed(() => {
      if (store.pending(now()).length < MANY) {
        throw new Error("Too few are listed");
      }
    }));
  }
  return {
    "using a grant up": { most: 2, ms: used },
    [`list of ${MANY} pending, in process`]: { most: 100, ms: listed },
  };
}

/** Between a client's call, `airg approvals watch --json`, a yes and the command. */
async function waits(
  store: Store,
  airg: string,
  place: string,
  env: Record<string, string>,
): Promise<Times> {
  const watch = new Deno.Command(airg, {
    args: ["approvals", "watch", "--json"],
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = watch.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: airg,
      args: ["server"],
      env,
      cwd: `${place}/work`,
      stderr: "ignore",
    }),
  );
  const seen: number[] = [];
  const started: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const called = client.callTool({
        name: "execute_command",
        arguments: { command: `date +%s%N # ${round}` },
      });
      await until(() => store.pending(now()).length > 0);
      const [request] = store.pending(now());
      if (request === undefined) throw new Error("Nothing waits");
      const { value } = await lines.read();
      if (!value?.includes(request.id)) {
        throw new Error("Another request was shown");
      }
      seen.push(now() - request.askedAt);
      const answer = { scope: { kind: "once" }, who: WHO } as const;
      const { digest, id } = request;
      store.approve(id, { ...answer, digest }, SETTINGS, now());
      const yes = performance.timeOrigin + performance.now();
      const { content } = await called;
      const text = JSON.stringify(content);
      const at = /(\d{19})/.exec(text)?.[1];
      if (at === undefined) throw new Error(text);
      started.push(Number(at) / 1e6 - yes);
    }
  } finally {
    await client.close();
    watch.kill();
    await lines.cancel();
    await watch.status;
  }
  return {
    "request to visible in watch": { most: 200, ms: seen },
    "approved to command started": { most: 50, ms: started },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 1));
}

function timed(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

function now(): number {
  return Date.now();
}
