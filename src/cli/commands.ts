// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The list of subcommands; help, hints and docs/cli.md come from it.
 *
 * @module
 */

import {
  type Command,
  type Context,
  ENDING_SIGNALS,
  UsageError,
} from "./command.ts";
import { APPROVALS_COMMANDS } from "./approvals/commands.ts";
import { BACKUP_COMMANDS } from "./backup/commands.ts";
import { CHANGES_COMMANDS } from "./changes/commands.ts";
import type { Invocation, OptionSpec } from "./flags.ts";
import { commandHelp, groupHelp, overview } from "./help.ts";
import { POLICY_COMMANDS } from "./policy/commands.ts";

const JSON_SWITCH: OptionSpec = { summary: "answer in JSON" };

const POLICY: OptionSpec = {
  value: "FILE",
  summary:
    "policy to use (default: AIRG_POLICY_PATH, the config folder's, the built-in one)",
};

const AGENT: OptionSpec = {
  value: "ID",
  summary: "agent to decide for (default: AIRG_AGENT_ID, else default)",
};

const WORKSPACE: OptionSpec = {
  value: "DIR",
  summary:
    "folder the agent works in (default: AIRG_WORKSPACE, else this folder)",
};

const SHELL: OptionSpec = {
  value: "TEXT",
  summary: "a command as text for a shell",
};

