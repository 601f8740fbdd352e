// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What is decided whatever rules the policy has: unread text, airg's own
 * files, places the host obeys, the workspace's edge, loader variables.
 *
 * @module
 */

import type {
  EnvironmentFact,
  Facts,
  PathFact,
  ProgramFact,
  UnknownFact,
  VariableFact,
} from "../action/facts.ts";
import { environmentRisk } from "../action/environment.ts";
import { isBelow } from "../action/words.ts";
import { showWord } from "../shell/value.ts";
import type { CompiledPolicy } from "./compile.ts";
import { guardKills } from "./guard_kill.ts";
import { mayBeBelow } from "./wild_name.ts";
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
    ...facts.unknowns.map((unknown) =>
      isPathOfTool(facts, unknown)
        ? nowhereFinding(unknown)
        : unreadFinding(policy, unknown)
    ),
    ...facts.paths.flatMap((path) => [
      ...ownFileFinding(path, places),
      ...pinnedFinding(path, facts, places),
      ...outsideFinding(policy, path, facts),
    ]),
    ...facts.environment.flatMap((one) => environmentFinding(one, facts)),
    ...facts.variables.flatMap((one) => variableFinding(one, facts)),
    ...facts.programs.flatMap((one, i) => movedAwayFinding(one, i, facts)),
    ...guardKills(facts).map(guardKillFinding),
  ];
}

function enforce(verdict: Verdict, reason: Reason): Finding {
  return { verdict, mode: "enforce", reason };
}

/** What becomes of a command that could not be read, by the policy's `unknown`. */
const UNREAD: Readonly<Record<CompiledPolicy["unknown"], string>> = {
  block: "the policy's `unknown` blocks what cannot be read",
  escalate: "the policy's `unknown` asks a person",
  sandbox:
    "the policy's `unknown` runs it in an ephemeral copy of the workspace, without network",
};

/** Whether a file tool is given a path that leads nowhere: no person can help. */
function isPathOfTool({ action }: Facts, { code }: UnknownFact): boolean {
  return action.kind !== "exec" && action.kind !== "restore" &&
    (code === "fs.unresolved" || code === "fs.bad_path");
}

function nowhereFinding({ code, span }: UnknownFact): Finding {
  return enforce("block", {
    code,
    rule: "built-in/path",
    message:
      "The path leads nowhere: it is empty, too long, a loop of links, or goes through what is no folder",
    evidence: { span },
    remedy: "Name another path; list_directory shows what is there",
    severity: "low",
  });
}

