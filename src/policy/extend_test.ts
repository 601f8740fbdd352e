// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { resolveExtends } from "./extend.ts";
import type { PolicyDocument, ShippedName } from "./schema.ts";

function rule(id: string, mode?: "enforce" | "shadow") {
  return {
    id,
    match: { program: id },
    verdict: "block" as const,
    reason: "r",
    ...(mode !== undefined && { mode }),
  };
}

const shipped: Partial<Record<ShippedName, PolicyDocument>> = {
  "pack:git": { version: 1, rules: [rule("g")] },
  "default": {
    version: 1,
    extends: ["pack:git"],
    unknown: "escalate",
    sandbox: { network: "deny", read: { hidden: [".env"] } },
  },
  "observe": { version: 1, mode: "shadow", extends: ["default"] },
};

function resolved(document: PolicyDocument): PolicyDocument {
  return resolveExtends(document, "policy", (name) => shipped[name] ?? {});
}

function names({ rules = [] }: PolicyDocument): string[] {
  return rules.map(({ pack, id, mode }) =>
    `${pack}/${id} ${mode ?? "enforce"}`
  );
}

Deno.test("what is extended comes first, and the document lies over it", () => {
  const { rules, ...rest } = resolved({
    version: 1,
    extends: ["default"],
    rules: [rule("own")],
    sandbox: { network: "open" },
  });
  assert.deepEqual(names({ rules }), ["git/g enforce", "policy/own enforce"]);
  assert.deepEqual(rest, {
    version: 1,
    unknown: "escalate",
    sandbox: { network: "open", read: { hidden: [".env"] } },
  });
});

Deno.test.each(
  [
    { names: ["default", "pack:git"], want: ["git/g enforce"] },
    { names: ["pack:git", "pack:git"], want: ["git/g enforce"] },
    { names: ["observe"], want: ["git/g shadow"] },
    { names: ["observe", "pack:git"], want: ["git/g enforce"] },
    { names: ["pack:git", "observe"], want: ["git/g enforce"] },
  ] as const,
)("extends $names", ({ names: list, want }) => {
  const document = resolved({ version: 1, extends: [...list] });
  assert.deepEqual(names(document), want);
});

Deno.test("mode: shadow covers the document and what it extends, not what extends it", () => {
  const shadow = resolved({
    version: 1,
    mode: "shadow",
    extends: ["default"],
    rules: [rule("own", "enforce")],
  });
  assert.deepEqual(names(shadow), ["git/g shadow", "policy/own shadow"]);
  const over = resolved({
    version: 1,
    extends: ["observe"],
    rules: [rule("own")],
  });
  assert.deepEqual(names(over), ["git/g shadow", "policy/own enforce"]);
  assert.equal(over.mode, "shadow");
});
