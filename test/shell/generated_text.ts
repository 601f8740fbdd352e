// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Shell texts made up from a grammar, for tests against real bash.
 *
 * @module
 */

import fc from "fast-check";

const names = fc.constantFrom("x", "y", "z", "v1");
const plain = fc.constantFrom(
  "a",
  "b",
  "-rf",
  "a.txt",
  "dir",
  "dir/x.c",
  "one two",
  "*.txt",
  "dir/*",
  "$",
  "k=v",
  "~",
  "{a,b}",
  "x{1..3}y",
  "[ab].txt",
  "?.txt",
  "\\$x",
  "'q q'",
  '"d d"',
  "$'\\x61\\t'",
  '""',
  "a\\ b",
  "#c",
  "a#b",
  "--opt=val",
  "nomatch*",
  "café",
);

const { word, command, script } = fc.letrec<{
  word: string;
  part: string;
  command: string;
  simple: string;
  script: string;
}>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    { weight: 5, arbitrary: plain },
    { weight: 3, arbitrary: names.map((name) => `$${name}`) },
    { weight: 2, arbitrary: names.map((name) => `"$${name}"`) },
    { weight: 1, arbitrary: names.map((name) => `\${${name}:-d e}`) },
    { weight: 1, arbitrary: names.map((name) => `"\${${name}:+p q}"`) },
    { weight: 1, arbitrary: names.map((name) => `\${${name}#a}`) },
    { weight: 1, arbitrary: names.map((name) => `\${${name}%.txt}`) },
    { weight: 1, arbitrary: names.map((name) => `\${${name}/a/Z}`) },
    { weight: 1, arbitrary: names.map((name) => `\${#${name}}`) },
    { weight: 1, arbitrary: names.map((name) => `\${${name}:1:2}`) },
    { weight: 1, arbitrary: names.map((name) => `\${${name}^^}`) },
    { weight: 1, arbitrary: fc.constantFrom("$1", '"$@"', "$*", "$#", '"$*"') },
    {
      weight: 1,
      arbitrary: fc.constantFrom("$((1+2))", "$((x+1))", "$((3*4/2))"),
    },
    { weight: 2, arbitrary: tie("word").map((w) => `$(echo ${w})`) },
    { weight: 1, arbitrary: tie("word").map((w) => `"$(printf '%s-' ${w})"`) },
    { weight: 1, arbitrary: names.map((name) => `\`echo $${name}\``) },
  ),
  word: fc.array(tie("part"), { minLength: 1, maxLength: 2 }).map((p) =>
    p.join("")
  ),
  simple: fc.tuple(
    fc.constantFrom("c1", "c2", "c3", "rm", "git"),
    fc.array(tie("word"), { maxLength: 3 }),
  ).map(([name, words]) => [name, ...words].join(" ")),
  command: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    { weight: 6, arbitrary: tie("simple") },
    {
      weight: 4,
      arbitrary: fc.tuple(names, tie("word")).map(([n, w]) => `${n}=${w}`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(names, tie("word")).map(([n, w]) => `${n}+=${w}`),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie("word"), { maxLength: 3 }).map((words) =>
        `set -- ${words.join(" ")}`
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(names, tie("simple")).map(([n, c]) =>
        `for ${n} in a 'b c' *.txt; do ${c}; done`
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("simple"), tie("command")).map(([a, b]) =>
        `if ${a}; then ${b}; else c3 no; fi`
      ),
    },
    { weight: 1, arbitrary: tie("script").map((s) => `( ${s}\n)`) },
    { weight: 1, arbitrary: tie("script").map((s) => `{ ${s}\n}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        tie("simple"),
        tie("simple"),
        fc.constantFrom("&&", "||", "|", ";"),
      )
        .map(([a, b, op]) => `${a} ${op} ${b}`),
    },
    { weight: 1, arbitrary: tie("word").map((w) => `eval c1 ${w}`) },
    { weight: 1, arbitrary: tie("word").map((w) => `cd dir && c1 ${w}`) },
    {
      weight: 1,
      arbitrary: tie("simple").map((c) => `f() { ${c}; }; f a 'b c'`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("word"), tie("simple")).map(([w, c]) =>
        `case ${w} in a*) ${c};; *) c2 other;; esac`
      ),
    },
    {
      weight: 1,
      arbitrary: tie("word").map((w) => `read x y <<< ${w}; c1 $x $y`),
    },
    { weight: 1, arbitrary: tie("word").map((w) => `sh -c 'c1 "$@"' sh ${w}`) },
    {
      weight: 1,
      arbitrary: tie("word").map((w) =>
        `arr=(p ${w} q); c1 "\${arr[@]}" \${#arr[@]}`
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constant('while read -r l; do c1 "$l"; done < list'),
    },
    { weight: 1, arbitrary: tie("word").map((w) => `echo ${w} | xargs c1`) },
    {
      weight: 1,
      arbitrary: tie("word").map((w) => `cat <<EOF | c1 ${w}\n$x\nEOF`),
    },
  ),
  script: fc.array(tie("command"), { minLength: 1, maxLength: 4 }).map((all) =>
    all.join("\n")
  ),
}));

/** Texts that bash can run. */
export const scripts: fc.Arbitrary<string> = script;

/** Single words and commands, for other tests. */
export { command, word };
