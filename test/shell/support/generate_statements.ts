// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Random simple commands: recorders, builtins that change what follows, and
 * programs that run other programs.
 *
 * @module
 */

import fc from "fast-check";
import {
  byDepth,
  inDouble,
  inSingle,
  lineOf,
  made,
  oneOf,
  several,
  type Text,
} from "./generate_parts.ts";
import { printing, word } from "./generate_words.ts";

const PROGRAMS = `
cmd1
cmd1
cmd2
cmd3
rm
git
no1
out1
touch
"rm"
r\\m
'r'm
\\rm
/rec/rm
$p
\${p:-rm}
`;

const STATE = `
shift
set -- "$@" z
set -- $x
set --
unset x
unset 'arr[0]'
IFS=:
IFS=$' \\t\\n'
unset IFS
((n++))
((n += 2))
let n=n*2
declare -i n=3+4
declare -u x=abc
declare -l y=ABC
export x
readonly z=1
declare -n ref=x; ref=byref
typeset x=t
cd sub
cd ..
cd
cd -
cd link
cd -P link
cd nowhere
cd /
cd "$x"
cd sub/deep && cd ..
pushd sub
pushd sub; popd
CDPATH=sub; cd deep
mapfile -t arr < a.txt
mapfile -t arr <<< $'l 1\\nl2'
read -r x y <<< 'one two three'
read x < a.txt
read -ra arr <<< "a b c"
IFS=, read -r x y <<< 'a,b,c'
read -r x < <(echo sub)
printf -v x %s-%s a b
getopts ab: x -a
x=(1 2 3)
arr[5]=five
arr+=(more 'm m')
x+=tail
m=([k]=new [l]=2)
set -f
set +f
set -o noglob
set -e
set +e
shopt -s nullglob
shopt -u nullglob
shopt -s expand_aliases
alias ll='ls -l '
trap 'cmd1 trapped "$x"' EXIT
trap "cmd2 dq $x" EXIT
trap 'cmd3 err' ERR
. <(echo 'lib=from-lib; libf() { cmd1 libf "$@"; }')
. <(echo 'cmd3 sublib $1') z
libf 1
true
:
test -f a.txt
[ -f nothere ]
[[ $x == a* ]]
[[ $x =~ (a+) ]] && cmd1 "\${BASH_REMATCH[1]}"
umask 022
hash -r
enable -n echo
wait
exec 3> out.log
exec 2>&1
return 2> out.log
break
`;

/** A command that starts a recorder with random words. */
export const simple = byDepth(buildSimple);

function buildSimple(depth: number): Text {
  const redirection = oneOf(
    [12, fc.constant("")],
    [
      1,
      lineOf(
        " > out.log\n >> out.log\n 2>&1\n 2> /dev/null\n < a.txt\n <<< $x\n &> out.log\n >| out.log\n 3<> out.log\n >&2\n {fd}> out.log\n <<<'a b'",
      ),
    ],
    [1, made([word(0)], (target: string) => ` > "o-"${target}`)],
  );
  const prefix = oneOf([8, fc.constant("")], [
    1,
    made([word(0)], (value: string) => `V=${value} `),
  ], [1, lineOf("! \ntime \ntime -p \nx=pre \nIFS=, ")]);
  return made(
    [prefix, lineOf(PROGRAMS), several(word(depth), 0, 4), redirection],
    (before: string, program: string, words: string, after: string) =>
      `${before}${program} ${words}${after}`.trimEnd(),
  );
}

