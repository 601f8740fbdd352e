// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg version`.
 *
 * @module
 */

import { build, VERSION } from "./build_info.ts";
import type { Context } from "./command.ts";
import type { Invocation } from "./flags.ts";

/** Says which airg this is and what it runs on. */
export function run(
  { switches }: Invocation,
  { terminal }: Context,
): Promise<number> {
  const { os, arch } = Deno.build;
  const facts = {
    version: VERSION,
    build: build(),
    deno: Deno.version.deno,
    os,
    arch,
  };
  terminal.out(
    switches.has("json")
      ? JSON.stringify(facts)
      : `airg ${VERSION} (${facts.build}, deno ${facts.deno}, ${os} ${arch})`,
  );
  return Promise.resolve(0);
}
