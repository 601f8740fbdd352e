// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Package managers and task runners: programs they start and tasks they name.
 *
 * Sources: npm-run(1), npm-exec(1), pnpm, Yarn 1 and 4, Bun, uv, Poetry, Cargo,
 * Go, Bundler, mise, Nix and just command references; make(1).
 *
 * @module
 */

import { programFrom, type Run, type RunReader, unread } from "./run.ts";
import { type Valued, valued, walkOptions } from "./option_walk.ts";

const NODE_OPTIONS = valued(
  "-w -C -p -c --workspace --prefix --package --call --dir --filter --cwd --userconfig --registry --cache --loglevel --script-shell",
);

/** Verbs of npm and its kin that name a task themselves. */
const TASK_VERBS: ReadonlySet<string> = new Set(
  ["test", "start", "stop", "restart", "t", "tst"],
);
const RUN_VERBS: ReadonlySet<string> = new Set(["run", "run-script", "rum"]);
const EXEC_VERBS: ReadonlySet<string> = new Set(["exec", "x", "dlx"]);
/** After these and a name comes `-- PROGRAM`. */
const EXPLORES: ReadonlySet<string> = new Set(["explore"]);

/** Verbs of yarn and bun that are their own; any other names a script. */
const OWN_VERBS: ReadonlySet<string> = new Set(
  ("add audit autoclean bin build cache check config constraints create dedupe " +
    "dlx exec explain generate-lock-entry global help import info init install " +
    "licenses link list login logout lockfile node npm outdated owner pack " +
    "patch plugin pm policies prune publish rebuild remove search set stage " +
    "tag team unlink unplug up update upgrade upgrade-interactive version " +
    "versions why workspace workspaces i a rm x run repl completions")
    .split(" "),
);

function readNodeTool(argv: readonly string[], name: string): readonly Run[] {
  const { at, values } = walkOptions(argv, NODE_OPTIONS);
  const verb = argv[at];
  if (verb === undefined) return [];
  const shell = values.find(({ flag }) => flag === "--script-shell");
  if (shell !== undefined) {
    return [unread(`${name} is told to use another shell`, shell.index)];
  }
  const folder = values.find(({ flag }) =>
    /^(?:-C|--prefix|--dir|--cwd)$/.test(flag)
  )?.text;
  if (EXEC_VERBS.has(verb)) return execRuns(argv, at + 1, folder);
  if (EXPLORES.has(verb)) return afterDashes(argv);
  const named = RUN_VERBS.has(verb)
    ? walkOptions(argv, NODE_OPTIONS, at + 1).at
    : TASK_VERBS.has(verb)
    ? at
    : name !== "npm" && !OWN_VERBS.has(verb)
    ? at
    : -1;
  if (named < 0) return [];
  const task = argv[named];
  if (task === undefined) return [];
  const rest = argv.slice(named + 1);
  return [{
    kind: "task",
    tool: name,
    name: task === "t" || task === "tst" ? "test" : task,
    arguments: rest[0] === "--" ? rest.slice(1) : rest,
    index: named,
    ...(folder !== undefined && { folder }),
  }];
}

/** `npx PROGRAM`, `npx -c TEXT`. */
function execRuns(
  argv: readonly string[],
  start: number,
  folder?: string,
): readonly Run[] {
  const walked = walkOptions(argv, NODE_OPTIONS, start);
  const call = walked.values.find(({ flag }) => /^(?:-c|--call)$/.test(flag));
  if (call !== undefined) {
    return [{ kind: "shell", text: call.text, index: call.index }];
  }
  const words = programFrom(argv, walked.at, {
    ...(folder !== undefined && { folder }),
  });
  const runs = words.map((run) =>
    run.kind === "program"
      ? { ...run, argv: [plainName(run.argv[0] ?? ""), ...run.argv.slice(1)] }
      : run
  );
  return walked.unsure
    ? [...runs, unread("an unknown word stands before what it runs")]
    : runs;
}

/** `prettier@3` and `@scope/tool@1` run the program of that name. */
function plainName(word: string): string {
  const at = word.lastIndexOf("@");
  return at > 0 ? word.slice(0, at) : word;
}

/** `TOOL run PROGRAM` and its like. */
function afterVerb(verbs: readonly string[], options: Valued): RunReader {
  return (argv) => {
    const { at } = walkOptions(argv, options);
    if (!verbs.includes(argv[at] ?? "")) return [];
    const walked = walkOptions(argv, options, at + 1);
    const text = walked.values.find(({ flag }) => flag === "-c");
    if (text !== undefined) {
      return [{ kind: "shell", text: text.text, index: text.index }];
    }
    return programFrom(argv, walked.at);
  };
}

const PYTHON_TOOL = valued(
  "-p --python --with --extra --group --project --directory --package -C --env-file --index-url -n --name -P --from --spec --with-editable --no-capture-output",
);

function afterDashes(argv: readonly string[]): readonly Run[] {
  const at = argv.indexOf("--");
  return at < 0 ? [] : programFrom(argv, at + 1);
}

/** `nix-shell --run TEXT`, `nix develop -c PROGRAM`. */
function readNix(argv: readonly string[]): readonly Run[] {
  const at = argv.findIndex((word) =>
    /^(?:--run|--command|-c|--eval|--expr|-E)$/.test(word)
  );
  const text = argv[at + 1];
  if (at < 0 || text === undefined) return [];
  if (/^(?:--eval|--expr|-E)$/.test(argv[at] ?? "")) return [];
  return argv[0]?.endsWith("nix-shell")
    ? [{ kind: "shell", text, index: at + 1 }]
    : programFrom(argv, at + 1);
}

