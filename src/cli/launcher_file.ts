// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finds the launcher that belongs to this airg.
 *
 * It lies beside the program's own main module: no variable and no search path
 * names it. In a compiled binary it is embedded, so it is written once to a
 * private folder, under the hash of its content.
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";

/** Where the launcher may lie, relative to the main module: bundled, or in a checkout. */
const PLACES = ["./airg-launcher", "./dist/airg-launcher"] as const;

/**
 * The launcher's absolute path.
 *
 * @param mainModule URL of the program's main module.
 * @param options.folder Private folder to unpack into.
 * @param options.embedded Whether the program is a compiled binary.
 * @returns `undefined` if there is no launcher.
 */
export async function launcherPath(
  mainModule: string,
  options: { readonly folder: string; readonly embedded: boolean },
): Promise<string | undefined> {
  for (const place of PLACES) {
    const path = decodeURIComponent(new URL(place, mainModule).pathname);
    if (!isFile(path)) continue;
    return options.embedded ? await unpack(path, options.folder) : path;
  }
  return undefined;
}

async function unpack(path: string, folder: string): Promise<string> {
  const { ensurePrivate } = await import("../platform/dirs.ts");
  const { writeAtomic } = await import("../platform/atomic_file.ts");
  const bytes = await Deno.readFile(path);
  const hash = sha256Hex(bytes);
  const made = ensurePrivate(folder);
  if (!made.ok) throw new Error(made.error.message);
  const target = `${folder}/${hash}`;
  // Hashing 60 KB costs less than finding out later that it was changed.
  if (!isFile(target) || sha256Hex(await Deno.readFile(target)) !== hash) {
    await writeAtomic(target, bytes, { mode: 0o755 });
  }
  return target;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
