// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { EXITED } from "../../test/support/fake_parts.ts";
import { failedUnseen, UNSEEN_NOTE, withUnseen } from "./unseen.ts";

Deno.test("withUnseen() says that an empty list of refusals claims nothing", () => {
  const outcome = withUnseen(EXITED);
  assert(outcome.kind === "exited");
  assert.deepEqual(outcome.containment.notes, [UNSEEN_NOTE]);
  const never = { kind: "not-started", why: "failed", message: "no" } as const;
  assert.equal(withUnseen(never), never);
});

Deno.test.each(
  [
    {
      what: "a failure",
      change: { code: 1 },
      says: /profile workspace, network none/,
    },
    { what: "success", change: {}, says: undefined },
    { what: "a signal", change: { code: 137 }, says: undefined },
    {
      what: "a time limit",
      change: { code: 1, ended: "timeout" },
      says: undefined,
    },
  ] as const,
)("failedUnseen() of $what", ({ change, says }) => {
  const outcome = withUnseen({ ...EXITED, ...change });
  assert(outcome.kind === "exited");
  const said = failedUnseen(outcome);
  if (says === undefined) assert.equal(said, undefined);
  else assert.match(said ?? "", says);
  // Captured: the refusals are listed, so nothing is said.
  assert.equal(failedUnseen({ ...EXITED, ...change }), undefined);
});
