// Copyright 2026 the airg authors. Apache-2.0 license.
// Each file tool on the real disk.
import assert from "node:assert/strict";
import type { Outcome } from "../../src/action/outcome.ts";
import { type Asked, makeFilePlace } from "../support/files.ts";

const encoder = new TextEncoder();

function whyOf(outcome: Outcome): string {
  return outcome.kind === "file-failed" ? outcome.why : outcome.kind;
}

Deno.test("read says encoding, line ends and lines", async () => {
  await using place = await makeFilePlace();
  const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0, 0xfc, 0]);
  place.put({
    plain: "a\nü\n",
    mark: "\ufeffa\r\nb",
    wide: utf16,
    latin: new Uint8Array([0x66, 0xfc, 0x72, 0x0a]),
    flawed: new Uint8Array([...encoder.encode("für "), 0xff]),
    mixed: "a\r\nb\nc\r",
    empty: "",
  });
  const expected: Record<string, Record<string, unknown>> = {
    plain: { text: "a\nü\n", encoding: "utf-8", lineEndings: "lf", lines: 2 },
    mark: {
      text: "a\r\nb",
      encoding: "utf-8-bom",
      lineEndings: "crlf",
      lines: 2,
      bytes: 7,
    },
    wide: { text: "a\nü", encoding: "utf-16le", lineEndings: "lf", lines: 2 },
    latin: { text: "für\n", encoding: "unknown", guess: "latin-1" },
    flawed: { text: "für \ufffd", encoding: "unknown", guess: "utf-8" },
    mixed: { lineEndings: "mixed", lines: 3 },
    empty: { text: "", lineEndings: "none", lines: 0 },
  };
  for (const [path, want] of Object.entries(expected)) {
    const outcome: Record<string, unknown> = {
      ...await place.ask({ kind: "read", path }),
    };
    for (const [key, value] of Object.entries(want)) {
      assert.deepEqual(outcome[key], value, `${path} ${key}`);
    }
  }
});

Deno.test("read gives some lines, and no more than its limits", async () => {
  await using place = await makeFilePlace();
  const lines = Array.from({ length: 60_000 }, (_, n) => `line ${n + 1}\n`);
  place.put({ many: lines.join(""), long: `${"x".repeat(3_000_000)}\nend\n` });
  // A hole: 10 GB that no disk has.
  place.put({ huge: "first\n" });
  await Deno.truncate(`${place.project}/huge`, 10 * 1024 ** 3);
  const read = async (path: string, offset: number, limit?: number) => {
    const outcome = await place.ask({
      kind: "read",
      path,
      offset,
      ...(limit !== undefined && { limit }),
    });
    assert(outcome.kind === "read", JSON.stringify(outcome).slice(0, 200));
    return outcome;
  };
  const part = await read("many", 3, 2);
  assert.equal(part.text, "line 3\nline 4\n");
  assert.deepEqual([part.lines, part.cut], [60_000, undefined]);
  const all = await read("many", 1);
  assert.deepEqual(
    [all.cut, all.nextOffset, all.text.endsWith("line 50000\n")],
    ["lines", 50_001, true],
  );
  const rest = await read("many", 50_001);
  assert.equal(all.text + rest.text, lines.join(""));
  const behind = await read("many", 60_001);
  assert.deepEqual([behind.text, behind.lines], ["", 60_000]);
  const long = await read("long", 1);
  assert.deepEqual(
    [long.text.length, long.cut, long.nextOffset],
    [2 * 1024 * 1024, "bytes", 2],
  );
  assert.equal((await read("long", 2)).text, "end\n");
  // Its first bytes hold NULs.
  assert.equal(
    whyOf(await place.ask({ kind: "read", path: "huge" })),
    "read-bytes",
  );
  assert.equal(
    whyOf(await place.ask({ kind: "read", path: "huge", base64: true })),
    "too-large",
  );
});

Deno.test("a large text is read as it is by a small file's way", async () => {
  await using place = await makeFilePlace();
  const text = Array.from(
    { length: 40_000 },
    (_, n) => `${n} ${"ü".repeat(40)}`,
  )
    .join("\r\n");
  place.put({ big: text });
  let [got, offset] = ["", 1];
  for (let n = 0; n < 9; n++) {
    const outcome = await place.ask({ kind: "read", path: "big", offset });
    assert(outcome.kind === "read");
    assert(encoder.encode(outcome.text).length <= 2 * 1024 * 1024);
    got += outcome.text;
    if (outcome.nextOffset === undefined) break;
    offset = outcome.nextOffset;
  }
  assert.equal(got, text);
  const some = await place.ask({
    kind: "read",
    path: "big",
    offset: 39_999,
    limit: 5,
  });
  assert(some.kind === "read" && some.lines === 40_000);
  assert.equal(some.text, text.split(/(?<=\n)/).slice(39_998).join(""));
});

