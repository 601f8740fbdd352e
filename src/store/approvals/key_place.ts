// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which file the keys are in: where Runtime Guard's has the name, airg keeps its
 * own in `airg/` beneath.
 *
 * @module
 */

import { ensurePrivate } from "../../platform/dirs.ts";
import { beneath, folderOf } from "./file_names.ts";
import { isForeignKeyFile } from "./keys.ts";
import { ApprovalStoreError } from "./trouble.ts";

/**
 * Finds the file, and makes the folder that it goes to.
 *
 * @param asked As `Dirs.approvalsKey` of `platform/dirs.ts` says.
 * @throws {ApprovalStoreError} If it cannot be relied on.
 */
export function keyPlace(asked: string): string {
  const path = isForeignKeyFile(asked) ? beneath(asked) : asked;
  makeFolderOf(path);
  return path;
}

/** Makes the folder that a file goes to. @throws {ApprovalStoreError} */
export function makeFolderOf(path: string): void {
  const made = ensurePrivate(folderOf(path));
  if (made.ok) return;
  throw new ApprovalStoreError(made.error.message, made.error.cure);
}
