// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { explainLacks } from "./explain_lack.ts";

Deno.test.each([
  "full: more than 500 files and folders are to be hidden or protected",
  "full: bwrap: Can't create file at /etc/passwd: Read-only file system",
  "full: overlay (/p): No space left on device",
])("explainLacks() blames no container for: $0", async (said) => {
  assert.equal(await explainLacks([said], "/l"), undefined);
});

Deno.test("explainLacks() names what is not installed (control)", async () => {
  const explained = await explainLacks(
    ["bwrap: bubblewrap is not installed"],
    "/l",
  );
  assert.match(explained?.cause ?? "", /bubblewrap is not installed/);
});