Deno.test("read tells images and other bytes by how they start", async () => {
  await using place = await makeFilePlace();
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]);
  place.put({ "a.txt": png, "b.png": new Uint8Array([1, 0, 2]), text: "text" });
  assert.deepEqual(await place.ask({ kind: "read", path: "a.txt" }), {
    kind: "read-bytes",
    bytes: 10,
    mimeType: "image/png",
    isImage: true,
    base64: png.toBase64(),
  });
  assert.deepEqual(await place.ask({ kind: "read", path: "b.png" }), {
    kind: "read-bytes",
    bytes: 3,
    mimeType: "application/octet-stream",
    isImage: false,
  });
  const bytes = await place.ask({ kind: "read", path: "text", base64: true });
  assert(bytes.kind === "read-bytes" && bytes.base64 === "dGV4dA==");
});

Deno.test("write keeps mode, mark, encoding and CR LF of what it replaces", async () => {
  await using place = await makeFilePlace();
  place.put({
    dos: "a\r\nb\r\n",
    mixed: "a\r\nb\n",
    mark: "\ufeffa",
    wide: new Uint8Array([0xfe, 0xff, 0, 0x61]),
    run: "#!/bin/sh\n",
    latin: new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]),
    latin2: new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]),
    utf8: "caf\u00e9\n",
  });
  await Deno.chmod(`${place.project}/run`, 0o754);
  const write = async (path: string, content: string) => {
    const outcome = await place.ask({ kind: "write", path, content });
    assert(outcome.kind === "written", JSON.stringify(outcome));
    return { ...outcome, now: await Deno.readFile(`${place.project}/${path}`) };
  };
  const dos = await write("dos", "x\ny\n");
  assert.deepEqual(dos.now, encoder.encode("x\r\ny\r\n"));
  assert.deepEqual(dos.kept, ["Its lines end in CR LF, as before"]);
  const asked = await write("dos", "x\ny\r\n");
  assert.deepEqual(asked.now, encoder.encode("x\ny\r\n"));
  assert.deepEqual((await write("mixed", "x\n")).now, encoder.encode("x\n"));
  assert.deepEqual((await write("mark", "x")).now, encoder.encode("\ufeffx"));
  assert.deepEqual(
    (await write("wide", "ü")).now,
    new Uint8Array([0xfe, 0xff, 0, 0xfc]),
  );
  const latin = await write("latin", "th\u00e9\n");
  assert.deepEqual(latin.now, new Uint8Array([0x74, 0x68, 0xe9, 0x0a]));
  assert.deepEqual(latin.kept, ["It is Latin-1, as before"]);
  const euro = await write("latin", "\u20ac\u00e9");
  assert.deepEqual(euro.now, encoder.encode("\u20ac\u00e9"));
  assert.match(String(euro.kept), /Latin-1 before and is UTF-8 now.*U\+20AC/);
  const alike = await write("latin2", "\u00c3\u00a9");
  assert.deepEqual(alike.now, encoder.encode("\u00c3\u00a9"));
  assert.match(String(alike.kept), /UTF-8 now, because it would be taken for/);
  // The control: what is UTF-8 stays UTF-8, and nothing is said.
  const utf8 = await write("utf8", "th\u00e9");
  assert.deepEqual([utf8.now, utf8.kept], [
    encoder.encode("th\u00e9"),
    undefined,
  ]);
  await write("run", "#!/bin/sh\nexit\n");
  assert.equal((await Deno.stat(`${place.project}/run`)).mode! & 0o7777, 0o754);
  const made = await write("new/deep/file", "x");
  assert.equal(made.created, true);
  const names = (await Array.fromAsync(Deno.readDir(place.project))).map((
    { name },
  ) => name);
  assert(!names.some((name) => name.startsWith(".airg-")), String(names));
});

