// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where airg keeps its files (DESIGN.md section 7), and whether these places
 * can be trusted.
 *
 * Nothing here reads the environment: it is a parameter.
 *
 * @module
 */

import { fail, ok, type Result } from "../base/result.ts";

/** A process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** airg's folders and the files that a variable can put elsewhere; absolute. */
export interface Dirs {
  readonly config: string;
  readonly state: string;
  readonly cache: string;
  /** Sockets and one-shot instructions of runs; in the state folder. */
  readonly run: string;
  readonly policy: string;
  readonly log: string;
  readonly approvalsDb: string;
  readonly approvalsKey: string;
  readonly reportsDb: string;
  readonly backups: string;
}

/** Why a folder cannot be used. */
export interface DirProblem {
  /** Names the file or variable, its value and what is wrong; no full stop. */
  readonly message: string;
  /** What to do. */
  readonly cure: string;
}

/** Name of airg's folder in each place; Runtime Guard's, so that its policy is found. */
const NAME = "ai-runtime-guard";
/** Bits of a mode that let somebody else write. */
const OTHERS_WRITE = 0o022;

/**
 * Says where airg's files are, without looking at the disk.
 *
 * An XDG variable that is not absolute is ignored, as its specification wants;
 * one of airg's own that is not absolute is an error.
 */
export function findDirs(
  env: Environment,
  os: "linux" | "darwin" | "other",
): Result<Dirs, DirProblem> {
  const bad = Object.keys(env).find((name) =>
    OWN_VARIABLES.has(name) && env[name] && !env[name].startsWith("/")
  );
  if (bad !== undefined) {
    return fail({
      message: `Cannot use ${bad}: it is ${
        quoted(env[bad])
      }, not an absolute path`,
      cure: `set ${bad} to a path that starts with /`,
    });
  }
  const config = env["AIRG_CONFIG_DIR"] || place(env, os, "config");
  const state = env["AIRG_STATE_DIR"] || place(env, os, "state");
  if (config === undefined || state === undefined) {
    return fail({
      message: `Cannot find airg's folders: HOME is ${quoted(env["HOME"])}`,
      cure: "set HOME, or both AIRG_CONFIG_DIR and AIRG_STATE_DIR",
    });
  }
  return ok({
    config,
    state,
    cache: place(env, os, "cache") ?? `${state}/cache`,
    run: `${state}/run`,
    policy: env["AIRG_POLICY_PATH"] || `${config}/policy.json`,
    log: env["AIRG_LOG_PATH"] || `${state}/activity.log`,
    approvalsDb: env["AIRG_APPROVAL_DB_PATH"] || `${state}/approvals.db`,
    approvalsKey: env["AIRG_APPROVAL_HMAC_KEY_PATH"] ||
      `${config}/approvals.hmac.key`,
    reportsDb: env["AIRG_REPORTS_DB_PATH"] || `${state}/reports.db`,
    backups: env["AIRG_BACKUP_ROOT"] || `${state}/backups`,
  });
}

/**
 * Makes the state, run and cache folders where they are missing, and checks
 * them and the configuration folder, which is made by whoever writes there.
 *
 * @returns The first folder that somebody else could write to, or that cannot
 * be made.
 */
export function ensureDirs(dirs: Dirs): Result<void, DirProblem> {
  for (const path of [dirs.state, dirs.run, dirs.cache]) {
    const made = ensurePrivate(path);
    if (!made.ok) return made;
  }
  const info = lstatIfThere(dirs.config);
  return info === undefined ? ok(undefined) : judge(dirs.config, info);
}

/** Makes one folder, mode 0700, or checks the one that is there. */
export function ensurePrivate(path: string): Result<void, DirProblem> {
  const existing = lstatIfThere(path);
  if (existing !== undefined) return judge(path, existing);
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return fail({
      message: `Cannot make the folder ${path}: ${error.message}`,
      cure: `make it writable, or set ${variableFor(path)} to another folder`,
    });
  }
  return judge(path, Deno.lstatSync(path));
}

/** Variables of airg's own that hold a path. */
const OWN_VARIABLES = new Set([
  "AIRG_CONFIG_DIR",
  "AIRG_STATE_DIR",
  "AIRG_POLICY_PATH",
  "AIRG_LOG_PATH",
  "AIRG_APPROVAL_DB_PATH",
  "AIRG_APPROVAL_HMAC_KEY_PATH",
  "AIRG_REPORTS_DB_PATH",
  "AIRG_BACKUP_ROOT",
]);

const XDG = {
  config: { variable: "XDG_CONFIG_HOME", fallback: ".config" },
  state: { variable: "XDG_STATE_HOME", fallback: ".local/state" },
  cache: { variable: "XDG_CACHE_HOME", fallback: ".cache" },
} as const;

function place(
  env: Environment,
  os: "linux" | "darwin" | "other",
  kind: keyof typeof XDG,
): string | undefined {
  const home = absolute(env["HOME"]);
  if (os === "darwin") {
    const folder = kind === "cache" ? "Caches" : "Application Support";
    return home && `${home}/Library/${folder}/${NAME}`;
  }
  const base = absolute(env[XDG[kind].variable]) ??
    (home && `${home}/${XDG[kind].fallback}`);
  return base && `${base}/${NAME}`;
}

function absolute(path: string | undefined): string | undefined {
  if (!path?.startsWith("/")) return undefined;
  return path.replace(/\/+$/, "");
}

function judge(path: string, info: Deno.FileInfo): Result<void, DirProblem> {
  const refuse = (what: string, cure: string) =>
    fail({ message: `Cannot use ${path}: ${what}`, cure });
  const elsewhere = `set ${variableFor(path)} to another folder`;
  if (info.isSymlink) {
    return refuse(
      `it is a link to ${quoted(Deno.readLinkSync(path))}`,
      `replace the link by a folder, or ${elsewhere}`,
    );
  }
  if (!info.isDirectory) {
    return refuse("it is not a folder", `move it away, or ${elsewhere}`);
  }
  if (info.uid !== Deno.uid()) {
    return refuse(
      `it belongs to user ${info.uid}, airg runs as ${Deno.uid()}`,
      `run airg as its owner, or ${elsewhere}`,
    );
  }
  const mode = (info.mode ?? 0) & 0o777;
  if ((mode & OTHERS_WRITE) !== 0) {
    return refuse(
      `its mode is ${mode.toString(8)}, so others can write there`,
      `chmod 700 ${path}`,
    );
  }
  return ok(undefined);
}

function variableFor(path: string): string {
  if (/cache/i.test(path)) return "XDG_CACHE_HOME";
  return /config/i.test(path) ? "AIRG_CONFIG_DIR" : "AIRG_STATE_DIR";
}

function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
