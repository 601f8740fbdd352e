// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Settings of a document with the defaults filled in: Runtime Guard's where it
 * had the setting (research/runtime-guard.md 1.2), else DESIGN.md's.
 *
 * @module
 */

import { DEFAULT_HANDOFF } from "../action/handoff_files.ts";
import type { PolicyDocument } from "./schema.ts";
import type { PolicySettings } from "./settings.ts";

/** Fills in what the document leaves out. */
export function settingsOf(document: PolicyDocument): PolicySettings {
  const { allowed, audit, blocked, execution, sandbox } = document;
  const limits = sandbox?.limits ?? {};
  return {
    execution: {
      maxTimeoutSeconds: execution?.max_command_timeout_seconds ?? 30,
      maxOutputChars: execution?.max_output_chars ?? 200_000,
    },
    approvals: approvalsOf(document),
    maxDirectoryDepth: allowed?.max_directory_depth ?? 100,
    audit: { redactPatterns: audit?.redact_patterns ?? DEFAULT_REDACTIONS },
    backups: backupsOf(document),
    restore: {
      // Runtime Guard has true here, and no tool that lists.
      blockAgentTools: document.backup_access?.block_agent_tools ?? false,
      requireDryRun: document.restore?.require_dry_run_before_apply ?? true,
      ttlMs: (document.restore?.confirmation_ttl_seconds ?? 300) * 1000,
    },
    sandbox: {
      level: sandbox?.level ?? "require",
      network: networkOf(document),
      ephemeral: sandbox?.ephemeral ?? false,
      profile: sandbox?.profile ?? "workspace",
      ...(sandbox?.profiles && { profiles: sandbox.profiles }),
      hidden: unique([
        ...blocked?.paths ?? [],
        ...sandbox?.read?.hidden ?? [],
      ]),
      hiddenExtensions: blocked?.extensions ?? [],
      read: readsOf(document),
      writable: unique([
        ...allowed?.paths_whitelist ?? [],
        ...sandbox?.write?.roots ?? [],
      ]),
      pinned: sandbox?.write?.pinned ?? [],
      handoff: {
        obeyed: sandbox?.handoff?.obeyed ?? DEFAULT_HANDOFF.obeyed,
        lifecycle: sandbox?.handoff?.lifecycle ?? DEFAULT_HANDOFF.lifecycle,
        instructions: sandbox?.handoff?.instructions ??
          DEFAULT_HANDOFF.instructions,
      },
      env: {
        pass: sandbox?.env?.pass ?? [],
        set: sandbox?.env?.set ?? {},
      },
      limits: {
        ...(limits.open_files && { openFiles: limits.open_files }),
        ...(limits.processes && { processes: limits.processes }),
        ...(limits.file_size_bytes &&
          { fileSizeBytes: limits.file_size_bytes }),
        ...(limits.address_space_bytes && {
          addressSpaceBytes: limits.address_space_bytes,
        }),
        ...(limits.cpu_seconds && { cpuSeconds: limits.cpu_seconds }),
        ...(limits.temporary_bytes && {
          temporaryBytes: limits.temporary_bytes,
        }),
        ...(limits.memory_bytes && { memoryBytes: limits.memory_bytes }),
        ...(limits.swap_bytes !== undefined && {
          swapBytes: limits.swap_bytes,
        }),
        ...(limits.processors && { processors: limits.processors }),
      },
    },
  };
}

const GIB = 2 ** 30;

/** The first four are Runtime Guard's; it had no limit on bytes. */
function backupsOf({ audit }: PolicyDocument): PolicySettings["backups"] {
  const maxBytes = audit?.backup_max_bytes ?? 5 * GIB;
  return {
    enabled: audit?.backup_enabled ?? true,
    onContentChangeOnly: audit?.backup_on_content_change_only ?? true,
    maxVersions: audit?.max_versions_per_file ?? 5,
    retentionDays: Math.max(0, audit?.backup_retention_days ?? 30),
    maxBytes,
    maxFileBytes: audit?.backup_max_file_bytes ?? Math.min(2 * GIB, maxBytes),
    unread: audit?.backup_unread ?? true,
    ...(audit?.backup_root && { root: audit.backup_root }),
  };
}

/** What Runtime Guard shipped. */
const DEFAULT_REDACTIONS: readonly string[] = [
  "(?i)(api[_-]?key\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(token\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(password\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(secret\\s*[=:]\\s*)([^\\s]+)",
];

/**
 * Runtime Guard's settings and airg's own say the same thing twice; where both
 * are there the stricter one holds, so that neither can loosen the other.
 */
function approvalsOf(
  { approvals, requires_confirmation: legacy }: PolicyDocument,
): PolicySettings["approvals"] {
  const { approval_security: security, session_whitelist_enabled: whitelist } =
    legacy ?? {};
  return {
    ttlMs: 1000 *
      least(approvals?.ttl_seconds, security?.token_ttl_seconds, 600),
    deniedMs: 1000 * (approvals?.denied_seconds ?? 300),
    waitMs: 1000 * (approvals?.wait_seconds ?? 0),
    maxWrongIds: least(
      approvals?.max_wrong_ids,
      security?.max_failed_attempts_per_token,
      5,
    ),
    wrongIdWindowMs: 1000 * most(
      approvals?.wrong_id_window_seconds,
      security?.failed_attempt_window_seconds,
      600,
    ),
    wider: approvals?.wider_scopes !== false && whitelist !== false,
    ...(approvals?.webhook !== undefined && {
      webhook: {
        url: approvals.webhook.url,
        secretFile: approvals.webhook.secret_file,
      },
    }),
    ...elicitationOf(approvals),
  };
}

/** Without an address there is no page to open. */
function elicitationOf(
  approvals: PolicyDocument["approvals"],
): Pick<PolicySettings["approvals"], "elicitation"> {
  const { elicitation, elicitation_url: url } = approvals ?? {};
  if (elicitation === "form") return { elicitation: { mode: "form" } };
  return elicitation === "url" && url !== undefined
    ? { elicitation: { mode: "url", url } }
    : {};
}

function least(
  a: number | undefined,
  b: number | undefined,
  otherwise: number,
): number {
  const least = Math.min(a ?? Infinity, b ?? Infinity);
  return least === Infinity ? otherwise : least;
}

function most(
  a: number | undefined,
  b: number | undefined,
  otherwise: number,
): number {
  const most = Math.max(a ?? 0, b ?? 0);
  return most === 0 ? otherwise : most;
}

/** DESIGN.md section 5: an explicit value wins, then the legacy mode, then none. */
export function networkOf(
  { network, sandbox, version }: PolicyDocument,
): PolicySettings["sandbox"]["network"] {
  if (sandbox?.network !== undefined) return sandbox.network;
  const mode = network?.enforcement_mode;
  if (version !== undefined && mode === undefined) return "deny";
  return mode === "enforce" && network?.block_unknown_domains === true
    ? "names"
    : "open";
}

/** Runtime Guard's `enforce` keeps commands to the workspace: so does the kernel then. */
function readsOf(
  { execution, sandbox }: PolicyDocument,
): PolicySettings["sandbox"]["read"] {
  const shell = execution?.shell_workspace_containment;
  const listed = sandbox?.read?.mode === "allow";
  return {
    mode: listed || shell?.mode === "enforce" ? "allow" : "all",
    allowed: sandbox?.read?.allowed ?? [],
    exempt: listed ? [] : shell?.exempt_commands ?? [],
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
