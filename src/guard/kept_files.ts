// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which files of an approved command must stay as they were approved until it
 * has used them.
 *
 * @module
 */

import type { Facts } from "../action/facts.ts";
import type { Subject, SubjectFile } from "../approval/subject.ts";
import { hasHole } from "../shell/value.ts";
import { isWithin } from "../../sandbox/within.ts";
import type { ApprovedFile } from "./approvals.ts";

/** What is kept for one approved command. */
export interface Kept {
  readonly files: readonly ApprovedFile[];
  /** Paths that no other run may change. */
  readonly held: readonly string[];
}

/** Files that a package manager rewrites, whatever its words say; each one's manual is the source. */
const MANIFESTS: Readonly<Record<string, readonly string[]>> = {
  npm: ["package.json", "package-lock.json", "npm-shrinkwrap.json"],
  pnpm: ["package.json", "pnpm-lock.yaml"],
  yarn: ["package.json", "yarn.lock"],
  bun: ["package.json", "bun.lock"],
  deno: ["deno.json", "package.json", "deno.lock"],
  cargo: ["Cargo.toml", "Cargo.lock"],
  go: ["go.mod", "go.sum"],
  composer: ["composer.json", "composer.lock"],
  bundle: ["Gemfile", "Gemfile.lock"],
  poetry: ["pyproject.toml", "poetry.lock"],
  uv: ["pyproject.toml", "uv.lock"],
};

/** First words with which they only start what the manifest names. */
const RUNS_ONLY = new Set(["run", "run-script", "test", "t", "start", "stop"]);

/**
 * Files whose content the approval is bound to; none for a file action, which
 * is carried out by the guard itself.
 */
export function keptFiles(
  facts: Facts,
  subject: Subject,
  linkFolders: (path: string) => readonly string[] = () => [],
): Kept {
  const { action } = facts;
  if (action.kind !== "exec") return { files: [], held: [] };
  const groups = subject.files.flatMap(({ members }) => members ?? []);
  const files = subject.files.flatMap(({ members, path, role, sha256 }) =>
    role === "target" || sha256 === undefined || members !== undefined
      ? []
      : [{ path, sha256, mayBeWritten: mayBeWritten(path, role, facts) }]
  );
  const links = facts.paths.flatMap(({ access, path, word }) =>
    (access === "execute" || access === "read") && !hasHole(path) &&
      !hasHole(word) && !word.startsWith("~")
      ? linkFolders(word.startsWith("/") ? word : `${action.cwd}/${word}`)
      : []
  );
  const held = new Set([
    ...files.map(({ path }) => path),
    ...groups,
    ...links,
  ]);
  return { files, held: [...held].sort() };
}

/**
 * Programs that only read the files they are given. Of any other program it is
 * not known: formatters, for one, write what they are given to read.
 */
const READERS = new Set([
  ...["cat", "head", "tail", "less", "more", "tac", "nl", "od", "xxd", "wc"],
  ...["grep", "egrep", "fgrep", "rg", "cut", "tr", "uniq", "comm", "diff"],
  ...["jq", "base64", "sha256sum", "md5sum", "file", "stat", "cmp", "cp"],
  ...["sh", "bash", "dash", "zsh", "ksh", "source", ".", "xargs", "envsubst"],
  ...["curl", "psql", "mysql", "sqlite3", "kubectl", "helm", "ssh", "scp"],
]);

function mayBeWritten(
  path: string,
  role: SubjectFile["role"],
  { paths, programs }: Facts,
): boolean {
  const named = paths.filter((one) => one.path === path);
  const written = paths.some((one) =>
    (one.access === "write" || one.access === "delete") &&
    (hasHole(one.path) || isWithin(path, one.path))
  );
  const read = role !== "input" || named.every(({ owner }) =>
    // A redirection, or a file that a program obeys without being told.
    owner === undefined || READERS.has(programs[owner]?.name ?? "")
  );
  if (written || !read) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return programs.some((program) =>
    (MANIFESTS[program.name] ?? []).includes(name) &&
    !RUNS_ONLY.has(program.argv[1] ?? "")
  );
}
