// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg sandbox-check --deep`: tries the escape recipes on this machine, each
 * through a whole `airg run` of its own kind, and reports what held.
 *
 * Everything happens in a private scratch folder with a scratch home; recipes
 * that would touch more are skipped with their reason.
 *
 * @module
 */

import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import { RECIPES, runsOf } from "../../sandbox/recipes/all.ts";
import { knownEscape } from "../../sandbox/recipes/known.ts";
import { NOT_TRIED } from "../../sandbox/recipes/not_tried.ts";
import type { Recipe } from "../../sandbox/recipes/recipe.ts";
import { INTERPRETERS } from "../../sandbox/recipes/script.ts";
import type { ProbeReport } from "../../sandbox/probe.ts";
import { VERSION } from "./build_info.ts";
import type { Context } from "./command.ts";
import { makeGround } from "./scratch_ground.ts";
import {
  controlsOf,
  openTrial,
  type Trial,
  type Verdict,
  type Verdicts,
} from "./trial.ts";

/** What one recipe came to on this machine. */
export interface RecipeResult {
  readonly id: string;
  /** Number in the list of recipes of docs/threat-model.md, where it has one. */
  readonly number?: number;
  readonly tries: string;
  /** `known`: it works, and this version says so. */
  readonly status: "held" | "escaped" | "known" | "skipped";
  /** How it was refused, why it was skipped, or what it did. */
  readonly why: string;
}

/** What this machine can do, and what was tried on it; no time, no path, so that two runs compare. */
export interface CapabilityReport {
  readonly version: 1;
  readonly airg: string;
  readonly kernel: string;
  readonly arch: string;
  readonly runsAs: "root" | "user";
  readonly rung: ProbeReport["rung"];
  readonly checks: ProbeReport["checks"];
  readonly recipes: readonly RecipeResult[];
}

/** A report as it is saved and recorded. */
export interface SavedReport {
  readonly time: string;
  /** `sha256:` over the canonical JSON of `report`. */
  readonly hash: string;
  readonly report: CapabilityReport;
}

/** The hash that names a report. */
export function reportHash(report: CapabilityReport): string {
  return `sha256:${sha256Hex(canonicalJson(report))}`;
}

/** Tries every recipe that may be tried here. */
export async function deepReport(
  probed: ProbeReport,
  context: Context,
  recipes: readonly Recipe[] = RECIPES,
): Promise<CapabilityReport> {
  return {
    version: 1,
    airg: VERSION,
    kernel: Deno.osRelease(),
    arch: Deno.build.arch,
    runsAs: Deno.uid() === 0 ? "root" : "user",
    rung: probed.rung,
    checks: probed.checks,
    recipes: [
      ...await tryRecipes(probed, context, recipes),
      ...NOT_TRIED.map(({ number, tries, why }): RecipeResult => ({
        id: `not-tried-${number}`,
        number,
        tries,
        status: "skipped",
        why,
      })),
    ],
  };
}

async function tryRecipes(
  probed: ProbeReport,
  context: Context,
  recipes: readonly Recipe[],
): Promise<RecipeResult[]> {
  const lacks = whyNone(probed);
  if (lacks !== undefined) {
    return recipes.map((recipe) => skipped(recipe, lacks));
  }
  const ground = await makeGround(context);
  try {
    const trial = await openTrial(ground);
    try {
      return await tryEach(trial, recipes);
    } finally {
      await trial.close();
    }
  } finally {
    await ground.remove();
  }
}

async function tryEach(
  trial: Trial,
  recipes: readonly Recipe[],
): Promise<RecipeResult[]> {
  const results = new Map<string, RecipeResult>();
  const tried = recipes.filter((recipe) => {
    const why = whyNot(recipe);
    if (why !== undefined) results.set(recipe.id, skipped(recipe, why));
    return why === undefined;
  });
  for (const run of runsOf(tried).values()) {
    const controls = await controlsIn(trial, run);
    const contained = await trial.contained(run);
    for (const recipe of run) {
      const [control, verdict] = [controls, contained].map((verdicts) =>
        verdicts.get(recipe.id)
      );
      results.set(recipe.id, resultOf(recipe, control, verdict));
    }
  }
  return recipes.flatMap(({ id }) => results.get(id) ?? []);
}

async function controlsIn(
  trial: Trial,
  run: readonly Recipe[],
): Promise<Verdicts> {
  const all = new Map<string, Verdict>();
  for (const part of controlsOf(run)) {
    for (const [id, one] of await trial.controls(part)) all.set(id, one);
  }
  return all;
}

function resultOf(
  recipe: Recipe,
  control: Verdict | undefined,
  verdict: Verdict | undefined,
): RecipeResult {
  const { id, number, tries, denial } = recipe;
  const head = { id, ...(number !== undefined && { number }), tries };
  if (verdict?.escaped === undefined) {
    return {
      ...head,
      status: "skipped",
      why: "the contained run did not reach it",
    };
  }
  if (verdict.escaped) {
    const known = knownEscape(id, Deno.uid() ?? 0, false);
    return known === undefined
      ? { ...head, status: "escaped", why: "it worked inside" }
      : { ...head, status: "known", why: known };
  }
  if (control?.escaped !== true) {
    return {
      ...head,
      status: "skipped",
      why: "it does not work uncontained either on this machine",
    };
  }
  return { ...head, status: "held", why: denial };
}

function skipped({ id, number, tries }: Recipe, why: string): RecipeResult {
  return {
    id,
    ...(number !== undefined && { number }),
    tries,
    status: "skipped",
    why,
  };
}

function whyNone({ rung }: ProbeReport): string | undefined {
  if (rung === "none") return "no containment holds here";
  const missing = Object.values(INTERPRETERS).find((path) => !isFile(path));
  return missing === undefined ? undefined : `${missing} is not installed`;
}

function whyNot({ notDeep, rootOnly }: Recipe): string | undefined {
  if (notDeep !== undefined) return notDeep;
  return rootOnly && Deno.uid() !== 0 ? "only root could do it" : undefined;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Lines for a terminal: what did not hold first. */
export function deepText({ report, hash }: SavedReport): string {
  const order: RecipeResult["status"][] = [
    "escaped",
    "known",
    "skipped",
    "held",
  ];
  const count = (status: RecipeResult["status"]) =>
    report.recipes.filter((recipe) => recipe.status === status).length;
  const lines = order.flatMap((status) =>
    report.recipes.filter((recipe) => recipe.status === status)
      .map(({ id, number, tries, why }) =>
        `${status.padEnd(9)}  ${
          (number === undefined ? "" : `#${number}`).padEnd(4)
        } ${id.padEnd(34)}  ${tries}: ${why}`
      )
  );
  return [
    `kernel ${report.kernel} on ${report.arch}, as ${report.runsAs}`,
    "",
    ...lines,
    "",
    `${count("held")} held, ${count("escaped")} escaped, ${
      count("known")
    } known to work in this version, ${count("skipped")} skipped`,
    `report: ${hash}`,
  ].join("\n");
}
