// Copyright 2026 the airg authors. Apache-2.0 license.

import { removeTree } from "./remove_tree.ts";
/**
 * A scratch machine for containment tests: a home with planted secrets, a
 * project, airg's own folders, and a way to run the same words contained and
 * uncontained, as root or as an ordinary user.
 *
 * @module
 */

/** Who runs airg, and who owns the project. */
export interface Identity {
  readonly name: string;
  readonly runsAs: number;
  readonly owns: number;
}

/** What a run printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** User id without a name or a home, for "an ordinary user". */
const ORDINARY_UID = 64_321;

const root = decodeURIComponent(
  new URL("../..", import.meta.url).pathname,
).replace(/\/$/, "");

/** The identities that can be tried here; only root can take another. */
export const IDENTITIES: readonly Identity[] = Deno.uid() === 0
  ? [
    { name: "root in root's project", runsAs: 0, owns: 0 },
    { name: "root in a user's project", runsAs: 0, owns: ORDINARY_UID },
    {
      name: "an ordinary user",
      runsAs: ORDINARY_UID,
      owns: ORDINARY_UID,
    },
  ]
  : [{ name: "the current user", runsAs: Deno.uid()!, owns: Deno.uid()! }];

/** The words that start airg as `uid`: the binary under test, or the source. */
export function airgWords(uid: number): string[] {
  const stage = stageFor(uid);
  const binary = Deno.env.get("AIRG_BIN");
  if (binary) return [stage === undefined ? binary : `${stage}/airg`];
  const folder = stage ?? root;
  return [
    stage === undefined ? Deno.execPath() : `${stage}/deno`,
    "run",
    "-A",
    "--quiet",
    `--config=${folder}/deno.json`,
    `${folder}/main.ts`,
  ];
}

/** A scratch site; dispose of it when done. */
export class Site implements AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  readonly project: string;
  readonly identity: Identity;

  constructor(identity: Identity) {
    this.identity = identity;
    // Not beneath /tmp, which is private inside: paths there would vanish for
    // another reason than the one under test.
    Deno.mkdirSync(BASE, { recursive: true, mode: 0o755 });
    this.folder = Deno.makeTempDirSync({ dir: BASE });
    Deno.chmodSync(this.folder, 0o755);
    this.home = `${this.folder}/home`;
    this.project = `${this.folder}/project`;
    for (const path of [this.home, this.project]) Deno.mkdirSync(path);
    Deno.mkdirSync(`${this.home}/.ssh`, { mode: 0o700 });
    this.write(`${this.home}/.ssh/id`, "PLANTED-SECRET");
    this.write(`${this.home}/.bashrc`, "# rc\n");
    this.own();
    if (Deno.uid() === 0) {
      Deno.chownSync(this.folder, identity.owns, identity.owns);
    }
  }

  /** The caller's environment, with the scratch home. */
  get env(): Record<string, string> {
    return {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: this.home,
      LANG: "C.UTF-8",
      DENO_NO_UPDATE_CHECK: "1",
      ...runtimeFolders(this.identity.runsAs),
    };
  }

  /** Writes a file that belongs to the project's owner. */
  write(path: string, text: string, mode = 0o644): void {
    Deno.writeTextFileSync(path, text, { mode });
    Deno.chmodSync(path, mode);
    if (Deno.uid() === 0) {
      Deno.chownSync(path, this.identity.owns, this.identity.owns);
    }
  }

  /** Hands the project to its owner, and the home to who owns it. */
  own(): void {
    if (Deno.uid() !== 0) return;
    const chown = (path: string, uid: number) =>
      new Deno.Command("chown", { args: ["-RPh", `${uid}:${uid}`, path] })
        .outputSync();
    chown(this.project, this.identity.owns);
    chown(this.home, this.identity.owns);
    Deno.chmodSync(this.home, 0o755);
  }

  /** Runs words as the identity, uncontained, in the project. */
  async bare(
    words: readonly string[],
    options: { readonly env?: Record<string, string>; readonly cwd?: string } =
      {},
  ): Promise<Ran> {
    return await spawn(words, {
      // What the contained command will be: the owner of the project.
      uid: this.identity.owns,
      cwd: options.cwd ?? this.project,
      env: { ...this.env, ...options.env },
    });
  }

  /** Runs words through `airg run`, as the identity. */
  async contained(
    words: readonly string[],
    options: {
      readonly env?: Record<string, string>;
      readonly flags?: readonly string[];
      readonly wrap?: readonly string[];
    } = {},
  ): Promise<Ran> {
    return await spawn(
      [
        ...(options.wrap ?? []),
        ...airgWords(this.identity.runsAs),
        "run",
        "--workspace",
        this.project,
        ...(options.flags ?? []),
        "--",
        ...words,
      ],
      {
        uid: this.identity.runsAs,
        cwd: this.project,
        env: { ...this.env, ...options.env },
      },
    );
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.folder);
  }
}

/** Parent of everything these tests make; not beneath /tmp, see {@linkcode Site}. */
export const BASE: string = Deno.uid() === 0
  ? "/var/lib/airg-test"
  : `${Deno.env.get("HOME")}/.airg-t`;

let stage: string | undefined;

/**
 * A copy of airg and its runtime that another user can reach, whatever the
 * folder of the checkout lets through; `undefined` for the current user.
 */
function stageFor(uid: number): string | undefined {
  if (uid === Deno.uid()) return undefined;
  if (stage !== undefined) return stage;
  Deno.mkdirSync(BASE, { recursive: true, mode: 0o755 });
  const folder = Deno.makeTempDirSync({ dir: BASE, prefix: "stage-" });
  stage = folder;
  const binary = Deno.env.get("AIRG_BIN");
  // A cache in use loses files while it is copied; what is missing is made anew.
  const copy = binary
    ? 'cp "$2" "$0/airg"'
    : 'cp "$3" "$0/deno" && { cp -R "$4" "$0/deno-dir" || test -d "$0/deno-dir"; } && cd "$1" && cp -R main.ts deno.json deno.lock src sandbox policies "$0" && mkdir "$0/dist" && cp dist/airg-launcher "$0/dist"';
  const { success, stderr } = new Deno.Command("sh", {
    args: [
      "-c",
      `${copy} && mkdir -p "$0/cache" && chown -R "$5:$5" "$0"`,
      folder,
      root,
      binary ?? "",
      Deno.execPath(),
      denoDir(),
      String(uid),
    ],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  globalThis.addEventListener("unload", () => {
    Deno.removeSync(folder, { recursive: true });
  });
  return folder;
}

function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

/**
 * Where the runtime keeps what it compiled, and the single file what it
 * unpacked: not in the scratch home, or each run would do it again.
 */
function runtimeFolders(uid: number): Record<string, string> {
  const folder = stageFor(uid);
  if (!Deno.env.get("AIRG_BIN")) {
    return {
      DENO_DIR: folder === undefined ? denoDir() : `${folder}/deno-dir`,
    };
  }
  if (folder !== undefined) return { XDG_CACHE_HOME: `${folder}/cache` };
  const cache = `${BASE}/cache-${uid}`;
  Deno.mkdirSync(cache, { recursive: true, mode: 0o700 });
  return { XDG_CACHE_HOME: cache };
}

async function spawn(
  [program, ...args]: readonly string[],
  options: { uid: number; cwd: string; env: Record<string, string> },
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd: options.cwd,
    env: options.env,
    clearEnv: true,
    stdin: "null",
    ...(Deno.uid() === 0 && { uid: options.uid, gid: options.uid }),
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
