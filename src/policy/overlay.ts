// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A policy for one agent or one workspace: laid over the operator's, and only
 * ever tighter. Objects recurse, scalars and lists replace, rules add up.
 *
 * What would loosen is left out and told, with both values. Of a list only the
 * entries that loosen are left out, so that the rest of it still tightens.
 *
 * @module
 */

import { isObject, mergePolicies } from "./merge.ts";
import type { PolicyDocument, PolicyOverlay, PolicyRule } from "./schema.ts";
import type { PolicyProblem } from "./settings.ts";
import { networkOf } from "./settings_of.ts";
import { describeOrder, type Order, TIGHTER } from "./tighter.ts";

/** Whose overlay it is: an agent's may loosen what `overridable` lists. */
export type OverlayKind = { readonly agent: string } | "workspace";

/** The policy with the overlay on it, and what of the overlay was left out. */
export interface Overlaid {
  readonly document: PolicyDocument;
  readonly refused: readonly PolicyProblem[];
}

/** What becomes of one setting. */
interface Weighed {
  /** What is applied; absent: nothing. */
  readonly value?: unknown;
  readonly refusal?: string;
}

/** Sections that no overlay may have, whatever they say. */
const REFUSED = ["audit", "reports", "backup_access", "restore", "telemetry"];

/** Keys of the file itself. */
const SKIPPED = ["$schema", "version"];

/**
 * Lays `top` over `base`.
 *
 * @param base With everything it extends in it (builtin.ts, `withExtended`).
 */
export function overlay(
  base: PolicyDocument,
  top: PolicyOverlay,
  kind: OverlayKind,
): Overlaid {
  const prefix = kind === "workspace"
    ? ""
    : `/agent_overrides/${escapeKey(kind.agent)}/policy`;
  const full: PolicyDocument = {
    ...base,
    sandbox: { ...base.sandbox, network: networkOf(base) },
  };
  const free = kind === "workspace" ? [] : base.overridable ?? [];
  const refused: PolicyProblem[] = [];
  const refuse = (pointer: string, message: string, cure: string): void => {
    refused.push({
      severity: "error",
      pointer: prefix + pointer,
      message,
      cure,
    });
  };
  const take = (value: unknown, pointer: string): unknown => {
    if (value === undefined) return undefined;
    const order = TIGHTER[pointer];
    if (order === undefined && isObject(value)) {
      return takeKeys(value, pointer);
    }
    if (free.some((own) => `${pointer}/`.startsWith(`${own}/`))) return value;
    const before = valueAt(full, pointer);
    const weighed = order === undefined
      ? { refusal: "an overlay cannot have it" }
      : weigh(order, { before, after: value, base: full, top });
    if (weighed.refusal !== undefined) {
      refuse(
        pointer,
        `${pointer} would loosen the policy from ${shown(before, order)} to ${
          shown(value)
        }: ${weighed.refusal}`,
        kind === "workspace"
          ? "leave it out; only the operator's own policy can loosen"
          : `leave it out, or list "${pointer}" under "overridable" in the same file`,
      );
    }
    return weighed.value;
  };
  const takeKeys = (
    value: Readonly<Record<string, unknown>>,
    pointer: string,
  ): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => {
        const kept = take(inner, `${pointer}/${escapeKey(key)}`);
        return kept === undefined ? [] : [[key, kept]];
      }),
    );
  for (const key of REFUSED.filter((name) => name in top)) {
    refuse(
      `/${key}`,
      `"${key}" cannot stand in an overlay: it holds for everybody`,
      "leave it out; the operator's own policy has it",
    );
  }
  const { rules = [], ...sections } = top;
  const settings = Object.fromEntries(
    Object.entries(sections).filter(([key]) =>
      !REFUSED.includes(key) && !SKIPPED.includes(key)
    ),
  );
  const accepted = takeKeys(settings, "") as PolicyOverlay;
  const added = newRules(base, rules, kind, refuse);
  return {
    document: withNetwork(full, accepted, added),
    refused,
  };
}

