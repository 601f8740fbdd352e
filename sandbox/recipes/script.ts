// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Recipes -> the scripts that try them, several in one run, and back: what a
 * run printed -> what each came to.
 *
 * Targets come from the file `facts`, never from the command line: the policy
 * would read a secret's path there and refuse before the kernel is asked.
 *
 * @module
 */

import type { Recipe, Script } from "./recipe.ts";

/** Where a recipe's interpreter is; the search path may be somebody else's. */
export const INTERPRETERS: Readonly<Record<Script["by"], string>> = {
  bash: "/bin/bash",
  python: "/usr/bin/python3",
};

/** Seconds one attack may take. */
const LIMIT_SECONDS = 10;

const BASH_HEAD = `cd "$(dirname "$0")" || exit 99
while IFS='=' read -r key value; do declare "$key=$value"; done <facts
`;

/**
 * Numbers of system calls come from the kernel's tables: the C library has no
 * names for most of these calls.
 */
const PYTHON_HEAD = `import ctypes, os, socket, struct, sys
os.chdir(os.path.dirname(os.path.abspath(sys.argv[0])))
F = dict(l.rstrip("\\n").split("=", 1) for l in open("facts"))
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = os.uname().machine == "x86_64"
def nr(x86_64, aarch64=None):
    return x86_64 if X86 or aarch64 is None else aarch64
def call(*args):
    ctypes.set_errno(0)
    n = libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return n, ctypes.get_errno()
def got(): print("GOT", flush=True)
`;

/** One file to write into a workspace. */
export interface ScriptFile {
  readonly name: string;
  readonly text: string;
}

/** Values that scripts know by name. No value holds a line feed. */
export type RecipeFacts = Readonly<Record<string, string>>;

/** The file of one script; `name` has no ending. */
function scriptFile(name: string, { by, text }: Script): ScriptFile {
  return by === "bash"
    ? { name: `${name}.sh`, text: `${BASH_HEAD}${text}\n` }
    : { name: `${name}.py`, text: `${PYTHON_HEAD}${text}\n` };
}

/** The words that run one script. */
function scriptWords(name: string, { by }: Script): readonly string[] {
  return [INTERPRETERS[by], `${name}.${by === "bash" ? "sh" : "py"}`];
}

/** The file `facts`. */
function factsFile(facts: RecipeFacts): ScriptFile {
  const lines = Object.entries(facts).map(([key, value]) => {
    if (/[\n\0]/.test(value)) {
      throw new TypeError(`Cannot write a fact of several lines: ${key}`);
    }
    return `${key}=${value}\n`;
  });
  return { name: "facts", text: lines.join("") };
}

/** Name of the script that runs all the others. */
export const DRIVER = "drive.sh";

/** The files that try `recipes` one after another, in one run of {@linkcode DRIVER}. */
export function batchFiles(
  recipes: readonly Recipe[],
  facts: RecipeFacts,
): readonly ScriptFile[] {
  const lines = recipes.map(({ id, attack }) => {
    const words = scriptWords(id, attack).join(" ");
    return `attack ${id} ${words}\n`;
  });
  return [
    factsFile(facts),
    ...recipes.map(({ id, attack }) => scriptFile(id, attack)),
    { name: DRIVER, text: `${DRIVER_HEAD}${lines.join("")}` },
  ];
}

// Each attack starts with the caller's descriptors, and what it prints on
// either stream goes between its two marks.
const DRIVER_HEAD = `cd "$(dirname "$0")" || exit 99
attack() {
  name=$1
  shift
  echo "@@ begin $name"
  timeout --foreground -k 1 ${LIMIT_SECONDS} "$@" </dev/null 2>&1
  echo
  echo "@@ end $name $?"
}
`;

/** What one attack came to, in one run. */
export interface Tried {
  readonly got: boolean;
  /** The last line it printed, for a person. */
  readonly said: string;
}

/** What each attack of a batch came to; one without an end is not there. */
export function readBatch(stdout: string): ReadonlyMap<string, Tried> {
  const tried = new Map<string, Tried>();
  let open: { readonly id: string; readonly lines: string[] } | undefined;
  for (const line of stdout.split("\n")) {
    const [mark, word, id] = line.split(" ");
    if (mark === "@@" && word === "begin" && id !== undefined) {
      open = { id, lines: [] };
    } else if (
      mark === "@@" && word === "end" && open !== undefined && id === open.id
    ) {
      tried.set(open.id, saidBy(open.lines));
      open = undefined;
    } else open?.lines.push(line.trim());
  }
  return tried;
}

function saidBy(lines: readonly string[]): Tried {
  return {
    got: lines.includes("GOT"),
    said: lines.findLast((line) => line !== "" && line !== "GOT") ?? "",
  };
}
