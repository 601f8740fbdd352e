// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that a run may leave behind and the host executes or obeys later, by
 * name, anywhere in a workspace (pure).
 *
 * Source: research sandbox-peers 3.2 #48, #52 and #53, and each tool's manual.
 * What lies in git's own folders is told by git_settings.ts and the exec layer.
 *
 * @module
 */

/**
 * How such a file works: `obeyed` without anybody asking (a hook, an editor's
 * task, an agent's settings), `lifecycle` when a person builds or tests,
 * `instructions` as text that an agent reads.
 */
export type HandoffClass = "obeyed" | "lifecycle" | "instructions";

/** What is done with such a file; the policy says it for each class. */
export type HandoffAction = "keep" | "revert" | "hold";

/** What a policy says, for each class. */
export type HandoffPolicy = Readonly<Record<HandoffClass, HandoffAction>>;

/** What holds unless a policy says otherwise. */
export const DEFAULT_HANDOFF: HandoffPolicy = {
  obeyed: "hold",
  lifecycle: "keep",
  instructions: "keep",
};

/** One kind of file. */
export interface HandoffFile {
  /** The last components; ending in `/`: everything in that folder. */
  readonly path: string;
  readonly class: HandoffClass;
  /** Who obeys it, and how; one clause. */
  readonly why: string;
}

/** All kinds. */
const HANDOFF_FILES: readonly HandoffFile[] = [
  obeyed(".claude/", "Claude Code obeys its settings, hooks and commands"),
  obeyed(".codex/", "Codex obeys its settings and hooks"),
  obeyed(".cursor/", "Cursor obeys its settings and hooks"),
  obeyed(".gemini/", "Gemini CLI obeys its settings and hooks"),
  obeyed(".airg/", "airg obeys the policy there"),
  obeyed(".mcp.json", "agents start the servers it names"),
  obeyed(".husky/", "git hooks by husky"),
  obeyed(".githooks/", "git hooks, where core.hooksPath names it"),
  obeyed(".github/hooks/", "Copilot runs these hooks"),
  obeyed(".vscode/settings.json", "the editor obeys it"),
  obeyed(".vscode/tasks.json", "the editor runs these tasks"),
  obeyed(".vscode/launch.json", "the editor starts these programs"),
  obeyed(".vscode/mcp.json", "the editor starts the servers it names"),
  obeyed(".vscode/extensions.json", "the editor offers to install these"),
  obeyed(".idea/", "the editor runs its run configurations"),
  obeyed(".devcontainer/", "the editor builds and runs it"),
  obeyed(".devcontainer.json", "the editor builds and runs it"),
  obeyed(".envrc", "direnv runs it on entering the folder"),
  obeyed(".hg/hgrc", "Mercurial runs the hooks it names"),
  obeyed(".jj/repo/config.toml", "Jujutsu starts the programs it names"),
  lifecycle("package.json", "the package manager runs its lifecycle scripts"),
  lifecycle(".npmrc", "npm takes settings, among them programs, from it"),
  lifecycle(".yarnrc", "Yarn takes settings, among them programs, from it"),
  lifecycle(".yarnrc.yml", "Yarn takes settings, among them programs, from it"),
  lifecycle(".pnpmfile.cjs", "pnpm runs it when it installs"),
  lifecycle("Makefile", "make runs its recipes"),
  lifecycle("makefile", "make runs its recipes"),
  lifecycle("GNUmakefile", "make runs its recipes"),
  lifecycle("Justfile", "just runs its recipes"),
  lifecycle("justfile", "just runs its recipes"),
  lifecycle("conftest.py", "pytest runs it"),
  lifecycle("setup.py", "pip runs it when it builds the package"),
  lifecycle("sitecustomize.py", "every Python that finds it runs it"),
  lifecycle("usercustomize.py", "every Python that finds it runs it"),
  lifecycle("pyvenv.cfg", "the environment's Python is the one it names"),
  lifecycle("build.rs", "cargo runs it when it builds the package"),
  lifecycle(".cargo/config.toml", "cargo starts the programs it names"),
  lifecycle(".cargo/config", "cargo starts the programs it names"),
  lifecycle(".pre-commit-config.yaml", "pre-commit runs the hooks it names"),
  lifecycle("lefthook.yml", "lefthook runs the hooks it names"),
  lifecycle(".gitattributes", "git attributes choose filters to run"),
  instructions("AGENTS.md"),
  instructions("CLAUDE.md"),
  instructions("GEMINI.md"),
  instructions(".cursorrules"),
  instructions(".windsurfrules"),
];

/** Folders full of other people's files, which their package manager put there. */
export const FOREIGN_FOLDERS: readonly string[] = [
  "node_modules",
  "site-packages",
];

/** Names of folders in which every file counts. */
export const DEEP_FOLDERS: readonly string[] = [
  ...new Set(
    HANDOFF_FILES.filter(({ path }) => path.endsWith("/"))
      .map(({ path }) => path.split("/").at(-2) ?? ""),
  ),
];

/** Names of files and folders to look for. */
export const HANDOFF_NAMES: readonly string[] = [
  ...new Set([
    ...HANDOFF_FILES.map(({ path }) =>
      path.split("/").filter((part) => part !== "").at(-1) ?? ""
    ),
    // A file there, or a link, says where git's own folder is.
    ".git",
    // Its folder may be a link, which hides the name below it.
    ".vscode",
    ".cargo",
    ".github",
    ".hg",
    ".jj",
  ]),
];

/**
 * The kind of a path relative to a workspace.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { handoffFile } from "./handoff_files.ts";
 *
 * assert.equal(handoffFile("a/.vscode/tasks.json")?.class, "obeyed");
 * assert.equal(handoffFile("src/tasks.json"), undefined);
 * ```
 */
export function handoffFile(path: string): HandoffFile | undefined {
  const whole = `/${path}`;
  return HANDOFF_FILES.find((file) =>
    file.path.endsWith("/")
      ? `${whole}/`.includes(`/${file.path}`)
      : whole.endsWith(`/${file.path}`)
  );
}

/** What a link in the place of a folder above such files would stand for. */
export function handoffFolder(path: string): HandoffFile | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return HANDOFF_FILES.find((file) => file.path.startsWith(`${name}/`));
}

function obeyed(path: string, why: string): HandoffFile {
  return { path, class: "obeyed", why };
}

function lifecycle(path: string, why: string): HandoffFile {
  return { path, class: "lifecycle", why };
}

function instructions(path: string): HandoffFile {
  return { path, class: "instructions", why: "agents read it as instructions" };
}
