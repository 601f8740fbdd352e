// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { readGitIndex } from "./git_index.ts";

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { success, stderr, stdout } = await new Deno.Command("git", {
    args: ["-c", "user.name=a", "-c", "user.email=a@b", ...args],
    cwd,
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test.each([
  { version: 2, format: "sha1" },
  { version: 3, format: "sha1" },
  { version: 4, format: "sha1" },
  { version: 2, format: "sha256" },
  { version: 4, format: "sha256" },
])(
  "readGitIndex() reads version $version of $format as git does",
  async ({ format, version }) => {
    const root = await Deno.makeTempDir();
    try {
      await git(root, "init", "-q", `--object-format=${format}`);
      const names = ["a", "ab", "d/one", "d/two", "d/e/f", "dx", "x y", "ü"];
      await Deno.mkdir(`${root}/d/e`, { recursive: true });
      for (const name of names) {
        await Deno.writeTextFile(
          `${root}/${name}`,
          name,
        );
      }
      await Deno.writeTextFile(`${root}/${"n".repeat(255)}`, "long");
      await git(root, "add", ".");
      await git(root, "update-index", `--index-version=${version}`);
      if (version === 3) {
        await Deno.writeTextFile(`${root}/later`, "later");
        await git(root, "add", "-N", "later");
      }
      const bytes = await Deno.readFile(`${root}/.git/index`);
      const hash = format === "sha1" ? 20 : 32;
      const all = readGitIndex(bytes, hash);
      assert(all.ok);
      const listed = (await git(root, "ls-files", "-z")).split("\0").slice(
        0,
        -1,
      );
      assert.deepEqual(all.entries.map(({ path }) => path), listed);
      for (const { mtime, path, size } of all.entries) {
        if (path === "later") continue;
        const info = await Deno.lstat(`${root}/${path}`);
        assert.equal(size, info.size);
        assert.equal(Math.floor(mtime), info.mtime?.getTime());
      }
      const part = readGitIndex(bytes, hash, ["d", "a"]);
      assert(part.ok);
      assert.deepEqual(
        part.entries.map(({ path }) => path),
        ["a", "d/e/f", "d/one", "d/two"],
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

Deno.test.each([{ format: "sha1" }, { format: "sha256" }])(
  "readGitIndex() tells what of $format is in no commit's tree",
  async ({ format }) => {
    const root = await Deno.makeTempDir();
    try {
      const settled = async () => {
        const bytes = await Deno.readFile(`${root}/.git/index`);
        const read = readGitIndex(bytes, format === "sha1" ? 20 : 32);
        assert(read.ok);
        return [...read.settled].sort();
      };
      await git(root, "init", "-q", `--object-format=${format}`);
      await Deno.mkdir(`${root}/d/e/f`, { recursive: true });
      await Deno.mkdir(`${root}/g`);
      for (const name of ["a", "d/b", "d/e/c", "d/e/f/d", "g/h"]) {
        await Deno.writeTextFile(`${root}/${name}`, name);
      }
      await git(root, "add", ".");
      assert.deepEqual(await settled(), []);
      await git(root, "commit", "-qm", "first");
      assert.deepEqual(await settled(), ["", "d", "d/e", "d/e/f", "g"]);
      await Deno.writeTextFile(`${root}/d/e/c`, "changed");
      await git(root, "add", "d/e/c");
      assert.deepEqual(await settled(), ["d/e/f", "g"]);
      await git(root, "commit", "-qm", "second");
      await Deno.writeTextFile(`${root}/new`, "new");
      await git(root, "add", "new");
      assert.deepEqual(await settled(), ["d", "d/e", "d/e/f", "g"]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

Deno.test("readGitIndex() of anything else says why", async () => {
  const root = await Deno.makeTempDir();
  try {
    await git(root, "init", "-q");
    await Deno.writeTextFile(`${root}/a`, "a");
    await git(root, "add", "a");
    const bytes = await Deno.readFile(`${root}/.git/index`);
    for (let cut = 0; cut < bytes.length; cut++) {
      const got = readGitIndex(bytes.slice(0, cut));
      assert(!got.ok || got.entries.length <= 1);
    }
    assert(!readGitIndex(new Uint8Array(100)).ok);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
