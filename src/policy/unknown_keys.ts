// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds keys a schema does not know, and the known key each was meant to be.
 *
 * @module
 */

import * as z from "zod/mini";

/** A key that the schema does not have at that place. */
export interface UnknownKey {
  readonly path: readonly (string | number)[];
  readonly nearest: string | undefined;
}

/** What is left of a value, and what was taken out. */
interface Cleaned {
  readonly cleaned: unknown;
  readonly unknown: readonly UnknownKey[];
}

/**
 * Takes unknown keys out of `value`, at every depth the schema describes.
 *
 * @param options.skip Keys that are taken out without being named.
 */
export function removeUnknownKeys(
  schema: z.core.$ZodType,
  value: unknown,
  { skip }: { readonly skip: (key: string) => boolean },
): Cleaned {
  const unknown: UnknownKey[] = [];
  const visit = (
    type: z.core.$ZodType | undefined,
    at: unknown,
    path: readonly (string | number)[],
  ): unknown => {
    const inner = unwrap(type, at);
    if (Array.isArray(at)) {
      const element = inner instanceof z.core.$ZodArray
        ? inner._zod.def.element
        : undefined;
      return at.map((item, i) => visit(element, item, [...path, i]));
    }
    if (typeof at !== "object" || at === null) return at;
    const shape = inner instanceof z.core.$ZodObject
      ? inner._zod.def.shape
      : undefined;
    const open = inner instanceof z.core.$ZodObject &&
      inner._zod.def.catchall instanceof z.core.$ZodUnknown;
    const kept: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(at)) {
      if (shape !== undefined && skip(key)) continue;
      if (shape === undefined) {
        const each = inner instanceof z.core.$ZodRecord
          ? inner._zod.def.valueType
          : undefined;
        if (each !== undefined && skip(key)) continue;
        kept[key] = visit(each, item, [...path, key]);
      } else if (Object.hasOwn(shape, key) || open) {
        kept[key] = visit(shape[key], item, [...path, key]);
      } else {
        unknown.push({
          path: [...path, key],
          nearest: nearestOf(key, Object.keys(shape)),
        });
      }
    }
    return kept;
  };
  return { cleaned: visit(schema, value, []), unknown };
}

/** The type that describes `value`: past `optional`, and the fitting half of a union. */
function unwrap(
  type: z.core.$ZodType | undefined,
  value: unknown,
): z.core.$ZodType | undefined {
  if (type instanceof z.core.$ZodOptional) {
    return unwrap(type._zod.def.innerType, value);
  }
  if (type instanceof z.core.$ZodUnion) {
    const wanted = Array.isArray(value) ? z.core.$ZodArray : z.core.$ZodObject;
    return type._zod.def.options.find((option) => option instanceof wanted);
  }
  return type;
}

/** The known key closest to `key`, when it is close enough to be meant. */
function nearestOf(key: string, known: readonly string[]): string | undefined {
  const near = known.map((name) => ({ name, far: distance(key, name) }))
    .sort((a, b) => a.far - b.far)[0];
  const limit = Math.max(1, Math.floor(key.length / 3));
  return near !== undefined && near.far <= limit ? near.name : undefined;
}

/** Levenshtein's distance; keys are short. */
function distance(a: string, b: string): number {
  if (a.length > 64) return a.length;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
