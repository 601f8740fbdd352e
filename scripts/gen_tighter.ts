// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes the part of `policies/README.md` that says, for each setting, what
 * makes an overlay tighter.
 *
 * @module
 */

import { describeOrder, TIGHTER } from "../src/policy/tighter.ts";
import { markdownTable } from "./markdown_table.ts";

const HEADING = "## What is tighter";

/** The page with its last part written anew. */
export function tighterText(page: string): string {
  const written = page.slice(0, page.indexOf(HEADING));
  const rows = Object.entries(TIGHTER).map(([pointer, order]) => [
    `\`${pointer}\``,
    describeOrder(order),
    "unset" in order
      ? order.unset === Infinity
        ? "no limit"
        : `\`${JSON.stringify(order.unset)}\``
      : "nothing",
  ]);
  const table = markdownTable(["setting", "rule", "where unset"], rows);
  const intro = "Written by `deno task gen` from `src/policy/tighter.ts`.";
  return `${written}${HEADING}\n\n${intro}\n\n${table}\n`;
}
