// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  type Controller,
  groupPlace,
  groupRefusals,
  groupsAbove,
  groupSettings,
  limitsWithout,
  unheldLimits,
} from "./cgroup.ts";

const V2 =
  "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const V1 = "31 30 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";

Deno.test.each([
  {
    name: "a session's scope",
    cgroup: "0::/user.slice/user-1000.slice/session-3.scope\n",
    mountinfo: V2,
    own: "/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope",
  },
  { name: "the root", cgroup: "0::/\n", mountinfo: V2, own: "/sys/fs/cgroup" },
  {
    name: "a hybrid machine",
    cgroup: "8:pids:/\n0::/a\n",
    mountinfo: V1 + V2.replace("/sys/fs/cgroup ", "/sys/fs/cgroup/unified "),
    own: "/sys/fs/cgroup/unified/a",
  },
  {
    name: "a part of the tree",
    cgroup: "0::/docker/1/x\n",
    mountinfo: V2.replace(" / ", " /docker/1 "),
    own: "/sys/fs/cgroup/x",
  },
  {
    name: "a mount with a blank",
    cgroup: "0::/a\n",
    mountinfo: V2.replace("/sys/fs/cgroup", "/mnt/a\\040b"),
    own: "/mnt/a b/a",
  },
  { name: "version 1 alone", cgroup: "8:pids:/\n", mountinfo: V1 },
  { name: "no mount", cgroup: "0::/a\n", mountinfo: V1 },
  {
    name: "a group outside of what is mounted",
    cgroup: "0::/docker/2\n",
    mountinfo: V2.replace(" / ", " /docker/1 "),
  },
  { name: "a group above the namespace", cgroup: "0::/../b\n", mountinfo: V2 },
])("groupPlace() finds $name", ({ cgroup, mountinfo, own }) => {
  assert.equal(groupPlace(cgroup, mountinfo)?.own, own);
});

Deno.test("groupsAbove() goes up to the mount and no farther", () => {
  assert.deepEqual(groupsAbove({ mount: "/s/c", own: "/s/c/a/b" }), [
    "/s/c/a/b",
    "/s/c/a",
    "/s/c",
  ]);
  assert.deepEqual(groupsAbove({ mount: "/s/c", own: "/s/c" }), ["/s/c"]);
});

Deno.test("groupSettings() writes what the kernel reads", () => {
  const limits = { memory: 1024, swap: 0, processes: 10, processors: 1.5 };
  assert.deepEqual(
    groupSettings(limits).map(({ file, value }) => `${file}=${value}`),
    [
      "memory.max=1024",
      "memory.swap.max=0",
      "pids.max=13",
      "cpu.max=150000 100000",
    ],
  );
  assert.deepEqual(groupSettings({ openFiles: 3, fileSize: 4 }), []);
  const [cpu] = groupSettings({ processors: 0.001 });
  assert.equal(cpu?.value, "1000 100000", "the kernel's smallest quota");
});

const ALL = { memory: 100, swap: 0, processes: 10, processors: 1 };

Deno.test("with a group nothing is left to the processes, and nothing is said", () => {
  const held: Controller[] = ["memory", "pids", "cpu"];
  const { processes, dataSize } = limitsWithout(ALL, held);
  assert.deepEqual([processes, dataSize], [undefined, undefined]);
  const at = { held, root: true, namespaces: false };
  assert.deepEqual(unheldLimits(ALL, at), []);
});

Deno.test("a group that does not count swap is said to", () => {
  const at = { held: ["memory"] as const, root: true, namespaces: false };
  const limits = { memory: 100, swap: 0 };
  assert.deepEqual(unheldLimits(limits, { ...at, swapless: true }), [
    "limits: swap is not limited: this kernel does not count it",
  ]);
  assert.deepEqual(unheldLimits(limits, at), []);
});

Deno.test("without a group each process is limited, and what that leaves out is said", () => {
  const { processes, dataSize } = limitsWithout(ALL, []);
  assert.deepEqual([processes, dataSize], [10, 100]);
  const at = { why: "no v2", held: [], root: false, namespaces: true };
  assert.deepEqual(unheldLimits(ALL, at).map((text) => text.slice(0, 28)), [
    "limits: each process may hol",
    "limits: swap is not limited:",
    "limits: processor time of th",
  ]);
  assert(unheldLimits(ALL, at).every((text) => text.endsWith(": no v2")));
});

Deno.test.each([
  { root: true, namespaces: true, said: /exempts root/ },
  { root: false, namespaces: false, said: /all of this user's/ },
])(
  "root $root, namespaces $namespaces: what becomes of processes is said",
  ({ root, namespaces, said }) => {
    const text = unheldLimits({ processes: 3 }, {
      why: "x",
      held: [],
      root,
      namespaces,
    });
    assert.match(text.join(), said);
  },
);

Deno.test("groupRefusals() reads the kernel's counts", () => {
  const none = "low 0\nhigh 0\nmax 9\noom 0\noom_kill 0\n";
  assert.deepEqual(groupRefusals(ALL, { memory: none, pids: "max 0\n" }), []);
  assert.deepEqual(groupRefusals(ALL, { memory: "", pids: "" }), []);
  const said = groupRefusals(ALL, {
    memory: "max 9\noom 1\noom_kill 2\noom_group_kill 0\n",
    pids: "max 5\n",
  });
  assert.match(said[0] ?? "", /memory limit of 100 bytes.*ended 2/);
  assert.match(said[1] ?? "", /limit of 10 processes; 5 more/);
});
