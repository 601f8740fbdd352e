// Copyright 2026 the airg authors. Apache-2.0 license.
// What git itself says is the judge.

import assert from "node:assert/strict";
import { indexNames, trackedAmong } from "./git_tracked.ts";
import { plainFiles } from "./plain_files.ts";

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("git", {
    args: ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args],
    cwd,
    env: { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function withRepository(
  work: (folder: string) => Promise<void>,
  ...init: string[]
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await git(folder, "init", "-q", ...init);
    for (let n = 0; n < 40; n++) {
      const name = `d${n % 3}/${"n".repeat(n)}-${n} é`;
      await Deno.mkdir(`${folder}/d${n % 3}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, `${n}`);
    }
    await git(folder, "add", "-A");
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function listed(folder: string): Promise<string[]> {
  const text = await git(folder, "ls-files", "-z");
  return text.split("\0").filter((name) => name !== "").sort();
}

for (const version of ["2", "3", "4"]) {
  for (const format of ["sha1", "sha256"]) {
    Deno.test(`an index of version ${version}, ${format}, has what git lists`, () =>
      withRepository(async (folder) => {
        await git(folder, "update-index", "--index-version", version);
        // An extended flag, which version 2 turns into 3.
        if (version !== "2") {
          await Deno.writeTextFile(`${folder}/later`, "");
          await git(folder, "add", "-N", "later");
        }
        const bytes = await Deno.readFile(`${folder}/.git/index`);
        assert.equal(bytes[7], Number(version));
        const names = await indexNames(bytes);
        assert.deepEqual([...names ?? []].sort(), await listed(folder));
        // The control: one byte that is another, and one too few.
        bytes[60]! ^= 1;
        assert.equal(await indexNames(bytes), undefined);
        assert.equal(await indexNames(bytes.slice(0, -1)), undefined);
      }, `--object-format=${format}`));
  }
}

Deno.test("a split index is not known", () =>
  withRepository(async (folder) => {
    await git(folder, "update-index", "--split-index");
    const bytes = await Deno.readFile(`${folder}/.git/index`);
    assert.equal(await indexNames(bytes), undefined);
  }));

Deno.test("what is no index is not known", async () => {
  for (const length of [0, 11, 12, 32, 100]) {
    assert.equal(await indexNames(new Uint8Array(length)), undefined);
  }
});

Deno.test("trackedAmong() counts by the repository that each file is in", () =>
  withRepository(async (folder) => {
    using files = plainFiles();
    await Deno.writeTextFile(`${folder}/new`, "");
    const first = (await listed(folder))[0] ?? "";
    const paths = [`${folder}/${first}`, `${folder}/new`];
    assert.equal(await trackedAmong(paths, files), 1);
    await Deno.rename(`${folder}/.git`, `${folder}/d0/git`);
    await Deno.symlink("d0/git", `${folder}/.git`);
    assert.equal(await trackedAmong(paths, files), 1, "through a link");
    await Deno.writeTextFile(`${folder}/d1/.git`, "no such line");
    const within = `${folder}/d1/x`;
    assert.equal(await trackedAmong([within], files), undefined);
    await Deno.remove(`${folder}/d1/.git`);
    await Deno.remove(`${folder}/.git`);
    await Deno.rename(`${folder}/d0/git`, `${folder}/.git`);
    await git(folder, "commit", "-qm", "one");
    const tree = `${folder}-tree`;
    await git(folder, "worktree", "add", "-q", tree);
    try {
      assert.equal(
        await trackedAmong([...paths, `${tree}/${first}`], files),
        2,
      );
    } finally {
      await Deno.remove(tree, { recursive: true });
    }
    assert.equal(await trackedAmong(["/nonexistent/x"], files), undefined);
  }));
