// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeDisk } from "../../../test/support/fake_disk.ts";
import { hiddenNames } from "./names.ts";
import { type Found, search } from "./search.ts";

function look(
  roots: readonly string[],
  entries: readonly string[],
  budget: number,
  passed: readonly string[] = [],
): Found {
  return search(roots, {
    names: hiddenNames([], []),
    disk: fakeDisk(entries),
    passed: new Set(passed),
    budget,
    steady: () => undefined,
    clock: () => 0,
  });
}

const tree = ["/p/a/1", "/p/a/.env", "/p/b/2", "/p/b/c/.env", "/q/.env"];
const paths = ({ hits }: Found) => hits.map(({ path }) => path);

Deno.test("search() tells every folder that the budget did not reach", () => {
  const all = look(["/p"], tree, 100);
  assert.deepEqual([paths(all), all.unread, all.entries], [
    ["/p/a/.env", "/p/b/c/.env"],
    [],
    11,
  ]);
  const some = look(["/p"], tree, 4);
  assert.deepEqual([paths(some), some.unread], [["/p/a/.env"], ["/p/b"]]);
});

Deno.test("search() lists its roots whatever the budget", () => {
  const found = look(["/p", "/q"], tree, 0);
  assert.deepEqual([paths(found), found.unread], [["/q/.env"], [
    "/p/a",
    "/p/b",
  ]]);
});

Deno.test("search() enters no folder twice, and none that is passed over", () => {
  const found = look(["/p", "/p/b"], tree, 100, ["/p/a"]);
  assert.deepEqual([paths(found), found.entries], [["/p/b/c/.env"], 8]);
});

Deno.test("search() says which folders cannot be listed", () => {
  const found = search(["/p"], {
    names: hiddenNames([], []),
    disk: fakeDisk(tree, { closed: ["/p/b"] }),
    passed: new Set(),
    budget: 100,
    steady: () => undefined,
    clock: () => 0,
  });
  assert.deepEqual(found.closed, ["/p/b"]);
});
