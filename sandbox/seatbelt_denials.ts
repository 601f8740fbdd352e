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
import {
  FORBIDDEN_OPERATIONS,
  FORBIDDEN_SERVICES,
  SHARED_TEMPORARY,
} from "./seatbelt_rules.ts";
import {
  type SeatbeltProfile,
  type SeatbeltSite,
  usedRoots,
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
    ...othersRules(profile, site, names),
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

/** Other workspaces' caches, and what other programs keep in shared folders. */
function othersRules(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
  names: Parameters,
): Rule[] {
  const own = [...usedRoots(profile, site), ...(profile.readable ?? [])];
  return [
    ...onlyOwn([site.cachesRoot], [profile.cache], names),
    ...onlyOwn(SHARED_TEMPORARY, own, names),
  ];
}

/** Takes all beneath `roots` but `own`; the way there is seen, not listed. */
function onlyOwn(
  roots: readonly string[],
  own: readonly string[],
  names: Parameters,
): Rule[] {
  const known = roots.map(canonicalSpelling);
  const above = own.map((path) => linkSpellings(path)[0]!)
    .flatMap((path) => foldersBetween(path, "/"))
    .filter((path) =>
      known.some((root) => isWithin(canonicalSpelling(path), root))
    );
  const inOwn = new Set(own.map(canonicalSpelling));
  const way = spelled(
    [...roots, ...above].filter((path) => !inOwn.has(canonicalSpelling(path))),
    (path) => [literal(names, path)],
  );
  const kept = spelled(own, (path) => [subpath(names, path)]);
  const beneath = spelled(roots, (path) => [subpath(names, path)]);
  return [
    deny(EVERYTHING, [
      `(require-all ${any(beneath)} (require-not ${any([...kept, ...way])}))`,
    ]),
    ...(way.length === 0 ? [] : [
      deny(["file-read-data", "file-read-xattr", "process-exec*", ...WRITES], [
        `(require-all ${any(way)} (require-not ${any(kept)}))`,
      ]),
    ]),
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
