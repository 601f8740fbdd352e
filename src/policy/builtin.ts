// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policy that ships, as text in the module graph, so that the single file
 * has it without reading a disk.
 *
 * @module
 */

import text from "../../policies/default.json" with { type: "text" };
import { type ParsedPolicy, parsePolicy } from "./parse.ts";

/** Text of `policies/default.json`. */
export const DEFAULT_POLICY_TEXT: string = text;

let parsed: ParsedPolicy | undefined;

/**
 * The default policy, parsed once.
 *
 * @throws {TypeError} If the shipped file is broken, which a test excludes.
 */
export function defaultPolicy(): ParsedPolicy {
  if (parsed === undefined) {
    const result = parsePolicy(text);
    if (!result.ok) {
      throw new TypeError(
        `Cannot read the default policy: ${result.error[0]?.message}`,
      );
    }
    parsed = result.value;
  }
  return parsed;
}