/** Gives a file an access list, so that its mode says "group" and means another user. */
const ACCESS_LIST = `
import os, struct, sys
rows = [(1, 6, -1), (2, 4, 4242), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *row) for row in rows)
os.setxattr(sys.argv[1], "system.posix_acl_access", acl)
os.setxattr(sys.argv[1], "user.note", b"kept")
`;
const SHOW_LIST = `
import os, sys
print([(n, os.getxattr(sys.argv[1], n).hex()) for n in sorted(os.listxattr(sys.argv[1]))])
`;

async function python(text: string, path: string): Promise<string> {
  const { stderr, stdout, success } = await new Deno.Command(
    "/usr/bin/python3",
    { args: ["-c", text, path] },
  ).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}

Deno.test("write and edit keep access lists and attributes", async () => {
  await using place = await makeFilePlace();
  place.put({ f: "old" });
  const path = `${place.project}/f`;
  await python(ACCESS_LIST, path);
  const before = await python(SHOW_LIST, path);
  assert.match(before, /posix_acl_access.*user\.note/);
  const asks: readonly Asked[] = [
    { kind: "write", path: "f", content: "new" },
    { kind: "edit", path: "f", edits: [{ oldText: "new", newText: "newer" }] },
  ];
  for (const asked of asks) {
    const outcome = await place.ask(asked);
    assert.notEqual(outcome.kind, "file-failed", JSON.stringify(outcome));
    assert.equal(await python(SHOW_LIST, path), before, asked.kind);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o640);
  }
});

Deno.test("what is not to be changed is not, by any tool", async () => {
  await using place = await makeFilePlace();
  place.put({
    "a.txt": "a\n",
    "sub/.git/config": "x",
    "hold/.env": "x",
    "no/x": "",
  });
  await Deno.chmod(`${place.project}/a.txt`, 0o444);
  const edits = [{ oldText: "c", newText: "d" }];
  const held = {
    hidden: [
      ...place.profile.hidden,
      { path: `${place.project}/hold/.env`, kind: "file" },
    ],
  } as Partial<typeof place.profile>;
  const cases: readonly (readonly [Asked, string])[] = [
    [{ kind: "write", path: ".git/config", content: "" }, "not-allowed"],
    [{ kind: "edit", path: ".git/config", edits }, "not-allowed"],
    [{ kind: "delete", path: ".git/config" }, "not-allowed"],
    [{ kind: "delete", path: ".git", recursive: true }, "not-allowed"],
    [{ kind: "delete", path: ".env" }, "not-allowed"],
    [{ kind: "edit", path: ".env", edits }, "not-allowed"],
    [{ kind: "search", path: ".env", pattern: "S" }, "not-allowed"],
    [{ kind: "search", path: ".git", pattern: "c" }, "not-allowed"],
    [{ kind: "delete", path: ".", recursive: true }, "not-allowed"],
    [{ kind: "delete", path: "..", recursive: true }, "not-allowed"],
    [{ kind: "delete", path: "sub", recursive: true }, "not-allowed"],
    [{ kind: "delete", path: "hold", recursive: true }, "not-allowed"],
    [{ kind: "delete", path: "no" }, "not-a-file"],
    [{ kind: "delete", path: "none" }, "not-found"],
    [{ kind: "edit", path: "none", edits }, "not-found"],
    [{ kind: "edit", path: "a.txt", edits }, "no-match"],
    [{ kind: "search", path: "none", glob: "*" }, "not-found"],
  ];
  for (const [asked, why] of cases) {
    const outcome = await place.ask(asked, {}, held);
    assert.equal(
      whyOf(outcome),
      why,
      `${JSON.stringify(asked)} ${JSON.stringify(outcome)}`,
    );
  }
  assert.equal(place.text("sub/.git/config"), "x");
  assert.equal(place.text("hold/.env"), "x");
  assert.equal(place.text(".git/config"), "[core]\n");
  const readonly = { readonly: true } as const;
  for (const [asked] of cases.slice(0, 5)) {
    assert.equal(whyOf(await place.ask(asked, {}, readonly)), "not-allowed");
  }
});

