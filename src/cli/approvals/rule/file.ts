// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The operator's policy file, looked at and replaced with care.
 *
 * @module
 */

import { sha256Hex } from "../../../base/digest.ts";
import { isBelow } from "../../../action/words.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import { ensurePrivate } from "../../../platform/dirs.ts";
import { writeNew } from "../../policy/write.ts";
import { writeAtomic } from "../../../platform/atomic_file.ts";
import { resolveExisting } from "../../../platform/real_path.ts";

/** A policy file as it was seen. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
  /** What it was on the disk; another means that somebody changed it. */
  readonly seen: string;
  /** It is not there yet: `text` is what decides as the built-in policy does. */
  readonly isNew?: true;
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
      return fail(inWorkspace(path));
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

/** As {@linkcode readPolicyFile}; where there is no file, one that can be made. */
export async function readOrStartPolicy(
  path: string,
  workspace: string,
): Promise<Result<PolicyFile, FileProblem>> {
  const isThere = await Deno.lstat(path).then(() => true, () => false);
  if (isThere) return await readPolicyFile(path, workspace);
  const real = resolveExisting(path) ?? path;
  return isBelow(real, workspace)
    ? fail(inWorkspace(path))
    : ok({ path, text: START, seen: "", isNew: true });
}

/** Decides as no file does. */
const START =
  `// Your policy of airg: the built-in one, and what you add (policies/README.md).
{
  "version": 1,
  "extends": ["default"],
  "rules": []
}
`;

function inWorkspace(path: string): FileProblem {
  return {
    message: `${path} lies in the agent's workspace`,
    cure: "keep the policy outside of what agents may write",
  };
}

function seenOf({ dev, ino, mode, uid }: Deno.FileInfo, text: string): string {
  return [dev, ino, mode, uid, sha256Hex(text)].join(" ");
}

/** Puts another text in its place, if the file is still what was seen. */
export async function replacePolicy(
  file: PolicyFile,
  text: string,
): Promise<Result<PolicyFile, FileProblem>> {
  if (file.isNew === true) return await makePolicy(file.path, text);
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

/** Makes the file, never over another one. */
async function makePolicy(
  path: string,
  text: string,
): Promise<Result<PolicyFile, FileProblem>> {
  const folder = ensurePrivate(path.slice(0, path.lastIndexOf("/")) || "/");
  if (!folder.ok) return folder;
  const written = await writeNew(path, text);
  return written.ok ? await readPolicyFile(path) : fail({
    message: `cannot write ${path}: ${written.error}`,
    cure: "look at what is there, then try again; nothing was written",
  });
}
