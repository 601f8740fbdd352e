// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Policy text -> a checked document, or every problem in it at once, each with
 * its place and its cure.
 *
 * @module
 */

import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type * as z from "zod/mini";
import { fail, ok, type Result } from "../base/result.ts";
import { describeIssue } from "./issue.ts";
import {
  LegacySchema,
  type PolicyDocument,
  type PolicyOverlay,
  VersionedSchema,
  WorkspaceSchema,
} from "./schema.ts";
import type { PolicyProblem } from "./settings.ts";
import { removeUnknownKeys, type UnknownKey } from "./unknown_keys.ts";

/** A document and what is worth knowing about it. */
export interface ParsedPolicy {
  readonly document: PolicyDocument;
  readonly warnings: readonly PolicyProblem[];
}

/** A workspace's file. */
export interface ParsedOverlay {
  readonly overlay: PolicyOverlay;
}

/** Where in the text a value stands. */
type Locate = (
  path: readonly (string | number)[],
  part?: "key" | "value",
) => { readonly line: number; readonly column: number } | undefined;

/** Reads a workspace's policy file, which may only tighten (overlay.ts). */
export function parseOverlay(
  text: string,
): Result<ParsedOverlay, readonly PolicyProblem[]> {
  const read = readObject(text);
  if (!read.ok) return read;
  const { value, duplicates, locate } = read.value;
  const { cleaned, unknown } = removeUnknownKeys(WorkspaceSchema, value, {
    skip: () => false,
  });
  const parsed = WorkspaceSchema.safeParse(cleaned);
  const problems = [
    ...duplicates,
    ...unknown.map((key) => strangerProblem(key, false, locate)),
    ...(parsed.success
      ? repeatedIds(parsed.data.rules ?? [], locate)
      : issueProblems(parsed.error.issues, value, locate)),
  ].toSorted(byPlace);
  return parsed.success && problems.length === 0
    ? ok({ overlay: parsed.data })
    : fail(problems);
}

/** Gives problems that name a pointer their place in the text. */
export function locateProblems(
  text: string,
  problems: readonly PolicyProblem[],
): PolicyProblem[] {
  const read = readObject(text);
  if (!read.ok) return [...problems];
  return problems.map((problem) => ({
    ...read.value.locate(pathOf(problem.pointer, read.value.value)),
    ...problem,
  })).toSorted(byPlace);
}

/**
 * Reads a policy: JSON with comments and trailing commas.
 *
 * In a file with `version` an unknown key is an error, because a misspelt key
 * must not turn into a rule that never fires. In a legacy file it is a warning.
 *
 * @param text As read from disk; a byte order mark is skipped.
 */
export function parsePolicy(
  text: string,
): Result<ParsedPolicy, readonly PolicyProblem[]> {
  const read = readObject(text);
  if (!read.ok) return read;
  const { value, duplicates, locate } = read.value;
  return check(value, duplicates, locate);
}

/** A JSON object with places. */
interface ReadObject {
  readonly value: object;
  readonly duplicates: readonly PolicyProblem[];
  readonly locate: Locate;
}

function readObject(
  text: string,
): Result<ReadObject, readonly PolicyProblem[]> {
  const plain = text.replace(/^\uFEFF/, "");
  const errors: ParseError[] = [];
  const tree = parseTree(plain, errors, { allowTrailingComma: true });
  const place = placesIn(plain);
  if (errors.length > 0 || tree === undefined) {
    return fail(syntaxProblems(errors, place));
  }
  const locate = locateIn(tree, place);
  const duplicates = duplicateKeys(tree, place);
  const value: unknown = getNodeValue(tree);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail([{
      severity: "error",
      pointer: "",
      line: 1,
      column: 1,
      message: "A policy is one JSON object",
      cure: 'write { "version": 1, "extends": ["default"] }',
    }]);
  }
  return ok({ value, duplicates, locate });
}

function issueProblems(
  issues: readonly z.core.$ZodIssue[],
  value: object,
  locate: Locate,
): PolicyProblem[] {
  return issues.flatMap((issue) =>
    describeIssue(issue, value).map(({ path, message, cure }) => ({
      severity: "error" as const,
      pointer: pointerOf(path),
      ...locate(path),
      message,
      ...(cure !== undefined && { cure }),
    }))
  );
}

