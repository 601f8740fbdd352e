// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chunksOf, hashNow, hashSoon, rememberedHash } from "./hashed_files.ts";
import { openRawTree } from "./raw_tree.ts";

const MIB = 1024 * 1024;

function scratch(): { readonly path: string } & Disposable {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  return {
    path: `${folder}/f`,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** Two mebibytes and a hole of as much between them. */
function writeSparse(path: string): Uint8Array {
  const all = new Uint8Array(6 * MIB);
  all.fill(1, 0, 2 * MIB);
  all.fill(2, 4 * MIB);
  using file = Deno.openSync(path, { write: true, create: true });
  file.writeSync(all.subarray(0, 2 * MIB));
  file.seekSync(4 * MIB, Deno.SeekMode.Start);
  file.writeSync(all.subarray(4 * MIB));
  return all;
}

/** Longer than two ticks of the kernel's clock. */
async function tick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 40));
}

Deno.test("a large file that is as it was is not hashed again, one that was changed is", async () => {
  using at = scratch();
  const all = writeSparse(at.path);
  const right = createHash("sha256").update(all).digest("hex");
  await tick();
  using tree = openRawTree();
  {
    using node = tree.open(at.path);
    assert(node !== undefined);
    assert.equal(rememberedHash(node.info), undefined);
    assert.equal(await hashSoon(node), right);
    assert.equal(rememberedHash(node.info), right);
  }
  {
    using file = await Deno.open(at.path, { write: true });
    await file.write(new Uint8Array([9]));
  }
  using node = tree.open(at.path);
  assert(node !== undefined);
  assert.equal(rememberedHash(node.info), undefined);
  all[0] = 9;
  assert.equal(
    hashNow(node),
    createHash("sha256").update(all).digest("hex"),
  );
  // Another change within the same tick would not be told from this one.
  const young = Date.now() - node.info.ctime < 20;
  assert(!young || rememberedHash(node.info) === undefined);
});

Deno.test("a hole is never read", () => {
  using at = scratch();
  writeSparse(at.path);
  using tree = openRawTree();
  using node = tree.open(at.path);
  assert(node !== undefined);
  using content = node.open();
  const pieces = [...chunksOf(content, node.info.size)].map((
    { at, bytes, isHole },
  ) => [at / MIB, bytes.length / MIB, isHole]);
  assert.deepEqual(pieces, [
    [0, 1, false],
    [1, 1, false],
    [2, 1, true],
    [3, 1, true],
    [4, 1, false],
    [5, 1, false],
  ]);
});
