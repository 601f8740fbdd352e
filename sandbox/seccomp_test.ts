// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import fc from "fast-check";
import * as kernel from "./bpf_interpreter_test.ts";
import { seccompListing, seccompProgram } from "./seccomp.ts";
import {
  type Check,
  ERRNO,
  type SeccompOptions,
  seccompRules,
} from "./seccomp_rules.ts";
import { SYSCALL_NAMES, syscallNumber } from "./syscalls.ts";

const KILL = 0x80000000;
const ALLOW = 0x7fff0000;
const AUDIT = { x86_64: 0xc000003e, aarch64: 0xc00000b7 };

/** Every combination of options. */
const everyOptions: SeccompOptions[] = (["x86_64", "aarch64"] as const)
  .flatMap((arch) =>
    (["root", "user"] as const).flatMap((caller) =>
      (["namespace", "none-without-namespace"] as const).flatMap((network) =>
        (["allow", "deny"] as const).map((ptrace) => ({
          arch,
          caller,
          network,
          ptrace,
        }))
      )
    )
  );

Deno.test.each(
  [
    {
      name: "x86_64, root in namespaces",
      options: {
        arch: "x86_64",
        caller: "root",
        network: "namespace",
        ptrace: "allow",
      },
    },
    {
      name: "x86_64, a user without namespaces",
      options: {
        arch: "x86_64",
        caller: "user",
        network: "none-without-namespace",
        ptrace: "deny",
      },
    },
    {
      name: "aarch64, root in namespaces",
      options: {
        arch: "aarch64",
        caller: "root",
        network: "namespace",
        ptrace: "allow",
      },
    },
    {
      name: "aarch64, a user without namespaces",
      options: {
        arch: "aarch64",
        caller: "user",
        network: "none-without-namespace",
        ptrace: "deny",
      },
    },
  ] as const,
)("seccompProgram() for $name", async ({ options }, t) => {
  await t.assertSnapshot(seccompListing(options), { serializer: String });
});

