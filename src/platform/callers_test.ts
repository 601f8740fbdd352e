// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { agentAbove, type ProcessInfo, processInfo } from "./callers.ts";

/** Processes 5, 4, 3... of which each is the parent of the one before. */
function line(
  ...processes: readonly (readonly string[])[]
): (pid: number) => ProcessInfo | undefined {
  return (pid) => {
    const [name, ...words] = processes[5 - pid] ?? [];
    return name === undefined ? undefined : { parent: pid - 1, name, words };
  };
}

const self = ["airg", "airg", "changes", "apply"] as const;

Deno.test.each(
  [
    { above: [["bash", "-bash"], ["sshd", "sshd: u"]], want: undefined },
    {
      above: [["zsh", "zsh"], ["code", "/usr/share/code/code"]],
      want: undefined,
    },
    {
      above: [["bash", "bash"], ["claude", "claude"]],
      want: "claude (process 3) started it",
    },
    {
      above: [["sh", "sh", "-c", "x"], ["node", "node", "/opt/bin/codex.js"]],
      want: "codex (process 3) started it",
    },
    {
      above: [["MainThread", "/usr/bin/gemini"]],
      want: "gemini (process 4) started it",
    },
    {
      above: [["node", "node", "--max-old-space-size=4096", "/u/bin/claude"]],
      want: "claude (process 4) started it",
    },
    {
      above: [["node", "node", "/l/@anthropic-ai/claude-code/cli.js"]],
      want: "@anthropic-ai/claude-code (process 4) started it",
    },
    // A word that only speaks of one.
    { above: [["vim", "vim", "notes", "claude"]], want: undefined },
  ] as const,
)("agentAbove() below $above is $want", ({ above, want }) => {
  assert.equal(agentAbove(5, {}, line(self, ...above)), want);
});

Deno.test("agentAbove() believes what an agent says of itself", () => {
  const why = agentAbove(5, { CLAUDECODE: "1" }, line(self));
  assert.equal(why, "an agent set CLAUDECODE");
  assert.equal(agentAbove(5, { CLAUDECODE: "" }, line(self)), undefined);
});

Deno.test("agentAbove() comes to an end where processes go in a circle", () => {
  const circle = (pid: number): ProcessInfo => ({
    parent: pid === 3 ? 5 : pid - 1,
    name: "x",
    words: [],
  });
  assert.equal(agentAbove(5, {}, circle), undefined);
});

Deno.test({
  name: "processInfo() reads this process and says nothing of one that is gone",
  ignore: Deno.build.os !== "linux",
  fn() {
    const info = processInfo(Deno.pid);
    assert.equal(info?.parent, Deno.ppid);
    assert.equal(info?.words[0]?.endsWith("deno"), true);
    assert.equal(processInfo(2 ** 22 + 1), undefined);
  },
});
