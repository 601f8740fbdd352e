// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the kernel refused, from a command's own words compared with its profile
 * (pure).
 *
 * These are signs, not proof: a program may print such a line for another
 * reason, and one that was refused may stay silent. The kernel's own list
 * (Landlock's audit records) can only be read by root, so it is not used.
 *
 * @module
 */

import type { Denial } from "../action/outcome.ts";
import type { Limits } from "../../sandbox/profile.ts";
import {
  absoluteFrom,
  hiddenRule,
  type PathRule,
  type RefusalSite,
  writeRule,
} from "./refusal_rules.ts";
import {
  CALL_WORDS,
  candidatesIn,
  hostIn,
  type Sign,
  signOf,
} from "./refusal_signs.ts";

/** How many are kept; a log full of them says nothing more. */
const MAX_DENIALS = 10;
/** UTF-16 code units kept of one line. */
const MAX_LENGTH = 300;
/** Lines that are looked at; the last ones, where errors stand. */
const MAX_LINES = 5_000;

/** What a command's `stderr` says was refused, each once. */
export function denialsIn(stderr: string, site: RefusalSite): Denial[] {
  const found = new Map<string, Denial>();
  for (const line of stderr.split("\n").slice(-MAX_LINES)) {
    const text = line.trim().slice(0, MAX_LENGTH);
    const sign = signOf(text);
    const denial = sign && denialOf(sign, text, site);
    if (denial === undefined) continue;
    const key = `${denial.what} ${denial.subject} ${denial.rule}`;
    if (!found.has(key)) found.set(key, denial);
    if (found.size === MAX_DENIALS) break;
  }
  return [...found.values()];
}

/** A denial as one sentence: what, why, and what would allow it. */
export function denialText(denial: Denial): string {
  const { subject, why, rule, change, said } = denial;
  const what = subject === "" ? why : `${subject}: ${why}`;
  const cure = change === undefined
    ? `no setting allows it`
    : `allowed by ${changeText(change)}`;
  return `${what} (${rule}; ${cure}): ${said}`;
}

/** A change of the policy in words. */
function changeText(change: NonNullable<Denial["change"]>): string {
  const { pointer } = change;
  const name = pointer.slice(1).replaceAll("/", ".");
  if ("add" in change) return `adding "${change.add}" to ${name}`;
  if ("remove" in change) return `taking "${change.remove}" out of ${name}`;
  return `${name}: ${change.set}`;
}

function denialOf(
  sign: Sign,
  said: string,
  site: RefusalSite,
): Denial | undefined {
  switch (sign.kind) {
    case "network":
      return networkDenial(said, site);
    case "limit":
      return limitDenial(sign.limit, said, site);
    case "missing": {
      const rule = firstRule(said, site, hiddenRule);
      return rule && { what: "path", ...rule, said };
    }
    case "path":
      return pathDenial(sign.how, said, site);
    case "copy":
      return {
        what: "call",
        subject: "",
        rule: "file systems",
        why: sign.why,
        said,
      };
    case "call":
      return callDenial(said, site);
  }
}

function networkDenial(said: string, site: RefusalSite): Denial | undefined {
  if (site.profile.network === "open") return undefined;
  return {
    what: "host",
    subject: hostIn(said) ?? "",
    rule: "/sandbox/network",
    why: "the run has no network, and a loopback of its own",
    change: { pointer: "/sandbox/network", set: '"open"' },
    said,
  };
}

/** Where each limit is set. */
const LIMIT_KEYS: Readonly<Record<keyof Limits, string>> = {
  openFiles: "open_files",
  processes: "processes",
  fileSize: "file_size_bytes",
  addressSpace: "address_space_bytes",
  dataSize: "memory_bytes",
  memory: "memory_bytes",
  swap: "swap_bytes",
  processors: "processors",
  cpuSeconds: "cpu_seconds",
  temporarySize: "temporary_bytes",
};

function limitDenial(
  limit: keyof Limits,
  said: string,
  { profile }: RefusalSite,
): Denial | undefined {
  const value = profile.limits[limit];
  if (value === undefined) return undefined;
  const pointer = `/sandbox/limits/${LIMIT_KEYS[limit]}`;
  return {
    what: "limit",
    subject: "",
    rule: pointer,
    why: `the limit of ${value} may have been reached`,
    change: { pointer, set: "a larger number" },
    said,
  };
}

function pathDenial(
  how: "refused" | "read-only" | "busy",
  said: string,
  site: RefusalSite,
): Denial | undefined {
  const hidden = how === "refused"
    ? firstRule(said, site, hiddenRule)
    : undefined;
  const rule = hidden ?? firstRule(said, site, writeRule);
  if (rule !== undefined) return { what: "path", ...rule, said };
  return {
    what: "path",
    subject: "",
    rule: "not known",
    why: how === "refused"
      ? "access to a hidden or protected path, or the file's own mode"
      : how === "read-only"
      ? "a write outside the workspace"
      : "moving or removing a protected path",
    said,
  };
}

function callDenial(said: string, site: RefusalSite): Denial {
  const rule = firstRule(said, site, pinnedOnly);
  if (rule !== undefined) return { what: "path", ...rule, said };
  const lower = said.toLowerCase();
  const call = CALL_WORDS.find(([word]) => lower.includes(word))?.[1];
  return {
    what: "call",
    subject: "",
    rule: "built-in list of system calls",
    why: call === undefined
      ? "an operation the sandbox refuses"
      : `the sandbox refuses ${call}`,
    said,
  };
}

function pinnedOnly(path: string, site: RefusalSite): PathRule | undefined {
  const rule = writeRule(path, site);
  return rule?.rule === "/sandbox/write/roots" ? undefined : rule;
}

/** The first word of a line that a rule speaks of. */
function firstRule(
  said: string,
  site: RefusalSite,
  ruleOf: (path: string, site: RefusalSite) => PathRule | undefined,
): PathRule | undefined {
  for (const word of candidatesIn(said)) {
    // A word without a slash is a name only where messages put names.
    if (!word.includes("/") && !word.startsWith(".")) continue;
    if (word.includes(" ") && !word.startsWith("/")) continue;
    const path = absoluteFrom(word, site);
    const rule = path === undefined ? undefined : ruleOf(path, site);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
