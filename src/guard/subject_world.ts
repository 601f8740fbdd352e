// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an approval has to know of the world.
 *
 * @module
 */

import type { RevisionWorld } from "./git_revisions.ts";
import type { TreeWorld } from "./bound_trees.ts";

/** What the world says of the files and variables involved. */
export interface SubjectWorld extends RevisionWorld, TreeWorld {
  /** Absolute path with links resolved. */
  readonly resolve: (path: string) => string | undefined;
  /**
   * SHA-256 in hex; undefined where no plain file can be read there, or where
   * it has more than `most` bytes.
   *
   * @throws Where there is one that cannot be hashed: nothing could be bound to it.
   */
  readonly hash: (path: string, most?: number) => Promise<string | undefined>;
  /** What changes with a plain file, where its content is too much to read. */
  readonly stamp: (path: string) => string | undefined;
  /** What the command would get as standard input, where it is not nothing. */
  readonly input: () => Promise<string | undefined>;
  /** Variables of the caller that the command would get: those that change what programs do, and `used` ones. */
  readonly environment: (
    profile: string,
    used: readonly string[],
  ) => Readonly<Record<string, string>>;
}
