// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which files of a work tree a call of git overwrites or removes (pure).
 *
 * Sources: git-checkout(1), git-restore(1), git-reset(1), git-clean(1),
 * git-stash(1), git-rm(1) and the manuals of those that merge (git 2.39).
 *
 * @module
 */

import type { ProgramFact } from "../facts.ts";
import { hasHole } from "../../shell/value.ts";
import { valued, walkOptions } from "../runs/option_walk.ts";

/** What one call of git may take away. */
export interface GitUse {
  /** Absolute folder it runs in. */
  readonly folder: string;
  /** Tracked files that differ from the index, untracked files, or both. */
  readonly tracked: boolean;
  readonly untracked: boolean;
  /** Ignored files as well. */
  readonly ignored: boolean;
  /** With `tracked`: what was added to the index and committed nowhere goes, too. */
  readonly staged?: true;
  /** Untracked files may be overwritten by what another revision has, ignored ones without a word. */
  readonly over?: true;
  /** `over` only where one of these is no file: it is a revision then. */
  readonly revisions?: readonly string[];
  /** As written, relative to the folder; empty: all of the work tree. */
  readonly pathspecs: readonly string[];
  /** Words of `git rm` and `git mv`, which take clean files as well. */
  readonly taken: readonly string[];
  /** Where `git mv` puts them. */
  readonly target?: string;
}

/** Options of git itself that take a value. */
export const GIT_GLOBAL = valued(
  "-C -c --git-dir --work-tree --namespace --config-env --super-prefix --exec-path --list-cmds --attr-source",
);
const VALUES = valued("-b -B -e -m -s --source -U --orphan --conflict -X -x");

/** What git's words say; nothing where it takes nothing away. */
export function gitUse({ argv, folders = [] }: ProgramFact): GitUse[] {
  const { at, values } = walkOptions(argv, GIT_GLOBAL);
  const verb = argv[at];
  if (verb === undefined || hasHole(verb)) return [];
  const read = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  const kind = read?.(argv.slice(at + 1));
  if (kind === undefined) return [];
  const inner = values.filter(({ flag }) => flag === "-C").map(({ text }) =>
    text
  );
  return folders.map((folder) => ({
    folder: inner.reduce(
      (from, text) => text.startsWith("/") ? text : `${from}/${text}`,
      folder,
    ),
    ...kind,
  }));
}

type Kind = Omit<GitUse, "folder">;

const ALL: Kind = {
  tracked: true,
  untracked: false,
  ignored: false,
  pathspecs: [],
  taken: [],
};
const NONE: Kind = { ...ALL, tracked: false };
/** All that differs from a revision. */
const HARD: Kind = { ...ALL, staged: true };
const OVER: Kind = { ...HARD, over: true };

const VERBS: Readonly<
  Record<string, (words: readonly string[]) => Kind | undefined>
> = {
  checkout(words) {
    const pathspecs = afterDashes(words);
    const revisions = pathspecs === undefined
      ? words.filter((word) => !word.startsWith("-"))
      : [];
    return {
      ...(words[0] === "--" ? ALL : OVER),
      pathspecs: pathspecs ?? [],
      ...(revisions.length > 0 && { revisions }),
    };
  },
  switch: () => OVER,
  restore(words) {
    const { at, flags } = walkOptions(words, VALUES, 0);
    const index = flags.has("--staged") || flags.has("-S");
    const tree = flags.has("--worktree") || flags.has("-W");
    if (index && !tree) return undefined;
    const source = flags.has("--source") || flags.has("-s");
    const pathspecs = words.slice(at).filter(isPlain);
    return { ...(source ? OVER : index ? HARD : ALL), pathspecs };
  },
  reset(words) {
    if (!words.some((word) => /^--(?:hard|merge|keep)$/.test(word))) {
      return undefined;
    }
    const other = words.some((word) => !/^(?:-.*|HEAD|@)$/s.test(word));
    return other ? OVER : HARD;
  },
  clean(words) {
    const { at, flags } = walkOptions(words, VALUES, 0);
    if (flags.has("-n") || flags.has("--dry-run")) return undefined;
    return {
      tracked: false,
      untracked: !flags.has("-X"),
      ignored: words.some((word) => /^-[a-wyz]*[xX]/.test(word)),
      pathspecs: words.slice(at).filter(isPlain),
      taken: [],
    };
  },
  stash(words) {
    const [first = "push"] = words;
    if (/^(?:list|show|drop|clear|create|store|branch)$/.test(first)) {
      return undefined;
    }
    const all = words.some((word) => /^(?:-a|--all)$/.test(word));
    if (first === "pop" || first === "apply") return OVER;
    return {
      ...HARD,
      untracked: all ||
        words.some((word) => /^(?:-u|--include-untracked)$/.test(word)),
      ignored: all,
    };
  },
  merge: () => OVER,
  rebase: () => OVER,
  pull: () => OVER,
  "cherry-pick": () => OVER,
  revert: () => OVER,
  am: () => OVER,
  bisect: () => OVER,
  "sparse-checkout": () => OVER,
  "checkout-index": () => ALL,
  "read-tree": (words) =>
    words.some((word) => /^-[a-z]*u/.test(word)) ? OVER : undefined,
  worktree(words) {
    if (words[0] !== "remove") return undefined;
    return { ...NONE, taken: words.slice(1).filter(isPlain) };
  },
  // A patch names files that git need not know.
  apply: (words) =>
    words.some((word) => /^--(?:check|stat|numstat|summary)$/.test(word))
      ? undefined
      : OVER,
  rm(words) {
    if (words.includes("--cached")) return undefined;
    const { at } = walkOptions(words, VALUES, 0);
    return { ...NONE, taken: words.slice(at).filter(isPlain) };
  },
  mv(words) {
    const { at, flags } = walkOptions(words, VALUES, 0);
    const named = words.slice(at).filter(isPlain);
    const target = named.at(-1);
    if (flags.has("-n") || target === undefined) return undefined;
    return { ...NONE, taken: named.slice(0, -1), target };
  },
};

function isPlain(word: string): boolean {
  return !word.startsWith("-") && !hasHole(word);
}

function afterDashes(words: readonly string[]): string[] | undefined {
  const at = words.indexOf("--");
  if (at >= 0) return words.slice(at + 1).filter(isPlain);
  // `git checkout file`: a branch of that name is looked for first, so it may be either.
  return undefined;
}
