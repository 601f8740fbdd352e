// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What was asked: the one form in which every front end hands work to the guard.
 *
 * An action is made once, at the edge, from parsed input. It says what was
 * asked, never what will happen: paths are as written, commands are unread.
 *
 * @module
 */

/** Who asked, through what, and for which project. */
export interface Origin {
  /** Identifier of the agent, such as `codex-1`; `default` when none was given. */
  readonly agent: string;
  /** The MCP connection, or agent and workspace for `airg run` (DESIGN.md section 7). */
  readonly session: string;
  /** Name the client gave of itself; untrusted text. */
  readonly client?: string;
  /** The audit log's `source`. */
  readonly source: "ai-agent" | "mcp-server" | "human-operator" | "airg-hook";
  /** Real, absolute path of the workspace. */
  readonly workspace: string;
}

/** A command, either as words or as text for a shell. */
export type Command =
  | { readonly form: "argv"; readonly argv: readonly string[] }
  | { readonly form: "shell"; readonly text: string };

/** Runs a command. */
export interface ExecAction {
  readonly kind: "exec";
  readonly origin: Origin;
  readonly command: Command;
  /** Absolute folder the command starts in; inside the workspace. */
  readonly cwd: string;
  /** Milliseconds until the whole process tree is ended; at most the policy's limit. */
  readonly timeoutMs?: number;
  /** The caller wants its changes held instead of made. */
  readonly ephemeral?: true;
  /** How often the client says it tried before: kept in the record, never judged by. */
  readonly clientRetries?: number;
}

/** What every file tool is told. */
interface FileTool {
  readonly origin: Origin;
  /** As the agent wrote it: absolute, or relative to the workspace. */
  readonly path: string;
}

/** Reads a file. */
export interface ReadAction extends FileTool {
  readonly kind: "read";
  /** First line to give, from 1. */
  readonly offset?: number;
  /** How many lines to give. */
  readonly limit?: number;
  /** Gives the bytes, whatever they are. */
  readonly base64?: true;
}

/** Writes a file whole. */
export interface WriteAction extends FileTool {
  readonly kind: "write";
  readonly content: string;
}

/** One replacement in a file. */
export interface Edit {
  readonly oldText: string;
  readonly newText: string;
  /** Every place, where there are several; else several are refused. */
  readonly replaceAll?: true;
}

/** Changes parts of a file; it also reads it. */
export interface EditAction extends FileTool {
  readonly kind: "edit";
  /** In order, each on what the one before left; all or none. */
  readonly edits: readonly Edit[];
}

/** Deletes a file, a link or a folder. */
export interface DeleteAction extends FileTool {
  readonly kind: "delete";
  /** A folder with all that is in it. */
  readonly recursive?: true;
}

/** Lists a folder. */
export interface ListAction extends FileTool {
  readonly kind: "list";
  /** Folders deep; 1 is the folder alone. */
  readonly depth?: number;
  /** Entries at most. */
  readonly limit?: number;
}

/** Looks for files by name, by content or both. */
export interface SearchAction extends FileTool {
  readonly kind: "search";
  /** Expression in RE2's syntax that a line holds. */
  readonly pattern?: string;
  /** Names or paths below the folder, such as `*.ts`. */
  readonly glob?: string;
  readonly ignoreCase?: true;
  /** Also what `.gitignore` leaves out. */
  readonly includeIgnored?: true;
  /** Results at most. */
  readonly limit?: number;
}

/** What a file tool was asked. */
export type FileAction =
  | ReadAction
  | WriteAction
  | EditAction
  | DeleteAction
  | ListAction
  | SearchAction;

/** What changes files itself, outside any copy. */
export type ChangeAction =
  | WriteAction
  | EditAction
  | DeleteAction
  | RestoreAction;

/** Whether it changes files itself. */
export function isChange(action: Action): action is ChangeAction {
  const { kind } = action;
  return kind === "write" || kind === "edit" || kind === "delete" ||
    kind === "restore";
}

/** What is to be had back. */
export type RestoreSelection =
  /** What one action changed. */
  | {
    readonly by: "event";
    readonly id: string;
    /** Only these, with all below. */
    readonly paths?: readonly string[];
  }
  /** The workspace as it was; milliseconds since the Unix epoch. */
  | {
    readonly by: "time";
    readonly before: number;
    readonly paths?: readonly string[];
  }
  /** What was last changed of these. */
  | { readonly by: "path"; readonly paths: readonly string[] };

/** Puts back what backups hold. */
export interface RestoreAction {
  readonly kind: "restore";
  readonly origin: Origin;
  /** The first of the targets. */
  readonly path: string;
  /** Absolute, without links: what the plan writes and removes. */
  readonly targets: readonly {
    readonly path: string;
    readonly access: "write" | "delete";
  }[];
  readonly selection: RestoreSelection;
  /** Of the plan: what would be done is what was judged. */
  readonly digest: string;
  /** Also what was changed since. */
  readonly force?: true;
}

/** Looks at what backups hold, and changes nothing. */
export interface BackupsAction {
  readonly kind: "backups";
  readonly origin: Origin;
  /** The workspace, whose backups they are. */
  readonly path: string;
  /** Which there are, or what putting one back would do. */
  readonly look: "list" | "plan";
  /** Of a list: only those that name this or something in it; absolute. */
  readonly of?: string;
  /** Of a plan. */
  readonly selection?: RestoreSelection;
}

/** What was asked; the tag is `kind`. */
export type Action = ExecAction | FileAction | RestoreAction | BackupsAction;
