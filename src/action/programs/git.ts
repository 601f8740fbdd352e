// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Ways to make git run another program.
 *
 * Sources: git(1), git-config(1), and the manual pages of the subcommands
 * named here (git 2.39).
 *
 * @module
 */

import { readArguments } from "./options.ts";

/** Subcommands that git itself has; anything else may be an alias or a program. */
const BUILT_IN: ReadonlySet<string> = new Set(
  ("add am annotate apply archive bisect blame branch bundle cat-file " +
    "check-attr check-ignore check-mailmap check-ref-format checkout " +
    "checkout-index cherry cherry-pick clean clone column commit commit-graph " +
    "commit-tree config count-objects describe diff diff-files diff-index " +
    "diff-tree difftool fast-export fast-import fetch filter-branch fmt-merge-msg " +
    "for-each-ref for-each-repo format-patch fsck gc grep hash-object help init " +
    "interpret-trailers log ls-files ls-remote ls-tree maintenance merge " +
    "merge-base merge-file merge-tree mergetool mv name-rev notes pack-refs " +
    "patch-id prune pull push range-diff read-tree rebase reflog remote repack " +
    "replace request-pull rerere reset restore rev-list rev-parse revert rm " +
    "send-email shortlog show show-branch show-ref sparse-checkout stage stash " +
    "status stripspace submodule switch symbolic-ref tag update-index update-ref " +
    "var verify-commit verify-tag version whatchanged worktree write-tree lfs")
    .split(" "),
);

/** Settings that never name a program. */
const HARMLESS_SETTING =
  /^(?:user\.(?:name|email)|color\.|column\.|advice\.|core\.(?:quotepath|autocrlf|filemode|ignorecase|precomposeunicode)|init\.defaultbranch|log\.|push\.default|pull\.(?:rebase|ff)|fetch\.prune|rebase\.auto|merge\.ff|commit\.gpgsign|tag\.sort|branch\.|diff\.(?:renames|algorithm|noprefix))/i;

/** Options that name a program, by subcommand; shortened spellings too. */
const CARRIERS: Readonly<Record<string, RegExp>> = {
  rebase: /^(?:-[A-Za-z]*x|--ex)/,
  difftool: /^(?:-x|--ext|-t|--to)/,
  mergetool: /^(?:-t|--to)/,
  grep: /^(?:-[A-Za-z]*O|--open)/,
  archive: /^--(?:exec|remote)/,
  clone: /^(?:-u|--up|-c|--conf|--template)/,
  fetch: /^--up/,
  pull: /^--up/,
  "ls-remote": /^--(?:up|exec)/,
  push: /^--(?:rec|exec)/,
  diff: /^--ext/,
  log: /^--ext/,
  show: /^--ext/,
  init: /^--template/,
};

/** Says how git is made to run another program. */
export function gitCode(args: readonly string[]): string | undefined {
  const { operands, values, flags } = readArguments("git", ["git", ...args]);
  for (const { flag, text } of values) {
    if (flag === "-c" && !HARMLESS_SETTING.test(text)) {
      return "git -c sets a setting that can name a program";
    }
    if (flag === "--exec-path" || flag === "--config-env") {
      return `git ${flag} changes what git runs`;
    }
  }
  const verb = operands[0];
  if (verb === undefined) return undefined;
  if (!BUILT_IN.has(verb.text)) {
    return `git ${verb.text} may be an alias or another program`;
  }
  const rest = args.slice(verb.index);
  const carrier = Object.hasOwn(CARRIERS, verb.text)
    ? rest.find((word) => CARRIERS[verb.text]?.test(word))
    : undefined;
  if (carrier !== undefined) {
    return `git ${verb.text} ${carrier} names a program`;
  }
  if (args.some((word) => /^ext::/.test(word))) {
    return "an ext:: address names a program";
  }
  const second = operands[1]?.text;
  switch (verb.text) {
    case "bisect":
      return second === "run" ? "git bisect run runs a command" : undefined;
    case "submodule":
      return second === "foreach"
        ? "git submodule foreach runs a command"
        : undefined;
    case "filter-branch":
    case "for-each-repo":
    case "send-email":
      return `git ${verb.text} runs commands it is given`;
    case "config":
      return configCode(second, operands.length, flags);
    default:
      return undefined;
  }
}

function configCode(
  key: string | undefined,
  operands: number,
  flags: ReadonlySet<string>,
): string | undefined {
  const reads = [
    "--get",
    "--get-all",
    "--get-regexp",
    "--list",
    "-l",
    "--get-urlmatch",
  ]
    .some((flag) => flags.has(flag));
  const isReadWord = key === "get" || key === "list";
  const edits = flags.has("--edit") || flags.has("-e");
  if (!edits && (reads || isReadWord || operands <= 2)) {
    return undefined;
  }
  if (key !== undefined && HARMLESS_SETTING.test(key) && !edits) {
    return undefined;
  }
  return "git config sets a setting that can name a program";
}
