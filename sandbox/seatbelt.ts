// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Profile -> the words that go to macOS's `sandbox-exec` (pure).
 *
 * The later rule wins, so what is taken away comes last.
 *
 * Checked here by a model of these rules, never on a Mac.
 *
 * @module
 */

import { canonicalSpelling } from "./seatbelt_paths.ts";
import { forbidden, takenAway } from "./seatbelt_denials.ts";
import {
  deviceRules,
  fileRules,
  networkRules,
  processRules,
} from "./seatbelt_grants.ts";
import {
  refusedParts,
  type SeatbeltProfile,
  type SeatbeltSite,
  usedRoots,
  writableRoots,
} from "./seatbelt_site.ts";
import {
  type Parameters,
  parameters,
  type Rule,
  ruleText,
} from "./seatbelt_text.ts";
import { isWithin } from "./within.ts";

export type { SeatbeltProfile, SeatbeltSite } from "./seatbelt_site.ts";

/** Bytes all words may have: half of what `execve` takes (ARG_MAX is 1 MiB). */
const MAX_BYTES = 512 * 1024;

/**
 * Builds the words that go between `sandbox-exec` and the command.
 *
 * @returns The words, or why Seatbelt cannot give this profile.
 */
export function seatbeltArgs(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
): { readonly args: readonly string[] } | { readonly refused: string } {
  const parts = refusedParts(profile);
  if (parts.length > 0) {
    return { refused: `Seatbelt cannot give: ${parts.join(", ")}` };
  }
  const covered = hiddenRoot(profile, site);
  if (covered !== undefined) {
    return { refused: `a hidden folder holds what has to be used: ${covered}` };
  }
  if (proofWithin(profile, site)) {
    return { refused: `a writable folder holds ${site.proof.open}` };
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
  profile: SeatbeltProfile,
  site: SeatbeltSite,
  names: Parameters,
): string {
  const message = `airg-${site.tag}`;
  const taken = takenAway(profile, site, names).map((rule) => ({
    ...rule,
    message,
  }));
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

/** What has to be used and yet lies in a hidden folder, if anything. */
function hiddenRoot(
  profile: SeatbeltProfile,
  site: SeatbeltSite,
): string | undefined {
  const hidden = profile.hidden.map(({ path }) => canonicalSpelling(path));
  return usedRoots(profile, site).find((root) =>
    hidden.some((path) => isWithin(canonicalSpelling(root), path))
  );
}

/** Whether the command could change what is to prove that the rules hold. */
function proofWithin(profile: SeatbeltProfile, site: SeatbeltSite): boolean {
  const roots = writableRoots(profile, site).map(canonicalSpelling);
  return [site.proof.open, site.proof.closed].map(canonicalSpelling)
    .some((path) =>
      roots.some((root) => isWithin(path, root) || isWithin(root, path))
    );
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
