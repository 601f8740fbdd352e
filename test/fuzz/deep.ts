// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Texts of any length that repeat one thing: what makes a careless reader slow,
 * or run out of stack.
 *
 * @module
 */

/** Makes a text of about `size` UTF-16 units. */
export type Make = (size: number) => string;

/** Kinds of text by name. */
export const DEEP: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    [
      ...openers(),
      ..."' \" ` $ \\ ; & | < > # ~ * ? [ ] ) } ! = a".split(" "),
      ..."$' $\" '' \"\" `` \\\\ && || ;; ;& << >> <<< >& <> {} () [] $() ${} $$ ** ?? [a]* a* ~/ a= a=b"
        .split(" "),
      ..."a;b a|b a&b a&&b a||b $x $1 ${x} \"$x\" $(a) `a` 'a' \\a {a,b} {1..9} {a..z} a\\⏎ a⏎ #a⏎ x=$x$x; x=x$x; f()f; f(){f|f&};f"
        .split(" "),
      "a ",
      "$x ",
      "cd a; ",
      "x=$x$x; ",
      "cd ..;",
      "a=(b) ",
      "a[0]=b ",
      "if a; then ",
      "for x in a b; do ",
      "while a; do ",
      "case a in a) ",
      "f() { ",
      "{ ",
      "! ",
      "time ",
      "eval ",
      "eval 'a' ",
      "sh -c ",
      "env ",
      "env A=1 ",
      "command ",
      "sudo ",
      "xargs ",
      "a <<E\n",
      "a <<E\nE\n",
      "a <<'E' ",
      "a <<-E <<F ",
      "[[ a && ",
      "[[ a ]] && ",
      "(( 1 + ",
      "$(( 1 + ",
      "$((x++)) ",
      "echo {a,b}{a,b}",
      "echo {1..99999} ",
      "{a,b}",
      "${a:-b}",
      "${a/b/c}",
      "${a%%*b}",
      "a=$(b) ",
      "alias a='a b'; ",
      "set -- $@ $@; ",
      "a=($a ${a[@]}); ",
      "for x in $x $x; do x=$x$x; done; ",
      "x=$(echo $x$x); ",
      "printf -v x %s%s $x $x; ",
      "f() { f; f; }; f; ",
      "trap 'a' EXIT; ",
      "pushd a; ",
      "case a in a) b;; esac; ",
      "while true; do a; done; ",
      "*/",
      "../",
      "\u{1F600}",
      "é",
      "\r\n",
      "\t",
      "1>a ",
      "2>&1 ",
      "<(a) ",
      ">(a) ",
      "echo a | base64 -d | ",
      "find . -exec ",
      "find . -exec a {} \\; ",
    ].map((unit) => [unit, repeated(unit.replaceAll("⏎", "\n"))]),
  ),
  "nested (": nested("(", "a", ")"),
  "nested {": nested("{ ", "a", ";}"),
  "nested $(": nested("$(", "a", ")"),
  'nested "$(': nested('"$(', "a", ')"'),
  "nested ${:-": nested("${a:-", "b", "}"),
  "nested {a,": nested("{a,", "b", "}"),
  "nested $((": nested("$((", "1", "))"),
  "nested arithmetic": nested("$(( ", "1", " ))"),
  "nested parentheses in arithmetic": (size) =>
    `echo $((${nested("(", "1", ")")(size)}))`,
  "nested [[ (": (size) => `[[ ${nested("( ", "a", " )")(size)} ]]`,
  "nested <(": nested("a <(", "b", ")"),
  "nested if": nested("if a; then ", "b", "; fi"),
  "nested for": nested("for x in a b; do ", "c", "; done"),
  "nested while": nested("while a; do ", "b", "; done"),
  "nested case": nested("case a in a) ", "b", ";; esac"),
  "nested functions": nested("f() { ", "a", "; }; f"),
  "nested subscripts": (size) => `echo ${nested("${a[", "1", "]}")(size)}`,
  "nested loops of words": nested(
    "for x in a b c d e f g h; do ",
    "a",
    "; done",
  ),
  "functions that call the one before twice": (size) => {
    const lines = ["f0() { a; }"];
    for (let i = 1; i * 24 < size; i++) {
      lines.push(`f${i}() { f${i - 1}; f${i - 1}; }`);
    }
    return [...lines, `f${lines.length - 1}`].join("\n");
  },
  "values that double": (size) =>
    ["x=ab", ...Array<string>(Math.ceil(size / 9)).fill("x=$x$x"), "rm $x"]
      .join("\n"),
  "arrays that double": (size) =>
    [
      "x=(a b)",
      ...Array<string>(Math.ceil(size / 25)).fill(
        'x=("${x[@]}" "${x[@]}")',
      ),
      'rm "${x[@]}"',
    ].join("\n"),
  "branches that double": (size) =>
    repeated("a && x=1$x || x=2$x; ")(size) + "rm $x",
  "folders that double": (size) => repeated("a && cd b; ")(size) + "rm c",
  "sh -c in sh -c": (size) => {
    let text = "a";
    for (;;) {
      const next = `sh -c '${text.replaceAll("'", "'\\''")}'`;
      if (next.length > size) return text;
      text = next;
    }
  },
  "many here-documents on one line": (size) => {
    const count = Math.floor(size / 8);
    return `a${" <<E".repeat(count)}\n${"E\n".repeat(count)}`;
  },
  "one long here-document": (size) => `a <<E\n${"$x b\n".repeat(size / 5)}E\n`,
  "one long word": (size) => `rm ${"a".repeat(size)}`,
  "one long quoted word": (size) => `rm '${"a".repeat(size)}'`,
  "one long variable": (size) =>
    `x=${"a".repeat(size)}; rm $x \${x%b*} \${x//aa/b}`,
  "one long pattern": (size) =>
    `x=${"a".repeat(100)}; rm \${x%${"*a".repeat(size / 2)}b}`,
  "one long case pattern": (size) =>
    `case ${"a".repeat(size / 2)} in ${"*a".repeat(size / 4)}b) rm x;; esac`,
  "one long program run by eval": (size) => `eval '${"a; ".repeat(size / 3)}'`,
  "one long base64": (size) =>
    `echo ${"YTsg".repeat(size / 4)} | base64 -d | sh`,
  "a comment": (size) => `a # ${"b ".repeat(size / 2)}`,
};

/** What opens something and is never closed. */
function openers(): readonly string[] {
  return [
    "(",
    "{",
    "$(",
    '"$(',
    "`\\",
    "${",
    "${a:-",
    '"${a:-',
    "${a[",
    "${a/",
    "$((",
    "((",
    "[[",
    "$[",
    "<(",
    "{a,",
    "{a,{",
    "{1..",
    "a[",
    "@(",
    "!(",
    "a(",
    "a=(",
    "'$(",
    "$'\\",
    "<<E\n$(",
  ];
}

function repeated(unit: string): Make {
  return (size) => unit.repeat(Math.ceil(size / unit.length));
}

function nested(open: string, middle: string, close: string): Make {
  return (size) => {
    const depth = Math.floor(size / (open.length + close.length));
    return open.repeat(depth) + middle + close.repeat(depth);
  };
}
