// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A document over another: objects recurse, scalars and lists replace, and
 * rules add up, because a rule can only tighten.
 *
 * @module
 */

import type { PolicyDocument } from "./schema.ts";

/** Lays `top` over `base`. */
export function mergePolicies(
  base: PolicyDocument,
  top: PolicyDocument,
): PolicyDocument {
  return {
    ...mergeValues(base, top) as PolicyDocument,
    rules: [...base.rules ?? [], ...top.rules ?? []],
  };
}

function mergeValues(base: unknown, top: unknown): unknown {
  if (top === undefined) return base;
  if (!isObject(base) || !isObject(top)) return top;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(top)) {
    merged[key] = mergeValues(merged[key], value);
  }
  return merged;
}

/** Whether a value is an object that can be merged. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
