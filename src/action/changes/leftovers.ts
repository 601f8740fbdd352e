// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Files that a program leaves beside those it changes, under names that no word
 * gives: `f.bak`, `f~`, `f.orig`, `xaa` (pure).
 *
 * @module
 */

import { hasHole } from "../../shell/value.ts";
import type { PathFact, ProgramFact } from "../facts.ts";
import { argumentsOf } from "../programs/options.ts";

/** Programs that put another file in the place of one, or beside it. */
const PACKERS = new Set(
  "gzip gunzip pigz bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 compress uncompress"
    .split(" "),
);
/** Programs that edit where a file is, and keep what it was where they are told so. */
const IN_PLACE = new Set("sed gsed perl ruby".split(" "));
/** Programs that rename or copy, and keep what was there where they are told so. */
const KEEPERS = new Set("cp mv ln install rsync".split(" "));
/** Programs that leave copies, rejects or swap files by themselves. */
const LEAVERS = new Set(
  "patch ed ex vi vim nvim view emacs nano joe".split(" "),
);

/** Paths beside which, or folders in which, new names are a program's own. */
export function leavesBeside(
  program: ProgramFact,
  owner: number,
  used: readonly PathFact[],
): string[] {
  if (program.name === "split" || program.name === "csplit") {
    return beginningsOf(program).map(({ begins }) => begins);
  }
  if (!leaves(program)) return [];
  return used.filter((fact) =>
    fact.owner === owner && !hasHole(fact.path) &&
    (fact.access === "write" || fact.access === "delete")
  ).map(({ path }) => path);
}

function leaves({ argv, name }: ProgramFact): boolean {
  const has = (option: RegExp) => argv.some((word) => option.test(word));
  // With an ending for the copies: without one there are none.
  if (IN_PLACE.has(name)) return has(/^-[a-zA-Z0-9]*i.|^--in-place=/);
  if (KEEPERS.has(name)) return has(/^-[a-zA-Z]*[bS]|^--backup|^--suffix/);
  return PACKERS.has(name) || LEAVERS.has(name);
}

/** Whether it packs all that is in the folders it is given. */
export function packsFolders({ argv, name }: ProgramFact): boolean {
  return PACKERS.has(name) &&
    argv.some((word) => /^-[a-zA-Z]*r|^--recursive$/.test(word));
}

/** What the files of `split` and `csplit` begin with, and the folders they come into. */
export function beginningsOf(
  { argv, folders = [], name }: ProgramFact,
): { readonly folder: string; readonly begins: string }[] {
  const operands = argumentsOf({ name, argv }).operands.map(({ text }) => text);
  const given = name === "csplit"
    ? argv.filter((_, i) => /^(?:-f|--prefix)$/.test(argv[i - 1] ?? ""))
    : operands.slice(1);
  const words = given.length > 0 ? given : [name === "csplit" ? "xx" : "x"];
  return words.filter((word) => !hasHole(word)).flatMap((word) =>
    (word.startsWith("/") ? [""] : folders.map((folder) => `${folder}/`)).map(
      (start) => {
        const begins = `${start}${word}`;
        const folder = begins.slice(0, begins.lastIndexOf("/")) || "/";
        return { folder, begins };
      },
    )
  );
}
