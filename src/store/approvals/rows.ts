// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Rows of requests and grants: how they are found, checked and written.
 *
 * A row that does not verify is as good as not there: it is skipped, and told
 * of by its id.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ApprovalRequest, Grant } from "../../approval/request.ts";
import type { KeyRing } from "./keys.ts";
import { seal, unseal } from "./seal.ts";
import type { DamagedRow } from "./trouble.ts";

/** An open store, as its parts see it. */
export interface Ledger {
  readonly path: string;
  readonly head: string;
  readonly database: DatabaseSync;
  readonly keys: KeyRing;
  /** Rows that did not verify, by table and id. */
  readonly damaged: Map<string, DamagedRow>;
}

/** A request as it is stored; times named `until` are the store's own. */
export interface RequestRow extends Omit<ApprovalRequest, "expiresAt"> {
  readonly until: number;
  /** The same for one answer: asker, subject and the rules that object. */
  readonly twin: string;
  /** What a denial covers: agent, workspace and subject, in any session. */
  readonly denial: string;
  /** What was asked, whatever it leads to by now. */
  readonly same: string;
  /** Agent and workspace. */
  readonly place: string;
  /** When it was answered, in the store's time. */
  readonly answered?: number;
}

/** A grant as it is stored. */
export interface GrantRow extends Omit<Grant, "expiresAt"> {
  readonly until: number;
  /** The request's `same`; for a rule, agent and workspace. */
  readonly same: string;
  /** When it was made, in the store's time. */
  readonly made: number;
}

/** One row as SQLite gives it. */
export type Columns = Readonly<Record<string, unknown>>;
type Value = string | number;

const REQUEST_COLUMNS = [
  ...["id", "state", "until"] as const,
  ...["twin", "denial", "place"] as const,
];
const GRANT_COLUMNS = ["id", "request", "state", "until", "same"] as const;

/** A prepared statement, which is kept: preparing costs more than running. */
export function statement({ database }: Ledger, sql: string): StatementSync {
  let known = STATEMENTS.get(database);
  if (known === undefined) STATEMENTS.set(database, known = new Map());
  let prepared = known.get(sql);
  if (prepared === undefined) known.set(sql, prepared = database.prepare(sql));
  return prepared;
}

const STATEMENTS = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** Requests that a condition finds, those that verify. */
export function requestsWhere(
  ledger: Ledger,
  condition: string,
  ...values: readonly Value[]
): RequestRow[] {
  const rows = statement(ledger, `SELECT * FROM requests WHERE ${condition}`)
    .all(...values);
  return rows.flatMap((columns) => requestOf(ledger, columns) ?? []);
}

/** Grants that a condition finds, those that verify. */
export function grantsWhere(
  ledger: Ledger,
  condition: string,
  ...values: readonly Value[]
): GrantRow[] {
  const rows = statement(ledger, `SELECT * FROM grants WHERE ${condition}`).all(
    ...values,
  );
  return rows.flatMap((columns) => grantOf(ledger, columns) ?? []);
}

/** Checks one row of requests. */
export function requestOf(
  ledger: Ledger,
  columns: Columns,
): RequestRow | undefined {
  const row = contentOf<RequestRow>(ledger, "requests", columns);
  return row !== undefined &&
      agrees(row, columns, REQUEST_COLUMNS)
    ? row
    : damaged(ledger, "requests", columns["id"]);
}

/** Checks one row of grants. */
export function grantOf(
  ledger: Ledger,
  columns: Columns,
): GrantRow | undefined {
  const row = contentOf<GrantRow>(ledger, "grants", columns);
  return row !== undefined &&
      agrees(row, columns, GRANT_COLUMNS)
    ? row
    : damaged(ledger, "grants", columns["id"]);
}

/** The content under the seal of a row of any table. */
export function contentOf<Content>(
  { keys }: Ledger,
  table: DamagedRow["table"] | "meta",
  { key, body, mac }: Columns,
): Content | undefined {
  return typeof key === "number" && typeof body === "string" &&
      typeof mac === "string"
    ? unseal<Content>(keys, table, { key, body, mac })
    : undefined;
}

/** Tells of a row that does not verify. */
export function damaged(
  ledger: Ledger,
  table: DamagedRow["table"],
  id: unknown,
): undefined {
  const why = "it is not as airg wrote it, or its key is gone";
  ledger.damaged.set(`${table} ${id}`, { table, id: String(id), why });
  return undefined;
}

/** Writes a request, new or in place of the one before. */
export function putRequest(ledger: Ledger, row: RequestRow): void {
  const { key, body, mac } = seal(ledger.keys, "requests", row);
  statement(
    ledger,
    `INSERT INTO requests (id, state, until, twin, denial, place, key,
       body, mac)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state,
       until = excluded.until, key = excluded.key, body = excluded.body,
       mac = excluded.mac`,
  ).run(
    ...[row.id, row.state, row.until, row.twin, row.denial],
    ...[row.place, key, body, mac],
  );
}

/** Writes a grant, new or in place of the one before. */
export function putGrant(ledger: Ledger, row: GrantRow): void {
  const { key, body, mac } = seal(ledger.keys, "grants", row);
  statement(
    ledger,
    `INSERT INTO grants (id, request, state, until, same, key, body, mac)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state,
       until = excluded.until, key = excluded.key, body = excluded.body,
       mac = excluded.mac`,
  ).run(
    ...[row.id, row.request, row.state, row.until, row.same],
    ...[key, body, mac],
  );
}

/** The request as others see it. */
export function shownRequest(
  row: RequestRow,
  ahead: number,
): ApprovalRequest {
  const { until, twin: _, denial: __, same: ___, place: ____, ...rest } = row;
  const { answered: _____, ...request } = rest;
  return { ...request, expiresAt: until - ahead };
}

/** The grant as others see it. */
export function shownGrant(
  { until, same: _, made: __, ...row }: GrantRow,
  ahead: number,
): Grant {
  return { ...row, expiresAt: until - ahead };
}

/** A column that says another thing than the signed content is an edit. */
function agrees<Row extends object>(
  row: Row,
  columns: Columns,
  names: readonly (keyof Row & string)[],
): boolean {
  return names.every((name) => row[name] === columns[name]);
}
