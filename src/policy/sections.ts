// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The sections that Runtime Guard's `policy.json` has, with their types and
 * bounds (research/runtime-guard.md 1.2). Defaults are filled in by compile.ts,
 * so that a file's own values stay apart from them.
 *
 * @module
 */

import * as z from "zod/mini";

const strings = z.array(z.string().check(z.minLength(1)));
const flag = z.boolean();

function atLeast(minimum: number): z.ZodMiniNumber {
  return z.number().check(z.gte(minimum));
}

function wholeAtLeast(minimum: number): z.ZodMiniNumber {
  return z.int().check(z.gte(minimum));
}

const Mode = z.enum(["off", "monitor", "enforce"]);

/** `blocked`. */
export const Blocked = z.strictObject({
  commands: z.optional(strings),
  paths: z.optional(strings),
  extensions: z.optional(strings),
});

/** `requires_confirmation`. */
export const RequiresConfirmation = z.strictObject({
  commands: z.optional(strings),
  paths: z.optional(strings),
  session_whitelist_enabled: z.optional(flag),
  approval_security: z.optional(z.strictObject({
    max_failed_attempts_per_token: z.optional(wholeAtLeast(1)),
    failed_attempt_window_seconds: z.optional(atLeast(1)),
    token_ttl_seconds: z.optional(atLeast(1)),
  })),
});

/** How the agent's client is asked for an answer. */
const ELICITATION_MODES = ["off", "form", "url"] as const;

/** No user's name, no blank and no backslash, so that the host is what it looks like. */
const PLACE_REGEXP =
  /^(?:https:\/\/(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])|http:\/\/(?:127(?:\.[0-9]{1,3}){3}|localhost|\[::1\]))(?::[0-9]{1,5})?(?:[/?#][!-[\]-~]*)?$/;

/** `approvals`: how a person's answer is asked for and how far it goes. */
export const Approvals = z.strictObject({
  /** Seconds that a request waits for an answer, and a grant for its use. */
  ttl_seconds: z.optional(wholeAtLeast(1).check(z.lte(604_800))),
  /** Seconds that the same request is refused after a denial. */
  denied_seconds: z.optional(wholeAtLeast(0).check(z.lte(604_800))),
  /** Seconds that a tool call waits itself for the answer. */
  wait_seconds: z.optional(wholeAtLeast(0).check(z.lte(3_600))),
  /** An answer may go further than one use of one action. */
  wider_scopes: z.optional(flag),
  /** Whether the agent's client is asked too: by a form, or to open a page. */
  elicitation: z.optional(z.enum(ELICITATION_MODES)),
  /** The operator's page: https, or http to this machine; `{id}` stands for the request's id. */
  elicitation_url: z.optional(
    z.string().check(z.regex(PLACE_REGEXP)),
  ),
  /** Wrong ids within the window after which answering pauses. */
  max_wrong_ids: z.optional(wholeAtLeast(1)),
  wrong_id_window_seconds: z.optional(wholeAtLeast(1)),
  /** Is told of each new request, signed with HMAC-SHA-256. */
  webhook: z.optional(z.strictObject({
    /** https, or http to this machine. */
    url: z.string().check(z.regex(PLACE_REGEXP)),
    /** Absolute path of a file of mode 0600 with at least 16 bytes. */
    secret_file: z.string().check(z.regex(/^\//)),
  })),
}).check(z.refine(
  ({ elicitation, elicitation_url: url }) =>
    elicitation !== "url" || url !== undefined,
  { error: '"url" needs the page\'s address in "elicitation_url"' },
));

/** `allowed`; the last two keys were never used by anything, but are accepted. */
export const Allowed = z.strictObject({
  paths_whitelist: z.optional(strings),
  max_directory_depth: z.optional(wholeAtLeast(0)),
  max_file_size_mb: z.optional(atLeast(0)),
  max_files_per_operation: z.optional(wholeAtLeast(0)),
});

/** `network`. */
export const Network = z.strictObject({
  enforcement_mode: z.optional(Mode),
  commands: z.optional(strings),
  allowed_domains: z.optional(strings),
  blocked_domains: z.optional(strings),
  block_unknown_domains: z.optional(flag),
});

/** `execution`. */
export const Execution = z.strictObject({
  max_command_timeout_seconds: z.optional(atLeast(1)),
  max_output_chars: z.optional(wholeAtLeast(1024)),
  shell_workspace_containment: z.optional(z.strictObject({
    mode: z.optional(Mode),
    exempt_commands: z.optional(strings),
    log_paths: z.optional(flag),
  })),
});

/** `backup_access`. */
export const BackupAccess = z.strictObject({
  block_agent_tools: z.optional(flag),
});

/** `restore`. */
export const Restore = z.strictObject({
  require_dry_run_before_apply: z.optional(flag),
  confirmation_ttl_seconds: z.optional(atLeast(30)),
});

/** `audit`. */
export const Audit = z.strictObject({
  backup_enabled: z.optional(flag),
  backup_on_content_change_only: z.optional(flag),
  max_versions_per_file: z.optional(wholeAtLeast(1)),
  /** Absolute or in the home (`~/`), or empty for airg's own folder; AIRG_BACKUP_ROOT wins. */
  backup_root: z.optional(z.string().check(z.regex(/^(?:~?\/|$)/))),
  /** 0 or less: for ever. */
  backup_retention_days: z.optional(z.number()),
  /** Bytes of all that is saved. */
  backup_max_bytes: z.optional(wholeAtLeast(0)),
  /** Bytes of one file; a larger one is not saved, and what would destroy it does not run. */
  backup_max_file_bytes: z.optional(wholeAtLeast(0)),
  /** Whether files that a script or a build may change are saved in case. */
  backup_unread: z.optional(flag),
  log_level: z.optional(z.string()),
  redact_patterns: z.optional(strings),
});

/** `reports`. */
export const Reports = z.strictObject({
  enabled: z.optional(flag),
  ingest_poll_interval_seconds: z.optional(atLeast(1)),
  reconcile_interval_seconds: z.optional(atLeast(60)),
  retention_days: z.optional(atLeast(1)),
  max_db_size_mb: z.optional(atLeast(10)),
  prune_interval_seconds: z.optional(atLeast(300)),
});

/** `telemetry`. */
export const Telemetry = z.strictObject({
  enabled: z.optional(flag),
  endpoint: z.optional(z.string()),
  last_sent_date: z.optional(z.string()),
});

/** `script_sentinel`. */
export const ScriptSentinel = z.strictObject({
  enabled: z.optional(flag),
  mode: z.optional(
    z.enum(["match_original", "block", "requires_confirmation"]),
  ),
  scan_mode: z.optional(
    z.enum(["exec_context_plus_mentions", "exec_context"]),
  ),
  max_scan_bytes: z.optional(wholeAtLeast(1024)),
  include_wrappers: z.optional(flag),
});
