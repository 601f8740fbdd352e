// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The form of the lists of secrets.
 *
 * @module
 */

/** Places that hold the same kind of secret. */
export interface SecretGroup {
  readonly why: string;
  /** Where it is written that programs keep it there. */
  readonly source: string;
  readonly paths: readonly string[];
}