Deno.test("what fails names the path as it was asked for, and no way of airg's own", async () => {
  await using place = await makeFilePlace();
  place.put({ "sub/a.txt": "a" });
  const long = `sub/${"x".repeat(256)}`;
  const edits = [{ oldText: "b", newText: "c" }];
  const cases: readonly Asked[] = [
    { kind: "read", path: "sub/none" },
    { kind: "read", path: "./sub" },
    { kind: "read", path: `${place.project}/sub/none` },
    { kind: "read", path: "sub/a.txt/b" },
    { kind: "write", path: "sub", content: "" },
    { kind: "write", path: long, content: "" },
    { kind: "edit", path: "sub/a.txt", edits },
    { kind: "edit", path: "sub/none", edits },
    { kind: "delete", path: "sub" },
    { kind: "delete", path: "sub/none" },
    { kind: "list", path: "sub/a.txt" },
    { kind: "list", path: "none" },
    { kind: "search", path: "none", glob: "*" },
  ];
  for (const asked of cases) {
    const outcome = await place.ask(asked);
    assert(outcome.kind === "file-failed", JSON.stringify(asked));
    assert(outcome.message.startsWith(`${asked.path}: `), outcome.message);
    assert(!/\/proc\/|os error/.test(outcome.message), outcome.message);
  }
});

Deno.test("a judge has its say on all that lies below", async () => {
  await using place = await makeFilePlace();
  place.put({
    "d/ok": "needle",
    "d/key.pem": "needle",
    "e/x.pem": "x",
    "e/y": "",
  });
  const judge = (path: string) => !path.endsWith(".pem");
  const found = await place.ask(
    { kind: "search", path: ".", pattern: "needle" },
    { judge },
  );
  assert(found.kind === "found");
  assert.deepEqual(found.matches.map(({ path }) => path), ["d/ok"]);
  const listed = await place.ask({ kind: "list", path: ".", depth: 2 }, {
    judge,
  });
  assert(listed.kind === "listed");
  assert(!JSON.stringify(listed).includes(".pem"));
  const deleted = await place.ask(
    { kind: "delete", path: "e", recursive: true },
    { judge },
  );
  assert.equal(whyOf(deleted), "not-allowed");
  assert(deleted.kind === "file-failed" && /e\/x\.pem/.test(deleted.message));
  assert.equal(place.text("e/y"), "");
  assert.equal(
    whyOf(await place.ask({ kind: "delete", path: "e", recursive: true })),
    "deleted",
  );
});

Deno.test("delete takes links themselves, folders whole, and names of any bytes", async () => {
  await using place = await makeFilePlace();
  const { project, root } = place;
  place.put({ "d/a/b/c": "x", "d/-rf": "", "d/new\nline": "", "keep": "k" });
  await Deno.symlink(`${root}/outside`, `${project}/d/out`);
  await Deno.symlink("../keep", `${project}/d/a/up`);
  await Deno.symlink(`${root}/outside`, `${project}/link`);
  await new Deno.Command("python3", {
    args: [
      "-c",
      `import os,sys
os.chdir(os.fsencode(sys.argv[1]))
os.mkdir(b"d/bad\\xff")
open(b"d/bad\\xff/na\\xfeme", "w").close()
open(b"d/" + b"n" * 255, "w").close()
os.mkfifo(b"d/pipe")`,
      project,
    ],
  }).output();
  const link = await place.ask({
    kind: "delete",
    path: "link",
    recursive: true,
  });
  assert.deepEqual(link, { kind: "deleted", what: "link", count: 1 });
  const folder = await place.ask({
    kind: "delete",
    path: "d",
    recursive: true,
  });
  assert.deepEqual(folder, { kind: "deleted", what: "folder", count: 12 });
  assert.equal(await Deno.readTextFile(`${root}/outside/f`), "OUTSIDE\n");
  assert.equal(place.text("keep"), "k");
  const names = (await Array.fromAsync(Deno.readDir(project))).map(({ name }) =>
    name
  );
  assert.deepEqual(names.sort(), [".env", ".git", "keep"]);
});

