// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Builds the launcher and the single file.
 *
 * `deno compile` where the runtime base can be had (`DENORT_BIN`, or a
 * download), else a self-extracting file: a shell header, then a tar archive
 * of the runtime, the bundled program and the launcher.
 *
 * @module
 */

import { VERSION } from "../src/cli/build_info.ts";

const root = decodeURIComponent(new URL("../", import.meta.url).pathname);
const dist = `${root}dist`;
const options = readOptions(Deno.args);

await Deno.mkdir(dist, { recursive: true });
const arch = Deno.build.arch;
await run("sh", ["sandbox/launcher/build.sh", arch, `${dist}/airg-launcher`]);
const compiled = options.extracting ? false : await tryCompile();
if (!compiled) await buildExtracting();
const { size } = await Deno.stat(options.out);
console.error(
  `${options.out}: ${Math.round(size / 1e6)} MB, ${
    compiled ? "compiled" : "self-extracting"
  }`,
);

/** The whole program in one file by deno itself; false where that cannot be had. */
async function tryCompile(): Promise<boolean> {
  // Beside it: deno refuses to write over a file it did not compile.
  const made = `${options.out}.compiled`;
  try {
    if (!await compile(made) || !await startsAirg(made)) return false;
    await Deno.rename(made, options.out);
    await writeSum();
    return true;
  } finally {
    await Deno.remove(made).catch(unlessMissing);
  }
}

async function compile(out: string): Promise<boolean> {
  const attempt = new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      "--allow-all",
      "--no-prompt",
      "--include=dist/airg-launcher",
      "--include=src/mcp/entry.ts",
      `--output=${out}`,
      "main.ts",
    ],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => attempt.kill(), 120_000);
  const { success, stderr } = await attempt.output();
  clearTimeout(timer);
  if (!success) {
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    const reason = lines.findLast((line) =>
      /^\s*(error|[0-9]+): (?!<unknown>)/.test(line)
    )?.replace(/^\s*(error|[0-9]+): /, "");
    console.error(`no deno compile here (${reason}); self-extracting instead`);
  }
  return success;
}

/** Whether it is airg: a base that is not denort gives a file that is plain deno. */
async function startsAirg(path: string): Promise<boolean> {
  const answer = await new Deno.Command(path, {
    args: ["version"],
    stdout: "piped",
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(answer.stdout);
  if (answer.success && text.includes(VERSION) && text.includes("airg")) {
    return true;
  }
  console.error(
    "what deno compile made does not start airg; self-extracting instead",
  );
  return false;
}

async function buildExtracting(): Promise<void> {
  const stage = await Deno.makeTempDir({ dir: dist, prefix: ".stage-" });
  try {
    // Not minified: that turns `using x = f(); if (x === undefined)` into
    // `if (f() === undefined)` (esbuild in Deno 2.9.6), and what f() gave, a lock,
    // is never let go. A start costs the same.
    const bundle = ["bundle", "--quiet", "--platform=deno"];
    await run(Deno.execPath(), [
      ...bundle,
      "--code-splitting",
      `--outdir=${stage}`,
      "main.ts",
    ]);
    await run(Deno.execPath(), [
      ...bundle,
      `--output=${stage}/mcp.js`,
      "src/mcp/entry.ts",
    ]);
    await Deno.copyFile(`${dist}/airg-launcher`, `${stage}/airg-launcher`);
    await Deno.copyFile(Deno.execPath(), `${stage}/deno`);
    for (const name of ["airg-launcher", "deno"]) {
      await Deno.chmod(`${stage}/${name}`, 0o755);
    }
    const names = (await Array.fromAsync(Deno.readDir(stage)))
      .map((entry) => entry.name).sort();
    const manifest = await output("sha256sum", ["--", ...names], stage);
    await Deno.writeTextFile(`${stage}/manifest`, manifest);
    const archive = `${stage}.tar`;
    // Sorted, without times and owners: the same input gives the same bytes.
    await run("tar", [
      "--format=ustar",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "-cf",
      archive,
      "-C",
      stage,
      "manifest",
      ...names,
    ]);
    await join(archive, await idOf(manifest));
    await Deno.remove(archive);
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

/** Puts header and archive into one file, whole or not at all. */
async function join(archive: string, id: string): Promise<void> {
  const template = (await Deno.readTextFile(
    `${root}scripts/single_file_header.sh`,
  )).replaceAll("@VERSION@", VERSION).replaceAll("@ID@", id);
  const place = "@OFFSET@";
  // The offset is padded to the width of its placeholder, so writing it does
  // not move the archive.
  const offset = String(new TextEncoder().encode(template).length + 1)
    .padEnd(place.length);
  const header = template.replaceAll(place, offset);
  const made = `${options.out}.new`;
  await Deno.writeTextFile(made, header);
  {
    using out = await Deno.open(made, { append: true });
    using archived = await Deno.open(archive, { read: true });
    await archived.readable.pipeTo(out.writable);
  }
  await Deno.chmod(made, 0o755);
  await Deno.rename(made, options.out);
  await writeSum();
}

async function writeSum(): Promise<void> {
  const sum = await output("sha256sum", ["--", options.out], root);
  await Deno.writeTextFile(
    `${options.out}.sha256`,
    `${sum.slice(0, 64)}  ${
      options.out.slice(options.out.lastIndexOf("/") + 1)
    }\n`,
  );
}

async function idOf(manifest: string): Promise<string> {
  const header = await Deno.readFile(`${root}scripts/single_file_header.sh`);
  const bytes = new Uint8Array([
    ...header,
    ...new TextEncoder().encode(manifest),
  ]);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 32);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

function readOptions(
  args: readonly string[],
): { readonly out: string; readonly extracting: boolean } {
  let out = `${dist}/airg`;
  let extracting = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--extracting") {
      extracting = true;
    } else if (args[i] === "--out" && args[i + 1] !== undefined) {
      const path = args[++i]!;
      out = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
    } else {
      console.error(
        `build: unknown option: ${args[i]}; see scripts/build --help`,
      );
      Deno.exit(64);
    }
  }
  return { out, extracting };
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(program, {
    args: [...args],
    cwd: root,
    stdout: "null",
  }).output().then(({ success, stderr }) => {
    if (!success) console.error(new TextDecoder().decode(stderr));
    return { success };
  });
  if (!success) {
    console.error(`build: ${program} ${args[0]} failed`);
    Deno.exit(1);
  }
}

async function output(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    stderr: "inherit",
  }).output();
  if (!success) Deno.exit(1);
  return new TextDecoder().decode(stdout);
}