/** A command that starts other commands. */
function wrapped(depth: number): Text {
  const inner = simple(depth - 1);
  const wrapper = lineOf(`
env
env -i PATH=/rec:/tools
env A=1 B=2
env -u HOME
nohup
timeout 5
timeout -k 1 5
nice
nice -n 5
nice -5
setsid -w
stdbuf -oL
command
command --
exec -a other
(exec
`);
  return oneOf(
    [
      3,
      made(
        [wrapper, plain(depth)],
        (outer: string, text: string) =>
          outer === "(exec"
            ? `(exec ${text})`
            : outer.startsWith("exec ")
            ? `(${outer} ${text})`
            : `${outer} ${text}`,
      ),
    ],
    [3, made([shells(), inner, several(word(0), 0, 2)], runsText)],
    [2, made([inner], (text: string) => `eval ${inSingle(text)}`)],
    [1, made([inner], (text: string) => `eval ${text}`)],
    [1, made([inner], (text: string) => `eval ${inDouble(text)}`)],
    [
      2,
      made(
        [printing(0), plain(0)],
        (text: string, program: string) => `${text} | xargs ${program}`,
      ),
    ],
    [
      1,
      made(
        [printing(0), plain(0)],
        (text: string, program: string) =>
          `${text} | xargs -I{} ${program} x{}y`,
      ),
    ],
    [
      1,
      made(
        [plain(0)],
        (program: string) => `find . -name '*.txt' -exec ${program} {} \\;`,
      ),
    ],
    [
      1,
      made(
        [plain(0)],
        (program: string) => `find sub -type f -exec ${program} {} +`,
      ),
    ],
    [1, made([inner], (text: string) => `echo ${inSingle(text)} | sh`)],
    [
      1,
      made(
        [inner],
        (text: string) => `echo ${btoa(asBytes(text))} | base64 -d | bash`,
      ),
    ],
    [1, made([inner], (text: string) => `bash <<< ${inSingle(text)}`)],
    [1, made([inner], (text: string) => `. <(echo ${inSingle(text)})`)],
    [
      1,
      made(
        [inner],
        (text: string) => `echo ${inSingle(text)} > gen.sh; sh gen.sh`,
      ),
    ],
    [1, made([inner], (text: string) => `coproc ${text}`)],
    [1, made([inner], (text: string) => `{ ${text}; } 2>&1 | cat`)],
  );
}

function shells(): Text {
  return lineOf(
    "sh -c\nbash -c\nbash -ec\nbash --norc -c\nsh -x -c\nenv sh -c\nexec bash -c",
  );
}

function runsText(shell: string, text: string, words: string): string {
  const line = `${shell} ${inSingle(text)} ${words}`.trimEnd();
  return shell.startsWith("exec ") ? `(${line})` : line;
}

/** A recorder and words, nothing before or after. */
function plain(depth: number): Text {
  return made(
    [lineOf("cmd1\ncmd2\nrm\ngit"), several(word(depth), 0, 2)],
    (program: string, words: string) => `${program} ${words}`.trimEnd(),
  );
}

function asBytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

function assignment(depth: number): Text {
  const value = word(depth);
  return oneOf(
    [
      4,
      made([
        lineOf(
          "x=\ny=\nn=\np=\nx+=\narr[1]=\nm[k]=\nexport x=\nlocal x=\ndeclare x=",
        ),
        value,
      ], (name: string, text: string) => name + text),
    ],
    [1, made([several(value, 0, 3)], (words: string) => `arr=(${words})`)],
    [1, made([several(value, 0, 3)], (words: string) => `set -- ${words}`)],
  );
}

/** A here-document, read by a recorder, a shell or a loop. */
function hereDocument(): Text {
  const line = oneOf(
    [2, simple(0)],
    [
      1,
      lineOf(
        "plain text\n$x and ${y}\n\\$x\n`echo a`\n$(echo b)\n'single' \"double\"\na\\\\b",
      ),
    ],
  ).map((text) => text.replaceAll("\n", " "));
  const reader = lineOf(`
cmd1 <<END
sh <<END
sh <<'END'
bash -s a b <<\\END
bash <<-END
cat <<END | sh
while read -r l; do cmd1 "$l"; done <<END
while read -r a b; do cmd2 $a "$b"; done <<'END'
x=$(cat <<END
mapfile -t arr <<END
read x <<END
`);
  return fc.tuple(reader, fc.array(line, { maxLength: 3 })).map(
    ([start, lines]) => {
      const tab = start.includes("<<-") ? "\t" : "";
      const body = [...lines, "END"].map((each) => tab + each).join("\n");
      const rest = start.startsWith("x=") ? '\n); cmd1 $x "$x"' : "";
      return `${start}\n${body}${rest}`;
    },
  );
}

/** Any statement that is no compound command. */
export const statement = byDepth(buildStatement);

function buildStatement(depth: number): Text {
  return oneOf(
    [8, simple(depth)],
    [4, assignment(depth)],
    [4, lineOf(STATE)],
    [4, wrapped(depth)],
    [1, hereDocument()],
    [1, made([simple(0), simple(0)], (a: string, b: string) => `${a} | ${b}`)],
    [1, lineOf("f $x \"$y\"\ng a.txt\nf\ng '*'\nll $x\nfoo=bar cmd1 $foo")],
  );
}
