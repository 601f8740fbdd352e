// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Bytes that the store takes: the last count, and a line for each event since.
 *
 * A line is written before what it speaks of, so that a crash makes the sum too
 * large, never too small; pruning counts anew. What is being made has no line
 * yet and is looked at, so that many airgs that are killed fill no disk.
 *
 * @module
 */

import type { Disk } from "./disk.ts";
import { measured, temporarySize } from "./measure.ts";
import type { BackupPlace } from "./place.ts";

/** The sum, and whether it is written down. */
export interface Usage {
  readonly bytes: number;
  /** Bytes of what is being made, which are in no line. */
  readonly making: number;
  readonly isNoted: boolean;
}

/** Adds the lines up; counts where there are none. */
export function readUsage(place: BackupPlace): Usage {
  const making = temporarySize(place);
  const text = readIfThere(place.usage);
  if (text === undefined) {
    return { bytes: measured(place), making, isNoted: false };
  }
  let bytes = 0;
  for (const line of text.split("\n")) {
    bytes += Math.abs(Number(line)) || 0;
  }
  return { bytes, making, isNoted: true };
}

/** Notes what is about to come. */
export function addUsage(
  { usage }: BackupPlace,
  disk: Disk,
  used: Usage,
  bytes: number,
): void {
  if (!used.isNoted) disk.append(usage, `${used.bytes}\n`);
  if (bytes > 0) disk.append(usage, `${bytes}\n`);
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
