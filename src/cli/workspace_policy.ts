// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policy file of a workspace, `.airg/policy.json`, which lies over the
 * operator's policy and can only tighten it (policy/overlay.ts).
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { PolicyOverlay } from "../policy/schema.ts";

/** Where it lies in a workspace. */
const WORKSPACE_POLICY = ".airg/policy.json";

/** More than any policy; the file may come from anybody. */
const MAX_BYTES = 1_000_000;

/** Whether a path names a workspace's policy file. */
export function isWorkspaceFile(path: string): boolean {
  return `/${path}`.endsWith(`/${WORKSPACE_POLICY}`);
}

/** Its path in `workspace`. */
export function workspaceFile(workspace: string): string {
  return `${workspace}/${WORKSPACE_POLICY}`;
}

/** A workspace's policy, and the hash of its text. */
export interface WorkspacePolicy {
  readonly overlay: PolicyOverlay;
  /** `sha256:...`. */
  readonly hash: string;
}

/** Hash of a policy with a workspace's own on it: neither alone says what was in force. */
export function hashWith(
  hash: string,
  workspace: WorkspacePolicy | undefined,
): string {
  return workspace === undefined
    ? hash
    : `sha256:${sha256Hex(`${hash}\n${workspace.hash}\n`)}`;
}

/**
 * Reads it.
 *
 * @returns Nothing where there is none; why not, as a sentence, where there is
 * one that cannot be used: what it meant to tighten must not stay loose.
 */
export async function readWorkspacePolicy(
  workspace: string,
): Promise<Result<WorkspacePolicy | undefined, string>> {
  const path = workspaceFile(workspace);
  let text: string;
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size > MAX_BYTES) {
      return fail(`cannot use ${path}: it is no plain file, or too long`);
    }
    text = new TextDecoder("utf-8", { fatal: true })
      .decode(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ok(undefined);
    if (error instanceof Deno.errors.NotADirectory) return ok(undefined);
    if (!(error instanceof Error)) throw error;
    return fail(`cannot read ${path}: ${error.message}`);
  }
  const { parseOverlay } = await import("../policy/parse.ts");
  const parsed = parseOverlay(text);
  if (parsed.ok) {
    const hash = `sha256:${sha256Hex(text)}`;
    return ok({ overlay: parsed.value.overlay, hash });
  }
  const [first] = parsed.error;
  const place = first?.line === undefined
    ? path
    : `${path}:${first.line}:${first.column}`;
  return fail(`broken policy: ${place}: ${first?.message}`);
}
