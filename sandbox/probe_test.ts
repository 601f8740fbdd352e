// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import {
  type ContainedRun,
  meetsRequire,
  probe,
  type ProbeEffects,
  type ProbeReport,
  type ProbeRun,
  probeText,
} from "./probe.ts";

/** What a program of a made-up machine does; "gone": there is none. */
type Answer = Partial<ProbeRun> | "gone";

interface FakeMachine {
  /** Programs, by what they are tried for. */
  readonly programs: {
    readonly bwrapVersion: Answer;
    readonly bwrapStart: Answer;
    readonly unshareUser: Answer;
    readonly unshareOverlay: Answer;
    readonly unshareNet: Answer;
  };
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly links: Readonly<Record<string, string>>;
  readonly writable: readonly string[];
  readonly contained: ContainedRun;
}

const NAMES = ["user", "pid", "ipc", "uts", "net", "cgroup", "mnt"];
const inside = NAMES.map((name, i) => `${name}:[${500 + i}]`);
const CGROUP = "/sys/fs/cgroup/user.slice/a.scope";

const healthy: FakeMachine = {
  programs: {
    bwrapVersion: { stdout: "bubblewrap 0.12.1\n" },
    bwrapStart: { stdout: `${inside.join("\n")}\n2\n` },
    unshareUser: {},
    unshareOverlay: {},
    unshareNet: {},
  },
  files: {
    "/proc/sys/kernel/osrelease": "6.18.4-generic\n",
    "/etc/os-release": 'ID=ubuntu\nID_LIKE="debian"\n',
    "/proc/self/status": "Seccomp:\t0\n",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0\n",
    "/proc/sys/user/max_user_namespaces": "96343\n",
    "/sys/kernel/security/lsm": "lockdown,capability,landlock,yama,apparmor",
    "/proc/sys/kernel/seccomp/actions_avail": "kill_process errno allow\n",
    "/proc/self/cgroup": "0::/user.slice/a.scope\n",
    "/proc/self/mountinfo":
      "24 1 0:2 / /proc rw - proc proc rw\n30 23 0:28 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n",
    [`${CGROUP}/cgroup.controllers`]: "cpuset cpu io memory pids\n",
  },
  links: Object.fromEntries(
    NAMES.map((name, i) => [`/proc/self/ns/${name}`, `${name}:[${400 + i}]`]),
  ),
  writable: [`${CGROUP}/cgroup.procs`],
  contained: { rung: "full", landlockAbi: 7, seccompInstructions: 201 },
};

interface Change {
  readonly programs?: Partial<FakeMachine["programs"]>;
  readonly files?: FakeMachine["files"];
  readonly links?: FakeMachine["links"];
  readonly writable?: readonly string[];
  readonly contained?: ContainedRun;
}

interface Case extends Change {
  readonly name: string;
  readonly id: string;
  readonly status: "ok" | "warn" | "fail" | "not-tried";
  readonly found?: RegExp;
  readonly cause?: RegExp;
  readonly cure?: RegExp;
  readonly rung?: ProbeReport["rung"];
}

const denied = { code: 1, stderr: "unshare failed: Operation not permitted" };
const noContained = {
  error: "unshare: Operation not permitted",
} as const;

