// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The way out of a database that SQLite cannot read any more: it is moved
 * aside, and an empty one begins so far ahead that nothing of the old one is
 * ever used, also when somebody mends it and puts it back.
 *
 * @module
 */

import type { Operator } from "../../approval/request.ts";
import { beneath, headPath } from "./file_names.ts";
import { readHead, resetHead } from "./head.ts";
import { keyPlace } from "./key_place.ts";
import { openKeys } from "./keys.ts";
import { type ApprovalPlace, approvalPlace } from "./place.ts";
import { hasPrivateFile, lstatIfThere } from "./private_file.ts";
import type { Repaired } from "./repair.ts";
import { type ApprovalOptions, openApprovals } from "./store.ts";
import { ApprovalStoreError, MalformedError } from "./trouble.ts";

/** Repairs the store, or starts over where nothing can be read. */
export function repairAt(
  options: ApprovalOptions,
  who: Operator,
  now: number,
): Repaired {
  try {
    const store = openApprovals(options, now);
    try {
      return store.repair(who, now);
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return startOver(options, now);
  }
}

/** More uses than a head can have missed. */
const LEAP = 1_000_000;

/** Moves the database aside and makes an empty one. */
function startOver(options: ApprovalOptions, now: number): Repaired {
  const { database, head, keys } = damagedPlace(options);
  const ring = openKeys(keys, now, options.secret);
  const before = readHead(head, ring);
  const epoch = LEAP + (before.kind === "epoch" ? before.epoch : 0);
  // First of all: from here on the old one is older than what happened.
  resetHead(head, ring, epoch);
  const time = new Date(now).toISOString().replaceAll(":", "-");
  const movedTo = `${database}.damaged-${time}`;
  // The database last: a log that is left alone would be read into the new one.
  for (const end of ["-wal", "-shm", ""]) {
    if (lstatIfThere(`${database}${end}`) === undefined) continue;
    Deno.renameSync(`${database}${end}`, `${movedTo}${end}`);
  }
  openApprovals(options, now).close();
  return { revoked: 0, expired: 0, setAside: 0, movedTo };
}

/** Where the store is, though its database cannot be read. */
function damagedPlace(
  { database, keys }: ApprovalOptions,
): Pick<ApprovalPlace, "database" | "head" | "keys"> {
  try {
    return approvalPlace({ database, keys });
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    if (lstatIfThere(headPath(beneath(database))) !== undefined) {
      // airg's own is beneath, so this one is not airg's.
      throw new ApprovalStoreError(
        error.message,
        "it is another program's: put it back from a backup, or move it away",
        error,
      );
    }
    hasPrivateFile(database);
    return { database, head: headPath(database), keys: keyPlace(keys) };
  }
}
