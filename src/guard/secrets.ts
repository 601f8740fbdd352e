// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What no contained command may see, and why: the maintained list.
 *
 * Only what holds a credential, somebody else's words, or a record of them;
 * settings that a build needs stay readable (`.gitconfig`, `.cargo/config.toml`,
 * `/etc/pip.conf`), although a person may have written a token there.
 *
 * @module
 */

import { HOME_GROUPS } from "./hidden/home_secrets.ts";
import type { SecretGroup } from "./hidden/secret_group.ts";
import { SYSTEM_GROUPS } from "./hidden/system_secrets.ts";

/** One place that holds secrets. */
export interface SecretPlace {
  /** Relative to a home folder, or absolute. */
  readonly path: string;
  readonly why: string;
  /** Where it is written that the program keeps it there. */
  readonly source: string;
}

/** Places beneath each home folder. */
export const HOME_SECRETS: readonly SecretPlace[] = HOME_GROUPS.flatMap(places);

/** Places that are the same on every machine. */
export const SYSTEM_SECRETS: readonly SecretPlace[] = SYSTEM_GROUPS.flatMap(
  places,
);

function places({ why, source, paths }: SecretGroup): SecretPlace[] {
  return paths.map((path) => ({ path, why, source }));
}
