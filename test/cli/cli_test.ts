// Copyright 2026 the airg authors. Apache-2.0 license.
// Runs each testdata/*.txtar against the program, in a fresh folder with a
// scratch home. Lines of a script:
//
//   airg ARGS...          runs it; it must exit with 0
//   ! airg ARGS...        runs it; it must exit with anything else
//   stdin FILE            standard input of the next run
//   env NAME=VALUE        for all runs that follow
//   exit N                the last run's status
//   stdout|stderr REGEXP  a line of the last run matches
//   ! stdout|stderr REGEXP  none does
//   exists|missing FILE   in the workspace
//
// Words are read as a shell reads them; $WORK and $HOME are the folders,
// $ESC is the escape character.
import assert from "node:assert/strict";
import { makeSite, type Ran, runAirg, type Site } from "../support/airg.ts";
import { readTxtar } from "../support/txtar.ts";

const testdata = new URL("./testdata/", import.meta.url);

for (const { name: file } of Deno.readDirSync(testdata)) {
  Deno.test(`cli: ${file}`, async () => {
    await using site = await makeSite();
    await runScript(
      await Deno.readTextFile(new URL(file, testdata)),
      site,
      file,
    );
  });
}

interface State {
  last?: Ran;
  stdin?: string;
  readonly env: Record<string, string>;
}

async function runScript(
  text: string,
  site: Site,
  file: string,
): Promise<void> {
  const [script, ...files] = readTxtar(text);
  assert(script?.name === "script", "the first section is `script`");
  for (const { name, lines } of files) {
    const body = `${lines.join("\n")}\n`;
    const path = `${site.workspace}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, body);
  }
  const state: State = { env: {} };
  for (const [index, line] of script.lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const where = `${file}:${script.line + index + 1}: ${line}`;
    const not = line.startsWith("! ");
    const words = wordsOf(not ? line.slice(2) : line).map((word) =>
      word.replaceAll("$WORK", site.workspace).replaceAll("$HOME", site.home)
        .replaceAll("$ESC", "\x1b")
    );
    await runLine(words, not, where, { site, state });
  }
}

async function runLine(
  [verb, ...args]: readonly string[],
  not: boolean,
  where: string,
  { site, state }: { readonly site: Site; readonly state: State },
): Promise<void> {
  const [first = ""] = args;
  const { last } = state;
  switch (verb) {
    case "airg": {
      const { stdin = "", env } = state;
      delete state.stdin;
      state.last = await runAirg(site, args, { stdin, env });
      const { code, stdout, stderr } = state.last;
      assert.equal(code !== 0, not, `${where}\n${code}\n${stdout}\n${stderr}`);
      return;
    }
    case "stdin":
      state.stdin = await Deno.readTextFile(`${site.workspace}/${first}`);
      return;
    case "env": {
      const at = first.indexOf("=");
      state.env[first.slice(0, at)] = first.slice(at + 1);
      return;
    }
    case "exit":
      assert.equal(String(last?.code), first, `${where}\n${last?.stderr}`);
      return;
    case "stdout":
    case "stderr": {
      assert(last !== undefined, where);
      const found = new RegExp(first, "m").test(last[verb]);
      assert.equal(found, !not, `${where}\n${last[verb]}`);
      return;
    }
    case "exists":
    case "missing":
      assert.equal(
        await exists(`${site.workspace}/${first}`),
        verb === "exists",
        where,
      );
      return;
    default:
      assert.fail(`Unknown verb: ${where}`);
  }
}

/** Words of a script line: blanks part them, quotes keep them together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|"([^"]*)"/g,
      (_, single, double) => single ?? double,
    )
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
