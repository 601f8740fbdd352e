// Copyright 2026 the airg authors. Apache-2.0 license.
// What `.gitignore` leaves out, against git itself.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type IgnoreFile,
  isIgnored,
  readIgnore,
} from "../../src/files/ignore.ts";

interface Tree {
  /** `.gitignore` by folder, the top first. */
  readonly files: readonly (readonly [folder: string, text: string])[];
  readonly paths: readonly string[];
}

const NAMES = ["a", "b", "ab", "x.ts", "foo", "[a]", "a b", "ü", "!a", "#b"];

const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) =>
  parts.join("/")
);
const part = fc.oneof(
  { weight: 3, arbitrary: name },
  fc.constantFrom(
    "*",
    "**",
    "***",
    "?",
    "*.ts",
    "a*",
    "*b",
    "[ab]",
    "[!a]",
    "[^b]",
    "[a-c]",
    "[[:alpha:]]",
    "[[:bogus:]]",
    "[",
    "[a",
    "a?",
    "\\a",
    "\\*",
    "a\\",
    "\\!a",
    "\\#b",
    "a b",
    "f*o",
    "**a",
    "a**",
    "[]a]",
    "[]-a]",
    "[a-]",
    "[\\]]",
    "x.[t]s",
  ),
);
const pattern = fc.tuple(
  fc.constantFrom("", "", "!", "#", "!!"),
  fc.constantFrom("", "", "/", "//", "**/"),
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) =>
    parts.join("/")
  ),
  fc.constantFrom("", "", "/", "/**", "/*", "//"),
  fc.constantFrom("", "", " ", "\\ ", "\t", "\r"),
).map((all) => all.join(""));
const text = fc.array(pattern, { maxLength: 6 }).map((all) => all.join("\n"));

const tree: fc.Arbitrary<Tree> = fc.record({
  files: fc.tuple(
    text.map((one) => ["", one] as const),
    text.map((one) => ["a/", one] as const),
    text.map((one) => ["a/b/", one] as const),
  ),
  paths: fc.array(path, { minLength: 1, maxLength: 30 }),
});

/** As a search goes: what is in a folder that is left out is never come to. */
function ours({ files }: Tree, wanted: string, isFolder: boolean): boolean {
  const read = files.map(([folder, one]) => readIgnore(one, folder));
  const parts = wanted.split("/");
  for (let n = 1; n <= parts.length; n++) {
    const own = parts.slice(0, n).join("/");
    const above: IgnoreFile[] = read.filter(({ folder }) =>
      `${own.slice(0, own.lastIndexOf("/") + 1)}`.startsWith(folder)
    );
    if (isIgnored(above, own, n < parts.length || isFolder)) return true;
  }
  return false;
}

async function git(root: string, args: string[], input = ""): Promise<string> {
  const child = new Deno.Command("git", {
    args: ["-C", root, "-c", "core.excludesFile=/dev/null", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { LC_ALL: "C", GIT_CONFIG_GLOBAL: "/dev/null" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stderr, stdout } = await child.output();
  assert(code === 0 || code === 1, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("isIgnored() says what `git check-ignore` says", async () => {
  const root = await Deno.makeTempDir();
  try {
    await git(root, ["init", "-q"]);
    await fc.assert(
      fc.asyncProperty(tree, async (one) => {
        await Deno.mkdir(`${root}/a/b`, { recursive: true });
        for (const [folder, content] of one.files) {
          await Deno.writeTextFile(`${root}/${folder}.gitignore`, content);
        }
        // Only these two are there; git takes all other names for files.
        const wanted = [...new Set(one.paths)];
        const said = await git(
          root,
          ["check-ignore", "--no-index", "-z", "--stdin"],
          wanted.map((each) => `${each}\0`).join(""),
        );
        const theirs = new Set(said.split("\0"));
        for (const each of wanted) {
          const isFolder = each === "a" || each === "a/b";
          assert.equal(
            ours(one, each, isFolder),
            theirs.has(each),
            `${each} with ${JSON.stringify(one.files)}`,
          );
        }
      }),
      {
        numRuns: Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 300),
        // What stands before a wildcard is compared by itself.
        examples: [[{
          files: [["", "a**/*"], ["a/", ""], ["a/b/", ""]],
          paths: ["a", "ab/c/d"],
        }], [{
          files: [["", "a**//"], ["a/", ""], ["a/b/", ""]],
          paths: ["a", "a/b", "ab"],
        }]],
      },
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
