// Copyright 2026 the airg authors. Apache-2.0 license.
// What a file that is replaced keeps besides its content, and what is said
// where something cannot be kept.
import assert from "node:assert/strict";
import type { Asked } from "../support/files.ts";
import { type FilePlace, makeFilePlace } from "../support/files.ts";

const ASKS: readonly Asked[] = [
  { kind: "write", path: "f", content: "two\n" },
  { kind: "edit", path: "f", edits: [{ oldText: "one", newText: "two" }] },
];

/** A POSIX access list (linux/posix_acl_xattr.h): user 1234 may read. */
const ACCESS_LIST = [
  "struct.pack('<I', 2)",
  ...[
    [1, 6, -1],
    [2, 4, 1234],
    [4, 4, -1],
    [16, 6, -1],
    [32, 4, -1],
  ].map(([tag, perm, id]) =>
    `struct.pack('<HHI', ${tag}, ${perm}, ${id} & 0xffffffff)`
  ),
].join("+");

function python(code: string, path: string): string {
  const { code: status, stderr, stdout } = new Deno.Command("python3", {
    args: ["-c", `import os,struct,sys\np=sys.argv[1]\n${code}`, path],
  }).outputSync();
  assert.equal(status, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** Why this file system keeps no attributes, if it does not. */
function lack(place: FilePlace): string | undefined {
  try {
    python(
      "os.setxattr(p,'user.try',b'x');os.removexattr(p,'user.try')",
      place.project,
    );
    return undefined;
  } catch (error) {
    return String(error).split("\n").at(-2);
  }
}

/** Skips out loud where the file system lacks what the test is about. */
async function isSkipped(
  t: Deno.TestContext,
  place: Parameters<typeof lack>[0],
): Promise<boolean> {
  const why = lack(place);
  if (why === undefined) return false;
  await t.step({ name: `skipped: ${why}`, ignore: true, fn: () => {} });
  return true;
}

for (const asked of ASKS) {
  Deno.test(`${asked.kind} keeps attributes and access lists`, async (t) => {
    await using place = await makeFilePlace();
    if (await isSkipped(t, place)) return;
    place.put({ f: "one\n" });
    const path = `${place.project}/f`;
    python(`os.setxattr(p,'user.mark',b'kept\\x00bytes')`, path);
    python(`os.setxattr(p,'system.posix_acl_access',${ACCESS_LIST})`, path);
    const before = python(
      "print({n: os.getxattr(p,n) for n in sorted(os.listxattr(p))}, oct(os.stat(p).st_mode))",
      path,
    );
    assert.match(before, /posix_acl_access.*user\.mark/);
    const outcome = await place.ask(asked);
    assert("kept" in outcome === false, JSON.stringify(outcome));
    assert.equal(place.text("f"), "two\n");
    const after = python(
      "print({n: os.getxattr(p,n) for n in sorted(os.listxattr(p))}, oct(os.stat(p).st_mode))",
      path,
    );
    assert.equal(after, before);
  });

  Deno.test(`${asked.kind} gives a file no access list that it had not`, async (t) => {
    await using place = await makeFilePlace();
    if (await isSkipped(t, place)) return;
    place.put({ f: "one\n" });
    const { project } = place;
    python(`os.setxattr(p,'system.posix_acl_default',${ACCESS_LIST})`, project);
    await place.ask(asked);
    assert.equal(python("print(os.listxattr(p))", `${project}/f`), "[]");
  });

  Deno.test(`${asked.kind} leaves the other names of a file alone, and says so`, async () => {
    await using place = await makeFilePlace();
    place.put({ f: "one\n" });
    await Deno.link(`${place.project}/f`, `${place.project}/other`);
    const outcome = await place.ask(asked);
    assert("kept" in outcome, JSON.stringify(outcome));
    assert.deepEqual(outcome.kept, [
      "It had 2 names (hard links); the others still lead to what was there before",
    ]);
    assert.equal(place.text("f"), "two\n");
    assert.equal(place.text("other"), "one\n");
  });
}
