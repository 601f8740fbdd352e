// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { writeAtomic } from "./atomic_file.ts";
import { readBounded } from "./bounded.ts";
import { ensurePrivate, findDirs } from "./dirs.ts";
import { MACHINE_FILES } from "./files.ts";
import { boundSockets, kindOf, namesIn, unplacedSockets } from "./machine.ts";
import { resolveExisting, resolver } from "./real_path.ts";

async function inFolder(
  use: (folder: string) => Promise<void> | void,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readBounded() keeps the start of any chunks and says if it was cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.string({ unit: "binary" }),
    fc.nat(20),
    fc.integer({ min: 1, max: 7 }),
    async (raw, maxChars, size) => {
      const text = raw.toWellFormed();
      const bytes = new TextEncoder().encode(text);
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        chunks.push(bytes.slice(at, at + size));
      }
      let told = "";
      const stream = bytes.length % 2 === 0
        ? ReadableStream.from(chunks)
        : streamOfBytes(chunks);
      const kept = await readBounded(stream, {
        maxChars,
        onText: (piece) => told += piece,
      });
      assert(text.startsWith(kept.text) && kept.text.length <= maxChars);
      assert.equal(kept.truncated, kept.text !== text);
      assert.equal(told, kept.text);
      // Cut short only by a surrogate pair on the limit.
      if (kept.truncated) assert(kept.text.length >= maxChars - 1);
    },
  ));
});

Deno.test("readBounded() cancels a stream of bytes that nobody wants any more", async () => {
  let cancelled: unknown;
  const stream = new ReadableStream({
    type: "bytes",
    pull: (controller) => controller.enqueue(new Uint8Array([65])),
    cancel: (reason) => cancelled = reason,
  });
  const gone = new Error("gone");
  const onText = () => {
    throw gone;
  };
  await assert.rejects(readBounded(stream, { maxChars: 9, onText }), gone);
  assert.equal(cancelled, gone);
});

/** As a process's pipe: bytes that can be read into a buffer of one's own. */
function streamOfBytes(
  chunks: readonly Uint8Array<ArrayBuffer>[],
): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) return controller.enqueue(chunk.slice());
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

Deno.test("writeAtomic() keeps mode and leaves no other file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a`;
    await writeAtomic(path, "one");
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    await Deno.chmod(path, 0o640);
    await writeAtomic(path, "two");
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o640);
    assert.equal(await Deno.readTextFile(path), "two");
    assert.deepEqual(namesIn(folder), ["a"]);
  }));

Deno.test("writeAtomic() leaves the old file whichever step fails", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a`;
    for (const step of ["rename", "chmod"] as const) {
      await writeAtomic(path, "old");
      const files = {
        ...MACHINE_FILES,
        [step]: () => {
          throw new Error("injected");
        },
      };
      await assert.rejects(writeAtomic(path, "new", { files }), /injected/);
      assert.equal(await Deno.readTextFile(path), "old");
      assert.deepEqual(namesIn(folder), ["a"]);
    }
  }));

Deno.test("resolveExisting() follows links, and keeps what does not exist", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync("real", `${folder}/link`);
    Deno.symlinkSync("loop", `${folder}/loop`);
    Deno.symlinkSync("real/missing", `${folder}/dangling`);
    assert.equal(resolveExisting(`${folder}/link/x/../y`), `${folder}/real/y`);
    assert.equal(resolveExisting(`${folder}/none/../link`), `${folder}/real`);
    assert.equal(
      resolveExisting(`${folder}/dangling`),
      `${folder}/real/missing`,
    );
    for (
      const path of [
        `${folder}/loop`,
        "relative",
        "/a\0b",
        `/${"x".repeat(5000)}`,
      ]
    ) {
      assert.equal(resolveExisting(path), null);
    }
  }));

Deno.test("resolver() answers a bounded number of different paths", () => {
  const resolve = resolver(2);
  assert.deepEqual([resolve("/"), resolve("/tmp/.."), resolve("/etc")], [
    "/",
    "/",
    null,
  ]);
  assert.equal(resolve("/"), "/");
});

Deno.test("findDirs() ignores a relative XDG folder and refuses a relative one of airg's own", () => {
  const found = findDirs({
    HOME: "/h",
    XDG_STATE_HOME: "x",
    AIRG_CONFIG_DIR: "/c",
  }, "linux");
  assert(found.ok);
  assert.equal(found.value.state, "/h/.local/state/ai-runtime-guard");
  assert.equal(found.value.config, "/c");
  const refused = findDirs({ HOME: "/h", AIRG_STATE_DIR: "x" }, "linux");
  assert(!refused.ok && refused.error.message.includes("AIRG_STATE_DIR"));
  assert.equal(findDirs({}, "linux").ok, false);
});

Deno.test("ensurePrivate() makes 0700 and refuses links, files and folders others write", () =>
  inFolder((folder) => {
    assert(ensurePrivate(`${folder}/new`).ok);
    assert.equal(Deno.statSync(`${folder}/new`).mode! & 0o777, 0o700);
    Deno.symlinkSync("new", `${folder}/link`);
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.mkdirSync(`${folder}/open`);
    Deno.chmodSync(`${folder}/open`, 0o777);
    for (const name of ["link", "file", "open"]) {
      const result = ensurePrivate(`${folder}/${name}`);
      assert(!result.ok && result.error.message.includes(name), name);
    }
  }));

Deno.test("boundSockets() reads paths with blanks and leaves abstract ones out", () => {
  const text = `Num       RefCount Protocol Flags    Type St Inode Path
ffff8881: 00000002 00000000 00010000 0001 01 12345 /run/a b.sock
ffff8882: 00000002 00000000 00000000 0002 01 12346 @abstract
ffff8883: 00000003 00000000 00000000 0001 03 12347
ffff8884: 00000002 00000000 00000000 0002 01 12348 /run/log
`;
  assert.deepEqual(boundSockets(text), ["/run/a b.sock", "/run/log"]);
  assert.equal(unplacedSockets(text), 0);
  const more = `${text}ffff8885: 00000002 00000000 00010000 0001 01 12349 a.sock
ffff8886: 00000002 00000000 00010000 0001 01 12350 /proc/self/fd/3/b
`;
  assert.equal(unplacedSockets(more), 2);
});

Deno.test("kindOf() and namesIn() say undefined for what cannot be looked at", () => {
  assert.equal(kindOf("/etc/passwd"), "file");
  assert.equal(kindOf("/etc"), "folder");
  assert.equal(kindOf("/dev/null"), "other");
  assert.equal(kindOf("/nonexistent/x"), undefined);
  assert.equal(kindOf("/etc/passwd/x"), undefined);
  assert.equal(namesIn("/nonexistent"), undefined);
});
