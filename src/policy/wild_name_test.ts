// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { ANY, NAME, ONE, STAR } from "../shell/value.ts";
import { mayBe, mayBeBelow, mayMean } from "./wild_name.ts";

Deno.test.each([
  { name: ".e*", pattern: ".env", want: true },
  { name: `.e${STAR}`, pattern: ".env", want: true },
  { name: `.${ONE}nv`, pattern: ".env", want: true },
  { name: "pass[w]d", pattern: "passwd", want: true },
  { name: `${ANY}env`, pattern: ".env", want: true },
  { name: "*.log", pattern: ".env", want: false },
  { name: "*", pattern: ".env", want: false },
  { name: ANY, pattern: ".env", want: false },
  { name: `.${ANY}`, pattern: ".env", want: false },
  { name: "server.p*m", pattern: "*.pem", want: true },
  { name: `${ANY}.pem`, pattern: "?*.pem", want: true },
  { name: `log.${NAME}`, pattern: "?*.pem", want: false },
  { name: `${STAR}.p${STAR}`, pattern: "?*.pem", want: false },
])("mayMean() of $name and $pattern is $want", ({ name, pattern, want }) => {
  assert.equal(mayMean(name, pattern), want);
});

Deno.test.each([
  { word: `re${ANY}`, text: "reset", want: true },
  { word: `re${ANY}`, text: "push", want: false },
  { word: `a${ONE}c`, text: "abc", want: true },
  { word: `a${ONE}c`, text: "ac", want: false },
])("mayBe() of $word and $text is $want", ({ word, text, want }) => {
  assert.equal(mayBe(word, text), want);
});

Deno.test.each([
  {
    path: `/h/.config/${STAR}/policy.json`,
    folder: "/h/.config/airg",
    want: true,
  },
  { path: `/h/${STAR}`, folder: "/h/.config", want: false },
  { path: `/h/.c${STAR}`, folder: "/h/.config/airg", want: false },
  { path: `/h/.c${STAR}/airg/x`, folder: "/h/.config/airg", want: true },
  { path: `/h/${ANY}`, folder: "/h/.config", want: true },
  { path: `${ANY}/x`, folder: "/h", want: false },
])("mayBeBelow() of $path and $folder is $want", ({ path, folder, want }) => {
  assert.equal(mayBeBelow(path, folder), want);
});
