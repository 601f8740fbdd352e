// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Bytes that the objects take: the last count, and a line for each event since.
 *
 * A line is written before what it speaks of, so that a crash makes the sum too
 * large, never too small; pruning counts anew.
 *
 * @module
 */

import { objectSizes } from "./prune.ts";
import type { BackupPlace } from "./place.ts";

/** The sum, and whether it is written down. */
export interface Usage {
  readonly bytes: number;
  readonly isNoted: boolean;
}

/** Adds the lines up; counts where there are none. */
export function readUsage(place: BackupPlace): Usage {
  const text = readIfThere(place.usage);
  if (text === undefined) return { bytes: counted(place), isNoted: false };
  let bytes = 0;
  for (const line of text.split("\n")) {
    bytes += Math.abs(Number(line)) || 0;
  }
  return { bytes, isNoted: true };
}

function counted(place: BackupPlace): number {
  let sum = 0;
  for (const size of objectSizes(place).values()) sum += size;
  return sum;
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