Deno.test("what was saved before is what is replaced or deleted, or nothing is", async () => {
  await using place = await makeFilePlace();
  place.put({ a: "one", "d/x": "x", "d/y": "y" });
  const saved = { type: "file", sha256: "0".repeat(64) } as const;
  const asks: readonly Asked[] = [
    { kind: "write", path: "a", content: "two" },
    { kind: "edit", path: "a", edits: [{ oldText: "one", newText: "two" }] },
    { kind: "delete", path: "a" },
    { kind: "write", path: "new", content: "two" },
    { kind: "delete", path: "d", recursive: true },
  ];
  for (const asked of asks) {
    assert.equal(
      whyOf(await place.ask(asked, { expect: () => saved })),
      "changed",
    );
  }
  assert.equal(
    whyOf(await place.ask(asks[0]!, { expect: () => undefined })),
    "changed",
  );
  assert.deepEqual([place.text("a"), place.text("d/x")], ["one", "x"]);
  const hash = await crypto.subtle.digest("SHA-256", encoder.encode("one"));
  const right = { type: "file", sha256: new Uint8Array(hash).toHex() } as const;
  const done = await place.ask(asks[0]!, { expect: () => right });
  assert.equal(done.kind, "written");
  const made = await place.ask(asks[3]!, {
    expect: () => ({ type: "absent" }),
  });
  assert.equal(made.kind, "written");
});

Deno.test("edit gives a unified diff", async () => {
  await using place = await makeFilePlace();
  place.put({ f: "one\r\ntwo\r\nthree\r\n" });
  await Deno.chmod(`${place.project}/f`, 0o640);
  const outcome = await place.ask({
    kind: "edit",
    path: "f",
    edits: [{ oldText: "two\nthree", newText: "2\n3" }],
  });
  assert(outcome.kind === "edited", JSON.stringify(outcome));
  assert.deepEqual([outcome.replacements, outcome.operations], [1, 1]);
  assert.equal(
    outcome.diff,
    "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\r\n-two\r\n-three\r\n+2\r\n+3\r\n",
  );
  assert.equal(place.text("f"), "one\r\n2\r\n3\r\n");
  assert.equal((await Deno.stat(`${place.project}/f`)).mode! & 0o777, 0o640);
});

Deno.test("list goes as deep as asked, and no deeper than the policy", async () => {
  await using place = await makeFilePlace();
  place.put({ "a/b/c/d": "", "z": "" });
  await Deno.symlink("a", `${place.project}/link`);
  const names = async (depth: number, maxDepth?: number, path = ".") => {
    const outcome = await place.ask(
      { kind: "list", path, depth },
      maxDepth === undefined ? {} : { maxDepth },
    );
    return outcome.kind === "listed"
      ? outcome.entries.map(({ name }) => name)
      : whyOf(outcome);
  };
  assert.deepEqual(await names(1), [".git", "a", "link", "z"]);
  assert.deepEqual(await names(9), [
    ".git",
    ".git/config",
    "a",
    "a/b",
    "a/b/c",
    "a/b/c/d",
    "link",
    "z",
  ]);
  assert.deepEqual(await names(9, 1), [
    ".git",
    ".git/config",
    "a",
    "a/b",
    "link",
    "z",
  ]);
  assert.equal(await names(1, 1, "a/b"), "not-allowed");
  const cut = await place.ask({ kind: "list", path: ".", depth: 9, limit: 2 });
  assert(cut.kind === "listed" && cut.entries.length === 2 && cut.cut);
  const link = await place.ask({ kind: "list", path: "." });
  assert(link.kind === "listed");
  assert.equal(link.entries.find(({ name }) => name === "link")?.target, "a");
});

Deno.test("search finds by name, by content, or both", async () => {
  await using place = await makeFilePlace();
  place.put({
    ".gitignore": "build/\n*.log\n!keep.log\n",
    "src/a.ts": "const x = 1;\r\nconst needle = 2;\r\n",
    "src/b.js": "needle\n\nNEEDLE needle",
    "src/.gitignore": "b.js\n",
    "build/out.ts": "needle",
    "x.log": "needle",
    "keep.log": "needle",
    "bin": new Uint8Array([110, 101, 101, 100, 108, 101, 0]),
    ".github/w.yml": "needle: ü",
  });
  await Deno.symlink("src/a.ts", `${place.project}/link.ts`);
  const found = async (
    asked: Omit<Asked & { kind: "search" }, "kind" | "path">,
    path = ".",
  ) => {
    const outcome = await place.ask({ kind: "search", path, ...asked });
    assert(outcome.kind === "found", JSON.stringify(outcome));
    return outcome.matches.map(({ line, path, text }) =>
      [path, line, text].filter((one) => one !== undefined).join(":")
    );
  };
  assert.deepEqual(await found({ pattern: "needle" }), [
    "keep.log:1:needle",
    ".github/w.yml:1:needle: ü",
    "src/a.ts:2:const needle = 2;",
  ]);
  assert.deepEqual(
    await found({ pattern: "^n.*e$", includeIgnored: true, glob: "*.{js,ts}" }),
    [
      "build/out.ts:1:needle",
      "src/b.js:1:needle",
    ],
  );
  assert.deepEqual(
    await found({
      pattern: "needle",
      ignoreCase: true,
      includeIgnored: true,
      glob: "src/*.js",
    }),
    ["src/b.js:1:needle", "src/b.js:3:NEEDLE needle"],
  );
  assert.deepEqual(await found({ glob: "**/*.ts" }), ["src/a.ts"]);
  assert.deepEqual(await found({ glob: "a.ts" }, "src"), ["src/a.ts"]);
  assert.deepEqual(await found({ pattern: "1;$" }, "src/a.ts"), [
    "src/a.ts:1:const x = 1;",
  ]);
  const one = await place.ask({
    kind: "search",
    path: ".",
    pattern: "e",
    limit: 1,
  });
  assert(one.kind === "found" && one.matches.length === 1 && one.cut);
  const bad = await place.ask({ kind: "search", path: ".", pattern: "(?=x)" });
  assert(bad.kind === "file-failed" && /RE2/.test(bad.message));
});

