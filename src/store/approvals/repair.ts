// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes a store that cannot be relied on one that can, by giving up all that
 * it holds: nothing is granted or asked any more, and the history stays.
 *
 * @module
 */

import type { Operator } from "../../approval/request.ts";
import { uuidv7 } from "../../base/id.ts";
import { takeBack } from "./answers.ts";
import { readHead, resetHead } from "./head.ts";
import { addEvent } from "./history.ts";
import { putMeta, readMeta } from "./meta.ts";
import { damagedRows } from "./reading.ts";
import {
  grantsWhere,
  type Ledger,
  putGrant,
  putRequest,
  requestsWhere,
} from "./rows.ts";
import { advance } from "./time.ts";
import { MALFORMED_CURE, MalformedError } from "./trouble.ts";
import { transaction, type Turn } from "./turn.ts";

/** What a repair did. */
export interface Repaired {
  readonly revoked: number;
  readonly expired: number;
  /** Rows that do not verify; kept in a table of their own. */
  readonly setAside: number;
  /** Nothing could be read: the whole database is now here, and an empty one in its place. */
  readonly movedTo?: string;
}

const WHY = "the store of approvals was repaired";

/** Revokes all grants, expires all requests, sets aside what does not verify. */
export function repair(ledger: Ledger, who: Operator, now: number): Repaired {
  return transaction(ledger, () => {
    refuseMalformed(ledger);
    const setAside = setDamagedAside(ledger, now);
    const meta = readMeta(ledger);
    const head = readHead(ledger.head, ledger.keys);
    const epoch = 1 +
      Math.max(meta?.epoch ?? 0, head.kind === "epoch" ? head.epoch : 0);
    const moment = advance(meta ?? { clock: now, time: now }, now);
    const turn: Turn = {
      ...{ ledger, moment },
      newId: () => uuidv7(now, crypto.getRandomValues(new Uint8Array(10))),
      tell: (event) => addEvent(ledger, { ...event, at: now }),
      raise: () => undefined,
      touch: () => undefined,
    };
    const revoked = revokeAll(turn, who);
    const expired = expireAll(turn);
    const { clock, time } = moment;
    const changes = (meta?.changes ?? lastChanges(ledger)) + 1;
    putMeta(ledger, { epoch, changes, clock, time });
    return {
      result: { revoked, expired, setAside },
      after: () => resetHead(ledger.head, ledger.keys, epoch),
    };
  });
}

function refuseMalformed({ database, path }: Ledger): void {
  const row = database.prepare("PRAGMA integrity_check(1)").get();
  if (row?.["integrity_check"] === "ok") return;
  throw new MalformedError(
    `Cannot use ${path}: ${String(row?.["integrity_check"])}`,
    MALFORMED_CURE,
  );
}

function setDamagedAside(ledger: Ledger, now: number): number {
  const rows = damagedRows(ledger);
  for (const { id, table } of rows) {
    const name = table === "history" ? "seq" : "id";
    const value = table === "history" ? Number(id) : id;
    ledger.database.prepare(
      `INSERT INTO set_aside (at, source, id, key, body, mac)
       SELECT ?, ?, ?, key, body, mac FROM ${table} WHERE ${name} = ?`,
    ).run(now, table, id, value);
    ledger.database.prepare(`DELETE FROM ${table} WHERE ${name} = ?`)
      .run(value);
    ledger.damaged.delete(`${table} ${id}`);
  }
  return rows.length;
}

function revokeAll(turn: Turn, who: Operator): number {
  const { ledger } = turn;
  const grants = grantsWhere(ledger, "state = 'open'");
  for (const grant of grants) {
    const [row] = requestsWhere(ledger, "id = ?", grant.request);
    if (row !== undefined) takeBack(turn, grant, row, { who, why: WHY });
    else putGrant(ledger, { ...grant, state: "revoked" });
  }
  // Approved requests whose grant does not verify.
  for (const row of requestsWhere(ledger, "state = 'approved'")) {
    putRequest(ledger, { ...row, state: "revoked", why: WHY });
    turn.tell({ what: "revoked", request: row.id, who, why: WHY });
  }
  return grants.length;
}

function expireAll({ ledger, tell }: Turn): number {
  const rows = requestsWhere(ledger, "state = 'pending'");
  for (const row of rows) {
    putRequest(ledger, { ...row, state: "expired", why: WHY });
    tell({ what: "expired", request: row.id, why: WHY });
  }
  return rows.length;
}

function lastChanges({ database }: Ledger): number {
  const row = database.prepare("SELECT changes FROM meta").get();
  return Number(row?.["changes"] ?? 0);
}
