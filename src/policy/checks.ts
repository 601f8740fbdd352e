// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is decided whatever rules the policy has: unread text, airg's own
 * files, places the host obeys, the workspace's edge, loader variables.
 *
 * @module
 */

import type { Facts, PathFact } from "../action/facts.ts";
import { assignmentsOf, environmentRisk } from "../action/environment.ts";
import { isBelow } from "../action/words.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Reason, Verdict } from "./decision.ts";

/** One reason with the verdict it speaks for. */
export interface Finding {
  readonly verdict: Verdict;
  readonly mode: "enforce" | "shadow";
  readonly reason: Reason;
}

/** What the checks need besides policy and facts. */
export interface CheckPlaces {
  /** Absolute, real folders and files of airg itself. */
  readonly ownPaths: readonly string[];
  /** Places the host obeys, relative to a workspace or home folder. */
  readonly pinned: readonly { readonly path: string; readonly why: string }[];
}

/** Runs every check. */
export function runChecks(
  policy: CompiledPolicy,
  facts: Facts,
  places: CheckPlaces,
): Finding[] {
  return [
    ...facts.unknowns.map((unknown) => unreadFinding(policy, unknown)),
    ...facts.paths.flatMap((path) => [
      ...ownFileFinding(path, places),
      ...pinnedFinding(path, facts, places),
      ...outsideFinding(policy, path, facts),
    ]),
    ...facts.programs.flatMap(environmentFindings),
  ];
}

function enforce(verdict: Verdict, reason: Reason): Finding {
  return { verdict, mode: "enforce", reason };
}

function unreadFinding(
  policy: CompiledPolicy,
  { code, message, span }: Facts["unknowns"][number],
): Finding {
  const why = policy.unknown === "block"
    ? "the policy's `unknown` blocks what cannot be read"
    : "the policy's `unknown` asks a person, and this version cannot ask yet, so it is refused";
  return enforce(policy.unknown, {
    code,
    rule: "/unknown",
    message: `${message}; ${why}`,
    evidence: { span },
    remedy:
      "Write it as plain commands with literal words, one step at a time, or put it in a script file and run that by name",
    severity: "medium",
  });
}

function ownFileFinding(
  fact: PathFact,
  { ownPaths }: CheckPlaces,
): Finding[] {
  const { path, access, span } = fact;
  const hit = ownPaths.some((own) =>
    isBelow(path, own) || (access === "delete" && isBelow(own, path))
  );
  if (!hit) return [];
  return [enforce("block", {
    code: "airg.own_files",
    rule: "built-in/own-files",
    message: "These are airg's own files, which no agent may see or change",
    evidence: { path, span },
    severity: "critical",
  })];
}

function pinnedFinding(
  fact: PathFact,
  { action }: Facts,
  { pinned }: CheckPlaces,
): Finding[] {
  if (fact.access !== "write" && fact.access !== "delete") return [];
  const inside = isBelow(fact.path, action.origin.workspace)
    ? fact.path.slice(action.origin.workspace.length)
    : fact.path;
  const place = pinned.find(({ path }) =>
    `${inside}/`.includes(`/${path}/`) ||
    // Moving .git away takes its hooks with it.
    fact.access === "delete" && inside !== "" && isBelow(`/${path}`, inside)
  );
  if (place === undefined) return [];
  return [enforce("block", {
    code: "fs.protected_write",
    rule: `built-in/${place.path}`,
    message: `The host obeys ${place.path} outside containment: ${place.why}`,
    evidence: { path: fact.path, span: fact.span },
    remedy: "Ask the person at the machine to make this change",
    severity: "high",
  })];
}

/** Paths that everything may name. */
const EVERYWHERE = /^\/dev\/(?:null|zero|std(?:in|out|err)|u?random|tty)$/;

function outsideFinding(
  policy: CompiledPolicy,
  fact: PathFact,
  { action, programs }: Facts,
): Finding[] {
  const { path, span } = fact;
  const roots = [action.origin.workspace, ...policy.roots];
  if (roots.some((root) => isBelow(path, root))) return [];
  const reason: Reason = {
    code: "fs.outside_workspace",
    rule: "built-in/workspace",
    message: "This path lies outside the workspace",
    evidence: { path, span },
    remedy:
      "Use a path below the workspace, or add its folder to allowed.paths_whitelist",
    severity: "high",
  };
  if (action.kind !== "exec") return [enforce("block", reason)];
  const { mode, exempt } = policy.shellContainment;
  if (mode === "off" || EVERYWHERE.test(path)) return [];
  const owner = programs.find((program) =>
    program.span[0] <= span[0] && span[1] <= program.span[1]
  );
  if (owner !== undefined && exempt.has(owner.name)) return [];
  return [{
    verdict: "block",
    mode: mode === "enforce" ? "enforce" : "shadow",
    reason: { ...reason, rule: "/execution/shell_workspace_containment/mode" },
  }];
}

function environmentFindings(program: Facts["programs"][number]): Finding[] {
  return assignmentsOf(program).flatMap((assignment) => {
    const equals = assignment.indexOf("=");
    const name = assignment.slice(0, equals).replace(/\+$/, "");
    if (environmentRisk(name, assignment.slice(equals + 1)) !== "loader") {
      return [];
    }
    return [enforce("block", {
      code: "exec.loader_variable",
      rule: "built-in/environment",
      message: `${name} makes ${program.name} load or run something else`,
      evidence: { argv: program.argv, span: program.span },
      remedy: `Run the command without ${name}`,
      severity: "high",
    })];
  });
}
