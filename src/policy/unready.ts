// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Settings of the policy language that wait for a feature. Running treats them
 * as the nearest stricter one; `airg policy check` refuses them, so that nobody
 * relies on what is not there.
 *
 * @module
 */

import type { PolicyDocument, PolicyOverlay } from "./schema.ts";
import type { PolicyProblem } from "./settings.ts";

/** Lists them in a document and its agents' overlays. */
export function listUnready(document: PolicyDocument): PolicyProblem[] {
  return [
    ...inSections(document, ""),
    ...Object.entries(document.agent_overrides ?? {}).flatMap((
      [agent, { policy }],
    ) => {
      const key = agent.replaceAll("~", "~0").replaceAll("/", "~1");
      return inSections(policy ?? {}, `/agent_overrides/${key}/policy`);
    }),
  ];
}

function inSections(
  { unknown }: PolicyOverlay,
  prefix: string,
): PolicyProblem[] {
  return [
    ...(unknown === "guard"
      ? [problem(
        `${prefix}/unknown`,
        '"guard" needs the exec guard, which judges each program when it starts; this version has none',
        'write "escalate" or "block"',
      )]
      : []),
  ];
}

function problem(
  pointer: string,
  message: string,
  cure: string,
): PolicyProblem {
  return { severity: "error", pointer, message, cure };
}
