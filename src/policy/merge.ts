// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A document over the one it extends: objects recurse, scalars and lists
 * replace, and rules add up, because a rule can only tighten.
 *
 * @module
 */

import type { PolicyDocument } from "./schema.ts";

/** Lays `top` over `base`. */
export function mergePolicies(
  base: PolicyDocument,
  top: PolicyDocument,
): PolicyDocument {
  const merged: PolicyDocument = { ...base, ...top };
  return {
    ...merged,
    ...both("blocked"),
    ...both("requires_confirmation"),
    ...both("allowed"),
    ...both("network"),
    ...both("execution"),
    ...both("audit"),
    ...both("sandbox"),
    rules: [...base.rules ?? [], ...top.rules ?? []],
  };

  function both<Key extends keyof PolicyDocument>(
    key: Key,
  ): Partial<Pick<PolicyDocument, Key>> {
    const value = mergeValues(base[key], top[key]);
    return value === undefined
      ? {}
      : { [key]: value } as Partial<Pick<PolicyDocument, Key>>;
  }
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