const cases: readonly Case[] = [
  {
    name: "AppArmor's restriction",
    files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" },
    programs: { unshareUser: denied },
    id: "user-namespace",
    status: "fail",
    found: /Operation not permitted/,
    cause: /apparmor_restrict_unprivileged_userns=1/,
    cure:
      /^put this into \/etc\/apparmor.d\/airg-launcher:\n {2}abi <abi\/4.0>,\n[^]*profile airg-launcher "\/state\/a b\/launcher" flags=\(unconfined\) \{\n {4}userns,\n {2}\}\nsudo apparmor_parser -r/,
  },
  {
    name: "AppArmor stopping bubblewrap's own start",
    files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" },
    programs: {
      bwrapStart: {
        code: 1,
        stderr: "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
      },
    },
    id: "bubblewrap-start",
    status: "fail",
    found: /RTM_NEWADDR/,
    cause: /AppArmor/,
    cure: /profile airg-bwrap "\/usr\/bin\/bwrap"/,
  },
  {
    name: "AppArmor leaving bubblewrap alone, the rung below",
    files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" },
    contained: { rung: "bwrap", landlockAbi: 7, seccompInstructions: 201 },
    id: "contained",
    status: "warn",
    found: /bubblewrap makes the mounts/,
    cause: /AppArmor/,
    cure: /userns,/,
    rung: "bwrap",
  },
  {
    name: "a limit of no user namespaces",
    files: { "/proc/sys/user/max_user_namespaces": "0\n" },
    programs: {
      unshareUser: {
        code: 1,
        stderr: "unshare failed: No space left on device",
      },
    },
    id: "user-namespace",
    status: "fail",
    cause: /^user.max_user_namespaces=0/,
    cure: /sysctl -w user.max_user_namespaces=15000/,
  },
  {
    name: "Debian's switch",
    files: { "/proc/sys/kernel/unprivileged_userns_clone": "0\n" },
    programs: { unshareUser: denied },
    id: "user-namespace",
    status: "fail",
    cause: /^kernel.unprivileged_userns_clone=0/,
    cure: /sysctl -w kernel.unprivileged_userns_clone=1/,
  },
  {
    name: "Docker's filter",
    files: { "/.dockerenv": "", "/proc/self/status": "Seccomp:\t2\n" },
    programs: { unshareUser: denied },
    id: "user-namespace",
    status: "fail",
    cause: /container runtime/,
    cure: /--security-opt seccomp=unconfined/,
  },
  {
    name: "Docker's masked /proc",
    files: { "/.dockerenv": "" },
    programs: {
      bwrapStart: {
        code: 1,
        stderr:
          "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
      },
    },
    id: "bubblewrap-start",
    status: "fail",
    cause: /masked \/proc/,
    cure: /systempaths=unconfined/,
  },
  {
    name: "a kernel without user namespaces",
    links: {},
    programs: { unshareUser: denied },
    id: "user-namespace",
    status: "fail",
    cause: /CONFIG_USER_NS/,
    cure: /kernel/,
  },
  {
    name: "no known reason",
    programs: { unshareUser: denied },
    id: "user-namespace",
    status: "fail",
    found: /^unshare failed/,
  },
  {
    name: "no unshare program",
    programs: { unshareUser: "gone" },
    id: "user-namespace",
    status: "not-tried",
  },
  {
    name: "no bubblewrap on Ubuntu",
    programs: { bwrapVersion: "gone" },
    id: "bubblewrap",
    status: "fail",
    cause: /\/usr\/bin\/bwrap/,
    cure: /^sudo apt install bubblewrap$/,
  },
  {
    name: "no bubblewrap on Rocky",
    programs: { bwrapVersion: "gone" },
    files: { "/etc/os-release": 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' },
    id: "bubblewrap",
    status: "fail",
    cure: /^sudo dnf install bubblewrap$/,
  },
  {
    name: "no bubblewrap, its namespaces",
    programs: { bwrapVersion: "gone" },
    id: "namespace-pid",
    status: "not-tried",
  },
  {
    name: "bubblewrap 0.7",
    programs: { bwrapVersion: { stdout: "bubblewrap 0.7.0\n" } },
    id: "bubblewrap",
    status: "warn",
    found: /^\/usr\/bin\/bwrap 0.7.0$/,
    cause: /filter alone refuses/,
    cure: /older than 0.12/,
  },
  {
    name: "no Landlock, as the kernel answers",
    contained: { error: "full: landlock (version): Function not implemented" },
    rung: "none",
    id: "landlock",
    status: "fail",
    cause: /no Landlock/,
    cure: /5\.19 or newer/,
  },
  {
    name: "Landlock switched off, as the kernel answers",
    contained: { error: "full: landlock (version): Operation not supported" },
    rung: "none",
    id: "contained",
    status: "fail",
    cause: /switched off/,
    cure: /lsm=/,
  },
  {
    name: "bubblewrap 0.11",
    programs: { bwrapVersion: { stdout: "bubblewrap 0.11.0\n" } },
    id: "bubblewrap",
    status: "warn",
    cause: /CVE-2026-87766/,
    cure: /older than 0.12/,
  },
  {
    name: "bubblewrap 1.0",
    programs: { bwrapVersion: { stdout: "bubblewrap 1.0.0\n" } },
    id: "bubblewrap",
    status: "ok",
  },
  {
    name: "something else named bwrap",
    programs: { bwrapVersion: { stdout: "\x1b[31mhello\n" } },
    id: "bubblewrap",
    status: "fail",
    found: /^\/usr\/bin\/bwrap: \?\[31mhello$/,
  },
  {
    name: "a bubblewrap that lost an option",
    programs: {
      bwrapStart: {
        code: 1,
        stderr: "bwrap: Unknown option --unshare-pid",
      },
    },
    id: "bubblewrap-start",
    status: "fail",
    cause: /too old/,
    cure: /older than 0.12/,
  },
  {
    name: "a shared pid namespace",
    programs: {
      bwrapStart: {
        stdout: `${inside.with(1, "pid:[401]").join("\n")}\n2\n`,
      },
    },
    id: "namespace-pid",
    status: "fail",
    found: /same inside/,
  },
  {
    name: "a kernel without cgroup namespaces",
    programs: {
      bwrapStart: { stdout: `${inside.with(5, "").join("\n")}\n2\n` },
    },
    id: "namespace-cgroup",
    status: "fail",
    found: /shows none/,
  },
  {
    name: "the host's /proc",
    programs: {
      bwrapStart: { stdout: `${inside.join("\n")}\n214\n` },
    },
    id: "proc",
    status: "fail",
    found: /214/,
  },
  {
    name: "Landlock not among the modules",
    files: { "/sys/kernel/security/lsm": "capability,yama\n" },
    contained: noContained,
    id: "landlock",
    status: "fail",
    cause: /not among/,
    cure: /lsm=landlock,capability,yama$/,
    rung: "none",
  },
  {
    name: "a kernel before Landlock",
    files: { "/proc/sys/kernel/osrelease": "5.10.0-30-amd64\n" },
    contained: noContained,
    id: "landlock",
    status: "fail",
    cause: /5.10.0-30-amd64/,
    cure: /5.19/,
    rung: "none",
  },
  {
    name: "Landlock ABI 3",
    contained: { rung: "full", landlockAbi: 3, seccompInstructions: 201 },
    id: "landlock",
    status: "warn",
    found: /^ABI 3$/,
    cause: /TCP ports \(4\), device ioctls \(5\), signals/,
    cure: /6.12/,
  },
  {
    name: "no contained run for another reason",
    contained: noContained,
    id: "landlock",
    status: "not-tried",
    rung: "none",
  },
  {
    name: "no contained run, as a whole",
    contained: { error: "mount: \x1b[2JPermission denied\nmore" },
    id: "contained",
    status: "fail",
    found: /^mount: \?\[2JPermission denied$/,
    rung: "none",
  },
  {
    name: "no namespaces at all",
    contained: { rung: "bare", landlockAbi: 7, seccompInstructions: 201 },
    id: "contained",
    status: "warn",
    found: /no sockets/,
    rung: "bare",
  },
  {
    name: "a kernel without seccomp",
    files: { "/proc/sys/kernel/seccomp/actions_avail": undefined },
    contained: noContained,
    id: "seccomp",
    status: "fail",
    cause: /CONFIG_SECCOMP_FILTER/,
    cure: /kernel/,
    rung: "none",
  },
  {
    name: "a filter that was not applied",
    contained: { rung: "full", landlockAbi: 7, seccompInstructions: 0 },
    id: "seccomp",
    status: "fail",
  },
  {
    name: "overlay on an old kernel",
    files: { "/proc/sys/kernel/osrelease": "5.10.0-30-amd64\n" },
    programs: {
      unshareOverlay: { code: 11, stderr: "mount: permission denied" },
    },
    id: "overlay",
    status: "warn",
    cause: /root only/,
    cure: /5.11/,
  },
  {
    name: "no overlay module",
    programs: {
      unshareOverlay: { code: 11, stderr: "mount: unknown filesystem type" },
    },
    id: "overlay",
    status: "warn",
    cause: /module/,
    cure: /modprobe overlay/,
  },
  {
    name: "no mounts in the namespace",
    files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" },
    programs: {
      unshareOverlay: { code: 10, stderr: "mount: permission denied" },
    },
    id: "overlay",
    status: "fail",
    cause: /AppArmor/,
    cure: /userns,/,
  },
  {
    name: "overlay without unshare",
    programs: { unshareOverlay: "gone" },
    id: "overlay",
    status: "not-tried",
  },
  {
    name: "cgroup v1 beside v2",
    files: {
      "/proc/self/mountinfo":
        "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
    },
    id: "cgroup",
    status: "warn",
    found: /rlimits/,
    cause: /cgroup v1, which is not delegated/,
    cure: /systemd.unified_cgroup_hierarchy=1/,
  },
  {
    name: "cgroup v1 that is ours",
    files: {
      "/proc/self/cgroup": "3:cpu:/\n2:memory:/\n1:pids:/\n0::/\n",
      "/proc/self/mountinfo": ["cpu", "memory", "pids"].map((name) =>
        `39 31 0:36 / /v1/${name} rw - cgroup cgroup rw,${name}\n`
      ).join(""),
    },
    writable: ["cpu", "memory", "pids"].map((name) =>
      `/v1/${name}/cgroup.procs`
    ),
    id: "cgroup",
    status: "ok",
    found: /version 1: \/v1\/memory, \/v1\/pids, \/v1\/cpu/,
  },
  {
    name: "cgroup v1 alone",
    files: { "/proc/self/cgroup": "1:name=systemd:/\n" },
    id: "cgroup",
    status: "warn",
    cause: /not mounted/,
    cure: /systemd/,
  },
  {
    name: "a group of somebody else",
    writable: [],
    id: "cgroup",
    status: "warn",
    cause: /\/sys\/fs\/cgroup\/user.slice\/a.scope is not delegated/,
    cure: /Delegate=yes/,
  },
  {
    name: "a group without the memory controller",
    files: { [`${CGROUP}/cgroup.controllers`]: "cpu pids\n" },
    id: "cgroup",
    status: "warn",
    found: /without memory$/,
    cure: /Delegate/,
  },
  {
    name: "no ip program",
    programs: { unshareNet: { code: 9 } },
    id: "egress",
    status: "not-tried",
    found: /no ip/,
  },
  {
    name: "no IPv6",
    programs: { unshareNet: { code: 12, stderr: "RTNETLINK answers" } },
    id: "egress",
    status: "warn",
    found: /IPv4 only/,
    cause: /IPv6/,
  },
  {
    name: "a loopback that may not be raised",
    files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" },
    programs: {
      unshareNet: {
        code: 10,
        stderr: "RTNETLINK answers: Operation not permitted",
      },
    },
    id: "egress",
    status: "warn",
    cause: /AppArmor/,
    cure: /userns,/,
  },
];

Deno.test.each(cases)("probe() on a machine with $name", async (c) => {
  const report = await probe(effectsOf(c));
  const check = report.checks.find(({ id }) => id === c.id);
  assert(check !== undefined, `no check ${c.id}`);
  assert.equal(check.status, c.status, JSON.stringify(check));
  if (c.found !== undefined) assert.match(check.found, c.found);
  for (const part of ["cause", "cure"] as const) {
    if (c[part] === undefined) continue;
    assert.match(check[part] ?? "", c[part]);
  }
  assert.equal(report.rung, c.rung ?? "full");
  // The rest of the machine is healthy, so what else fails has this reason.
  if (check.status === "fail" && c.cause !== undefined) {
    assert(check.cure !== undefined || c.cure === undefined);
  }
});

Deno.test("probe() on a healthy machine finds nothing to say", async () => {
  const { rung, checks } = await probe(effectsOf({}));
  assert.equal(rung, "full");
  assert.deepEqual(
    checks.filter(({ status, cause, cure }) =>
      status !== "ok" || cause !== undefined || cure !== undefined
    ),
    [],
  );
  assert.equal(new Set(checks.map(({ id }) => id)).size, checks.length);
});

Deno.test("probe() names bubblewrap by absolute path only", async () => {
  const asked: string[] = [];
  const effects = effectsOf({ programs: { bwrapVersion: "gone" } });
  await probe({
    ...effects,
    run: (program, args) => {
      asked.push(program);
      return effects.run(program, args);
    },
  });
  assert(asked.every((program) => program.startsWith("/")), asked.join());
});

Deno.test("probeText() aligns lines and indents causes and cures", async (t) => {
  const report = await probe(effectsOf({
    programs: {
      bwrapVersion: { stdout: "bubblewrap 0.11.0\n" },
      unshareUser: denied,
    },
    files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" },
    contained: { rung: "bwrap", landlockAbi: 7, seccompInstructions: 201 },
  }));
  await t.assertSnapshot(probeText(report), { serializer: String });
});

const real: ProbeEffects = {
  run: runForReal,
  readText: (path) => Deno.readTextFile(path).catch(missing),
  readLink: (path) => Deno.readLink(path).catch(missing),
  mayWrite: (path) =>
    Deno.open(path, { write: true }).then((file) => {
      file.close();
      return true;
    }, () => false),
  tryContained: () => Promise.resolve({ error: "not part of this test" }),
  launcher: "/nowhere/launcher",
};

Deno.test({
  name: "probe() of this machine tries every layer but the launcher's",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const report = await probe(real);
    const text = probeText(report);
    // What this machine gives is its own business; that each check came back
    // with something to show is the claim.
    assert.equal(report.checks.length, 17);
    assert(report.checks.every(({ found }) => found !== ""), text);
    const status = (wanted: string) =>
      report.checks.find(({ id }) => id === wanted)?.status;
    if (status("bubblewrap-start") === "ok") {
      for (const name of NAMES) assert.equal(status(`namespace-${name}`), "ok");
      assert.equal(status("proc"), "ok", text);
    }
  },
});

Deno.test({
  name: "probe() finds the cause where the kernel really forbids namespaces",
  ignore: (await runForReal("/usr/bin/unshare", ["-Ur", "/bin/true"]))
    ?.code !== 0,
  async fn() {
    // Everything happens in a user namespace that may have no further one.
    const run = (program: string, args: readonly string[]) =>
      runForReal("/usr/bin/unshare", [
        "-Ur",
        "/bin/sh",
        "-c",
        'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"',
        "sh",
        program,
        ...args,
      ]);
    const { checks } = await probe({
      ...real,
      run,
      readText: async (path) => {
        const result = await run("/bin/cat", [path]);
        return result?.code === 0 ? result.stdout : undefined;
      },
    });
    for (const id of ["user-namespace", "overlay", "bubblewrap-start"]) {
      const check = checks.find((check) => check.id === id);
      if (id === "bubblewrap-start" && check?.status === "not-tried") continue;
      assert.equal(check?.status, "fail", id);
      assert.match(check.cause ?? "", /^user.max_user_namespaces=0/, id);
    }
  },
});

function effectsOf(change: Change): ProbeEffects {
  const machine = {
    programs: { ...healthy.programs, ...change.programs },
    files: { ...healthy.files, ...change.files },
    links: change.links ?? healthy.links,
    writable: change.writable ?? healthy.writable,
    contained: change.contained ?? healthy.contained,
  };
  return {
    run: (program, args) => {
      const answer = machine.programs[triedFor(program, args)];
      return Promise.resolve(
        answer === "gone"
          ? undefined
          : { code: 0, stdout: "", stderr: "", ...answer },
      );
    },
    readText: (path) => Promise.resolve(machine.files[path]),
    readLink: (path) => Promise.resolve(machine.links[path]),
    mayWrite: (path) => Promise.resolve(machine.writable.includes(path)),
    tryContained: () => Promise.resolve(machine.contained),
    launcher: "/state/a b/launcher",
  };
}

function triedFor(
  program: string,
  [first]: readonly string[],
): keyof FakeMachine["programs"] {
  if (program.endsWith("/bwrap")) {
    return first === "--version" ? "bwrapVersion" : "bwrapStart";
  }
  assert.equal(program, "/usr/bin/unshare");
  if (first === "-Ur") return "unshareUser";
  return first === "-Urm" ? "unshareOverlay" : "unshareNet";
}

function missing(error: unknown): undefined {
  if (
    error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable
  ) return undefined;
  throw error;
}

async function runForReal(
  program: string,
  args: readonly string[],
): Promise<ProbeRun | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      stdin: "null",
      signal: AbortSignal.timeout(10_000),
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } catch (error) {
    return missing(error);
  }
}

