// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { defaultDocument, shippedDocument } from "../../src/policy/builtin.ts";
import { checkExamples } from "../../src/policy/examples.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { resolveExtends } from "../../src/policy/extend.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import {
  PACKS,
  type PolicyDocument,
  SHIPPED,
  type ShippedName,
} from "../../src/policy/schema.ts";
import { judge, policyOf } from "./judge.ts";
import { schemaText } from "../../scripts/gen_schema.ts";

Deno.test.each(SHIPPED.map((name) => ({ name })))(
  "the rules of $name do what their examples say",
  ({ name }) => {
    assert.deepEqual(checkExamples(shippedDocument(name)), []);
  },
);

Deno.test.each(SHIPPED.map((name) => ({ name })))(
  "every rule of $name has a severity, an example each way, and a verdict that exists",
  ({ name }) => {
    for (
      const { id, severity, verdict, examples } of shippedDocument(name)
        .rules ?? []
    ) {
      assert(severity, id);
      assert(examples?.match?.length, id);
      assert(examples?.no_match?.length, id);
      assert(verdict === "block" || verdict === "escalate", id);
    }
  },
);

Deno.test.each(SHIPPED.map((name) => ({ name })))(
  "$name is what its text says, without a warning",
  async ({ name }) => {
    const parsed = parsePolicy(await textOf(name));
    assert(parsed.ok);
    const { document, warnings } = parsed.value;
    assert.deepEqual(document, shippedDocument(name), "run: deno task gen");
    assert.deepEqual(warnings, []);
  },
);

Deno.test("no rule of the default policy speaks against everyday work", async () => {
  const text = await Deno.readTextFile(
    new URL("everyday.txt", import.meta.url),
  );
  const policy = policyOf({ version: 1, extends: ["default"] });
  const hits = text.trim().split("\n").flatMap((command) =>
    judge(policy, command).reasons
      .filter(({ rule }) => !/^(?:\/|built-in\/)/.test(rule))
      .map(({ rule }) => `${rule}: ${command}`)
  );
  assert.deepEqual(hits, []);
});

Deno.test("the built-in policy's rules still do what their examples say", () => {
  const messages = (document: PolicyDocument) =>
    checkExamples(document).map(({ message }) => message);
  assert.deepEqual(
    messages(defaultDocument()),
    PACKS.flatMap((name) => messages(shippedDocument(`pack:${name}`))),
  );
});

Deno.test("packs hold rules and nothing else, and no two rules of theirs share an id", () => {
  const ids = PACKS.flatMap((name) => {
    const { rules, ...rest } = shippedDocument(`pack:${name}`);
    assert.deepEqual(Object.keys(rest).toSorted(), ["$schema", "version"]);
    return (rules ?? []).map(({ id }) => id);
  });
  assert.deepEqual(ids.filter((id, i) => ids.indexOf(id) !== i), []);
});

Deno.test("the built-in policy is default.json with all it extends", () => {
  const find = shippedDocument;
  assert.deepEqual(
    defaultDocument(),
    resolveExtends(find("default"), "default", find),
    "run: deno task gen",
  );
  assert.equal(shippedDocument("default").extends?.length, PACKS.length);
});

Deno.test.each(
  [
    { name: "default" },
    { name: "strict" },
    { name: "ci" },
    { name: "observe" },
  ] as const,
)("$name asks for nothing that is not enforced", ({ name }) => {
  const { notEnforced } = compilePolicy(
    { version: 1, extends: [name] },
    { hash: "", home: "/h" },
  );
  assert.deepEqual(notEnforced, []);
});

Deno.test.each([
  { file: "legacy-shipped.json" },
  { file: "legacy-commented.json" },
])(
  "$file, as Runtime Guard shipped it, loads without a warning",
  ({ file }) => {
    const parsed = parsePolicy(legacyText(file));
    assert(parsed.ok);
    assert.deepEqual(parsed.value.warnings, []);
  },
);

Deno.test("comment keys of a legacy file change nothing", () => {
  const [plain, commented] = ["legacy-shipped.json", "legacy-commented.json"]
    .map((file) => {
      const parsed = parsePolicy(legacyText(file));
      assert(parsed.ok);
      const { settings, rules, domains, unknown } = compilePolicy(
        parsed.value.document,
        { hash: "", home: "/h" },
      );
      return { settings, rules: [...rules.byProgram.keys()], domains, unknown };
    });
  assert.deepEqual(commented, plain);
  assert.deepEqual(plain?.settings.execution, {
    maxTimeoutSeconds: 30,
    maxOutputChars: 200_000,
  });
  assert.equal(plain?.settings.sandbox.network, "open");
  assert.deepEqual(plain?.settings.sandbox.hidden, [
    ".env",
    ".ssh",
    "/etc/passwd",
    "activity.log",
    "approvals.db",
    "approvals.db.hmac.key",
  ]);
  assert.deepEqual(plain?.settings.sandbox.hiddenExtensions, [".pem", ".key"]);
  assert.equal(plain?.domains.mode, "enforce");
  assert.equal(plain?.domains.blockUnknown, false);
  assert.equal(plain?.unknown, "escalate");
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
  const codes = SHIPPED.flatMap((name) => shippedDocument(name).rules ?? [])
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

async function textOf(name: ShippedName): Promise<string> {
  const file = name.startsWith("pack:")
    ? name.replace("pack:", "packs/")
    : name;
  return await Deno.readTextFile(
    new URL(`../../policies/${file}.json`, import.meta.url),
  );
}

function legacyText(file: string): string {
  return Deno.readTextFileSync(new URL(file, import.meta.url));
}
