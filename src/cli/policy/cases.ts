// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files of cases for `airg policy test`: sections in the manner of txtar, one
 * command a line.
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";
import { absolutePath, normalizePath } from "../../action/words.ts";
import { type Verdict, VERDICTS } from "../../policy/decision.ts";

/** Where cases are judged: the workspace, unless `cwd` says more. */
export const CASE_WORKSPACE = "/home/you/project";

/** One command and the verdict its author wants. */
export interface Case {
  readonly wanted: Verdict;
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** From 1. */
  readonly line: number;
}

/** Why a text is no file of cases. */
export interface CaseProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

const SECTION_REGEXP = /^-- (\S+) --\s*$/;

/** Reads a file of cases. */
export function readCases(
  text: string,
): Result<readonly Case[], readonly CaseProblem[]> {
  const cases: Case[] = [];
  const problems: CaseProblem[] = [];
  let section = "";
  let cwd = CASE_WORKSPACE;
  for (const [i, raw] of text.replace(/^\uFEFF/, "").split("\n").entries()) {
    const content = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const line = i + 1;
    const name = SECTION_REGEXP.exec(content)?.[1];
    if (name !== undefined) {
      section = name;
      if (!isSection(name)) {
        problems.push({
          line,
          message: `unknown section ${JSON.stringify(name)}; the sections are ${
            SECTIONS.join(", ")
          }`,
        });
      }
      continue;
    }
    if (section === "" || content.trim() === "" || content.startsWith("#")) {
      continue;
    }
    if (section === "cwd") {
      const path = absolutePath(content.trim(), CASE_WORKSPACE);
      cwd = normalizePath(path);
    } else if (isVerdict(section)) {
      cases.push({ wanted: section, command: content, cwd, line });
    }
  }
  if (section === "") {
    problems.push({
      line: 1,
      message: "no section; write `-- block --` above commands to be blocked",
    });
  }
  return problems.length > 0 ? fail(problems) : ok(cases);
}

const SECTIONS: readonly string[] = [...VERDICTS, "cwd"];

function isSection(name: string): boolean {
  return SECTIONS.includes(name);
}

function isVerdict(name: string): name is Verdict {
  return VERDICTS.some((verdict) => verdict === name);
}
