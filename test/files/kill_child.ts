// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes, edits and deletes without end, until it is killed.
 *
 * @module
 */

import { openFileTools } from "../../src/files/file_effect.ts";
import { plainProfile } from "../support/plain_profile.ts";

const [project = ""] = Deno.args;
const origin = {
  agent: "a",
  session: "s",
  source: "ai-agent",
  workspace: project,
} as const;
const profile = plainProfile(project);
const tools = await openFileTools();
const [a, b] = ["a".repeat(200_000), "b".repeat(200_000)];
for (let n = 0;; n++) {
  await tools.carryOut(
    { kind: "write", origin, path: "f", content: n % 2 ? a : b },
    profile,
  );
  await tools.carryOut({
    kind: "edit",
    origin,
    path: "f",
    edits: [{ oldText: n % 2 ? a : b, newText: n % 2 ? b : a }],
  }, profile);
  if (n === 0) await Deno.stdout.write(new TextEncoder().encode("ready\n"));
}