function unreadFinding(
  policy: CompiledPolicy,
  { code, message, span }: UnknownFact,
): Finding {
  if (code === "shell.fork_bomb") {
    return enforce("block", {
      code,
      rule: "built-in/fork-bomb",
      message: "A function starts itself without end and takes all processes",
      evidence: { span },
      severity: "critical",
    });
  }
  if (code === "shell.syntax" || code === "shell.unterminated_quote") {
    return enforce("block", {
      code,
      rule: "built-in/syntax",
      message: message.replace(/^Not read: /, "The shell cannot run this: "),
      evidence: { span },
      remedy: "Close the quote or mend the syntax; `bash -n` shows where",
      severity: "low",
    });
  }
  return enforce(policy.unknown, {
    code,
    rule: "/unknown",
    message: `${message}; ${UNREAD[policy.unknown]}`,
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
    isBelow(path, own) || access === "delete" && isBelow(own, path) ||
    path.includes("\0") && mayBeBelow(path, own)
  );
  if (!hit) return [];
  return [enforce("block", {
    code: "airg.own_files",
    rule: "built-in/own-files",
    message: "These are airg's own files, which no agent may see or change",
    evidence: { path: showWord(path), span },
    severity: "critical",
  })];
}

function pinnedFinding(
  fact: PathFact,
  { action }: Facts,
  { pinned }: CheckPlaces,
): Finding[] {
  if (fact.access !== "write" && fact.access !== "delete") return [];
  // Every such place but one starts with a dot, in some folder.
  if (!fact.path.includes("/.") && !fact.path.includes("\0")) return [];
  const inside = isBelow(fact.path, action.origin.workspace)
    ? fact.path.slice(action.origin.workspace.length)
    : fact.path;
  const place = pinned.find(({ path }) =>
    `${inside}/`.includes(`/${path}/`) ||
    // Moving .git away takes its hooks with it.
    fact.access === "delete" && inside !== "" && isBelow(`/${path}`, inside) ||
    inside.includes("\0") && mayBeBelow(inside, `/${path}`)
  );
  if (place === undefined) return [];
  return [enforce("block", {
    code: "fs.protected_write",
    rule: `built-in/${place.path}`,
    message: `The host obeys ${place.path} outside containment: ${place.why}`,
    evidence: { path: showWord(fact.path), span: fact.span },
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
  const { path, span, owner } = fact;
  const roots = [action.origin.workspace, ...policy.roots];
  if (roots.some((root) => isBelow(path, root))) return [];
  const reason: Reason = {
    code: "fs.outside_workspace",
    rule: "built-in/workspace",
    message: "This path lies outside the workspace",
    evidence: { path: showWord(path), span },
    remedy:
      "Use a path below the workspace, or add its folder to allowed.paths_whitelist",
    severity: "high",
  };
  if (action.kind !== "exec") return [enforce("block", reason)];
  const { mode, exempt } = policy.shellContainment;
  if (mode === "off" || EVERYWHERE.test(path)) return [];
  const program = owner === undefined ? undefined : programs[owner];
  if (program !== undefined && exempt.has(program.name)) return [];
  return [{
    // A path that may be anywhere may also be inside.
    verdict: path.startsWith("\0") ? "escalate" : "block",
    mode: mode === "enforce" ? "enforce" : "shadow",
    reason: { ...reason, rule: "/execution/shell_workspace_containment/mode" },
  }];
}

/** airg's own settings, and the process that holds the sandbox. */
function variableFinding(
  { name, span }: VariableFact,
  { programs }: Facts,
): Finding[] {
  if (name.startsWith("AIRG_")) {
    return [enforce("block", {
      code: "airg.own_variables",
      rule: "built-in/own-variables",
      message: `${name} is a setting of airg itself`,
      evidence: { span },
      severity: "high",
    })];
  }
  const kills = name === "PPID" &&
    programs.some((program) =>
      /^(?:kill|pkill|killall|renice)$/.test(program.name) &&
      program.span[0] <= span[0] && span[1] <= program.span[1]
    );
  if (!kills) return [];
  return [enforce("escalate", {
    code: "exec.kill_parent",
    rule: "built-in/kill-parent",
    message: "This ends the process that started the command",
    evidence: { span },
    remedy: "End only processes that the command itself started",
    severity: "medium",
  })];
}

function guardKillFinding({ argv, span }: ProgramFact): Finding {
  return enforce("block", {
    code: "airg.stop_guard",
    rule: "built-in/stop-guard",
    message: "This ends airg's own processes",
    evidence: { argv: argv.map(showWord), span },
    remedy: "End only processes that the command itself started",
    severity: "critical",
  });
}

/** `/tmp` is the command's own and ends with it: what moves there is lost. */
function movedAwayFinding(
  { name, argv, span }: ProgramFact,
  index: number,
  { paths, action }: Facts,
): Finding[] {
  if (name !== "mv") return [];
  const own = paths.filter(({ owner }) => owner === index);
  const { workspace } = action.origin;
  const leaves = own.some(({ path, access }) =>
    access === "delete" && isBelow(path, workspace)
  );
  const target = own.find(({ path, access }) =>
    access === "write" && /^\/(?:var\/)?tmp\//.test(path) &&
    !isBelow(path, workspace)
  );
  if (!leaves || target === undefined) return [];
  return [enforce("escalate", {
    code: "fs.moved_to_temporary",
    rule: "built-in/moved-to-temporary",
    message:
      "The temporary folder is the command's own: what is moved there is gone after it",
    evidence: { argv: argv.map(showWord), span },
    remedy: "Move it to another folder of the workspace",
    severity: "medium",
  })];
}

function environmentFinding(
  { name, value, span }: EnvironmentFact,
  { action }: Facts,
): Finding[] {
  const places = { home: "", workspace: action.origin.workspace };
  if (environmentRisk(name, value, places) !== "loader") return [];
  return [enforce("block", {
    code: "exec.loader_variable",
    rule: "built-in/environment",
    message: `${name} makes programs load or run something else`,
    evidence: { span },
    remedy: `Run the command without ${name}`,
    severity: "high",
  })];
}
