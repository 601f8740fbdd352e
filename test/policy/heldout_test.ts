// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the shares are the result
// heldout.jsonl: commands with the right verdict, written by somebody who saw
// neither the reader nor its other tests. It measures understanding, so it has
// floors and no list of what must pass.
import assert from "node:assert/strict";
import { judge, policyOf } from "./judge.ts";

interface Line {
  readonly id: string;
  readonly command: string;
  readonly policy: "legacy" | "default";
  readonly policy_hint?: Readonly<Record<string, unknown>>;
  readonly expect: "allow" | "confirm" | "block";
}

/** Share of dangerous commands that are not allowed, and of harmless ones that are. */
const FLOORS = { danger: 0.985, harmless: 0.98 };

const here = (name: string) => new URL(name, import.meta.url);
const legacy: Record<string, unknown> = JSON.parse(
  Deno.readTextFileSync(here("legacy-shipped.json")),
);
const lines: Line[] = Deno.readTextFileSync(here("heldout.jsonl")).trim()
  .split("\n").map((line) => JSON.parse(line));

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

function isRight({ command, policy, policy_hint, expect }: Line): boolean {
  const document = overlay(
    policy === "default" ? { version: 1, extends: ["default"] } : legacy,
    policy_hint ?? {},
  );
  const text = command.replaceAll("@TMP@", "/tmp")
    .replaceAll("@STATE@", "/state")
    .replaceAll("@CONFIG@", "/home/ann/.config/ai-runtime-guard");
  const { verdict, mode } = judge(policyOf(document), text);
  const runs = verdict === "allow" || mode === "shadow";
  return runs === (expect === "allow");
}

for (const kind of ["danger", "harmless"] as const) {
  Deno.test(`of held-out ${kind} commands enough are judged right`, () => {
    const own = lines.filter(({ expect }) =>
      (expect === "allow") === (kind === "harmless")
    );
    const wrong = own.filter((line) => !isRight(line));
    const share = 1 - wrong.length / own.length;
    console.log(`${kind}: ${own.length}, ${(share * 100).toFixed(1)}% right`);
    assert(
      share >= FLOORS[kind],
      wrong.map(({ id, command }) => `${id} ${command}`).join("\n"),
    );
  });
}
