// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the tools take and give, as schemas: what is published to clients is
 * what is checked.
 *
 * @module
 */

import { z } from "zod";
import { VERDICTS } from "../policy/decision.ts";

/**
 * Text that has bytes: of a lone surrogate, what would be written is not what was
 * asked for. (In a command, the policy answers for it, and the log keeps it.)
 */
export const text = z.string().refine((value) => value.isWellFormed(), {
  error: "holds half of a character (a lone surrogate)",
});

const name = text.min(1).refine((value) => !value.includes("\0"), {
  error: "holds a NUL, which no path can",
});

/** A path of a file tool. */
export const path = name.describe("Absolute, or relative to the workspace");

/** Input of `server_info`. */
export const ServerInfoInput = z.strictObject({});

/** Input of `execute_command`. */
export const ExecuteInput = z.strictObject({
  command: z.string().min(1).describe("Text for a shell, run in the workspace"),
  retry_count: z.number().int().min(0).default(0).describe(
    "How often this was tried before; logged, and nothing else",
  ),
  timeout_seconds: z.number().positive().max(604_800).optional().describe(
    "Seconds until it is ended; at most the policy's limit",
  ),
  cwd: name.optional().describe(
    "Folder to start in, inside the workspace; the workspace by default",
  ),
  ephemeral: z.boolean().default(false).describe(
    "Run in a copy of the workspace; what it changes is held for a person, and later commands do not see it",
  ),
});

/** Input of `check_command`. */
export const CheckInput = z.strictObject({
  command: z.string().min(1).describe("Text for a shell; it is not run"),
  cwd: name.optional().describe(
    "Folder it would start in, inside the workspace; the workspace by default",
  ),
});

/** Input of `wait_for_approval`. */
export const WaitInput = z.strictObject({
  id: z.string().min(1).max(100).describe(
    "Of the request, as the refusal names it in decision.approval.id",
  ),
  timeout_seconds: z.number().positive().max(3_600).default(50).describe(
    "Seconds to wait at most; then the answer is `pending`",
  ),
});

const Decision = z.looseObject({
  id: z.string(),
  verdict: z.enum(VERDICTS),
  reasons: z.array(z.looseObject({
    code: z.string(),
    rule: z.string(),
    message: z.string(),
    remedy: z.string().optional(),
    severity: z.enum(["info", "low", "medium", "high", "critical"]),
  })),
  mode: z.enum(["enforce", "shadow"]),
  policy: z.looseObject({ hash: z.string(), agent: z.string() }),
  containment: z.looseObject({
    profile: z.string(),
    network: z.enum(["deny", "names", "open"]),
    ephemeral: z.boolean(),
  }),
  retryAfterMs: z.number().optional(),
  approval: z.looseObject({
    id: z.string().describe("Takes wait_for_approval; it approves nothing"),
    expiresAt: z.string(),
  }).optional().describe("With escalate: what a person is asked"),
  elapsedUs: z.number(),
});

/** What every result may hold: the decision, and what went wrong if it did. */
export const common = {
  decision: Decision.optional().describe("What the policy said, and why"),
  error: z.string().optional().describe("What went wrong, if it did"),
  backup: z.looseObject({
    id: z.string().describe("Takes restore_backup as backup_location"),
    count: z.number().describe("Paths that can be put back"),
    unsaved: z.array(z.looseObject({ path: z.string(), why: z.string() })),
  }).optional().describe("What was saved before it, if it changed something"),
};

/** Input of `list_backups`. */
export const ListBackupsInput = z.strictObject({
  path: path.optional().describe("Only of this file, or of all in this folder"),
  limit: z.number().int().min(1).max(1_000).default(20).describe(
    "How many, newest first",
  ),
});

/** Output of `list_backups`. */
export const ListBackupsOutput = z.looseObject({
  error: z.string().optional().describe("What went wrong, if it did"),
  backups: z.array(z.looseObject({
    id: z.string().describe("Takes restore_backup as backup_location"),
    at: z.string(),
    cause: z.string(),
    what: z.string(),
    agent: z.string(),
    count: z.number(),
    paths: z.array(z.string()).describe("The first of them"),
    damaged: z.boolean(),
  })).optional(),
});

