// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a program puts where, and under which names (pure).
 *
 * @module
 */

import { hasHole } from "../../shell/value.ts";
import type { PathFact, ProgramFact } from "../facts.ts";
import { argumentsOf } from "../programs/options.ts";

/** What is put somewhere, and the name it gets in a folder. */
export interface Source {
  readonly path: string;
  readonly name: string;
}

/** Sources that are put into or onto a target. */
export interface Placing {
  readonly sources: readonly Source[];
  readonly target: string;
  /** `inside`: under their names below the target; `either`: only where that is a folder. */
  readonly as: "inside" | "itself" | "either";
  /** Only names are put there, nothing of what is in the sources. */
  readonly isLink?: true;
}

/** What one program puts where. */
export function placingOf(
  { name, argv }: ProgramFact,
  owner: number,
  used: readonly PathFact[],
): Placing[] {
  const own = used.filter((fact) =>
    fact.owner === owner && !hasHole(fact.path)
  );
  const target = own.findLast(({ access }) => access === "write");
  if (target === undefined) return [];
  // `mv link link`: a link to a folder goes into that very folder.
  const taken = own.filter(({ access, path }) =>
    access === "delete" || access === "read" && path !== target.path
  );
  // `rsync a/ b` and `cp -r a/. b`: what is in `a`, not `a` itself.
  const isInner = ({ word }: PathFact) =>
    /(?:^|\/)\.{1,2}\/?$/.test(word) || name === "rsync" && word.endsWith("/");
  const sources = taken.filter((fact) => !isInner(fact)).map(sourceOf);
  const inner = taken.filter(isInner).map(sourceOf);
  const args = argumentsOf({ name, argv });
  const isItself = args.flags.has("-T") ||
    argv.some((word) =>
      word === "--no-target-directory" || /^-[a-zA-Z]*T/.test(word)
    );
  const as = args.flags.has("-t") || argv.includes("-t") || name === "rsync"
    ? "inside"
    : isItself && name !== "scp"
    ? "itself"
    : "either";
  const isLink = name === "ln" || name === "link";
  return [
    ...(sources.length === 0 ? [] : [
      {
        sources,
        target: target.path,
        as,
        ...(isLink && { isLink }),
      } as const,
    ]),
    ...inner.map((source) => ({
      sources: [source],
      target: target.path,
      as: "itself" as const,
    })),
  ];
}

/** A link keeps its own name, whatever it leads to. */
function sourceOf({ path, word }: PathFact): Source {
  const written = hasHole(word) ? "" : lastName(word.replace(/\/+$/, ""));
  const isName = written !== "" && written !== "." && written !== "..";
  return { path, name: isName ? written : lastName(path) };
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
