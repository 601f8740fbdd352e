// Copyright 2026 the airg authors. Apache-2.0 license.
// Without the launcher (macOS) a workspace is looked at by airg itself.
import assert from "node:assert/strict";
import { scan } from "../../src/exec/handoff/scan.ts";

Deno.test("walkScan() sees what the launcher's scan sees", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (
      const folder of [
        ".git/hooks",
        ".git/objects",
        ".git/refs",
        "a/b/.vscode",
        "a/bare.git/objects",
        "a/bare.git/refs",
        "node_modules/x/.vscode",
        "plain",
      ]
    ) await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    for (
      const file of [
        ".git/HEAD",
        ".git/config",
        ".git/hooks/pre-commit",
        "a/bare.git/HEAD",
        "a/b/.vscode/tasks.json",
        "node_modules/x/.vscode/tasks.json",
        "package.json",
        "plain/x",
      ]
    ) await Deno.writeTextFile(`${root}/${file}`, "x");
    await Deno.symlink("..", `${root}/.envrc`);
    const options = { workspace: root, sinceNs: 0n };
    const names = (launcher: string) =>
      scan({ ...options, launcher }).entries
        .map(({ kind, path }) => `${kind} ${path}`).sort();
    const { pathname } = new URL("../../dist/airg-launcher", import.meta.url);
    const seen = names("");
    assert(seen.includes("link .envrc"), seen.join());
    assert(seen.includes("git a/bare.git"), seen.join());
    assert(!seen.some((line) => line.includes("plain")), seen.join());
    assert.deepEqual(seen, names(pathname));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
