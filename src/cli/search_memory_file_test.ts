// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { type SearchMemory, searchMemory } from "../guard/hidden/search.ts";
import { readSearchMemory, saveSearchMemory } from "./search_memory_file.ts";

/** A memory of `count` folders, all new. */
function filled(count: number): SearchMemory {
  const memory = searchMemory();
  memory.key = "names";
  for (let n = 0; n < count; n++) {
    const seen = {
      entries: 3,
      folders: ["a b", "c\n"],
      links: ["l"],
      others: ["s"],
      hits: [{ name: ".env", kind: "file" as const }],
      foreign: n % 2 === 0,
    };
    memory.folders.set(`/work/${n}`, { stamp: `1:${n}:2`, seen });
    memory.visited.add(`/work/${n}`);
  }
  memory.fresh = count;
  return memory;
}

async function inFolder(check: (file: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    check(`${folder}/memory`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("saveSearchMemory() and readSearchMemory() keep all, but what is gone", () =>
  inFolder((file) => {
    const memory = filled(100);
    memory.visited.delete("/work/7");
    saveSearchMemory(file, memory);
    const read = readSearchMemory(file);
    memory.folders.delete("/work/7");
    assert.deepEqual(read.folders, memory.folders);
    assert.equal(read.key, "names");
    assert.equal(Deno.lstatSync(file).mode! & 0o777, 0o600);
  }));

Deno.test("saveSearchMemory() leaves a file alone that has nearly everything", () =>
  inFolder((file) => {
    saveSearchMemory(file, filled(100));
    const memory = readSearchMemory(file);
    memory.fresh = 64;
    Deno.removeSync(file);
    saveSearchMemory(file, memory);
    assert.throws(() => Deno.lstatSync(file), Deno.errors.NotFound);
  }));

Deno.test.each([
  { name: "one that is cut", text: (text: string) => text.slice(0, -9) },
  { name: "another version", text: () => '{"version":0}' },
  { name: "no object", text: () => "null" },
  {
    name: "a folder of another shape",
    text: () => '{"version":2,"key":"","folders":[["/a","s",{"entries":1}]]}',
  },
])("readSearchMemory() takes $name for none", ({ text }) =>
  inFolder((file) => {
    saveSearchMemory(file, filled(100));
    Deno.writeTextFileSync(file, text(Deno.readTextFileSync(file)));
    assert.equal(readSearchMemory(file).folders.size, 0);
  }));

Deno.test("readSearchMemory() trusts no file that others could write, and no link", () =>
  inFolder((file) => {
    saveSearchMemory(file, filled(100));
    Deno.symlinkSync(file, `${file}-link`);
    assert.equal(readSearchMemory(`${file}-link`).folders.size, 0);
    assert.equal(readSearchMemory(file).folders.size, 100, "control");
    Deno.chmodSync(file, 0o620);
    assert.equal(readSearchMemory(file).folders.size, 0);
  }));
