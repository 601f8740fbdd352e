// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The store of approvals, shared by all airg processes of a user: requests,
 * grants and what happened to them. See docs/decisions/0008.
 *
 * @module
 */

import type {
  ApprovalEvent,
  ApprovalStore,
  Operator,
} from "../../approval/request.ts";
import { approve, deny, revoke } from "./answers.ts";
import { forbid, isGranted } from "./forbid.ts";
import { historyOf } from "./history.ts";
import {
  addImported,
  type ImportedApproval,
  importedApprovals,
  readLegacy,
} from "./import.ts";
import { openKeys } from "./keys.ts";
import { begin, ensureHead, isEmpty, readMeta } from "./meta.ts";
import { type ApprovalPlace, approvalPlace } from "./place.ts";
import { lstatIfThere } from "./private_file.ts";
import {
  alikeRequests,
  damagedRows,
  findRequest,
  listRequests,
  noteShown,
  openGrants,
  pendingRequests,
  settle,
  stateFor,
  versionOf,
} from "./reading.ts";
import { redeem } from "./redeem.ts";
import { repair, type Repaired } from "./repair.ts";
import type { Ledger } from "./rows.ts";
import { MIGRATIONS } from "./schema.ts";
import { ApprovalStoreError, type DamagedRow, messageOf } from "./trouble.ts";
import { inTurn, transaction, troubleWith } from "./turn.ts";
import type { WrongIdLimit } from "./wrong_ids.ts";
import { openDatabase } from "../database.ts";

/** How the store is opened. */
export interface ApprovalOptions {
  /** Paths as `Dirs` says: `approvalsDb` and `approvalsKey`. */
  readonly database: string;
  readonly keys: string;
  /** `AIRG_APPROVAL_HMAC_SECRET`, if set: signs instead of the key file. */
  readonly secret?: string;
  /** For `deny` and `revoke`, which have no settings; 5 in 10 minutes. */
  readonly wrongIds?: WrongIdLimit;
}

/** The store with what only its owner's commands need. */
export interface Approvals extends ApprovalStore {
  readonly place: ApprovalPlace;
  /** Why it gives no grants at all; `undefined` when it does. */
  readonly trouble: () => string | undefined;
  /** Notes that a rule of the policy was made of a request, or taken out. */
  readonly noteRule: (
    request: string,
    event: Pick<ApprovalEvent, "what" | "who" | "why">,
    now: number,
  ) => void;
  /** Rows that do not verify, each used by nobody: all there are, or those come across so far. */
  readonly damaged: (which?: "seen") => readonly DamagedRow[];
  /** Gives up all that it holds; see `repair.ts`. */
  readonly repair: (who: Operator, now: number) => Repaired;
  /** From now on rows are signed with a new key. */
  readonly rotateKey: (now: number) => { readonly id: number };
  /** Takes over the history of Runtime Guard's database; how many were new. */
  readonly importLegacy: (path: string, now: number) => number;
  readonly imported: (limit: number) => readonly ImportedApproval[];
}

/**
 * Opens the store; makes it where there is none.
 *
 * @throws {ApprovalStoreError} If it cannot be opened or relied on. A caller
 * that cannot ask the store refuses.
 */
export function openApprovals(
  options: ApprovalOptions,
  now: number,
): Approvals {
  const place = approvalPlace(options);
  const limit = options.wrongIds ?? { max: 5, ms: 600_000 };
  let opened = open(place, options, now);
  /** The file of now: one that was put in its place is another store. */
  const ledger = (now: number): Ledger => {
    if (isStillThere(opened)) return opened.ledger;
    opened.ledger.database.close();
    opened = open(place, options, now);
    return opened.ledger;
  };
  const settled = (now: number): Ledger => {
    const one = ledger(now);
    settle(one, now);
    return one;
  };
  const last = () => opened.ledger;
  return {
    place,
    redeem: (ask, settings, now) =>
      inTurn(ledger(now), now, (turn) => redeem(turn, ask, settings)),
    forbid(ban, now) {
      const one = ledger(now);
      return isGranted(one, ban)
        ? inTurn(one, now, (turn) => forbid(turn, ban))
        : [];
    },
    state: (id, asker, now) => stateFor(settled(now), id, asker),
    pending: (now) => pendingRequests(settled(now)),
    find: (id) => findRequest(last(), id),
    alike: (part, states, now) => alikeRequests(settled(now), part, states),
    list: (filter) => listRequests(last(), filter),
    grants: (now) => openGrants(settled(now)),
    shown: (id, who, now) =>
      inTurn(ledger(now), now, (turn) => noteShown(turn, id, who)),
    approve: (id, answer, settings, now) =>
      inTurn(ledger(now), now, (turn) => approve(turn, id, answer, settings)),
    deny: (id, answer, now) =>
      inTurn(ledger(now), now, (turn) => deny(turn, id, answer, limit)),
    revoke: (id, who, now) =>
      inTurn(ledger(now), now, (turn) => revoke(turn, id, who, limit)),
    history: (request) => historyOf(last(), request),
    version: () => versionOf(last()),
    close: () => opened.ledger.database.close(),
    trouble: () => troubleWith(last(), readMeta(last())),
    noteRule: (request, event, now) =>
      inTurn(ledger(now), now, ({ tell }) => tell({ ...event, request })),
    damaged: (which) =>
      which === "seen" ? [...last().damaged.values()] : damagedRows(last()),
    repair: (who, now) => repair(ledger(now), who, now),
    rotateKey: (now) =>
      inTurn(ledger(now), now, ({ ledger: { keys } }) => keys.rotate(now)),
    importLegacy(path, now) {
      const approvals = readLegacy(path);
      return inTurn(ledger(now), now, (turn) => {
        turn.touch();
        return addImported(turn.ledger, approvals);
      });
    },
    imported: (limit) => importedApprovals(last(), limit),
  };
}

interface Opened {
  readonly ledger: Ledger;
  /** Device and inode of the database. */
  readonly identity: string;
}

function open(
  { database: path, head, keys }: ApprovalPlace,
  { secret }: ApprovalOptions,
  now: number,
): Opened {
  const ring = openKeys(keys, now, secret);
  const database = openOrExplain(path);
  try {
    // What was used must stay used when the power fails.
    database.exec("PRAGMA synchronous = FULL");
    const ledger: Ledger = {
      ...{ path, head, database, keys: ring },
      damaged: new Map(),
    };
    if (isEmpty(ledger)) {
      transaction(ledger, () => {
        if (isEmpty(ledger)) begin(ledger, now);
        return { result: undefined, after: () => ensureHead(ledger) };
      });
    } else ensureHead(ledger);
    return { ledger, identity: identityOf(path) };
  } catch (error) {
    database.close();
    throw error;
  }
}

function openOrExplain(path: string): ReturnType<typeof openDatabase> {
  try {
    return openDatabase(path, MIGRATIONS);
  } catch (error) {
    throw new ApprovalStoreError(
      `Cannot open ${path}: ${messageOf(error)}`,
      "mend what the message names, or move the file away",
      error,
    );
  }
}

function isStillThere({ identity, ledger: { path } }: Opened): boolean {
  return identityOf(path) === identity;
}

function identityOf(path: string): string {
  const info = lstatIfThere(path);
  return `${info?.dev} ${info?.ino}`;
}