/** All subcommands of this version, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "run",
    summary: "decide on one command, contain it and run it",
    usage: ["[OPTIONS] -- CMD...", "[OPTIONS] --shell TEXT"],
    details: [
      "The command gets this terminal, and its exit status is passed on.\n" +
      "What a person has to approve is asked on this terminal, where it is a\n" +
      "person's own; else it waits while an `airg approvals watch` of yours is\n" +
      "open, and without one ends at once with 75.\n" +
      "Where it did not run: 64 usage, 69 no containment, 70 internal,\n" +
      "75 waits for an approval or is throttled, 77 blocked,\n" +
      `78 bad configuration; 128+n after ${
        Object.keys(ENDING_SIGNALS).join(", ")
      }.`,
    ],
    example: "airg run --workspace ~/project -- npm test",
    options: {
      workspace: WORKSPACE,
      policy: POLICY,
      profile: {
        value: "P",
        summary:
          "what it may touch: workspace (default), readonly, ephemeral, network, devel, browser, agent, ci",
      },
      ephemeral: {
        summary: "run in a copy; hold the changes for `airg changes apply`",
      },
      agent: AGENT,
      json: { summary: "decision and outcome on stderr, one JSON line each" },
      timeout: {
        value: "S",
        summary: "seconds until it is ended (at most the policy's limit)",
      },
      shell: SHELL,
    },
    load: async () => (await import("./run.ts")).run,
  },
  {
    name: "policy check",
    summary: "find what is wrong with a policy file",
    usage: ["[--json] FILE"],
    details: [
      "Names each problem with its place and its cure, runs the examples that\n" +
      "rules carry, and lists settings this version accepts but does not enforce.\n" +
      "Exit status: 0, or 78 when the file would not be taken.",
    ],
    example: "airg policy check policy.json",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./policy/check.ts")).run,
  },
  {
    name: "policy explain",
    summary: "say what would be decided, and why; runs and records nothing",
    usage: [
      "[OPTIONS] -- ARGV...",
      "[OPTIONS] --shell TEXT",
      "[OPTIONS] --batch",
    ],
    details: [
      "Prints the script with the decisive words underlined, what would really\n" +
      "run (where … is text that is not known, * and ? a glob), the rules that\n" +
      "matched, and the verdict. --json prints the decision alone.",
      "--batch reads a JSON object a line from stdin, with id, command and\n" +
      "optionally policy (a whole document) and cwd, and answers each with\n" +
      "{id, decision} or {id, error}; it exits 64 when a line was bad.",
    ],
    example: "airg policy explain --shell 'git push --force'",
    options: {
      policy: POLICY,
      agent: AGENT,
      cwd: { value: "DIR", summary: "folder the command would start in" },
      json: JSON_SWITCH,
      shell: SHELL,
      batch: { summary: "JSON lines in, JSON lines out" },
    },
    load: async () => (await import("./policy/explain.ts")).run,
  },
  ...POLICY_COMMANDS,
  {
    name: "policy schema",
    summary: "print the JSON Schema of a policy file",
    usage: [""],
    example: "airg policy schema > policy.schema.json",
    options: {},
    load: async () => (await import("./policy/schema.ts")).run,
  },
  ...APPROVALS_COMMANDS,
  ...CHANGES_COMMANDS,
  ...BACKUP_COMMANDS,
  {
    name: "sandbox-check",
    summary: "try what containment this machine gives",
    usage: ["[--deep] [--json]"],
    details: [
      "Tries each layer, and names cause and cure of what is missing.\n" +
      "Exit status: 0 when the default level (require) is met, else 69.",
      "--deep also tries known escapes, each in a private scratch folder, and\n" +
      "saves the report; the server records its hash when it starts. Exit status\n" +
      "1 when one got out that this version does not know of.",
    ],
    example: "airg sandbox-check --deep",
    options: {
      json: JSON_SWITCH,
      deep: { summary: "try known escapes as well" },
    },
    load: async () => (await import("./sandbox_check.ts")).run,
  },
  {
    name: "drill",
    summary: "try known-bad actions against the policy in force",
    usage: ["[--policy FILE] [--agent ID] [--json]"],
    details: [
      "Each is asked for as an agent would, in a private scratch folder with a\n" +
      "home of its own, under your policy. What the policy lets through must be\n" +
      "stopped by containment. The result is recorded in the audit log.\n" +
      "Exit status: 0 when every one was refused, else 1.",
    ],
    example: "airg drill",
    options: { policy: POLICY, agent: AGENT, json: JSON_SWITCH },
    load: async () => (await import("./drill.ts")).run,
  },
  {
    name: "why",
    summary: "explain a recorded decision or run",
    usage: ["[--json] ID"],
    details: [
      "ID is a decision's id, as results and the audit log show it, or the first\n" +
      "characters of one. Says the verdict, the reasons, what the kernel refused,\n" +
      "and the smallest change that would allow it.\n" +
      "Exit status: 0, or 1 when no record has the id.",
    ],
    example: "airg why 0197f3a2",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./why.ts")).run,
  },
  {
    name: "server",
    summary: "serve an agent over MCP, on stdin and stdout",
    usage: ["[OPTIONS]", "--print-config CLIENT"],
    details: [
      "A client starts this. --print-config prints what to paste into the\n" +
      "client's configuration, and the client's own setting that denies its\n" +
      "native tools: those do not pass through airg.\n" +
      "CLIENT: claude-code, claude-desktop, codex, cursor, gemini, vscode.",
    ],
    example: "airg server --print-config claude-code",
    options: {
      workspace: WORKSPACE,
      policy: POLICY,
      agent: AGENT,
      "print-config": {
        value: "CLIENT",
        summary: "print the entry for a client instead of serving",
      },
      http: { value: "HOST:PORT", summary: "not in this version" },
    },
    load: async () => (await import("./server.ts")).run,
  },
  {
    name: "audit tail",
    summary: "show the newest records of the audit log",
    usage: ["[-n N] [--follow] [--json]"],
    example: "airg audit tail -n 20 --follow",
    options: {
      number: { value: "N", short: "n", summary: "how many (default 10)" },
      follow: { short: "f", summary: "go on with new records as they come" },
      json: { summary: "the records as they are in the file" },
    },
    load: async () => (await import("./audit_tail.ts")).run,
  },
  {
    name: "audit verify",
    summary: "check that the audit log was not changed",
    usage: ["[--json] [FILE]"],
    details: ["Exit status: 0, or 1 when the chain does not hold."],
    example: "airg audit verify",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./audit_verify.ts")).run,
  },
  {
    name: "version",
    summary: "say which airg this is",
    usage: ["[--json]"],
    example: "airg version --json",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./version.ts")).run,
  },
  {
    name: "help",
    summary: "show help on airg or on one command",
    usage: ["[COMMAND]"],
    example: "airg help policy explain",
    options: {},
    load: () => Promise.resolve(help),
  },
];

function help(
  { operands }: Invocation,
  { terminal }: Context,
): Promise<number> {
  const wanted = operands.join(" ");
  const command = COMMANDS.find(({ name }) => name === wanted);
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${wanted} `));
  if (wanted === "") terminal.out(overview(COMMANDS));
  else if (command !== undefined) terminal.out(commandHelp(command));
  else if (group.length > 0) terminal.out(groupHelp(wanted, group));
  else {
    throw new UsageError(
      `unknown command: ${wanted}`,
      "run `airg help` for the list",
    );
  }
  return Promise.resolve(0);
}
