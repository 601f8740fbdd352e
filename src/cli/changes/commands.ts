// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The subcommands of `airg changes`: what ephemeral runs would have changed.
 *
 * @module
 */

import type { Command } from "../command.ts";
import type { OptionSpec } from "../flags.ts";

const JSON_SWITCH: OptionSpec = { summary: "answer in JSON" };

const WHICH =
  "ID is the one an ephemeral run named, or its beginning or end where that is\n" +
  "enough. PATH is relative to the workspace; a folder means all that is in it.";

/** In the order help shows them. */
export const CHANGES_COMMANDS: readonly Command[] = [
  {
    name: "changes list",
    summary: "list what ephemeral runs would have changed",
    usage: ["[--json]"],
    example: "airg changes list",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./list.ts")).run,
  },
  {
    name: "changes show",
    summary:
      "list the paths of one ephemeral run, and what stands in their way",
    usage: ["[--json] ID"],
    details: [
      WHICH,
      "A new, M other content, D gone, P other permissions, T other type, ! cannot\n" +
      "be brought over. A conflict is a path that the host changed meanwhile.",
    ],
    example: "airg changes show 4f31",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./show.ts")).run,
  },
  {
    name: "changes diff",
    summary: "show the differences of one ephemeral run, line by line",
    usage: ["[--json] ID [PATH...]"],
    details: [WHICH],
    example: "airg changes diff 4f31 src",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./diff.ts")).run,
  },
  {
    name: "changes apply",
    summary: "make the changes of one ephemeral run in the workspace",
    usage: ["[OPTIONS] ID [PATH...]"],
    details: [
      WHICH,
      "Works file by file, each whole or not at all; killed in between and started\n" +
      "again, it goes on where it was. What the host changed meanwhile is left as it\n" +
      "is, and stays held. Files that git, an editor or an agent would obey are made\n" +
      "only with --yes-handoff or when PATH names the very file. For a person: it\n" +
      "refuses to run inside airg's sandbox or below an agent.",
      "Exit status: 0, 1 when something is left, 77 refused.",
    ],
    example: "airg changes apply 4f31 src/main.ts",
    options: {
      "yes-handoff": {
        summary: "also what git, editors and agents would obey",
      },
      overwrite: { summary: "also where the host changed it meanwhile" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./apply.ts")).run,
  },
  {
    name: "changes discard",
    summary: "throw the changes of ephemeral runs away",
    usage: ["[--json] ID...", "[--json] --all"],
    details: [
      "ID may be its beginning or end where that is enough. Exit status: 0, 1 when\n" +
      "one could not be thrown away, 77 refused.",
    ],
    example: "airg changes discard 4f31",
    options: {
      all: { summary: "every one that no run is working on" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./discard.ts")).run,
  },
];
