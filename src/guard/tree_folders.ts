// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Folders of an action whose inside decides what happens: a script's own, those
 * that are read, sent or moved, and those that are deleted.
 *
 * @module
 */

import type { Facts, PathFact, ProgramFact } from "../action/facts.ts";
import { hasHole } from "../shell/value.ts";
import { isWithin } from "../../sandbox/within.ts";
import { foldersOf, type NamedWorld } from "./named_files.ts";
import type { StartedWorld } from "./started_files.ts";

/** What is wanted of a tree: its code and the rest apart, all contents, or names and sizes. */
export type TreeKind = "code" | "contents" | "names";

/** Folders of one action, by what is wanted of them. */
export type Trees = Readonly<Record<TreeKind, readonly string[]>>;

/** What is asked of the disk to find them. */
export type FolderWorld = NamedWorld & StartedWorld;

/** Folders that one action leads to; more is not for a person to judge. */
const MAX_ROOTS = 256;
/** Programs that run what lies in the folder they work in. */
const RUNS_FOLDER = new Set([
  ...["make", "gmake", "ninja", "just", "task", "rake", "gradle", "gradlew"],
  ...["mvn", "mvnw", "ant", "cargo", "cmake", "meson", "bazel", "bazelisk"],
  ...["sbt", "mix", "lein", "dotnet", "nix", "nix-shell", "nix-build", "tox"],
  ...["nox", "invoke", "fab", "pytest", "py.test", "alembic", "pre-commit"],
  ...["npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx", "gulp", "grunt"],
  ...["jest", "vitest", "vite", "webpack", "rollup", "eslint", "prettier"],
  ...["tsc", "next", "playwright", "prisma", "go", "bundle", "bundler"],
  ...["rails", "terraform", "tofu", "terragrunt", "pulumi", "cdk", "sam"],
  ...["serverless", "sls", "ansible-playbook", "helmfile", "skaffold"],
]);
/** Programs that work in a folder that they are told. */
const MAKES = new Set(["make", "gmake", "ninja"]);
/** Programs whose words are scripts that they read. */
const SOURCES = new Set([".", "source"]);
/** Programs whose first words may be a script. */
const SHELLS = new Set(["sh", "bash", "dash", "zsh", "ksh"]);
/** Programs that do nothing with what is in a folder but say it to who asked. */
const TELLS = new Set([
  ...["cd", "pushd", "ls", "tree", "du", "stat", "file", "wc", "grep"],
  ...["egrep", "fgrep", "rg", "ag", "fd", "find", "cat", "head", "tail"],
  ...["diff", "cmp", "echo", "printf", "test", "[", "[[", "export", "mkdir"],
  ...["chmod", "chown", "touch", "ln", "realpath", "readlink", "basename"],
  ...["dirname", "pwd", "which", "git", "rm", "rmdir"],
]);
/** Folders of the system, where no agent writes, and what is no disk's. */
const SYSTEM_REGEXP =
  /^\/(?:proc|sys|dev|usr|bin|sbin|lib\w*|etc|opt|nix|snap|gnu|System|Library)(?:\/|$)/;
/** Folders whose inside decides what happens. */
export function treesOf(facts: Facts, world: FolderWorld): Trees {
  const code = facts.action.kind === "exec"
    ? [...scriptFolders(facts, world), ...workFolders(facts, world)]
    : [];
  const removed = removedFolders(facts, world);
  const isKnown = (path: string) =>
    [...code, ...removed].some((root) => isWithin(path, root));
  const contents = facts.action.kind === "exec"
    ? takenFolders(facts, world).filter((path) => !isKnown(path))
    : [];
  return {
    code: outermost(code),
    contents: outermost(contents),
    names: outermost(removed),
  };
}

/**
 * Where the scripts lie that are run by name, where a link to one lies (a shell
 * takes `$0` as it was written), and where shells work: they read `lib/x.sh`
 * from there.
 */
function scriptFolders(facts: Facts, world: FolderWorld): string[] {
  const { action, paths, programs } = facts;
  if (action.kind !== "exec") return [];
  const { cwd, origin } = action;
  const folders: string[] = [];
  for (const { access, owner, path, word } of paths) {
    const name = programs[owner ?? -1]?.name ?? "";
    const isScript = access === "execute" ||
      access === "read" && SOURCES.has(name);
    if (hasHole(path) || !isScript) continue;
    folders.push(...around(path, word, cwd, world));
  }
  for (const program of programs) {
    const [word = ""] = program.argv;
    if (program.elsewhere !== undefined || hasHole(word)) continue;
    for (const folder of foldersOf(program, cwd)) {
      const path = world.program(word, folder);
      const isOwn = path !== undefined && !SYSTEM_REGEXP.test(path) &&
        (word.includes("/") || isWithin(path, origin.workspace));
      if (isOwn) folders.push(...around(path, word, folder, world));
      const works = isOwn || runsScript(program);
      if (works && isWithin(folder, origin.workspace)) folders.push(folder);
    }
  }
  return folders;
}

/** A shell with a script, not with a text, which has been read. */
function runsScript({ argv, name }: ProgramFact): boolean {
  return SOURCES.has(name) ||
    SHELLS.has(name) && argv.length > 1 &&
      !argv.slice(1).some((word) => /^-[a-zA-Z]*c/.test(word));
}

function around(
  path: string,
  word: string,
  folder: string,
  { kind, resolve }: FolderWorld,
): string[] {
  if (SYSTEM_REGEXP.test(path)) return [];
  // A folder, or a name that an interpreter makes one of with its ending.
  const own = kind(path) === "folder" ? path : folderOf(path);
  if (hasHole(word) || word.startsWith("~") || !word.includes("/")) {
    return [own];
  }
  const written = word.startsWith("/") ? word : `${folder}/${word}`;
  const beside = resolve(folderOf(written));
  return beside === undefined || SYSTEM_REGEXP.test(beside)
    ? [own]
    : [own, beside];
}

