// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Wrong ids are limited for whoever gives them: a terminal, not a request.
 * In Runtime Guard five wrong tries lock a valid request for its operator.
 *
 * @module
 */

import type { Answered, Operator } from "../../approval/request.ts";
import type { Turn } from "./turn.ts";

/** How many are too many. */
export interface WrongIdLimit {
  readonly max: number;
  readonly ms: number;
}

/** Counts an id that names nothing. A right one is never asked about here. */
export function wrongId(
  { ledger: { database }, moment: { time } }: Turn,
  { terminal, uid }: Operator,
  { max, ms }: WrongIdLimit,
): Answered {
  const caller = `${uid} ${terminal ?? ""}`;
  database.prepare("DELETE FROM wrong_ids WHERE at <= ?").run(time - ms);
  const row = database.prepare(
    "SELECT count(*) AS count FROM wrong_ids WHERE caller = ?",
  ).get(caller);
  if (Number(row?.["count"]) >= max) return { ok: false, why: "paused" };
  database.prepare("INSERT INTO wrong_ids (caller, at) VALUES (?, ?)")
    .run(caller, time);
  return { ok: false, why: "unknown" };
}
