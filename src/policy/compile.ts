// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A checked document -> the policy in the form decisions are made from: rules
 * indexed by program, settings with their defaults, and the list of settings
 * that nothing enforces yet.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import { withExtended } from "./builtin.ts";
import { compileLegacyCommand } from "./legacy.ts";
import { listNotEnforced } from "./not_enforced.ts";
import { answerableOf, type Overlaying } from "./exact.ts";
import { normalizeDomain } from "./host_pattern.ts";
import { compilePathPattern, type PathPattern } from "./path_pattern.ts";
import type { ProgramCondition } from "./program_condition.ts";
import type { CompiledRule } from "./rule.ts";
import { indexRules, type RuleIndex } from "./rule_index.ts";
import { type Overlaid, overlay } from "./overlay.ts";
import type { PolicyDocument, PolicyOverlay, PolicyRule } from "./schema.ts";
import type { NotEnforced, PolicyProblem, PolicySettings } from "./settings.ts";
import { networkOf, settingsOf } from "./settings_of.ts";
import { compileText } from "./text_pattern.ts";
import { compileBudget, type CompiledBudget } from "./throttle.ts";

/** The static check of domains that a command names. */
export interface DomainCheck {
  readonly mode: "off" | "monitor" | "enforce";
  readonly allowed: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  readonly blockUnknown: boolean;
}

/** Refuses commands that name paths outside the workspace. */
export interface ShellContainment {
  readonly mode: "off" | "monitor" | "enforce";
  readonly exempt: ReadonlySet<string>;
}

/** A policy ready to decide. */
export interface CompiledPolicy {
  /** `sha256:...` over the file's bytes. */
  readonly hash: string;
  readonly settings: PolicySettings;
  readonly notEnforced: readonly NotEnforced[];
  /** What overlays said and was left out, because it would loosen. */
  readonly refused: readonly PolicyProblem[];
  /** Verdict for what could not be read. */
  readonly unknown: "sandbox" | "escalate" | "block";
  /** Built-in checks and lists only say what they would do. */
  readonly shadow: boolean;
  /** `false`: what would ask a person is refused. */
  readonly asks: boolean;
  readonly rules: RuleIndex;
  /** Budgets of every action. */
  readonly budgets: readonly CompiledBudget[];
  readonly domains: DomainCheck;
  readonly shellContainment: ShellContainment;
  /** Folders that file tools may use besides the workspace. */
  readonly roots: readonly string[];
}

/** What compiling needs besides the document. */
export interface CompileOptions {
  /** `sha256:...` over the file's bytes. */
  readonly hash: string;
  /** Real, absolute home folder of the user, for `~`. */
  readonly home: string;
  /** Where the rules of this document come from; the first half of a rule's name. */
  readonly name?: string;
  /** Whose `agent_overrides` apply; absent: nobody's. */
  readonly agent?: string;
  /** What the workspace's own file says. */
  readonly workspace?: PolicyOverlay;
}

/** Compiles a document; what it extends comes first, overlays last. */
export function compilePolicy(
  document: PolicyDocument,
  options: CompileOptions,
): CompiledPolicy {
  const base = withExtended(document, options.name ?? "policy");
  const { document: merged, refused } = withOverlays(base, options);
  const skipped: NotEnforced[] = [];
  const overlaid = {
    lists: options.workspace !== undefined ||
      merged.agent_overrides !== undefined,
    network: networkOf(merged) !== networkOf(base),
  };
  const asks = merged.escalate !== "block";
  const rules = [
    ...(merged.rules ?? []).map((rule) =>
      compileRule(rule, options.home, overlaid)
    ),
    ...legacyRules(merged, options.home, skipped),
  ];
  const settings = settingsOf(merged);
  return {
    hash: options.hash,
    settings,
    notEnforced: [...listNotEnforced(document), ...skipped],
    refused,
    unknown: unknownVerdict(merged.unknown, asks),
    shadow: merged.mode === "shadow",
    asks,
    rules: indexRules(rules),
    budgets: (merged.throttle ?? []).map((budget, i) =>
      compileBudget(budget, `/throttle/${i}`)
    ),
    domains: {
      mode: merged.network?.enforcement_mode ?? "off",
      allowed: new Set(
        (merged.network?.allowed_domains ?? []).map(normalizeDomain),
      ),
      blocked: new Set(
        (merged.network?.blocked_domains ?? []).map(normalizeDomain),
      ),
      blockUnknown: merged.network?.block_unknown_domains ?? false,
    },
    shellContainment: {
      mode: merged.execution?.shell_workspace_containment?.mode ?? "off",
      exempt: new Set(
        merged.execution?.shell_workspace_containment?.exempt_commands ?? [],
      ),
    },
    roots: settings.sandbox.writable.map((path) =>
      path === "~" || path.startsWith("~/")
        ? options.home + path.slice(1)
        : path
    ),
  };
}

/** Tools that came later belong to those that did the same before. */
function toolsOf(
  tools: readonly Action["kind"][],
): ReadonlySet<Action["kind"]> {
  return new Set(
    tools.flatMap((tool): readonly Action["kind"][] =>
      tool === "write"
        ? [tool, "edit"]
        : tool === "list"
        ? [tool, "search"]
        : [tool]
    ),
  );
}

/** "guard" waits for the exec guard, and is the nearest stricter one until then. */
function unknownVerdict(
  unknown: PolicyDocument["unknown"],
  asks: boolean,
): CompiledPolicy["unknown"] {
  if (unknown === "sandbox") return "sandbox";
  return unknown === "block" || !asks ? "block" : "escalate";
}

