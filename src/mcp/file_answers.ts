// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a file tool did, as the result of a call: text for the agent, and the
 * same as data. Names are made printable; a file's own text is given as it is.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { FoundLine, Outcome } from "../action/outcome.ts";
import { printable } from "../base/printable.ts";
import type { Decision } from "../policy/decision.ts";

/** An outcome of a file tool that went well. */
export type FileDone = Exclude<
  Outcome,
  {
    kind:
      | "exited"
      | "not-started"
      | "file-failed"
      | "looked"
      | "restored"
      | "restore-failed";
  }
>;

/** The result of a file tool that went well. */
export function fileResult(
  outcome: FileDone,
  decision: Decision,
): CallToolResult {
  const { kind: _, ...facts } = outcome;
  const data = { decision, ...facts };
  switch (outcome.kind) {
    case "read":
      return readResult(outcome, data);
    case "read-bytes":
      return bytesResult(outcome, decision);
    case "written":
      return success(writtenText(outcome), data);
    case "edited":
      return success(editedText(outcome), data);
    case "deleted":
      return success(
        outcome.what === "folder"
          ? `Deleted the folder: ${outcome.count} names are gone`
          : `Deleted the ${outcome.what}`,
        data,
      );
    case "listed":
      return success(listing(outcome), data);
    case "found":
      return success(foundText(outcome), data);
  }
}

/**
 * Characters of a text that are given as text and as data, as small results
 * are. Twice, a large one costs a client four times the time: the SDK's reader
 * copies all that came so far with each piece that comes.
 *
 * Clients differ in what they show: opencode and others the content alone
 * (anomalyco/opencode#38923), Claude Code the data alone where there is some
 * (anthropics/claude-code#79944), images and all (#54737); see `contentAlone`.
 */
const MAX_TWICE = 64 * 1024;

const ELSEWHERE =
  "It is large, so it stands in the content alone; where your client shows only data, read it in parts with offset and limit";

function readResult(
  outcome: FileDone & { kind: "read" },
  structuredContent: Record<string, unknown>,
): CallToolResult {
  const note = readNote(outcome);
  const content = [outcome.text, ...(note === undefined ? [] : [note])]
    .map((text) => ({ type: "text" as const, text }));
  if (outcome.text.length <= MAX_TWICE) return { content, structuredContent };
  const { text: _, ...facts } = structuredContent;
  return { content, structuredContent: { ...facts, note: ELSEWHERE } };
}

/**
 * The same for a client that shows only data where there is some: what is known
 * stands behind the content as JSON. Such a client is promised no data, so no
 * schema either.
 */
export function contentAlone(
  { structuredContent, ...result }: CallToolResult,
): CallToolResult {
  if (structuredContent === undefined || result.isError === true) {
    return { ...result, ...(structuredContent && { structuredContent }) };
  }
  const { base64: _, note: _note, text: _text, ...facts } = structuredContent;
  const said = { type: "text" as const, text: JSON.stringify(facts) };
  return { ...result, content: [...result.content, said] };
}

function success(
  text: string,
  structuredContent: Record<string, unknown>,
): CallToolResult {
  return { content: [{ type: "text", text }], structuredContent };
}

/** What an agent has to know of a text that is not whole, or guessed. */
function readNote(
  { cut, guess, nextOffset }: FileDone & { kind: "read" },
): string | undefined {
  const notes = [
    ...(guess === undefined
      ? []
      : [`It is no valid UTF-8 and is shown as if it were ${guess}`]),
    ...(cut === undefined ? [] : [
      `Cut at airg's limit of ${
        cut === "bytes" ? "2 MiB" : "50,000 lines"
      }; read on with offset ${nextOffset}`,
    ]),
  ];
  return notes.length === 0 ? undefined : `[${notes.join(". ")}]`;
}

function bytesResult(
  { base64, bytes, isImage, mimeType }: FileDone & { kind: "read-bytes" },
  decision: Decision,
): CallToolResult {
  const what = `${mimeType}, ${bytes} bytes`;
  const data = { decision, bytes, binary: true, mimeType };
  if (base64 === undefined) {
    return success(
      `It is no text (${what}); call read_file with encoding "base64" for its bytes`,
      data,
    );
  }
  if (isImage) {
    return {
      content: [
        { type: "text", text: `An image (${what})` },
        { type: "image", data: base64, mimeType },
      ],
      structuredContent: data,
    };
  }
  return base64.length <= MAX_TWICE
    ? success(base64, { ...data, base64 })
    : success(base64, { ...data, note: ELSEWHERE });
}

function writtenText(
  { bytes, created, kept = [] }: FileDone & { kind: "written" },
): string {
  const done = created ? "Created the file" : "Replaced the file";
  return [`${done}: ${bytes} bytes written`, ...kept].join(". ");
}

function editedText(
  { diff, kept = [], operations, replacements }: FileDone & { kind: "edited" },
): string {
  const places = `${replacements} ${replacements === 1 ? "place" : "places"}`;
  const [before = "", after = "", ...rest] = diff.split("\n");
  return [
    [
      `Replaced ${places} in ${operations} ${
        operations === 1 ? "edit" : "edits"
      }`,
      ...kept,
    ].join(". "),
    printable(before),
    printable(after),
    ...rest,
  ].join("\n");
}

function listing(
  { cut, entries, hidden = 0 }: FileDone & { kind: "listed" },
): string {
  const rows = entries.map(({ name, type, size, modified, target }) => {
    const leads = target === undefined ? "" : ` -> ${printable(target)}`;
    return `${printable(name)}${leads}  [${type}]  ${size} bytes  ${
      modified ?? "-"
    }`;
  });
  const left = hidden === 0
    ? ""
    : `; ${hidden} more ${hidden === 1 ? "is" : "are"} hidden by the policy`;
  const end = cut === undefined ? [] : [`Not all: ${printable(cut)}`];
  return [`${entries.length} entries${left}`, ...rows, ...end].join("\n");
}

function foundText(
  { cut, files, matches, skipped, skippedAs = {} }: FileDone & {
    kind: "found";
  },
): string {
  const reasons = Object.entries(skippedAs).map(([why, n]) => `${n} ${why}`);
  const as = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  const end = [
    `${matches.length} ${
      matches.length === 1 ? "result" : "results"
    } in ${files} files that were looked at; ${skipped} were left out${as}`,
    ...(cut === undefined ? [] : [`Not all: ${printable(cut)}`]),
  ];
  return [...matches.map(row), ...end].join("\n");
}

function row({ line, path, text }: FoundLine): string {
  const place = printable(path);
  return line === undefined
    ? place
    : `${place}:${line}: ${printable(text ?? "")}`;
}
