// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads objects, and believes none that is not what its name says.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { isSha256, objectPath } from "./objects.ts";
import type { BackupPlace } from "./place.ts";

const CHUNK = 1024 * 1024;

/** Opens an object after reading it once; `undefined` where it is gone or something else. */
export async function openObject(
  place: BackupPlace,
  sha256: string,
): Promise<Deno.FsFile | undefined> {
  if (!isSha256(sha256)) return undefined;
  const path = objectPath(place, sha256);
  const file = openPlain(path);
  if (file === undefined) return undefined;
  if (await hashOf(file) === sha256) {
    await file.seek(0, Deno.SeekMode.Start);
    return file;
  }
  file.close();
  return undefined;
}

function openPlain(path: string): Deno.FsFile | undefined {
  try {
    // Only airg's user can put anything there; a link is none of ours.
    return Deno.lstatSync(path).isFile ? Deno.openSync(path) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function hashOf(file: Deno.FsFile): Promise<string> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK);
  for (;;) {
    const count = await file.read(chunk);
    if (count === null) return hash.digest("hex");
    hash.update(chunk.subarray(0, count));
  }
}
