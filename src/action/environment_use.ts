// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Variables that a text sets, as facts; what changes which code later programs
 * load is an unknown as well.
 *
 * @module
 */

import { environmentRisk } from "./environment.ts";
import type { EnvironmentFact } from "./facts.ts";
import { hostName } from "./programs/network.ts";
import { addUnknown, type Reader } from "./reader.ts";

/** Adds one variable that is set. */
export function checkEnvironment(
  reader: Reader,
  { name, value, span, alone }: EnvironmentFact & {
    /** For all later programs, not for one. */
    readonly alone: boolean;
  },
): void {
  const key = `= ${span[0]} ${name}=${value}`;
  if (reader.seen.has(key)) return;
  reader.seen.add(key);
  reader.environment.push({ name, value, span });
  if (/^(?:https?|all|ftp)_proxy$/i.test(name) && value !== "") {
    const host = hostName(value);
    if (host !== undefined) reader.hosts.push({ host, program: name, span });
  }
  const risk = environmentRisk(name, value, reader);
  if (risk === "code" || alone && risk === "loader") {
    addUnknown(reader, {
      code: "exec.environment",
      message: `Not read: ${name} changes what programs load or run`,
      span,
    });
  }
}
