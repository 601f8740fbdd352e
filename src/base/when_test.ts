// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readSpan, readWhen } from "./when.ts";

const NOW = new Date(2026, 10, 21, 12, 0).getTime();
const HOUR = 3_600_000;

Deno.test.each([
  { text: "now", at: NOW },
  { text: "10:30", at: new Date(2026, 10, 21, 10, 30).getTime() },
  { text: "12:00", at: NOW },
  { text: "12:01", at: new Date(2026, 10, 20, 12, 1).getTime() },
  { text: "2026-11-21", at: new Date(2026, 10, 21).getTime() },
  { text: "2026-11-21T10:30", at: new Date(2026, 10, 21, 10, 30).getTime() },
  { text: "2026-11-21 10:30:05", at: NOW - 1.5 * HOUR + 5_000 },
  { text: "2026-11-21T10:30Z", at: Date.UTC(2026, 10, 21, 10, 30) },
  {
    text: "2026-11-21T10:30:00.250+02:00",
    at: Date.UTC(2026, 10, 21, 8, 30) + 250,
  },
  { text: "2h ago", at: NOW - 2 * HOUR },
  { text: "2h", at: NOW - 2 * HOUR },
  { text: "90 minutes ago", at: NOW - 1.5 * HOUR },
  { text: "1.5 days ago", at: NOW - 36 * HOUR },
])("readWhen() reads $text", ({ text, at }) => {
  assert.deepEqual(readWhen(text, NOW), { ok: true, value: at });
});

Deno.test.each([
  "",
  "24:00",
  "10:60",
  "yesterday",
  "2026-02-30",
  "2026-13-01",
  "2026-11-21T25:00",
  "2 years ago",
  "-1h ago",
  "ago",
])("readWhen() refuses %s", (text) => {
  assert(!readWhen(text, NOW).ok);
});

Deno.test("readWhen() reads what Date writes", () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date(0),
        noInvalidDate: true,
        max: new Date("9999-01-01"),
      }),
      (date) => {
        assert.deepEqual(readWhen(date.toISOString(), NOW), {
          ok: true,
          value: date.getTime(),
        });
      },
    ),
  );
});

Deno.test.each([
  { text: "10d", ms: 10 * 24 * HOUR },
  { text: "30m", ms: HOUR / 2 },
  { text: "3 weeks", ms: 21 * 24 * HOUR },
  { text: "0s", ms: 0 },
])("readSpan() reads $text", ({ text, ms }) => {
  assert.deepEqual(readSpan(text), { ok: true, value: ms });
});
