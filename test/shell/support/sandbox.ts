// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs scripts in real bash, many in one throw-away sandbox, where every
 * program worth naming only records its words.
 *
 * @module
 */

import { libraryFolders, RECORDERS, TOOLS, treeManifest } from "./tree.ts";

/** One start that a recorder saw. */
export interface Start {
  /** Folder it was started in. */
  readonly folder: string;
  /** Last component of the file that was executed. */
  readonly name: string;
  readonly argv: readonly string[];
}

/** What one script did. */
export interface Ran {
  /** Exit status; -1 where it had to be ended. */
  readonly status: number;
  readonly starts: readonly Start[];
}

/** A built sandbox; {@linkcode Symbol.asyncDispose} removes its files. */
export interface Bash extends AsyncDisposable {
  /** Runs each script from its own fresh tree. */
  readonly run: (scripts: readonly string[]) => Promise<Ran[]>;
  /** Exit statuses of `bash -n`, which runs nothing. */
  readonly parse: (scripts: readonly string[]) => Promise<number[]>;
}

/** Milliseconds that one script may take. */
const SCRIPT_MS = 1_500;

/** Compiles the recorder and finds the tools. */
export async function buildBash(): Promise<Bash> {
  const folder = await Deno.makeTempDir({ prefix: "airg-bash-" });
  const recorder = `${folder}/recorder`;
  await compile(recorder);
  const mounts = await sandboxMounts(recorder);
  const start = (scripts: readonly string[], mode: "r" | "n") =>
    inBatches(scripts, (batch) => runBatch(folder, mounts, batch, mode));
  return {
    run: (scripts) => start(scripts, "r"),
    parse: async (scripts) =>
      (await start(scripts, "n")).map(({ status }) => status),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function compile(out: string): Promise<void> {
  const source = new URL("recorder.c", import.meta.url).pathname;
  for (const compiler of ["musl-gcc", "gcc", "cc"]) {
    try {
      const { success } = await new Deno.Command(compiler, {
        args: ["-std=c11", "-static", "-O1", "-s", "-o", out, source],
        stderr: "inherit",
      }).output();
      if (success) return;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error("Cannot compile the recorder: run scripts/setup");
}

/** bubblewrap's words: libraries and single programs, nothing else of the machine. */
async function sandboxMounts(recorder: string): Promise<string[]> {
  const words = ["--unshare-all", "--die-with-parent", "--as-pid-1"];
  words.push(
    "--ro-bind",
    "/usr/lib",
    "/usr/lib",
    "--symlink",
    "usr/lib",
    "/lib",
  );
  for (const name of libraryFolders()) {
    words.push("--ro-bind", `/${name}`, `/${name}`);
  }
  words.push("--proc", "/proc", "--dev", "/dev");
  for (const name of ["/work", "/home", "/tmp"]) {
    words.push("--size", String(32 * 2 ** 20), "--tmpfs", name);
  }
  for (const name of ["bash", "sh"]) {
    words.push("--ro-bind", "/bin/bash", `/bin/${name}`);
  }
  for (const name of RECORDERS) {
    words.push("--ro-bind", recorder, `/rec/${name}`);
  }
  for (const name of TOOLS) {
    const path = name === "sh" ? "/bin/bash" : await findTool(name);
    if (path !== undefined) words.push("--ro-bind", path, `/tools/${name}`);
  }
  words.push("--ro-bind", recorder, "/.run/run");
  return words;
}

async function findTool(name: string): Promise<string | undefined> {
  for (const folder of ["/usr/bin", "/bin"]) {
    try {
      return await Deno.realPath(`${folder}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

async function inBatches<T>(
  scripts: readonly string[],
  run: (batch: readonly string[]) => Promise<T[]>,
): Promise<T[]> {
  const half = Math.max(1, Math.ceil(scripts.length / 2));
  const batches = scripts.length < 40
    ? [scripts]
    : [scripts.slice(0, half), scripts.slice(half)];
  return (await Promise.all(batches.map(run))).flat();
}

async function runBatch(
  parent: string,
  mounts: readonly string[],
  scripts: readonly string[],
  mode: "r" | "n",
): Promise<Ran[]> {
  const folder = await Deno.makeTempDir({ dir: parent });
  await Deno.mkdir(`${folder}/in`);
  await Deno.mkdir(`${folder}/out`);
  await Deno.writeTextFile(`${folder}/in/tree`, treeManifest());
  for (const [i, script] of scripts.entries()) {
    if (script.includes("\0")) {
      throw new TypeError("A script cannot hold a NUL");
    }
    await Deno.writeTextFile(`${folder}/in/${i}.sh`, script);
  }
  const { success, stdout, stderr } = await new Deno.Command("bwrap", {
    args: [
      ...mounts,
      ...["--ro-bind", `${folder}/in`, "/.in"],
      ...["--bind", `${folder}/out`, "/.out"],
      ...["/.run/run", String(scripts.length), String(SCRIPT_MS), mode],
    ],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const statuses = decoder.decode(stdout).split("\n").slice(0, -1).map(Number);
  if (!success || statuses.length !== scripts.length) {
    throw new Error(`The sandbox of bash failed: ${decoder.decode(stderr)}`);
  }
  const results: Ran[] = [];
  for (const [i, status] of statuses.entries()) {
    results.push({ status, starts: await readLog(`${folder}/out/${i}.log`) });
  }
  await Deno.remove(folder, { recursive: true });
  return results;
}

async function readLog(path: string): Promise<Start[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [];
  }
  const fields = text.split("\0").slice(0, -1);
  const starts: Start[] = [];
  for (let at = 0; at < fields.length;) {
    const [folder = "", name = "", count = "0"] = fields.slice(at, at + 3);
    const end = at + 3 + Number(count);
    starts.push({ folder, name, argv: fields.slice(at + 3, end) });
    at = end;
  }
  return starts;
}
