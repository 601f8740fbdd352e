// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What waits and what is granted, a line each. Untrusted text is made
 * printable here. All that answers loads it: no policy is read here.
 *
 * @module
 */

import type { ApprovalRequest, Grant } from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import type { Imported } from "./store.ts";
import { duration, subjectLine } from "./text.ts";
import { fitted } from "../policy/cells.ts";

/** Columns of a line. */
export const COLUMNS = 200;

/** A request: its short id, how long it waits or where it stands, who asked, what. */
export function requestLine(request: ApprovalRequest, now: number): string {
  const { state, expiresAt, id, asker } = request;
  const how = state === "pending" ? duration(expiresAt - now) : state;
  const text = subjectLine(request);
  return `${shortId(id)}  ${how.padEnd(8)}  ${fitted(asker.agent, 16)}  ${
    fitted(text, COLUMNS)
  }`;
}

/** A grant that is open. */
export function grantLine(grant: Grant, now: number): string {
  const { id, scope, agent, uses, expiresAt, rules } = grant;
  const left = duration(expiresAt - now).padEnd(8);
  const what = `grant (${scope}), used ${uses} times: ${rules.join(", ")}`;
  return `${shortId(id)}  ${left}  ${fitted(agent, 16)}  ${
    fitted(what, COLUMNS)
  }`;
}

/** A line of Runtime Guard's history. */
export function importedLine(
  { at, decision, agent, command }: Imported,
): string {
  const time = at === 0 ? "unknown" : new Date(at).toISOString().slice(0, 19);
  return `${time.padEnd(19)}  ${fitted(decision, 10).padEnd(10)}  ${
    fitted(agent, 16)
  }  ${fitted(command, COLUMNS)}`;
}
