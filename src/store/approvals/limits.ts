// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How much may be asked of a person.
 *
 * @module
 */

import { canonicalJson } from "../../base/canonical_json.ts";
import type { Redeemed } from "../../approval/request.ts";
import { type Ledger, requestsWhere, shownRequest, statement } from "./rows.ts";
import { ApprovalStoreError } from "./trouble.ts";
import type { Turn } from "./turn.ts";

/** Pending requests that one agent may have in one workspace. */
const MAX_PENDING = 5_000;
/** Bytes of those: a watch reads and checks all of them. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;

/** Those of all agents: an agent chooses its name. */
const MAX_PENDING_OF_ALL = 20_000;
/** Characters of one request; nobody reads more before saying yes. */
const MAX_CHARACTERS = 256 * 1024;

/** Denials in force after which an agent asks for nothing new: a loop can vary what it asks. */
const MAX_DENIALS = 20;

/** A refusal, where an agent was denied so much that it is told to stop. */
export function manyDenials(
  ledger: Ledger,
  place: string,
  deniedMs: number,
  { ahead, time }: Turn["moment"],
): Redeemed | undefined {
  const condition = "state = 'denied' AND place = ?";
  const rows = requestsWhere(ledger, condition, place)
    .map((row) => ({ row, until: (row.answered ?? 0) + deniedMs }))
    .filter(({ until }) => until > time)
    .sort((a, b) => b.until - a.until);
  const [latest] = rows;
  const last = rows[MAX_DENIALS - 1];
  if (latest === undefined || last === undefined) return undefined;
  return {
    kind: "denied",
    request: shownRequest(latest.row, ahead),
    retryAfterMs: last.until - time,
    others: rows.length,
  };
}

/** A person cannot read thousands, and they fill the disk. */
export function refuseFlood(ledger: Ledger, place: string): void {
  const own = statement(
    ledger,
    `SELECT count(*) AS count, sum(octet_length(body)) AS bytes FROM requests
     WHERE state = 'pending' AND place = ?`,
  ).get(place);
  const all = statement(
    ledger,
    "SELECT count(*) AS count FROM requests WHERE state = 'pending'",
  ).get();
  const tooMany = Number(own?.["count"]) >= MAX_PENDING
    ? `${MAX_PENDING} of this agent`
    : Number(own?.["bytes"]) >= MAX_PENDING_BYTES
    ? `${MAX_PENDING_BYTES} bytes of this agent`
    : Number(all?.["count"]) >= MAX_PENDING_OF_ALL
    ? `${MAX_PENDING_OF_ALL} of all agents`
    : undefined;
  if (tooMany === undefined) return;
  throw new ApprovalStoreError(
    `Cannot add a request to ${ledger.path}: ${tooMany} are pending`,
    "answer them, or wait until they expire",
  );
}

/** What is long is not read. */
export function refuseLong({ path }: Ledger, shown: object): void {
  const { length } = canonicalJson(shown);
  if (length <= MAX_CHARACTERS) return;
  throw new ApprovalStoreError(
    `Cannot add a request to ${path}: it has ${length} characters, more than ${MAX_CHARACTERS}`,
    "put what is long into a file, and run that",
  );
}
