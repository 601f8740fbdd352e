// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The file that holds what a webhook is signed with.
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";

/** Bytes of a secret at least: less can be guessed. */
const LEAST_SECRET = 16;
const MAX_SECRET = 4096;

/** What is wrong with the file, and what to do. */
export interface SecretProblem {
  readonly message: string;
  readonly cure: string;
}

/** The secret without white space around it. */
export function secretFrom(
  path: string,
): Result<Uint8Array<ArrayBuffer>, SecretProblem> {
  try {
    const { isFile, mode, size, uid } = Deno.statSync(path);
    const isPrivate = ((mode ?? 0) & 0o077) === 0 && uid === Deno.uid();
    if (!isFile || !isPrivate || size > MAX_SECRET) {
      const message = `${path} must be a small file of yours with mode 0600`;
      return fail({
        message,
        cure: isFile ? `chmod 600 ${path}` : commandFor(path),
      });
    }
    const secret = new TextEncoder()
      .encode(Deno.readTextFileSync(path).trim());
    const message = `${path} holds fewer than ${LEAST_SECRET} bytes`;
    return secret.length < LEAST_SECRET
      ? fail({ message, cure: commandFor(path) })
      : ok(secret);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const message = `${path} cannot be read: ${error.message}`;
    return fail({ message, cure: commandFor(path) });
  }
}

function commandFor(path: string): string {
  return `(umask 077; openssl rand -hex 32 > ${path})`;
}
