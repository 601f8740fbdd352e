// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy schema`.
 *
 * @module
 */

import schema from "../../../policies/schema.json" with { type: "text" };
import { type Context, UsageError } from "../command.ts";
import type { Invocation } from "../flags.ts";

/** Prints the JSON Schema of a policy file. */
export function run(
  { operands, rest }: Invocation,
  { terminal }: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("policy schema takes no words");
  }
  terminal.out(schema.trimEnd());
  return Promise.resolve(0);
}
