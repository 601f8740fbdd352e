// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Carries out what the file tools are allowed, under the same profile as
 * commands.
 *
 * The policy has judged a path; between that and the use, a process in the
 * workspace may have changed it. So folders are opened by the path that was
 * judged and no other, links in the last place are not followed, and owner and
 * mode are set on the open file, never by name.
 *
 * @module
 */

import type { FileAction, SearchAction } from "../action/action.ts";
import { isChange } from "../action/action.ts";
import { namedPath } from "../action/named_path.ts";
import type { Outcome } from "../action/outcome.ts";
import { resolveExisting } from "../platform/real_path.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { deleteFile, whyNotDeleted } from "./delete_file.ts";
import { editFile, whyNotEdited } from "./edit_file.ts";
import { explained, failed, type FileFailed, naming } from "./failure.ts";
import {
  type FileOptions,
  type Hands,
  type Library,
  openLibrary,
} from "./hands.ts";
import { isGits, whyNotChanged, whyNotSeen } from "./leave.ts";
import { listDirectory } from "./list_directory.ts";
import { readFile } from "./read_file.ts";
import { searchFiles } from "./search_files.ts";
import { whyNotWritten, writeFile } from "./write_file.ts";

export type { Expect, Expected } from "./expect.ts";
export type { FileOptions } from "./hands.ts";

/** Carries out file actions; close it again. */
export interface FileTools extends Disposable {
  readonly carryOut: (
    action: FileAction,
    profile: Profile,
    options?: FileOptions,
  ) => Promise<Outcome>;
  /**
   * Why a change would fail, as far as that is known before anything is changed:
   * what fails anyway needs nothing saved. `undefined` where nothing is known.
   */
  readonly refusal: (
    action: FileAction,
    profile: Profile,
    options?: FileOptions,
  ) => Outcome | undefined;
}

/**
 * For any number of actions.
 *
 * @param given The machine's own, unless a test makes it fail; disposed of with the tools.
 */
export async function openFileTools(given?: Library): Promise<FileTools> {
  const library = given ?? await openLibrary();
  return {
    carryOut: async (action, profile, options = {}) =>
      naming(action.path, await carryOut(library, action, profile, options)),
    refusal(action, profile, options = {}) {
      const outcome = refusal(library, action, profile, options);
      return outcome && naming(action.path, outcome);
    },
    [Symbol.dispose]: () => library[Symbol.dispose](),
  };
}

/** Expected failures are outcomes. */
async function carryOut(
  library: Library,
  action: FileAction,
  profile: Profile,
  options: FileOptions,
): Promise<Outcome> {
  const ready = readyFor(library, action, profile, options);
  if ("kind" in ready) return ready;
  const { hands, path } = ready;
  // Root's own rights to files are not those of a command.
  const asOwner = <Value>(use: () => Value) =>
    library.rights.as(profile.owner, use);
  try {
    if (action.kind !== "search") {
      return asOwner(() => doneBy(hands, path, action));
    }
    const steps = await searchFiles(hands, path, action);
    while (true) {
      const step = asOwner(() => steps.next());
      if (step.done === true) return step.value;
      // Other calls of the same server go on meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  } catch (error) {
    return explained(error);
  }
}

function refusal(
  library: Library,
  action: FileAction,
  profile: Profile,
  options: FileOptions,
): Outcome | undefined {
  const ready = readyFor(library, action, profile, options);
  if ("kind" in ready) return ready;
  const { hands, path } = ready;
  try {
    return library.rights.as(
      profile.owner,
      () => whyNotDone(hands, path, action),
    );
  } catch (error) {
    return explained(error);
  }
}

function whyNotDone(
  hands: Hands,
  path: string,
  action: FileAction,
): Outcome | undefined {
  switch (action.kind) {
    case "write":
      return whyNotWritten(hands, path);
    case "edit":
      return whyNotEdited(hands, path, action);
    case "delete":
      return whyNotDeleted(hands, path, action);
    default:
      return undefined;
  }
}

/** What the tools work with, or why the path is not theirs. */
function readyFor(
  library: Library,
  action: FileAction,
  profile: Profile,
  options: FileOptions,
): { readonly hands: Hands; readonly path: string } | FileFailed {
  if (profile.incomplete !== undefined) {
    return failed("failed", `Cannot contain: ${profile.incomplete}`);
  }
  const path = realPathOf(action);
  const { judged } = options;
  if (path === undefined || judged?.includes(path) === false) {
    return failed(
      "changed",
      "The path leads elsewhere than when it was judged; ask again",
    );
  }
  const protectedBy = whyNotFree(action, path, profile);
  if (protectedBy !== undefined) return failed("not-allowed", protectedBy);
  const { workspace } = action.origin;
  return { hands: { ...library, workspace, profile, options }, path };
}

function doneBy(
  hands: Hands,
  path: string,
  action: Exclude<FileAction, SearchAction>,
): Outcome {
  switch (action.kind) {
    case "read":
      return readFile(hands, path, action);
    case "write":
      return writeFile(hands, path, action);
    case "edit":
      return editFile(hands, path, action);
    case "delete":
      return deleteFile(hands, path, action);
    case "list":
      return listDirectory(hands, path, action);
  }
}

/** Where the path leads now. */
function realPathOf(action: FileAction): string | undefined {
  const { workspace } = action.origin;
  const absolute = action.path.startsWith("/")
    ? action.path
    : `${workspace}/${action.path}`;
  const path = action.kind === "delete"
    ? namedPath(action.path, workspace, resolveExisting)
    : resolveExisting(absolute);
  return path ?? undefined;
}

/** Why the profile keeps the path from this tool, as a sentence. */
function whyNotFree(
  action: FileAction,
  path: string,
  profile: Profile,
): string | undefined {
  if (action.kind === "search" && isGits(path)) {
    return "git's own folder is not searched";
  }
  return isChange(action)
    ? whyNotChanged(path, profile)
    : whyNotSeen(path, profile);
}
