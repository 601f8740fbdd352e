// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a tool is told to find before it replaces or deletes: what was saved of
 * it. Where something else is, the tool leaves it and says "changed".
 *
 * @module
 */

import { FileProblem } from "./failure.ts";
import type { Hands } from "./hands.ts";
import { hashNow } from "../platform/hashed_files.ts";

/** What has to be at a path; what is not said may be anything. */
export type Expected =
  | { readonly type: "absent" }
  /** It was left out of the backup on purpose. */
  | { readonly type: "any" }
  | {
    readonly type: "file";
    readonly sha256?: string;
    readonly size?: number;
    readonly dev?: number;
    readonly ino?: number;
  }
  | { readonly type: "folder" }
  | { readonly type: "link"; readonly target?: string };

/** What is expected at an absolute path; `undefined`: it was not saved, so it must not be there. */
export type Expect = (path: string) => Expected | undefined;

const CHANGED =
  "It is not what was saved of it before: it was changed meanwhile; ask again";

/**
 * Checks what is there.
 *
 * @param path As it was judged.
 * @param at Where it is now, in an open folder.
 * @throws {FileProblem} If it is something else.
 */
export function checkExpected(
  hands: Hands,
  path: string,
  at: string,
  info: Deno.FileInfo | undefined,
): void {
  const { expect } = hands.options;
  if (expect === undefined) return;
  const expected = expect(path) ?? { type: "absent" };
  if (!isAsExpected(hands, expected, at, info)) {
    throw new FileProblem("changed", CHANGED);
  }
}

function isAsExpected(
  hands: Hands,
  expected: Expected,
  at: string,
  info: Deno.FileInfo | undefined,
): boolean {
  switch (expected.type) {
    case "absent":
      return info === undefined;
    case "any":
      return true;
    case "folder":
      return info?.isDirectory === true;
    case "link":
      return info?.isSymlink === true &&
        (expected.target === undefined ||
          Deno.readLinkSync(at) === expected.target);
    case "file":
      return info?.isFile === true &&
        (expected.size ?? info.size) === info.size &&
        (expected.dev ?? info.dev) === info.dev &&
        (expected.ino ?? info.ino) === info.ino &&
        (expected.sha256 === undefined ||
          hashOf(hands, at, info.size) === expected.sha256);
  }
}

/**
 * SHA-256 of a plain file of that size, without holding it. A large one that is
 * as it was when it was saved is not read again.
 */
function hashOf(
  { rights, tree }: Hands,
  at: string,
  size: number,
): string | undefined {
  // Whoever may delete a file need not be able to read it, and learns nothing.
  return rights.as(undefined, () => {
    using node = tree.openAt(at);
    // It grows: somebody may make it grow for ever.
    if (node?.info.type !== "file" || node.info.size !== size) return undefined;
    const sha256 = hashNow(node);
    return node.look().size === size ? sha256 : undefined;
  });
}
