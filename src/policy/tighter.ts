// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * For every setting of a policy: what "tighter" means. Overlays may only go
 * that way (overlay.ts); policies/README.md shows the table to people.
 *
 * @module
 */

import { isBelow, normalizePath } from "../action/words.ts";
import { matchesDomain, normalizeDomain } from "./host_pattern.ts";
import type { PolicyDocument } from "./schema.ts";
import { settingsOf } from "./settings_of.ts";

/** Whether what `wide` stands for includes `narrow`. */
type Covers = (wide: string, narrow: string) => boolean;

/** How two values of one setting compare; `unset` is what holds where a file says nothing. */
export type Order =
  /** Mildest first. */
  | {
    readonly kind: "rank";
    readonly values: readonly unknown[];
    readonly unset: unknown;
  }
  | { readonly kind: "lower" | "higher"; readonly unset: number }
  /** Every entry of the base must stay. */
  | {
    readonly kind: "more";
    readonly covers: Covers;
    /** An entry may move to this stricter list instead. */
    readonly or?: string;
  }
  /** Every entry must be one of the base's, or lie below one. */
  | {
    readonly kind: "fewer";
    readonly covers: Covers;
    /** Where the base does not use the list, any list is tighter. */
    readonly used?: (base: PolicyDocument) => boolean;
  }
  /** This one value, or the base's. */
  | {
    readonly kind: "only";
    readonly value: unknown;
    readonly unset: unknown;
  }
  /** The base's value, and of an object each name's. */
  | { readonly kind: "same" }
  /** Each of the base's budgets must stay, or have a lower limit. */
  | { readonly kind: "budgets" };

const MODES = rank("off", "off", "monitor", "enforce");
const ON = rank(false, false, true);
const ON_UNLESS_SAID = rank(true, false, true);
const LIMIT: Order = { kind: "lower", unset: Infinity };

/** Every setting an overlay may have but `rules`, by JSON pointer. Defaults are those of settings_of.ts and of Runtime Guard. */
export const TIGHTER: Readonly<Record<string, Order>> = {
  "/mode": rank("enforce", "shadow", "enforce"),
  "/unknown": rank("escalate", "guard", "sandbox", "escalate", "block"),
  "/escalate": rank("ask", "ask", "block"),
  "/exec_guard": rank("off", "off", "observe", "enforce"),
  "/throttle": { kind: "budgets" },
  "/blocked/commands": more(sameText),
  "/blocked/paths": more(sameText),
  "/blocked/extensions": more(sameExtension),
  "/requires_confirmation/commands": more(sameText, "/blocked/commands"),
  "/requires_confirmation/paths": more(sameText, "/blocked/paths"),
  "/requires_confirmation/session_whitelist_enabled": rank(true, true, false),
  "/requires_confirmation/approval_security/max_failed_attempts_per_token":
    lower(5),
  "/requires_confirmation/approval_security/failed_attempt_window_seconds":
    higher(600),
  "/requires_confirmation/approval_security/token_ttl_seconds": lower(600),
  "/approvals/ttl_seconds": lower(600),
  "/approvals/denied_seconds": higher(300),
  // Waiting holds a call up and gives nothing; how long is the operator's.
  "/approvals/wait_seconds": lower(0),
  "/approvals/wider_scopes": rank(true, true, false),
  // Who is asked is the operator's to say; anybody may have it fewer.
  "/approvals/elicitation": { kind: "only", value: "off", unset: "off" },
  "/approvals/elicitation_url": { kind: "same" },
  "/approvals/max_wrong_ids": lower(5),
  "/approvals/wrong_id_window_seconds": higher(600),
  // Where requests are told to is not an agent's or a workspace's to say.
  "/approvals/webhook/url": { kind: "same" },
  "/approvals/webhook/secret_file": { kind: "same" },
  "/allowed/paths_whitelist": fewer(coversPath),
  "/allowed/max_directory_depth": lower(100),
  "/allowed/max_file_size_mb": LIMIT,
  "/allowed/max_files_per_operation": LIMIT,
  "/network/enforcement_mode": MODES,
  "/network/commands": more(sameText),
  "/network/allowed_domains": fewer(coversDomain, refusesUnknownDomains),
  "/network/blocked_domains": more(coversDomain),
  "/network/block_unknown_domains": ON,
  "/execution/max_command_timeout_seconds": lower(30),
  "/execution/max_output_chars": lower(200_000),
  "/execution/shell_workspace_containment/mode": MODES,
  "/execution/shell_workspace_containment/exempt_commands": fewer(equals),
  "/execution/shell_workspace_containment/log_paths": ON_UNLESS_SAID,
  "/script_sentinel/enabled": ON_UNLESS_SAID,
  "/script_sentinel/mode": rank(
    "match_original",
    "match_original",
    "requires_confirmation",
    "block",
  ),
  "/script_sentinel/scan_mode": rank(
    "exec_context_plus_mentions",
    "exec_context",
    "exec_context_plus_mentions",
  ),
  "/script_sentinel/max_scan_bytes": higher(1_048_576),
  "/script_sentinel/include_wrappers": ON_UNLESS_SAID,
  "/sandbox/level": rank("require", "off", "prefer", "require"),
  // Where a base says nothing, overlay.ts fills in what follows from `network`.
  "/sandbox/network": rank("deny", "open", "names", "deny"),
  "/sandbox/ephemeral": ON,
  "/sandbox/profile": rank(
    "workspace",
    "network",
    "agent",
    "ci",
    "browser",
    "devel",
    "workspace",
    "ephemeral",
    "readonly",
  ),
  "/sandbox/profiles": fewer(equals),
  "/sandbox/read/mode": rank("all", "all", "allow"),
  "/sandbox/read/allowed": fewer(coversPath, readsListOnly),
  "/sandbox/read/hidden": more(sameText),
  "/sandbox/write/roots": fewer(coversPath),
  "/sandbox/write/pinned": more(sameText),
  // Kept, nothing is lost and everything is obeyed; undone, it is gone.
  "/sandbox/handoff/obeyed": rank("hold", "keep", "revert", "hold"),
  "/sandbox/handoff/lifecycle": rank("keep", "keep", "revert", "hold"),
  "/sandbox/handoff/instructions": rank("keep", "keep", "revert", "hold"),
  "/sandbox/limits/open_files": LIMIT,
  "/sandbox/limits/processes": LIMIT,
  "/sandbox/limits/file_size_bytes": LIMIT,
  "/sandbox/limits/address_space_bytes": LIMIT,
  "/sandbox/limits/cpu_seconds": LIMIT,
  "/sandbox/limits/temporary_bytes": LIMIT,
  "/sandbox/limits/memory_bytes": LIMIT,
  "/sandbox/limits/swap_bytes": LIMIT,
  "/sandbox/limits/processors": LIMIT,
  "/sandbox/env/pass": fewer(coversName),
  "/sandbox/env/set": { kind: "same" },
};

