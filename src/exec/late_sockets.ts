// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Sockets that programs of the host bound in a writable folder while a run went
 * on.
 *
 * What listens at the start is hidden. What comes later can be reached below
 * Landlock ABI 9, so it is at least said. One that was gone again before the
 * end is not seen.
 *
 * @module
 */

import { boundSockets } from "../platform/machine.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { isWithin } from "../../sandbox/within.ts";

/** The Landlock ABI that can refuse a connection by path. */
const SOCKETS_REFUSED = 9;

/**
 * Paths of such sockets.
 *
 * @param table Text of the host's `/proc/net/unix`; a run without the host's
 * network has a table of its own, so none of these is the command's.
 */
export function lateSockets(
  { workspace, writable, hidden, network }: Profile,
  landlockAbi: number,
  table: string,
): string[] {
  if (landlockAbi >= SOCKETS_REFUSED || network === "open") return [];
  return boundSockets(table).filter((path) =>
    [workspace, ...writable].some((root) => isWithin(path, root)) &&
    !hidden.some((one) => isWithin(path, one.path))
  );
}
