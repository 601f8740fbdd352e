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
  Allowed,
  Approvals,
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
import { PROFILE_NAMES, RULE_PROFILES } from "./profiles.ts";
import { regexProblem } from "./text_pattern.ts";

const text = z.string().check(z.minLength(1));
const texts = z.array(text).check(z.minLength(1));
const oneOrMore = z.union([text, texts]);
const positive = z.int().check(z.gte(1));

/** Names of the packs in `policies/packs/`. */
export const PACKS = [
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
] as const;

/** What `extends` may name: whole policies that ship, and single packs. */
export const SHIPPED = [
  "default",
  "strict",
  "ci",
  "observe",
  ...PACKS.map((name) => `pack:${name}` as const),
] as const;

/** One of {@linkcode SHIPPED}. */
export type ShippedName = typeof SHIPPED[number];

const Regex = text.check((context) => {
  const problem = regexProblem(context.value);
  if (problem === undefined) return;
  context.issues.push({
    code: "custom",
    message: problem,
    input: context.value,
  });
});

/** Conditions that mean nothing without `program`. */
const OF_PROGRAMS = [
  "args",
  "bare",
  "flags",
  "text",
  "env",
  "via",
  "paths_outside",
  "inner",
  "exact",
] as const;

const Absolute = z.string().check(z.startsWith("/"));

const Match = z.strictObject({
  /** Program names; `mkfs.*` stands for every name that starts with `mkfs.`, `*` for all. */
  program: z.optional(oneOrMore),
  /**
   * Operands, in order; the first is the subcommand where a program has them.
   * A list inside the list means one of its words.
   */
  args: z.optional(
    z.array(z.union([text, texts])).check(z.minLength(1)),
  ),
  /** No word at all stands after the program: `env`, not `env -0` and not `env A=1 ls`. */
  bare: z.optional(z.literal(true)),
  /** In any spelling: short, combined, long, shortened, with `=value`. */
  flags: z.optional(z.strictObject({
    any: z.optional(texts),
    all: z.optional(texts),
    /** The rule does not apply with one of these, unless its `--no-` form stands there too. */
    none: z.optional(texts),
  })),
  /**
   * What any one word after the program holds: a text, or a pattern in RE2
   * syntax (text_regex.ts says what of it); letter case is ignored.
   */
  text: z.optional(
    z.array(z.union([text, z.strictObject({ regex: Regex })]))
      .check(z.minLength(1)),
  ),
  /** Variables set for this program alone, by name; `*` stands for any letters. */
  env: z.optional(oneOrMore),
  /** The program runs through one of these, such as `docker` for `docker exec`. */
  via: z.optional(oneOrMore),
  /** Some path that the program names lies outside the workspace, its further roots, /tmp and /var/tmp. */
  paths_outside: z.optional(z.literal(true)),
  /** Programs given to `find -exec` or `xargs`. */
  inner: z.optional(oneOrMore),
  /** The whole action is this one command, word for word, in this folder and workspace, and names these paths (links resolved) and hosts and no others. */
  exact: z.optional(z.strictObject({
    words: z.array(z.string()).check(z.minLength(1)),
    cwd: Absolute,
    workspace: Absolute,
    paths: z.array(text),
    hosts: z.array(text),
  })),
  /** `/a/b` or `~/a`: it and what is below; `name` or `*.ext`: any component; `a/b`: those components anywhere. */
  path: z.optional(oneOrMore),
  access: z.optional(
    z.array(z.enum(["read", "write", "delete", "list", "execute"])).check(
      z.minLength(1),
    ),
  ),
  /** A domain and its subdomains. */
  host: z.optional(oneOrMore),
  /**
   * `write` stands for `edit` as well, and `list` for `search`; `restore` puts
   * backups back, `backups` lists them and makes dry runs.
   */
  tool: z.optional(
    z.array(
      z.enum([
        "exec",
        "read",
        "write",
        "edit",
        "delete",
        "list",
        "search",
        "restore",
        "backups",
      ]),
    ).check(z.minLength(1)),
  ),
  /**
   * The rule does not apply when every path named lies in the workspace and
   * fits one of `paths` (`.` is the workspace itself), or when hosts are named
   * and every one fits one of `hosts`.
   */
  unless: z.optional(
    z.strictObject({ paths: z.optional(texts), hosts: z.optional(texts) })
      .check(z.refine(
        ({ paths, hosts }) => paths !== undefined || hosts !== undefined,
        "Say what is excepted: paths or hosts",
      )),
  ),
}).check(
  z.refine(
    (match) => ["program", "path", "host", "tool"].some((key) => key in match),
    "Say what the rule is about: program, path, host or tool",
  ),
  z.refine(
    (match) => "program" in match || !OF_PROGRAMS.some((key) => key in match),
    `These speak of a program's words, so "program" must be there: ${
      OF_PROGRAMS.join(", ")
    }`,
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
  /**
   * Names of rules (`pack/id`, `/sandbox/network`, entries of
   * `requires_confirmation`) whose question this rule answers. Only of a rule
   * of the operator's own file that allows, and says what `exact`ly.
   */
  over: z.optional(texts),
  /** The profile that what matches runs in, unless the caller chose one; `readonly` holds in any case. */
  profile: z.optional(z.enum(RULE_PROFILES)),
  examples: z.optional(z.strictObject({
    match: z.optional(texts),
    no_match: z.optional(texts),
  })),
}).check(
  z.refine(
    ({ over, verdict, match }) =>
      over === undefined || verdict === "allow" && match.exact !== undefined,
    'Only a rule with "verdict": "allow" and "exact" in its match can have "over"',
  ),
);

