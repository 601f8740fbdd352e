// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The smallest change of a policy that would allow what a reason refused, in
 * words for the operator (pure).
 *
 * @module
 */

/** What a change is looked for by: a reason's code and rule. */
export interface RefusedBy {
  readonly code: string;
  readonly rule: string;
}

/** Codes that hold whatever a policy says (docs/reason-codes.md). */
const BUILT_IN = new Set([
  "airg.own_files",
  "airg.own_variables",
  "fs.protected_write",
  "exec.loader_variable",
  "shell.syntax",
  "shell.unterminated_quote",
  "shell.fork_bomb",
  "policy.cannot_count",
  "policy.attempt",
]);

/** Codes with a setting of their own. */
const SETTINGS: readonly (readonly [code: string, change: string])[] = [
  ["network.needed", "set sandbox.network to the network it needs"],
  ["network.unknown_domain", "add the host to network.allowed_domains"],
  [
    "network.blocked_domain",
    "take the host out of network.blocked_domains",
  ],
  [
    "fs.outside_workspace",
    "add the folder to sandbox.write.roots (or allowed.paths_whitelist)",
  ],
  ["policy.throttled", "raise the limit of the rule's throttle"],
  ["policy.stale", "mend the policy file; airg policy check names the place"],
];

/** For what could not be read. */
const UNKNOWN =
  'set "unknown" to "sandbox", which runs what cannot be read in a copy; the reason\'s own hint is safer';

/** What would allow it, or why nothing would; a clause without a full stop. */
export function changeFor({ code, rule }: RefusedBy): string {
  if (BUILT_IN.has(code)) {
    return "none: this holds whatever the policy says; do it yourself";
  }
  const setting = SETTINGS.find(([name]) => name === code);
  if (setting !== undefined) return setting[1];
  if (rule === "/unknown" || /^(?:shell|exec)\./.test(code)) {
    return UNKNOWN;
  }
  if (rule.startsWith("/")) {
    return `take the entry at ${rule} out of the policy`;
  }
  const [source, id] = [
    rule.slice(0, rule.indexOf("/")),
    rule.split("/").at(-1),
  ];
  if (PACKS.has(source)) {
    return `leave "pack:${source}" out of extends; the rule ${id} comes from there and cannot be loosened alone`;
  }
  return `change the verdict of the rule ${id}, or narrow what it matches`;
}

/** Packs that the default policy extends. */
const PACKS = new Set([
  "git",
  "filesystem",
  "system",
  "cloud",
  "databases",
  "containers",
  "packages",
  "secrets",
  "network",
  "agent",
]);
