// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { inFolder } from "./in_folder.ts";
import { plainFiles } from "./plain_files.ts";

async function inScratch(use: (folder: string) => void): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("open() gives plain files, waits for no pipe and follows no link", () =>
  inScratch((folder) => {
    using files = plainFiles();
    Deno.writeTextFileSync(`${folder}/plain`, "x");
    Deno.symlinkSync("plain", `${folder}/link`);
    new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).outputSync();
    using plain = files.open(`${folder}/plain`);
    assert.equal(plain?.statSync().size, 1);
    for (const name of ["link", "pipe", ".", "none"]) {
      assert.equal(files.open(`${folder}/${name}`), undefined, name);
    }
  }));

Deno.test("replace() puts bytes, mode and owner under a name, and leaves nothing else", () =>
  inScratch((folder) => {
    using files = plainFiles();
    Deno.writeTextFileSync(`${folder}/theirs`, "theirs");
    Deno.symlinkSync("theirs", `${folder}/name`);
    const bytes = new TextEncoder().encode("y".repeat(100_000));
    const isRoot = Deno.uid() === 0;
    inFolder(folder, () =>
      files.replace("name", bytes, {
        mode: 0o640,
        ...(isRoot && { owner: { uid: 65534, gid: 65534 } }),
      }));
    const info = Deno.lstatSync(`${folder}/name`);
    assert(info.isFile);
    assert.equal((info.mode ?? 0) & 0o7777, 0o640);
    assert.equal(info.uid, isRoot ? 65534 : Deno.uid());
    assert.equal(Deno.readTextFileSync(`${folder}/theirs`), "theirs");
    assert.deepEqual(Deno.readFileSync(`${folder}/name`), bytes);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.deepEqual(names.sort(), ["name", "theirs"]);
  }));

Deno.test("replace() fails with a code, and leaves nothing", () =>
  inScratch((folder) => {
    using files = plainFiles();
    Deno.mkdirSync(`${folder}/name`);
    inFolder(folder, () => {
      const put = () => files.replace("name", new Uint8Array(1), { mode: 0o6 });
      assert.throws(put, (error) => error instanceof Error && "code" in error);
    });
    assert.equal([...Deno.readDirSync(folder)].length, 1);
  }));
