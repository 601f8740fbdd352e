// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { matchesArgv } from "./match.ts";

const cases: [predicted: string[], seen: string[], want: boolean][] = [
  [["rm", "a"], ["rm", "a"], true],
  [["rm", "a"], ["rm", "a", "b"], false],
  [["rm", "a", "b"], ["rm", "a"], false],
  [["rm", "ab"], ["rm", "a", "b"], false],
  [["rm", ""], ["rm", ""], true],
  [["rm", ""], ["rm"], false],
  [["rm", "\0$"], ["rm", ""], true],
  [["rm", "\0$"], ["rm", "a/b c"], true],
  [["rm", "\0$"], ["rm"], false],
  [["rm", "\0$"], ["rm", "a", "b"], false],
  [["rm", "x\0$y"], ["rm", "x/y"], true],
  [["rm", "x\0$y"], ["rm", "x/"], false],
  [["rm", "\0+"], ["rm"], true],
  [["rm", "\0+"], ["rmdir"], false],
  [["rm", "\0+"], ["rm", "a", "b"], true],
  [["rm", "\0+", "z"], ["rm", "z"], true],
  [["rm", "\0+", "z"], ["rm", "a", "b", "z"], true],
  [["rm", "\0+", "z"], ["rm", "a", "b"], false],
  [["rm", "a\0+b"], ["rm", "ab"], true],
  [["rm", "a\0+b"], ["rm", "ax", "y", "zb"], true],
  [["rm", "a\0+b"], ["rm"], false],
  [["rm", "a\0+b"], ["rm", "x", "b"], false],
  [["rm", "\0*"], ["rm", "a", "b"], true],
  [["rm", "\0*"], ["rm", "a/b"], false],
  [["rm", "\0*.txt"], ["rm", "a.txt", "b.txt"], true],
  [["rm", "\0*.txt"], ["rm", "a.txt", "b"], false],
  [["rm", "\0?.txt"], ["rm", "a.txt"], true],
  [["rm", "\0?.txt"], ["rm", "ab.txt"], false],
  [["\0$"], ["rm"], true],
  [["\0+"], [], true],
];

Deno.test.each(cases)("%j can be %j: %j", (predicted, seen, want) => {
  assert.equal(matchesArgv(predicted, seen), want);
});
