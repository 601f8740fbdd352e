// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a Claude Code `settings.json` says besides the three lists, and what it
 * means here.
 *
 * @module
 */

import type { ImportNote, NoteKind } from "./notes.ts";

interface Meaning {
  readonly kind: NoteKind;
  readonly message: string;
}

/** What each mode means for what no list speaks of. */
const MODES: Readonly<Record<string, Meaning>> = {
  default: {
    kind: "looser",
    message:
      "Theirs asks before a command that no list allows; here it runs, contained, unless a rule refuses it",
  },
  acceptEdits: {
    kind: "looser",
    message:
      "Theirs asks before a command that no list allows; here it runs, contained, unless a rule refuses it",
  },
  plan: {
    kind: "not-carried",
    message: "Theirs changes nothing in this mode; airg has no such mode",
  },
  dontAsk: {
    kind: "looser",
    message:
      "Theirs refuses what no list allows; here it runs, contained, unless a rule refuses it",
  },
  auto: {
    kind: "info",
    message: "Theirs lets a model decide; airg decides by rules alone",
  },
  bypassPermissions: {
    kind: "stricter",
    message: "Theirs allows everything; airg decides all the same",
  },
};

/** Keys of `permissions` that are read elsewhere. */
const READ: ReadonlySet<string> = new Set([
  "allow",
  "ask",
  "deny",
  "additionalDirectories",
  "defaultMode",
]);

/** Other keys of the settings that speak of safety. */
const SAFETY: Readonly<Record<string, string>> = {
  sandbox:
    "See `sandbox` and `network` of a policy; airg contains every command",
  hooks: "airg runs no hooks of another tool",
  env: "See `sandbox.env`: what passes to a command is said there",
};

/** Notes on what is neither allow, ask nor deny. */
export function settingNotes(
  settings: object,
  permissions: object,
): ImportNote[] {
  const mode = Object.getOwnPropertyDescriptor(permissions, "defaultMode")
    ?.value ?? "default";
  const item = typeof mode === "string" ? mode : JSON.stringify(mode);
  const meaning = Object.hasOwn(MODES, item) ? MODES[item] : undefined;
  return [
    {
      where: "/permissions/defaultMode",
      item,
      ...(meaning ?? {
        kind: "not-carried",
        message: "No mode of this name is known",
      }),
    },
    ...Object.keys(permissions).filter((key) => !READ.has(key)).map((
      key,
    ): ImportNote => ({
      kind: "not-carried",
      where: `/permissions/${key}`,
      item: key,
      message: "It has no meaning here",
    })),
    ...Object.keys(settings).filter((key) => Object.hasOwn(SAFETY, key)).map((
      key,
    ): ImportNote => ({
      kind: "not-carried",
      where: `/${key}`,
      item: key,
      message: SAFETY[key] ?? "",
    })),
  ];
}
