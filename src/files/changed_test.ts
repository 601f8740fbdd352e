// Copyright 2026 the airg authors. Apache-2.0 license.
// Somebody changes a file between airg's look at it and its replacement.
import assert from "node:assert/strict";
import { type Asked, makeFilePlace } from "../../test/support/files.ts";
import type { Expected } from "./file_effect.ts";

/** What happens to a file meanwhile. */
const MEANWHILE: readonly {
  readonly name: string;
  readonly change: (path: string) => void;
  readonly left: string;
}[] = [
  {
    name: "written in place",
    change: (path) => Deno.writeTextFileSync(path, "theirs"),
    left: "theirs",
  },
  {
    name: "replaced",
    change: (path) => {
      Deno.writeTextFileSync(`${path}.new`, "theirs");
      Deno.renameSync(`${path}.new`, path);
    },
    left: "theirs",
  },
  {
    name: "replaced by a link",
    change: (path) => {
      Deno.removeSync(path);
      Deno.symlinkSync("other", path);
    },
    left: "other's",
  },
];

const ASKS: readonly Asked[] = [
  { kind: "write", path: "f", content: "airg's" },
  { kind: "edit", path: "f", edits: [{ oldText: "ours", newText: "airg's" }] },
  { kind: "delete", path: "f" },
];

Deno.test.each(
  MEANWHILE.flatMap((meanwhile) =>
    ASKS.map((asked) => ({ ...meanwhile, asked, kind: asked.kind }))
  ),
)("$kind of a file that is $name meanwhile changes nothing", async (
  { asked, change, left },
) => {
  await using place = await makeFilePlace();
  place.put({ f: "ours", other: "other's" });
  let turns = 0;
  // The first look at what is expected comes before anything is written.
  const expect = (): Expected => {
    if (turns++ === 0) change(`${place.project}/f`);
    return { type: "file" };
  };
  // A deletion looks for the first time after it took the name aside.
  const options = asked.kind === "delete"
    ? { judge: () => true, expect: (): Expected => ({ type: "link" }) }
    : { expect };
  if (asked.kind === "delete") change(`${place.project}/f`);
  const outcome = await place.ask(asked, options);
  if (asked.kind === "delete" && left === "other's") {
    assert.equal(outcome.kind, "deleted");
    return;
  }
  assert(outcome.kind === "file-failed", JSON.stringify(outcome));
  assert.equal(outcome.why, "changed");
  assert.equal(place.text("f"), left);
  const names = await Array.fromAsync(Deno.readDir(place.project));
  assert.deepEqual(
    names.map(({ name }) => name).sort(),
    [".env", ".git", "f", "other"],
  );
});

Deno.test("a file that came to a free name meanwhile stays", async () => {
  await using place = await makeFilePlace();
  const outcome = await place.ask(
    { kind: "write", path: "new", content: "airg's" },
    {
      expect: () => {
        place.put({ new: "theirs" });
        return { type: "absent" };
      },
    },
  );
  assert(outcome.kind === "file-failed" && outcome.why === "changed");
  assert.equal(place.text("new"), "theirs");
});
