// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { slowWork } from "./slow_work.ts";

Deno.test("slowWork() says once what takes longer than a second", () => {
  let now = 5_000;
  const said: string[] = [];
  const step = slowWork("saving", (message) => said.push(message), () => now);
  step();
  now += 999;
  step();
  assert.deepEqual(said, []);
  now += 1;
  step();
  step();
  assert.deepEqual(said, ["saving"]);
});
