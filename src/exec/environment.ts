// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which variables a contained command sees (pure).
 *
 * An allow-list: what is not named here or in the policy does not pass, so a
 * token in the caller's environment, `LD_PRELOAD`, `BASH_ENV` or `GIT_SSH_COMMAND`
 * needs no rule of its own to stay outside.
 *
 * @module
 */

import { INSIDE_VARIABLE } from "../../sandbox/profile.ts";

/** Names, or prefixes ending in `*`, that pass from the caller. */
const PASSED = [
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "LC_*",
  "TZ",
  "TERM",
  "COLORTERM",
  "COLUMNS",
  "LINES",
  "NO_COLOR",
  "FORCE_COLOR",
  "CI",
] as const;

/**
 * Names no policy can let through: each makes a program run or load something
 * it was not asked to. Source: research on env injection (sandbox-peers 3.2 #75).
 */
const NEVER = [
  "LD_*",
  "DYLD_*",
  "GLIBC_TUNABLES",
  "BASH_ENV",
  "ENV",
  "PROMPT_COMMAND",
  "BASH_FUNC_*",
  "AIRG_*",
] as const;

/** Package managers' caches, beneath the private cache folder. */
const CACHES: Readonly<Record<string, string>> = {
  XDG_CACHE_HOME: "xdg",
  npm_config_cache: "npm",
  npm_config_store_dir: "pnpm",
  YARN_CACHE_FOLDER: "yarn",
  YARN_GLOBAL_FOLDER: "yarn-global",
  BUN_INSTALL_CACHE_DIR: "bun",
  COREPACK_HOME: "corepack",
  DENO_DIR: "deno",
  PIP_CACHE_DIR: "pip",
  UV_CACHE_DIR: "uv",
  POETRY_CACHE_DIR: "poetry",
  CARGO_HOME: "cargo",
  GOCACHE: "go-build",
  GOMODCACHE: "go-mod",
  GRADLE_USER_HOME: "gradle",
  NUGET_PACKAGES: "nuget",
  COMPOSER_CACHE_DIR: "composer",
  BUNDLE_USER_CACHE: "bundle",
  CCACHE_DIR: "ccache",
};

/** Where programs are looked for when the caller names no usable folder. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/**
 * Makes git tell by size and time alone whether a file changed (git-config(1)).
 * What covers a hidden file has those of the file, but not its inode, and
 * `git add -A`, `commit -a` and `stash` fail on a tracked file they cannot read.
 */
const GIT_BY_SIZE_AND_TIME: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "core.checkStat",
  GIT_CONFIG_VALUE_0: "minimal",
  GIT_CONFIG_KEY_1: "core.trustctime",
  GIT_CONFIG_VALUE_1: "false",
};

/** What the environment is made from. */
export interface EnvironmentSource {
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** Names or prefixes from the policy. */
  readonly pass: readonly string[];
  /** Values from the policy; they win. */
  readonly set: Readonly<Record<string, string>>;
  /** Folder inside that holds the private caches. */
  readonly cacheInside: string;
  /** Folder inside for temporary files. */
  readonly temporary: string;
  /** Absent: the caller's own home and name. */
  readonly identity?: { readonly home: string; readonly name: string };
  /** Files are hidden where the command writes. */
  readonly masked?: boolean;
  /** Private runtime folder inside; absent where there is none. */
  readonly runtimeFolder?: string;
}

/** Builds the environment of one contained command. */
export function contained(
  source: EnvironmentSource,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(source.caller)) {
    if (value === undefined || !passes(name, source.pass)) continue;
    // A NUL cannot stand in an environment; such a value is not the caller's.
    if (!value.includes("\0") && value.isWellFormed()) env[name] = value;
  }
  env["PATH"] = searchPath(source.caller["PATH"]);
  if (source.identity !== undefined) {
    env["HOME"] = source.identity.home;
    env["USER"] = env["LOGNAME"] = source.identity.name;
  }
  for (const [name, folder] of Object.entries(CACHES)) {
    env[name] = `${source.cacheInside}/${folder}`;
  }
  env["TMPDIR"] = source.temporary;
  if (source.runtimeFolder !== undefined) {
    env["XDG_RUNTIME_DIR"] = source.runtimeFolder;
  }
  if (source.masked === true && env["GIT_CONFIG_COUNT"] === undefined) {
    Object.assign(env, GIT_BY_SIZE_AND_TIME);
  }
  for (const [name, value] of Object.entries(source.set)) {
    if (!matchesAny(name, NEVER)) env[name] = value;
  }
  env[INSIDE_VARIABLE] = "1";
  return env;
}

/**
 * The caller's search path without entries that are empty or relative: those
 * mean "the current folder", which the agent writes.
 */
export function searchPath(path: string | undefined): string {
  const kept = (path ?? "").split(":").filter((entry) => entry.startsWith("/"));
  return kept.length > 0 ? kept.join(":") : DEFAULT_PATH;
}

function passes(name: string, extra: readonly string[]): boolean {
  return !matchesAny(name, NEVER) &&
    (matchesAny(name, PASSED) || matchesAny(name, extra));
}

function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*")
      ? name.startsWith(pattern.slice(0, -1))
      : name === pattern
  );
}
