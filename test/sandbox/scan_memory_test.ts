// Copyright 2026 the airg authors. Apache-2.0 license.

// What the launcher's scan remembers of unchanged folders never changes what it
// says: each scan is taken twice, with the memory and without.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Scan, scan } from "../../src/exec/handoff/scan.ts";
import { removeTree } from "../support/remove_tree.ts";

const launcher = decodeURIComponent(
  new URL("../../dist/airg-launcher", import.meta.url).pathname,
);

interface Tree extends AsyncDisposable {
  readonly root: string;
  readonly memory: string;
}

/** A workspace whose folders have settled, and what a scan remembers of it. */
async function settledTree(): Promise<Tree> {
  const folder = await Deno.makeTempDir();
  const root = `${folder}/work`;
  const folders = [
    ".git/hooks",
    ".git/objects/aa",
    ".git/refs",
    ...Array.from({ length: 30 }, (_, n) => `src/a${n % 5}/b${n}`),
    "src/a1/.vscode",
    "src/a2/bare/objects",
    "src/a2/bare/refs",
    "node_modules/x/.vscode",
    "node_modules/x/.git/objects",
    "node_modules/x/.git/refs",
  ];
  for (const path of folders) {
    await Deno.mkdir(`${root}/${path}`, { recursive: true });
  }
  const files = [
    ".git/HEAD",
    ".git/config",
    ".git/hooks/pre-commit",
    "src/a1/.vscode/tasks.json",
    "src/a2/bare/HEAD",
    "node_modules/x/.vscode/tasks.json",
    "node_modules/x/.git/HEAD",
    "package.json",
    "src/a3/package.json",
  ];
  for (const path of files) await Deno.writeTextFile(`${root}/${path}`, "x");
  const memory = `${folder}/memory`;
  // Two seconds are what the coarsest clock of a file system counts in.
  const last = Date.now();
  while (Date.now() < last + 2_500) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  scan({ workspace: root, launcher, sinceNs: 0n, memory });
  assert((await Deno.lstat(memory)).size > 1_000, "nothing was remembered");
  return {
    root,
    memory,
    async [Symbol.asyncDispose]() {
      await removeTree(folder);
    },
  };
}

function both({ root, memory }: Tree, sinceNs: bigint): [Scan, Scan] {
  const options = { workspace: root, launcher, sinceNs };
  return [scan({ ...options, memory }), scan(options)];
}

function startOfNow(): bigint {
  return BigInt(Date.now() - 20) * 1_000_000n;
}

/** Bytes before the folders in a memory; the last eight are their sum. */
const HEAD_BYTES = 56;

function fnv(bytes: Uint8Array): bigint {
  return bytes.reduce(
    (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1099511628211n),
    14695981039346656037n,
  );
}

/** One thing done to a workspace; what cannot be done is left. */
type Step = readonly [what: string, from: string, to: string];

const PLACES = [
  "src",
  "src/a1",
  "src/a1/b1",
  "src/a1/.vscode",
  "src/a2/bare",
  "src/a2/bare/HEAD",
  ".git/hooks",
  ".git",
  "node_modules/x",
  "src/a3/package.json",
  "src/new",
  "src/new/.vscode",
  "src/a4/HEAD",
  "src/a4/objects",
  "src/a4/refs",
  "src/a1/b6/.envrc",
];

const DEEDS: Record<string, (from: string, to: string) => void> = {
  folder: (path) => Deno.mkdirSync(path, { recursive: true }),
  file: (path) => Deno.writeTextFileSync(path, `${Math.random()}`),
  link: (path, to) => Deno.symlinkSync(to, path),
  remove: (path) => Deno.removeSync(path, { recursive: true }),
  rename: (from, to) => Deno.renameSync(from, to),
  closed: (path) => Deno.chmodSync(path, 0o000),
  "set-id": (path) => Deno.chmodSync(path, 0o4755),
};

function perform({ root }: Tree, [what, from, to]: Step): void {
  try {
    DEEDS[what]!(`${root}/${from}`, `${root}/${to}`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

Deno.test("scan memory: whatever is done to a workspace, both scans say the same", async () => {
  await using tree = await settledTree();
  const step = fc.tuple(
    fc.constantFrom(...Object.keys(DEEDS)),
    fc.constantFrom(...PLACES),
    fc.constantFrom(...PLACES),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4 }), (steps) => {
      const since = startOfNow();
      for (const one of steps) perform(tree, one);
      for (const sinceNs of [since, 0n]) {
        const [remembered, plain] = both(tree, sinceNs);
        assert.deepEqual(remembered, plain);
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("scan memory: it is used, and a file that is not ours to trust is not", async () => {
  await using tree = await settledTree();
  const said = (entries: Scan) => entries.entries.map(({ path }) => path);
  const [before, plain] = both(tree, 0n);
  assert.deepEqual(before, plain);
  assert(said(plain).includes("src/a3/package.json"));
  // A memory that leaves a name out is believed: so it is what is read.
  const bytes = await Deno.readFile(tree.memory);
  const text = new TextDecoder("latin1").decode(bytes);
  const at = text.indexOf("package.json", text.indexOf("src/a3\0"));
  bytes[at] = 120;
  const sum = new DataView(bytes.buffer);
  sum.setBigUint64(HEAD_BYTES - 8, fnv(bytes.subarray(HEAD_BYTES)), true);
  await Deno.writeFile(tree.memory, bytes, { mode: 0o600 });
  assert(!said(both(tree, 0n)[0]).includes("src/a3/package.json"));
  // Others could have written it.
  await Deno.chmod(tree.memory, 0o666);
  assert.deepEqual(...both(tree, 0n));
});

Deno.test("scan memory: a damaged file is no memory, and ends no scan", async () => {
  await using tree = await settledTree();
  const whole = await Deno.readFile(tree.memory);
  const cut = fc.nat(whole.length - 1).map((n) => whole.slice(0, n));
  const mangled = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    .map(([at, to]) => whole.map((byte, n) => n === at ? to : byte));
  fc.assert(
    fc.property(fc.oneof(cut, mangled), (bytes) => {
      Deno.removeSync(tree.memory);
      Deno.writeFileSync(tree.memory, bytes, { mode: 0o600 });
      const [remembered, plain] = both(tree, 0n);
      assert.deepEqual(remembered, plain);
    }),
    { numRuns: 150 },
  );
});
