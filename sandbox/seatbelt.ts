// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Profile -> the words that go to macOS's `sandbox-exec` (pure).
 *
 * The later rule wins, so what is taken away comes last. A rule about one
 * operation (`file-write-unlink`) may win over a later one about a group
 * (`file-write*`), and an allowance with `require-all` over a plain refusal;
 * so every refusal of a path names the single operations too, in both forms of
 * a path filter, and no allowance outside `/dev` has more than a path.
 *
 * Checked here by a model of these rules, never on a Mac.
 *
 * @module
 */

import type { Profile, RealPath } from "./profile.ts";
import {
  allSpellings,
  canonicalSpelling,
  linkSpellings,
} from "./seatbelt_paths.ts";
import {
  DESCRIPTORS,
  DEVICES,
  FORBIDDEN_OPERATIONS,
  FORBIDDEN_SERVICES,
  MACH_SERVICES,
  NAME_SERVICE,
  type Needed,
  NETWORK_SERVICES,
  SHARED_MEMORY,
  SYSCTLS,
} from "./seatbelt_rules.ts";
import {
  type Filter,
  type Parameters,
  parameters,
  quoted,
  type Rule,
  ruleText,
} from "./seatbelt_text.ts";
import { foldersBetween, isWithin } from "./within.ts";

/** What the words depend on besides the profile. */
export interface SeatbeltSite {
  /** Said in the system log with each refusal: lower case, digits, hyphens. */
  readonly tag: string;
  /** Private folder of this run, for temporary files and sockets. */
  readonly temporary: RealPath;
  /** Folder under which every workspace's cache lies. */
  readonly cachesRoot: RealPath;
  /**
   * How the first step of a run proves that the rules hold: it makes a folder
   * in the one, which nothing inside can take away or write to, and must fail
   * to read the other, a file.
   */
  readonly proof: { readonly open: RealPath; readonly closed: RealPath };
  /** Whether the command has the caller's terminal. */
  readonly terminal: boolean;
}

/** Bytes all words may have: half of what `execve` takes (ARG_MAX is 1 MiB). */
const MAX_BYTES = 512 * 1024;

const TTYS = '(regex #"^/dev/ttys[0-9]+$")';

const WRITES = [
  "file-write*",
  "file-write-create",
  "file-write-data",
  "file-write-unlink",
  "file-clone",
] as const;

const EVERYTHING = [
  "file-read*",
  "file-read-data",
  "file-read-metadata",
  "file-read-xattr",
  "file-map-executable",
  "file-ioctl",
  "process-exec*",
  ...WRITES,
] as const;

/**
 * Builds the words that go between `sandbox-exec` and the command.
 *
 * @returns The words, or why Seatbelt cannot give this profile.
 */
export function seatbeltArgs(
  profile: Profile,
  site: SeatbeltSite,
): { readonly args: readonly string[] } | { readonly refused: string } {
  const covered = hiddenRoot(profile, site);
  if (covered !== undefined) {
    return { refused: `a hidden folder holds what has to be used: ${covered}` };
  }
  const names = parameters();
  try {
    const text = profileText(profile, site, names);
    const args = [
      "-p",
      text,
      ...names.entries().map(([name, path]) => `-D${name}=${path}`),
      "--",
    ];
    const bytes = args.reduce((sum, arg) => sum + utf8Length(arg) + 1, 0);
    return bytes > MAX_BYTES
      ? { refused: `the rules have ${bytes} bytes, at most ${MAX_BYTES} fit` }
      : { args };
  } catch (error) {
    if (error instanceof RangeError) return { refused: error.message };
    throw error;
  }
}

function profileText(
  profile: Profile,
  site: SeatbeltSite,
  names: Parameters,
): string {
  const message = `airg-${site.tag}`;
  const taken = [
    ...anchorRules(profile, site, names),
    ...pinRules(profile, names),
    ...hiddenRules(profile, site, names),
    ...cacheRules(profile, site, names),
    ...networkDenials(profile),
  ].map((rule) => ({ ...rule, message }));
  return [
    "(version 1)",
    ruleText({ verdict: "deny", operations: ["default"], message }),
    ...section("processes", processRules()),
    ...section("files", fileRules(profile, site, names)),
    ...section("devices", deviceRules(site)),
    ...section("network", networkRules(profile, site, names)),
    ...section("taken away, last", [...taken, ...forbidden()]),
    "",
  ].join("\n");
}

