// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { sha256Hex } from "../base/digest.ts";
import { fileHash } from "./file_hash.ts";
import { plainFiles } from "./plain_files.ts";

Deno.test("fileHash() reads plain files, waits for nobody and follows no link", async () => {
  const folder = await Deno.makeTempDir();
  using files = plainFiles();
  try {
    for (const size of [0, 1, 100_000]) {
      const bytes = crypto.getRandomValues(new Uint8Array(Math.min(size, 999)));
      const text = `${bytes.toHex()}${"x".repeat(size)}`;
      await Deno.writeTextFile(`${folder}/a`, text);
      assert.equal(await fileHash(files, `${folder}/a`), sha256Hex(text));
    }
    await Deno.symlink("a", `${folder}/link`);
    const pipe = await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] })
      .output();
    assert(pipe.success);
    for (const name of ["link", "pipe", "", "none"]) {
      assert.equal(await fileHash(files, `${folder}/${name}`), undefined, name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
