// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- the guest's only way to tell

/**
 * Runs as a program inside a guest machine that has cgroup v2 alone (see
 * cgroup_test.ts): makes groups by `exec/cgroup.ts` and says what the kernel
 * did, as one JSON line.
 *
 * @module
 */

import { openGroup } from "../../src/exec/cgroup.ts";
import type { Limits } from "../../sandbox/profile.ts";

const MIB = 1024 * 1024;
const ALLOCATE = "b = bytearray(200 * 1024 * 1024); print('GOT')";
const FORK = `
import os
n = 0
try:
    while n < 60:
        if os.fork() == 0:
            os.setsid()
            os.closerange(0, 3)
            __import__("signal").pause()
        n += 1
except OSError:
    pass
print("FORKED", n)
`;

if (Deno.args[0] === "as-user") {
  const memory = await inGroup({ memory: 64 * MIB, swap: 0 }, ALLOCATE);
  console.log(`USER ${JSON.stringify(memory)}`);
} else {
  console.log(`TOLD ${JSON.stringify(await asRoot())}`);
}

async function asRoot(): Promise<unknown> {
  return {
    control: await inGroup({ processors: 1 }, ALLOCATE),
    memory: await inGroup({ memory: 64 * MIB, swap: 0 }, ALLOCATE),
    controlForks: await inGroup({ processors: 1 }, FORK),
    forks: await inGroup({ processes: 20 }, FORK),
    processor: await values({ processors: 0.5 }, "cpu.max"),
    left: (await Array.fromAsync(Deno.readDir("/sys/fs/cgroup")))
      .map(({ name }) => name).filter((name) => name.startsWith("airg-")),
    daemons: daemons(),
  };
}

/** What a program printed in a group of its own, and what the group refused. */
async function inGroup(limits: Limits, program: string): Promise<unknown> {
  const group = openGroup(limits);
  if (group === undefined || !("procs" in group)) return group;
  const { code, stdout } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'echo 0 >"$0" && exec /usr/bin/python3 -c "$1" 2>/dev/null',
      ...group.procs.slice(0, 1),
      program,
    ],
    stderr: "null",
  }).output();
  return {
    held: group.held,
    code,
    said: new TextDecoder().decode(stdout).trim(),
    refused: await group.close(),
  };
}

async function values(limits: Limits, file: string): Promise<string> {
  const group = openGroup(limits);
  if (group === undefined || !("procs" in group)) return JSON.stringify(group);
  const [procs = ""] = group.procs;
  const folder = procs.slice(0, procs.lastIndexOf("/"));
  const text = await Deno.readTextFile(`${folder}/${file}`);
  await group.close();
  return text.trim();
}

/** Processes that still wait for a signal: those that FORK left. */
function daemons(): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    try {
      return /^\d+$/.test(name) &&
        Deno.readTextFileSync(`/proc/${name}/cmdline`).includes("FORKED");
    } catch {
      return false;
    }
  }).length;
}