function section(title: string, rules: readonly Rule[]): string[] {
  return ["", `; ${title}`, ...rules.map(ruleText)];
}

function processRules(): Rule[] {
  const own = ["(target same-sandbox)"];
  return [
    // The kernel itself refuses set-id programs in every sandbox.
    allow(["process-exec*"]),
    allow(["process-fork"]),
    allow(["process-info*"], own),
    allow(["signal"], own),
    allow(["sysctl-read"], SYSCTLS.map(sysctlFilter)),
    allow(["mach-lookup"], services(MACH_SERVICES)),
    // A semaphore holds no more than a number.
    allow(["ipc-posix-sem"]),
    allow(
      ["ipc-posix-shm-read*"],
      SHARED_MEMORY.readable.map((n) => `(ipc-posix-name ${quoted(n)})`),
    ),
    allow(
      ["ipc-posix-shm*"],
      SHARED_MEMORY.ownPrefixes.map((n) =>
        `(ipc-posix-name-prefix ${quoted(n)})`
      ),
    ),
    allow(["pseudo-tty"]),
  ];
}

function fileRules(
  profile: Profile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  return [
    allow(["file-read*"]),
    allow(["file-map-executable"]),
    allow(
      ["file-write*"],
      writableRoots(profile, site).flatMap(linkSpellings).map((path) =>
        subpath(names, path)
      ),
    ),
    allow(
      ["file-write-create"],
      linkSpellings(site.proof.open).map((path) => subpath(names, path)),
    ),
  ];
}

/** Devices by name: a disk's own device would show every file, hidden or not. */
function deviceRules({ terminal }: SeatbeltSite): Rule[] {
  const own = DEVICES.map(fixedLiteral);
  const seen = ["/dev", "/dev/autofs_nowait", ...DESCRIPTORS].map(fixedLiteral);
  const descriptors = `(subpath ${quoted("/dev/fd")})`;
  return [
    deny(["file-read*"], [`(subpath ${quoted("/dev")})`]),
    allow(["file-read*"], [...own, ...seen, descriptors]),
    allow(["file-write-data"], [
      ...own,
      ...DESCRIPTORS.map(fixedLiteral),
      descriptors,
    ]),
    allow(["file-ioctl"], own),
    allow(["file-read*", "file-write-data", "file-ioctl"], [
      terminal
        ? TTYS
        : `(require-all ${TTYS} (extension "com.apple.sandbox.pty"))`,
    ]),
  ];
}

/** No unix socket outside the run's own folder: each is a service of the host. */
function networkRules(
  profile: Profile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  const own = linkSpellings(site.temporary).map((path) => subpath(names, path));
  const local = own.map((filter) => `(local unix-socket ${filter})`);
  const remote = own.map((filter) => `(remote unix-socket ${filter})`);
  const sockets = [
    allow(["system-socket"], ["(socket-domain AF_UNIX)"]),
    allow(["network-bind", "network-inbound"], local),
    allow(["network-outbound"], remote),
  ];
  if (profile.network === "none") return sockets;
  return [
    ...sockets,
    allow(["system-socket"], [
      "(require-all (socket-domain AF_SYSTEM) (socket-protocol 2))",
    ]),
    allow(["network-outbound"], ['(remote ip "*:*")']),
    allow(["network-bind", "network-inbound"], ['(local ip "*:*")']),
    allow(
      ["network-outbound"],
      linkSpellings(NAME_SERVICE).map(fixedLiteral),
    ),
    allow(["mach-lookup"], services(NETWORK_SERVICES)),
    allow(["sysctl-read"], ['(sysctl-name-prefix "net.routetable.")']),
  ];
}

