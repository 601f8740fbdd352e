// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy import`: another tool's permissions as a policy of airg's.
 *
 * @module
 */

import { parse as parseJson, type ParseError } from "jsonc-parser";
import { absolutePath, baseName } from "../../action/words.ts";
import { printable } from "../../base/printable.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { importClaude } from "../../policy/import/claude.ts";
import { importCodex } from "../../policy/import/codex.ts";
import type {
  Imported,
  ImportNote,
  ImportOptions,
  ImportProblem,
} from "../../policy/import/notes.ts";
import { importRuntimeGuard } from "../../policy/import/runtime_guard.ts";
import { parsePolicy } from "../../policy/parse.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG, EXIT_INTERNAL, EXIT_USAGE } from "../exit.ts";
import { readText } from "../explainer.ts";
import type { Invocation } from "../flags.ts";
import { CASE_WORKSPACE } from "./cases.ts";
import { safeJson } from "./json.ts";
import { loadPolicy } from "./load.ts";
import { writeNew } from "./write.ts";
import { complain, notify } from "../terminal.ts";

/** The tools whose files are read. */
const TOOLS = ["runtime-guard", "claude", "codex"] as const;

type Tool = typeof TOOLS[number];

/** Imports one file. */
export async function run(
  { values, switches, operands, rest }: Invocation,
  context: Context,
): Promise<number> {
  const { terminal, surroundings } = context;
  const [file, ...more] = [...operands, ...rest ?? []];
  if (file === undefined || more.length > 0) {
    throw new UsageError("expected one FILE");
  }
  const from = toolOf(values.get("from"));
  const text = await textOf(absolutePath(file, surroundings.cwd));
  if (text instanceof Error) {
    complain(terminal, `cannot read ${file}: ${text.message}`);
    return EXIT_USAGE;
  }
  const tool = from ?? guess(file, text);
  const options = await optionsFor(baseName(file), context);
  if (options === undefined) return EXIT_CONFIG;
  const imported = importFrom(tool, text, options);
  if (!imported.ok) {
    const { line, message } = imported.error;
    const place = line === undefined ? file : `${file}:${line}`;
    complain(
      terminal,
      `cannot import ${place} (${tool}): ${message}`,
      from === undefined
        ? `name the tool: --from ${TOOLS.join("|")}`
        : undefined,
    );
    return EXIT_CONFIG;
  }
  const { document, notes } = imported.value;
  const policy = `${safeJson(document, 2)}\n`;
  const checked = parsePolicy(policy);
  if (!checked.ok) {
    const problem = checked.error[0];
    complain(
      terminal,
      `the policy made from ${file} is not valid: ${problem?.message} (${problem?.pointer})`,
    );
    return EXIT_INTERNAL;
  }
  const out = values.get("out");
  if (out !== undefined) {
    const written = await writeNew(absolutePath(out, surroundings.cwd), policy);
    if (!written.ok) {
      complain(
        terminal,
        `cannot write ${out}: ${written.error}`,
        "give another name, or move it away",
      );
      return EXIT_USAGE;
    }
  }
  if (switches.has("json")) {
    terminal.out(safeJson({ file, from: tool, policy: document, notes }));
    return 0;
  }
  if (out === undefined) terminal.out(policy.trimEnd());
  tell(imported.value, context);
  if (out !== undefined) {
    notify(
      terminal,
      `wrote ${out}; try it with \`airg policy test --policy ${out}\``,
    );
  }
  return 0;
}

function toolOf(name: string | undefined): Tool | undefined {
  if (name === undefined) return undefined;
  const tool = TOOLS.find((known) => known === name);
  if (tool !== undefined) return tool;
  throw new UsageError(
    `unknown tool: ${name}`,
    `the tools are ${TOOLS.join(", ")}`,
  );
}

async function textOf(path: string): Promise<string | Error> {
  try {
    return (await readText(path)).replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function guess(file: string, text: string): Tool {
  if (/\.(?:rules|codexpolicy|execpolicy)$/.test(file)) return "codex";
  const settings = jsonOf(text);
  if (!settings.ok) {
    return text.includes("prefix_rule(") ? "codex" : "runtime-guard";
  }
  const { value } = settings;
  return typeof value === "object" && value !== null &&
      Object.hasOwn(value, "permissions")
    ? "claude"
    : "runtime-guard";
}

/** What the default policy says, whatever policy is in force. */
async function optionsFor(
  file: string,
  context: Context,
): Promise<ImportOptions | undefined> {
  const loaded = await loadPolicy("built-in", "default", context);
  if (loaded === undefined) return undefined;
  return {
    file,
    judge(command) {
      const { verdict, reasons } = loaded.explainer.decide(loaded.policy, {
        command: { form: "shell", text: command },
        cwd: CASE_WORKSPACE,
        workspace: CASE_WORKSPACE,
      });
      return { verdict, rule: reasons[0]?.rule ?? "" };
    },
  };
}

function importFrom(
  tool: Tool,
  text: string,
  options: ImportOptions,
): Result<Imported, ImportProblem> {
  if (tool === "codex") return importCodex(text, options);
  if (tool === "runtime-guard") return importRuntimeGuard(text);
  const settings = jsonOf(text);
  return settings.ok ? importClaude(settings.value, options) : settings;
}

function jsonOf(text: string): Result<unknown, ImportProblem> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const errors: ParseError[] = [];
  try {
    const value: unknown = parseJson(text, errors, {
      allowTrailingComma: true,
    });
    const [first] = errors;
    if (first === undefined) return ok(value);
    const line = text.slice(0, first.offset).split("\n").length;
    return fail({ line, message: "it is not JSON" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail({ message: "it is nested too deeply" });
  }
}

/** What a person must know of each kind, most important first. */
const KINDS: readonly (readonly [ImportNote["kind"], string])[] = [
  ["not-carried", "not carried over"],
  ["looser", "looser here"],
  ["stays-refused", "stays refused"],
  ["stricter", "stricter here"],
  ["not-enforced", "not enforced by this version"],
  ["info", "note"],
  ["needless", "needs no rule"],
];

function tell({ document, notes }: Imported, { terminal }: Context): void {
  const counts: string[] = [];
  for (const [kind, name] of KINDS) {
    const own = notes.filter((note) => note.kind === kind);
    if (own.length > 0) counts.push(`${own.length} ${name}`);
    for (const { where, item, message } of own) {
      notify(terminal, `${name}: ${where}: ${cut(item)}: ${message}`);
    }
  }
  notify(terminal, [sizeOf(document), ...counts].join(", "));
}

/** How much came over: rules, or the lists that are kept as they are. */
function sizeOf(
  { rules = [], blocked, requires_confirmation: asked }: Imported["document"],
): string {
  const entries = [blocked, asked].flatMap((section) => [
    ...section?.commands ?? [],
    ...section?.paths ?? [],
  ]);
  return entries.length === 0
    ? `${rules.length} rules made`
    : `${entries.length} entries of lists kept`;
}

function cut(item: string): string {
  const text = printable(item);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