// Numbers by hand, not from the table the program is made of.
const usual = {
  arch: "x86_64",
  caller: "user",
  network: "namespace",
  ptrace: "allow",
} as const;
const HIGH = 0xdead_beef_0000_0000n;
const cases: {
  name: string;
  nr: number;
  args?: bigint[];
  want: number;
  options?: Partial<SeccompOptions>;
  audit?: number;
}[] = [
  { name: "read", nr: 0, want: ALLOW },
  { name: "an i386 call", nr: 0, audit: 0x40000003, want: KILL },
  { name: "an aarch64 call", nr: 0, audit: AUDIT.aarch64, want: KILL },
  { name: "x32 socket", nr: 0x40000029, args: [1n, 1n], want: 38 },
  { name: "number -1", nr: 0xffffffff, want: 38 },
  { name: "an x32 number without its bit", nr: 520, want: 38 },
  { name: "a call newer than this list", nr: 472, want: 38 },
  { name: "file_setattr", nr: 469, want: ALLOW },
  { name: "ptrace where it is allowed", nr: 101, want: ALLOW },
  { name: "ptrace", nr: 101, options: { ptrace: "deny" }, want: 1 },
  { name: "memfd_create", nr: 319, want: ALLOW },
  { name: "landlock_restrict_self", nr: 446, want: ALLOW },
  { name: "fork by clone", nr: 56, args: [0x1200011n], want: ALLOW },
  { name: "a thread by clone", nr: 56, args: [0x3d0f00n], want: ALLOW },
  { name: "clone with NEWUSER", nr: 56, args: [0x10000011n], want: 1 },
  { name: "clone with NEWNS", nr: 56, args: [0x20011n], want: 1 },
  { name: "clone with NEWNET", nr: 56, args: [HIGH | 0x40000011n], want: 1 },
  { name: "clone with exit signal 0x80", nr: 56, args: [0x80n], want: ALLOW },
  { name: "clone3", nr: 435, want: 38 },
  { name: "openat2", nr: 437, want: 38 },
  {
    name: "openat for reading, mode left over",
    nr: 257,
    args: [0n, 0n, 0n, 0o4755n],
    want: ALLOW,
  },
  {
    name: "openat O_CREAT 0644",
    nr: 257,
    args: [0n, 0n, 0o101n, 0o644n],
    want: ALLOW,
  },
  {
    name: "openat O_CREAT 04755",
    nr: 257,
    args: [0n, 0n, 0o101n, 0o4755n],
    want: 1,
  },
  {
    name: "openat O_TMPFILE 04755",
    nr: 257,
    args: [0n, 0n, 0o20200002n, HIGH | 0o4755n],
    want: 1,
  },
  {
    name: "openat O_CREAT 02755",
    nr: 257,
    args: [0n, 0n, 0o101n, 0o2755n],
    want: ALLOW,
  },
  {
    name: "openat O_CREAT 02755 by root",
    nr: 257,
    args: [0n, 0n, 0o101n, 0o2755n],
    options: { caller: "root" },
    want: 1,
  },
  { name: "open O_CREAT 04755", nr: 2, args: [0n, 0o100n, 0o4755n], want: 1 },
  { name: "creat 04755", nr: 85, args: [0n, 0o4755n], want: 1 },
  { name: "chmod 04755", nr: 90, args: [0n, 0o4755n], want: 1 },
  { name: "chmod 02775", nr: 90, args: [0n, 0o2775n], want: ALLOW },
  {
    name: "chmod 02775 by root",
    nr: 90,
    args: [0n, 0o2775n],
    options: { caller: "root" },
    want: 1,
  },
  {
    name: "chmod 01777",
    nr: 90,
    args: [0n, 0o1777n],
    options: { caller: "root" },
    want: ALLOW,
  },
  { name: "fchmod 04700", nr: 91, args: [3n, 0o4700n], want: 1 },
  { name: "fchmodat 06700", nr: 268, args: [3n, 0n, 0o6700n], want: 1 },
  { name: "fchmodat2 04700", nr: 452, args: [3n, 0n, 0o4700n], want: 1 },
  { name: "mknod of a file", nr: 133, args: [0n, 0o100644n], want: ALLOW },
  { name: "mknod of a set-uid file", nr: 133, args: [0n, 0o104755n], want: 1 },
  { name: "mknod of a pipe", nr: 133, args: [0n, 0o010644n], want: ALLOW },
  {
    name: "mknod of a character device",
    nr: 133,
    args: [0n, 0o020644n],
    want: 1,
  },
  {
    name: "mknodat of a block device",
    nr: 259,
    args: [0n, 0n, 0o060644n],
    want: 1,
  },
  {
    name: "mknodat of a socket",
    nr: 259,
    args: [0n, 0n, 0o140644n],
    want: ALLOW,
  },
  { name: "ioctl TIOCGWINSZ", nr: 16, args: [0n, 0x5413n], want: ALLOW },
  { name: "ioctl TIOCSTI", nr: 16, args: [0n, 0x5412n], want: 1 },
  {
    name: "ioctl TIOCSTI with high bits",
    nr: 16,
    args: [0n, HIGH | 0x5412n],
    want: 1,
  },
  { name: "ioctl TIOCLINUX", nr: 16, args: [0n, 0x541cn], want: 1 },
  { name: "personality of a debugger", nr: 135, args: [0x40000n], want: ALLOW },
  { name: "personality asked for", nr: 135, args: [0xffffffffn], want: ALLOW },
  {
    name: "personality READ_IMPLIES_EXEC",
    nr: 135,
    args: [0x400000n],
    want: 1,
  },
  { name: "a TCP socket", nr: 41, args: [2n, 0o2004001n, 6n], want: ALLOW },
  { name: "a UDP socket, IPv6", nr: 41, args: [10n, 2n, 0n], want: ALLOW },
  { name: "a unix socket", nr: 41, args: [1n, 1n, 0n], want: ALLOW },
  { name: "a raw socket", nr: 41, args: [2n, 3n, 1n], want: 1 },
  {
    name: "a raw socket with flags",
    nr: 41,
    args: [HIGH | 10n, HIGH | 0o2004003n, 1n],
    want: 1,
  },
  { name: "SOCK_PACKET of AF_INET", nr: 41, args: [2n, 10n, 768n], want: 1 },
  { name: "AF_PACKET", nr: 41, args: [17n, 3n, 768n], want: 97 },
  { name: "AF_VSOCK", nr: 41, args: [40n, 1n, 0n], want: 97 },
  { name: "AF_ALG", nr: 41, args: [38n, 5n, 0n], want: 97 },
  {
    name: "netlink route, raw",
    nr: 41,
    args: [16n, 0o2000003n, 0n],
    want: ALLOW,
  },
  { name: "netlink netfilter", nr: 41, args: [16n, 3n, 12n], want: 93 },
  { name: "netlink uevent", nr: 41, args: [16n, 2n, HIGH | 15n], want: 93 },
  {
    name: "a socket without namespaces",
    nr: 41,
    args: [1n, 1n, 0n],
    options: { network: "none-without-namespace" },
    want: 1,
  },
  {
    name: "a pair of streams",
    nr: 53,
    args: [1n, 0o2000001n, 0n],
    want: ALLOW,
  },
  {
    name: "a pair without namespaces",
    nr: 53,
    args: [1n, 5n, 0n],
    options: { network: "none-without-namespace" },
    want: ALLOW,
  },
  { name: "a pair of datagrams", nr: 53, args: [1n, 2n, 0n], want: 1 },
  { name: "a pair of SOCK_RAW", nr: 53, args: [1n, 3n, 0n], want: 1 },
  { name: "a pair of TIPC", nr: 53, args: [30n, 1n, 0n], want: 97 },
  { name: "prlimit64 of another", nr: 302, args: [5n], want: ALLOW },
  {
    name: "prlimit64 of another without namespaces",
    nr: 302,
    args: [5n],
    options: { network: "none-without-namespace" },
    want: 1,
  },
  {
    name: "prlimit64 of itself without namespaces",
    nr: 302,
    args: [0n],
    options: { network: "none-without-namespace" },
    want: ALLOW,
  },
  ...[
    { name: "setpriority of a user", nr: 141, args: [2n, 0n] },
    {
      name: "setpriority of a user, high bits",
      nr: 141,
      args: [HIGH | 2n, 0n],
    },
    { name: "setpriority of another", nr: 141, args: [0n, 5n] },
    { name: "ioprio_set of a user", nr: 251, args: [3n, 0n] },
    { name: "ioprio_set of another", nr: 251, args: [1n, 5n] },
    { name: "sched_setaffinity of another", nr: 203, args: [5n] },
    { name: "sched_setattr of another", nr: 314, args: [5n] },
    { name: "sched_setparam of another", nr: 142, args: [5n] },
    { name: "sched_setscheduler of another", nr: 144, args: [5n] },
  ].flatMap((c) => [
    { ...c, want: ALLOW },
    {
      ...c,
      name: `${c.name} without namespaces`,
      options: { network: "none-without-namespace" as const },
      want: 1,
    },
  ]),
  ...[
    { name: "nice", nr: 141, args: [0n, 0n] },
    { name: "setpriority of its group", nr: 141, args: [1n, 0n] },
    { name: "ionice", nr: 251, args: [1n, 0n] },
    { name: "taskset", nr: 203, args: [0n] },
  ].map((c) => ({
    ...c,
    name: `${c.name} without namespaces`,
    options: { network: "none-without-namespace" as const },
    want: ALLOW,
  })),
  { name: "shmget", nr: 29, want: ALLOW },
  {
    name: "shmget without namespaces",
    nr: 29,
    options: { network: "none-without-namespace" },
    want: 1,
  },
  {
    name: "aarch64 mount",
    nr: 40,
    options: { arch: "aarch64" },
    audit: AUDIT.aarch64,
    want: 1,
  },
  {
    name: "aarch64 openat O_CREAT 04755",
    nr: 56,
    args: [0n, 0n, 0o101n, 0o4755n],
    options: { arch: "aarch64" },
    audit: AUDIT.aarch64,
    want: 1,
  },
  {
    name: "aarch64 clone with NEWPID",
    nr: 220,
    args: [0x20000011n],
    options: { arch: "aarch64" },
    audit: AUDIT.aarch64,
    want: 1,
  },
  {
    name: "an x86_64 call on aarch64",
    nr: 0,
    options: { arch: "aarch64" },
    want: KILL,
  },
];

