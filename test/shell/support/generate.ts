// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Random shell scripts that bash accepts and that end.
 *
 * Scripts start recorders with words made in every way a shell knows; loops
 * are bounded by how they are written, functions never call themselves.
 *
 * @module
 */

import fc from "fast-check";
import { compound } from "./generate_compound.ts";
import { joinStatements, oneOf, type Text } from "./generate_parts.ts";
import { statement } from "./generate_statements.ts";

/** What scripts may start with, so that variables often hold something. */
const PREAMBLES = [
  "x=a.txt",
  "x='a b' y=sub/c.txt n=2",
  "arr=(a 'b c' *.txt); r=x; x=one",
  "declare -A m=([k]=v [j]='w w'); p=rm",
  "set -- 1 'two three' '' *.txt",
  'f() { cmd3 "$#" "$@"; }; g() { local x=$1; rm $x; }',
  "f() { echo \"$1\"; return 1; }; p='git -C sub'",
  "IFS=,; x=a,b,,c",
  "set -f",
  "set -eu; x=1 y=2 n=3",
  "shopt -s nullglob extglob",
  "shopt -s dotglob globstar",
];

/** A whole script. */
export function script(): fc.Arbitrary<string> {
  const top: Text = oneOf([5, statement(2)], [3, compound(2)]);
  return fc.tuple(
    fc.array(fc.constantFrom(...PREAMBLES), { maxLength: 2 }),
    fc.array(fc.tuple(top, separator()), { minLength: 1, maxLength: 6 }),
  ).map(([preambles, parts]) =>
    [...preambles, joinStatements(parts)].join("\n")
  );
}

function separator(): Text {
  return fc.constantFrom(
    "\n",
    "\n",
    "\n",
    "; ",
    " && ",
    " || ",
    " & ",
    "; # note\n",
  );
}
