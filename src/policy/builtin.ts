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

interface Generated {
  /** `sha256:...` over the text: hashing it costs 5 ms of a cold start. */
  readonly hash: string;
  readonly document: PolicyDocument;
}

let generated: Generated | undefined;

/** The default policy's document, which has no warnings, and its hash. */
export function builtinPolicy(): Generated {
  generated ??= JSON.parse(parsed) as Generated;
  return generated;
}

/** The default policy's document. */
export function defaultDocument(): PolicyDocument {
  return builtinPolicy().document;
}
