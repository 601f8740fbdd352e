// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Places in a workspace that the host, not the sandbox, obeys later.
 *
 * Whoever can write there makes the user's own git, editor or agent run
 * something outside containment (threat model, "hand-off").
 *
 * @module
 */

/** One place, relative to the workspace. */
export interface ProtectedPath {
  readonly path: string;
  /** Who obeys it, and how; one clause. */
  readonly why: string;
  /**
   * Not kept by the kernel but compared after the run (and, by watching, during
   * it): git replaces this file in everyday commands, such as `git remote add`,
   * and only some of its settings run programs.
   */
  readonly compared?: true;
}

/** All places, folders without a trailing slash. */
export const PROTECTED_PATHS: readonly ProtectedPath[] = [
  { path: ".git/hooks", why: "git runs these on the host" },
  {
    path: ".git/config",
    why: "git settings name programs to run",
    compared: true,
  },
  {
    path: ".git/config.worktree",
    why: "git settings name programs to run",
    compared: true,
  },
  { path: ".git/info/attributes", why: "git attributes choose filters to run" },
  { path: ".husky", why: "git hooks by husky" },
  { path: ".githooks", why: "git hooks, where core.hooksPath names it" },
  { path: ".claude", why: "Claude Code obeys its settings and hooks" },
  { path: ".airg", why: "airg obeys the policy there" },
  { path: ".mcp.json", why: "agents start the servers it names" },
  { path: ".codex", why: "Codex obeys its settings and hooks" },
  { path: ".cursor", why: "Cursor obeys its settings and hooks" },
  { path: ".gemini", why: "Gemini CLI obeys its settings and hooks" },
  { path: ".github/hooks", why: "Copilot runs these hooks" },
  { path: ".vscode/settings.json", why: "the editor obeys it" },
  { path: ".vscode/tasks.json", why: "the editor runs these tasks" },
  { path: ".vscode/launch.json", why: "the editor starts these programs" },
  { path: ".vscode/mcp.json", why: "the editor starts the servers it names" },
  {
    path: ".vscode/extensions.json",
    why: "the editor offers to install these",
  },
  { path: ".idea", why: "the editor runs its run configurations" },
  { path: ".devcontainer", why: "the editor builds and runs it" },
  { path: ".devcontainer.json", why: "the editor builds and runs it" },
  { path: ".envrc", why: "direnv runs it on entering the folder" },
];
