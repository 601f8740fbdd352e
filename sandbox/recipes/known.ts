// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What this version does not hold, and what would mend it.
 *
 * A recipe listed here must escape: once it no longer does, a test fails until
 * its line is taken out.
 *
 * @module
 */

interface KnownEscape {
  readonly ids: readonly string[];
  readonly why: string;
  /** Only where the command runs as root. */
  readonly rootOnly?: true;
  /** Only where no control group counts the processes of a run. */
  readonly withoutGroup?: true;
}

const KNOWN: readonly KnownEscape[] = [
  {
    ids: ["fork-bomb"],
    why: "the kernel does not count root's processes without a cgroup",
    rootOnly: true,
    withoutGroup: true,
  },
];

/**
 * Why a recipe is known to work for a run as this user, or `undefined`.
 *
 * @param grouped Whether a control group counts the processes of a run here.
 */
export function knownEscape(
  id: string,
  uid: number,
  grouped: boolean,
): string | undefined {
  return KNOWN.find(({ ids, rootOnly, withoutGroup }) =>
    ids.includes(id) && (!rootOnly || uid === 0) &&
    (!withoutGroup || !grouped)
  )?.why;
}
