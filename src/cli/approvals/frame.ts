// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The live view as rows of a screen; pure.
 *
 * Each row is cut to the screen's width here, whatever it holds, so nothing of
 * a stranger's text can be drawn outside its row.
 *
 * @module
 */

import type { Environment } from "../../platform/dirs.ts";
import type { ApprovalRequest } from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import { boundRows, duration, requestRows, subjectLine } from "./text.ts";
import { chosenOf, type View } from "./view.ts";
import { cellsFrom, fitted, joined } from "../policy/cells.ts";

/** Rows and columns of the terminal. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A code that somebody below an agent's client has to type. */
export interface ShownCode {
  readonly code: string;
  readonly act: string;
  readonly request: string;
  readonly agent: string;
}

/** What the frame shows besides the view. */
export interface FrameOptions {
  readonly size: Size;
  readonly now: number;
  readonly codes: readonly ShownCode[];
  /** Variables of the terminal, which are not shown again. */
  readonly own?: Environment;
}

/** One row of the screen. */
export interface FrameRow {
  readonly text: string;
  readonly inverse?: true;
}

/** The screen, and which rows of the selected request are on it. */
export interface Frame {
  readonly rows: readonly FrameRow[];
  readonly shown: {
    readonly to: number;
    readonly of: number;
    readonly page: number;
  };
}

/** Rows that the list of requests takes at most. */
const LIST_ROWS = 7;
/** A screen with fewer rows or columns shows no request. */
const LEAST: Size = { rows: 7, columns: 24 };

/** Draws the view. */
export function frameOf(view: View, options: FrameOptions): Frame {
  const { rows, columns } = options.size;
  if (rows < LEAST.rows || columns < LEAST.columns) {
    const text = fitted("make the window larger", Math.max(1, columns));
    return {
      rows: filled([{ text }], rows),
      shown: { to: 0, of: Infinity, page: 1 },
    };
  }
  const head = [header(view, options), ...codeRows(options)];
  const isWhole = view.mode === "details" || view.mode === "rule";
  const list = isWhole ? [] : listRows(view, options);
  const foot = footer(view, columns);
  const room = Math.max(1, rows - head.length - list.length - 1 - foot.length);
  const chosen = chosenOf(view);
  const { own } = options;
  const width = { columns, ...(own && { own }) };
  const rule = view.mode === "rule" ? ruleRows(view, columns) : undefined;
  const all = chosen === undefined
    ? ["nothing waits for an answer"]
    : rule ?? requestRows(chosen, { ...width, now: options.now });
  const top = Math.min(view.top, Math.max(0, all.length - 1));
  const part = all.slice(top, top + room);
  const of = chosen === undefined
    ? Infinity
    : rule?.length ?? boundRows(chosen, width).length;
  const body = filled(part.map((text) => ({ text })), room);
  const frame = [
    ...head,
    ...list,
    line(all.length, top + part.length, columns),
    ...body,
    ...foot,
  ];
  return {
    rows: filled(frame, rows).map(({ text, ...style }) => ({
      text: fitted(text, columns),
      ...style,
    })),
    shown: { to: Math.min(of, top + part.length), of, page: room },
  };
}

/** All of a rule, no character left out. */
function ruleRows({ rule }: View, columns: number): string[] {
  return (rule?.lines ?? []).flatMap((text) => {
    const rows: string[] = [];
    for (let at = 0; at < text.length;) {
      const cells = cellsFrom(text, at, { end: text.length, columns });
      rows.push(joined(cells));
      at = cells.at(-1)?.to ?? text.length;
    }
    return rows.length === 0 ? [""] : rows;
  });
}

function header(view: View, { now, size }: FrameOptions): FrameRow {
  const count = view.requests.length;
  const clock = new Date(now).toISOString().slice(11, 19);
  const text = size.columns < 60
    ? ` airg: ${count} waiting  ${clock}Z`
    : ` airg approvals: ${count} waiting for an answer   ${clock} UTC`;
  return { text: text.padEnd(size.columns), inverse: true };
}

function codeRows({ codes }: FrameOptions): FrameRow[] {
  return codes.slice(0, 2).map(({ code, act, request, agent }) => ({
    text: ` code ${code} lets a terminal below an agent ${act} ${
      shortId(request)
    } (${agent})`,
    inverse: true,
  }));
}

function listRows(view: View, { size, now }: FrameOptions): FrameRow[] {
  const { requests, selected } = view;
  const fit = Math.min(LIST_ROWS, Math.floor(size.rows / 4), requests.length);
  const at = Math.max(0, requests.findIndex(({ id }) => id === selected));
  const first = Math.min(
    Math.max(0, at - Math.floor(fit / 2)),
    requests.length - fit,
  );
  return requests.slice(first, first + fit).map((request) => {
    const chosen = request.id === selected;
    const text = listText(request, now, size.columns);
    const row = `${chosen ? ">" : " "} ${text}`;
    return chosen ? { text: row, inverse: true } : { text: row };
  });
}

function listText(
  request: ApprovalRequest,
  now: number,
  columns: number,
): string {
  const left = duration(request.expiresAt - now).padStart(6);
  const agent = fitted(request.asker.agent, columns < 60 ? 8 : 14);
  const name = columns < 60 ? "" : `${shortId(request.id)}  `;
  // Made printable here: fitted() shows a backslash as it is.
  return `${name}${left}  ${agent}  ${fitted(subjectLine(request), columns)}`;
}

function line(all: number, to: number, columns: number): FrameRow {
  const more = all > to ? ` ${all - to} more rows: space ` : "";
  return { text: more.padStart(columns, "-") };
}

function footer(view: View, columns: number): FrameRow[] {
  const note = view.note === undefined ? [] : [{ text: `! ${view.note}` }];
  if (view.mode === "message") {
    const lead = "deny, saying: ";
    const room = Math.max(4, columns - lead.length - 1);
    return [
      ...note,
      { text: `${lead}${lastOf(view.draft, room)}_` },
      { text: "enter sends it to the agent, esc goes back" },
    ];
  }
  if (view.mode === "rule") {
    const id = view.rule?.id ?? "";
    return [
      ...note,
      { text: `type ${id}: ${view.draft}_` },
      { text: "enter writes it, space more, esc goes back" },
    ];
  }
  if (view.mode === "lost") {
    return [...note, { text: "enter or esc goes back", inverse: true }];
  }
  return [...note, { text: keysText(view, columns), inverse: true }];
}

function keysText({ mode }: View, columns: number): string {
  const text = mode === "details"
    ? columns < 76
      ? "a yes s session w rule d no m say q back"
      : "a approve  s session  w rule  d deny  m deny with words  space more  q back"
    : columns < 76
    ? "a yes s session w rule d no m say q quit"
    : "a approve  s session  w rule  d deny  m with words  enter details  q quit";
  return text.padEnd(columns);
}

/** The end of what is typed, as much as fits. */
function lastOf(draft: string, room: number): string {
  const characters = [...draft];
  for (let at = 0; at < characters.length; at++) {
    const rest = characters.slice(at).join("");
    const text = fitted(rest, room);
    if (!text.endsWith("…") || rest.endsWith("…")) return text;
  }
  return "";
}

function filled(rows: readonly FrameRow[], count: number): FrameRow[] {
  return Array.from(
    { length: Math.max(0, count) },
    (_, i) => rows[i] ?? { text: "" },
  );
}
