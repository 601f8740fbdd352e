// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The part of `airg sandbox-check --deep` that talks: runs, saves, prints.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import {
  meetsRequire,
  type ProbeReport,
  probeText,
} from "../../sandbox/probe.ts";
import type { Context } from "./command.ts";
import { EXIT_UNAVAILABLE } from "./exit.ts";
import {
  deepReport,
  deepText,
  reportHash,
  type SavedReport,
} from "./sandbox_deep.ts";
import { saveReport } from "./saved_report.ts";
import { notify } from "./terminal.ts";

/** Status when a recipe got out that this version does not know of. */
const EXIT_ESCAPED = 1;

/** Tries, saves and prints. @returns The exit status. */
export async function checkDeeply(
  probed: ProbeReport,
  json: boolean,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const report = await deepReport(probed, context);
  const saved: SavedReport = {
    time: new Date(systemClock()).toISOString(),
    hash: reportHash(report),
    report,
  };
  const path = await saveReport(context.surroundings, saved);
  const requireMet = meetsRequire(probed);
  terminal.out(
    json
      ? JSON.stringify({ ...saved, requireMet })
      : `${probeText(probed)}\n${deepText(saved)}\nlevel require: ${
        requireMet ? "met" : "not met"
      }`,
  );
  notify(terminal, `the report is in ${path}`);
  if (!requireMet) return EXIT_UNAVAILABLE;
  return report.recipes.some(({ status }) => status === "escaped")
    ? EXIT_ESCAPED
    : 0;
}
