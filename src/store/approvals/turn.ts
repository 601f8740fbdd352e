// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One turn at the store: a transaction that no other process is in, at one
 * moment, with what is out of date cleared away first.
 *
 * @module
 */

import { uuidv7 } from "../../base/id.ts";
import type { ApprovalEvent } from "../../approval/request.ts";
import { raiseHead, readHead } from "./head.ts";
import { addEvent } from "./history.ts";
import { type Meta, putMeta, readMeta } from "./meta.ts";
import {
  grantsWhere,
  type Ledger,
  putGrant,
  putRequest,
  requestsWhere,
  statement,
} from "./rows.ts";
import { advance, type Moment } from "./time.ts";
import { ApprovalStoreError, explained } from "./trouble.ts";

/** What the work of a turn is handed. */
export interface Turn {
  readonly ledger: Ledger;
  readonly moment: Moment;
  readonly newId: () => string;
  readonly tell: (event: Omit<ApprovalEvent, "seq" | "at">) => void;
  /** Something was used up or taken away: an older copy is out of date. */
  readonly raise: () => void;
  /** Something changed that others may want to see. */
  readonly touch: () => void;
}

/** What a person does about a store that is not what it should be. */
const REPAIR_CURE = "look at what happened, then run " +
  "`airg approvals repair`, which revokes all that the database grants";

/**
 * Runs `work` in a transaction of its own, and returns when the disk has what
 * it did.
 *
 * @throws {ApprovalStoreError} If the database is older than what happened, or
 * cannot be written; nothing was done then.
 */
export function inTurn<Result>(
  ledger: Ledger,
  now: number,
  work: (turn: Turn) => Result,
): Result {
  return transaction(ledger, () => {
    const meta = soundMeta(ledger);
    const state = { touched: false, raised: false };
    const moment = advance(meta, now);
    const turn: Turn = {
      ledger,
      moment,
      newId: () => uuidv7(now, crypto.getRandomValues(new Uint8Array(10))),
      tell(event) {
        state.touched = true;
        addEvent(ledger, { ...event, at: now });
      },
      raise: () => void (state.raised = true),
      touch: () => void (state.touched = true),
    };
    sweep(turn);
    const result = work(turn);
    const { clock, time } = moment;
    const epoch = meta.epoch + (state.raised ? 1 : 0);
    const changes = meta.changes + (state.touched || state.raised ? 1 : 0);
    putMeta(ledger, { epoch, changes, clock, time });
    const { head, keys } = ledger;
    return {
      result,
      after: () => state.raised && raiseHead(head, keys, epoch),
    };
  });
}

/**
 * Runs `work` between BEGIN IMMEDIATE and COMMIT, then what it leaves to be
 * done when the disk has it.
 */
export function transaction<Result>(
  { database, path }: Ledger,
  work: () => { readonly result: Result; readonly after: () => unknown },
): Result {
  try {
    // Immediate: of two that want the same grant, one waits.
    database.exec("BEGIN IMMEDIATE");
    const { result, after } = work();
    database.exec("COMMIT");
    after();
    return result;
  } catch (error) {
    // A full disk may have ended it already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw explained(path, error, "write");
  }
}

/** The meta row of a database that nothing speaks against. */
function soundMeta(ledger: Ledger): Meta {
  const meta = readMeta(ledger);
  const trouble = troubleWith(ledger, meta);
  if (trouble !== undefined) {
    throw new ApprovalStoreError(
      `Cannot rely on ${ledger.path}: ${trouble}`,
      REPAIR_CURE,
    );
  }
  if (meta === undefined) throw new TypeError("Cannot happen: no trouble");
  return meta;
}

/** Why the database is not what was written last, or `undefined`. */
export function troubleWith(
  { head: path, keys }: Ledger,
  meta: Meta | undefined,
): string | undefined {
  if (meta === undefined) {
    return "its counter does not verify by the keys at hand; is " +
      "AIRG_APPROVAL_HMAC_SECRET set for some processes and not for others?";
  }
  const head = readHead(path, keys);
  switch (head.kind) {
    case "none":
      return `${path} is gone`;
    case "damaged":
      return `${path} does not verify`;
    case "epoch":
      return head.epoch > meta.epoch
        ? `it is older than what happened: ${meta.epoch} uses, ${path} knows of ${head.epoch}`
        : undefined;
  }
}

/** Whether {@linkcode sweep} would find something, or the time is to be kept. */
export function needsTurn(
  ledger: Ledger,
  { clock }: Meta,
  moment: Moment,
): boolean {
  if (Math.abs(moment.clock - clock) >= TICK_MS) return true;
  return EXPIRING.some(([table, state]) =>
    statement(
      ledger,
      `SELECT id FROM ${table} WHERE state = ? AND until <= ?`,
    ).all(state, moment.time).some(({ id }) =>
      !ledger.damaged.has(`${table} ${id}`)
    )
  );
}

/** How far the clock may go on before a mere reader writes that down. */
const TICK_MS = 5_000;

const EXPIRING = [["requests", "pending"], ["grants", "open"]] as const;

/** Expires what is past its time. */
function sweep({ ledger, moment, tell }: Turn): void {
  const past = (state: string) => [state, moment.time] as const;
  const condition = "state = ? AND until <= ?";
  for (const row of requestsWhere(ledger, condition, ...past("pending"))) {
    putRequest(ledger, { ...row, state: "expired" });
    tell({ what: "expired", request: row.id });
  }
  for (const row of grantsWhere(ledger, condition, ...past("open"))) {
    putGrant(ledger, { ...row, state: "expired" });
    for (const request of requestsWhere(ledger, "id = ?", row.request)) {
      putRequest(ledger, { ...request, state: "expired" });
    }
    tell({ what: "expired", request: row.request, grant: row.id });
  }
}
