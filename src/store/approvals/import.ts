// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What Runtime Guard remembers of its approvals, as history alone: its tokens
 * and grants are bound to text that ignores case and blanks, and count nothing
 * here.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { canonicalJson } from "../../base/canonical_json.ts";
import { sha256Hex } from "../../base/digest.ts";
import { lstatIfThere } from "./private_file.ts";
import { type Columns, contentOf, damaged, type Ledger } from "./rows.ts";
import { seal } from "./seal.ts";
import { ApprovalStoreError, messageOf } from "./trouble.ts";

/** One line of Runtime Guard's history; all texts are untrusted. */
export interface ImportedApproval {
  readonly id: string;
  /** Milliseconds since the Unix epoch; 0 if it cannot be read. */
  readonly at: number;
  readonly answeredAt?: number;
  readonly decision: "pending" | "approved" | "denied" | "expired" | "unknown";
  readonly agent: string;
  readonly session: string;
  /** As it was matched: lower case, blanks collapsed. */
  readonly command: string;
  readonly approver?: string;
  readonly via?: string;
}

/** Columns of `approval_history` that are read; its token never is. */
const QUERY = `SELECT id, agent_id, session_id, command_hash,
  normalized_command, requested_at, decision, resolved_at, approver,
  approved_via FROM approval_history ORDER BY id`;
const DECISIONS = ["pending", "approved", "denied", "expired"] as const;
/** UTF-16 units of a text that are kept. */
const MAX_TEXT = 65_536;
/** Lines and units that are taken over; Runtime Guard prunes its own earlier. */
const MAX_LINES = 100_000;
const MAX_UNITS = 64 * 1024 * 1024;

/** Reads the history in the database at `path`, which is left as it is. */
export function readLegacy(path: string): ImportedApproval[] {
  const refuse = (what: string, cause?: unknown) =>
    new ApprovalStoreError(
      `Cannot import ${path}: ${what}`,
      "name an approvals.db of Runtime Guard",
      cause,
    );
  if (lstatIfThere(path)?.isFile !== true) throw refuse("it is not a file");
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    // A view, or a column that is computed, could hold a query without an end.
    database.exec("PRAGMA trusted_schema = OFF");
    if (!isTable(database)) {
      throw new TypeError("No such table: approval_history");
    }
    return linesOf(database);
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
}

function isTable(database: DatabaseSync): boolean {
  return database.prepare(
    `SELECT 1 FROM sqlite_schema WHERE name = 'approval_history'
       AND type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
       AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('approval_history')
         WHERE hidden > 0)`,
  ).get() !== undefined;
}

/** All lines; a file that would fill the memory or the store is refused. */
function linesOf(database: DatabaseSync): ImportedApproval[] {
  const approvals: ImportedApproval[] = [];
  let units = 0;
  for (const columns of database.prepare(QUERY).iterate()) {
    const approval = approvalOf(columns);
    units += JSON.stringify(approval).length;
    if (approvals.length >= MAX_LINES || units > MAX_UNITS) {
      throw new RangeError(
        `It holds more than ${MAX_LINES} lines or ${MAX_UNITS} characters`,
      );
    }
    approvals.push(approval);
  }
  return approvals;
}

/**
 * Takes the history over; what was taken over before is left.
 *
 * @returns How many were new.
 */
export function addImported(
  ledger: Ledger,
  approvals: readonly ImportedApproval[],
): number {
  const add = ledger.database.prepare(
    `INSERT INTO imported (id, at, key, body, mac) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  );
  let count = 0;
  for (const approval of approvals) {
    const { key, body, mac } = seal(ledger.keys, "imported", approval);
    const { changes } = add.run(approval.id, approval.at, key, body, mac);
    count += Number(changes);
  }
  return count;
}

/** What was taken over, the newest first. */
export function importedApprovals(
  ledger: Ledger,
  limit: number,
): ImportedApproval[] {
  return ledger.database.prepare(
    "SELECT * FROM imported ORDER BY at DESC, id LIMIT ?",
  ).all(limit).flatMap((columns) => importedOf(ledger, columns) ?? []);
}

/** Checks one row of what was taken over. */
export function importedOf(
  ledger: Ledger,
  columns: Columns,
): ImportedApproval | undefined {
  const row = contentOf<ImportedApproval>(ledger, "imported", columns);
  return row !== undefined && row.id === columns["id"] &&
      row.at === columns["at"]
    ? row
    : damaged(ledger, "imported", columns["id"]);
}

function approvalOf(columns: Columns): ImportedApproval {
  const decision = DECISIONS.find((one) => one === columns["decision"]);
  const answeredAt = timeIn(columns["resolved_at"]);
  const approver = textIn(columns["approver"]);
  const via = textIn(columns["approved_via"]);
  return {
    // The same line has the same id, from whatever copy it comes.
    id: sha256Hex(canonicalJson(stringsOf(columns))),
    at: timeIn(columns["requested_at"]),
    decision: decision ?? "unknown",
    agent: textIn(columns["agent_id"]),
    session: textIn(columns["session_id"]),
    command: textIn(columns["normalized_command"]),
    ...(answeredAt === 0 ? {} : { answeredAt }),
    ...(approver === "" ? {} : { approver }),
    ...(via === "" ? {} : { via }),
  };
}

/** A line as it was when it was asked: its answer may come later. */
function stringsOf(columns: Columns): Record<string, string> {
  const names = [
    "id",
    "session_id",
    "command_hash",
    "requested_at",
    "decision",
  ];
  return Object.fromEntries(names.map((name) => [name, textIn(columns[name])]));
}

function textIn(value: unknown): string {
  const isText = typeof value === "string" || typeof value === "number";
  return isText ? String(value).slice(0, MAX_TEXT) : "";
}

/** Runtime Guard writes `+00:00Z`; ISO 8601 and seconds are read, too. */
function timeIn(value: unknown): number {
  const text = textIn(value);
  const seconds = Number(text || NaN);
  const time = Number.isFinite(seconds)
    ? Math.round(seconds * 1_000)
    : Date.parse(text.replace(/([+-]\d\d:\d\d)Z$/, "$1"));
  return Number.isSafeInteger(time) ? Math.max(0, time) : 0;
}