/** Where programs work that run what they find there. */
function workFolders(
  { action, programs }: Facts,
  world: FolderWorld,
): string[] {
  if (action.kind !== "exec") return [];
  return programs.filter(({ elsewhere }) => elsewhere === undefined).flatMap(
    (program) => {
      const { argv, name } = program;
      const isModule = /^python[0-9.]*$/.test(name) &&
        argv.some((word) => /^-[a-zA-Z]*m/.test(word));
      const isCommit = name === "git" && addsAll(argv);
      if (!RUNS_FOLDER.has(name) && !isModule && !isCommit) return [];
      const folders = foldersOf(program, action.cwd);
      const named = folders.flatMap((folder) =>
        wordFolders(argv.slice(1), folder, world)
      );
      const told = argv.some((word) => /^(?:-C|--directory)/.test(word));
      return MAKES.has(name)
        ? told && named.length > 0 ? named : folders
        : [...folders, ...named];
    },
  );
}

/** Whether git takes in whatever is there. */
function addsAll([, verb = "", ...words]: readonly string[]): boolean {
  return verb === "add" || verb === "stash" ||
    verb === "commit" &&
      words.some((word) => word === "--all" || /^-[a-z]*a/.test(word));
}

/** Folders of which the inside is read and goes somewhere. */
function takenFolders(facts: Facts, world: FolderWorld): string[] {
  const { action, hosts, paths, programs, unknowns } = facts;
  if (action.kind !== "exec") return [];
  const leaves = hosts.length > 0 || unknowns.length > 0;
  const written = new Set(
    paths.filter(({ access }) => access === "write").map(({ path }) => path),
  );
  const takes = ({ name }: ProgramFact) =>
    !RUNS_FOLDER.has(name) && (!TELLS.has(name) || leaves && reads(name));
  const read = paths.filter((path) => {
    const owner = programs[path.owner ?? -1];
    return owner !== undefined &&
      (isRead(path) && takes(owner) ||
        path.access === "list" && !hasHole(path.path) && handsOn(owner));
  }).map(({ path }) => path);
  const named = programs.filter((one) =>
    one.elsewhere === undefined && takes(one) && one.name !== "rsync"
  ).flatMap((program) =>
    foldersOf(program, action.cwd).flatMap((folder) =>
      wordFolders(program.argv.slice(1), folder, world)
    )
  );
  const moved = paths.filter(({ access, owner, path }) =>
    access === "delete" && !hasHole(path) &&
    programs[owner ?? -1]?.name === "mv"
  ).map(({ path }) => path);
  return [...read, ...named, ...moved].filter((path) =>
    world.kind(path) === "folder" && !written.has(path)
  );
}

/** Of those that only tell: who tells contents, which may go on through a pipe. */
function reads(name: string): boolean {
  return /^(?:[ef]?grep|rg|ag|cat|head|tail|diff)$/.test(name);
}

function isRead({ access, path }: PathFact): boolean {
  return access === "read" && !hasHole(path);
}

/** Folders that go away with all in them. */
function removedFolders(facts: Facts, world: FolderWorld): string[] {
  const { action, paths, programs } = facts;
  const gone = paths.filter(({ access, owner, path }) => {
    if (hasHole(path)) return false;
    const program = programs[owner ?? -1];
    if (access === "delete") return program?.name !== "mv";
    return access === "list" && program !== undefined && deletes(program);
  }).map(({ path }) => path).filter((path) => world.kind(path) === "folder");
  const cleaned = action.kind !== "exec"
    ? []
    : programs.flatMap((program) =>
      program.name === "git" && program.elsewhere === undefined &&
        program.argv.includes("clean")
        ? foldersOf(program, action.cwd)
        : []
    );
  return [...gone, ...cleaned];
}

/** `find` that removes what it finds. */
function deletes({ argv, name }: ProgramFact): boolean {
  return name === "find" && argv.some((word, at) =>
    word === "-delete" ||
    /^-(?:exec|ok)(?:dir)?$/.test(word) &&
      /(?:^|\/)(?:rm|rmdir|unlink|shred)$/.test(argv[at + 1] ?? "")
  );
}

/** `find` that gives what it finds to another program. */
function handsOn({ argv, name }: ProgramFact): boolean {
  return name === "find" &&
    argv.some((word) => /^-(?:exec|ok)(?:dir)?$/.test(word));
}

function wordFolders(
  words: readonly string[],
  folder: string,
  { kind, resolve }: NamedWorld,
): string[] {
  return words.filter((word) => !hasHole(word) && word.length < 4096).flatMap(
    (word) => {
      const equals = word.indexOf("=");
      const forms = [
        word,
        ...(equals >= 0 ? [word.slice(equals + 1)] : []),
        ...(/^-[A-Za-z]./.test(word) ? [word.slice(2)] : []),
      ];
      return forms.flatMap((form) => {
        if (form === "" || form.includes("\n")) return [];
        const real = resolve(form.startsWith("/") ? form : `${folder}/${form}`);
        return real !== undefined && kind(real) === "folder" ? [real] : [];
      });
    },
  );
}

/** Each once, and none that lies in another; sorted. */
function outermost(paths: readonly string[]): string[] {
  const once = [...new Set(paths)].sort();
  if (once.length > MAX_ROOTS) {
    throw new RangeError(
      `Cannot bind an approval to it: it involves ${once.length} folders, more than ${MAX_ROOTS}`,
    );
  }
  return once.filter((path) =>
    !once.some((other) => other !== path && isWithin(path, other))
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