function check(
  value: object,
  duplicates: readonly PolicyProblem[],
  locate: Locate,
): Result<ParsedPolicy, readonly PolicyProblem[]> {
  const legacy = !("version" in value);
  const schema = legacy ? LegacySchema : VersionedSchema;
  const { cleaned, unknown } = removeUnknownKeys(schema, value, {
    skip: (key) => legacy && key.startsWith("_"),
  });
  const strangers = unknown.map((key) => strangerProblem(key, legacy, locate));
  const parsed = schema.safeParse(cleaned);
  const issues = parsed.success
    ? []
    : issueProblems(parsed.error.issues, value, locate);
  const repeated = parsed.success
    ? repeatedIds(parsed.data.rules ?? [], locate)
    : [];
  const problems = [...duplicates, ...strangers, ...issues, ...repeated];
  const worst = problems.filter(({ severity }) => severity === "error");
  if (!parsed.success || worst.length > 0) {
    return fail(problems.toSorted(byPlace));
  }
  return ok({ document: parsed.data, warnings: problems.toSorted(byPlace) });
}

function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function strangerProblem(
  { path, nearest }: UnknownKey,
  legacy: boolean,
  locate: Locate,
): PolicyProblem {
  const key = path.at(-1);
  return {
    severity: legacy ? "warning" : "error",
    pointer: pointerOf(path),
    ...locate(path, "key"),
    message: `Unknown key "${key}"`,
    cure: nearest === undefined
      ? "remove it; `airg policy schema` lists the known keys"
      : `did you mean "${nearest}"?`,
  };
}

function repeatedIds(
  rules: readonly { readonly id: string }[],
  locate: Locate,
): PolicyProblem[] {
  const seen = new Set<string>();
  return rules.flatMap(({ id }, i) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{
      severity: "error" as const,
      pointer: `/rules/${i}/id`,
      ...locate(["rules", i, "id"]),
      message: `Two rules have the id "${id}"`,
      cure: "give each rule its own id",
    }];
  });
}

function syntaxProblems(
  errors: readonly ParseError[],
  place: (offset: number) => { readonly line: number; readonly column: number },
): PolicyProblem[] {
  if (errors.length === 0) {
    return [{
      severity: "error",
      pointer: "",
      message: "The file is empty",
      cure: 'write { "version": 1, "extends": ["default"] }',
    }];
  }
  return errors.map(({ error, offset }) => ({
    severity: "error",
    pointer: "",
    ...place(offset),
    message: `Cannot read JSON: ${printParseErrorCode(error)}`,
    cure:
      "comments and trailing commas are fine; quotes, commas and braces must match",
  }));
}

/** A second key of the same name would silently replace the first. */
function duplicateKeys(
  root: Node,
  place: (offset: number) => { readonly line: number; readonly column: number },
): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const visit = (node: Node, path: readonly (string | number)[]): void => {
    const seen = new Set<string>();
    for (const [i, child] of (node.children ?? []).entries()) {
      if (node.type === "array") visit(child, [...path, i]);
      if (node.type !== "object") continue;
      const [key, value] = child.children ?? [];
      if (key === undefined) continue;
      const name = String(key.value);
      if (seen.has(name)) {
        problems.push({
          severity: "error",
          pointer: pointerOf([...path, name]),
          ...place(key.offset),
          message: `The key "${name}" stands here twice`,
          cure: "join both into one: the second would replace the first",
        });
      }
      seen.add(name);
      if (value !== undefined) visit(value, [...path, name]);
    }
  };
  visit(root, []);
  return problems;
}

/** Offset -> line and column, both from 1. */
function placesIn(
  text: string,
): (offset: number) => { readonly line: number; readonly column: number } {
  return (offset) => {
    const before = text.slice(0, offset);
    const lines = before.split("\n");
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };
}

function locateIn(
  tree: Node,
  place: (offset: number) => { readonly line: number; readonly column: number },
): Locate {
  return (path, part = "value") => {
    // A value that is missing has no place of its own: name what should hold it.
    for (let length = path.length; length >= 0; length--) {
      const node = findNodeAtLocation(tree, path.slice(0, length));
      if (node === undefined) continue;
      const key = part === "key" && length === path.length
        ? node.parent?.children?.[0]
        : undefined;
      return place((key ?? node).offset);
    }
    return undefined;
  };
}

/** A pointer's steps; a step into a list is a number. */
function pathOf(pointer: string, root: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let at = root;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const key = Array.isArray(at) ? Number(name) : name;
    path.push(key);
    at = typeof at === "object" && at !== null
      ? Object.entries(at).find(([own]) => own === String(key))?.[1]
      : undefined;
  }
  return path;
}

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) =>
    `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`
  ).join("");
}