/** What an order asks for, as a clause for people. */
export function describeOrder(order: Order): string {
  switch (order.kind) {
    case "rank":
      return `tighter is, in this order, ${
        order.values.map((value) => JSON.stringify(value)).join(" < ")
      }`;
    case "lower":
      return "only a lower number is tighter";
    case "higher":
      return "only a higher number is tighter";
    case "more":
      return "every entry must stay; entries may be added";
    case "fewer":
      return "entries may be taken away or narrowed, not added";
    case "only":
      return `only ${JSON.stringify(order.value)} is tighter`;
    case "same":
      return "values may not be added or changed";
    case "budgets":
      return "every budget must stay, with a limit as low or lower";
  }
}

function rank(unset: unknown, ...values: readonly unknown[]): Order {
  return { kind: "rank", values, unset };
}

function lower(unset: number): Order {
  return { kind: "lower", unset };
}

function higher(unset: number): Order {
  return { kind: "higher", unset };
}

function more(covers: Covers, or?: string): Order {
  return { kind: "more", covers, ...(or !== undefined && { or }) };
}

function fewer(
  covers: Covers,
  used?: (base: PolicyDocument) => boolean,
): Order {
  return { kind: "fewer", covers, ...(used !== undefined && { used }) };
}

function equals(a: string, b: string): boolean {
  return a === b;
}

function sameText(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(text: string): string {
  return text.trim().toLowerCase().split(/\s+/).join(" ");
}

function sameExtension(a: string, b: string): boolean {
  return plain(a).replace(/^\./, "") === plain(b).replace(/^\./, "");
}

function coversDomain(wide: string, narrow: string): boolean {
  return matchesDomain(normalizeDomain(wide), normalizeDomain(narrow));
}

/** Links are not followed here: the sandbox does, and sees no more than it is given. */
function coversPath(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const [above, below] = [wide, narrow].map(anchored);
  return above !== undefined && below !== undefined && isBelow(below, above);
}

/** `~/a` as a path of its own, apart from all others. */
function anchored(path: string): string | undefined {
  if (path === "~" || path.startsWith("~/")) {
    const below = normalizePath(`/~${path.slice(1)}`);
    return isBelow(below, "/~") ? below : undefined;
  }
  return path.startsWith("/") ? normalizePath(path) : undefined;
}

function coversName(wide: string, narrow: string): boolean {
  return wide === narrow ||
    wide.endsWith("*") && narrow.startsWith(wide.slice(0, -1));
}

function refusesUnknownDomains(base: PolicyDocument): boolean {
  return base.network?.block_unknown_domains === true ||
    settingsOf(base).sandbox.network === "names";
}

function readsListOnly(base: PolicyDocument): boolean {
  return base.sandbox?.read?.mode === "allow";
}
