// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Random shell words: every kind of quote and expansion.
 *
 * @module
 */

import fc from "fast-check";
import { simple } from "./generate_statements.ts";
import {
  byDepth,
  inBackticks,
  lineOf,
  made,
  oneOf,
  type Text,
} from "./generate_parts.ts";

const LITERALS = `
a
b
a.txt
b.txt
sub/c.txt
sub
-rf
-f
--
.
..
/
/etc/passwd
./a.txt
x=1
nothere
'c d.txt'
'a b'
'$x'
''
""
'*'
"it's"
a\\ b
\\*
\\$x
\\~
a"b c"d
'a'"b"c
$'a\\tb'
$'\\x41\\101\\u00e9'
$'it\\'s'
$"plain"
"a\\"b\\$x\\\\"
"a⏎b"
a\\⏎b
~
~/notes
~ann
~+
~-
x=~/a
a:~/b
"~"
é
@
%
a=b
-
+x
a#b
!
"a!b"
`;

const EXPANSIONS = `
$x
\${x}
$y
$n
$p
$r
\${x:-def}
\${x-def}
\${nope:-d e f}
\${nope:-$x}
\${x:+alt}
\${nope+alt}
\${new:=assigned}
\${x#a}
\${x##*/}
\${x%.*}
\${y%%/*}
\${x/a/Z}
\${x//[a-m]/Z}
\${x/#a/Z}
\${x/%t/Z}
\${x^}
\${x^^}
\${y,,}
\${x:1}
\${x:1:2}
\${x: -2}
\${x:0:-1}
\${#x}
\${!r}
\${x@Q}
\${x@U}
\${x@L}
\${x@E}
\${x@A}
\${arr}
\${arr[0]}
\${arr[1]}
\${arr[-1]}
\${arr[n]}
\${arr[@]}
\${arr[*]}
\${#arr[@]}
\${!arr[@]}
\${arr[@]:1}
\${arr[@]:0:2}
\${arr[@]/a/Z}
\${arr[@]#a}
\${arr[@]^^}
\${m[k]}
\${m[@]}
\${!m[@]}
\${!x*}
\${!x@}
$1
$2
\${10}
$#
$@
$*
\${@:2}
\${*:1:1}
\${@: -1}
\${!#}
$?
$-
$!
$_
$0
$RANDOM
$PWD
$OLDPWD
$HOME
$USER
$UID
$IFS
$PATH
$LINENO
$BASHPID
\${HOME%/*}
\${PWD##*/}
$((1+2*3))
$((n+1))
$((n++))
$((n > 1 ? 5 : 6))
$((0x10 + 010 + 2#11))
$((n=4, n**2))
$((x))
$[1+1]
`;

const UNQUOTED = `
*
*.txt
?.txt
[ab].txt
[!a]*.txt
[[:alpha:]].txt
sub/*
s*/c*
*/
*.none
.*
.h*
**
**/*.txt
"*".txt
\\*.txt
link/*
../site/a*
$PWD/*.txt
~/*
{a,b}
x{1..3}y
{a,b{c,d}}
{01..03}
{c..a}
{a..e..2}
{3..1}
{a,}
{,a}.txt
{a}
{a,b
{a..}
"{a,b}"
{'a b',c}
{$x,b}
\${x}{a,b}
{*.txt,sub/*}
{a,b}{1,2}
\\{a,b}
a{b,c}~
{~,/}
`;

/** Any word; `depth` bounds how far commands nest in it. */
export const word = byDepth(buildWord);

function buildWord(depth: number): Text {
  const whole = oneOf(
    [6, lineOf(LITERALS)],
    [3, part(depth)],
    [2, quoted(depth)],
    [2, lineOf(UNQUOTED)],
  );
  const joined = fc.array(
    oneOf([2, lineOf("a\nb\n-\n/\n.\n'q q'")], [2, part(depth)], [
      2,
      quoted(depth),
    ], [
      1,
      lineOf(UNQUOTED),
    ]),
    { minLength: 2, maxLength: 3 },
  ).map((parts) => parts.join(""));
  return oneOf([5, whole], [1, joined]);
}

/** Something that expands, not quoted. */
function part(depth: number): Text {
  if (depth <= 0) return lineOf(EXPANSIONS);
  return oneOf([3, lineOf(EXPANSIONS)], [1, substitution(depth - 1)], [
    1,
    nestedParameter(depth - 1),
  ]);
}

/** Expansions between double quotes. */
function quoted(depth: number): Text {
  const inner = oneOf(
    [3, part(depth)],
    [1, lineOf("a\nb c\n*\n'\n\\\"\n\\\\\n/\n~\n{a,b}")],
  );
  return fc.array(inner, { minLength: 1, maxLength: 3 }).map((parts) =>
    `"${parts.join("")}"`
  );
}

function nestedParameter(depth: number): Text {
  const operator = lineOf(":-\n-\n:+\n#\n##\n%\n%%\n/a/\n//b/\n:=");
  return made(
    [lineOf("x\ny\nnope\n1\narr"), operator, word(depth)],
    (name: string, op: string, value: string) =>
      // A brace in the value would end the expansion early.
      `\${${name}${op}${/[{}\n]/.test(value) ? "a" : value}}`,
  );
}

/** A command whose output becomes words. */
function substitution(depth: number): Text {
  const inner = oneOf([4, printing(depth)], [1, simple(depth)]);
  return made(
    [inner, fc.constantFrom("$", "$", "$", "`", "<", ">")],
    (text: string, kind: string) => {
      if (kind === "`") return inBackticks(text);
      if (kind === "$") return `$(${text})`;
      return `${kind}(${text})`;
    },
  );
}

/** A command that prints what may be known. */
export const printing = byDepth(buildPrinting);

function buildPrinting(depth: number): Text {
  return oneOf(
    [3, made([word(depth)], (value: string) => `echo ${value}`)],
    [2, made([word(depth)], (value: string) => `printf '%s\\n' ${value}`)],
    [1, made([word(depth)], (value: string) => `printf %s ${value}`)],
    [
      2,
      lineOf(`
echo a b
echo -n a
echo -e 'a\\tb'
printf '%s-%s\\n' a b c
printf '\\x61\\n'
printf -- '-%d\\n' 3
printf '%q\\n' 'a b'
printf '%b' 'a\\nb'
pwd
cat a.txt
cat list | head -n 1
< a.txt
out1
echo Y21kMQ== | base64 -d
seq 3
echo a.txt | tr a-z A-Z
basename sub/c.txt
dirname sub/c.txt
cd sub && pwd
echo "$x"; echo "$1"
f a
true
type -t rm
`),
    ],
  );
}