Deno.test("what is left out is counted and says why", async () => {
  await using place = await makeFilePlace();
  place.put({
    "a.txt": "needle\n",
    "bytes": "needle\0",
    "large": "needle\n".repeat(400_000),
    "excluded.txt": "needle\n",
    "gone/b.txt": "needle\n",
    "sub/excluded.txt": "needle\n",
    ".git/info/exclude": "excluded.txt\n/gone/\n",
  });
  const listed = await place.ask({ kind: "list", path: "." });
  assert(listed.kind === "listed");
  assert.equal(listed.hidden, 1, "the .env");
  const below = await place.ask({ kind: "list", path: "sub" });
  assert(below.kind === "listed" && below.hidden === undefined);
  const found = await place.ask({
    kind: "search",
    path: ".",
    pattern: "needle",
  });
  assert(found.kind === "found");
  assert.deepEqual(found.matches.map(({ path }) => path), ["a.txt"]);
  assert.equal(found.skipped, 3);
  assert.deepEqual(found.skippedAs, {
    "kept by the policy": 1,
    "no text": 1,
    "larger than 2 MiB": 1,
  });
  // The control: git's own list is what left them out.
  const all = await place.ask({
    kind: "search",
    path: ".",
    pattern: "needle",
    includeIgnored: true,
  });
  assert(all.kind === "found");
  assert.deepEqual(all.matches.map(({ path }) => path), [
    "a.txt",
    "excluded.txt",
    "gone/b.txt",
    "sub/excluded.txt",
  ]);
});

Deno.test("no tool waits for a pipe, and none reads a device or a socket", async () => {
  await using place = await makeFilePlace();
  await new Deno.Command("mkfifo", { args: [`${place.project}/pipe`] })
    .output();
  using _socket = Deno.listen({
    transport: "unix",
    path: `${place.project}/sock`,
  });
  for (const path of ["pipe", "sock"]) {
    const asks: readonly Asked[] = [
      { kind: "read", path },
      { kind: "write", path, content: "" },
      { kind: "edit", path, edits: [] },
      { kind: "delete", path },
      { kind: "list", path },
      { kind: "search", path, pattern: "x" },
    ];
    for (const asked of asks) {
      const why = whyOf(await place.ask(asked));
      assert(
        ["not-a-file", "not-a-folder"].includes(why),
        `${asked.kind} ${why}`,
      );
    }
  }
  const found = await place.ask({ kind: "search", path: ".", pattern: "." });
  assert(found.kind === "found" && found.matches.length === 0);
});

Deno.test("a path that leads elsewhere than when it was judged is not used", async () => {
  await using place = await makeFilePlace();
  place.put({ a: "a\n", b: "b\n", "d/x": "", "e/x": "" });
  await Deno.symlink("b", `${place.project}/file`);
  await Deno.symlink("e", `${place.project}/folder`);
  const asks: readonly Asked[] = [
    { kind: "read", path: "file" },
    { kind: "write", path: "file", content: "b\n" },
    { kind: "edit", path: "file", edits: [{ oldText: "b", newText: "x" }] },
    { kind: "delete", path: "folder/x" },
    { kind: "list", path: "folder" },
    { kind: "search", path: "folder", glob: "*" },
  ];
  const [then, now] = [["a", "d", "d/x"], ["b", "e", "e/x"]].map((paths) =>
    paths.map((path) => `${place.project}/${path}`)
  );
  for (const asked of asks) {
    const outcome = await place.ask(asked, { judged: then ?? [] });
    assert.equal(whyOf(outcome), "changed", asked.kind);
  }
  assert.equal(place.text("b"), "b\n");
  for (const asked of asks) {
    const outcome = await place.ask(asked, { judged: now ?? [] });
    assert(outcome.kind !== "file-failed", `control: ${asked.kind}`);
  }
});