Deno.test.each(cases)("the filter's answer to $name", (c) => {
  const program = seccompProgram({ ...usual, ...c.options });
  const answer = kernel.interpret(
    program,
    kernel.dataBytes({
      nr: c.nr,
      arch: c.audit ?? AUDIT.x86_64,
      args: c.args ?? [],
    }),
  );
  assert.equal(answer, c.want < 4096 ? 0x50000 | c.want : c.want);
});

Deno.test("the program and a reading of the rules one by one agree", () => {
  const numbers = everyOptions.flatMap(({ arch }) =>
    SYSCALL_NAMES.map((name) => syscallNumber(name, arch) ?? 0)
  );
  const nr = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...new Set(numbers)) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 600 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffffffff }) },
  );
  // Values the rules look for, bits beside them, and high halves.
  const seen = everyOptions.flatMap(seccompRules).flatMap(({ when }) => when)
    .flatMap((check) =>
      check.is === "any-bit" ? [check.mask] : [...check.values]
    );
  const low = fc.oneof(
    fc.constantFrom(...new Set(seen)),
    fc.tuple(fc.constantFrom(...new Set(seen)), fc.nat({ max: 31 }))
      .map(([value, bit]) => (value ^ (1 << bit)) >>> 0),
    fc.nat({ max: 20 }),
    fc.integer({ min: 0, max: 0xffffffff }),
  );
  const arg = fc.tuple(fc.constantFrom(0n, 1n, 0xffffffffn), low)
    .map(([high, word]) => high << 32n | BigInt(word));
  const programs = everyOptions.map((options) => ({
    options,
    program: seccompProgram(options),
  }));
  fc.assert(
    fc.property(
      fc.constantFrom(...programs),
      fc.oneof(
        { weight: 20, arbitrary: fc.constant("own" as const) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffffffff }) },
      ),
      nr,
      fc.array(arg, { minLength: 6, maxLength: 6 }),
      ({ options, program }, audit, nr, args) => {
        const arch = audit === "own" ? AUDIT[options.arch] : audit;
        const data = { nr, arch, args };
        assert.equal(
          kernel.interpret(program, kernel.dataBytes(data)),
          model(options, data),
        );
      },
    ),
    { numRuns: 20_000 },
  );
});

