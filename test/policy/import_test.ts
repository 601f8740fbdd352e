// Copyright 2026 the airg authors. Apache-2.0 license.
// What Runtime Guard shipped, imported, decides as the file itself does.
import assert from "node:assert/strict";
import { importRuntimeGuard } from "../../src/policy/import/runtime_guard.ts";
import { judge, policyOf } from "./judge.ts";

const here = (name: string) => new URL(name, import.meta.url);

Deno.test("an imported Runtime Guard policy decides as the file itself", async () => {
  const text = await Deno.readTextFile(here("legacy-shipped.json"));
  const imported = importRuntimeGuard(text);
  assert(imported.ok);
  const before = policyOf(JSON.parse(text));
  const after = policyOf(imported.value.document);
  const corpus = await Deno.readTextFile(here("corpus.jsonl"));
  const verdicts = new Set<string>();
  for (const line of corpus.trim().split("\n")) {
    const { command }: { command: string } = JSON.parse(line);
    const [was, is] = [judge(before, command), judge(after, command)];
    verdicts.add(was.verdict);
    assert.equal(is.verdict, was.verdict, command);
    assert.deepEqual(is.containment, was.containment, command);
  }
  assert(verdicts.has("allow") && verdicts.has("block"));
});
