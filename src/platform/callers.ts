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

/**
 * Programs that are agents, by name. Editors are not: a person has a terminal there, too.
 * Names from the programs' own packages (npm, PyPI, Homebrew).
 */
const AGENTS: ReadonlySet<string> = new Set(
  ("aider amp auggie claude claude-code claude-desktop cline codex copilot crush cursor-agent " +
    "droid forge gemini goose goosed iflow junie kilocode kimi kiro-cli opencode openhands plandex " +
    "qwen rovodev vibe")
    .split(" "),
);

/** Folders of packages whose program is called `cli.js` or the like. */
const AGENT_PACKAGES = [
  "/@anthropic-ai/claude-code/",
  "/@openai/codex/",
  "/@google/gemini-cli/",
  "/@qwen-code/qwen-code/",
  "/@github/copilot/",
  "/@sourcegraph/amp/",
  "/@augmentcode/auggie/",
  "/Claude.app/",
] as const;

/** Variables that agents set for the commands they start, from their documentation. */
const MARKS = [
  "AMP_THREAD_ID",
  "AUGMENT_AGENT",
  "CLAUDECODE",
  "CLAUDE_CODE_ENTRYPOINT",
  "CLINE_ACTIVE",
  "CODEX_SANDBOX",
  "CODEX_SANDBOX_NETWORK_DISABLED",
  "CURSOR_AGENT",
  "GEMINI_CLI",
  "GOOSE_TERMINAL",
  "OPENCODE",
  "QWEN_CODE",
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
  const mark = agentMark(env);
  if (mark !== undefined) return `an agent set ${mark}`;
  let at = processOf(pid)?.parent ?? 0;
  for (let depth = 0; at > 1 && depth < MAX_DEPTH; depth++) {
    const process = processOf(at);
    if (process === undefined) return undefined;
    const agent = agentName(process);
    if (agent !== undefined) return `${agent} (process ${at}) started it`;
    at = process.parent;
  }
  return undefined;
}

/** The variable of an agent in an environment, if there is one. */
export function agentMark(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return MARKS.find((name) => env[name]);
}

/** The agent that a process is, if it is one. */
export function agentName(
  { name, words }: Pick<ProcessInfo, "name" | "words">,
): string | undefined {
  // An interpreter's first word that is no option is the program.
  const script = words.slice(1).find((word) => !word.startsWith("-"));
  const started = [...words.slice(0, 2), ...(script ? [script] : [])];
  const names = [name, ...started.map(programName)];
  return names.find((one) => AGENTS.has(one)) ??
    AGENT_PACKAGES.find((part) => started.some((word) => word.includes(part)))
      ?.slice(1, -1);
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
