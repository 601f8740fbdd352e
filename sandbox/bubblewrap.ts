// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Profile -> the words that go to bubblewrap (pure).
 *
 * Order matters: a later mount covers an earlier one. So: read-only root, then
 * private folders, then what is writable, then what takes rights away again.
 * In the `full` rung masks and pins are not here: the outer launcher puts them
 * into the finished view, before anything of the command runs in it.
 *
 * @module
 */

import { CACHE_INSIDE, type Profile } from "./profile.ts";
import { isWithin } from "./within.ts";

/** First bubblewrap with every option used here, as `[major, minor]`. */
export const WHOLE_BUBBLEWRAP = [0, 8] as const;

/**
 * Options that an older bubblewrap may lack, how many words each takes, and
 * what a run without it lacks. Source: bubblewrap's release notes of 0.5.0,
 * 0.7.0 and 0.8.0.
 */
export const DISPENSABLE: Readonly<
  Record<string, { readonly words: number; readonly lacks?: string }>
> = {
  "--disable-userns": {
    words: 1,
    lacks:
      "bubblewrap before 0.8 cannot switch user namespaces off: the system call filter alone refuses them",
  },
  "--size": {
    words: 2,
    lacks: "bubblewrap before 0.7 cannot limit the size of temporary folders",
  },
  // bubblewrap is started with an empty environment.
  "--clearenv": { words: 1 },
  // One user sees these folders, whatever their mode.
  "--perms": { words: 2 },
};

/** The option of {@linkcode DISPENSABLE} that bubblewrap says it does not know. */
export function unknownOption(message: string): string | undefined {
  const option = /Unknown option (--[a-z-]+)/.exec(message)?.[1];
  return option !== undefined && Object.hasOwn(DISPENSABLE, option)
    ? option
    : undefined;
}

/** The words without some options; a value is a number or an absolute path, never an option. */
export function withoutOptions(
  words: readonly string[],
  options: readonly string[],
): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (options.includes(word)) i += (DISPENSABLE[word]?.words ?? 1) - 1;
    else kept.push(word);
  }
  return kept;
}

/** What the arguments depend on besides the profile. */
export interface BubblewrapOptions {
  /**
   * `outer`: the launcher mounts masks and pins itself.
   * Otherwise bubblewrap mounts them, and `maskFile` (mode 0000, empty) is what
   * hidden files are covered with.
   */
  readonly masks: "outer" | { readonly maskFile: string };
  /** Folder on the host under which every workspace's cache lies; hidden inside. */
  readonly cachesRoot: string;
  /** User id inside; names the private runtime folder. */
  readonly uid: number;
}

/** Bytes that `/tmp`, `/run` and `/dev/shm` may each hold unless the profile says. */
const TEMPORARY_BYTES = 4 * 1024 ** 3;

/**
 * Builds the words that go between `bwrap` and `--`.
 *
 * @throws {TypeError} If a mount would cover the workspace itself.
 */
export function bubblewrapArgs(
  profile: Profile,
  options: BubblewrapOptions,
): string[] {
  const size = String(profile.limits.temporarySize ?? TEMPORARY_BYTES);
  const temporary = (path: string, mode: string) => [
    "--perms",
    mode,
    "--size",
    size,
    "--tmpfs",
    path,
  ];
  return [
    "--unshare-user",
    // With every capability dropped and no further user namespace, nothing
    // inside can mount (CVE-2021-41133 class).
    "--disable-userns",
    ...["--cap-drop", "ALL"],
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    ...(profile.network === "none" ? ["--unshare-net"] : []),
    // Without it a killed bwrap leaves its processes running.
    "--die-with-parent",
    // The inner launcher makes the environment; bwrap's own is empty already.
    "--clearenv",
    ...["--ro-bind", "/", "/"],
    ...["--dev", "/dev"],
    ...["--proc", "/proc"],
    // bwrap leaves sysctl files writable for a caller whose kernel uid is 0.
    ...["--ro-bind", "/proc/sys", "/proc/sys"],
    ...temporary("/dev/shm", "1777"),
    ...temporary("/tmp", "1777"),
    ...temporary("/var/tmp", "1777"),
    ...temporary("/run", "0755"),
    ...["--perms", "0700", "--dir", `/run/user/${options.uid}`],
    ...(profile.network === "open" ? resolverFiles() : []),
    ...["--bind", profile.cache, CACHE_INSIDE],
    // Other workspaces' caches; the folder exists, so no ghost is left behind.
    ...["--perms", "0555", "--tmpfs", options.cachesRoot],
    ...[profile.workspace, ...profile.writable].flatMap((path) => {
      if (isWithin(options.cachesRoot, path)) {
        throw new TypeError(
          `Cannot contain: ${options.cachesRoot} lies in the writable folder ${path}`,
        );
      }
      return [profile.readonly ? "--ro-bind" : "--bind", path, path];
    }),
    ...(options.masks === "outer" ? [] : maskArgs(profile, options.masks)),
    ...["--chdir", "/"],
  ];
}

/** Where systemd-resolved and NetworkManager keep what resolv.conf points to. */
function resolverFiles(): string[] {
  return [
    "/run/systemd/resolve",
    "/run/NetworkManager/resolv.conf",
    "/run/resolvconf",
  ].flatMap((path) => ["--ro-bind-try", path, path]);
}

function maskArgs(
  profile: Profile,
  { maskFile }: { readonly maskFile: string },
): string[] {
  return [
    ...profile.anchors.flatMap((path) => [
      profile.readonly ? "--ro-bind" : "--bind",
      path,
      path,
    ]),
    ...profile.pinned.flatMap((path) => ["--ro-bind", path, path]),
    ...profile.hidden.flatMap(({ path, kind }) =>
      kind === "folder"
        ? ["--perms", "0555", "--tmpfs", path, "--remount-ro", path]
        : ["--ro-bind", maskFile, path]
    ),
  ];
}
