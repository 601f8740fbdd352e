// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import fc from "fast-check";
import { requestFor } from "../../../test/support/approval_memory.ts";
import { quotedClient, quotedName } from "./names.ts";
import { howText, requestRows } from "./text.ts";

Deno.test.each([
  { name: "Code 1.2", want: '"Code 1.2"' },
  { name: 'x", session "s', want: '"x\\", session \\"s"' },
  { name: "x\\", want: '"x\\\\"' },
  { name: "x\u201d, session \uff02", want: '"x\\u{201d}, session \\u{ff02}"' },
  { name: "x\u02ba", want: '"x\\u{2ba}"' },
  { name: "\x1b[2J\u202e\n", want: '"\\x1b[2J\\u{202e}\\n"' },
  { name: "エディタ 2", want: '"エディタ 2"' },
  { name: "a".repeat(61), want: `"${"a".repeat(60)}" (cut)` },
  { name: "", want: '""' },
])("quotedClient($name) is $want", ({ name, want }) => {
  assert.equal(quotedClient(name), want);
});

Deno.test.each([
  { name: "claude-1", want: "claude-1" },
  { name: "a, session b", want: '"a, session b"' },
  { name: "x ".repeat(90), want: `"${"x ".repeat(90)}"` },
])("quotedName($name) is $want", ({ name, want }) => {
  assert.equal(quotedName(name), want);
});

Deno.test("whatever a client calls itself stays between two quotes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const text = quotedClient(name).replace(/ \(cut\)$/, "");
    assert.match(
      text,
      /^"(?:[^"\\]|\\["\\]|\\u\{[0-9a-f]+\}|\\x[0-9a-f]{2}|\\[nrt])*"$/,
    );
  }));
});

Deno.test("no client, agent or session says airg's own words of itself", () => {
  const client = "Code, session mine; asked 1 times\x1b[2J";
  const { asker } = requestFor();
  const asked = (of: Partial<typeof asker>) =>
    requestRows(requestFor({ request: { asker: { ...asker, ...of } } }), {
      ...{ columns: 200, now: 0 },
    }).find((row) => row.startsWith("asked by:"));
  assert.equal(asked({}), "asked by:  claude-1, session session-1");
  assert.equal(
    asked({ client }),
    'asked by:  claude-1, client "Code, session mine; asked 1 times\\x1b[2J", session session-1',
  );
  assert.equal(
    asked({ agent: 'a, client "good"', session: "s; asked 2 times" }),
    'asked by:  "a, client \\"good\\"", session "s; asked 2 times"',
  );
  assert.equal(
    howText({ uid: 1, user: "ana", how: "elicitation", client }),
    'elicitation: the agent\'s client "Code, session mine; asked 1 times\\x1b[2J" vouched for it',
  );
});
