// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scripts with a few tokens taken out, put in, doubled or exchanged: most are
 * wrong in one place, as typed ones are.
 *
 * @module
 */

import fc from "fast-check";

/** Words, runs of blanks, and single marks. */
const TOKENS_REGEXP =
  /[A-Za-z0-9_./-]+|[ \t]+|\n|&&|\|\||;;|<<-?|>>|\$\(|[^]/gu;

const INSERTS = [
  ..."' \" ` ( ) { } ; & | && || ;; < > << <<< <( $( ${ $(( (( [[ ]] $' # ! \\ = + * ~ in if then else fi for while do done case esac function select time coproc ;& ;;& |& &> <> >& >|"
    .split(" "),
  " ",
  "\n",
  "\t",
  "\\\n",
  " ; ",
  "\r",
];

/** What to do at one place; places are shares of the text. */
interface Change {
  readonly kind: "delete" | "insert" | "double" | "exchange";
  readonly place: number;
  readonly other: number;
  readonly text: string;
}

/** One to three changes in a script. */
export function mutated(sources: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const place = fc.double({ min: 0, max: 0.999, noNaN: true });
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom("delete", "insert", "double", "exchange"),
    place,
    other: place,
    text: fc.constantFrom(...INSERTS),
  });
  return fc.tuple(
    sources,
    fc.array(change, { minLength: 1, maxLength: 3 }),
  ).map(([text, changes]) => {
    const tokens = text.match(TOKENS_REGEXP) ?? [];
    for (const each of changes) apply(tokens, each);
    return tokens.join("");
  });
}

function apply(tokens: string[], { kind, place, other, text }: Change): void {
  const at = Math.floor(place * tokens.length);
  const to = Math.floor(other * tokens.length);
  switch (kind) {
    case "delete":
      tokens.splice(at, 1);
      break;
    case "insert":
      tokens.splice(at, 0, text);
      break;
    case "double":
      tokens.splice(at, 0, tokens[at] ?? "");
      break;
    case "exchange":
      [tokens[at], tokens[to]] = [tokens[to] ?? "", tokens[at] ?? ""];
      break;
  }
}
