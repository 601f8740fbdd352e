// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Who started this process: a person, an agent's client, or a contained command.
 *
 * What is contained cannot do an operator's act anyway (it sees no state); an
 * agent's own, uncontained shell can be recognized, not kept out: a program
 * that wants to can leave its ancestors behind.
 *
 * @module
 */

/** One process, as far as it matters here. */
export interface ProcessInfo {
  readonly parent: number;
  /** The kernel's name for it, and its first words. */
  readonly name: string;
  readonly words: readonly string[];
}

/** Programs that are agents, by name. Editors are not: a person has a terminal there, too. */
const AGENTS: ReadonlySet<string> = new Set([
  "aider",
  "amp",
  "claude",
  "codex",
  "copilot",
  "crush",
  "cursor-agent",
  "droid",
  "gemini",
  "goose",
  "opencode",
  "qwen",
]);

/** Variables that agents set for the commands they start. */
const MARKS = [
  "CLAUDECODE",
  "CODEX_SANDBOX",
  "CURSOR_AGENT",
  "GEMINI_CLI",
] as const;

/** More ancestors than any real process has. */
const MAX_DEPTH = 64;

/**
 * Why the caller is not a person, or `undefined`.
 *
 * @param processOf What is known of a process; `undefined` once it is gone.
 */
export function agentAbove(
  pid: number,
  env: Readonly<Record<string, string | undefined>>,
  processOf: (pid: number) => ProcessInfo | undefined,
): string | undefined {
  const mark = MARKS.find((name) => env[name]);
  if (mark !== undefined) return `an agent set ${mark}`;
  let at = processOf(pid)?.parent ?? 0;
  for (let depth = 0; at > 1 && depth < MAX_DEPTH; depth++) {
    const process = processOf(at);
    if (process === undefined) return undefined;
    // An interpreter's second word is the program.
    const names = [process.name, ...process.words.slice(0, 2).map(programName)];
    const agent = names.find((name) => AGENTS.has(name));
    if (agent !== undefined) return `${agent} (process ${at}) started it`;
    at = process.parent;
  }
  return undefined;
}

function programName(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1).replace(/\.[cm]?js$/, "");
}

/** Looks a process up in `/proc`. */
export function processInfo(pid: number): ProcessInfo | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The name may hold blanks and parentheses; it ends at the last one.
    const end = stat.lastIndexOf(")");
    return {
      parent: Number(stat.slice(end + 2).split(" ")[1]),
      name: stat.slice(stat.indexOf("(") + 1, end),
      words: Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0"),
    };
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** Whether this process runs inside airg's own sandbox. */
export function isContained(cacheInside: string): boolean {
  try {
    return Deno.statSync(cacheInside).isDirectory;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
