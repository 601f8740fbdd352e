// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Action } from "../../action/action.ts";
import type { Facts, PathFact } from "../../action/facts.ts";
import { plainFiles } from "../../platform/plain_files.ts";
import { touchesOf } from "./touches.ts";

const folder = await Deno.realPath(await Deno.makeTempDir());
globalThis.addEventListener(
  "unload",
  () => Deno.removeSync(folder, { recursive: true }),
);
await Deno.mkdir(`${folder}/sub/deep`, { recursive: true });
await Deno.writeTextFile(`${folder}/a`, "one\n");
await Deno.writeTextFile(`${folder}/sub/b`, "12345");
await Deno.writeTextFile(`${folder}/sub/deep/c`, "123");
await Deno.symlink("/usr", `${folder}/sub/link`);
await Deno.writeFile(`${folder}/binary`, new Uint8Array([0, 1]));

const origin = {
  agent: "a",
  session: "s",
  source: "ai-agent",
  workspace: folder,
} as const;

async function touches(
  paths: readonly (readonly [string, PathFact["access"]])[],
  content?: string,
): ReturnType<typeof touchesOf> {
  using files = plainFiles();
  const action: Action = content === undefined
    ? {
      kind: "exec",
      origin,
      cwd: folder,
      command: { form: "shell", text: "x" },
    }
    : { kind: "write", origin, path: paths[0]?.[0] ?? "", content };
  const facts: Facts = {
    action,
    paths: paths.map(([path, access]) => ({
      ...{ path: `${folder}/${path}`, word: path, access },
      span: [0, 1],
    })),
    ...{ programs: [], hosts: [], environment: [], variables: [] },
    ...{ unknowns: [], lookups: [] },
  };
  return await touchesOf(facts, files);
}

Deno.test("a folder stands for all in it, and links are not followed", async () => {
  const { size } = await Deno.lstat(`${folder}/sub/link`);
  assert.deepEqual(await touches([["sub", "delete"], ["a", "write"]]), {
    files: 4,
    bytes: 5 + 3 + size + 4,
  });
});

Deno.test("what is only read touches nothing", async () => {
  assert.equal(await touches([["a", "read"]]), undefined);
});

Deno.test("what is not there is nothing, what is not known may be more", async () => {
  assert.deepEqual(await touches([["none", "delete"]]), { files: 0, bytes: 0 });
  assert.deepEqual(await touches([["\0$", "delete"]]), {
    files: 0,
    bytes: 0,
    more: true,
  });
});

Deno.test("a write shows its difference, and says where it cannot", async () => {
  const diffOf = async (name: string) =>
    (await touches([[name, "write"]], "two\n"))?.diff ?? "";
  assert.match(await diffOf("a"), /-one\n\+two/);
  assert.match(await diffOf("new"), /\+two/);
  // A byte that is no text must not hide what would be written.
  assert.match(await diffOf("binary"), /no text; .*\ntwo\n$/);
  const long = "x\n".repeat(100_000);
  for (const name of ["a", "binary"]) {
    const { diff = "", cut } = await touches([[name, "write"]], long) ?? {};
    assert(diff.length < 70_000);
    assert.match(diff, /\(cut: there is more\)$/);
    assert.equal(cut, true);
  }
});

Deno.test("of files in a repository it is said how many git has", async () => {
  const place = `${folder}/repository`;
  await Deno.mkdir(place);
  for (const name of ["kept", "other"]) {
    await Deno.writeTextFile(`${place}/${name}`, "");
  }
  for (const args of [["init", "-q"], ["add", "kept"]]) {
    const { success } = await new Deno.Command("git", { args, cwd: place })
      .output();
    assert(success);
  }
  const both: [string, "delete"][] = [
    ["repository/kept", "delete"],
    ["repository/other", "delete"],
  ];
  assert.equal((await touches(both))?.tracked, 1);
  // A broken index: not known is not none.
  await Deno.writeTextFile(`${place}/.git/index`, "DIRC");
  assert.equal((await touches(both))?.tracked, undefined);
});
