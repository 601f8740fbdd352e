// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Policy x facts -> conclusion. A pure function: the strictest finding wins,
 * and every finding is told.
 *
 * @module
 */

import { profileFor, type ProfileName } from "./profiles.ts";
import { isChange } from "../action/action.ts";
import type { Facts, PathFact, ProgramFact } from "../action/facts.ts";
import { showWord } from "../shell/value.ts";
import { PROTECTED_PATHS } from "../action/protected.ts";
import { type Finding, runChecks } from "./checks.ts";
import type { CompiledPolicy } from "./compile.ts";
import {
  type Conclusion,
  type Reason,
  strictest,
  type Verdict,
  VERDICTS,
} from "./decision.ts";
import { answered, answeredBy, NETWORK_RULE } from "./exact.ts";
import { checkNeedsWithoutNetwork, checkNetwork } from "./network_check.ts";
import { partsOf } from "./path_pattern.ts";
import { applyStance } from "./stance.ts";
import { budgetFor } from "./throttle.ts";
import { otherRules, rulesForProgram } from "./rule_index.ts";
import {
  type Match,
  matchOtherRule,
  matchProgramRule,
  type Subject,
} from "./rule.ts";

/** Who asks, and what no policy may give away. */
export interface EvaluateOptions {
  /** Identifier of the agent. */
  readonly agent: string;
  /** Absolute, real paths of airg's own state, config, cache and program. */
  readonly protectedPaths: readonly string[];
  /** The caller chose the profile; a rule's own then only takes writing away. */
  readonly profileChosen?: boolean;
}

/** More reasons than this tell nobody more; but every rule is named, because an approval holds for those it names. */
const MAX_REASONS = 32;

/**
 * Decides on one action.
 *
 * A rule in `shadow` mode never changes the verdict: where nothing else speaks,
 * the conclusion has its verdict and `mode: "shadow"`, and nothing is enforced.
 */
export function evaluate(
  policy: CompiledPolicy,
  facts: Facts,
  { agent, protectedPaths, profileChosen = false }: EvaluateOptions,
): Conclusion {
  const subject: Subject = { facts, parts: facts.paths.map(partsOf) };
  const matches = matchRules(policy, subject);
  const over = answeredBy(policy, matches, profileChosen);
  const found = applyStance(policy, [
    ...runChecks(policy, facts, {
      ownPaths: protectedPaths,
      pinned: PROTECTED_PATHS,
    }),
    ...findingsOf(matches, over),
    ...checkNetwork(policy, subject).map((finding) =>
      isNeed(finding) && over.has(NETWORK_RULE) ? answered(finding) : finding
    ),
    ...checkFileTool(policy, facts),
  ]);
  const findings = [
    ...found,
    ...applyStance(policy, needsOfSandbox(policy, subject, weigh(found))),
  ];
  const { verdict, mode } = weigh(findings);
  const { profile: given } = policy.settings.sandbox;
  const profile = profileFor(given, profileChosen, profilesOf(policy, matches));
  return {
    verdict,
    mode,
    reasons: reasonsOf(findings),
    policy: { hash: policy.hash, agent },
    containment: containmentOf(policy, facts, findings, {
      profile,
      opened: over.has(NETWORK_RULE) && found.some(isNeed),
    }),
    ...budgetsOf(policy, matches, facts),
  };
}

/** A write of the file tools cannot be held: it is refused as "sandbox". */
function checkFileTool(
  { settings }: CompiledPolicy,
  { action }: Facts,
): Finding[] {
  if (!settings.sandbox.ephemeral || !isChange(action)) return [];
  return [{
    verdict: "sandbox",
    mode: "enforce",
    reason: {
      code: "sandbox.file_tool",
      rule: "/sandbox/ephemeral",
      message:
        "The policy holds every change, and file tools write into the workspace itself",
      remedy: "Write it with a command, which runs in a copy",
      severity: "low",
    },
  }];
}

type Weighed = Pick<Conclusion, "verdict" | "mode">;

/** The verdict "sandbox" runs without network, so what needs it would only fail there. */
function needsOfSandbox(
  policy: CompiledPolicy,
  subject: Subject,
  { verdict, mode }: Weighed,
): readonly Finding[] {
  return verdict === "sandbox" && mode === "enforce"
    ? checkNeedsWithoutNetwork(policy, subject)
    : [];
}

function containmentOf(
  { settings }: CompiledPolicy,
  { action }: Facts,
  findings: readonly Finding[],
  { profile, opened }: {
    readonly profile: ProfileName;
    /** A rule answers that it needs the network. */
    readonly opened: boolean;
  },
): Conclusion["containment"] {
  const { network, ephemeral } = settings.sandbox;
  const { verdict, mode } = weigh(findings);
  // A person's approval answers what escalates; what wants a copy still does.
  const sandboxed = mode === "enforce" &&
    (verdict === "sandbox" || verdict === "escalate") &&
    findings.some((one) => one.verdict === "sandbox" && one.mode === mode);
  const asked = action.kind === "exec" && action.ephemeral === true;
  const copy = sandboxed || ephemeral || asked || profile === "ephemeral";
  return {
    profile: copy ? "ephemeral" : profile,
    network: sandboxed ? "deny" : opened ? "open" : network,
    ephemeral: copy,
  };
}

