// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Hidden, realPath } from "../../../sandbox/profile.ts";
import { isWithin } from "../../../sandbox/within.ts";
import { fitMounts, MOUNT_BUDGET, outermost } from "./budget.ts";

function files(...paths: string[]): Hidden[] {
  return paths.map((path) => ({ path: realPath(path), kind: "file" }));
}

function many(count: number, folder: string): Hidden[] {
  return files(
    ...Array.from({ length: count }, (_, i) => `${folder}/${i}.pem`),
  );
}

const count = (hidden: readonly Hidden[]) => hidden.length;

Deno.test("fitMounts() leaves alone what fits", () => {
  const hidden = many(MOUNT_BUDGET, "/p/a");
  const fitted = fitMounts(hidden, count, () => true);
  assert.deepEqual(fitted, { hidden, whole: [] });
});

Deno.test("fitMounts() hides the fullest folders whole, and no more than it must", () => {
  const fitted = fitMounts(
    [...many(MOUNT_BUDGET, "/p/a"), ...many(10, "/p/b"), ...files("/p/c/x")],
    count,
    () => true,
  );
  assert.deepEqual(fitted?.whole, ["/p/a"]);
  assert.equal(fitted?.hidden.length, 12);
});

Deno.test("fitMounts() goes up where folders have one each", () => {
  const hidden = files(
    ...Array.from({ length: 600 }, (_, i) => `/p/a/${i}/.env`),
    "/p/b/.env",
  );
  assert.equal(fitMounts(hidden, count, () => true), undefined);
  const nested = files(
    ...Array.from({ length: 600 }, (_, i) => `/p/a/${i % 3}/${i}/.env`),
  );
  assert.equal(fitMounts(nested, count, () => true), undefined);
});

Deno.test("fitMounts() gives up where folders may not be hidden", () => {
  assert.equal(fitMounts(many(600, "/p"), count, () => false), undefined);
});

Deno.test("fitMounts() covers all it was given, whatever that is", () => {
  const part = fc.constantFrom("a", "b", "c", "d");
  const path = fc.array(part, { minLength: 1, maxLength: 6 })
    .map((parts) => `/${parts.join("/")}`);
  fc.assert(fc.property(
    fc.uniqueArray(path, { maxLength: 900 }),
    fc.func(fc.boolean()),
    (paths, mayHide) => {
      const fitted = fitMounts(files(...paths), count, mayHide);
      if (fitted === undefined) return;
      assert(fitted.hidden.length <= MOUNT_BUDGET);
      for (const path of paths) {
        assert(fitted.hidden.some((entry) => isWithin(path, entry.path)));
      }
    },
  ));
});

Deno.test("outermost() keeps what lies beneath no other hidden folder", () => {
  const folder = { path: realPath("/a/b"), kind: "folder" as const };
  assert.deepEqual(
    outermost([
      ...files("/a/b/c", "/a/b-c", "/a/b.d", "/a/bc", "/z"),
      folder,
      folder,
    ]).map(({ path }) => path),
    ["/a/b", "/a/b-c", "/a/b.d", "/a/bc", "/z"],
  );
});
