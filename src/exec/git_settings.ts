// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which git settings make git run a program (pure).
 *
 * Source: git-config(1) of git 2.39 to 2.47 and git-lfs-config(5); the keys
 * that fired on a host git in practice are research sandbox-peers 3.2 #49.
 *
 * @module
 */

/** Sections whose every key may name a program or another settings file. */
const SECTIONS = new Set([
  "alias",
  "include",
  "includeif",
  "filter",
  "difftool",
  "mergetool",
  "pager",
  "credential",
  "hook",
  "remote-ext",
  "man",
  "browser",
  "web",
  "sendemail",
  "imap",
  "tar",
  "trailer",
  "uploadpack",
  "instaweb",
  "guitool",
  "annex",
  "gitflow",
  "svn",
]);

/** Single keys, lower case, without the subsection. */
const KEYS = new Set([
  "core.fsmonitor",
  "core.hookspath",
  "core.sshcommand",
  "core.gitproxy",
  "core.pager",
  "core.editor",
  "core.askpass",
  "core.alternaterefscommand",
  "core.attributesfile",
  "core.worktree",
  "sequence.editor",
  "diff.external",
  "diff.command",
  "diff.textconv",
  "merge.driver",
  "interactive.difffilter",
  "gc.recentobjectshook",
  "gpg.program",
  "gpg.defaultkeycommand",
  "init.templatedir",
  "lfs.path",
  "lfs.args",
  "lfs.clean",
  "lfs.smudge",
  "lfs.standalonetransferagent",
  "remote.uploadpack",
  "remote.receivepack",
  "remote.vcs",
  "submodule.update",
  "protocol.allow",
]);

/** Below a header that could not be read. */
const UNPLACED = "?";

/** Values that make a listed key harmless. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  // git's own daemon, or none.
  "core.fsmonitor": /^(?:true|false|yes|no|on|off|0|1)?$/i,
  // A command begins with `!` (gitmodules(5)).
  "submodule.update": /^(?:checkout|rebase|merge|none)$/,
};

/** One setting that makes git run a program. */
export interface DangerousSetting {
  /** `section.key`, lower case, without the subsection; `.?` for a line that cannot be placed. */
  readonly name: string;
  /** As written, without quotes around it. */
  readonly value: string;
  /** Index of its line. */
  readonly line: number;
  /** The same setting of the same section reads the same. */
  readonly identity: string;
}

/** Whether `core.worktree` of this value stays where it may. */
export type AcceptsWorktree = (value: string) => boolean;

/**
 * Finds settings that make git run a program, in the text of a git settings file.
 *
 * Reads generously: a line it cannot place counts as dangerous, because git
 * may read it differently.
 */
export function dangerousSettings(
  text: string,
  acceptsWorktree: AcceptsWorktree = () => false,
): DangerousSetting[] {
  const found: DangerousSetting[] = [];
  let section = "";
  let header = "";
  for (const [line, raw] of text.split(/\r?\n/).entries()) {
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith(";")) {
      continue;
    }
    const opened = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"[^"\\]*")?\s*\](?:\s*[#;].*)?$/
      .exec(
        trimmed,
      );
    if (opened?.[1] !== undefined) {
      section = opened[1].toLowerCase();
      header = trimmed;
      continue;
    }
    const identity = `${header}\n${trimmed}`;
    const pair = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?$/.exec(trimmed);
    // "[a] key = value" on one line, a continued value: not told apart here.
    if (pair?.[1] === undefined || trimmed.endsWith("\\")) {
      found.push({ name: `${section}.?`, value: trimmed, line, identity });
      // A header with more on its line: what follows is in no known section.
      if (trimmed.startsWith("[")) {
        section = UNPLACED;
        header = trimmed;
      }
      continue;
    }
    if (section === UNPLACED) {
      found.push({ name: `${section}.?`, value: trimmed, line, identity });
      continue;
    }
    const family = section.split(".")[0] ?? "";
    const name = `${family}.${pair[1].toLowerCase()}`;
    const value = unquoted(pair[2] ?? "");
    if (!SECTIONS.has(family) && !KEYS.has(name)) continue;
    if (HARMLESS[name]?.test(value)) continue;
    if (name === "core.worktree" && acceptsWorktree(value)) continue;
    found.push({ name, value, line, identity });
  }
  return found;
}

/** The dangerous settings of `after` that `before` does not have, value and all. */
export function addedSettings(
  before: string,
  after: string,
  acceptsWorktree?: AcceptsWorktree,
): DangerousSetting[] {
  const known = new Set(
    dangerousSettings(before, acceptsWorktree).map(({ identity }) => identity),
  );
  return dangerousSettings(after, acceptsWorktree)
    .filter(({ identity }) => !known.has(identity));
}

/**
 * Where to put a `#` so that the settings that were added to `before` are
 * comments: what a run may well change (a remote, a branch, a name) stays, and
 * each takes one byte, so that git reads the old or the new line, never half.
 *
 * @param after The whole file; lines are counted in its bytes.
 * @returns `undefined` where lines cannot be told apart well enough for that.
 */
export function commentsFor(
  before: string,
  after: Uint8Array,
  acceptsWorktree?: AcceptsWorktree,
): number[] | undefined {
  const decoder = new TextDecoder();
  const added = addedSettings(before, decoder.decode(after), acceptsWorktree);
  if (added.some(({ name }) => name.endsWith(".?"))) return undefined;
  const lines = new Set(added.map(({ line }) => line));
  const offsets = lineStarts(after).filter((_, line) => lines.has(line));
  const left = after.slice();
  for (const offset of offsets) left[offset] = COMMENT;
  const rest = addedSettings(before, decoder.decode(left), acceptsWorktree);
  return rest.length === 0 ? offsets : undefined;
}

/** The byte `#`, which begins a comment in git settings. */
export const COMMENT = 0x23;

function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (const [at, byte] of bytes.entries()) {
    if (byte === 0x0a) starts.push(at + 1);
  }
  return starts;
}

/** The folders that `core.hooksPath` names. */
export function hookFolders(text: string): string[] {
  return valuesOf(text, (name) => name === "core.hookspath");
}

/** Further settings files that one names (`include.path`, `includeIf.*.path`). */
export function includedFiles(text: string): string[] {
  return valuesOf(
    text,
    (name) => name === "include.path" || name === "includeif.path",
  );
}

/** Files that choose filters, beside those with a fixed name. */
export function attributeFiles(text: string): string[] {
  return valuesOf(text, (name) => name === "core.attributesfile");
}

/** Also what is left when a comment after the value is taken for one. */
function valuesOf(text: string, wanted: (name: string) => boolean): string[] {
  const values = dangerousSettings(text).filter(({ name }) => wanted(name))
    .map(({ value }) => value);
  const short = values.map((value) =>
    unquoted(value.replace(/[ \t]*[#;].*$/, ""))
  );
  return [...new Set([...values, ...short])].filter((value) => value !== "");
}

/** A value that holds quotes or comments inside stays as it is: no harmless one does. */
function unquoted(value: string): string {
  const trimmed = value.trim();
  return /^"[^"\\]*"$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}
