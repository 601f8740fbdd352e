// Copyright 2026 the airg authors. Apache-2.0 license.
// Somebody takes the new file away before it gets its name.
import assert from "node:assert/strict";
import { makeFilePlace } from "../../test/support/files.ts";
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
    assert.throws(put, { name: "FileProblem" });
    assert.equal(place.text("stolen"), "new", "control: it was taken");
    if (!there) return;
    assert.equal(place.text("f"), "ours");
    assert.equal(await Deno.readLink(`${workspace}/${taken}`), "elsewhere");
  },
);