Deno.test("a search follows no more ignore rules than it has time for", async () => {
  await using place = await makeFilePlace();
  const rules = "*a*a*b\n".repeat(10_000);
  const folders = ["", "a/", "a/a/", "a/a/a/"];
  for (const folder of folders) {
    place.put({ [`${folder}.gitignore`]: rules, [`${folder}f.txt`]: "x" });
  }
  for (const path of [".", "a/a/a"]) {
    const found = await place.ask({ kind: "search", path, glob: "*.txt" });
    assert(found.kind === "found");
    assert.match(found.cut ?? "", /characters of \.gitignore/);
    assert.equal(found.matches.length, path === "." ? 4 : 1);
  }
});

Deno.test("a search goes no deeper than its own stack", async () => {
  await using place = await makeFilePlace();
  await Deno.mkdir(`${place.project}${"/d".repeat(1500)}`, { recursive: true });
  const found = await place.ask({ kind: "search", path: ".", glob: "*" });
  assert(found.kind === "found");
  assert.match(found.cut ?? "", /deep/);
});

Deno.test("an edit of very many lines is made, and said", async () => {
  await using place = await makeFilePlace();
  place.put({ f: "a\n".repeat(300_000) });
  const edits = [{
    oldText: "a\n".repeat(300_000),
    newText: "b\n".repeat(300_000),
  }];
  const outcome = await place.ask({ kind: "edit", path: "f", edits });
  assert.equal(outcome.kind, "edited", JSON.stringify(outcome).slice(0, 200));
});

/** Makes a file endless and short again, all the time. */
const GROWER = `
import os, sys
fd = os.open(sys.argv[1], os.O_RDWR)
print("ready", flush=True)
while True:
    os.ftruncate(fd, 1 << 43)
    os.ftruncate(fd, 2)
`;

Deno.test("a file that grows while it is compared holds nobody up", async () => {
  await using place = await makeFilePlace();
  place.put({ f: "aa" });
  const grower = new Deno.Command("/usr/bin/python3", {
    args: ["-c", GROWER, `${place.project}/f`],
    stdout: "piped",
  }).spawn();
  const said = grower.stdout.getReader();
  try {
    await said.read();
    const expect = () => ({ type: "file", sha256: SHA_OF_A, size: 2 }) as const;
    for (let n = 0; n < 500; n++) {
      const outcome = await place.ask({ kind: "delete", path: "f" }, {
        expect,
      });
      assert.equal(whyOf(outcome), "changed");
    }
  } finally {
    await said.cancel();
    grower.kill("SIGKILL");
    await grower.status;
  }
});

const SHA_OF_A =
  "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

/** Takes a lease on a file and answers nobody who wants to open it. */
const LEASE = `
import fcntl, os, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("leased", flush=True)
sys.stdin.read()
`;

