// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A request as rows for the operator, from its subject alone.
 *
 * What is shown is what the approval binds. Nothing an agent says about its
 * own request is among it, and every text in it is made printable here.
 *
 * @module
 */

import { commandText } from "../../action/read.ts";
import type { Command } from "../../action/action.ts";
import type {
  ApprovalRequest,
  Asker,
  Operator,
  Touches,
} from "../../approval/request.ts";
import type { SubjectFile, SubjectTree } from "../../approval/subject.ts";
import { counted } from "../../base/counted.ts";
import { LEAST_COLUMNS, wholeText } from "./command_text.ts";
import { type Decisive, excerptRows } from "./excerpts.ts";
import { quotedClient, quotedName } from "./names.ts";
import type { Environment } from "../../platform/dirs.ts";
import { type Cell, cellsFrom, fitted, joined } from "../policy/cells.ts";

/** How wide, and what the person knows already. */
export interface RowOptions {
  readonly columns: number;
  /**
   * Variables of the terminal that this is shown on: what the command would
   * have the same is said in one row. Absent where they are the asker's.
   */
  readonly own?: Environment;
}

/** How wide, and what time it is. */
export interface TextOptions extends RowOptions {
  readonly now: number;
}

/** All of a request. */
export function requestRows(
  request: ApprovalRequest,
  options: TextOptions,
): string[] {
  return [
    ...boundRows(request, options),
    ...tailRows(request, options),
  ];
}

/** What a person has to have seen before saying yes; what tells most comes first. */
export function boundRows(
  request: ApprovalRequest,
  { columns, own }: RowOptions,
): string[] {
  const { subject, asker, reasons, touches } = request;
  const row = (name: string, text: string) => field(name, text, columns);
  const { first, last } = subjectRows(request, columns);
  return [
    ...first,
    ...reasons.flatMap(({ message, rule, severity }) =>
      row("because", `${message} [${rule}, ${severity}]`)
    ),
    ...(touches === undefined ? [] : row("touches", touchesText(touches))),
    ...(touches?.backup === undefined
      ? []
      : row("backup", backupText(touches))),
    ...changeRows(request, columns),
    ...row("folder", subject.cwd),
    ...subject.paths.flatMap(({ path, access }) =>
      row("path", `${path} (${access})`)
    ),
    ...subject.hosts.flatMap((host) => row("host", host)),
    ...(subject.input === undefined ? [] : row("input", subject.input)),
    ...row("runs in", containmentText(request)),
    ...row("asked by", askerText(request)),
    ...(asker.workspace === subject.cwd
      ? []
      : row("workspace", asker.workspace)),
    ...subject.files.flatMap((file) => row(file.role, fileText(file))),
    ...environmentRows(subject.environment, { columns, ...(own && { own }) }),
    ...last,
  ];
}

/** Where it stands, and its names. */
function tailRows(
  request: ApprovalRequest,
  { columns, now }: TextOptions,
): string[] {
  const row = (name: string, text: string) => field(name, text, columns);
  const { first, last } = subjectRows(request, columns);
  return [
    // Above a question only the end is in sight.
    ...(last.length === 0 ? [] : first),
    ...row("state", stateText(request, now)),
    ...row("id", request.id),
    ...row("digest", request.digest),
  ];
}

/** The command, or the tool and its path, as one text. */
export function subjectLine({ subject: { action } }: ApprovalRequest): string {
  const command = commandOf(action);
  if (command !== undefined) return commandText(command);
  return `${String(action["kind"])} ${String(action["path"] ?? "")}`;
}

/** Where a request stands, for a person. */
function stateText(request: ApprovalRequest, now: number): string {
  const { state, expiresAt, message, answeredBy, why } = request;
  if (state === "pending") {
    return expiresAt > now
      ? `pending, ${duration(expiresAt - now)} left`
      : "expired";
  }
  const by = answeredBy === undefined
    ? ""
    : ` by ${answeredBy.user} (${howText(answeredBy)})`;
  const said = message === undefined ? "" : `: ${message}`;
  return `${state}${by}${said}${why === undefined ? "" : ` (${why})`}`;
}

/** How it was made sure of who answered. */
export function howText({ client, how }: Operator): string {
  if (how !== "elicitation") return how;
  const name = client === undefined ? "without a name" : quotedClient(client);
  return `${how}: the agent's client ${name} vouched for it`;
}

/** `9m58s`, `45s`, `1h00m`; never less than nothing. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [minutes, hours] = [
    Math.floor(seconds / 60),
    Math.floor(seconds / 3600),
  ];
  if (hours > 0) return `${hours}h${pad(minutes % 60)}m`;
  return minutes > 0 ? `${minutes}m${pad(seconds % 60)}s` : `${seconds}s`;
}

/** Parts of an action that have rows of their own. */
const SHOWN_PARTS: ReadonlySet<string> = new Set(
  ["kind", "command", "cwd", "path", "content"],
);

/** Rows of a text that are seen beside all else. */
const LONG = 10;