/** Input of `restore_backup`. */
export const RestoreInput = z.strictObject({
  backup_location: z.string().max(4_096).default("").describe(
    "Id of a backup, or its folder's name or path; empty: the last backup of `paths`",
  ),
  dry_run: z.boolean().default(true).describe(
    "Only says what would be put back, and gives the token that applying needs",
  ),
  restore_token: z.string().max(400).default("").describe("Of the dry run"),
  paths: z.array(path).min(1).max(1_000).optional().describe(
    "Only these, with all below",
  ),
});

/** Output of `restore_backup`. */
export const RestoreOutput = z.looseObject({
  ...common,
  planned: z.number().optional().describe("Paths that are not so already"),
  items: z.array(z.looseObject({
    path: z.string(),
    now: z.string(),
    will: z.string(),
    conflict: z.string().optional().describe("Why it is not overwritten"),
  })).optional(),
  restore_token: z.string().optional(),
  restore_token_expires_at: z.string().optional(),
  count: z.number().optional().describe("Paths that were put back"),
  undo: z.string().optional().describe("Backup of what they replaced"),
});

/** Output of `server_info`. */
export const ServerInfoOutput = z.looseObject({
  status: z.enum(["ok", "degraded"]),
  name: z.string(),
  version: z.string(),
  build: z.string(),
  workspace: z.string(),
  agent: z.string(),
  policy: z.looseObject({
    path: z.string(),
    hash: z.string(),
    broken: z.string().optional(),
  }),
  notEnforced: z.array(
    z.looseObject({ pointer: z.string(), message: z.string() }),
  ),
});

/** Output of `execute_command`. */
export const ExecuteOutput = z.looseObject({
  ...common,
  exitCode: z.number().int().optional().describe("128+n after signal n"),
  stdout: z.string().optional(),
  stderr: z.string().optional(),
  durationMs: z.number().optional(),
  truncated: z.looseObject({ stdout: z.boolean(), stderr: z.boolean() })
    .optional(),
  ended: z.enum(["timeout", "cancelled", "mask-lost", "handoff"]).optional(),
  lost: z.string().optional().describe(
    "With mask-lost: the path that was no longer protected",
  ),
  kernelRefusals: z.array(z.string()).optional(),
  denials: z.array(z.looseObject({
    what: z.string(),
    subject: z.string().describe("The path or host; empty if not known"),
    rule: z.string(),
    why: z.string(),
    change: z.looseObject({ pointer: z.string() }).optional().describe(
      "The smallest change of the policy that would allow it; the operator's to make",
    ),
  })).optional(),
  containment: z.looseObject({
    rung: z.string(),
    network: z.string(),
    degraded: z.array(z.string()),
    notes: z.optional(z.array(z.string())),
  }).optional(),
  handoff: z.looseObject({
    reported: z.array(z.looseObject({
      path: z.string(),
      did: z.enum(["kept", "reverted"]),
      why: z.string(),
    })),
    incomplete: z.string().optional(),
  }).optional().describe("What the host may obey and this run changed"),
  quarantined: z.array(z.looseObject({
    path: z.string(),
    movedTo: z.string(),
    why: z.string(),
  })).optional(),
  held: z.looseObject({
    id: z.string().describe("Names the held changes"),
    count: z.number(),
    bytes: z.number(),
    paths: z.array(z.string()),
    notes: z.array(z.string()),
  }).optional().describe(
    "Changes that were held instead of made; later commands do not see them",
  ),
});

/** Output of `check_command`. */
export const CheckOutput = z.looseObject({
  ...common,
  programs: z.array(z.looseObject({
    command: z.string().describe(
      "Its words, quoted; what is not known of them is shown as …",
    ),
    via: z.array(z.string()).describe("Programs that lead to it"),
    cwd: z.string().optional().describe("Where, if not where it starts"),
  })).optional().describe("What would really be started"),
  unknowns: z.array(z.looseObject({ code: z.string(), message: z.string() }))
    .optional().describe("What could not be read"),
  truncated: z.boolean().optional(),
});

/** Output of `wait_for_approval`. */
export const WaitOutput = z.looseObject({
  error: z.string().optional().describe("What went wrong, if it did"),
  id: z.string().optional(),
  state: z.enum([
    "pending",
    "approved",
    "denied",
    "expired",
    "consumed",
    "voided",
    "revoked",
  ]).optional(),
  expiresAt: z.string().optional(),
  message: z.string().optional().describe("The person's words"),
  why: z.string().optional().describe("With voided: what changed"),
});
