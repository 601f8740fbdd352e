// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A rule ready to be tested, whatever file form it came from.
 *
 * @module
 */

import type { Access, Facts, PathFact, ProgramFact } from "../action/facts.ts";
import type { Action } from "../action/action.ts";
import {
  type Arguments,
  hasFlag,
  readArguments,
} from "../action/programs/options.ts";
import { baseName, isBelow } from "../action/words.ts";
import type { Severity, Verdict } from "./decision.ts";
import { matchesDomain } from "./host_pattern.ts";
import {
  matchesName,
  matchesPath,
  type PathParts,
  type PathPattern,
} from "./path_pattern.ts";
import type { TextPattern } from "./text_pattern.ts";

/** Conditions on one program; every one given must hold. */
export interface ProgramCondition {
  /** Names, `name.*` or `*`; lower case for legacy entries. */
  readonly names: readonly string[];
  /** Operands in order; a list stands for one of its words. */
  readonly args: readonly (string | readonly string[])[];
  readonly anyFlags: readonly string[];
  readonly allFlags: readonly string[];
  /** The rule does not apply with one of these, unless its `--no-` form stands there too. */
  readonly noneFlags?: readonly string[];
  /** Programs given to `find -exec` and `xargs`. */
  readonly inner: readonly string[];
  /** No word stands after the program. */
  readonly bare?: boolean;
  /** What some word after the program holds. */
  readonly text?: readonly TextPattern[];
  /** Names of variables set for it. */
  readonly env?: readonly string[];
  /** It runs through one of these. */
  readonly via?: readonly string[];
  /** It names a path outside the workspace, its roots and the temporary folders. */
  readonly outside?: boolean;
}

/** One compiled rule. */
export interface CompiledRule {
  readonly id: string;
  readonly code: string;
  readonly verdict: Verdict;
  readonly mode: "enforce" | "shadow";
  readonly severity: Severity;
  readonly message: string;
  readonly remedy?: string;
  readonly program?: ProgramCondition;
  readonly paths?: readonly PathPattern[];
  /** The path must be exactly the pattern's, not below it. */
  readonly exactPath?: boolean;
  readonly access?: ReadonlySet<Access | "execute">;
  readonly hosts?: readonly string[];
  readonly tools?: ReadonlySet<Action["kind"]>;
  readonly unless?: readonly PathPattern[];
  /** Not when hosts are named and each is one of these; normalized. */
  readonly unlessHosts?: readonly string[];
}

/** Facts with what several rules need worked out once. */
export interface Subject {
  readonly facts: Facts;
  readonly parts: readonly PathParts[];
  /** Arguments of each program, read when first asked for. */
  readonly argumentsOf: (program: ProgramFact) => Arguments;
}

/** What a rule matched. */
export interface Match {
  readonly rule: CompiledRule;
  readonly program?: ProgramFact;
  readonly path?: PathFact;
  readonly host?: string;
  readonly span?: readonly [start: number, end: number];
}

/** Prepares facts for any number of rules. */
export function subjectOf(
  facts: Facts,
  parts: readonly PathParts[],
): Subject {
  const read = new Map<ProgramFact, Arguments>();
  return {
    facts,
    parts,
    argumentsOf(program) {
      const known = read.get(program);
      if (known !== undefined) return known;
      const args = readArguments(program.name, program.argv);
      read.set(program, args);
      return args;
    },
  };
}

