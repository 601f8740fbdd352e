// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { FolderMoved } from "./in_folder.ts";
import { openPathTree } from "./path_tree.ts";
import { openRawTree, type RawNode } from "./raw_tree.ts";

function sh(cwd: string, script: string): void {
  const { success, stderr } = new Deno.Command("bash", {
    args: ["-ec", script],
    cwd,
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
}

/** What both can say of a node. */
function told(node: RawNode): unknown {
  const { type, mode, uid, gid, size, links } = node.info;
  const target = type === "link" ? node.target() : undefined;
  const names = type === "folder" ? node.names() : undefined;
  return { type, mode, uid, gid, size, links, target, names };
}

Deno.test("openRawTree() and openPathTree() say the same of what Deno can tell", () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    sh(
      folder,
      "mkdir d; echo x >d/f; ln -s f d/l; mkfifo d/p; chmod 4750 d/f; ln d/f g",
    );
    using raw = openRawTree();
    using plain = openPathTree();
    for (const name of ["d", "d/f", "d/l", "d/p", "g", "none", "d/f/none"]) {
      using one = raw.open(`${folder}/${name}`);
      using other = plain.open(`${folder}/${name}`);
      assert.deepEqual(one && told(one), other && told(other), name);
    }
    for (const tree of [raw, plain]) {
      assert.throws(() => tree.open(`${folder}/d/l/x`), FolderMoved);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("openRawTree() finds data and holes", () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    sh(
      folder,
      "truncate -s 10M s; printf x | dd of=s bs=1 seek=5M conv=notrunc",
    );
    using tree = openRawTree();
    using node = tree.open(`${folder}/s`);
    using content = node?.open();
    const data = content?.nextData(0) ?? 0;
    const hole = content?.nextHole(data) ?? 0;
    assert(data <= 5 * 2 ** 20 && data > 0 && hole > 5 * 2 ** 20);
    assert.equal(content?.nextData(hole), undefined);
    assert.equal(content?.nextHole(6 * 2 ** 20) === undefined, false);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
