// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { requestFor } from "../../../test/support/approval_memory.ts";
import type { Tty } from "../../platform/tty.ts";
import { askHere, type AskTerminal } from "./ask.ts";

/** A person's terminal where the answer to "why" comes out as `why`. */
function terminalWith(why: () => Promise<string | undefined>): AskTerminal {
  const tty: Tty = {
    columns: 80,
    say: () => undefined,
    forget: () => Promise.resolve(),
    ask: (prompt) => prompt.startsWith("why") ? why() : Promise.resolve("no"),
    close: () => undefined,
  };
  return {
    facts: () => ({
      ...{ uid: 1, user: "ana", inside: false, stdin: true },
      ...{ terminal: "/dev/pts/3", foreground: true },
    }),
    open: () => tty,
    passphrase: () => undefined,
    now: () => 1_000_000,
    own: {},
  };
}

Deno.test.each(
  [
    { what: "words come", why: () => Promise.resolve("later"), says: "later" },
    { what: "the person gives up", why: () => Promise.resolve(undefined) },
    {
      what: "the window closes",
      why: () => Promise.reject(new Error("Input/output error (os error 5)")),
    },
  ],
)("a no denies, also where $what", async ({ why, says }) => {
  const said = await askHere(requestFor(), terminalWith(why));
  assert.equal(said.kind, "deny");
  assert.equal(said.kind === "deny" ? said.message : "", says);
});
