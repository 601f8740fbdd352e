// Copyright 2026 the airg authors. Apache-2.0 license.

import { removeTree } from "./remove_tree.ts";
/**
 * Starts the program under test: `main.ts`, or what `AIRG_BIN` names.
 *
 * Each run gets a scratch home, so that no test reads or writes the real one.
 *
 * @module
 */

const main = new URL("../../main.ts", import.meta.url);

/** Program and first words that start airg. */
export const AIRG: readonly [string, ...string[]] = airgWords();

function airgWords(): readonly [string, ...string[]] {
  const [program, ...rest] = Deno.env.get("AIRG_BIN")?.split(" ") ?? [];
  return program === undefined
    ? [Deno.execPath(), "run", "-A", decodeURIComponent(main.pathname)]
    : [program, ...rest];
}

/** Folders of one test, removed with it. */
export interface Site {
  /** Real path; airg is started here. */
  readonly workspace: string;
  readonly home: string;
  /** Where airg's log and the like go. */
  readonly state: string;
  readonly config: string;
  /** The whole environment airg is started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Makes an empty workspace and a scratch home. */
export async function makeSite(): Promise<Site> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "airg-" }));
  const workspace = `${root}/workspace`;
  const home = `${root}/home`;
  await Deno.mkdir(workspace);
  await Deno.mkdir(home);
  const inherited = ["PATH", "DENO_DIR", "LANG", "TMPDIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    workspace,
    home,
    state: `${home}/.local/state/ai-runtime-guard`,
    config: `${home}/.config/ai-runtime-guard`,
    env: {
      // Deno keeps what it compiled below HOME; the scratch one is empty.
      DENO_DIR: `${Deno.env.get("HOME") ?? "/root"}/.cache/deno`,
      ...Object.fromEntries(inherited),
      HOME: home,
      NO_COLOR: "1",
    },
    async [Symbol.asyncDispose]() {
      await removeTree(root);
    },
  };
}

/** What one run of airg came to. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How airg is started. */
export interface RunAirgOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Starts airg, as a process that a test may talk to. */
export function startAirg(
  site: Site,
  args: readonly string[],
  options: RunAirgOptions = {},
): Deno.ChildProcess {
  const [program, ...before] = AIRG;
  return new Deno.Command(program, {
    args: [...before, ...args],
    cwd: options.cwd ?? site.workspace,
    env: { ...site.env, ...options.env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs airg to its end. */
export async function runAirg(
  site: Site,
  args: readonly string[],
  options: RunAirgOptions = {},
): Promise<Ran> {
  const child = startAirg(site, args, options);
  const writer = child.stdin.getWriter();
  const written = feed(writer, options.stdin ?? "");
  const { code, stdout, stderr } = await child.output();
  await written;
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

async function feed(
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  text: string,
): Promise<void> {
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    // airg may end before it has read all.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Processes whose words hold `mark`, as `pid words`; for "nothing is left". */
export async function processesWith(mark: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^[0-9]+$/.test(name) || Number(name) === Deno.pid) continue;
    try {
      const words = await Deno.readTextFile(`/proc/${name}/cmdline`);
      if (words.includes(mark)) {
        found.push(`${name} ${words.replaceAll("\0", " ")}`);
      }
    } catch (error) {
      // It ended while we looked.
      if (!(error instanceof Deno.errors.NotFound) && !isGone(error)) {
        throw error;
      }
    }
  }
  return found;
}

function isGone(error: unknown): boolean {
  // An error of the read that follows the open carries no code.
  return error instanceof Error && /\(os error 3\)/.test(error.message) ||
    error instanceof Error && "code" in error && error.code === "ESRCH";
}

/** Waits until `condition` holds; fails with `what` after some seconds. */
export async function eventually(
  what: string,
  condition: () => Promise<boolean> | boolean,
): Promise<void> {
  const until = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`Gave up waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
