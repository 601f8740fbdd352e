// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import { FolderMoved } from "./in_folder.ts";
import { openFolders } from "./open_folder.ts";

function withTree(use: (root: string) => void): void {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    Deno.mkdirSync(`${root}/a/b`, { recursive: true });
    Deno.writeTextFileSync(`${root}/a/b/file`, "inside");
    use(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("an open folder stays itself when its name goes to another", () => {
  withTree((root) => {
    using folders = openFolders();
    using folder = folders.open(`${root}/a/b`);
    Deno.renameSync(`${root}/a/b`, `${root}/a/old`);
    Deno.mkdirSync(`${root}/a/b`);
    Deno.writeTextFileSync(`${root}/a/b/file`, "outside");
    assert.equal(Deno.readTextFileSync(`${folder.at}/file`), "inside");
    assert.equal(Deno.readTextFileSync(`${root}/a/b/file`), "outside");
    Deno.writeTextFileSync(`${folder.at}/new`, "");
    assert.deepEqual([...Deno.readDirSync(`${root}/a/old`)].length, 2);
  });
});

Deno.test.each([
  { what: "the folder", link: "a/b", to: "../c" },
  { what: "a folder above it", link: "a", to: "c" },
])("$what being a link, it is not opened", ({ link, to }) => {
  withTree((root) => {
    using folders = openFolders();
    Deno.mkdirSync(`${root}/c/b`, { recursive: true });
    Deno.renameSync(`${root}/${link}`, `${root}/moved`);
    Deno.symlinkSync(to, `${root}/${link}`);
    assert(Deno.statSync(`${root}/a/b`).isDirectory, "the link leads there");
    assert.throws(() => folders.open(`${root}/a/b`), FolderMoved);
  });
});

Deno.test("what is no folder, or is not there, is told apart", () => {
  withTree((root) => {
    using folders = openFolders();
    const { NotADirectory, NotFound } = Deno.errors;
    assert.throws(() => folders.open(`${root}/a/b/file`), NotADirectory);
    assert.throws(() => folders.open(`${root}/a/c`), NotFound);
    assert.throws(() => folders.open("/proc/self/cwd"), FolderMoved);
  });
});
