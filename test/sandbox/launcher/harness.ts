// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs the launcher as airg would: a listening socket, an instruction file,
 * a child process; and keeps all that was said.
 *
 * @module
 */

import assert from "node:assert/strict";
import { removeTree } from "../../support/remove_tree.ts";

/** The launcher's folder. */
export const SOURCE = new URL("../../../sandbox/launcher/", import.meta.url)
  .pathname;
const TERMINAL = new URL("./terminal.py", import.meta.url).pathname;
const NOBODY = 65534;

/** One record of an instruction. */
export type Field = readonly [key: string, value: string | Uint8Array];

/** Who starts the launcher, and what it becomes. */
export type Identity = "root" | "root with owner" | "user";

/** The identities that can be tried here. */
export const identities: readonly Identity[] = Deno.uid() === 0
  ? ["root", "root with owner", "user"]
  : ["user"];

/** Bytes of an instruction; `last` false leaves out the closing record. */
export function encode(fields: readonly Field[], last = true): Uint8Array {
  const text = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (
    const [key, value] of last ? [...fields, ["end", ""] as const] : fields
  ) {
    const bytes = typeof value === "string" ? text.encode(value) : value;
    parts.push(
      text.encode(`${key} ${bytes.length}:`),
      bytes,
      text.encode("\n"),
    );
  }
  const size = parts.reduce((n, part) => n + part.length, 0);
  return join([text.encode(`airg-launch 1 ${size}\n`), ...parts]);
}

/** One array of all. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Waits until `done` holds, looking again and again; fails after `seconds`. */
export async function until(
  what: string,
  done: () => boolean | Promise<boolean>,
  seconds = 10,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!await done()) {
    assert(performance.now() < deadline, `waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Process ids whose command line holds `marker`. */
export function processesWith(marker: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      if (line.includes(marker)) found.push(Number(name));
    } catch {
      continue; // It ended while we looked.
    }
  }
  return found;
}

/** Process ids of the children of `pid`, and theirs. */
export function descendants(pid: number): number[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
    return text.split(" ").filter((word) => word !== "").flatMap((word) => [
      Number(word),
      ...descendants(Number(word)),
    ]);
  } catch {
    return [];
  }
}

let unique = 0;
/** A number of seconds nobody else sleeps. */
export function oddSleep(): string {
  return `777.${Deno.pid}${++unique}`;
}

/** Builds the launcher once; `AIRG_LAUNCHER` names one that is there. */
export const launcher: string = await buildOnce();

async function buildOnce(): Promise<string> {
  // deno-lint-ignore airg/no-ambient-effects -- a test's own switch
  const given = Deno.env.get("AIRG_LAUNCHER");
  if (given !== undefined) return given;
  const folder = await Deno.makeTempDir({ prefix: "airg-launcher-" });
  await Deno.chmod(folder, 0o755);
  globalThis.addEventListener(
    "unload",
    () => Deno.removeSync(folder, { recursive: true }),
  );
  const { success, stderr } = await new Deno.Command(`${SOURCE}build.sh`, {
    args: [`${folder}/launcher`],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return `${folder}/launcher`;
}

/** What a run is made of; all but `argv` has a default. */
export interface Request {
  readonly rung?: string;
  readonly identity?: Identity;
  readonly argv: readonly string[];
  readonly fields?: readonly Field[];
  /** Arguments for bubblewrap after the usual ones. */
  readonly bwrap?: readonly string[];
  readonly pty?: "auto" | "none";
  /** Steps for terminal.py, which then stands between. */
  readonly terminal?: readonly (readonly unknown[])[];
  /** Words before the launcher. */
  readonly wrap?: readonly string[];
  /** Changes the file before the start. */
  readonly spoil?: (file: string) => void;
}

/** Objects of the two connections' lines, in order. */
// deno-lint-ignore no-explicit-any -- tests compare them whole
export type Line = Record<string, any>;

/** A folder with a workspace, a socket and room for instructions. */
export class Site implements AsyncDisposable {
  readonly folder: string;
  readonly workspace: string;
  readonly identity: Identity;
  readonly #uid: number;

  constructor(identity: Identity) {
    this.identity = identity;
    this.folder = Deno.makeTempDirSync({
      dir: "/var/tmp",
      prefix: "airg-launcher-",
    });
    Deno.chmodSync(this.folder, 0o755);
    this.workspace = `${this.folder}/work`;
    this.#uid = identity === "root"
      ? 0
      : Deno.uid() === 0
      ? NOBODY
      : Deno.uid()!;
    this.makeFolder("work");
    this.makeFolder("attach");
    if (identity === "user") this.own(this.folder);
  }

  own(path: string): void {
    if (Deno.uid() === 0) Deno.chownSync(path, this.#uid, this.#uid);
  }
  makeFolder(name: string): string {
    Deno.mkdirSync(`${this.folder}/${name}`, { recursive: true });
    this.own(`${this.folder}/${name}`);
    return `${this.folder}/${name}`;
  }
  makeFile(name: string, text: string): string {
    Deno.writeTextFileSync(`${this.folder}/${name}`, text);
    this.own(`${this.folder}/${name}`);
    return `${this.folder}/${name}`;
  }

  /** The records of a run in this site. */
  fields(request: Request): Field[] {
    const rung = request.rung ?? "full";
    const owner = this.identity === "root with owner"
      ? [["owner", `${NOBODY} ${NOBODY}`] as const]
      : [];
    const bwrap = [
      "--unshare-all",
      "--unshare-user",
      "--disable-userns",
      "--cap-drop",
      "ALL",
      "--clearenv",
      "--ro-bind",
      "/",
      "/",
      "--dev",
      "/dev",
      "--proc",
      "/proc",
      "--bind",
      this.workspace,
      this.workspace,
      ...request.bwrap ?? [],
    ];
    return [
      ["rung", rung],
      ["status", `${this.folder}/status`],
      ["token", "00112233445566778899aabbccddeeff"],
      ...owner,
      ...rung === "bare" ? [] : [
        ["bwrap", "/usr/bin/bwrap"] as const,
        ...bwrap.map((arg) => ["barg", arg] as const),
      ],
      ["pty", request.pty ?? (request.terminal ? "auto" : "none")],
      ["cwd", this.workspace],
      ["exec", request.argv[0]!],
      ...request.argv.map((arg) => ["arg", arg] as const),
      ["env", "PATH=/usr/bin:/bin"],
      ["ll-abi-min", "1"],
      ["ll-fs", "0x1fff"],
      ["ll-net", "0x0"],
      ["ll-scope", "0x0"],
      ["ll-path", "0x1fff /"],
      ...request.fields ?? [],
    ];
  }

  /** Writes an instruction as the caller would. */
  write(bytes: Uint8Array): string {
    const file = `${this.folder}/instruction`;
    Deno.writeFileSync(file, bytes, { mode: 0o600 });
    Deno.chmodSync(file, 0o600);
    if (this.identity === "user") this.own(file);
    return file;
  }

  start(request: Request): Run {
    const file = this.write(encode(this.fields(request)));
    request.spoil?.(file);
    return this.startFile(file, request);
  }
  startFile(file: string, request: Partial<Request>): Run {
    const drop = this.identity === "user" && Deno.uid() === 0
      ? [
        "/usr/bin/setpriv",
        `--reuid=${this.#uid}`,
        `--regid=${this.#uid}`,
        "--clear-groups",
      ]
      : [];
    const terminal = request.terminal
      ? ["/usr/bin/env", "python3", TERMINAL, JSON.stringify(request.terminal)]
      : [];
    const words = [
      ...terminal,
      ...drop,
      ...request.wrap ?? [],
      launcher,
      "outer",
      file,
    ];
    return new Run(`${this.folder}/status`, words, this);
  }
  async run(request: Request): Promise<Run> {
    const run = this.start(request);
    await run.done;
    return run;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return removeTree(this.folder);
  }
}

