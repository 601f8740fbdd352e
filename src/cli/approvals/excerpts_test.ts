// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { requestFor } from "../../../test/support/approval_memory.ts";
import { excerptRows } from "./excerpts.ts";
import { boundRows, requestRows } from "./text.ts";

const FILLER = "echo filler; ".repeat(2_000);
const END = "rm -rf o2";
const TEXT = `${FILLER}${END}; ${FILLER}`;

function longRequest(): ReturnType<typeof requestFor> {
  const [reason] = requestFor().reasons;
  assert(reason !== undefined);
  const span = [FILLER.length, FILLER.length + END.length] as const;
  return requestFor({
    command: TEXT,
    request: { reasons: [{ ...reason, evidence: { span } }] },
  });
}

Deno.test("what decides in a long text, and why, is on the first screen", () => {
  const rows = boundRows(longRequest(), { columns: 80 });
  const first = rows.slice(0, 15).join("\n");
  assert(first.includes("; rm -rf o2; echo"), first);
  assert.match(first, /^ +\^{9}$/m);
  assert.match(first, /\.\.\. 25976 characters left out \.\.\./);
  assert.match(first, /because: +deletes a folder/);
  assert.match(first, /folder: /);
});

Deno.test("all of a long text is among what has to be shown", () => {
  const rows = boundRows(longRequest(), { columns: 80 });
  const from = rows.findIndex((row) => row === "would run, all of it:");
  const shown = rows.slice(from + 1).filter((row) => row.startsWith("| "))
    .map((row) => row.slice(2)).join("");
  assert.equal(shown, TEXT);
});

Deno.test("above a question on a terminal the end says what decides", () => {
  const rows = requestRows(longRequest(), { columns: 80, now: 1_000_000 });
  assert(rows.slice(-12).some((row) => row.includes("; rm -rf o2; echo")));
});

Deno.test("of many places the gravest are shown, and how many are not", () => {
  const places = Array.from({ length: 50 }, (_, i) => ({
    mark: [i * 500, i * 500 + 4] as const,
    severity: i === 33 ? "critical" as const : "low" as const,
  }));
  const text = Array.from({ length: 25_000 }, (_, i) => i % 10).join("");
  const marked = `${text.slice(0, 16_500)}HERE${text.slice(16_504)}`;
  const rows = excerptRows(marked, places, 80);
  assert(rows.length < 40, `${rows.length}`);
  assert(rows.some((row) => row.includes("HERE")));
  assert.equal(rows.at(-1), "  ... and 44 more places ...");
});