/** The agent's overlay lies over the policy, the workspace's over both. */
function withOverlays(
  base: PolicyDocument,
  { agent, workspace }: CompileOptions,
): Overlaid {
  const overrides = base.agent_overrides ?? {};
  const own = agent !== undefined && Object.hasOwn(overrides, agent)
    ? overrides[agent]?.policy
    : undefined;
  const first = agent === undefined || own === undefined
    ? { document: base, refused: [] }
    : overlay(base, own, { agent });
  if (workspace === undefined) return first;
  const second = overlay(first.document, workspace, "workspace");
  return {
    document: second.document,
    refused: [...first.refused, ...second.refused],
  };
}

function compileRule(
  rule: PolicyRule,
  home: string,
  overlaid: Overlaying,
): CompiledRule {
  const { match } = rule;
  const id = `${rule.pack ?? "policy"}/${rule.id}`;
  return {
    id,
    code: rule.id.replaceAll("-", "_"),
    // A budget is an obligation; only the guard finds out that it is used up.
    verdict: typeof rule.verdict === "object" ? "allow" : rule.verdict,
    ...(typeof rule.verdict === "object" && {
      budget: compileBudget(rule.verdict.throttle, id),
    }),
    mode: rule.mode ?? "enforce",
    severity: rule.severity ?? "medium",
    message: rule.reason,
    ...(rule.remedy !== undefined && { remedy: rule.remedy }),
    ...(rule.profile !== undefined && { profile: rule.profile }),
    ...(match.exact !== undefined && { exact: match.exact }),
    ...(rule.over !== undefined && {
      over: answerableOf(rule.over, overlaid),
    }),
    ...(match.program !== undefined && { program: programCondition(match) }),
    ...(match.path !== undefined && { paths: patterns(match.path, home) }),
    ...(match.access !== undefined && { access: new Set(match.access) }),
    ...(match.host !== undefined && {
      hosts: listOf(match.host).map(normalizeDomain),
    }),
    ...(match.tool !== undefined && { tools: toolsOf(match.tool) }),
    ...(match.unless?.paths !== undefined && {
      unless: patterns(match.unless.paths, home),
    }),
    ...(match.unless?.hosts !== undefined && {
      unlessHosts: match.unless.hosts.map(normalizeDomain),
    }),
  };
}

function programCondition(
  { program, args, flags, inner, bare, text, env, via, paths_outside }:
    PolicyRule["match"],
): ProgramCondition {
  return {
    // Programs are known by their names in lower case.
    names: listOf(program).map((name) => name.toLowerCase()),
    args: args ?? [],
    anyFlags: flags?.any ?? [],
    allFlags: flags?.all ?? [],
    inner: listOf(inner),
    ...(flags?.none !== undefined && { noneFlags: flags.none }),
    ...(bare !== undefined && { bare }),
    ...(text !== undefined && { text: text.map(compileText) }),
    ...(env !== undefined && { env: listOf(env) }),
    ...(via !== undefined && { via: listOf(via) }),
    ...(paths_outside !== undefined && { outside: paths_outside }),
  };
}

function listOf(value: string | readonly string[] | undefined): string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : [...value];
}

function patterns(
  value: string | readonly string[],
  home: string,
): PathPattern[] {
  return listOf(value).map((text) => compilePathPattern(text, home));
}

/** The lists of `blocked` and `requires_confirmation`. */
function legacyRules(
  document: PolicyDocument,
  home: string,
  skipped: NotEnforced[],
): CompiledRule[] {
  const { blocked, requires_confirmation: confirm } = document;
  const commands = (
    entries: readonly string[] | undefined,
    pointer: string,
    verdict: "block" | "escalate",
  ) =>
    (entries ?? []).flatMap((entry, i) => {
      const id = `${pointer}/${i}`;
      const compiled = compileLegacyCommand(entry, home);
      if (typeof compiled === "string") {
        skipped.push({ pointer: id, message: compiled });
        return [];
      }
      return [{
        ...listRule(id, verdict, "command", `"${entry}"`),
        program: compiled.condition,
        ...(compiled.target !== undefined && {
          paths: [compiled.target],
          exactPath: true,
        }),
      }];
    });
  const paths = (
    entries: readonly string[] | undefined,
    pointer: string,
    verdict: "block" | "escalate",
  ) =>
    (entries ?? []).map((entry, i) => ({
      ...listRule(`${pointer}/${i}`, verdict, "path", `"${entry}"`),
      paths: [compilePathPattern(entry, home)],
    }));
  return [
    ...commands(blocked?.commands, "/blocked/commands", "block"),
    ...commands(
      confirm?.commands,
      "/requires_confirmation/commands",
      "escalate",
    ),
    ...commands(
      document.requires_simulation?.commands,
      "/requires_simulation/commands",
      "escalate",
    ),
    ...paths(blocked?.paths, "/blocked/paths", "block"),
    ...paths(confirm?.paths, "/requires_confirmation/paths", "escalate"),
    ...(blocked?.extensions ?? []).map((entry, i) => ({
      ...listRule(
        `/blocked/extensions/${i}`,
        "block",
        "extension",
        `"${entry}"`,
      ),
      // A name before the dot is needed: `.key` alone is a name, not a kind.
      paths: [compilePathPattern(`?*${dotted(entry)}`, home)],
    })),
  ];
}

function dotted(extension: string): string {
  return extension.startsWith(".") ? extension : `.${extension}`;
}

function listRule(
  id: string,
  verdict: "block" | "escalate",
  what: "command" | "path" | "extension",
  entry: string,
): CompiledRule {
  return {
    id,
    code: verdict === "block"
      ? `policy.blocked_${what}`
      : `policy.confirm_${what}`,
    verdict,
    mode: "enforce",
    severity: verdict === "block" ? "high" : "medium",
    message: verdict === "block"
      ? `The policy blocks the ${what} ${entry}`
      : `The policy asks for confirmation of the ${what} ${entry}`,
  };
}
