// Copyright 2026 the airg authors. Apache-2.0 license.
// corpus.jsonl: what people and attackers wrote, with the right verdict. Lines
// that only containment can stop, or that need what is in a script, are not in it.
import assert from "node:assert/strict";
import { judge, policyOf } from "./judge.ts";

interface Line {
  readonly id: string;
  readonly command: string;
  readonly policy: "legacy" | "default";
  readonly expect: "allow" | "confirm" | "block";
  readonly why: string;
  readonly policy_hint?: Readonly<Record<string, unknown>>;
  readonly symlink?: Readonly<Record<string, string>>;
}

const here = (name: string) => new URL(name, import.meta.url);
const legacy: Record<string, unknown> = JSON.parse(
  Deno.readTextFileSync(here("legacy-shipped.json")),
);
const lines: Line[] = Deno.readTextFileSync(here("corpus.jsonl")).trim()
  .split("\n").map((line) => JSON.parse(line));

for (const line of lines) {
  const verb = line.expect === "allow" ? "allows" : "does not allow";
  Deno.test(`the ${line.policy} policy ${verb} ${line.id}: ${line.why}`, () => {
    const policy = policyOf(
      line.policy === "default"
        ? { version: 1, extends: ["default"] }
        : overlay(legacy, line.policy_hint ?? {}),
    );
    const text = line.command.replaceAll("@TMP@", "/tmp")
      .replaceAll("@STATE@", "/state")
      .replaceAll("@CONFIG@", "/home/ann/.config/ai-runtime-guard");
    const { verdict, reasons } = judge(policy, text, line.symlink);
    const told = `${line.command}\n${verdict}: ${reasons[0]?.message}`;
    assert.equal(verdict === "allow", line.expect === "allow", told);
  });
}

/** A key that ends in `+` appends to the list; others replace. */
function overlay(base: unknown, hint: object): Record<string, unknown> {
  const merged: Record<string, unknown> = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(hint)) {
    const name = key.replace(/\+$/, "");
    const old = merged[name];
    if (name !== key && Array.isArray(old)) merged[name] = [...old, ...value];
    else merged[name] = isObject(value) ? overlay(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