Deno.test.each(["net", "pid", "ipc", "mnt", "user"])(
  "meetsRequire() does not take a shared $0 namespace for met",
  async (name) => {
    const report = await probe(effectsOf({}));
    assert.equal(meetsRequire(report), true);
    const shared = report.checks.map((check) =>
      check.id === `namespace-${name}`
        ? { ...check, status: "fail" as const }
        : check
    );
    assert.equal(meetsRequire({ ...report, checks: shared }), false);
    // There the namespaces are no part of what holds.
    assert.equal(meetsRequire({ rung: "bare", checks: shared }), true);
    assert.equal(meetsRequire({ rung: "none", checks: report.checks }), false);
  },
);

Deno.test.each(["landlock", "seccomp", "proc"])(
  "meetsRequire() wants what $0 holds",
  async (id) => {
    const report = await probe(effectsOf({}));
    assert(report.checks.some((check) => check.id === id));
    const checks = report.checks.map((check) =>
      check.id === id ? { ...check, status: "fail" as const } : check
    );
    assert.equal(meetsRequire({ ...report, checks }), false);
  },
);

Deno.test("a container is not blamed for a rung lost to a missing bubblewrap", async () => {
  const lost = {
    files: { "/.dockerenv": "" },
    programs: { bwrapVersion: "gone", bwrapStart: "gone" },
    contained: { ...healthy.contained, rung: "bare" },
  } as const;
  const causeOf = async (change: Change) =>
    (await probe(effectsOf(change))).checks[0]?.cause ?? "";
  assert.match(await causeOf(lost), /none of .*bwrap/);
  // Control: where no namespace can be had either, it is to blame.
  const refused = {
    unshareUser: { code: 1, stderr: "Operation not permitted" },
  };
  assert.match(
    await causeOf({ ...lost, programs: { ...lost.programs, ...refused } }),
    /container runtime/,
  );
});
