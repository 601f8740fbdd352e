// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Codex `.rules` -> a policy.
 *
 * `prefix_rule` says what a command begins with; the strictest rule wins, and
 * what no rule speaks of is left to Codex's approval mode. Source:
 * developers.openai.com, "Rules" (November 2026).
 *
 * @module
 */

import { ok, type Result } from "../../base/result.ts";
import { quoteWords } from "../../shell/quote.ts";
import type { PolicyRule } from "../schema.ts";
import { matchOfWords } from "./command_match.ts";
import {
  allowNote,
  type Imported,
  type ImportNote,
  type ImportOptions,
  type ImportProblem,
  sentence,
} from "./notes.ts";
import { ruleMaker } from "./rules.ts";
import {
  readStarlark,
  type StarlarkCall,
  type StarlarkValue,
} from "./starlark.ts";

/** Rules that one pattern with alternatives may become. */
const MAX_VARIANTS = 64;

/** Rules of a file. */
const MAX_RULES = 10_000;

/** What `decision` means here. */
const VERDICTS: ReadonlyMap<string, "escalate" | "block"> = new Map([
  ["prompt", "escalate"],
  ["forbidden", "block"],
]);

/** A call, and how to speak of it. */
interface Place {
  readonly call: StarlarkCall;
  readonly where: string;
  readonly item: string;
}

/** Imports the text of a `.rules` file. */
export function importCodex(
  text: string,
  options: ImportOptions,
): Result<Imported, ImportProblem> {
  const file = readStarlark(text);
  if (!file.ok) return file;
  const notes: ImportNote[] = [{
    kind: "looser",
    where: "the whole file",
    item: "what no rule speaks of",
    message:
      "There the approval mode decides; here it runs, contained, unless a rule refuses it",
  }];
  for (const { line, text: item } of file.value.others) {
    notes.push({
      kind: "not-carried",
      where: `line ${line}`,
      item,
      message: "Only calls are read; what a program would compute is not",
    });
  }
  const make = ruleMaker();
  const rules: PolicyRule[] = [];
  for (const call of file.value.calls) {
    const place = { call, where: `line ${call.line}`, item: itemOf(call) };
    if (rules.length >= MAX_RULES) {
      notes.push(left(place, `More than ${MAX_RULES} rules are not read`));
      break;
    }
    if (call.name === "prefix_rule") {
      rules.push(...readPrefixRule(place, { make, notes, options }));
    } else if (call.name === "network_rule") {
      rules.push(...readNetworkRule(place, { make, notes, options }));
    } else notes.push(left(place, OTHER_CALLS.get(call.name) ?? NO_MEANING));
  }
  return ok({
    document: {
      version: 1,
      extends: ["default"],
      ...(rules.length > 0 && { rules }),
    },
    notes,
  });
}

const NO_MEANING = "airg knows no call of this name";
const OTHER_CALLS: ReadonlyMap<string, string> = new Map([
  [
    "host_executable",
    "A program is known by its name here, wherever it lies",
  ],
  ["load", "Other files are not read; import each by itself"],
]);

interface Making {
  readonly make: ReturnType<typeof ruleMaker>;
  readonly notes: ImportNote[];
  readonly options: ImportOptions;
}

function readPrefixRule(place: Place, making: Making): PolicyRule[] {
  const { call, where, item } = place;
  const { notes, options } = making;
  const variants = variantsOf(call.named.get("pattern") ?? call.plain[0]);
  if (typeof variants === "string") {
    notes.push(left(place, variants));
    return [];
  }
  const decision = textOf(call.named.get("decision")) ??
    (call.named.has("decision") ? "" : "allow");
  if (decision === "allow") {
    const worst = variants.map((words) =>
      allowNote({ where, item }, quoteWords(words), options)
    );
    const refused = worst.find(({ kind }) => kind === "stays-refused");
    notes.push(...[refused ?? worst[0]].filter((note) => note !== undefined));
    return [];
  }
  const verdict = VERDICTS.get(decision);
  if (verdict === undefined) {
    notes.push(left(place, "decision is none of allow, prompt, forbidden"));
    return [];
  }
  const examples = examplesOf(call.named.get("match"));
  const counterexamples = examplesOf(call.named.get("not_match"));
  const why = textOf(call.named.get("justification"));
  return variants.flatMap((words, i): PolicyRule[] => {
    const found = matchOfWords(words);
    if (!found.ok) {
      notes.push(left(place, found.error));
      return [];
    }
    const { match, example } = found.value;
    const { rule, missed, extra } = making.make({
      family: `codex.${decision}`,
      subject: words.join(" "),
      match,
      verdict,
      reason: `${
        why === undefined ? "" : `${why} `
      }(${decision} in ${options.file}, ${where}: ${item})`,
      // An example of a rule with alternatives speaks of one of them.
      examples: [
        ...new Set([example, ...(variants.length === 1 ? examples : [])]),
      ],
      counterexamples,
    });
    if (missed.includes(example)) {
      notes.push(
        left(place, `A rule of this kind would not match ${example}`),
      );
      return [];
    }
    notes.push(...exampleNotes(place, missed, i === 0 ? extra : []));
    return [rule];
  });
}

