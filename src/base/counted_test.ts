// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { counted } from "./counted.ts";

Deno.test("counted() takes an s but for one", () => {
  const texts = [0, 1, 2, 11].map((count) => counted(count, "path"));
  assert.deepEqual(texts, ["0 paths", "1 path", "2 paths", "11 paths"]);
});
