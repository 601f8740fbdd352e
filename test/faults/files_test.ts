// Copyright 2026 the airg authors. Apache-2.0 license.
// The file tools where each of their system calls fails once, or from some call
// on: what is there is the old or the new, whole; nothing of airg's is left
// where it can be removed; and the error is one that a person can use.
import assert from "node:assert/strict";
import type { Outcome } from "../../src/action/outcome.ts";
import { openFileTools } from "../../src/files/file_effect.ts";
import { type Library, openLibrary } from "../../src/files/hands.ts";
import type { Profile } from "../../sandbox/profile.ts";
import { type Asked, type FilePlace, makeFilePlace } from "../support/files.ts";
import { shape } from "../support/restores.ts";

const CODES = ["EIO", "ENOSPC", "EACCES", "EXDEV", "EROFS", "EDQUOT"] as const;

/** What a call answers that the machine refuses, as its room has it. */
const REFUSED: Readonly<Record<string, unknown>> = {
  swap: false,
  moveToFree: false,
  unlink: false,
  removeFolder: false,
};

/** Calls that only let go of something. */
const RELEASES = new Set(["closeSync"]);

interface Fault {
  readonly library: Library;
  readonly failed: () => string | undefined;
}

/** Fails at the n-th call; `on`: and at all that change something after it. */
async function failing(n: number, code: string, on: boolean): Promise<Fault> {
  const real = await openLibrary();
  let calls = 0;
  let failed: string | undefined;
  const call = <Value>(name: string, act: () => Value): Value => {
    calls++;
    const isTurn = on ? calls >= n : calls === n;
    if (!isTurn) return act();
    // What is released is released, whatever close(2) says.
    if (RELEASES.has(name)) act();
    failed ??= name;
    if (name in REFUSED) return REFUSED[name] as Value;
    throw Object.assign(new Error(`${code}: the test lets ${name} fail`), {
      code,
    });
  };
  const each = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, key, receiver) {
        const value = Reflect.get(target, key, receiver);
        if (typeof value !== "function" || typeof key !== "string") {
          return value;
        }
        return (...args: unknown[]) =>
          call(key, () => Reflect.apply(value, target, args));
      },
    });
  const library: Library = {
    folders: each(real.folders),
    files: each(real.files),
    entries: each(real.entries),
    tree: each(real.tree),
    attributes: each(real.attributes),
    rights: real.rights,
    fs: each(real.fs),
    hash: real.hash,
    [Symbol.dispose]: () => real[Symbol.dispose](),
  };
  return { library, failed: () => failed };
}

async function carryOut(
  { project, profile }: { readonly project: string; readonly profile: Profile },
  library: Library,
  asked: Asked,
): Promise<Outcome> {
  using tools = await openFileTools(library);
  const origin = {
    agent: "a",
    session: "s",
    source: "ai-agent",
    workspace: project,
  } as const;
  return await tools.carryOut({ ...asked, origin }, profile);
}

function prepare(place: FilePlace): void {
  place.put({ old: "one\ntwo\n", "d/a": "a", "d/e/b": "b" });
}

const CASES: readonly (readonly [string, Asked])[] = [
  ["replaces a file", { kind: "write", path: "old", content: "new\n" }],
  ["makes a file", { kind: "write", path: "fresh", content: "new\n" }],
  ["makes folders", { kind: "write", path: "x/y/z/f", content: "new\n" }],
  ["edits", {
    kind: "edit",
    path: "old",
    edits: [{ oldText: "one", newText: "1" }],
  }],
  ["deletes a file", { kind: "delete", path: "old" }],
];

for (const [what, asked] of CASES) {
  Deno.test(`a tool that ${what} leaves the old or the new, whichever call fails`, async () => {
    const before = await shapeAfter();
    const after = await shapeAfter(asked);
    let failures = 0;
    for (let n = 1;; n++) {
      await using place = await makeFilePlace();
      prepare(place);
      const code = CODES[n % CODES.length] ?? "EIO";
      const { failed, library } = await failing(n, code, false);
      const outcome = await carryOut(place, library, asked);
      const said = `call ${n} (${failed()}, ${code}): ${
        JSON.stringify(outcome)
      }`;
      const now = shape(place.project);
      if (outcome.kind === "file-failed") {
        failures++;
        assert.deepEqual(now, before, said);
        assert.doesNotMatch(outcome.message, /proc|undefined|\.airg-/, said);
        assert.notEqual(outcome.why, "not-found", said);
      } else assert.deepEqual(now, after, said);
      // The next one finds nothing in its way.
      if (outcome.kind === "file-failed") {
        assert.notEqual((await place.ask(asked)).kind, "file-failed", said);
      }
      if (failed() === undefined) break;
      assert(n < 200);
    }
    assert(failures > 3, `only ${failures} calls made it fail`);
  });

  Deno.test(`a tool that ${what} leaves it whole where the disk fails for good`, async () => {
    const before = await shapeAfter();
    const after = await shapeAfter(asked);
    for (let n = 1;; n++) {
      await using place = await makeFilePlace();
      prepare(place);
      const { failed, library } = await failing(n, "EIO", true);
      const outcome = await carryOut(place, library, asked);
      const said = `call ${n} (${failed()}): ${JSON.stringify(outcome)}`;
      // Nothing can be removed any more: what is left has airg's own name.
      const now = shape(place.project).filter((row) =>
        !row.startsWith(".airg-") && !/^x(?:\/[yz])*\/ /.test(row) &&
        !row.includes("/.airg-")
      );
      const isNew = JSON.stringify(now) ===
        JSON.stringify(
          after.filter((row) => !/^x(?:\/[yz])*\/ /.test(row)),
        );
      if (!isNew) {
        // A file that is deleted may wait under another name.
        const aside = asked.kind === "delete"
          ? before.filter((row) => !row.startsWith("old "))
          : before;
        assert(
          [before, aside].some((one) =>
            JSON.stringify(one) === JSON.stringify(now)
          ),
          `${said} ${now.join("; ")}`,
        );
        assert.equal(outcome.kind, "file-failed", said);
      }
      if (failed() === undefined) break;
      assert(n < 200);
    }
  });
}

Deno.test("a folder whose deletion fails says how much of it is gone", async () => {
  let partial = 0;
  for (let n = 1;; n++) {
    await using place = await makeFilePlace();
    prepare(place);
    const { failed, library } = await failing(n, "EIO", false);
    const outcome = await carryOut(place, library, {
      kind: "delete",
      path: "d",
      recursive: true,
    });
    const rows = shape(place.project).filter((row) => row.startsWith("d/"));
    const said = `call ${n} (${failed()}): ${JSON.stringify(outcome)} ${rows}`;
    assert(!rows.some((row) => row.includes(".airg-")), said);
    if (outcome.kind === "file-failed") {
      assert(rows.length > 0, said);
      if (rows.length < 4) {
        partial++;
        assert.match(
          outcome.message,
          new RegExp(`${4 - rows.length} of 4 names were deleted`),
          said,
        );
      }
    } else assert.deepEqual(rows, [], said);
    if (failed() === undefined) break;
    assert(n < 200);
  }
  assert(partial > 0);
});

async function shapeAfter(asked?: Asked): Promise<string[]> {
  await using place = await makeFilePlace();
  prepare(place);
  if (asked !== undefined) await place.ask(asked);
  return shape(place.project);
}