/** Targets of make, and the ways to give it code. */
function readMake(argv: readonly string[]): readonly Run[] {
  const options = valued(
    "-C -f -I -j -l -o -W -E --directory --file --makefile --include-dir --old-file --what-if --eval",
  );
  const runs: Run[] = [];
  const { values } = walkOptions(argv, options);
  const folder = values.find(({ flag }) => /^(?:-C|--dir)/.test(flag))?.text;
  if (!values.some(({ flag }) => /^(?:-f|--file|--makefile)$/.test(flag))) {
    for (const name of ["GNUmakefile", "makefile", "Makefile"]) {
      runs.push({
        kind: "file",
        language: "make",
        path: folder === undefined ? name : `${folder}/${name}`,
        index: 0,
        arguments: [],
        onlyMade: true,
      });
    }
  }
  for (const { flag, text, index } of values) {
    if (/^(?:-E|--eval)$/.test(flag)) {
      runs.push({ kind: "code", language: "make", text, index });
    } else if (/^(?:-f|--file|--makefile)$/.test(flag)) {
      runs.push(
        text === "-" || text === "/dev/stdin"
          ? { kind: "stdin", language: "make" }
          : {
            kind: "file",
            language: "make",
            path: text,
            index,
            arguments: [],
          },
      );
    }
  }
  for (const [index, word] of argv.entries()) {
    if (index === 0 || word.startsWith("-")) continue;
    const setting = /^([A-Za-z_.]+)[:+?]?=(.*)$/s.exec(word);
    if (setting === null) continue;
    const [, name = "", value = ""] = setting;
    if (/^(?:SHELL|\.SHELLFLAGS|MAKEFLAGS|MAKE)$/.test(name)) {
      runs.push(unread(`make is told to use another ${name}`, index));
    } else if (/\$\(shell\b|^!/.test(value)) {
      runs.push({ kind: "code", language: "make", text: value, index });
    }
  }
  const targets = argv.slice(1).filter((word) => !/^-|=/.test(word));
  for (const target of targets) {
    runs.push({
      kind: "task",
      tool: "make",
      name: target,
      arguments: [],
      index: argv.indexOf(target),
      ...(folder !== undefined && { folder }),
    });
  }
  return runs;
}

function readCargo(argv: readonly string[]): readonly Run[] {
  const at = argv[1]?.startsWith("+") ? 2 : 1;
  if (argv[at] === "watch") {
    const options = valued("-x -s -w -i -d -E --exec --shell --watch --ignore");
    return walkOptions(argv, options, at + 1).values
      .flatMap(({ flag, text, index }): Run[] =>
        flag === "-x" || flag === "--exec"
          ? [{ kind: "shell", text: `cargo ${text}`, index }]
          : flag === "-s" || flag === "--shell"
          ? [{ kind: "shell", text, index }]
          : []
      );
  }
  const config = argv.findIndex((word) => /^--config(?:=|$)/.test(word));
  return config < 0
    ? []
    : [unread("cargo --config can name a program to run", config)];
}

function readGo(argv: readonly string[]): readonly Run[] {
  return argv.flatMap((word, index): Run[] => {
    const found = /^--?(?:exec|toolexec|vettool)(?:=(.*))?$/s.exec(word);
    if (found === null) return [];
    const text = found[1] ?? argv[index + 1];
    return text === undefined ? [] : [{ kind: "shell", text, index }];
  });
}

function each(names: string, reader: RunReader): [string, RunReader][] {
  return names.split(" ").map((name) => [name, reader]);
}

/** Readers by name. */
export const PACKAGE_READERS: ReadonlyMap<string, RunReader> = new Map<
  string,
  RunReader
>([
  ...each("npm pnpm yarn bun", readNodeTool),
  ...each("npx bunx pnpx", (argv) => execRuns(argv, 1)),
  ...each(
    "uvx pipx",
    (argv, name) =>
      name === "pipx"
        ? afterVerb(["run"], PYTHON_TOOL)(argv, name, {})
        : programFrom(argv, walkOptions(argv, PYTHON_TOOL).at),
  ),
  ...each(
    "poetry uv pipenv pdm hatch rye conda mamba micromamba",
    afterVerb(
      ["run", "exec"],
      PYTHON_TOOL,
    ),
  ),
  ...each(
    "bundle rbenv pyenv nodenv asdf volta fnm rtx",
    afterVerb(
      ["exec", "run"],
      valued("-C --using --gemfile"),
    ),
  ),
  [
    "mise",
    (argv, name) =>
      argv.includes("--")
        ? afterDashes(argv)
        : afterVerb(["exec", "x"], valued("-C -c --command"))(argv, name, {}),
  ],
  ...each("devbox", afterVerb(["run"], valued("-c -e --config --env"))),
  ...each(
    "op doppler aws-vault infisical chamber teller envchain",
    afterDashes,
  ),
  [
    "just",
    (argv) => {
      const at = argv.findIndex((word) => /^(?:-c|--command)$/.test(word));
      return at < 0 ? [] : programFrom(argv, at + 1);
    },
  ],
  ...each("nix nix-shell", readNix),
  ...each("make gmake", readMake),
  ["cargo", readCargo],
  ["go", readGo],
]);
