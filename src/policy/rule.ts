// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A rule ready to be tested, whatever file form it came from.
 *
 * @module
 */

import type { ProfileName } from "./profiles.ts";
import type { Action } from "../action/action.ts";
import type {
  Access,
  Facts,
  HostFact,
  PathFact,
  ProgramFact,
} from "../action/facts.ts";
import { isBelow } from "../action/words.ts";
import type { Severity, Verdict } from "./decision.ts";
import { type ExactAction, isExactly } from "./exact.ts";
import { matchesDomain } from "./host_pattern.ts";
import {
  matchesPath,
  type PathParts,
  type PathPattern,
} from "./path_pattern.ts";
import type { CompiledBudget } from "./throttle.ts";
import { fitsProgram, type ProgramCondition } from "./program_condition.ts";

/** One compiled rule. */
export interface CompiledRule {
  readonly id: string;
  readonly code: string;
  readonly verdict: Verdict;
  readonly mode: "enforce" | "shadow";
  readonly severity: Severity;
  readonly message: string;
  readonly remedy?: string;
  /** The profile that what matches runs in. */
  readonly profile?: ProfileName;
  /** It counts, and stands in the way only when too often. */
  readonly budget?: CompiledBudget;
  readonly program?: ProgramCondition;
  readonly paths?: readonly PathPattern[];
  /** The path must be exactly the pattern's, not below it. */
  readonly exactPath?: boolean;
  readonly access?: ReadonlySet<Access>;
  readonly hosts?: readonly string[];
  readonly tools?: ReadonlySet<Action["kind"]>;
  readonly unless?: readonly PathPattern[];
  /** It is about this action alone. */
  readonly exact?: ExactAction;
  /** Names of rules whose question it answers. */
  readonly over?: ReadonlySet<string>;
  /** Not when hosts are named and each is one of these; normalized. */
  readonly unlessHosts?: readonly string[];
}

/** Facts with what several rules need worked out once. */
export interface Subject {
  readonly facts: Facts;
  readonly parts: readonly PathParts[];
}

/** What a rule matched. */
export interface Match {
  readonly rule: CompiledRule;
  /** The words could mean it, or something else. */
  readonly perhaps: boolean;
  readonly program?: ProgramFact;
  readonly path?: PathFact;
  readonly host?: string;
  readonly span?: readonly [start: number, end: number];
}

/** Tests a rule that speaks of programs against one of them. */
export function matchProgramRule(
  rule: CompiledRule,
  program: ProgramFact,
  index: number,
  subject: Subject,
): Match | undefined {
  const { tools, program: condition } = rule;
  if (condition === undefined) return undefined;
  if (tools !== undefined && !tools.has(subject.facts.action.kind)) {
    return undefined;
  }
  if (rule.exact !== undefined && !isExactly(rule.exact, subject.facts)) {
    return undefined;
  }
  const own = (): readonly PathParts[] =>
    subject.parts.filter(({ fact }) => fact.owner === index);
  const fit = fitsProgram(condition, program, own, subject.facts);
  if (fit === "no") return undefined;
  const paths = rule.paths ?? rule.unless ? own() : [];
  if (rule.unless && isExcepted(rule.unless, paths, subject)) return undefined;
  const path = rule.paths &&
    paths.find((parts) => parts.anywhere || fitsPath(rule, parts));
  if (rule.paths !== undefined && path === undefined) return undefined;
  const hosts = rule.hosts ?? rule.unlessHosts
    ? subject.facts.hosts.filter(({ owner }) => owner === index)
    : [];
  if (rule.unlessHosts && areAll(hosts, rule.unlessHosts)) return undefined;
  const host = rule.hosts && hosts.find((one) => fitsHost(rule, one));
  if (rule.hosts !== undefined && host === undefined) return undefined;
  return {
    rule,
    perhaps: fit === "perhaps" || program.elsewhere !== undefined,
    program,
    span: program.span,
    ...(path !== undefined && { path: path.fact }),
    ...(host !== undefined && { host: host.host }),
  };
}

/** Tests a rule that speaks of paths, hosts or tools alone. */
export function matchOtherRule(
  rule: CompiledRule,
  subject: Subject,
): Match | undefined {
  const { facts, parts } = subject;
  if (rule.tools !== undefined && !rule.tools.has(facts.action.kind)) {
    return undefined;
  }
  const path = rule.paths && parts.find((own) => fitsPath(rule, own));
  if (rule.paths !== undefined && path === undefined) return undefined;
  const host = rule.hosts && facts.hosts.find((one) => fitsHost(rule, one));
  if (rule.hosts !== undefined && host === undefined) return undefined;
  if (rule.unlessHosts && areAll(facts.hosts, rule.unlessHosts)) {
    return undefined;
  }
  if (rule.unless && isExcepted(rule.unless, parts, subject)) return undefined;
  const span = path?.fact.span ?? host?.span;
  return {
    rule,
    perhaps: false,
    ...(path !== undefined && { path: path.fact }),
    ...(host !== undefined && { host: host.host }),
    ...(span !== undefined && { span }),
  };
}

function fitsPath(rule: CompiledRule, parts: PathParts): boolean {
  if (rule.access !== undefined && !rule.access.has(parts.fact.access)) {
    return false;
  }
  return rule.paths?.some((pattern) =>
    matchesPath(pattern, parts) &&
    (rule.exactPath !== true ||
      parts.anchored.some((own) => own.length === pattern.parts.length))
  ) ?? false;
}

function fitsHost({ hosts }: CompiledRule, { host }: HostFact): boolean {
  return hosts?.some((domain) => matchesDomain(domain, host)) ?? false;
}

function areAll(
  hosts: readonly HostFact[],
  domains: readonly string[],
): boolean {
  return hosts.length > 0 &&
    hosts.every(({ host }) =>
      domains.some((domain) => matchesDomain(domain, host))
    );
}

/** Below the temporary folder, which is the command's own and ends with it. */
function isOwnTemporary(path: string, workspace: string): boolean {
  return /^\/(?:var\/)?tmp\/[^/]/.test(path) && !/\0[$+]/.test(path) &&
    !/\/\0\*$/.test(path) && !isBelow(path, workspace) &&
    !isBelow(workspace, path);
}

/** Every path named lies in the workspace, below it, and is excepted. */
function isExcepted(
  unless: readonly PathPattern[],
  own: readonly PathParts[],
  { facts }: Subject,
): boolean {
  if (own.length === 0) return false;
  const { workspace } = facts.action.origin;
  return own.every((parts) => {
    const { path } = parts.fact;
    if (isOwnTemporary(path, workspace)) return true;
    // Unknown text may hold `..`.
    if (!isBelow(path, workspace) || /\0[$+]/.test(path)) return false;
    // A star there means the whole of it.
    if (path === workspace || path === `${workspace}/\0*`) {
      return unless.some(({ text }) => text === ".");
    }
    const below = path.slice(workspace.length).toLowerCase();
    const names = below.split("/").filter((part) => part !== "");
    const relative: PathParts = {
      fact: parts.fact,
      wild: false,
      anywhere: false,
      anchored: [],
      loose: [names],
    };
    return unless.some((pattern) => matchesPath(pattern, relative));
  });
}
