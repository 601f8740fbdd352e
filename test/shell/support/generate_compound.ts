// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Random compound commands around random statements.
 *
 * @module
 */

import fc from "fast-check";
import {
  byDepth,
  lineOf,
  made,
  oneOf,
  several,
  type Text,
} from "./generate_parts.ts";
import { simple, statement } from "./generate_statements.ts";
import { printing, word } from "./generate_words.ts";

const CONDITIONS = `
cmd1
no1
true
! no1
[ -f a.txt ]
[ "$x" = a.txt ]
[[ $x == a* && -n $y ]]
[[ $x =~ ^a ]]
((n > 1))
test -z "$x"
x=cond no1
cmd2 a || no1 b
`;

/** An if, loop, case, function, subshell or group; loops always end. */
export const compound = byDepth(buildCompound);

function buildCompound(depth: number): Text {
  const body = lines(depth - 1);
  const words = several(word(1), 0, 3);
  return oneOf(
    [
      2,
      made(
        [lineOf(CONDITIONS), body, body],
        (test: string, a: string, b: string) =>
          `if ${test}; then\n${a}\nelse\n${b}\nfi`,
      ),
    ],
    [
      1,
      made(
        [lineOf(CONDITIONS), body, lineOf(CONDITIONS), body],
        (t1: string, a: string, t2: string, b: string) =>
          `if ${t1}; then\n${a}\nelif ${t2}; then\n${b}\nfi`,
      ),
    ],
    [
      3,
      made(
        [words, body],
        (list: string, text: string) => `for x in ${list}; do\n${text}\ndone`,
      ),
    ],
    [1, made([body], (text: string) => `for y; do\n${text}\ndone`)],
    [
      1,
      made(
        [body],
        (text: string) =>
          `for ((i = 0; i < 3; i++)); do\ncmd1 "$i"\n${text}\ndone`,
      ),
    ],
    [
      1,
      made(
        [body],
        (text: string) =>
          `i=0; while [ $i -lt 2 ]; do\n${text}\ni=$((i+1)); cmd1 $i; done`,
      ),
    ],
    [1, made([body], (text: string) => `while no1; do\n${text}\ndone`)],
    [1, made([body], (text: string) => `until cmd1 $x; do\n${text}\ndone`)],
    [
      2,
      made(
        [printing(1), body],
        (source: string, text: string) =>
          `${source} | while read -r x y; do\ncmd1 "$x" $y\n${text}\ndone`,
      ),
    ],
    [
      1,
      made(
        [printing(1), body],
        (source: string, text: string) =>
          `while read -r x; do\n${text}\ndone < <(${source})`,
      ),
    ],
    [
      2,
      made(
        [word(1), word(0), body, body],
        (value: string, pattern: string, a: string, b: string) =>
          `case ${value} in\n(${
            /[|(\n]/.test(pattern) ? "a" : pattern
          })\n${a}\n;;\na*|*b)\n${b}\n;;&\n*) cmd1 other;;\nesac`,
      ),
    ],
    [
      1,
      made(
        [words],
        (list: string) => `select x in ${list}; do cmd1 "$x"; break; done`,
      ),
    ],
    [3, made([body], (text: string) => `(\n${text}\n)`)],
    [2, made([body], (text: string) => `{\n${text}\n}`)],
    [
      1,
      made([body, body], (a: string, b: string) => `{\n${a}\n} | {\n${b}\n}`),
    ],
    [
      1,
      made(
        [body, words],
        (text: string, list: string) => `h() {\n${text}\n}\nh ${list}`,
      ),
    ],
    [
      1,
      made(
        [body, words],
        (text: string, list: string) =>
          `function h {\nlocal x y=loc\n${text}\n}; h ${list}; cmd1 "$x" "$y"`,
      ),
    ],
    [
      1,
      made(
        [body, words],
        (text: string, list: string) =>
          `h() (\n${text}\n)\nx=$(h ${list}); cmd2 $x`,
      ),
    ],
    [1, made([body], (text: string) => `(\n${text}\n) &\nwait`)],
    [
      1,
      made(
        [lineOf(CONDITIONS), simple(1), simple(1)],
        (test: string, a: string, b: string) => `${test} && ${a} || ${b}`,
      ),
    ],
  );
}

/** Statements for a body, each on lines of its own. */
function lines(depth: number): Text {
  const one = depth > 0
    ? oneOf([5, statement(1)], [1, compound(depth)])
    : statement(1);
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((parts) =>
    parts.join("\n")
  );
}
