// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A schema's complaint -> one sentence for the person who wrote the file.
 *
 * @module
 */

import type * as z from "zod/mini";

/** One complaint, in words. */
export interface DescribedIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly cure?: string;
}

/** Describes one issue; a union gives the complaints of its best half. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  root: unknown,
  above: readonly (string | number)[] = [],
): DescribedIssue[] {
  const path = [...above, ...issue.path.map(step)];
  const value = valueAt(root, path);
  const written = value === undefined ? "nothing" : shorten(value);
  switch (issue.code) {
    case "invalid_type":
      return value === undefined
        ? [{
          path,
          message: `"${path.at(-1)}" is missing`,
          cure: `add it: ${withArticle(issue.expected)}`,
        }]
        : [{
          path,
          message: `Expected ${withArticle(issue.expected)}, found ${written}`,
        }];
    case "invalid_value":
      return [{
        path,
        message: `${written} is not one of the accepted values`,
        cure: `write ${issue.values.map((v) => JSON.stringify(v)).join(", ")}`
          .replace(/, ([^,]+)$/, " or $1"),
      }];
    case "too_small":
      return [{
        path,
        message: issue.origin === "number" || issue.origin === "int"
          ? `${written} is too small`
          : "It must not be empty",
        ...(issue.origin === "number" || issue.origin === "int"
          ? { cure: `write ${issue.minimum} or more` }
          : {}),
      }];
    case "invalid_format":
      return [{
        path,
        message: `${written} has the wrong form`,
        ...(issue.pattern !== undefined &&
          { cure: `it must fit ${issue.pattern}` }),
      }];
    case "invalid_union":
      return describeUnion(issue, root, path);
    default:
      return [{ path, message: issue.message }];
  }
}

function describeUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  root: unknown,
  path: readonly (string | number)[],
): DescribedIssue[] {
  const value = valueAt(root, path);
  if (value === undefined) {
    return [{ path, message: `"${path.at(-1)}" is missing`, cure: "add it" }];
  }
  const halves = issue.errors.map((half) =>
    half.flatMap((inner) => describeIssue(inner, root, path))
  );
  // A half that complains deeper down got further.
  return halves.toSorted((a, b) => depthOf(b) - depthOf(a))[0] ??
    [{ path, message: `${shorten(value)} is not accepted here` }];
}

function depthOf(issues: readonly DescribedIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function step(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let at = root;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === String(key))?.[1];
  }
  return at;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function withArticle(type: string): string {
  const names: Readonly<Record<string, string>> = {
    array: "a list",
    boolean: "true or false",
    int: "a whole number",
    number: "a number",
    object: "an object",
    record: "an object",
    string: "a text in quotes",
  };
  return names[type] ?? type;
}
