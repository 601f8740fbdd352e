// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The private folder of one run on macOS, and the first step inside.
 *
 * @module
 */

import { type Limits, type RealPath, realPath } from "../../sandbox/profile.ts";

/** The folder and what is in it. */
export interface Scratch {
  /** Names the run in the system log. */
  readonly tag: string;
  /** For the command's temporary files. */
  readonly temporary: RealPath;
  readonly proof: { readonly open: RealPath; readonly closed: RealPath };
  readonly remove: () => void;
}

/** What the first step left. */
export interface Mark {
  /** Limits that could not be set. */
  readonly unheld: readonly string[];
}

/** `ulimit` letters, and how many bytes one unit has at least. */
const LETTERS: Readonly<
  Partial<Record<string, { readonly letter: string; readonly unit: number }>>
> = {
  openFiles: { letter: "n", unit: 1 },
  processes: { letter: "u", unit: 1 },
  // Half of it in shells that count 512: never more than asked.
  fileSize: { letter: "f", unit: 1024 },
  cpuSeconds: { letter: "t", unit: 1 },
};

/**
 * POSIX shell. Its words: the folder for the mark, the hidden file, then pairs
 * of a letter and a value, `--`, and the command. The umask is the launcher's on
 * Linux: what was approved makes files that the same may read, whoever starts it.
 */
const FIRST_STEP = `{ true <"$2"; } 2>/dev/null && exit 125
mark=$1/held
shift 2
umask 022
ulimit -c 0 2>/dev/null || mark=$mark-c
while [ "$1" != -- ]; do
  ulimit "-$1" "$2" 2>/dev/null || mark=$mark-$1
  shift 2
done
shift
/bin/mkdir "$mark" || exit 124
exec "$@"
`;

/**
 * Makes the folder: short, because a socket's path has 103 bytes at most, and
 * away from the workspace.
 */
export function openScratch(): Scratch {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ dir: "/tmp", prefix: "airg-" }),
  );
  Deno.mkdirSync(`${folder}/tmp`, { mode: 0o700 });
  Deno.mkdirSync(`${folder}/proof`, { mode: 0o700 });
  Deno.writeTextFileSync(`${folder}/closed`, "hidden", { mode: 0o600 });
  return {
    tag: crypto.getRandomValues(new Uint8Array(8)).toHex(),
    temporary: realPath(`${folder}/tmp`),
    proof: {
      open: realPath(`${folder}/proof`),
      closed: realPath(`${folder}/closed`),
    },
    remove() {
      try {
        Deno.removeSync(folder, { recursive: true });
      } catch (error) {
        // A folder made unwritable inside; the system clears its /tmp.
        if (!(error instanceof Error && "code" in error)) throw error;
      }
    },
  };
}

/** The words before the command: the shell, its script, what it is told. */
export function stepWords(
  { proof }: Scratch,
  limits: Limits,
): readonly string[] {
  const pairs = Object.entries(limits).flatMap(([name, value]) => {
    const known = LETTERS[name];
    if (known === undefined || value === undefined) return [];
    return [known.letter, String(Math.max(1, Math.floor(value / known.unit)))];
  });
  return [
    "/bin/sh",
    "-c",
    FIRST_STEP,
    "airg",
    proof.open,
    proof.closed,
    ...pairs,
    "--",
  ];
}

/** Reads the mark; `undefined` means that the rules were not proved to hold. */
export function readMark({ proof }: Scratch, limits: Limits): Mark | undefined {
  const name = [...Deno.readDirSync(proof.open)].map((entry) => entry.name)
    .find((name) => /^held(-[a-z])*$/.test(name));
  if (name === undefined) return undefined;
  const failed = name.split("-").slice(1);
  return {
    unheld: [
      ...(failed.includes("c") ? ["core size 0"] : []),
      ...Object.entries(limits).filter(([name, value]) =>
        value !== undefined &&
        (LETTERS[name] === undefined || failed.includes(LETTERS[name].letter))
      ).map(([name]) => name),
    ],
  };
}
