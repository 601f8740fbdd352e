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
import { type KeyRing, openKeys } from "./keys.ts";
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
import {
  ApprovalStoreError,
  type DamagedRow,
  explained,
  messageOf,
} from "./trouble.ts";
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
  /** Another program's files that airg's own were made beneath just now; told once. */
  readonly beside: readonly string[];
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
  const isFirst = lstatIfThere(place.head) === undefined;
  const limit = options.wrongIds ?? { max: 5, ms: 600_000 };
  let opened = open(place, options, now);
  /** The file of now: one that was put in its place is another store. */
  const ledger = (now: number): Ledger => {
    if (isStillThere(opened)) return opened.ledger;
    opened.ledger.database.close();
    opened = open(place, options, now);
    return opened.ledger;
  };
  /** Looks at what is there; what is damaged is named. */
  const look = <Result>(read: (ledger: Ledger) => Result): Result => {
    const { ledger } = opened;
    try {
      return read(ledger);
    } catch (error) {
      throw explained(ledger.path, error);
    }
  };
  /** Looks at what is there now. */
  const settled = <Result>(
    now: number,
    read: (ledger: Ledger) => Result,
  ): Result => {
    const one = ledger(now);
    return look(() => {
      settle(one, now);
      return read(one);
    });
  };
  return {
    place,
    beside: isFirst ? place.foreign : [],
    redeem: (ask, settings, now) =>
      inTurn(ledger(now), now, (turn) => redeem(turn, ask, settings)),
    forbid(ban, now) {
      const one = ledger(now);
      return look(() => isGranted(one, ban))
        ? inTurn(one, now, (turn) => forbid(turn, ban))
        : [];
    },
    state: (id, asker, now) => settled(now, (one) => stateFor(one, id, asker)),
    pending: (now) => settled(now, pendingRequests),
    find: (id) => look((one) => findRequest(one, id)),
    alike: (part, states, now) =>
      settled(now, (one) => alikeRequests(one, part, states)),
    list: (filter) => look((one) => listRequests(one, filter)),
    grants: (now) => settled(now, openGrants),
    shown: (id, who, now) =>
      inTurn(ledger(now), now, (turn) => noteShown(turn, id, who)),
    approve: (id, answer, settings, now) =>
      inTurn(ledger(now), now, (turn) => approve(turn, id, answer, settings)),
    deny: (id, answer, now) =>
      inTurn(ledger(now), now, (turn) => deny(turn, id, answer, limit)),
    revoke: (id, who, now) =>
      inTurn(ledger(now), now, (turn) => revoke(turn, id, who, limit)),
    history: (request) => look((one) => historyOf(one, request)),
    version: () => look(versionOf),
    close: () => opened.ledger.database.close(),
    trouble: () => look((one) => troubleWith(one, readMeta(one))),
    noteRule: (request, event, now) =>
      inTurn(ledger(now), now, ({ tell }) => tell({ ...event, request })),
    damaged: (which) =>
      look((one) =>
        which === "seen" ? [...one.damaged.values()] : damagedRows(one)
      ),
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
    imported: (limit) => look((one) => importedApprovals(one, limit)),
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
  const ring = keysAt(keys, now, secret);
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
    throw explained(path, error);
  }
}

function keysAt(...[path, now, secret]: Parameters<typeof openKeys>): KeyRing {
  try {
    return openKeys(path, now, secret);
  } catch (error) {
    throw explained(path, error);
  }
}

function openOrExplain(path: string): ReturnType<typeof openDatabase> {
  try {
    return openDatabase(path, MIGRATIONS);
  } catch (error) {
    const said = explained(path, error);
    if (said instanceof ApprovalStoreError) throw said;
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
