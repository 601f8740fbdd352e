// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tasks of project files: `npm run build` runs a script that `package.json`
 * names; a make target is noted and not expanded.
 *
 * @module
 */

import { quoteWord } from "../shell/quote.ts";
import { hasHole } from "../shell/value.ts";
import type { Following, ShellStart } from "./follow_run.ts";
import type { Run } from "./runs/run.ts";
import { absolutePath, normalizePath } from "./words.ts";

/** Tools whose tasks are in `package.json`. */
const PACKAGE_TOOLS: ReadonlySet<string> = new Set(
  ["npm", "pnpm", "yarn", "bun"],
);

/** Tasks that run one another past this are a loop. */
const MAX_TASKS = 4;

/** Follows one task, as far as a project file says what it does. */
export function followTask(
  { reader, start, name }: Following,
  task: Extract<Run, { kind: "task" }>,
  run: (text: string, options: ShellStart) => string | undefined,
): void {
  if (!PACKAGE_TOOLS.has(task.tool) || start.elsewhere !== undefined) return;
  if (start.via.filter((outer) => outer === name).length >= MAX_TASKS) return;
  const [cwd] = start.state.folders ?? [];
  if (cwd === undefined || hasHole(task.name)) return;
  const span = start.spans[task.index] ?? start.span;
  const folder = normalizePath(absolutePath(task.folder ?? ".", cwd));
  const scripts = scriptsOf(reader.text(`${folder}/package.json`));
  for (const key of [`pre${task.name}`, task.name, `post${task.name}`]) {
    const script = scripts.get(key);
    if (script === undefined) continue;
    const words = key === task.name ? task.arguments : [];
    const rest = words.map((word) => hasHole(word) ? word : quoteWord(word));
    run([script, ...rest].join(" "), { span, positional: [], folder });
  }
}

function scriptsOf(text: string | null): ReadonlyMap<string, string> {
  if (text === null) return new Map();
  try {
    const parsed: unknown = JSON.parse(text);
    const scripts = valueAt(parsed, "scripts");
    return new Map(
      Object.entries(
        typeof scripts === "object" && scripts !== null ? scripts : {},
      )
        .filter((entry): entry is [string, string] =>
          typeof entry[1] === "string" && !entry[1].includes("\0")
        ),
    );
  } catch (error) {
    // Not JSON: the tool itself will refuse it.
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}
