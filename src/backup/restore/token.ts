// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tokens of dry runs: whoever applies a plan has seen that very plan, in that
 * session, a short while ago. They are for care and give no right.
 *
 * Nothing is kept of a token until it is used: its MAC says whose it is.
 *
 * @module
 */

import { canonicalJson } from "../../base/canonical_json.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { KeyRing } from "../../store/approvals/keys.ts";
import { macOf } from "../../store/approvals/seal.ts";

/** What a token stands for. */
export interface TokenSubject {
  readonly digest: string;
  readonly session: string;
}

const PARTS = 4;

/** Makes a token that ends at `expiresAt` (milliseconds since the Unix epoch). */
export function makeToken(
  keys: KeyRing,
  subject: TokenSubject,
  expiresAt: number,
): string {
  const nonce = crypto.getRandomValues(new Uint8Array(12)).toHex();
  const key = keys.newest();
  const mac = macOf(key, "restore", bodyOf(subject, expiresAt, nonce));
  return [expiresAt, key.id, nonce, mac].join(".");
}

/**
 * Whether a token is of this plan and session, still holds and was not used;
 * it is used then.
 *
 * @param folder Private; remembers the used ones until they have ended.
 * @returns Gives it back where nothing came of it; or why it does not hold.
 */
export function useToken(
  keys: KeyRing,
  token: string,
  subject: TokenSubject,
  { folder, now }: { readonly folder: string; readonly now: number },
): Result<() => void, string> {
  const parts = token.split(".");
  const [expires = "", id = "", nonce = "", mac = ""] = parts;
  const expiresAt = Number(expires);
  const key = keys.find(Number(id));
  if (
    parts.length !== PARTS || !/^[0-9a-f]{24}$/.test(nonce) ||
    key === undefined || !Number.isSafeInteger(expiresAt)
  ) return fail("it is no token of a dry run");
  if (!isSame(mac, macOf(key, "restore", bodyOf(subject, expiresAt, nonce)))) {
    return fail(
      "it is not of this plan and session, or what it would change is another by now",
    );
  }
  if (now >= expiresAt) return fail("it has expired");
  forgetEnded(folder, now);
  const mark = `${folder}/${expiresAt}.${nonce}.used`;
  try {
    Deno.writeTextFileSync(mark, "", {
      createNew: true,
      mode: 0o600,
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return fail("it was used already");
  }
  return ok(() => Deno.removeSync(mark));
}

function bodyOf(
  { digest, session }: TokenSubject,
  expiresAt: number,
  nonce: string,
): string {
  return canonicalJson({ digest, expiresAt, nonce, session });
}

function forgetEnded(folder: string, now: number): void {
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (!name.endsWith(".used") || !(Number(name.split(".")[0]) < now)) {
      continue;
    }
    try {
      Deno.removeSync(`${folder}/${name}`);
    } catch (error) {
      // Another airg forgot it.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Takes as long wherever the texts differ. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < other.length; at++) {
    difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  }
  return difference === 0;
}