/** One started launcher. */
export class Run {
  readonly lines: Line[] = [];
  out = "";
  err = "";
  code = -1;
  signal: string | null = null;
  readonly pid: number;
  readonly done: Promise<void>;
  /** Which roles' connections have closed. */
  readonly closed: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #listener: Deno.UnixListener;
  #ended = false;
  readonly #connections = new Set<Deno.UnixConn>();

  constructor(path: string, words: readonly string[], site: Site) {
    new Deno.Command("rm", { args: ["-f", path] }).outputSync();
    this.#listener = Deno.listen({ transport: "unix", path });
    site.own(path);
    const [command, ...args] = words;
    this.#child = new Deno.Command(command!, {
      args,
      clearEnv: words[1] !== "python3",
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.done = this.#follow(path);
  }

  async #follow(path: string): Promise<void> {
    const accepting = this.#accept();
    const reading = [
      collect(this.#child.stdout, (text) => this.out += text),
      collect(this.#child.stderr, (text) => this.err += text),
    ];
    const status = await this.#child.status;
    this.code = status.code;
    this.signal = status.signal;
    await Promise.all(reading);
    await this.#stopAccepting(path);
    await accepting;
  }

  /** Connections come in order: after one of our own there is none to come. */
  async #stopAccepting(path: string): Promise<void> {
    if (this.#ended) return;
    const last = await Deno.connect({ transport: "unix", path });
    await last.write(new TextEncoder().encode("stop\n"));
    last.close();
  }

  async #accept(): Promise<void> {
    const readers: Promise<void>[] = [];
    for await (const connection of this.#listener) { // ends when it is closed
      this.#connections.add(connection);
      readers.push(this.#read(connection));
    }
    await Promise.all(readers);
  }

  async #read(connection: Deno.UnixConn): Promise<void> {
    let rest = "";
    let role = "";
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65536);
    for (;;) {
      const n = await connection.read(buffer).catch(() => null);
      if (n === null) break;
      rest += decoder.decode(buffer.subarray(0, n), { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (line === "stop") {
          this.#listener.close();
          continue;
        }
        const object = JSON.parse(line) as Line;
        role ||= object["role"];
        this.lines.push(object);
      }
    }
    this.closed.push(role);
    if (this.#connections.delete(connection)) connection.close();
  }

  /** Closes our ends, as airg's death would. */
  endStatus(): void {
    this.#ended = true;
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
  }

  event(name: string): Line | undefined {
    return this.lines.find((line) => line["event"] === name);
  }
  /** Waits until the command has said `text`. */
  async said(text: string): Promise<void> {
    await until(`"${text}"`, () => {
      assert(
        this.code < 0 || this.out.includes(text),
        `ended without "${text}": ${this.err} ${JSON.stringify(this.lines)}`,
      );
      return this.out.includes(text);
    });
  }
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  add: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    add(decoder.decode(chunk, { stream: true }));
  }
}
