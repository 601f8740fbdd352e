// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The names under which macOS knows one place (pure).
 *
 * Seatbelt compares the path that the kernel gives a file, which is nearly
 * always the real one. What is taken away is taken away under every name, so
 * that it does not matter if it is another.
 *
 * @module
 */

import { isWithin } from "./within.ts";

/** Links in `/` that every Mac has; each leads to `/private/<same>`. */
const LINKS = ["/tmp", "/var", "/etc"] as const;

/** Where the volume lies whose folders firmlinks show in `/`. */
const DATA_VOLUME = "/System/Volumes/Data";

/** The names by the links of `/`: `/private/tmp/a` and `/tmp/a`. */
export function linkSpellings(path: string): string[] {
  const direct = withoutVolume(path);
  const link = LINKS.find((link) =>
    isWithin(direct, link) || isWithin(direct, `/private${link}`)
  );
  if (link === undefined) return [direct];
  const rest = direct.startsWith("/private/")
    ? direct.slice("/private".length)
    : direct;
  return [`/private${rest}`, rest];
}

/**
 * Every name: the links', each on the data volume too, each as it is and with
 * its accents composed and decomposed (APFS takes both for one name).
 */
export function allSpellings(path: string): string[] {
  const direct = linkSpellings(path);
  const both = direct.flatMap((name) => [
    name,
    name === "/" ? DATA_VOLUME : `${DATA_VOLUME}${name}`,
  ]);
  return [
    ...new Set(
      both.flatMap((
        name,
      ) => [name, name.normalize("NFC"), name.normalize("NFD")]),
    ),
  ];
}

/** One name for all {@linkcode allSpellings} of a path. */
export function canonicalSpelling(path: string): string {
  return linkSpellings(path)[0]!.normalize("NFC");
}

function withoutVolume(path: string): string {
  if (path === DATA_VOLUME) return "/";
  return isWithin(path, DATA_VOLUME) ? path.slice(DATA_VOLUME.length) : path;
}
