// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which git settings make git run a program (pure).
 *
 * Source: git-config(1); the keys that fired on a host git in practice are
 * research sandbox-peers 3.2 #49.
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
  "trailer",
  "uploadpack",
  "instaweb",
  "guitool",
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
  "gpg.program",
  "gpg.defaultkeycommand",
  "remote.uploadpack",
  "remote.receivepack",
  "remote.vcs",
  "submodule.update",
  "extensions.worktreeconfig",
  "protocol.allow",
]);

/**
 * Finds settings that make git run a program, in the text of a git settings file.
 *
 * Reads generously: a line it cannot place counts as dangerous, because git
 * may read it differently.
 *
 * @returns The settings found, as `section.key`.
 */
export function dangerousGitSettings(text: string): string[] {
  const found: string[] = [];
  let section = "";
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const header = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"[^"\\]*")?\s*\]$/.exec(line);
    if (header?.[1] !== undefined) {
      section = header[1].toLowerCase();
      continue;
    }
    const key = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=|$)/.exec(line)?.[1];
    // "[a] key = value" on one line, a continued value: not told apart here.
    if (key === undefined || line.endsWith("\\")) {
      found.push(`${section}.?`);
      continue;
    }
    const family = section.split(".")[0] ?? "";
    const name = `${family}.${key.toLowerCase()}`;
    if (SECTIONS.has(family) || KEYS.has(name)) found.push(name);
  }
  return found;
}
