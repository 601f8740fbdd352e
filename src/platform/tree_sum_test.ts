// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { mapping } from "../../test/support/mapping.ts";
import { type TreeHands, treeHands } from "./tree_hands.ts";
import { type TreeMemory, treeSums } from "./tree_sum.ts";
import type { TreeAsk } from "./tree_walk.ts";

interface Site extends AsyncDisposable {
  readonly root: string;
  readonly put: (name: string, text: string) => Promise<void>;
  /** Of all in `root/tree`; from memory unless told otherwise. */
  readonly sum: (
    over?: Partial<TreeAsk> & {
      readonly fresh?: boolean;
      readonly hands?: (real: TreeHands) => Partial<TreeHands>;
    },
  ) => ReturnType<typeof treeSums>;
}

async function makeSite(): Promise<Site> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${root}/tree/a`, { recursive: true });
  const memory: TreeMemory = new Map();
  const site: Site = {
    root,
    put: (name, text) => Deno.writeTextFile(`${root}/tree/${name}`, text),
    async sum({ fresh = false, hands, ...over } = {}) {
      using real = treeHands();
      return await treeSums(
        {
          roots: [`${root}/tree`],
          of: "contents",
          part: () => "own",
          isLate: () => false,
          ...over,
        },
        { ...real, ...hands?.(real) },
        memory,
        fresh,
      );
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
  await site.put("a/x", "one");
  return site;
}

async function command(name: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(name, { args }).output();
  assert(success);
}

Deno.test("treeSums() counts, and says what it read", async () => {
  await using site = await makeSite();
  const { other, own } = await site.sum();
  const { sha256, ...counted } = own;
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.deepEqual(counted, {
    files: 1,
    bytes: 3,
    members: [`${site.root}/tree/a/x`],
    folders: [`${site.root}/tree/a`],
  });
  assert.equal(other.files, 0);
});

const CHANGES: readonly {
  readonly name: string;
  readonly change: (site: Site) => Promise<unknown>;
}[] = [
  { name: "content", change: ({ put }) => put("a/x", "two") },
  { name: "a name", change: ({ put }) => put("a/y", "") },
  {
    name: "an empty folder",
    change: ({ root }) => Deno.mkdir(`${root}/tree/b`),
  },
  {
    name: "a name of other bytes",
    change: ({ root }) => command("bash", "-c", `> '${root}/tree/'$'\\xff'`),
  },
  {
    name: "a link that leads nowhere",
    change: ({ root }) => Deno.symlink("nowhere", `${root}/tree/l`),
  },
  {
    name: "a file in the place of a folder",
    async change({ root, put }) {
      await Deno.remove(`${root}/tree/a`, { recursive: true });
      await put("a", "one");
    },
  },
  {
    name: "two names that change places",
    async change({ root, put }) {
      await put("a/y", "two");
      await Deno.rename(`${root}/tree/a/x`, `${root}/tree/a/z`);
      await Deno.rename(`${root}/tree/a/y`, `${root}/tree/a/x`);
    },
  },
];

Deno.test.each(CHANGES)(
  "treeSums() is another with $name",
  async ({ change }) => {
    await using site = await makeSite();
    const before = (await site.sum()).own.sha256;
    assert.equal((await site.sum({ fresh: true })).own.sha256, before);
    await change(site);
    assert.notEqual((await site.sum()).own.sha256, before);
  },
);

Deno.test("treeSums() follows links, each once, and not to all around", async () => {
  await using site = await makeSite();
  const { root } = site;
  await Deno.mkdir(`${root}/beside`);
  await Deno.symlink("../beside", `${root}/tree/beside`);
  await Deno.symlink("..", `${root}/tree/a/loop`);
  await Deno.symlink("self", `${root}/tree/self`);
  await Deno.symlink("/dev/null", `${root}/tree/null`);
  const before = (await site.sum()).own;
  assert.equal(before.more, undefined);
  await Deno.writeTextFile(`${root}/beside/far`, "new");
  assert.notEqual((await site.sum()).own.sha256, before.sha256);
  await Deno.symlink("../..", `${root}/tree/a/around`);
  assert.equal((await site.sum()).own.more, true);
});

const STREAMS:
  readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ["a pipe", (path) => command("mkfifo", path)],
    ["a link to a device", (path) => Deno.symlink("/dev/zero", path)],
    ["a link to the kernel", (path) => Deno.symlink("/proc/kmsg", path)],
    ["a link to a link to a pipe", async (path) => {
      await command("mkfifo", `${path}.pipe`);
      await Deno.symlink(`${path}.pipe`, `${path}.link`);
      await Deno.symlink(`${path}.link`, path);
    }],
  ];

for (const [name, make] of STREAMS) {
  Deno.test(`treeSums() refuses ${name}, and waits for nothing`, async () => {
    await using site = await makeSite();
    await make(`${site.root}/tree/a/p`);
    await assert.rejects(() => site.sum(), /Cannot bind an approval to it/);
    // Who deletes it does not read it.
    assert.equal((await site.sum({ of: "names" })).own.more, undefined);
  });
}

Deno.test("treeSums() tells what cannot be read by what changes with it", async () => {
  await using site = await makeSite();
  const closed = {
    hands: () => ({ read: () => undefined }),
    fresh: true,
  };
  const before = (await site.sum()).own;
  const file = (await site.sum(closed)).own;
  assert.equal(file.stamped, 1);
  assert.notEqual(file.sha256, before.sha256);
  assert.equal((await site.sum(closed)).own.sha256, file.sha256);
  await site.put("a/x", "two");
  assert.notEqual((await site.sum(closed)).own.sha256, file.sha256);
  const folder = (await site.sum({
    fresh: true,
    hands: ({ names }) => ({
      names: (path, most) =>
        path.endsWith("/a") ? undefined : names(path, most),
    }),
  })).own;
  assert.notEqual(folder.sha256, before.sha256);
});

Deno.test("treeSums() says where there is more than it looks at", async () => {
  await using site = await makeSite();
  for (let i = 0; i < 600; i++) await site.put(`f${i}`, "");
  const some = (await site.sum()).own;
  assert.equal(some.more, undefined);
  assert.equal(some.stamped, 601 - 512);
  // What is not read is still told apart.
  await site.put("f99", "x");
  assert.notEqual((await site.sum()).own.sha256, some.sha256);
  for (let i = 0; i < 4_000; i++) await site.put(`g${i}`, "");
  assert.equal((await site.sum()).own.more, true);
  assert.equal((await site.sum({ of: "names" })).own.more, true);
  // What is left out has been looked at, too.
  const skipping = { part: () => "skip" as const };
  assert.equal((await site.sum(skipping)).own.more, true);
});

Deno.test("treeSums() ends in a tree that is deeper than it looks", async () => {
  await using site = await makeSite();
  await Deno.mkdir(`${site.root}/tree${"/d".repeat(100)}`, { recursive: true });
  assert.equal((await site.sum()).own.more, true);
});

Deno.test("treeSums() reads a large file not at all", async () => {
  await using site = await makeSite();
  using file = await Deno.create(`${site.root}/tree/large`);
  await file.truncate(2 ** 40);
  assert.equal((await site.sum()).own.stamped, 1);
});

Deno.test(
  "treeSums() may remember what a shared mapping changed, and reads it where it is told to",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using site = await makeSite();
    await site.put("a/x", "A".repeat(4096));
    using mapped = mapping(`${site.root}/tree/a/x`);
    mapped.write("B");
    const before = (await site.sum()).own.sha256;
    // The page is written to already: no fault, so no time of change.
    mapped.write("C");
    assert.equal((await site.sum()).own.sha256, before);
    assert.notEqual((await site.sum({ fresh: true })).own.sha256, before);
  },
);
