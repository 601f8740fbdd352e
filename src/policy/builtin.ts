// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policy that ships, in the module graph, so that the single file has it
 * without reading a disk.
 *
 * The parsed form lies beside the text (`deno task gen` writes it, a test keeps
 * the two the same): checking the text costs 40 ms of every start.
 *
 * @module
 */

import text from "../../policies/default.json" with { type: "text" };
import parsed from "../../policies/default.parsed.json" with { type: "text" };
import type { PolicyDocument } from "./schema.ts";

/** Text of `policies/default.json`. */
export const DEFAULT_POLICY_TEXT: string = text;

let document: PolicyDocument | undefined;

/** The default policy's document; it has no warnings. */
export function defaultDocument(): PolicyDocument {
  document ??= JSON.parse(parsed) as PolicyDocument;
  return document;
}