Deno.test("every program fits what the launcher and the kernel take", () => {
  for (const options of everyOptions) {
    const { length } = seccompProgram(options);
    assert(length % 8 === 0 && length / 8 <= 256, String(length / 8));
  }
});

Deno.test("every rule gives a reason and a source, and speaks of a call once", () => {
  for (const options of everyOptions) {
    for (const { reason, source, syscalls } of seccompRules(options)) {
      assert(reason.length > 10 && source.length > 3, syscalls.join());
      assert.equal(new Set(syscalls).size, syscalls.length);
    }
  }
});

Deno.test("a stricter option never lets through what a milder one refuses", () => {
  const pairs = everyOptions.flatMap((options) =>
    [
      [options, { ...options, ptrace: "deny" }],
      [options, { ...options, caller: "root" }],
    ] as const
  );
  const data = fc.record({
    nr: fc.integer({ min: 0, max: 480 }),
    args: fc.array(fc.constantFrom(0n, 1n, 2n, 0o2755n, 0o4755n, 0o100n), {
      minLength: 6,
      maxLength: 6,
    }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...pairs), data, ([mild, strict], d) => {
      const asked = kernel.dataBytes({ ...d, arch: AUDIT[mild.arch] });
      if (kernel.interpret(seccompProgram(mild), asked) === ALLOW) return;
      assert.notEqual(kernel.interpret(seccompProgram(strict), asked), ALLOW);
    }),
  );
});

/** The rules, read in the plainest way. */
function model(
  options: SeccompOptions,
  { nr, arch, args }: { nr: number; arch: number; args: readonly bigint[] },
): number {
  if (arch !== AUDIT[options.arch]) return KILL;
  if (nr > 471) return 0x50000 | ERRNO.ENOSYS;
  const rule = seccompRules(options).find(({ syscalls, when }) =>
    syscalls.some((name) => syscallNumber(name, options.arch) === nr) &&
    when.every((check) => holds(check, args))
  );
  return rule === undefined ? ALLOW : 0x50000 | ERRNO[rule.refusal];
}

function holds(check: Check, args: readonly bigint[]): boolean {
  const value = Number(args[check.arg]! & BigInt(check.mask));
  switch (check.is) {
    case "any-bit":
      return value !== 0;
    case "one-of":
      return check.values.includes(value);
    case "none-of":
      return !check.values.includes(value);
  }
}

Deno.test("the generated programs are what seccompProgram() makes", async () => {
  const generated = JSON.parse(
    await Deno.readTextFile(new URL("seccomp_programs.json", import.meta.url)),
  ) as Record<string, string>;
  assert.equal(Object.keys(generated).length, 16);
  for (const [key, text] of Object.entries(generated)) {
    const [arch, caller, network, tracing] = key.split(" ") as [
      "x86_64",
      "root",
      "namespace",
      "tracing" | undefined,
    ];
    const program = seccompProgram({
      arch,
      caller,
      network,
      ptrace: "allow",
      memory: tracing === undefined ? "deny" : "allow",
    });
    assert.deepEqual(Uint8Array.fromBase64(text), program, key);
  }
});
