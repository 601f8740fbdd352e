// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an import gives: a policy, and what of the other tool's file it does not
 * say.
 *
 * @module
 */

import type { PolicyDocument } from "../schema.ts";
import type { Verdict } from "../decision.ts";

/** What became of an item that is no rule of the same meaning. */
export type NoteKind =
  /** They refuse or ask; here nothing does. */
  | "not-carried"
  /** Here it refuses or asks less than theirs. */
  | "looser"
  /** Here it refuses or asks more than theirs. */
  | "stricter"
  /** They allow it; a rule of airg's refuses it all the same. */
  | "stays-refused"
  /** They allow it; no rule is needed for that. */
  | "needless"
  /** Carried over, and this version does not enforce it. */
  | "not-enforced"
  /** Worth knowing. */
  | "info";

/** One item, and what became of it; untrusted text. */
export interface ImportNote {
  readonly kind: NoteKind;
  /** JSON pointer, or `line 7`. */
  readonly where: string;
  /** As it stands in the file. */
  readonly item: string;
  /** One sentence for a person. */
  readonly message: string;
}

/** A policy made from another tool's file. */
export interface Imported {
  readonly document: PolicyDocument;
  readonly notes: readonly ImportNote[];
}

/** Why a file cannot be read at all. */
export interface ImportProblem {
  /** From 1; absent where no line can be named. */
  readonly line?: number;
  readonly message: string;
}

/** What an importer may ask. */
export interface ImportOptions {
  /** Name of the file, for reasons. */
  readonly file: string;
  /** What the default policy says on a command, and by which rule. */
  readonly judge: (
    command: string,
  ) => { readonly verdict: Verdict; readonly rule: string };
}

/** A clause as the start of a note; airg is written small. */
export function sentence(clause: string): string {
  return clause.startsWith("airg ")
    ? clause
    : clause.slice(0, 1).toUpperCase() + clause.slice(1);
}

/** What to say of a thing that they allow. */
export function allowNote(
  { where, item }: Pick<ImportNote, "where" | "item">,
  command: string | undefined,
  { judge }: ImportOptions,
): ImportNote {
  const found = command === undefined ? undefined : judge(command);
  if (found !== undefined && found.verdict !== "allow") {
    return {
      kind: "stays-refused",
      where,
      item,
      message:
        `An allow of theirs overrides nothing here: the default policy says ${found.verdict} (${found.rule})`,
    };
  }
  return {
    kind: "needless",
    where,
    item,
    message: "What no rule refuses is allowed here, contained; no rule is made",
  };
}
