// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The subcommands of `airg approvals`: the operator's side of `escalate`.
 *
 * @module
 */

import type { Command } from "../command.ts";
import type { OptionSpec } from "../flags.ts";

const JSON_SWITCH: OptionSpec = { summary: "answer in JSON" };

const MESSAGE: OptionSpec = {
  value: "TEXT",
  summary: "words that the agent gets with the answer",
};

const WHICH =
  "ID is a request's id, or its ending as airg shows it. Any beginning or ending\n" +
  "will do that no other request that waits shares; for approve, no other at all.";

const PERSON =
  "For a person: it needs a terminal of its own in the foreground, and refuses a\n" +
  "pipe and airg's sandbox. Below an agent's client it asks for a code that a\n" +
  "running `airg approvals watch` shows. docs/threat-model.md says what that stops.";

const STATUS =
  "Exit status: 0, 1 answered or expired already, 64 no such request, 75 too many\n" +
  "wrong ids, 77 refused.";

/** In the order help shows them. */
export const APPROVALS_COMMANDS: readonly Command[] = [
  {
    name: "approvals list",
    summary: "list what waits for an answer, and the grants that are open",
    usage: ["[--all | --imported] [-n N] [--json]"],
    example: "airg approvals list",
    options: {
      all: {
        summary:
          "also what has been answered or has expired, and every damaged row",
      },
      imported: { summary: "what was taken over from Runtime Guard" },
      number: {
        value: "N",
        short: "n",
        summary: "how many at most (default 200)",
      },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./list.ts")).run,
  },
  {
    name: "approvals show",
    summary: "show all that approving a request would bind",
    usage: ["[--json] ID"],
    details: [
      `${WHICH} An open grant's shows what it is for.`,
      "What is shown comes from what airg read, never from the agent's words: the\n" +
      "command with the decisive words underlined, the folder, paths, hosts, files\n" +
      "with their hashes, variables, containment, reasons, and the change of a write.",
    ],
    example: "airg approvals show bad43739",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./show.ts")).run,
  },
  {
    name: "approvals approve",
    summary: "let exactly what was asked run, once",
    usage: ["[OPTIONS] ID"],
    details: [
      WHICH,
      "With --write-rule airg shows a rule, the change of your policy file, what\n" +
      "today's policy and the new one say of the command and of near ones, and what\n" +
      "else of the log would change; you type the rule's id to write it.",
      PERSON,
      STATUS,
    ],
    example: "airg approvals approve bad43739 --message 'only this time'",
    options: {
      session: { summary: "as often as it comes in the same session" },
      rule: {
        value: "TIME",
        summary:
          "whatever the same rules object to, by this agent here, for a TIME such as 15m or 1h",
      },
      "write-rule": {
        summary:
          "for good: a rule for exactly this command, reviewed and put into your policy",
      },
      message: MESSAGE,
      json: JSON_SWITCH,
    },
    load: async () => (await import("./decide.ts")).decideWith("approve"),
  },
  {
    name: "approvals deny",
    summary: "refuse a request, with words for the agent",
    usage: ["[--message TEXT] [--json] ID"],
    details: [WHICH, PERSON, STATUS],
    example: "airg approvals deny bad43739 --message 'use staging instead'",
    options: { message: MESSAGE, json: JSON_SWITCH },
    load: async () => (await import("./decide.ts")).decideWith("deny"),
  },
  {
    name: "approvals revoke",
    summary: "take back a grant that is still open",
    usage: ["[--json] ID"],
    details: [
      `${WHICH} A grant's works as well.`,
      "The id of a rule that --write-rule made, such as approved.bad43739, takes that\n" +
      "rule out of your policy.",
      PERSON,
      STATUS,
    ],
    example: "airg approvals revoke bad43739",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./decide.ts")).decideWith("revoke"),
  },
  {
    name: "approvals history",
    summary: "list what happened to a request, and who did it",
    usage: ["[--json] ID"],
    details: [WHICH],
    example: "airg approvals history bad43739",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./history.ts")).run,
  },
  {
    name: "approvals watch",
    summary: "watch requests as they come, and answer each with a key",
    usage: ["[--quiet]", "--json"],
    details: [
      "Keys: j and k or arrows move, a approves once, s for the session, d denies,\n" +
      "m denies with words, w shows a rule for good (its id is typed to write it),\n" +
      "enter shows all, space goes on in it, q quits. Nothing is\n" +
      "approved that was not all on the screen, and no key approves for a moment\n" +
      "after the selected request changed by itself.",
      "A bell and a notification on the desktop tell that requests came: at once, then\n" +
      "after 5 seconds at the earliest, in a flood after up to a minute, all together.",
      "With --json each request is a line of JSON, and nothing can be answered.",
      PERSON,
    ],
    example: "airg approvals watch",
    options: {
      quiet: { summary: "no bell and no notification on the desktop" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./watch.ts")).run,
  },
  {
    name: "approvals passphrase",
    summary: "set or clear a passphrase that is asked before each approval",
    usage: ["set", "clear"],
    details: [
      "Kept as a scrypt hash beside the approvals' key, mode 0600. `watch` asks for\n" +
      "it once, when it starts. Who can write airg's own files can remove it.",
      PERSON,
    ],
    example: "airg approvals passphrase set",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./passphrase.ts")).run,
  },
  {
    name: "approvals repair",
    summary: "revoke all that the store holds, after it could not be relied on",
    usage: ["[--json]"],
    details: [
      "Needed after the database was put back from a backup, or rows in it were\n" +
      "changed: until then nothing is granted. The history stays. A database that\n" +
      "cannot be read any more is moved aside, and an empty one takes its place.",
      PERSON,
    ],
    example: "airg approvals repair",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./repair.ts")).run,
  },
  {
    name: "approvals rotate-key",
    summary: "sign what comes from now on with a new key",
    usage: ["[--json]"],
    details: [
      "What was signed before still verifies with its own key.",
      PERSON,
    ],
    example: "airg approvals rotate-key",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./keep.ts")).keepWith("rotate-key"),
  },
  {
    name: "approvals import",
    summary: "take over the history of Runtime Guard's approvals",
    usage: ["[--json] FILE"],
    details: [
      "FILE is its approvals.db, which is left as it is. Its history is taken over,\n" +
      "never its tokens or grants; a second time adds only what is new.",
      PERSON,
    ],
    example: "airg approvals import ~/old/approvals.db",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./keep.ts")).keepWith("import"),
  },
];
