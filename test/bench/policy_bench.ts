// Copyright 2026 the airg authors. Apache-2.0 license.

// Budget (DESIGN.md section 6): deciding costs p50 <= 20 us and p99 <= 200 us
// with the Lookup's answers given. `JSON.parse` of the same text is the yardstick.
import { readAction } from "../../src/action/read.ts";
import type { ExecAction } from "../../src/action/action.ts";
import type { Facts } from "../../src/action/facts.ts";
import { defaultDocument } from "../../src/policy/builtin.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { evaluate } from "../../src/policy/evaluate.ts";
import { normalizePath } from "../../src/action/words.ts";
import { readShell } from "../../src/shell/read_script.ts";

const workspace = "/work/site";
const usual = "cd packages/api && git commit -m 'fix: one line' src/a.ts 2>&1";
const long = `echo ${"'word with spaces' ".repeat(5_000)}`;
const json = JSON.stringify(usual);
const document = defaultDocument();
const options = { agent: "default", protectedPaths: ["/home/a/.config/airg"] };

function actionOf(text: string): ExecAction {
  return {
    kind: "exec",
    origin: { agent: "a", session: "s", source: "ai-agent", workspace },
    command: { form: "shell", text },
    cwd: workspace,
  };
}

function read(text: string): Facts {
  return readAction(actionOf(text), {
    home: "/home/a",
    resolve: normalizePath,
  });
}

const policy = compilePolicy(document, { hash: "sha256:0", home: "/home/a" });
const many = compilePolicy({
  ...document,
  rules: [
    ...document.rules ?? [],
    ...Array.from({ length: 10_000 }, (_, i) => ({
      id: `r${i}`,
      match: i % 2 === 0 ? { program: `p${i}` } : { path: `secret-${i}/x` },
      verdict: "block" as const,
      reason: "r",
    })),
  ],
}, { hash: "sha256:0", home: "/home/a" });
const facts = read(usual);

Deno.bench(
  "JSON.parse: the same text",
  { group: "decide", baseline: true },
  () => {
    JSON.parse(json);
  },
);

Deno.bench("evaluate: a usual command", { group: "decide" }, () => {
  evaluate(policy, facts, options);
});

Deno.bench(
  "evaluate: a usual command, 10,000 rules",
  { group: "decide" },
  () => {
    evaluate(many, facts, options);
  },
);

Deno.bench(
  "readAction + evaluate: a usual command",
  { group: "decide" },
  () => {
    evaluate(policy, read(usual), options);
  },
);

Deno.bench("readShell: 95 kB of words", { group: "read" }, () => {
  readShell(long);
});

Deno.bench("compilePolicy: the default policy", { group: "compile" }, () => {
  compilePolicy(document, { hash: "sha256:0", home: "/home/a" });
});
