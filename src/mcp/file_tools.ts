// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The tools for files: name, text, schemas, and the action each one asks the
 * guard for.
 *
 * @module
 */

import type { z } from "zod";
import type { EditAction } from "../action/action.ts";
import { act } from "./act.ts";
import * as schemas from "./file_schemas.ts";
import { type Tool, tool } from "./tool.ts";

const READS = { readOnlyHint: true, openWorldHint: false } as const;
const CHANGES = {
  readOnlyHint: false,
  destructiveHint: true,
  openWorldHint: false,
} as const;

/** All of them, in the order clients list them. */
export const FILE_TOOLS: readonly Tool[] = [
  tool({
    name: "read_file",
    title: "Read a file",
    description:
      "Reads a file, whole or some of its lines, if the policy allows it: at most 2 MiB or 50,000 lines at once, and the result says with which offset to go on. Images come as images; other files that are no text are described, and given as base64 on request. Encoding and line ends are reported; a byte order mark is not part of the text.",
    annotations: READS,
    input: schemas.ReadInput,
    output: schemas.ReadOutput,
    call: ({ path, offset, limit, encoding }, call) =>
      act({
        kind: "read",
        path,
        ...(offset !== undefined && { offset }),
        ...(limit !== undefined && { limit }),
        ...(encoding === "base64" && { base64: true as const }),
      }, call),
  }),
  tool({
    name: "write_file",
    title: "Write a file",
    description:
      "Writes a file whole and in one step, replacing what was there, if the policy allows it. Missing folders inside the workspace are made. Of a file that is replaced it keeps mode, owner, byte order mark and encoding (what Latin-1 cannot hold makes it UTF-8, and the result says so); and where every line of it ends in CR LF and the content has LF alone, the lines are written with CR LF.",
    annotations: { ...CHANGES, idempotentHint: true },
    input: schemas.WriteInput,
    output: schemas.WriteOutput,
    call: ({ path, content }, call) =>
      act({ kind: "write", path, content }, call),
  }),
  tool({
    name: "edit_file",
    title: "Edit a file",
    description:
      "Replaces text in a file, if the policy allows it: one replacement, or several in `edits`, in order, all of them or none. A text that is there several times is refused with the line numbers, unless replace_all is set. Line ends in old_text fit LF and CR LF alike; a line that stays keeps its own, and new ones take those that stand there, so an edit never changes them. Answers with a unified diff.",
    annotations: { ...CHANGES, idempotentHint: false },
    input: schemas.EditInput,
    output: schemas.EditOutput,
    call: (args, call) =>
      act({ kind: "edit", path: args.path, edits: editsOf(args) }, call),
  }),
  tool({
    name: "delete_file",
    title: "Delete a file or folder",
    description:
      "Deletes a file, or a link itself and never what it leads to; with `recursive` a folder with all that is in it. A folder that holds something protected, hidden, mounted or a .git stays whole.",
    annotations: { ...CHANGES, idempotentHint: false },
    input: schemas.DeleteInput,
    output: schemas.DeleteOutput,
    call: ({ path, recursive }, call) =>
      act({
        kind: "delete",
        path,
        ...(recursive && { recursive: true as const }),
      }, call),
  }),
  tool({
    name: "list_directory",
    title: "List a folder",
    description:
      "Lists a folder with type, size and time of each entry, and as many folders deep as asked for, if the policy allows it. Links are shown with where they lead and are not followed.",
    annotations: READS,
    input: schemas.ListInput,
    output: schemas.ListOutput,
    call: ({ path, depth, limit }, call) =>
      act({
        kind: "list",
        path,
        ...(depth > 1 && { depth }),
        ...(limit !== undefined && { limit }),
      }, call),
  }),
  tool({
    name: "search_files",
    title: "Search files",
    description:
      "Finds files by name (glob), or lines by a regular expression (RE2), if the policy allows it. Leaves out what .gitignore and .git/info/exclude name, .git, links, what is no text or larger than 2 MiB, and what the policy hides.",
    annotations: READS,
    input: schemas.SearchInput,
    output: schemas.SearchOutput,
    call: (args, call) =>
      act({
        kind: "search",
        path: args.path,
        ...(args.pattern !== undefined && { pattern: args.pattern }),
        ...(args.glob !== undefined && { glob: args.glob }),
        ...(args.limit !== undefined && { limit: args.limit }),
        ...(args.ignore_case && { ignoreCase: true as const }),
        ...(args.include_ignored && { includeIgnored: true as const }),
      }, call),
  }),
];

/** The list, where there is one, else the single form. */
function editsOf(
  { edits, ...single }: z.output<typeof schemas.EditInput>,
): EditAction["edits"] {
  return (edits ?? [single]).map(({ old_text, new_text, replace_all }) => ({
    oldText: old_text,
    newText: new_text,
    ...(replace_all === true && { replaceAll: true as const }),
  }));
}
