// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policy file: its shape on disk (DESIGN.md section 5).
 *
 * Everything past `parsePolicy` works on {@linkcode PolicyDocument} and never
 * looks at `unknown` again.
 *
 * @module
 */

import * as z from "zod/mini";
import {
  AgentOverride,
  Allowed,
  Audit,
  BackupAccess,
  Blocked,
  Execution,
  Network,
  Reports,
  RequiresConfirmation,
  Restore,
  ScriptSentinel,
  Telemetry,
} from "./sections.ts";

const text = z.string().check(z.minLength(1));
const texts = z.array(text).check(z.minLength(1));
const oneOrMore = z.union([text, texts]);
const positive = z.int().check(z.gte(1));

const Match = z.strictObject({
  /** Program names; `mkfs.*` stands for every name that starts with `mkfs.`, `*` for all. */
  program: z.optional(oneOrMore),
  /** Operands, in order; the first is the subcommand where a program has them. */
  args: z.optional(texts),
  /** In any spelling: short, combined, long, shortened, with `=value`. */
  flags: z.optional(z.strictObject({
    any: z.optional(texts),
    all: z.optional(texts),
  })),
  /** Programs given to `find -exec` or `xargs`. */
  inner: z.optional(oneOrMore),
  /** `/a/b` or `~/a`: it and what is below; `name` or `*.ext`: any component; `a/b`: those components anywhere. */
  path: z.optional(oneOrMore),
  access: z.optional(
    z.array(z.enum(["read", "write", "delete", "list"])).check(z.minLength(1)),
  ),
  /** A domain and its subdomains. */
  host: z.optional(oneOrMore),
  tool: z.optional(
    z.array(z.enum(["exec", "read", "write", "list"])).check(z.minLength(1)),
  ),
  /** The rule does not apply when every path named lies in the workspace and fits one of these; `.` is the workspace itself. */
  unless: z.optional(z.strictObject({ paths: texts })),
}).check(
  z.refine(
    (match) => ["program", "path", "host", "tool"].some((key) => key in match),
    "Say what the rule is about: program, path, host or tool",
  ),
);

const Window = z.string().check(z.regex(/^[1-9][0-9]*(?:s|m|h|d)$/));

const Budget = z.strictObject({
  per: z.enum(["agent", "tool", "agent_tool", "rule", "agent_rule"]),
  limit: positive,
  window: Window,
  on_excess: z.optional(z.enum(["fail", "wait"])),
  max_wait: z.optional(Window),
});

const Rule = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/)),
  match: Match,
  verdict: z.union([
    z.enum(["allow", "sandbox", "escalate", "block"]),
    z.strictObject({ throttle: Budget }),
  ]),
  reason: text,
  remedy: z.optional(text),
  severity: z.optional(z.enum(["info", "low", "medium", "high", "critical"])),
  mode: z.optional(z.enum(["enforce", "shadow"])),
  examples: z.optional(z.strictObject({
    match: z.optional(texts),
    no_match: z.optional(texts),
  })),
});

const Sandbox = z.strictObject({
  level: z.optional(z.enum(["require", "prefer", "off"])),
  read: z.optional(z.strictObject({
    mode: z.optional(z.enum(["all", "allow"])),
    allowed: z.optional(z.array(text)),
    hidden: z.optional(z.array(text)),
  })),
  write: z.optional(z.strictObject({
    roots: z.optional(z.array(text)),
    pinned: z.optional(z.array(text)),
  })),
  limits: z.optional(z.strictObject({
    open_files: z.optional(positive),
    processes: z.optional(positive),
    file_size_bytes: z.optional(positive),
    address_space_bytes: z.optional(positive),
    cpu_seconds: z.optional(positive),
    temporary_bytes: z.optional(positive),
  })),
  network: z.optional(z.enum(["deny", "names", "open"])),
  ephemeral: z.optional(z.boolean()),
  env: z.optional(z.strictObject({
    pass: z.optional(z.array(text)),
    set: z.optional(z.record(z.string(), z.string())),
  })),
});

const SECTIONS = {
  blocked: z.optional(Blocked),
  requires_confirmation: z.optional(RequiresConfirmation),
  allowed: z.optional(Allowed),
  network: z.optional(Network),
  execution: z.optional(Execution),
  backup_access: z.optional(BackupAccess),
  restore: z.optional(Restore),
  audit: z.optional(Audit),
  reports: z.optional(Reports),
  telemetry: z.optional(Telemetry),
  script_sentinel: z.optional(ScriptSentinel),
  agent_overrides: z.optional(z.record(text, AgentOverride)),
  rules: z.optional(z.array(Rule)),
  sandbox: z.optional(Sandbox),
  throttle: z.optional(z.array(Budget)),
  unknown: z.optional(z.enum(["escalate", "block", "sandbox", "guard"])),
  exec_guard: z.optional(z.enum(["off", "observe", "enforce"])),
};

/** A file of this version's form. */
export const VersionedSchema = z.strictObject({
  $schema: z.optional(z.string()),
  version: z.literal(1),
  extends: z.optional(z.array(z.enum(["default"]))),
  ...SECTIONS,
});

/** A file that Runtime Guard wrote: no `version`, and keys of its control page. */
export const LegacySchema = z.strictObject({
  $schema: z.optional(z.string()),
  ...SECTIONS,
  ui_catalog: z.optional(z.unknown()),
  ui_overrides: z.optional(z.unknown()),
  requires_simulation: z.optional(
    z.looseObject({ commands: z.optional(z.array(z.string())) }),
  ),
});

/** A policy file that has been checked; without `version` it is a legacy one. */
export type PolicyDocument =
  & Omit<z.infer<typeof LegacySchema>, "ui_catalog" | "ui_overrides">
  & Partial<Pick<z.infer<typeof VersionedSchema>, "version" | "extends">>;

/** One rule of a policy file. */
export type PolicyRule = z.infer<typeof Rule>;
