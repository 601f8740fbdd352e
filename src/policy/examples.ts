// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs the examples that rules carry: a rule that does not do what its author
 * says is a problem of the file, not a surprise later.
 *
 * @module
 */

import type { ExecAction } from "../action/action.ts";
import type { Lookup } from "../action/facts.ts";
import { readAction } from "../action/read.ts";
import { normalizePath } from "../action/words.ts";
import { compilePolicy } from "./compile.ts";
import { evaluate } from "./evaluate.ts";
import type { PolicyDocument, PolicyRule } from "./schema.ts";
import type { PolicyProblem } from "./settings.ts";

/** Examples are judged as if asked here, with no links anywhere. */
const WORKSPACE = "/home/you/project";
const LOOKUP: Lookup = { home: "/home/you", resolve: normalizePath };

/**
 * Judges every example of every rule by that rule alone.
 *
 * @returns One problem for each example that comes out otherwise.
 */
export function checkExamples(document: PolicyDocument): PolicyProblem[] {
  return (document.rules ?? []).flatMap((rule, i) => {
    const alone = compilePolicy(
      {
        version: 1,
        rules: [{
          ...rule,
          ...{ pack: "policy", mode: "enforce", verdict: "block" },
          over: undefined,
        }],
      },
      { hash: "", home: LOOKUP.home },
    );
    const judge = (
      text: string,
      j: number,
      { list, wanted }: {
        readonly list: "match" | "no_match";
        readonly wanted: boolean;
      },
    ): PolicyProblem[] => {
      const { reasons } = evaluate(
        alone,
        readAction(exec(text, rule), LOOKUP),
        {
          agent: "default",
          protectedPaths: [],
        },
      );
      const matched = reasons.some(({ rule: id }) =>
        id === `policy/${rule.id}`
      );
      if (matched === wanted) return [];
      return [{
        severity: "error",
        pointer: `/rules/${i}/examples/${list}/${j}`,
        message: wanted
          ? `Rule "${rule.id}" does not match its example: ${text}`
          : `Rule "${rule.id}" matches what it says it does not: ${text}`,
        cure: "correct the rule or the example",
      }];
    };
    return [
      ...(rule.examples?.match ?? []).flatMap((text, j) =>
        judge(text, j, { list: "match", wanted: true })
      ),
      ...(rule.examples?.no_match ?? []).flatMap((text, j) =>
        judge(text, j, { list: "no_match", wanted: false })
      ),
    ];
  });
}

/** A rule about one action is judged where that action is. */
function exec(text: string, { match: { exact } }: PolicyRule): ExecAction {
  const { workspace, cwd } = exact ?? { workspace: WORKSPACE, cwd: WORKSPACE };
  return {
    kind: "exec",
    origin: {
      agent: "default",
      session: "examples",
      source: "human-operator",
      workspace,
    },
    command: { form: "shell", text },
    cwd,
  };
}
