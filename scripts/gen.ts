// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Writes every generated file anew; with `--check` fails if one would change.
 *
 * @module
 */

import { sha256Hex } from "../src/base/digest.ts";
import { resolveExtends } from "../src/policy/extend.ts";
import { parsePolicy } from "../src/policy/parse.ts";
import {
  type PolicyDocument,
  SHIPPED,
  type ShippedName,
} from "../src/policy/schema.ts";
import { seccompListing, seccompProgram } from "../sandbox/seccomp.ts";
import { seccompRules } from "../sandbox/seccomp_rules.ts";
import { reasonCodesText } from "./gen_reason_codes.ts";
import { tighterText } from "./gen_tighter.ts";
import { schemaText } from "./gen_schema.ts";

const root = new URL("../", import.meta.url);
const check = Deno.args.includes("--check");
let stale = 0;

await generate("policies/schema.json", schemaText());
await generateShipped();
await generate(
  "policies/README.md",
  tighterText(await Deno.readTextFile(new URL("policies/README.md", root))),
);
await generate("sandbox/seccomp_programs.json", seccompPrograms());
await generate("docs/seccomp.md", seccompPage());
const docs = await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "scripts/gen_cli_docs.ts", ...(check ? ["--check"] : [])],
  cwd: root,
  stdout: "inherit",
  stderr: "inherit",
}).output();
if (!docs.success) stale++;
if (stale > 0) Deno.exit(1);

async function generate(path: string, text: string): Promise<void> {
  const url = new URL(path, root);
  if (!check) return await Deno.writeTextFile(url, text);
  if (await Deno.readTextFile(url) === text) return;
  console.error(`${path} is not what deno task gen writes`);
  stale++;
}

/** The filter for each kind of run, in base64: assembling one costs 4 ms of a cold start. */
function seccompPrograms(): string {
  const programs: Record<string, string> = {};
  for (const arch of ["x86_64", "aarch64"] as const) {
    for (const caller of ["root", "user"] as const) {
      for (const network of ["namespace", "none-without-namespace"] as const) {
        for (const memory of ["deny", "allow"] as const) {
          const kind = memory === "allow" ? " tracing" : "";
          programs[`${arch} ${caller} ${network}${kind}`] = seccompProgram({
            arch,
            caller,
            network,
            ptrace: "allow",
            memory,
          }).toBase64();
        }
      }
    }
  }
  return JSON.stringify(programs, null, 1) + "\n";
}

/** Every refusal of the filter with its reason and source, and the program. */
function seccompPage(): string {
  const options = {
    arch: "x86_64",
    caller: "root",
    network: "namespace",
    ptrace: "allow",
  } as const;
  const rows = seccompRules(options).map((
    { syscalls, refusal, reason, source },
  ) => `| ${syscalls.join(" ")} | ${refusal} | ${reason} | ${source} |`);
  return [
    "# System calls that a contained process may not make",
    "",
    "Written by `deno task gen` from `sandbox/seccomp_rules.ts`. A call may be refused",
    "only for some arguments; the reason says which.",
    "",
    "| calls | answer | why | source |",
    "|---|---|---|---|",
    ...rows,
    "",
    "## The program for x86_64, run by root",
    "",
    "```",
    seccompListing(options).trimEnd(),
    "```",
    "",
  ].join("\n");
}

/** Every shipped policy in its checked form, and the default one with its packs in it. */
async function generateShipped(): Promise<void> {
  const documents = new Map<ShippedName, PolicyDocument>();
  for (const name of SHIPPED) {
    documents.set(name, checked(await shippedText(name)));
  }
  const written = JSON.stringify(Object.fromEntries(documents)) + "\n";
  await generate("policies/shipped.parsed.json", written);
  const find = (name: ShippedName): PolicyDocument => {
    const document = documents.get(name);
    if (document === undefined) throw new Error(`No shipped policy ${name}`);
    return document;
  };
  await generate(
    "docs/reason-codes.md",
    reasonCodesText(
      await Deno.readTextFile(new URL("docs/reason-codes.md", root)),
      find,
    ),
  );
  const hash = `sha256:${sha256Hex(await shippedText("default"))}`;
  const document = resolveExtends(find("default"), "default", find);
  await generate(
    "policies/default.parsed.json",
    JSON.stringify({ hash, document }) + "\n",
  );
}

async function shippedText(name: ShippedName): Promise<string> {
  const file = name.startsWith("pack:")
    ? name.replace("pack:", "packs/")
    : name;
  return await Deno.readTextFile(new URL(`policies/${file}.json`, root));
}

function checked(text: string): PolicyDocument {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error[0]));
  if (parsed.value.warnings.length > 0) {
    throw new Error(JSON.stringify(parsed.value.warnings[0]));
  }
  return parsed.value.document;
}
