// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The subcommands of `airg policy` that work on whole policies: tests,
 * comparisons, imports, starters.
 *
 * @module
 */

import type { Command } from "../command.ts";
import type { OptionSpec } from "../flags.ts";

const JSON_SWITCH: OptionSpec = { summary: "answer in JSON" };

const POLICY: OptionSpec = {
  value: "FILE",
  summary:
    "policy to use, or built-in (default: AIRG_POLICY_PATH, the config folder's, the built-in one)",
};

const AGENT: OptionSpec = {
  value: "ID",
  summary: "agent to decide for (default: AIRG_AGENT_ID, else default)",
};

const EXIT_CODE: OptionSpec = {
  summary: "exit with 1 when a verdict differs",
};

/** In the order help shows them, after `policy explain`. */
export const POLICY_COMMANDS: readonly Command[] = [
  {
    name: "policy test",
    summary: "run the examples of a policy's rules, and files of cases",
    usage: ["[--policy FILE] [--agent ID] [--json] [FILE...]"],
    details: [
      "A FILE of cases has a section a verdict, with one command a line:\n\n" +
      "  -- allow --\n" +
      "  npm test\n" +
      "  -- block --\n" +
      "  # lines that start with # are comments\n" +
      "  rm -rf ..\n\n" +
      "Sections: allow, sandbox, throttle, escalate, block, and cwd, whose one\n" +
      "line is the folder of the cases that follow, relative to the workspace.\n" +
      "Text before the first section is a comment. Cases are judged as if the\n" +
      "workspace were /home/you/project, which need not exist; what a shadow rule\n" +
      "would do is not done, so such a case is allowed.",
      "Exit status: 0, 1 when a case or an example fails, 64 when a FILE is no\n" +
      "file of cases, 78 when the policy cannot be used.",
    ],
    example: "airg policy test --policy policy.json cases.txtar",
    options: { policy: POLICY, agent: AGENT, json: JSON_SWITCH },
    load: async () => (await import("./test_command.ts")).run,
  },
  {
    name: "policy diff",
    summary: "show which commands two policies decide differently",
    usage: ["A B --over FILE|log [--agent ID] [--exit-code] [--json]"],
    details: [
      "A and B are policy files, or built-in. FILE has one command a line, or JSON\n" +
      "lines with command (text, or a list of words) and optionally id and cwd;\n" +
      "- is stdin. log takes the actions of the audit log (./log is a file of that\n" +
      "name). All are decided for one agent, with today's disk; nothing runs.",
      "Exit status: 0, also when verdicts differ, unless --exit-code is given.",
    ],
    example: "airg policy diff built-in policy.json --over log",
    options: {
      over: { value: "FILE|log", summary: "the commands to decide on" },
      agent: AGENT,
      "exit-code": EXIT_CODE,
      json: JSON_SWITCH,
    },
    load: async () => (await import("./diff.ts")).run,
  },
  {
    name: "policy replay",
    summary: "decide anew on what an audit log recorded",
    usage: ["[--policy FILE] [--exit-code] [--json] LOG"],
    details: [
      "LOG is an audit log, or log for the one in use. Says where today's verdict\n" +
      "is not the recorded one. What the disk answered then is used where a record\n" +
      "has it, else today's disk, and it says so. Secrets are not in a log: where\n" +
      "one was taken out, a plain word stands in for it. Nothing runs.",
      "Exit status: 0, also when verdicts differ, unless --exit-code is given.",
    ],
    example: "airg policy replay --policy policy.json log",
    options: {
      policy: POLICY,
      "exit-code": EXIT_CODE,
      json: JSON_SWITCH,
    },
    load: async () => (await import("./replay.ts")).run,
  },
  {
    name: "policy import",
    summary: "turn another tool's permissions into a policy",
    usage: ["[--from TOOL] [--out FILE] [--json] FILE"],
    details: [
      "TOOL is runtime-guard (policy.json), claude (the permissions of a\n" +
      "settings.json) or codex (.rules); without --from it is told from the file.\n" +
      "The policy goes to stdout, or to a new FILE. What did not carry over, and\n" +
      "what means something else here, is said on stderr, item by item: an allow\n" +
      "of theirs never overrides a rule of airg's. --json prints one object with\n" +
      "the policy and these notes.",
    ],
    example: "airg policy import ~/.claude/settings.json --out policy.json",
    options: {
      from: { value: "TOOL", summary: "runtime-guard, claude or codex" },
      out: { value: "FILE", summary: "write a new file instead of stdout" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./import.ts")).run,
  },
  {
    name: "policy init",
    summary: "write a commented policy to start from",
    usage: ["[--strict|--ci|--observe] [--out FILE]"],
    details: [
      "Writes the config folder's policy.json, or FILE; never over a file that is\n" +
      "there.",
    ],
    example: "airg policy init --ci --out policy.json",
    options: {
      out: { value: "FILE", summary: "file to write" },
      strict: { summary: "refuse what cannot be read, ask more often" },
      ci: {
        summary: "for a job that nobody watches: nothing waits for a person",
      },
      observe: { summary: "only say what the default rules would refuse" },
    },
    load: async () => (await import("./init.ts")).run,
  },
];
