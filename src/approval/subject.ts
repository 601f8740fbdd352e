// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an approval is about: everything that decides what would run.
 *
 * @module
 */

import type { Action } from "../action/action.ts";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";

/** A file whose content decides what happens: a script, or the program itself. */
export interface SubjectFile {
  /** Absolute, links resolved. */
  readonly path: string;
  /** SHA-256 in hex; absent when it cannot be read. */
  readonly sha256?: string;
  /** Instead of the hash of a large one: what changes when it is changed. */
  readonly stamp?: string;
  /**
   * `input`: what it reads; `target`: what a write replaces. What an approval
   * for a session leaves open: `revision`, names of commits; `removed`, what is
   * in a folder that is deleted; `other`, what lies below a script and is no
   * code by its name.
   */
  readonly role:
    | "program"
    | "script"
    | "input"
    | "target"
    | "revision"
    | "removed"
    | "other";
  /** Of several files in one row: those that are kept; `path` is then what they fit. */
  readonly members?: readonly string[];
  /** Of all in a folder. */
  readonly tree?: SubjectTree;
  /** What lies there is too much to bind anything to. */
  readonly unbound?: true;
}

/** How much is in a folder. */
export interface SubjectTree {
  readonly files: number;
  readonly bytes: number;
  /** Of the files, those that are told apart by size and time of change alone. */
  readonly stamped?: number;
  /** There is more, which nothing is bound to. */
  readonly more?: true;
  /** What was left out on purpose. */
  readonly without?: string;
}

/** What would run, and on what. Plain JSON, so that it can be stored and shown. */
export interface Subject {
  /** As asked, without who asked. */
  readonly action: Readonly<Record<string, unknown>>;
  readonly cwd: string;
  /** Real paths that it names, with what for, in order. */
  readonly paths: readonly { readonly path: string; readonly access: string }[];
  /** Hosts that it names. */
  readonly hosts: readonly string[];
  readonly files: readonly SubjectFile[];
  /** Variables that change what programs do: `NAME=value`. */
  readonly environment: readonly string[];
  readonly profile: string;
  readonly network: "deny" | "names" | "open";
  readonly ephemeral: boolean;
  /** What standard input is; absent where there is none. */
  readonly input?: string;
}

/** SHA-256 of the subject in its one byte form, in hex. */
export function digestOf(subject: Subject): string {
  return sha256Hex(canonicalJson(subject));
}

/** What a grant may be bound to, by how far it goes. */
export interface Digests {
  readonly once: string;
  /** Who lets the same be done again and again lets it be done to what is there then. */
  readonly session: string;
}

/** What is another each time, for who lets the same be done again and again. */
const PASSING: ReadonlySet<SubjectFile["role"]> = new Set(
  ["revision", "removed", "other"] as const,
);

/**
 * Whether nothing wider than one use can be bound to it: of some code it is
 * not known what it is.
 */
export function isPartial({ files }: Subject): boolean {
  return files.some(({ role, tree, unbound }) =>
    unbound === true || tree?.more === true && !PASSING.has(role)
  );
}

/** Both digests of a subject. */
export function digestsOf(subject: Subject): Digests {
  const lasting = subject.files.filter(({ role }) => !PASSING.has(role));
  return {
    once: digestOf(subject),
    session: digestOf({ ...subject, files: lasting }),
  };
}

/** The action as it is stored: who asked, and how often, are kept apart. */
export function plainAction(action: Action): Subject["action"] {
  const { origin: _, ...asked } = action;
  return { ...asked, clientRetries: undefined };
}

/**
 * What is another between what was approved and what would run now, as
 * sentences; empty where nothing is.
 */
export function differences(approved: Subject, now: Subject): string[] {
  const said: string[] = [];
  for (const { path, sha256, stamp } of now.files) {
    const before = approved.files.find((file) => file.path === path);
    if (before === undefined) said.push(`${path} was not part of it`);
    else if (before.sha256 !== sha256 || before.stamp !== stamp) {
      said.push(`${path} has another content`);
    }
  }
  for (const { path } of approved.files) {
    if (!now.files.some((file) => file.path === path)) {
      said.push(`${path} is no longer what would run`);
    }
  }
  const parts: readonly (keyof Subject)[] = [
    "action",
    "cwd",
    "paths",
    "hosts",
    "environment",
    "profile",
    "network",
    "ephemeral",
    "input",
  ];
  for (const part of parts) {
    const [before, after] = [approved[part] ?? null, now[part] ?? null];
    if (canonicalJson(before) !== canonicalJson(after)) {
      said.push(`${NAMES[part] ?? part} changed`);
    }
  }
  return said;
}

const NAMES: Partial<Record<keyof Subject, string>> = {
  action: "the command",
  cwd: "the folder",
  paths: "the paths it leads to",
  hosts: "the hosts",
  environment: "the environment",
  input: "the standard input",
};
