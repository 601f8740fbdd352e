// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a Seatbelt profile takes away again, last.
 *
 * A rule about one operation (`file-write-unlink`) may win over a later one
 * about a group (`file-write*`), and an allowance with `require-all` over a
 * plain refusal; so every refusal of a path names the single operations too, in
 * both forms of a path filter.
 *
 * @module
 */

import {
  allSpellings,
  canonicalSpelling,
  linkSpellings,
} from "./seatbelt_paths.ts";
import { FORBIDDEN_OPERATIONS, FORBIDDEN_SERVICES } from "./seatbelt_rules.ts";
import {
  type SeatbeltProfile,
  type SeatbeltSite,
  writableRoots,
} from "./seatbelt_site.ts";
import {
  any,
  deny,
  type Filter,
  literal,
  type Parameters,
  type Rule,
  services,
  subpath,
  whole,
} from "./seatbelt_text.ts";
import { foldersBetween, isWithin } from "./within.ts";

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

/** Paths, and the network where there is none. */
export function takenAway(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  return [
    ...anchorRules(profile, site, names),
    ...pinRules(profile, names),
    ...hiddenRules(profile, site, names),
    ...cacheRules(profile, site, names),
    ...networkDenials(profile),
  ];
}

/** A folder on the way to a protected path keeps its name, as do the roots. */
function anchorRules(
  profile: SeatbeltProfile,
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

function pinRules({ pinned }: SeatbeltProfile, names: Parameters): Rule[] {
  if (pinned.length === 0) return [];
  return [deny(WRITES, spelled(pinned, (path) => whole(names, path)))];
}

function hiddenRules(
  { hidden }: SeatbeltProfile,
  { proof }: SeatbeltSite,
  names: Parameters,
): Rule[] {
  const paths = [...hidden.map(({ path }) => path), proof.closed];
  return [deny(EVERYTHING, spelled(paths, (path) => whole(names, path)))];
}

/** Other workspaces' caches; the way to one's own stays visible. */
function cacheRules(
  { cache }: SeatbeltProfile,
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

function networkDenials({ network }: SeatbeltProfile): Rule[] {
  if (network === "open") return [];
  return [
    deny(["network-outbound"], ['(remote ip "*:*")']),
    deny(["network-bind", "network-inbound"], ['(local ip "*:*")']),
  ];
}

/** What nobody gets. */
export function forbidden(): Rule[] {
  return [
    deny(["mach-lookup"], services(FORBIDDEN_SERVICES)),
    ...FORBIDDEN_OPERATIONS.map(({ name }) => deny([name])),
  ];
}

/** Filters for every name of every path. */
function spelled(
  paths: readonly string[],
  filters: (path: string) => readonly Filter[],
): Filter[] {
  return [...new Set(paths.flatMap(allSpellings))].flatMap(filters);
}
