// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What this version does not hold, and what would mend it.
 *
 * A recipe listed here must escape: once it no longer does, a test fails until
 * its line is taken out.
 *
 * @module
 */

interface KnownEscape {
  readonly ids: readonly string[];
  readonly why: string;
  /** Only where the command runs as root. */
  readonly rootOnly?: true;
}

const REPORT = "the report of what a run left does not name it";

const KNOWN: readonly KnownEscape[] = [
  {
    ids: ["fork-bomb"],
    why: "the kernel does not count root's processes without a cgroup",
    rootOnly: true,
  },
  { ids: ["hard-link-of-secret"], why: "second names are not looked for" },
  { ids: ["mount-of-secret"], why: "second mounts are not looked for" },
  {
    ids: [
      "nested-repository",
      "hooks-without-repository",
      "deep-repository",
      "deep-repository-changed",
      "git-pointer",
      "bare-repository",
      "hooks-path",
      "attributes",
      ...bothWays([
        "git-commondir",
        "git-modules-m-hooks-post-checkout",
        "git-modules-m-config",
        "git-worktrees-w-config-worktree",
        "agents-md",
        "claude-md",
        "package-json",
        "makefile",
        "conftest-py",
        "setup-py",
        "build-rs",
        "npmrc",
        "yarnrc",
        "venv-pyvenv-cfg",
        "sitecustomize-py",
        "cargo-config-toml",
        "pre-commit-config-yaml",
        "justfile",
      ]),
    ],
    why: REPORT,
  },
];

/** Why a recipe is known to work for a run as this user, or `undefined`. */
export function knownEscape(id: string, uid: number): string | undefined {
  return KNOWN.find(({ ids, rootOnly }) =>
    ids.includes(id) && (!rootOnly || uid === 0)
  )?.why;
}

function bothWays(ids: readonly string[]): string[] {
  return ids.flatMap((id) => [`new-${id}`, `changed-${id}`]);
}
