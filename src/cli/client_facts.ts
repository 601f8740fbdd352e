// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What each client wants to be told: where its entry for airg goes, and which
 * setting of its own keeps its native tools from going round airg.
 *
 * File names and keys are those of the clients' documentation in late 2026.
 *
 * @module
 */

/** How a client starts airg. */
export interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One text to paste, and where. */
export interface Snippet {
  readonly file: string;
  readonly text: string;
}

/** What one client wants to be told. */
export interface ClientFacts {
  readonly entry: (entry: Entry) => Snippet;
  /** The client's own settings that deny its native tools. */
  readonly deny: readonly Snippet[];
  /** What stays outside airg all the same; sentences. */
  readonly outside: readonly string[];
}

/** Name under which clients register the server. */
const NAME = "ai-runtime-guard";

/** The clients, by the name `--print-config` takes. */
export const CLIENTS: Readonly<Record<string, ClientFacts>> = {
  "claude-code": {
    entry: (entry) => ({
      file: ".mcp.json in the project",
      text: json({ mcpServers: { [NAME]: { type: "stdio", ...entry } } }),
    }),
    deny: [{
      file: ".claude/settings.json in the project, or ~/.claude/settings.json",
      text: json({
        permissions: {
          allow: [`mcp__${NAME}`],
          deny: [
            "Bash",
            "PowerShell",
            "Write",
            "Edit",
            "NotebookEdit",
            "Read",
            "Glob",
            "Grep",
            "WebFetch",
            "WebSearch",
          ],
        },
      }),
    }],
    outside: [
      "What you type yourself (`!command`, @file) and the client's own hooks do not pass through airg",
      "Other MCP servers and plugins do not pass through airg",
    ],
  },
  "claude-desktop": {
    entry: (entry) => ({
      file:
        "claude_desktop_config.json (Linux: ~/.config/Claude/, macOS: ~/Library/Application Support/Claude/)",
      text: json({ mcpServers: { [NAME]: entry } }),
    }),
    deny: [],
    outside: [
      "Claude Desktop has no setting that denies its own tools; turn off extensions and connectors that run commands or write files",
      "Other MCP servers, extensions and connectors do not pass through airg",
    ],
  },
  codex: {
    entry: (entry) => ({
      file: "~/.codex/config.toml",
      text: [
        `[mcp_servers.${NAME}]`,
        `command = ${toml(entry.command)}`,
        `args = [${entry.args.map(toml).join(", ")}]`,
        "",
        `[mcp_servers.${NAME}.env]`,
        ...Object.entries(entry.env).map(([name, value]) =>
          `${name} = ${toml(value)}`
        ),
      ].join("\n"),
    }),
    deny: [{
      file: "~/.codex/config.toml, above the first [table]",
      text: 'approval_policy = "untrusted"\nsandbox_mode = "read-only"',
    }, {
      file: "~/.codex/config.toml",
      text: "[features]\nshell_tool = false\nunified_exec = false",
    }],
    outside: [
      "Reading files stays open to Codex itself: its read-only sandbox stops writes and the network, not reads",
      "apply_patch asks you under these settings; what you approve there does not pass through airg",
      "Other MCP servers and hosted tools do not pass through airg",
    ],
  },
  cursor: {
    entry: (entry) => ({
      file: ".cursor/mcp.json in the project, or ~/.cursor/mcp.json",
      text: json({ mcpServers: { [NAME]: entry } }),
    }),
    deny: [{
      file: "~/.cursor/cli-config.json (the command line client)",
      text: json({
        permissions: {
          allow: [`Mcp(${NAME}:*)`],
          deny: ["Shell(*)", "Write(**)", "WebFetch(*)"],
        },
      }),
    }, {
      file: "~/.cursor/permissions.json (the editor: nothing runs unasked)",
      text: json({ terminalAllowlist: [], mcpAllowlist: [`${NAME}:*`] }),
    }],
    outside: [
      "The editor has no setting that denies its terminal and edit tools, only ones that make it ask; what you approve there does not pass through airg",
      "Other MCP servers do not pass through airg",
    ],
  },
  gemini: {
    entry: (entry) => ({
      file: ".gemini/settings.json in the project, or ~/.gemini/settings.json",
      text: json({ mcpServers: { [NAME]: entry } }),
    }),
    deny: [{
      file:
        "the same file (versions before 0.3 call it excludeTools, at the top level)",
      text: json({
        tools: {
          exclude: [
            "run_shell_command",
            "write_file",
            "replace",
            "read_file",
            "read_many_files",
            "list_directory",
            "glob",
            "search_file_content",
            "web_fetch",
          ],
        },
      }),
    }],
    outside: [
      "What you type yourself (`!command`, @file) does not pass through airg",
      "Extensions and other MCP servers do not pass through airg",
    ],
  },
  vscode: {
    entry: (entry) => ({
      file: ".vscode/mcp.json in the project",
      text: json({ servers: { [NAME]: { type: "stdio", ...entry } } }),
    }),
    deny: [{
      file: ".github/agents/airg.agent.md: an agent with these tools alone",
      text:
        `---\ndescription: Works through airg only\ntools: ["${NAME}/*"]\n---`,
    }, {
      file: ".vscode/settings.json: other agents ask before each command",
      text: json({
        "chat.tools.global.autoApprove": false,
        "chat.tools.terminal.enableAutoApprove": false,
      }),
    }],
    outside: [
      "VS Code has no setting that denies its terminal and edit tools to every agent; pick the airg agent, or switch them off under Configure Tools",
      "Tasks, debuggers, extensions and other MCP servers do not pass through airg",
    ],
  },
};

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** A TOML basic string; its escapes are JSON's, but for DEL. */
function toml(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}