/** What comes first, and what comes last: the whole of a text that is long. */
function subjectRows(
  request: ApprovalRequest,
  columns: number,
): { readonly first: readonly string[]; readonly last: readonly string[] } {
  const { subject: { action }, reasons } = request;
  const text = subjectLine(request);
  const isCommand = commandOf(action) !== undefined;
  const places = reasons.flatMap(({ evidence, severity }): Decisive[] =>
    !isCommand || evidence?.span === undefined
      ? []
      : [{ mark: evidence.span, severity }]
  );
  const whole = wholeText(text, places.map(({ mark }) => mark), columns);
  const others = Object.entries(action).filter(([name, value]) =>
    !SHOWN_PARTS.has(name) && value !== undefined
  ).flatMap(([name, value]) => field(name, JSON.stringify(value), columns));
  const lead = isCommand ? "would run" : "would do";
  const head = (words: string) => fitted(`${lead}${words}:`, columns);
  if (whole.length <= LONG) {
    return { first: [head(""), ...whole, ...others], last: [] };
  }
  return {
    first: [
      head(` (${text.length} characters; all of them are further down)`),
      ...excerptRows(text, places, columns),
      ...others,
    ],
    last: [head(", all of it"), ...whole],
  };
}

/** A name and its text; the text goes on in further rows where it is long. */
function field(name: string, text: string, columns: number): string[] {
  const lead = columns < 50 ? "  " : "           ";
  const head = columns < 50 ? `${name}: ` : `${name}:`.padEnd(lead.length);
  const rows: string[] = [];
  for (let at = 0; at < text.length || rows.length === 0;) {
    const start = rows.length === 0 ? head : lead;
    const room = Math.max(LEAST_COLUMNS, columns - start.length);
    const cells = cellsFrom(text, at, { end: text.length, columns: room });
    const isLast = (cells.at(-1)?.to ?? text.length) >= text.length;
    const kept = isLast ? cells : upToBlank(cells);
    rows.push(`${start}${joined(kept)}`);
    at = kept.at(-1)?.to ?? text.length;
  }
  return rows;
}

/** Cut behind a blank where that costs little; no character is left out. */
function upToBlank(cells: readonly Cell[]): readonly Cell[] {
  const last = cells.findLastIndex(({ text }) => text === " ");
  return last > cells.length / 2 ? cells.slice(0, last + 1) : cells;
}

/** The command of a stored action. */
export function commandOf(
  action: ApprovalRequest["subject"]["action"],
): Command | undefined {
  const command = action["command"];
  if (typeof command !== "object" || command === null) return undefined;
  if ("text" in command && typeof command.text === "string") {
    return { form: "shell", text: command.text };
  }
  return "argv" in command && Array.isArray(command.argv)
    ? { form: "argv", argv: command.argv.map(String) }
    : undefined;
}

function environmentRows(
  environment: readonly string[],
  { columns, own }: RowOptions,
): string[] {
  const isOwn = (text: string): boolean => {
    const name = text.slice(0, text.indexOf("="));
    return own !== undefined && `${name}=${own[name]}` === text;
  };
  const same = environment.filter(isOwn)
    .map((text) => text.slice(0, text.indexOf("=")));
  return [
    ...environment.filter((text) => !isOwn(text)).flatMap((text) =>
      field("variable", text, columns)
    ),
    ...(same.length === 0
      ? []
      : field("variables", `${same.join(", ")} as in this terminal`, columns)),
  ];
}

/** Digits of a hash that are shown; the digest holds all of them. */
const HASH_DIGITS = 12;

function fileText(
  { path, sha256, stamp, tree, unbound }: SubjectFile,
): string {
  if (unbound) return `${path} (too wide: nothing below is bound)`;
  if (tree !== undefined) return treeText(path, sha256, tree);
  if (stamp !== undefined) return `${path} (too large to read whole)`;
  return sha256 === undefined
    ? `${path} (cannot be read)`
    : `${path} sha256:${sha256.slice(0, HASH_DIGITS)}`;
}

/** What is left out of it, and why, is told with it. */
function treeText(
  path: string,
  sha256 = "",
  { bytes, files, more, stamped, without }: SubjectTree,
): string {
  const said = [
    `${path} ${counted(files, "file")}, ${counted(bytes, "byte")}`,
    ...(stamped === undefined
      ? []
      : [`${stamped} of them too large or too many to read`]),
    ...(more ? ["there is more, which is NOT bound"] : []),
    ...(without === undefined ? [] : [`without ${without}`]),
  ];
  return `${said.join(", ")} sha256:${sha256.slice(0, HASH_DIGITS)}`;
}

function containmentText({ subject }: ApprovalRequest): string {
  const { profile, network, ephemeral } = subject;
  const copy = ephemeral ? ", in a copy of the workspace" : "";
  return `profile ${profile}, network ${network}${copy}`;
}

function touchesText({ files, bytes, tracked, more }: Touches): string {
  const least = more === true ? "at least " : "";
  const git = tracked === undefined ? "" : `, ${tracked} of them in git`;
  return `${least}${counted(files, "file")}, ${counted(bytes, "byte")}${git}`;
}

function backupText({ backup, notKept }: Touches): string {
  if (backup !== true) return `not kept: ${notKept ?? "nobody knows why"}`;
  const made = "a backup is made first";
  return notKept === undefined ? made : `${made}; not of ${notKept}`;
}

/** The change as text, or all that would be written. */
function changeRows(
  { subject: { action }, touches }: ApprovalRequest,
  columns: number,
): string[] {
  const content = action["content"];
  const text = touches?.diff ?? content;
  if (typeof text !== "string") return [];
  const name = touches?.diff === undefined ? "content:" : "change:";
  return [fitted(name, columns), ...wholeText(text, [], columns)];
}

function askerText({ asker, asks }: ApprovalRequest): string {
  return `${agentText(asker)}${asks > 1 ? `; asked ${asks} times` : ""}`;
}

/** Who asks: its name, what its client calls itself, its session. */
export function agentText({ agent, client, session }: Asker): string {
  const by = client === undefined ? "" : `, client ${quotedClient(client)}`;
  return `${quotedName(agent)}${by}, session ${quotedName(session)}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
