// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes a policy file that was not there: whole or not at all, for its owner
 * alone, and never over another file.
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";
import { writeAtomic } from "../../platform/atomic_file.ts";

/**
 * Makes the file `path` with `text`, mode 0600.
 *
 * @returns What is wrong, in the words of the machine.
 */
export async function writeNew(
  path: string,
  text: string,
): Promise<Result<void, string>> {
  if (isThere(path)) return fail("it is there already");
  const temporary = `${path}.${crypto.randomUUID()}.airg-tmp`;
  try {
    await writeAtomic(temporary, text, { mode: 0o600 });
    await takeName(temporary, path, text);
    return ok(undefined);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      return fail("it is there already");
    }
    if (!(error instanceof Error && "code" in error)) throw error;
    return fail(error.message);
  } finally {
    removeIfThere(temporary);
  }
}

/** A link is made only where nothing has the name, in one step. */
async function takeName(
  from: string,
  path: string,
  text: string,
): Promise<void> {
  try {
    await Deno.link(from, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    // A file system without links: still never over another file.
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    // Whatever is wrong with it, writing will say so better.
    return false;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