function newRules(
  base: PolicyDocument,
  rules: readonly PolicyRule[],
  kind: OverlayKind,
  refuse: (pointer: string, message: string, cure: string) => void,
): PolicyRule[] {
  const taken = new Map(base.rules?.map((rule) => [rule.id, rule]));
  const pack = kind === "workspace" ? "workspace" : `agent:${kind.agent}`;
  return rules.flatMap((rule, i) => {
    if (rule.over !== undefined) {
      refuse(
        `/rules/${i}/over`,
        `"${rule.id}" would loosen the policy: an overlay's rule answers no other rule`,
        "leave the rule out; only the operator's own policy can loosen",
      );
      return [];
    }
    const own = taken.get(rule.id);
    if (own === undefined) {
      const { profile, ...rest } = rule;
      if (profile === undefined || profile === "readonly") {
        return [{ ...rule, pack }];
      }
      refuse(
        `/rules/${i}/profile`,
        `an overlay's rule cannot give the profile "${profile}": only "readonly" is tighter`,
        'leave it out, or write "readonly"',
      );
      return [{ ...rest, pack }];
    }
    refuse(
      `/rules/${i}/id`,
      `"${rule.id}" is a rule of the policy below (${
        own.pack ?? "policy"
      }/${own.id}): an overlay adds rules and replaces none`,
      "give it another id",
    );
    return [];
  });
}

/**
 * `network` can imply `sandbox.network`: here it never implies a milder one
 * than the base has.
 */
function withNetwork(
  base: PolicyDocument,
  accepted: PolicyOverlay,
  added: readonly PolicyRule[],
): PolicyDocument {
  const merged = mergePolicies(base, { ...accepted, rules: [...added] });
  if (accepted.sandbox?.network !== undefined) return merged;
  const { network: _, ...rest } = merged.sandbox ?? {};
  const implied = networkOf({ ...merged, sandbox: rest });
  const order = TIGHTER["/sandbox/network"];
  const tightens = accepted.network !== undefined &&
    order?.kind === "rank" &&
    order.values.indexOf(implied) >
      order.values.indexOf(base.sandbox?.network);
  return tightens
    ? { ...merged, sandbox: { ...merged.sandbox, network: implied } }
    : merged;
}

/** Weighs one setting. */
function weigh(order: Order, { before, after, base, top }: {
  readonly before: unknown;
  readonly after: unknown;
  readonly base: PolicyDocument;
  readonly top: PolicyOverlay;
}): Weighed {
  const refusal = describeOrder(order);
  switch (order.kind) {
    case "rank": {
      const { values, unset } = order;
      return values.indexOf(after) >= values.indexOf(before ?? unset)
        ? { value: after }
        : { refusal };
    }
    case "lower":
    case "higher": {
      const [old, own] = [Number(before ?? order.unset), Number(after)];
      return (order.kind === "lower" ? own <= old : own >= old)
        ? { value: after }
        : { refusal };
    }
    case "more": {
      const elsewhere = order.or === undefined
        ? []
        : textsOf(valueAt(top, order.or));
      const own = textsOf(after);
      const lost = textsOf(before).filter((entry) =>
        ![...own, ...elsewhere].some((wide) => order.covers(wide, entry))
      );
      return {
        value: [...own, ...lost],
        ...(lost.length > 0 && { refusal }),
      };
    }
    case "fewer": {
      if (order.used?.(base) === false) return { value: after };
      const own = textsOf(after);
      const kept = own.filter((entry) =>
        textsOf(before).some((wide) => order.covers(wide, entry))
      );
      return {
        value: kept,
        ...(kept.length < own.length && { refusal }),
      };
    }
    case "only":
      return after === order.value || after === (before ?? order.unset)
        ? { value: after }
        : { refusal };
    case "same": {
      if (!isObject(after)) {
        return after === before ? { value: after } : { refusal };
      }
      const old = isObject(before) ? before : {};
      const entries = Object.entries(after);
      return entries.every(([name, value]) => old[name] === value)
        ? { value: after }
        : { refusal };
    }
    case "budgets":
      return budgetsOf(before).every((old) =>
          budgetsOf(after).some((own) => isTighterBudget(old, own))
        )
        ? { value: after }
        : { refusal };
  }
}

type Budget = NonNullable<PolicyOverlay["throttle"]>[number];

/** Waiting lets a call through later, so `fail` is tighter. */
function isTighterBudget(old: Budget, own: Budget): boolean {
  return own.per === old.per && own.window === old.window &&
    own.limit <= old.limit &&
    (own.on_excess !== "wait" || old.on_excess === "wait");
}

function budgetsOf(value: unknown): readonly Budget[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((entry) => typeof entry === "string")
    : [];
}

function valueAt(root: unknown, pointer: string): unknown {
  let at = root;
  for (const key of pointer.split("/").slice(1)) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function shown(value: unknown, order?: Order): string {
  const unset = order !== undefined && "unset" in order
    ? order.unset === Infinity ? "no limit" : JSON.stringify(order.unset)
    : "nothing";
  const text = value === undefined
    ? `${unset} (the default)`
    : JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
