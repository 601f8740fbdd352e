// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * What `read_file` of 1 MB costs over MCP, beside a plain read and the same
 * round trip: a server of the SDK with one tool that reads a file. The same
 * client asks both in turn.
 *
 * @module
 */

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const ROUNDS = 50;
/** Of the issue: at most twice the plain one. */
const MOST = 2;

/** Measures it in `scratch`, with the program `airg`, and prints it. */
export async function benchRead(scratch: string, airg: string): Promise<void> {
  const place = `${scratch}/read`;
  const env = {
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    HOME: `${place}/home`,
    AIRG_STATE_DIR: `${place}/state`,
    AIRG_CONFIG_DIR: `${place}/config`,
  };
  for (const name of ["", "/home", "/state", "/config", "/work"]) {
    await Deno.mkdir(`${place}${name}`, { mode: 0o700 });
  }
  const path = `${place}/work/large.ts`;
  await Deno.writeTextFile(path, text(1024 * 1024));
  const guarded = await connected(airg, ["server"], env, `${place}/work`);
  const plain = await connected(
    Deno.execPath(),
    [
      "run",
      "--quiet",
      "-A",
      new URL("bench_read_server.ts", import.meta.url).href,
    ],
    { ...env, DENO_DIR: denoDir() },
    `${place}/work`,
  );
  const times = { guarded: [] as number[], plain: [] as number[] };
  try {
    for (let round = -5; round < ROUNDS; round++) {
      const took = {
        plain: await timed(plain, path),
        guarded: await timed(guarded, path),
      };
      if (round < 0) continue;
      times.plain.push(took.plain);
      times.guarded.push(took.guarded);
    }
  } finally {
    await plain.close();
    await guarded.close();
  }
  console.log(`\nread_file of 1 MB over MCP; median, the least of ${ROUNDS}`);
  print("a plain read and the round trip", times.plain);
  print("airg server", times.guarded);
  const [own, bare] = [sorted(times.guarded), sorted(times.plain)];
  for (const [what, at] of [["median", ROUNDS >> 1], ["least", 0]] as const) {
    const ratio = own[at]! / bare[at]!;
    console.log(
      `${`ratio, ${what}`.padEnd(40)} ${
        ratio.toFixed(2).padStart(8)
      }      at most ${MOST}   x${(ratio / MOST).toFixed(2)}`,
    );
  }
}

async function connected(
  command: string,
  args: string[],
  env: Record<string, string>,
  cwd: string,
): Promise<Client> {
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(
    new StdioClientTransport({ command, args, env, cwd, stderr: "ignore" }),
  );
  // As clients do; from then on what a tool gives is checked by its schema.
  await client.listTools();
  return client;
}

async function timed(client: Client, path: string): Promise<number> {
  const before = performance.now();
  const { content, isError } = await client.callTool({
    name: "read_file",
    arguments: { path },
  });
  const took = performance.now() - before;
  const [first] = content as { readonly text?: string }[];
  if (isError === true || first?.text?.length !== 1024 * 1024) {
    throw new Error(JSON.stringify(content).slice(0, 500));
  }
  return took;
}

function text(length: number): string {
  const line = `const value = compute(first, second); // "quoted"\n`;
  return line.repeat(Math.ceil(length / line.length)).slice(0, length);
}

/** Where this program's packages are, so that nothing is fetched. */
function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

function sorted(times: readonly number[]): number[] {
  return times.toSorted((a, b) => a - b);
}

function print(name: string, times: readonly number[]): void {
  const all = sorted(times);
  const [middle = 0, least = 0] = [all[all.length >> 1], all[0]];
  console.log(
    `${name.padEnd(40)} ${middle.toFixed(1).padStart(8)} ms ${
      least.toFixed(1).padStart(8)
    } ms`,
  );
}
