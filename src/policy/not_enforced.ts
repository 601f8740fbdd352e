// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names every accepted setting that this version does not enforce.
 *
 * One table, so that building a feature means deleting its line.
 *
 * @module
 */

import type { PolicyDocument } from "./schema.ts";
import type { NotEnforced } from "./settings.ts";

/** One setting: where it stands, the values that ask for nothing, and what is missing. */
interface Missing {
  readonly pointer: string;
  readonly inert: (value: unknown) => boolean;
  readonly message: string;
}

function never(): boolean {
  return false;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.keys(value).length === 0;
}

function equals(inert: unknown): (value: unknown) => boolean {
  return (value) => value === inert;
}

const REPORTS = "there is no reports database yet; nothing is collected";
const SENTINEL =
  "scripts are not scanned yet; a script runs contained like any program";

/** All of them, in the order of DESIGN.md section 5. */
const MISSING: readonly Missing[] = [
  {
    pointer: "/allowed/max_file_size_mb",
    inert: never,
    message: "nothing ever used this setting, here or in Runtime Guard",
  },
  {
    pointer: "/allowed/max_files_per_operation",
    inert: never,
    message: "nothing ever used this setting, here or in Runtime Guard",
  },
  {
    pointer: "/network/commands",
    inert: isEmpty,
    message:
      "which programs use the network is known from a built-in table; this list adds nothing yet",
  },
  {
    pointer: "/network/allowed_domains",
    inert: isEmpty,
    message:
      "domains are checked as written in a command only; while it runs, the network is either open or off",
  },
  {
    pointer: "/network/blocked_domains",
    inert: isEmpty,
    message:
      "domains are checked as written in a command only; while it runs, the network is either open or off",
  },
  {
    pointer: "/execution/shell_workspace_containment/log_paths",
    inert: never,
    message: "no code ever read this setting, here or in Runtime Guard",
  },
  {
    pointer: "/backup_access/block_agent_tools",
    inert: equals(true),
    message:
      "false shows agents the list of backups; their files are airg's own, and no policy gives them to an agent",
  },
  {
    pointer: "/audit/log_level",
    inert: never,
    message: "the log has one level: everything",
  },
  { pointer: "/reports", inert: isEmpty, message: REPORTS },
  {
    pointer: "/telemetry",
    inert: (value) =>
      isEmpty(value) ||
      typeof value === "object" && value !== null &&
        "enabled" in value && value.enabled === false,
    message: "there is no telemetry: nothing is ever sent",
  },
  {
    pointer: "/script_sentinel",
    inert: (value) =>
      isEmpty(value) ||
      typeof value === "object" && value !== null &&
        "enabled" in value && value.enabled === false,
    message: SENTINEL,
  },
  {
    pointer: "/unknown",
    inert: (value) => value !== "guard",
    message:
      "programs are not judged when they start; it is treated as `escalate`",
  },
  {
    pointer: "/exec_guard",
    inert: equals("off"),
    message: "programs are not judged again when they start",
  },
  {
    pointer: "/sandbox/network",
    inert: (value) => value !== "names",
    message:
      "names cannot be told apart yet: the network is off, as with `deny`",
  },
];

/** Lists the settings in `document` that ask for something this version does not do. */
export function listNotEnforced(document: PolicyDocument): NotEnforced[] {
  const found: NotEnforced[] = [];
  for (const { pointer, inert, message } of MISSING) {
    const value = valueAt(document, pointer);
    if (value !== undefined && !inert(value)) found.push({ pointer, message });
  }
  return found;
}

function valueAt(document: PolicyDocument, pointer: string): unknown {
  let at: unknown = document;
  for (const key of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
  }
  return at;
}
