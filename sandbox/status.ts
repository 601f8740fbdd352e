// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The launcher's status lines, read back strictly.
 *
 * The launcher is trusted, but its lines cross a socket: a line that is not one
 * of the known forms is a failure, never "probably fine".
 *
 * @module
 */

/** A path of the instruction that was not there, or not reachable. */
export interface SkippedPath {
  readonly key: string;
  readonly index: number;
  readonly errno: number;
}

/** One status line; the tag is `event`, or `role` for the first of a connection. */
export type StatusLine =
  | { readonly role: "outer" | "inner"; readonly token: string }
  | {
    readonly event: "ready";
    readonly uid: number;
    readonly rung: string;
    readonly skipped: readonly SkippedPath[];
  }
  /** Further paths that were not there, before "ready". */
  | { readonly event: "skipped"; readonly skipped: readonly SkippedPath[] }
  | {
    readonly event: "applied";
    readonly pid: number;
    readonly landlockAbi: number;
    readonly landlockFs: string;
    readonly landlockScope: string;
    readonly seccompInstructions: number;
    readonly noNewPrivs: boolean;
    readonly fdsClosed: boolean;
  }
  | {
    readonly event: "failed";
    readonly step: string;
    readonly detail: string;
    readonly errno: number;
    readonly message: string;
  }
  /** A mask or pin came off during the run, which was ended. */
  | {
    readonly event: "mask-lost";
    readonly key: string;
    readonly index: number;
  }
  | {
    readonly event: "exited";
    readonly code: number;
    readonly signal: number;
    readonly bwrapError: string;
  };

/** The line of one event. */
export type EventLine<Event extends string> = Extract<
  StatusLine,
  { readonly event: Event }
>;

/** Field names and types by event; a field beyond these is ignored. */
const FIELDS: Record<string, Record<string, "number" | "string" | "boolean">> =
  {
    ready: { uid: "number", rung: "string" },
    skipped: {},
    applied: {
      pid: "number",
      landlockAbi: "number",
      landlockFs: "string",
      landlockScope: "string",
      seccompInstructions: "number",
      noNewPrivs: "boolean",
      fdsClosed: "boolean",
    },
    failed: {
      step: "string",
      detail: "string",
      errno: "number",
      message: "string",
    },
    "mask-lost": { key: "string", index: "number" },
    exited: { code: "number", signal: "number", bwrapError: "string" },
  };

/**
 * Reads one line.
 *
 * @returns The line, or `undefined` if it is none of the known forms.
 */
export function parseStatusLine(text: string): StatusLine | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isRecord(json)) return undefined;
  if ("role" in json) {
    const { role, token } = json;
    const known = (role === "outer" || role === "inner") &&
      typeof token === "string";
    return known ? { role, token } : undefined;
  }
  const event = json["event"];
  const fields = typeof event === "string" && Object.hasOwn(FIELDS, event)
    ? FIELDS[event]
    : undefined;
  if (fields === undefined) return undefined;
  for (const [name, type] of Object.entries(fields)) {
    const found = typeof json[name];
    if (found !== type) return undefined;
  }
  if ("skipped" in json && !isSkippedList(json["skipped"])) return undefined;
  if (event === "ready" && !("skipped" in json)) return undefined;
  if (event === "skipped" && !("skipped" in json)) return undefined;
  return json as unknown as StatusLine;
}

function isSkippedList(value: unknown): boolean {
  return Array.isArray(value) &&
    value.every((entry) =>
      isRecord(entry) && typeof entry["key"] === "string" &&
      typeof entry["index"] === "number" && typeof entry["errno"] === "number"
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
