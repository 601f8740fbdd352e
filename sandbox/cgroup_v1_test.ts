// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { v1Place, v1Settings } from "./cgroup_v1.ts";

const MOUNTS = [
  "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
  "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
  "35 31 0:32 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  "39 31 0:36 / /mnt/a\\040b rw - cgroup cgroup rw,pids",
  "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
].join("\n");

Deno.test.each([
  {
    name: "one of two controllers of a tree",
    controller: "cpu" as const,
    cgroup: "3:cpu,cpuacct:/user\n0::/x\n",
    place: "/sys/fs/cgroup/cpu,cpuacct/user",
  },
  {
    name: "the root",
    controller: "pids" as const,
    cgroup: "8:pids:/\n",
    place: "/mnt/a b",
  },
  {
    name: "a part of the tree",
    controller: "memory" as const,
    cgroup: "4:memory:/docker/1/y\n",
    place: "/sys/fs/cgroup/memory/y",
  },
  {
    name: "nothing outside of what is mounted",
    controller: "memory" as const,
    cgroup: "4:memory:/docker/2\n",
  },
  {
    name: "nothing in version 2",
    controller: "memory" as const,
    cgroup: "0::/x\n",
  },
])("v1Place() finds $name", ({ controller, cgroup, place }) => {
  assert.equal(v1Place(controller, cgroup, MOUNTS), place);
});

Deno.test("v1Settings() writes what the kernel reads, in the order it takes", () => {
  const limits = { memory: 1024, swap: 512, processes: 10, processors: 1.5 };
  assert.deepEqual(
    v1Settings(limits).map(({ file, value }) => `${file}=${value}`),
    [
      "memory.limit_in_bytes=1024",
      "memory.memsw.limit_in_bytes=1536",
      "pids.max=13",
      "cpu.cfs_period_us=100000",
      "cpu.cfs_quota_us=150000",
    ],
  );
  assert.deepEqual(v1Settings({ openFiles: 3, swap: 0 }), []);
});