const HandoffChoice = z.enum(["keep", "revert", "hold"]);

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
    /** Of the whole run where a control group can be made, else of the data of each process. */
    memory_bytes: z.optional(positive),
    /** Of the whole run; only where a control group can be made. */
    swap_bytes: z.optional(z.int().check(z.nonnegative())),
    /** Processors' worth of time of the whole run, such as 1.5; only where a control group can be made. */
    processors: z.optional(z.number().check(z.gte(0.01), z.lte(4096))),
  })),
  /** What becomes of files a run leaves and the host would obey: held aside, undone or kept. */
  handoff: z.optional(z.strictObject({
    /** Without being asked: hooks, git settings, agents' and editors' settings. */
    obeyed: z.optional(HandoffChoice),
    /** When a person builds, installs or tests. */
    lifecycle: z.optional(HandoffChoice),
    /** What agents read, such as AGENTS.md. */
    instructions: z.optional(HandoffChoice),
  })),
  network: z.optional(z.enum(["deny", "names", "open"])),
  ephemeral: z.optional(z.boolean()),
  /** Of a run whose caller names none. */
  profile: z.optional(z.enum(PROFILE_NAMES)),
  /** Those a caller may choose; absent: all that give no more than this policy does. */
  profiles: z.optional(z.array(z.enum(PROFILE_NAMES))),
  env: z.optional(z.strictObject({
    pass: z.optional(z.array(text)),
    set: z.optional(z.record(z.string(), z.string())),
  })),
});

/** Sections that an overlay may tighten. */
const TIGHTENABLE = {
  /** `shadow`: all of this file and of what it extends is said and logged, nothing is enforced, airg's own files excepted. */
  mode: z.optional(z.enum(["enforce", "shadow"])),
  blocked: z.optional(Blocked),
  requires_confirmation: z.optional(RequiresConfirmation),
  approvals: z.optional(Approvals),
  allowed: z.optional(Allowed),
  network: z.optional(Network),
  execution: z.optional(Execution),
  script_sentinel: z.optional(ScriptSentinel),
  rules: z.optional(z.array(Rule)),
  sandbox: z.optional(Sandbox),
  throttle: z.optional(z.array(Budget)),
  unknown: z.optional(z.enum(["escalate", "block", "sandbox", "guard"])),
  /** `block`: what would ask a person is refused instead. */
  escalate: z.optional(z.enum(["ask", "block"])),
  exec_guard: z.optional(z.enum(["off", "observe", "enforce"])),
};

/** Sections that only the operator's own file may have. */
const OPERATORS_OWN = {
  backup_access: z.optional(BackupAccess),
  restore: z.optional(Restore),
  audit: z.optional(Audit),
  reports: z.optional(Reports),
  telemetry: z.optional(Telemetry),
};

/** An overlay; what it must not have is accepted here and refused by overlay.ts, by name. */
const Overlay = z.strictObject({ ...TIGHTENABLE, ...OPERATORS_OWN });

const SECTIONS = {
  ...TIGHTENABLE,
  ...OPERATORS_OWN,
  agent_overrides: z.optional(
    z.record(text, z.strictObject({ policy: z.optional(Overlay) })),
  ),
  /** JSON pointers of settings that `agent_overrides` may loosen. */
  overridable: z.optional(
    z.array(z.string().check(z.regex(/^\/[^/]+(?:\/[^/]+)*$/))),
  ),
};

/** A file of this version's form. */
export const VersionedSchema = z.strictObject({
  $schema: z.optional(z.string()),
  version: z.literal(1),
  extends: z.optional(z.array(z.enum(SHIPPED))),
  ...SECTIONS,
});

/** A file in a workspace, which may only tighten. */
export const WorkspaceSchema = z.strictObject({
  $schema: z.optional(z.string()),
  version: z.literal(1),
  ...TIGHTENABLE,
  ...OPERATORS_OWN,
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
  & Omit<z.infer<typeof LegacySchema>, "ui_catalog" | "ui_overrides" | "rules">
  & { rules?: PolicyRule[] | undefined }
  & Partial<Pick<z.infer<typeof VersionedSchema>, "version" | "extends">>;

/** What lies over a policy for one agent or one workspace. */
export type PolicyOverlay = z.infer<typeof Overlay>;

/** One rule of a policy file, and, once `extends` is resolved, where it comes from. */
export type PolicyRule = z.infer<typeof Rule> & { readonly pack?: string };
