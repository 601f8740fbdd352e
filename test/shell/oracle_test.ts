// Copyright 2026 the airg authors. Apache-2.0 license.
// The machine's own bash as a second opinion: for every text the lexer accepts,
// bash must start the same programs with the same words, and write the same
// files. Refusing is always allowed; disagreeing is not.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readShell } from "../../src/shell/lexer.ts";
import type { SimpleCommand } from "../../src/shell/syntax.ts";

/**
 * Programs are words bash cannot find, so it hands them to this function. It
 * succeeds unless the name starts with `n`, so that `||` and `&&` are seen.
 */
const PRELUDE = `command_not_found_handle() {
  { printf '%s\\0' "\${V-none}" "$#" "$@"; } >> "$RECORD"
  case $1 in n*) return 1;; esac
}
`;

interface Seen {
  readonly starts: readonly string[];
  readonly files: readonly string[];
}

Deno.test("readShell() agrees with bash on every text it accepts", async () => {
  const piece = fc.constantFrom(
    ..."a b no V=1 V='x y' ' \" \\ $ $'\\x41\\n' $'\\101' > >> 2> 2>&1 >&2 &> ; && || | & # ~ ~b { } , .. [ ] * ( ) ! time if in = + - -p W= {}"
      .split(" "),
    " ",
    " ",
    "\t",
    "\n",
    "\\\n",
    '"a b"',
    "'#'",
    "\u2028",
    "é",
    "\r",
  );
  const soup = fc.array(piece, { maxLength: 14 }).map((parts) =>
    parts.join("")
  );
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(soup, async (text) => {
      const { commands, unknowns } = readShell(text);
      if (unknowns.length > 0 || !isComparable(commands)) return;
      accepted++;
      const expected = simulate(commands);
      assert.deepEqual(await askBash(text), expected, JSON.stringify(text));
    }),
    { numRuns: Number(Deno.env.get("AIRG_FUZZ_RUNS") ?? 3_000) },
  );
  assert(accepted > 50, `only ${accepted} texts were compared`);
});

/** Words bash itself would run, or files it could not open, say nothing here. */
function isComparable(commands: readonly SimpleCommand[]): boolean {
  return commands.every(({ words, redirections, assignments }) => {
    const [program] = words;
    if (words.length === 0 && assignments.length > 0) return false;
    if (program !== undefined && !/^[abno\u2028é]/.test(program.text)) {
      return false;
    }
    if (program?.tilde) return false;
    if (assignments.some(({ name }) => name !== "V")) return false;
    return redirections.every(({ kind, target }) =>
      kind === "dup" ||
      kind !== "read" && target !== undefined && !target.tilde &&
        target.text !== "" && !target.text.includes("/") &&
        !/^\.{1,2}$/.test(target.text)
    );
  });
}

/** What the commands say will happen, with the exit statuses of PRELUDE. */
function simulate(commands: readonly SimpleCommand[]): Seen {
  const starts: string[] = [];
  const files = new Set<string>();
  let status = true;
  let skipping = false;
  for (const command of commands) {
    const { join, words, assignments, redirections } = command;
    if (join === "&&") skipping = !status;
    else if (join === "||") skipping = status;
    else if (join !== "|") skipping = false;
    if (skipping) continue;
    for (const { target } of redirections) {
      if (target !== undefined) files.add(target.text);
    }
    const texts = words.map(({ text, tilde }) =>
      tilde ? `/home/x${text.slice(1)}` : text
    );
    if (texts.length > 0) {
      const value = assignments.at(-1)?.value ?? "none";
      starts.push([value, String(texts.length), ...texts].join("\0"));
    }
    status = !texts[0]?.startsWith("n");
  }
  return { starts: starts.toSorted(), files: [...files].toSorted() };
}

async function askBash(text: string): Promise<Seen> {
  const folder = await Deno.makeTempDir({ prefix: "airg-oracle-" });
  try {
    const record = `${folder}.record`;
    await Deno.writeTextFile(record, "");
    await new Deno.Command("/bin/bash", {
      args: ["-c", PRELUDE + text],
      cwd: folder,
      clearEnv: true,
      env: {
        RECORD: record,
        HOME: "/home/x",
        PATH: "/nowhere",
        LC_ALL: "C.UTF-8",
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    const fields = (await Deno.readTextFile(record)).split("\0").slice(0, -1);
    await Deno.remove(record);
    const starts: string[] = [];
    for (let at = 0; at < fields.length;) {
      const end = at + 2 + Number(fields[at + 1]);
      starts.push(fields.slice(at, end).join("\0"));
      at = end;
    }
    const files: string[] = [];
    for await (const { name } of Deno.readDir(folder)) files.push(name);
    return { starts: starts.toSorted(), files: files.toSorted() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