/** A folder on the way to a protected path keeps its name, as do the roots. */
function anchorRules(
  profile: Profile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  const roots = writableRoots(profile, site);
  const known = roots.map(canonicalSpelling);
  const kept = [
    ...profile.pinned,
    ...profile.hidden.map(({ path }) => path),
    ...roots,
  ].map((path) => linkSpellings(path)[0]!);
  const above = kept.flatMap((path) => foldersBetween(path, "/"))
    .filter((folder) =>
      known.some((root) => isWithin(canonicalSpelling(folder), root))
    );
  return [
    deny(
      ["file-write-unlink", "file-write-create"],
      spelled(
        [...new Set([...roots, ...profile.anchors, ...above])],
        (path) => [literal(names, path)],
      ),
    ),
  ];
}

function pinRules({ pinned }: Profile, names: Parameters): Rule[] {
  if (pinned.length === 0) return [];
  return [deny(WRITES, spelled(pinned, (path) => whole(names, path)))];
}

function hiddenRules(
  { hidden }: Profile,
  { proof }: SeatbeltSite,
  names: Parameters,
): Rule[] {
  const paths = [...hidden.map(({ path }) => path), proof.closed];
  return [deny(EVERYTHING, spelled(paths, (path) => whole(names, path)))];
}

/** Other workspaces' caches; the way to one's own stays visible. */
function cacheRules(
  { cache }: Profile,
  { cachesRoot }: SeatbeltSite,
  names: Parameters,
): Rule[] {
  const root = allSpellings(cachesRoot);
  const own = allSpellings(cache).map((path) => subpath(names, path));
  const beneath = root.map((path) => subpath(names, path));
  const itself = root.map((path) => literal(names, path));
  return [
    deny(EVERYTHING, [
      `(require-all ${any(beneath)} (require-not ${any([...own, ...itself])}))`,
    ]),
    deny(
      ["file-read-data", "file-read-xattr", "process-exec*", ...WRITES],
      itself,
    ),
  ];
}

function networkDenials({ network }: Profile): Rule[] {
  if (network === "open") return [];
  return [
    deny(["network-outbound"], ['(remote ip "*:*")']),
    deny(["network-bind", "network-inbound"], ['(local ip "*:*")']),
  ];
}

function forbidden(): Rule[] {
  return [
    deny(["mach-lookup"], services(FORBIDDEN_SERVICES)),
    ...FORBIDDEN_OPERATIONS.map(({ name }) => deny([name])),
  ];
}

/** What has to be used and yet lies in a hidden folder, if anything. */
function hiddenRoot(
  profile: Profile,
  site: SeatbeltSite,
): string | undefined {
  const hidden = profile.hidden.map(({ path }) => canonicalSpelling(path));
  return [...writableRoots(profile, site), site.proof.open].find((root) =>
    hidden.some((path) => isWithin(canonicalSpelling(root), path))
  );
}

function writableRoots(profile: Profile, site: SeatbeltSite): RealPath[] {
  return [
    profile.workspace,
    ...profile.writable,
    profile.cache,
    site.temporary,
  ];
}

function allow(
  operations: readonly string[],
  filters: readonly Filter[] = [],
): Rule {
  return { verdict: "allow", operations, filters };
}

function deny(
  operations: readonly string[],
  filters: readonly Filter[] = [],
): Rule {
  return { verdict: "deny", operations, filters };
}

/** Filters for every name of every path. */
function spelled(
  paths: readonly string[],
  filters: (path: string) => readonly Filter[],
): Filter[] {
  return [...new Set(paths.flatMap(allSpellings))].flatMap(filters);
}

function literal(names: Parameters, path: string): Filter {
  return `(literal ${names.of(path)})`;
}

function subpath(names: Parameters, path: string): Filter {
  return `(subpath ${names.of(path)})`;
}

/** Both forms: each has been seen to win where the other did not. */
function whole(names: Parameters, path: string): Filter[] {
  return [literal(names, path), subpath(names, path)];
}

function fixedLiteral(path: string): Filter {
  return `(literal ${quoted(path)})`;
}

function any(filters: readonly Filter[]): Filter {
  return `(require-any ${filters.join(" ")})`;
}

function services(list: readonly Needed[]): Filter[] {
  return list.map(({ name }) => `(global-name ${quoted(name)})`);
}

function sysctlFilter(name: string): Filter {
  return name.endsWith("*")
    ? `(sysctl-name-prefix ${quoted(name.slice(0, -1))})`
    : `(sysctl-name ${quoted(name)})`;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
