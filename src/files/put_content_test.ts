// Copyright 2026 the airg authors. Apache-2.0 license.
// Somebody takes the new file away before it gets its name.
import assert from "node:assert/strict";
import { makeFilePlace } from "../../test/support/files.ts";
import { FileProblem } from "./failure.ts";
import { type Hands, openLibrary } from "./hands.ts";
import { putContent } from "./put_content.ts";

Deno.test.each([{ there: true }, { there: false }])(
  "what stands in the new file's place is not put (something there: $there)",
  async ({ there }) => {
    await using place = await makeFilePlace();
    const { profile, project: workspace } = place;
    if (there) place.put({ f: "ours" });
    using library = await openLibrary();
    const { entries } = library;
    let taken = "";
    const take = (made: string) => {
      if (taken !== "") return;
      taken = made.slice(made.lastIndexOf("/") + 1);
      Deno.renameSync(made, `${workspace}/stolen`);
      Deno.symlinkSync("elsewhere", made);
    };
    const hands: Hands = {
      ...library,
      workspace,
      profile,
      options: {},
      entries: {
        ...entries,
        swap(a, b) {
          take(a);
          return entries.swap(a, b);
        },
        moveToFree(from, to) {
          take(from);
          return entries.moveToFree(from, to);
        },
      },
    };
    using folder = library.folders.open(workspace);
    const put = () =>
      putContent(hands, folder, "f", {
        bytes: new TextEncoder().encode("new"),
        mode: 0o644,
        replaces: entries.look(`${workspace}/f`),
      });
    assert.throws(put, (error) => {
      assert(error instanceof FileProblem);
      // What is not airg's own stays and is named.
      if (there) assert.match(error.message, new RegExp(`kept as ${taken}`));
      return true;
    });
    assert.equal(place.text("stolen"), "new", "control: it was taken");
    if (!there) return;
    assert.equal(place.text("f"), "ours");
    assert.equal(await Deno.readLink(`${workspace}/${taken}`), "elsewhere");
  },
);

/** What another program puts over the file, as editors do: before and after each exchange of names. */
interface Others {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

Deno.test.each<
  Others & {
    readonly now: string;
    readonly said: RegExp;
    readonly kept?: string;
  }
>([
  { now: "new", said: /^$/ },
  { before: ["first"], now: "first", said: /nothing was written/ },
  {
    after: ["first"],
    now: "first",
    said: /^It was replaced again right after$/,
  },
  {
    before: ["first", "second"],
    now: "second",
    said: /changed or replaced meanwhile.* is kept as \.airg-/,
    kept: "first",
  },
  {
    before: ["first", "second", "third"],
    now: "third",
    said: /changed or replaced meanwhile.* is kept as \.airg-/,
    kept: "second",
  },
])("$before before and $after after: the last one has the name", async ({
  after = [],
  before = [],
  kept,
  now,
  said,
}) => {
  await using place = await makeFilePlace();
  const { profile, project: workspace } = place;
  place.put({ f: "old" });
  using library = await openLibrary();
  const { entries } = library;
  const over = (content: string | undefined) => {
    if (content === undefined) return;
    Deno.writeTextFileSync(`${workspace}/theirs`, content);
    Deno.renameSync(`${workspace}/theirs`, `${workspace}/f`);
  };
  let swaps = 0;
  const hands: Hands = {
    ...library,
    workspace,
    profile,
    options: {},
    entries: {
      ...entries,
      swap(a, b) {
        over(before[swaps]);
        const done = entries.swap(a, b);
        over(after[swaps++]);
        return done;
      },
    },
  };
  using folder = library.folders.open(workspace);
  let told = "";
  try {
    told = putContent(hands, folder, "f", {
      bytes: new TextEncoder().encode("new"),
      mode: 0o644,
      replaces: entries.look(`${workspace}/f`),
    }).join(". ");
  } catch (error) {
    assert(error instanceof FileProblem);
    told = error.message;
  }
  assert.match(told, said);
  assert.equal(place.text("f"), now);
  const names = await Array.fromAsync(Deno.readDir(workspace));
  const left = names.map(({ name }) => name)
    .filter((name) => name.startsWith(".airg-"));
  assert.deepEqual(left.map((name) => place.text(name)), kept ? [kept] : []);
  for (const name of left) assert(told.includes(name), told);
});
