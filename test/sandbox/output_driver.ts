// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a program that a test starts

/**
 * Runs one contained command that prints as many bytes as the first argument
 * says, and tells what this process's memory came to at most.
 *
 * @module
 */

import { makePlace, runIn } from "../support/place.ts";

await using place = await makePlace();
const { code, stdout, truncated } = await runIn(place, [
  "/usr/bin/head",
  "-c",
  Deno.args[0] ?? "0",
  "/dev/zero",
]);
const status = await Deno.readTextFile("/proc/self/status");
const peakKib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
console.log(JSON.stringify({
  code,
  kept: stdout.length,
  truncated: truncated.stdout,
  peakKib,
}));
