// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import { canonicalJson } from "../base/canonical_json.ts";
import { sha256Hex } from "../base/digest.ts";
import type { Note } from "./assembled.ts";
import { noteSavedReport, saveReport } from "./saved_report.ts";

const report = { version: 1, recipes: [{ id: "a", status: "held" }] };
const hash = `sha256:${sha256Hex(canonicalJson(report))}`;
const time = "2026-01-02T03:04:05.000Z";

async function noted(
  saved: unknown,
): Promise<{ readonly notes: unknown[]; readonly problem?: string }> {
  const home = await Deno.makeTempDir();
  const surroundings = {
    env: { HOME: home },
    cwd: "/",
    terminal: { stdin: false, stdout: false, stderr: false },
    os: "linux" as const,
  };
  const notes: unknown[] = [];
  const note: Note = (event, details) => {
    notes.push([event, details]);
    return Promise.resolve();
  };
  try {
    if (saved !== undefined) await saveReport(surroundings, saved);
    const problem = await noteSavedReport(surroundings, note);
    return { notes, ...(problem !== undefined && { problem }) };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("noteSavedReport() records the hash of a report that was saved", async () => {
  assert.deepEqual(await noted({ time, hash, report }), {
    notes: [["capability", { hash, made: time }]],
  });
});

Deno.test("noteSavedReport() records nothing where none was saved", async () => {
  assert.deepEqual(await noted(undefined), { notes: [] });
});

Deno.test.each([
  { name: "changed", saved: { time, hash, report: { ...report, version: 2 } } },
  { name: "without a hash", saved: { time, report } },
  { name: "with a time that is none", saved: { time: 5, hash, report } },
  { name: "that is a list", saved: [] },
])("noteSavedReport() refuses a report $name", async ({ saved }) => {
  const { notes, problem } = await noted(saved);
  assert.deepEqual(notes, []);
  assert.match(problem ?? "", /sandbox-check --deep again/);
});
