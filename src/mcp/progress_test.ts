// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { followProgress, type News } from "./progress.ts";

Deno.test("followProgress() tells the last line at most every 250 ms", async () => {
  const news: News[] = [];
  let now = 0;
  const progress = followProgress((piece) => {
    news.push(piece);
    return Promise.resolve();
  }, () => now);
  progress.output("one\n");
  now = 250;
  progress.output("two\nthree\x1b[2J\n\n");
  await Promise.resolve();
  progress.output("too soon\n");
  now = 600;
  progress.output("\n");
  await Promise.resolve();
  progress.stop();
  assert.deepEqual(news, [
    { progress: 0.25, message: "0.3 s: three\\x1b[2J" },
    { progress: 0.6, message: "0.6 s: too soon" },
  ]);
});

Deno.test("followProgress() leaves out what a slow client would queue up", async () => {
  let told = 0;
  let now = 0;
  const waiting = Promise.withResolvers<void>();
  const progress = followProgress(() => {
    told++;
    return waiting.promise;
  }, () => now);
  for (now = 1_000; now < 60_000; now += 1_000) progress.output("line\n");
  assert.equal(told, 1);
  waiting.resolve();
  await waiting.promise;
  await Promise.resolve();
  progress.output("line\n");
  assert.equal(told, 2);
  progress.stop();
});

Deno.test("followProgress() stops when nobody can be told", async () => {
  const progress = followProgress(
    () => Promise.reject(new Error("Not connected")),
    (() => {
      let now = 0;
      return () => now += 1_000;
    })(),
  );
  progress.output("line\n");
  await new Promise((resolve) => setTimeout(resolve, 10)); // No unhandled rejection.
  progress.stop();
});
