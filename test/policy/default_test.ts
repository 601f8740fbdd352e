// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  DEFAULT_POLICY_TEXT,
  defaultDocument,
} from "../../src/policy/builtin.ts";
import { checkExamples } from "../../src/policy/examples.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { schemaText } from "../../scripts/gen_schema.ts";

Deno.test("the default policy's rules do what their examples say", () => {
  assert.deepEqual(checkExamples(defaultDocument()), []);
});

Deno.test("every rule of the default policy has a severity and an example each way", () => {
  for (
    const { id, severity, examples } of defaultDocument().rules ?? []
  ) {
    assert(severity, id);
    assert(examples?.match?.length, id);
    assert(examples?.no_match?.length, id);
  }
});

Deno.test("the default policy asks for nothing that is not enforced", () => {
  const parsed = parsePolicy(DEFAULT_POLICY_TEXT);
  assert(parsed.ok);
  const { document, warnings } = parsed.value;
  assert.deepEqual(document, defaultDocument(), "run: deno task gen");
  assert.deepEqual(warnings, []);
  const { notEnforced } = compilePolicy(document, { hash: "", home: "/h" });
  assert.deepEqual(notEnforced, []);
});

Deno.test("the shipped legacy policy loads without a warning", async () => {
  const text = await Deno.readTextFile(
    new URL("legacy-shipped.json", import.meta.url),
  );
  const parsed = parsePolicy(text);
  assert(parsed.ok);
  assert.deepEqual(parsed.value.warnings, []);
});

Deno.test("policies/schema.json is what the schema gives", async () => {
  const text = await Deno.readTextFile(
    new URL("../../policies/schema.json", import.meta.url),
  );
  assert.equal(text, schemaText(), "run: deno run -A scripts/gen_schema.ts");
});

Deno.test("the reason codes document names every code", async () => {
  const page = await Deno.readTextFile(
    new URL("../../docs/reason-codes.md", import.meta.url),
  );
  const sources = new URL("../../src/", import.meta.url);
  const codes = (defaultDocument().rules ?? [])
    .map(({ id }) => id.replaceAll("-", "_"));
  for (const folder of ["action", "policy", "shell"]) {
    for await (const { name } of Deno.readDir(new URL(`${folder}/`, sources))) {
      if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
      const text = await Deno.readTextFile(
        new URL(`${folder}/${name}`, sources),
      );
      for (
        const [, code] of text.matchAll(/(?:code: |\n {2})"([a-z]+\.[a-z_]+)"/g)
      ) {
        codes.push(code as string);
      }
    }
  }
  assert.deepEqual(codes.filter((code) => !page.includes(`\`${code}\``)), []);
});
