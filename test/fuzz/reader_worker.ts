// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads texts in a thread of its own, so that one that never ends can be ended.
 *
 * @module
 */

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { readScript } from "../shell/support/compare.ts";

self.addEventListener("message", ({ data: text }: MessageEvent<string>) => {
  const startedAt = performance.now();
  let problem: string | null = null;
  try {
    readScript(text);
  } catch (error) {
    problem = String(error).slice(0, 200);
  }
  self.postMessage({ took: performance.now() - startedAt, problem });
});
