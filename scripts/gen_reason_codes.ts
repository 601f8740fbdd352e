// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes the part of `docs/reason-codes.md` that lists the codes of the rules
 * that ship: one table a policy or pack.
 *
 * @module
 */

import { type PolicyDocument, SHIPPED } from "../src/policy/schema.ts";
import { markdownTable } from "./markdown_table.ts";

const HEADING = "## From the policies that ship";
const HEADER = ["code", "verdict", "meaning", "instead"];

/** The page with its last part written anew. */
export function reasonCodesText(
  page: string,
  find: (name: typeof SHIPPED[number]) => PolicyDocument,
): string {
  const written = page.slice(0, page.indexOf(HEADING));
  const parts = SHIPPED.flatMap((name) => {
    const { rules = [] } = find(name);
    if (rules.length === 0) return [];
    const rows = rules.map(({ id, verdict, reason, remedy }) => [
      `\`${id.replaceAll("-", "_")}\``,
      typeof verdict === "string" ? verdict : "throttle",
      reason,
      remedy ?? "",
    ]);
    return [`### ${name}\n\n${markdownTable(HEADER, rows)}\n`];
  });
  const intro = "Written by `deno task gen` from `policies/`.";
  return `${written}${HEADING}\n\n${intro}\n\n${parts.join("\n")}`;
}