/** Tests a rule that speaks of programs against one of them. */
export function matchProgramRule(
  rule: CompiledRule,
  program: ProgramFact,
  subject: Subject,
): Match | undefined {
  const { tools, program: condition } = rule;
  if (condition === undefined) return undefined;
  if (tools !== undefined && !tools.has(subject.facts.action.kind)) {
    return undefined;
  }
  if (!fitsProgram(condition, program, subject)) return undefined;
  const [start, end] = program.span;
  const own = subject.parts.filter(({ fact }) =>
    fact.span[0] >= start && fact.span[1] <= end
  );
  if (isExcepted(rule, own, subject)) return undefined;
  const named = subject.facts.hosts.filter(({ span }) =>
    span[0] >= start && span[1] <= end
  );
  if (
    rule.unlessHosts && named.length > 0 &&
    named.every(({ host }) =>
      rule.unlessHosts?.some((h) => matchesDomain(h, host))
    )
  ) return undefined;
  const path = rule.paths && own.find((parts) => fitsPath(rule, parts));
  if (rule.paths !== undefined && path === undefined) return undefined;
  const host = rule.hosts &&
    subject.facts.hosts.find(({ host, span }) =>
      span[0] >= start && span[1] <= end && fitsHost(rule, host)
    );
  if (rule.hosts !== undefined && host === undefined) return undefined;
  return {
    rule,
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
  const host = rule.hosts &&
    facts.hosts.find(({ host }) => fitsHost(rule, host));
  if (rule.hosts !== undefined && host === undefined) return undefined;
  if (isExcepted(rule, parts, subject)) return undefined;
  const span = path?.fact.span ?? host?.span;
  return {
    rule,
    ...(path !== undefined && { path: path.fact }),
    ...(host !== undefined && { host: host.host }),
    ...(span !== undefined && { span }),
  };
}

function fitsProgram(
  condition: ProgramCondition,
  program: ProgramFact,
  subject: Subject,
): boolean {
  const { name, argv } = program;
  const named = condition.names.some((pattern) => matchesName(pattern, name));
  if (!named) return false;
  const { args, anyFlags, allFlags, inner } = condition;
  if (args.length + anyFlags.length + allFlags.length > 0) {
    const read = subject.argumentsOf(program);
    if (!hasWords(read, args)) return false;
    if (!allFlags.every((flag) => hasFlag(read, flag))) return false;
    if (anyFlags.length > 0 && !anyFlags.some((flag) => hasFlag(read, flag))) {
      return false;
    }
  }
  const { noneFlags = [], bare, text, env, via, outside } = condition;
  if (bare && argv.length > 1) return false;
  if (noneFlags.some((flag) => hasFlag(subject.argumentsOf(program), flag))) {
    return false;
  }
  if (text && !argv.slice(1).some((w) => text.some((t) => t(w)))) return false;
  if (
    env &&
    !program.assignments.some((a) =>
      env.some((e) => matchesName(e, a.slice(0, a.indexOf("="))))
    )
  ) return false;
  if (via && !program.via.some((v) => via.includes(v))) return false;
  if (
    outside &&
    !subject.parts.some(({ fact }) =>
      fact.span[0] >= program.span[0] && fact.span[1] <= program.span[1] &&
      ![subject.facts.action.origin.workspace, "/tmp", "/var/tmp"].some((r) =>
        isBelow(fact.path, r)
      )
    )
  ) return false;
  return inner.length === 0 ||
    argv.slice(1).some((word) => inner.includes(baseName(word)));
}

/** `args` in order among the operands; the first one first where it is a subcommand. */
function hasWords(read: Arguments, args: ProgramCondition["args"]): boolean {
  if (args.length === 0) return true;
  let next = 0;
  for (const [i, { text }] of read.operands.entries()) {
    const wanted = args[next];
    if (wanted === undefined) return true;
    if (fitsWord(wanted, text)) next++;
    else if (i === 0 && read.hasSubcommand) return false;
  }
  return next === args.length;
}

function fitsWord(wanted: string | readonly string[], text: string): boolean {
  if (typeof wanted !== "string") return wanted.some((w) => fitsWord(w, text));
  if (matchesName(wanted, text)) return true;
  const lower = text.toLowerCase();
  return lower !== text && matchesName(wanted, lower);
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

function fitsHost(rule: CompiledRule, host: string): boolean {
  return rule.hosts?.some((domain) => matchesDomain(domain, host)) ?? false;
}

/** Every path named lies in the workspace, below it, and is excepted. */
function isExcepted(
  { unless }: CompiledRule,
  own: readonly PathParts[],
  { facts }: Subject,
): boolean {
  if (unless === undefined || own.length === 0) return false;
  const { workspace } = facts.action.origin;
  return own.every((parts) => {
    const { path } = parts.fact;
    if (!isBelow(path, workspace)) return false;
    if (path === workspace) return unless.some(({ text }) => text === ".");
    const below = path.slice(workspace.length);
    const relative: PathParts = {
      fact: parts.fact,
      wild: false,
      anchored: [],
      loose: [below.toLowerCase().split("/").filter((part) => part !== "")],
    };
    return unless.some((pattern) => matchesPath(pattern, relative));
  });
}
