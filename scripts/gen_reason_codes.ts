// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes the part of `docs/reason-codes.md` that lists the codes of the rules
 * that ship: one table a policy or pack.
 *
 * @module
 */

import { type PolicyDocument, SHIPPED } from "../src/policy/schema.ts";

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
    return [`### ${name}\n\n${table(rows)}\n`];
  });
  const intro = "Written by `deno task gen` from `policies/`.";
  return `${written}${HEADING}\n\n${intro}\n\n${parts.join("\n")}`;
}

/** As `deno fmt` wants it: every column as wide as its widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const all = [HEADER, ...rows].map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|"))
  );
  const widths = HEADER.map((_, i) =>
    Math.max(3, ...all.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [header = [], ...body] = all;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(header), rule, ...body.map(line)].join("\n");
}
