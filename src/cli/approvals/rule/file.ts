// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The operator's policy file, looked at and replaced with care.
 *
 * @module
 */

import { sha256Hex } from "../../../base/digest.ts";
import { isBelow } from "../../../action/words.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import { writeAtomic } from "../../../platform/atomic_file.ts";
import { resolveExisting } from "../../../platform/real_path.ts";

/** A policy file as it was seen. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
  /** What it was on the disk; another means that somebody changed it. */
  readonly seen: string;
}

/** What is wrong, and what to do about it. */
export interface FileProblem {
  readonly message: string;
  readonly cure: string;
}

/** Others may write it. */
const WRITABLE = 0o022;

/**
 * Reads the file, where it is the person's own and plain.
 *
 * @param workspace What the agent may write; a policy in it is not the person's alone.
 */
export async function readPolicyFile(
  path: string,
  workspace?: string,
): Promise<Result<PolicyFile, FileProblem>> {
  const wrong = (message: string, cure: string) => fail({ message, cure });
  try {
    const info = await Deno.lstat(path);
    if (!info.isFile) {
      return wrong(
        `${path} is ${info.isSymlink ? "a link" : "no plain file"}`,
        "edit the policy by hand",
      );
    }
    const real = resolveExisting(path) ?? path;
    if (workspace !== undefined && isBelow(real, workspace)) {
      return wrong(
        `${path} lies in the agent's workspace`,
        "keep the policy outside of what agents may write",
      );
    }
    const others = ((info.mode ?? 0) & WRITABLE) !== 0;
    if (info.uid !== Deno.uid() || others) {
      return wrong(
        `${path} is not yours alone: ${
          others ? "others may write it" : "it belongs to somebody else"
        }`,
        others ? `chmod go-w ${path}` : "ask whoever keeps the policy",
      );
    }
    const bytes = await Deno.readFile(path);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
    return ok({ path, text, seen: seenOf(info, text) });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return wrong(
        `there is no policy file ${path}: the built-in policy is in force`,
        "run `airg policy init`, which makes one",
      );
    }
    if (!(error instanceof Error)) throw error;
    return wrong(`cannot read ${path}: ${error.message}`, "mend it first");
  }
}

function seenOf({ dev, ino, mode, uid }: Deno.FileInfo, text: string): string {
  return [dev, ino, mode, uid, sha256Hex(text)].join(" ");
}

/** Puts another text in its place, if the file is still what was seen. */
export async function replacePolicy(
  file: PolicyFile,
  text: string,
): Promise<Result<PolicyFile, FileProblem>> {
  const now = await readPolicyFile(file.path);
  if (!now.ok) return now;
  if (now.value.seen !== file.seen) {
    return fail({
      message: `${file.path} was changed while it was shown`,
      cure: "look at what changed, then try again; nothing was written",
    });
  }
  try {
    await writeAtomic(file.path, text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail({
      message: `cannot write ${file.path}: ${error.message}`,
      cure: "mend what the message names; nothing was written",
    });
  }
  return await readPolicyFile(file.path);
}
