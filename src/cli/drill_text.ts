// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A drill's result as lines for a person.
 *
 * @module
 */

import { printable } from "../base/printable.ts";
import type { DrillReport } from "./drill.ts";

/** A line an action, what got through first. */
export function drillText(report: DrillReport): string {
  const { results, policy, agent } = report;
  const through = results.filter(({ stoppedBy }) => stoppedBy === "nothing");
  const held = results.filter(({ stoppedBy }) => stoppedBy !== "nothing");
  const width = Math.max(0, ...results.map(({ id }) => id.length));
  const lines = [...through, ...held].map((result) =>
    [
      (result.stoppedBy === "nothing" ? "THROUGH" : result.stoppedBy)
        .padEnd(11),
      result.verdict.padEnd(8),
      result.id.padEnd(width),
      `${result.does} (${printable(result.code)})`,
    ].join("  ")
  );
  return [
    printable(`policy ${policy.path} ${policy.hash}, agent ${agent}`),
    "",
    ...lines,
    "",
    report.ordinary
      ? "ordinary work goes on"
      : "ORDINARY WORK DOES NOT RUN: the rest proves nothing",
    `${held.length} of ${results.length} refused: ${
      report.passed ? "passed" : "FAILED"
    }`,
  ].join("\n");
}
