// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a Seatbelt profile gives; all of it comes before what is taken away.
 *
 * @module
 */

import { linkSpellings } from "./seatbelt_paths.ts";
import {
  DESCRIPTORS,
  DEVICES,
  MACH_SERVICES,
  NAME_SERVICE,
  NETWORK_SERVICES,
  SHARED_MEMORY,
  SYSCTLS,
  SYSTEM_READABLE,
} from "./seatbelt_rules.ts";
import {
  type SeatbeltProfile,
  type SeatbeltSite,
  usedRoots,
  writableRoots,
} from "./seatbelt_site.ts";
import {
  allow,
  deny,
  type Filter,
  fixedLiteral,
  literal,
  type Parameters,
  quoted,
  type Rule,
  services,
  subpath,
} from "./seatbelt_text.ts";
import { foldersBetween } from "./within.ts";

const TTYS = '(regex #"^/dev/ttys[0-9]+$")';

/** Processes, and what they ask of the system. */
export function processRules(): Rule[] {
  const own = ["(target same-sandbox)"];
  return [
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

/** Files by path. */
export function fileRules(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  return [
    ...readRules(profile, site, names),
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

/** Everything, or by a list; what can be read can be started. */
function readRules(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  // The kernel itself refuses set-id programs in every sandbox.
  const operations = ["file-read*", "file-map-executable", "process-exec*"];
  if (profile.readable === undefined) {
    return operations.map((operation) => allow([operation]));
  }
  const listed = [...profile.readable, ...usedRoots(profile, site)];
  const paths = [...SYSTEM_READABLE, ...listed].flatMap(linkSpellings);
  return [
    allow(operations, paths.map((path) => subpath(names, path))),
    // realpath() looks at each folder on the way, and at the links of `/`.
    allow(
      ["file-read-metadata"],
      onTheWay(paths).map((path) => literal(names, path)),
    ),
    allow(["file-read-data"], [fixedLiteral("/")]),
  ];
}

function onTheWay(paths: readonly string[]): string[] {
  return [
    ...new Set(["/", ...paths.flatMap((path) => foldersBetween(path, "/"))]),
  ];
}

/** Devices by name: a disk's own device would show every file, hidden or not. */
export function deviceRules({ terminal }: SeatbeltSite): Rule[] {
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
export function networkRules(
  profile: SeatbeltProfile,
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

function sysctlFilter(name: string): Filter {
  return name.endsWith("*")
    ? `(sysctl-name-prefix ${quoted(name.slice(0, -1))})`
    : `(sysctl-name ${quoted(name)})`;
}
