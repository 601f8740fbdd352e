// Copyright 2026 the airg authors. Apache-2.0 license.
// attacks.txt: ways to start `rm -r` and its like that a reader may not see.
// Nobody may be let through, whatever the reason given.
import assert from "node:assert/strict";
import { judge, policyOf } from "./judge.ts";

const policy = policyOf({ version: 1, extends: ["default"] });
const file = new URL("attacks.txt", import.meta.url);
const texts = Deno.readTextFileSync(file).split(/^----\n/m).slice(1)
  .map((text) => text.replace(/\n$/, ""));

Deno.test("the default policy allows none of the attacks", () => {
  const allowed = texts.filter((text) =>
    judge(policy, text).verdict === "allow"
  );
  assert.deepEqual(allowed, []);
  assert(texts.length > 100);
});
