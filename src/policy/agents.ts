// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Agents that the `agent` profile knows: where each keeps its own
 * configuration, which of it starts programs on the host, and which variables
 * hold its key.
 *
 * Source: each agent's own documentation of its configuration folder.
 *
 * @module
 */

import type { Command } from "../action/action.ts";

/** One agent's own places. */
export interface AgentPlaces {
  /** Names it is started by. */
  readonly programs: readonly string[];
  /** Folders and files beneath the home folder that it reads and writes. */
  readonly own: readonly string[];
  /**
   * Beneath the home folder: what starts programs, or says what may be
   * started without asking. It stays as it is: the next run of the agent may
   * be outside.
   */
  readonly pinned: readonly string[];
  /** Variables that hold its key or name its service. */
  readonly pass: readonly string[];
}

/** The table. */
export const AGENTS: readonly AgentPlaces[] = [
  {
    programs: ["claude"],
    own: [".claude", ".claude.json"],
    pinned: [
      ".claude/settings.json",
      ".claude/settings.local.json",
      ".claude/CLAUDE.md",
      ".claude/agents",
      ".claude/commands",
      ".claude/hooks",
      ".claude/plugins",
      ".claude/skills",
    ],
    pass: ["ANTHROPIC_*", "CLAUDE_CODE_*"],
  },
  {
    programs: ["codex"],
    own: [".codex"],
    pinned: [
      ".codex/config.toml",
      ".codex/hooks.json",
      ".codex/rules",
      ".codex/prompts",
      ".codex/skills",
      ".codex/AGENTS.md",
    ],
    pass: ["OPENAI_*", "CODEX_API_KEY"],
  },
  {
    programs: ["gemini"],
    own: [".gemini"],
    pinned: [
      ".gemini/settings.json",
      ".gemini/extensions",
      ".gemini/commands",
      ".gemini/policies",
      ".gemini/trustedFolders.json",
      ".gemini/GEMINI.md",
    ],
    pass: ["GEMINI_*", "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT"],
  },
  {
    programs: ["qwen"],
    own: [".qwen"],
    pinned: [".qwen/settings.json", ".qwen/extensions"],
    pass: ["DASHSCOPE_API_KEY", "OPENAI_*"],
  },
  {
    programs: ["copilot"],
    own: [".copilot"],
    pinned: [
      ".copilot/config.json",
      ".copilot/mcp-config.json",
      ".copilot/agents",
    ],
    pass: ["COPILOT_*"],
  },
  {
    programs: ["opencode"],
    own: [
      ".config/opencode",
      ".local/share/opencode",
      ".local/state/opencode",
    ],
    pinned: [
      ".config/opencode/opencode.json",
      ".config/opencode/opencode.jsonc",
      ".config/opencode/plugin",
      ".config/opencode/plugins",
      ".config/opencode/command",
    ],
    pass: ["OPENCODE_*", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"],
  },
  {
    programs: ["goose"],
    own: [".config/goose", ".local/share/goose", ".local/state/goose"],
    pinned: [".config/goose/config.yaml", ".config/goose/recipes"],
    pass: ["GOOSE_*", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"],
  },
  {
    programs: ["cursor-agent"],
    own: [".cursor"],
    pinned: [
      ".cursor/mcp.json",
      ".cursor/hooks.json",
      ".cursor/hooks",
      ".cursor/cli-config.json",
      ".cursor/rules",
    ],
    pass: ["CURSOR_API_KEY"],
  },
];

/**
 * The agent that a command starts, by the name of its first word.
 *
 * @returns `undefined` where it is none of the table: it has no folder of its
 * own then, and keeps its files in the workspace.
 */
export function agentStarted(command: Command): AgentPlaces | undefined {
  const word = command.form === "argv"
    ? command.argv[0]
    : command.text.trimStart().split(/[\s;&|<>()]/, 1)[0];
  const name = word?.slice(word.lastIndexOf("/") + 1);
  return AGENTS.find(({ programs }) =>
    programs.some((known) => known === name)
  );
}
