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

/** Columns of the command in it, and of the folder: the rest is behind. */
const COMMAND = 140;
const FOLDER = 60;

/** A request: its short id, how long it waits or where it stands, who asked, what and where. */
export function requestLine(request: ApprovalRequest, now: number): string {
  const { state, expiresAt, id, asker } = request;
  const how = state === "pending" ? duration(expiresAt - now) : state;
  return `${shortId(id)}  ${how.padEnd(8)}  ${fitted(asker.agent, 16)}  ${
    fitted(whatText(request), COLUMNS)
  }`;
}

/** A grant that is open, and what it lets run. */
export function grantLine(
  grant: Grant,
  request: ApprovalRequest | undefined,
  now: number,
): string {
  const { id, agent, expiresAt } = grant;
  const left = duration(expiresAt - now).padEnd(8);
  return `${shortId(id)}  ${left}  ${fitted(agent, 16)}  ${
    fitted(grantText(grant, request), COLUMNS + FOLDER)
  }`;
}

/** How far a grant goes, how often it was used, who gave it, and for what. */
function grantText(
  { rules, scope, uses, workspace }: Grant,
  request: ApprovalRequest | undefined,
): string {
  const who = request?.answeredBy?.user ?? "nobody that airg knows";
  const what = scope === "rule"
    ? `whatever they object to in ${workspace}`
    : request === undefined
    ? "its request does not verify"
    : whatText(request);
  return `grant (${scope}), used ${uses} times, by ${who}, for ${
    rules.join(", ")
  }: ${what}`;
}

/** Command, folder and input: what tells two requests apart. */
function whatText(request: ApprovalRequest): string {
  const { cwd, input } = request.subject;
  const given = input === undefined ? "" : `, input ${input}`;
  return `${fitted(subjectLine(request), COMMAND)}  (in ${
    fitted(cwd, FOLDER)
  }${given})`;
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
