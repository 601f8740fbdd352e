// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the tools for files take and give, as schemas.
 *
 * @module
 */

import { z } from "zod";
import { common, path, text } from "./schemas.ts";

/** Input of `read_file`. */
export const ReadInput = z.strictObject({
  path,
  offset: z.number().int().min(1).optional().describe(
    "First line to give, from 1",
  ),
  limit: z.number().int().min(1).optional().describe("How many lines to give"),
  encoding: z.enum(["auto", "base64"]).default("auto").describe(
    "`base64` gives the bytes of any file of up to 4 MiB",
  ),
});

/** Input of `write_file`. */
export const WriteInput = z.strictObject({
  path,
  content: text.describe("The whole new content"),
});

const edit = {
  old_text: text.describe("Text that is there now, exactly, blanks too"),
  new_text: text.describe("What comes in its place"),
  replace_all: z.boolean().optional().describe(
    "Every place; else a text that is there several times is refused",
  ),
};

/** Input of `edit_file`. */
export const EditInput = z.strictObject({
  path,
  old_text: edit.old_text.default(""),
  new_text: edit.new_text.default(""),
  replace_all: edit.replace_all.default(false),
  edits: z.array(z.strictObject(edit)).max(500).nullish().describe(
    "Several replacements in order, instead of the one; all of them or none",
  ),
});

/** Input of `delete_file`. */
export const DeleteInput = z.strictObject({
  path,
  recursive: z.boolean().default(false).describe(
    "Delete a folder with all that is in it",
  ),
});

/** Input of `list_directory`. */
export const ListInput = z.strictObject({
  path,
  depth: z.number().int().min(1).max(100).default(1).describe(
    "Folders deep; 1 lists the folder alone",
  ),
  limit: z.number().int().min(1).max(10_000).optional().describe(
    "Entries at most",
  ),
});

/** Input of `search_files`. */
export const SearchInput = z.strictObject({
  path: path.default("."),
  pattern: text.min(1).max(2_000).optional().describe(
    "Regular expression (RE2) that a line holds; without it, files are found by name",
  ),
  glob: text.min(1).max(1_000).optional().describe(
    "Which files: `*.ts` by name, `src/**/*.ts` by path below `path`, `{a,b}` for either",
  ),
  ignore_case: z.boolean().default(false),
  include_ignored: z.boolean().default(false).describe(
    "Also what .gitignore leaves out",
  ),
  limit: z.number().int().min(1).max(5_000).optional().describe(
    "Results at most; 500 by default",
  ),
});

/** Output of `read_file`. */
export const ReadOutput = z.looseObject({
  ...common,
  text: z.string().optional().describe(
    "Absent where it is large: it is in the content then",
  ),
  bytes: z.number().optional().describe("Size of the whole file"),
  lines: z.number().optional().describe(
    "Lines of the whole file, if it was read to its end",
  ),
  encoding: z.string().optional().describe(
    "utf-8, utf-8-bom, utf-16le, utf-16be, or unknown",
  ),
  guess: z.string().optional().describe(
    "With unknown: what the text is shown as",
  ),
  lineEndings: z.enum(["lf", "crlf", "cr", "mixed", "none"]).optional(),
  cut: z.enum(["bytes", "lines"]).optional().describe(
    "Which limit cut the text",
  ),
  nextOffset: z.number().optional().describe("The offset to read on with"),
  binary: z.boolean().optional().describe("It is no text"),
  mimeType: z.string().optional(),
  base64: z.string().optional(),
  note: z.string().optional().describe("Where a large text is"),
});

/** Output of `write_file`. */
export const WriteOutput = z.looseObject({
  ...common,
  bytes: z.number().optional(),
  created: z.boolean().optional(),
  kept: z.array(z.string()).optional().describe(
    "Line ends and encoding that were kept of the old file, and what was not",
  ),
});

/** Output of `edit_file`. */
export const EditOutput = z.looseObject({
  ...common,
  replacements: z.number().optional(),
  operations: z.number().optional(),
  bytes: z.number().optional().describe("Size of the file now"),
  diff: z.string().optional().describe("What changed, as a unified diff"),
  kept: z.array(z.string()).optional().describe(
    "What of the old file could not be kept",
  ),
});

/** Output of `delete_file`. */
export const DeleteOutput = z.looseObject({
  ...common,
  what: z.enum(["file", "link", "folder"]).optional(),
  count: z.number().optional().describe("Names that are gone"),
});

/** Output of `search_files`. */
export const SearchOutput = z.looseObject({
  ...common,
  matches: z.array(z.looseObject({
    path: z.string().describe("Relative to the workspace"),
    line: z.number().optional(),
    text: z.string().optional(),
  })).optional(),
  files: z.number().optional().describe("Files that were looked at"),
  skipped: z.number().optional().describe(
    "Files left out: kept by the policy, no text, or too large",
  ),
  skippedAs: z.record(z.string(), z.number()).optional().describe(
    "How many of them why",
  ),
  cut: z.string().optional().describe("Why there may be more"),
});

/** Output of `list_directory`. */
export const ListOutput = z.looseObject({
  ...common,
  entries: z.array(z.looseObject({
    name: z.string(),
    type: z.enum(["file", "directory", "symlink", "other"]),
    size: z.number(),
    modified: z.string().nullable(),
    target: z.string().optional().describe("Where a link leads"),
  })).optional(),
  hidden: z.number().optional().describe("Names that the policy hides"),
  cut: z.string().optional().describe("Why there are not all"),
});
