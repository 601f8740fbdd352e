// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { nearest } from "./nearest.ts";

Deno.test.each(
  [
    { name: "a swap", word: "rnu", want: "run" },
    { name: "a missing letter", word: "serve", want: "server" },
    { name: "a letter too many", word: "versionn", want: "version" },
    { name: "the word itself", word: "audit", want: "audit" },
    { name: "nothing like it", word: "frobnicate", want: undefined },
    { name: "nothing at all", word: "", want: undefined },
    { name: "a very long word", word: "run".repeat(10_000), want: undefined },
  ],
)("nearest() of $name", ({ word, want }) => {
  const names = ["run", "server", "version", "audit"];
  assert.equal(nearest(word, names), want);
});