function exampleNotes(
  { where }: Place,
  missed: readonly string[],
  extra: readonly string[],
): ImportNote[] {
  return [
    ...missed.map((item): ImportNote => ({
      kind: "looser",
      where,
      item,
      message: "An example of theirs that the rule here does not match",
    })),
    ...extra.map((item): ImportNote => ({
      kind: "stricter",
      where,
      item,
      message:
        "Theirs does not match this; here options stand anywhere, so the rule does",
    })),
  ];
}

function readNetworkRule(place: Place, making: Making): PolicyRule[] {
  const { call, where, item } = place;
  const host = textOf(call.named.get("host"))?.toLowerCase() ?? "";
  const decision = textOf(call.named.get("decision")) ?? "";
  const verdict = VERDICTS.get(
    decision === "deny" ? "forbidden" : decision,
  );
  if (!/^[a-z0-9.-]+$/.test(host) || !/[a-z0-9]/.test(host)) {
    making.notes.push(left(place, "host is no domain"));
    return [];
  }
  if (decision === "allow") {
    making.notes.push(allowNote(place, undefined, making.options));
    return [];
  }
  if (verdict === undefined) {
    making.notes.push(left(place, "decision is none of allow, prompt, deny"));
    return [];
  }
  const { rule } = making.make({
    family: `codex.${decision}`,
    subject: `host ${host}`,
    match: { host },
    verdict,
    reason: `${
      textOf(call.named.get("justification")) ?? ""
    } (${decision} in ${making.options.file}, ${where}: ${item})`.trim(),
    examples: [`curl https://${host}/`],
  });
  return [rule];
}

/** Every way through the alternatives of a pattern, or what is wrong with it. */
function variantsOf(
  pattern: StarlarkValue | undefined,
): readonly (readonly string[])[] | string {
  if (pattern?.kind !== "list" || pattern.items.length === 0) {
    return "pattern is no list of words";
  }
  let variants: string[][] = [[]];
  for (const element of pattern.items) {
    const options = element.kind === "list"
      ? element.items.map(textOf)
      : [textOf(element)];
    const known = options.filter((text) => text !== undefined);
    if (known.length === 0 || known.length < options.length) {
      return "pattern holds something else than words and lists of words";
    }
    if (variants.length * known.length > MAX_VARIANTS) {
      return `its alternatives make more than ${MAX_VARIANTS} rules`;
    }
    variants = variants.flatMap((words) =>
      known.map((word) => [...words, word])
    );
  }
  return variants;
}

/** Examples as shell text. */
function examplesOf(value: StarlarkValue | undefined): string[] {
  if (value?.kind !== "list") return [];
  return value.items.flatMap((example) => {
    if (example.kind === "string") {
      return example.text === "" ? [] : [example.text];
    }
    if (example.kind !== "list") return [];
    const words = example.items.map(textOf).filter((text) =>
      text !== undefined
    );
    const whole = words.length === example.items.length && words.length > 0;
    return whole && !words.some((word) => word.includes("\0"))
      ? [quoteWords(words)]
      : [];
  });
}

function itemOf({ name, named, plain }: StarlarkCall): string {
  const pattern = named.get("pattern") ?? named.get("host") ?? plain[0];
  return `${name}(${pattern === undefined ? "" : shown(pattern)})`;
}

function shown(value: StarlarkValue): string {
  if (value.kind === "unknown") return "?";
  if (value.kind === "string") return JSON.stringify(value.text);
  return `[${value.items.map(shown).join(", ")}]`;
}

function textOf(value: StarlarkValue | undefined): string | undefined {
  return value?.kind === "string" ? value.text : undefined;
}

function left({ where, item }: Place, message: string): ImportNote {
  return {
    kind: "not-carried",
    where,
    item,
    message: sentence(message),
  };
}
