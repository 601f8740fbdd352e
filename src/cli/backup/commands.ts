// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The subcommands of `airg backup`: what was saved before actions changed it.
 *
 * @module
 */

import { WHEN_FORMS } from "../../base/when.ts";
import type { Command } from "../command.ts";
import type { OptionSpec } from "../flags.ts";

const JSON_SWITCH: OptionSpec = { summary: "answer in JSON" };

const WHICH =
  "ID is the one `airg backup list` shows, or its beginning or end where that is\n" +
  "enough; the name or path of the backup's folder does as well.";

const FOR_A_PERSON =
  "For a person: it refuses to run inside airg's sandbox or below an agent.";

/** In the order help shows them. */
export const BACKUP_COMMANDS: readonly Command[] = [
  {
    name: "backup list",
    summary: "list what was saved before actions changed it, newest first",
    usage: ["[OPTIONS]"],
    details: [`TIME is one of ${WHEN_FORMS}; a time of day is the last one.`],
    example: "airg backup list --path src/main.ts --since '2h ago'",
    options: {
      path: {
        value: "P",
        summary: "only of this file, or of all in this folder",
      },
      command: {
        value: "TEXT",
        summary: "only of commands and tools that have this in them",
      },
      since: { value: "TIME", summary: "only of then or later" },
      before: { value: "TIME", summary: "only of then or earlier" },
      number: { value: "N", short: "n", summary: "how many (default 50)" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./list.ts")).run,
  },
  {
    name: "backup show",
    summary: "list the paths of one backup, and what the action left of them",
    usage: ["[--json] ID"],
    details: [
      WHICH,
      "A it made, M changed, D deleted, T made something else of, = left as it was,\n" +
      "? airg ended before it could look, ! not saved.",
    ],
    example: "airg backup show 4f31",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./show.ts")).run,
  },
  {
    name: "backup diff",
    summary: "show what is different from what was saved, line by line",
    usage: ["[--json] ID [PATH]"],
    details: [WHICH, "PATH is a file or a folder, from this folder on."],
    example: "airg backup diff 4f31 src",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./diff.ts")).run,
  },
  {
    name: "backup restore",
    summary: "put back what was saved, all or nothing",
    usage: ["[OPTIONS] ID", "[OPTIONS] --before TIME", "[OPTIONS] --path P"],
    details: [
      WHICH,
      "Shows what would become of each path, and asks. What was changed since is not\n" +
      "overwritten without --force. What is replaced is a backup of its own, so a\n" +
      "restore can be undone, by its id: --path alone means the last time that\n" +
      "something else changed or deleted it. " + FOR_A_PERSON,
    ],
    example: "airg backup restore --before 10:30 --dry-run",
    options: {
      before: { value: "TIME", summary: "as it was then" },
      path: {
        value: "P",
        summary:
          "only this file, or all in this folder; alone: its last change",
      },
      command: {
        value: "TEXT",
        summary: "the last command that has this in it",
      },
      workspace: {
        value: "DIR",
        summary:
          "folder of the project (default: AIRG_WORKSPACE, else this one)",
      },
      "dry-run": { summary: "show it; put nothing back" },
      yes: { short: "y", summary: "do not ask" },
      force: { summary: "also what was changed since" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./restore.ts")).run,
  },
  {
    name: "backup prune",
    summary: "take old backups away, as the policy says",
    usage: ["[OPTIONS]"],
    details: [
      "Oldest first, by audit.backup_retention_days, max_versions_per_file and\n" +
      "backup_max_bytes. The only copy of something deleted in the last day stays.\n" +
      "Each item is recorded. " + FOR_A_PERSON,
    ],
    example: "airg backup prune --dry-run --older-than 10d",
    options: {
      "dry-run": { summary: "say what would go; take nothing" },
      "older-than": { value: "SPAN", summary: "another age, such as 10d" },
      keep: { value: "N", summary: "another number of versions of each path" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./prune.ts")).run,
  },
  {
    name: "backup export",
    summary: "write backups out as plain files with a manifest.json",
    usage: ["[--json] ID DIR", "[--json] --all DIR"],
    details: [
      WHICH,
      "A folder a backup, in Runtime Guard's form. Exit status: 0, or 1 when one\n" +
      "could not be written. " + FOR_A_PERSON,
    ],
    example: "airg backup export --all ~/backups",
    options: {
      all: { summary: "every backup" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./export.ts")).run,
  },
  {
    name: "backup import",
    summary: "take Runtime Guard's backups over",
    usage: ["[--key FILE] [--json] DIR"],
    details: [
      "DIR is its backups folder, or one of the folders in it; it is left as it is.\n" +
      "Content is checked against its hash, and with --key each item against its\n" +
      "signature. What does not hold is refused, item by item; the rest is taken.\n" +
      "Exit status: 0, or 1 when an item was refused. " + FOR_A_PERSON,
    ],
    example:
      "airg backup import --key ~/.config/ai-runtime-guard/approvals.hmac.key ~/.local/state/ai-runtime-guard/backups",
    options: {
      key: { value: "FILE", summary: "Runtime Guard's key file" },
      json: JSON_SWITCH,
    },
    load: async () => (await import("./import.ts")).run,
  },
  {
    name: "backup verify",
    summary: "read all that was saved, and check it",
    usage: ["[--json]"],
    details: [
      "Content that is damaged is moved to the folder damaged beside it, so that the\n" +
      "next save of the same content keeps it anew. Exit status: 0, or 1 when\n" +
      "something is not as it was written.",
    ],
    example: "airg backup verify",
    options: { json: JSON_SWITCH },
    load: async () => (await import("./verify.ts")).run,
  },
];