Deno.test("no tool waits for who holds a lease on a file", async () => {
  await using place = await makeFilePlace();
  place.put({ held: "needle\n", free: "needle\n" });
  const holder = new Deno.Command("/usr/bin/python3", {
    args: ["-c", LEASE, `${place.project}/held`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  try {
    const { value } = await said.read();
    assert.equal(new TextDecoder().decode(value).trim(), "leased");
    // An open that waits makes the kernel take the lease away in the end.
    const isHeld = () => /LEASE +ACTIVE +WRITE/.test(locksOf(holder.pid));
    assert(isHeld(), "control");
    assert.equal(
      whyOf(await place.ask({ kind: "read", path: "held" })),
      "failed",
    );
    const found = await place.ask({
      kind: "search",
      path: ".",
      pattern: "needle",
    });
    assert(found.kind === "found");
    assert.deepEqual(found.matches.map(({ path }) => path), ["free"]);
    assert.equal(
      whyOf(await place.ask({ kind: "write", path: "held", content: "x" })),
      "failed",
    );
    assert.match(locksOf(holder.pid), /LEASE +BREAKING/);
  } finally {
    await said.cancel();
    await holder.stdin.close();
    await holder.status;
  }
});

function locksOf(pid: number): string {
  return Deno.readTextFileSync("/proc/locks").split("\n").filter((line) =>
    line.includes(` ${pid} `)
  ).join("\n");
}

Deno.test({
  name:
    "root keeps owners, and does not read or write what the owner could not",
  ignore: Deno.uid() !== 0,
  async fn() {
    await using place = await makeFilePlace();
    place.put({
      ...{ own: "a", other: "a", secret: "a", "closed/in": "a" },
      ...{ "theirs/in": "a", group: "a" },
    });
    const owner = { uid: 12_345, gid: 12_346 };
    const ownerOf = async (path: string) => {
      const { gid, uid } = await Deno.stat(`${place.project}/${path}`);
      return [uid, gid];
    };
    await Deno.chown(place.project, 12_345, 12_347);
    await Deno.chown(`${place.project}/own`, 12_345, 12_347);
    await Deno.chown(`${place.project}/other`, 12_348, 12_349);
    await Deno.chmod(`${place.project}/other`, 0o666);
    await Deno.chmod(`${place.project}/secret`, 0o600);
    await Deno.chmod(`${place.project}/group`, 0o640);
    await Deno.chmod(`${place.project}/closed`, 0o700);
    await Deno.chmod(place.root, 0o755);
    await Deno.chown(place.project, 12_345, 12_346);
    const ask = (asked: Asked) => place.ask(asked, {}, { owner });
    for (const path of ["own", "other", "made/here"]) {
      const outcome = await ask({ kind: "write", path, content: "b" });
      assert.equal(outcome.kind, "written", JSON.stringify(outcome));
    }
    assert.deepEqual(await ownerOf("own"), [12_345, 12_347]);
    assert.deepEqual(await ownerOf("other"), [12_348, 12_349]);
    assert.deepEqual(await ownerOf("made"), [12_345, 12_346]);
    assert.deepEqual(await ownerOf("made/here"), [12_345, 12_346]);
    const asks: readonly Asked[] = [
      { kind: "read", path: "secret" },
      { kind: "read", path: "group" },
      { kind: "read", path: "closed/in" },
      { kind: "list", path: "closed" },
      { kind: "write", path: "secret", content: "b" },
      { kind: "write", path: "theirs/new", content: "b" },
      { kind: "write", path: "closed/new/f", content: "b" },
      { kind: "edit", path: "secret", edits: [{ oldText: "a", newText: "b" }] },
      { kind: "delete", path: "theirs/in" },
      { kind: "delete", path: "theirs", recursive: true },
    ];
    for (const asked of asks) {
      const what = `${asked.kind} ${asked.path}`;
      assert.equal(whyOf(await ask(asked)), "failed", what);
      assert.notEqual(whyOf(await place.ask(asked)), "failed", "control");
      place.put({ secret: "a", "theirs/in": "a" });
    }
    const search = { kind: "search", path: ".", pattern: "a" } as const;
    const found = async (outcome: Promise<Outcome>) => {
      const got = await outcome;
      assert(got.kind === "found");
      return got.matches.map(({ path }) => path).sort();
    };
    assert.deepEqual(await found(ask(search)), ["theirs/in"]);
    assert.equal((await found(place.ask(search))).length, 4, "control");
    // Its owner's folder is all that it takes; that it cannot be read is no matter.
    const expect = () => ({ type: "file", size: 1, sha256: SHA_OF_A }) as const;
    const gone = await place.ask({ kind: "delete", path: "secret" }, {
      expect,
    }, { owner });
    assert.equal(gone.kind, "deleted");
  },
});

Deno.test("a search that nobody waits for ends, and says so", async () => {
  await using place = await makeFilePlace();
  place.put({ "a.txt": "needle\n", "b.txt": "needle\n" });
  const asked = { kind: "search", path: ".", pattern: "needle" } as const;
  const ended = await place.ask(asked, { signal: AbortSignal.abort() });
  assert(ended.kind === "found", JSON.stringify(ended));
  assert.equal(ended.cut, "it was cancelled");
  assert.deepEqual(ended.matches, []);
  const whole = await place.ask(asked);
  assert(whole.kind === "found" && whole.matches.length === 2);
});