/** What only may be meant gives nothing, but it may take writing away. */
function profilesOf(
  { shadow }: CompiledPolicy,
  matches: readonly Match[],
): ProfileName[] {
  return matches.flatMap(({ rule: { profile, mode }, perhaps }) => {
    const counts = !shadow && mode === "enforce" &&
      (!perhaps || profile === "readonly");
    return profile !== undefined && counts ? [profile] : [];
  });
}

/** Budgets of every action and of the rules that matched, each once. */
function budgetsOf(
  policy: CompiledPolicy,
  matches: readonly Match[],
  { action }: Facts,
): Pick<Conclusion, "budgets"> {
  const rules = new Set(
    matches.map(({ rule }) => rule).filter(({ budget }) => budget),
  );
  if (policy.budgets.length + rules.size === 0) return {};
  const mode = policy.shadow ? "shadow" : "enforce";
  return {
    budgets: [
      ...policy.budgets.map((budget) => budgetFor(budget, action, mode)),
      ...[...rules].flatMap(({ budget, mode }) =>
        budget === undefined ? [] : [budgetFor(budget, action, mode)]
      ),
    ],
  };
}

function matchRules(policy: CompiledPolicy, subject: Subject): Match[] {
  const matches: Match[] = [];
  for (const [index, program] of subject.facts.programs.entries()) {
    for (const rule of rulesForProgram(policy.rules, program.name)) {
      const match = matchProgramRule(rule, program, index, subject);
      if (match !== undefined) matches.push(match);
    }
  }
  for (
    const rule of otherRules(
      policy.rules,
      subject.parts,
      subject.facts.hosts,
    )
  ) {
    const match = matchOtherRule(rule, subject);
    if (match !== undefined) matches.push(match);
  }
  return matches;
}

/** The rule that answers comes first: it decided. */
function findingsOf(
  matches: readonly Match[],
  over: ReadonlySet<string>,
): Finding[] {
  if (over.size === 0) return matches.map(findingOf);
  return matches.toSorted((a, b) =>
    Number(b.rule.over !== undefined) - Number(a.rule.over !== undefined)
  ).map((match) =>
    match.rule.verdict === "escalate" && over.has(match.rule.id)
      ? answered(findingOf(match))
      : findingOf(match)
  );
}

function isNeed({ reason }: Finding): boolean {
  return reason.code === "network.needed";
}

function findingOf(
  { rule, program, path, host, span, perhaps }: Match,
): Finding {
  return {
    // What only could be meant is a person's to judge.
    verdict: perhaps && rule.verdict === "block" ? "escalate" : rule.verdict,
    mode: rule.mode,
    reason: {
      code: rule.code,
      rule: rule.id,
      message: rule.message,
      evidence: evidenceOf({ program, path, host, span }),
      ...(rule.remedy !== undefined && { remedy: rule.remedy }),
      severity: rule.severity,
    },
  };
}

function evidenceOf({ program, path, host, span }: {
  readonly program: ProgramFact | undefined;
  readonly path: PathFact | undefined;
  readonly host: string | undefined;
  readonly span: readonly [start: number, end: number] | undefined;
}): NonNullable<Reason["evidence"]> {
  return {
    ...(program !== undefined && { argv: program.argv.map(showWord) }),
    ...(path !== undefined && { path: showWord(path.path) }),
    ...(host !== undefined && { host: showWord(host) }),
    ...(span !== undefined && { span }),
  };
}

function weigh(
  findings: readonly Finding[],
): Weighed {
  const verdictsOf = (mode: Finding["mode"]): Verdict[] => [
    "allow",
    ...findings.filter((finding) => finding.mode === mode)
      .map(({ verdict }) => verdict),
  ];
  const enforced = strictest(verdictsOf("enforce"));
  const shadow = strictest(verdictsOf("shadow"));
  return enforced === "allow" && shadow !== "allow"
    ? { verdict: shadow, mode: "shadow" }
    : { verdict: enforced, mode: "enforce" };
}

/** Strictest first; the same rule on the same words is told once. */
function reasonsOf(findings: readonly Finding[]): Reason[] {
  if (findings.length === 0) {
    return [{
      code: "policy.no_rule",
      rule: "built-in/allow",
      message: "No rule speaks against it; it runs contained",
      severity: "info",
    }];
  }
  const seen = new Set<string>();
  const rules = new Set<string>();
  const told: Reason[] = [];
  const ordered = findings.toSorted((a, b) =>
    VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict)
  );
  for (const { reason, mode } of ordered) {
    const key =
      `${reason.rule} ${reason.code} ${reason.evidence?.span} ${reason.evidence?.path}`;
    const isMore = told.length >= MAX_REASONS && rules.has(reason.rule);
    if (seen.has(key) || isMore) continue;
    seen.add(key);
    rules.add(reason.rule);
    told.push(
      mode === "shadow"
        ? { ...reason, message: `Only watched (shadow): ${reason.message}` }
        : reason,
    );
  }
  return told;
}
