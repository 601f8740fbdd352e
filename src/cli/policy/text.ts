// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Policy text -> document, the short way where there is one.
 *
 * Checking a policy needs zod and a JSON reader that keeps places, which cost
 * more than the rest of a short run together. So the shipped policy is parsed
 * when airg is built, and one that was checked before is kept, under the hash
 * of its text, beside the program that checked it: another version never reads
 * it, and who could change it could change the program.
 *
 * @module
 */

import { sha256Hex } from "../../base/digest.ts";
import { ok, type Result } from "../../base/result.ts";
import { builtinPolicy, DEFAULT_POLICY_TEXT } from "../../policy/builtin.ts";
import type { ParsedPolicy } from "../../policy/parse.ts";
import type { PolicyProblem } from "../../policy/settings.ts";
import { build } from "../build_info.ts";

/** Whether a checked policy is kept for the next start. */
export type Keep = "keep" | "look-only";

/** A checked policy and the hash of its text. */
export interface HashedPolicy extends ParsedPolicy {
  /** `sha256:...`. */
  readonly hash: string;
}

/**
 * Reads a policy's text.
 *
 * @param keep `look-only` writes nothing.
 */
export async function readPolicyText(
  text: string,
  keep: Keep,
): Promise<Result<HashedPolicy, readonly PolicyProblem[]>> {
  if (text === DEFAULT_POLICY_TEXT) {
    return ok({ ...builtinPolicy(), warnings: [] });
  }
  const digest = sha256Hex(text);
  const hash = `sha256:${digest}`;
  const path = keptPath(digest);
  const kept = path === undefined ? undefined : readKept(path);
  if (kept !== undefined) return ok({ ...kept, hash });
  const { parsePolicy } = await import("../../policy/parse.ts");
  const parsed = parsePolicy(text);
  if (parsed.ok && keep === "keep" && path !== undefined) {
    await write(path, parsed.value);
  }
  return parsed.ok ? ok({ ...parsed.value, hash }) : parsed;
}

/** Source runs keep nothing: their schema may change from one to the next. */
function keptPath(digest: string): string | undefined {
  if (build() === "source" || Deno.build.standalone) return undefined;
  const name = `./policies/${digest}.json`;
  return decodeURIComponent(new URL(name, Deno.mainModule).pathname);
}

function readKept(path: string): ParsedPolicy | undefined {
  let text: string;
  try {
    if (Deno.lstatSync(path).uid !== Deno.uid()) return undefined;
    text = Deno.readTextFileSync(path);
  } catch (error) {
    // Not kept, or not readable: the text itself is there to be checked.
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
  return JSON.parse(text) as ParsedPolicy;
}

async function write(path: string, policy: ParsedPolicy): Promise<void> {
  const { writeAtomic } = await import("../../platform/atomic_file.ts");
  try {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
      recursive: true,
      mode: 0o700,
    });
    await writeAtomic(path, JSON.stringify(policy));
  } catch (error) {
    // A full or read-only disk only costs time at the next start.
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
