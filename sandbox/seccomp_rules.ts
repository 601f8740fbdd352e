// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which system calls a contained process may not make, and why.
 *
 * A list of refusals; everything else is let through: development tools use
 * most of the kernel's interface, and what they reach is limited by namespaces,
 * mounts and Landlock. The list closes the ways to undo those layers, the parts
 * of the kernel that have no namespace, and what would leave set-id files on
 * the host. A filter cannot read memory, so no rule rests on a path or a struct.
 *
 * Longer than other files because it is one table, and documentation is made
 * from it. Source of the whole: `research/sandbox-peers.md` section 5.6, which
 * is the union of what Docker, Flatpak, Codex and others refuse.
 *
 * @module
 */

import { SCHEDULING_RULES } from "./seccomp_scheduling.ts";
import type { Arch, SyscallName } from "./syscalls.ts";

/** What one program is made for. */
export interface SeccompOptions {
  readonly arch: Arch;
  /** Who started airg: files made for root keep kuid 0 on the host. */
  readonly caller: "root" | "user";
  /**
   * `namespace`: ipc and pid namespaces and a private `/run` stand around the
   * process, and a network namespace unless the profile opens the network.
   * `none-without-namespace`: nothing does (the `bare` rung).
   */
  readonly network: "none-without-namespace" | "namespace";
  /**
   * `allow` only when a Landlock domain has been proved to be in force: it
   * limits tracing to processes in the same domain.
   */
  readonly ptrace: "allow" | "deny";
  /**
   * `allow`: memory of other processes may be read and written directly (the
   * `devel` profile). The same Landlock domain as for `ptrace` limits it.
   * Absent: `deny`.
   */
  readonly memory?: "allow" | "deny";
}

/** What refused calls return; same numbers on both architectures (asm-generic/errno.h). */
export const ERRNO = {
  EPERM: 1,
  ENOSYS: 38,
  EPROTONOSUPPORT: 93,
  EAFNOSUPPORT: 97,
} as const;

/** What a refused call returns. */
export type Refusal = keyof typeof ERRNO;

/** A condition on one argument, masked. */
export type Check =
  & { readonly arg: 0 | 1 | 2 | 3 | 4 | 5; readonly mask: number }
  & (
    | { readonly is: "any-bit" }
    | { readonly is: "one-of" | "none-of"; readonly values: readonly number[] }
  );

/** Calls that are refused, when, how and why. */
export interface SeccompRule {
  readonly syscalls: readonly SyscallName[];
  readonly refusal: Refusal;
  /** All must hold; none given: always. */
  readonly when: readonly Check[];
  /** Options under which the rule is part of the program; none given: all. */
  readonly only?: Partial<SeccompOptions>;
  /** For a person: what the call would give away. */
  readonly reason: string;
  /** A CVE, a man page or the kernel's own file. */
  readonly source: string;
}

/** A mask for an argument that is compared as it is. */
export const ALL_BITS = 0xffff_ffff;

/**
 * `CLONE_NEWNS|NEWCGROUP|NEWUTS|NEWIPC|NEWUSER|NEWPID|NEWNET`. `CLONE_NEWTIME`
 * (0x80) is not part of it: in `clone` that bit belongs to the exit signal
 * (`CSIGNAL`, 0xff) and the kernel takes it out of the flags, so only `clone3`
 * and `unshare`, both refused whole, can ask for a time namespace.
 */
const CLONE_NEW = 0x7e02_0000;

/** `O_CREAT|__O_TMPFILE`: without either the mode argument means nothing. */
const CREATES = 0x0040_0040;

const SET_UID = 0o4000;
const SET_GID = 0o2000;

const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const SOCK = { stream: 1, raw: 3, seqpacket: 5, packet: 10 } as const;
/** `SOCK_TYPE_MASK`; above it are `SOCK_NONBLOCK` and `SOCK_CLOEXEC`. */
const SOCK_TYPE = 0xf;

/** Every argument that can give a new or old file its mode. */
const MODES: readonly {
  readonly syscalls: readonly SyscallName[];
  readonly mode: 1 | 2 | 3;
  readonly when: readonly Check[];
}[] = [
  {
    syscalls: ["openat"],
    mode: 3,
    when: [{ arg: 2, mask: CREATES, is: "any-bit" }],
  },
  {
    syscalls: ["open"],
    mode: 2,
    when: [{ arg: 1, mask: CREATES, is: "any-bit" }],
  },
  { syscalls: ["creat", "chmod", "fchmod", "mknod"], mode: 1, when: [] },
  { syscalls: ["fchmodat", "fchmodat2", "mknodat"], mode: 2, when: [] },
];

/**
 * The rules, those that look at arguments first. Of two that fit, the earlier
 * one answers.
 */
const RULES: readonly SeccompRule[] = [
  ...MODES.map(({ syscalls, mode, when }): SeccompRule => ({
    syscalls,
    refusal: "EPERM",
    when: [...when, { arg: mode, mask: SET_UID, is: "any-bit" }],
    reason:
      "A set-uid file stays on the host after the run and lends its owner to whoever starts it",
    source: "inode(7); sandbox-peers 3.2 #33. mkdir drops the bits by itself",
  })),
  ...MODES.map(({ syscalls, mode, when }): SeccompRule => ({
    syscalls,
    refusal: "EPERM",
    when: [...when, { arg: mode, mask: SET_GID, is: "any-bit" }],
    only: { caller: "root" },
    reason:
      "A set-gid file made for root lends root's group; others keep the bit, which `git init --shared` needs",
    source: "inode(7); sandbox-peers 3.2 #33",
  })),
  ...([["mknod", 1], ["mknodat", 2]] as const).map((
    [syscall, arg],
  ): SeccompRule => ({
    syscalls: [syscall],
    refusal: "EPERM",
    when: [{ arg, mask: 0xf000, is: "one-of", values: [0x2000, 0x6000] }],
    reason: "Device nodes reach the machine's hardware",
    source: "mknod(2): S_IFCHR, S_IFBLK",
  })),
  {
    syscalls: ["ioctl"],
    refusal: "EPERM",
    when: [{
      arg: 1,
      mask: ALL_BITS,
      is: "one-of",
      values: [0x5412, 0x541c],
    }],
    reason:
      "TIOCSTI and TIOCLINUX type into the caller's terminal, outside the sandbox",
    source: "CVE-2017-5226, CVE-2023-28100; high half: CVE-2019-10063",
  },
  {
    syscalls: ["clone"],
    refusal: "EPERM",
    when: [{ arg: 0, mask: CLONE_NEW, is: "any-bit" }],
    reason:
      "A nested user namespace has every capability inside and reaches much of the kernel",
    source: "user_namespaces(7); sandbox-peers 3.2 #14",
  },
  {
    syscalls: ["personality"],
    refusal: "EPERM",
    when: [{
      arg: 0,
      mask: ALL_BITS,
      is: "none-of",
      values: [0, 0x0008, 0x0004_0000, 0xffff_ffff],
    }],
    reason:
      "READ_IMPLIES_EXEC and old ABIs weaken memory protection; ADDR_NO_RANDOMIZE stays for debuggers and sanitizers",
    source: "personality(2); Docker's default profile",
  },
  {
    syscalls: ["socket"],
    refusal: "EPERM",
    when: [],
    only: { network: "none-without-namespace" },
    reason:
      "With no network namespace every socket is the host's, and with no private /run so is every path one",
    source: "DESIGN.md section 6, rung `bare`",
  },
  {
    syscalls: ["socket"],
    refusal: "EAFNOSUPPORT",
    when: [{
      arg: 0,
      mask: ALL_BITS,
      is: "none-of",
      values: [AF.inet, AF.inet6, AF.unix, AF.netlink],
    }],
    only: { network: "namespace" },
    reason:
      "Rare families have no namespace (AF_VSOCK reaches the host of a virtual machine) or a record of flaws (AF_ALG, AF_PACKET, AF_RDS, AF_TIPC)",
    source: "CVE-2017-7308, CVE-2021-43267; sandbox-peers 3.2 #38",
  },
  {
    syscalls: ["socket"],
    refusal: "EPERM",
    when: [
      { arg: 0, mask: ALL_BITS, is: "one-of", values: [AF.inet, AF.inet6] },
      {
        arg: 1,
        mask: SOCK_TYPE,
        is: "one-of",
        values: [SOCK.raw, SOCK.packet],
      },
    ],
    only: { network: "namespace" },
    reason:
      "Raw packets pass by every rule about ports; SOCK_PACKET of AF_INET is AF_PACKET",
    source: "raw(7), packet(7), net/socket.c",
  },
  {
    syscalls: ["socket"],
    refusal: "EPROTONOSUPPORT",
    when: [
      { arg: 0, mask: ALL_BITS, is: "one-of", values: [AF.netlink] },
      { arg: 2, mask: ALL_BITS, is: "none-of", values: [0] },
    ],
    only: { network: "namespace" },
    reason:
      "Only NETLINK_ROUTE, which getifaddrs() needs; the others talk to nftables, audit, crypto and drivers",
    source: "netlink(7); CVE-2023-32233, CVE-2024-1086",
  },
  {
    syscalls: ["socketpair"],
    refusal: "EAFNOSUPPORT",
    when: [{ arg: 0, mask: ALL_BITS, is: "none-of", values: [AF.unix] }],
    reason: "Pairs of other families (AF_TIPC) reach code nothing here needs",
    source: "socketpair(2); net/tipc/socket.c",
  },
  {
    syscalls: ["socketpair"],
    refusal: "EPERM",
    when: [{
      arg: 1,
      mask: SOCK_TYPE,
      is: "none-of",
      values: [SOCK.stream, SOCK.seqpacket],
    }],
    reason:
      "One half of a datagram pair can connect() anew, to a host socket; SOCK_RAW of AF_UNIX is a datagram too",
    source: "sandbox-peers 3.2 #21; net/unix/af_unix.c",
  },
  {
    syscalls: ["prlimit64"],
    refusal: "EPERM",
    when: [{ arg: 0, mask: ALL_BITS, is: "none-of", values: [0] }],
    only: { network: "none-without-namespace" },
    reason:
      "With no pid namespace it sets the limits of the user's other processes: RLIMIT_CPU ends airg, RLIMIT_FSIZE its log",
    source: "prlimit(2); Landlock's signal scope does not cover it",
  },
  ...SCHEDULING_RULES,
  {
    syscalls: ["clone3"],
    refusal: "ENOSYS",
    when: [],
    reason:
      "Its flags lie in memory, where no filter sees them; libc falls back to clone",
    source: "CVE-2021-41133",
  },
  {
    syscalls: ["openat2"],
    refusal: "ENOSYS",
    when: [],
    reason:
      "Its mode lies in memory, so it would make the set-id files that open may not; callers fall back to openat",
    source: "openat2(2); fs/open.c build_open_flags()",
  },
  {
    syscalls: ["io_uring_setup", "io_uring_enter", "io_uring_register"],
    refusal: "ENOSYS",
    when: [],
    reason: "Its operations (open, connect, socket) pass by this filter",
    source: "io_uring(7); sandbox-peers 3.2 #20; CVE-2022-29582",
  },
  {
    syscalls: [
      "open_tree",
      "open_tree_attr",
      "move_mount",
      "fsopen",
      "fsconfig",
      "fsmount",
      "fspick",
      "mount_setattr",
    ],
    refusal: "ENOSYS",
    when: [],
    reason: "The newer way to change mounts, and so to undo masks and pins",
    source: "CVE-2021-41133, CVE-2022-0185",
  },
  {
    syscalls: ["listmount", "statmount", "listns"],
    refusal: "ENOSYS",
    when: [],
    reason: "Lists mounts and namespaces, also of others",
    source: "statmount(2), listmount(2); fs/namespace.c, kernel/nstree.c",
  },
  {
    syscalls: ["userfaultfd"],
    refusal: "ENOSYS",
    when: [],
    reason:
      "Stops the kernel in the middle of a copy, the usual help for races",
    source: "userfaultfd(2); sysctl vm.unprivileged_userfaultfd",
  },
  {
    syscalls: ["mount", "umount2", "pivot_root", "chroot"],
    refusal: "EPERM",
    when: [],
    reason: "Changes what paths mean, and so undoes masks and pins",
    source: "mount_namespaces(7); sandbox-peers 3.2 #13, #14",
  },
  {
    syscalls: ["setns", "unshare"],
    refusal: "EPERM",
    when: [],
    reason: "Leaves the namespaces or makes new ones with every capability",
    source: "namespaces(7); sandbox-peers 3.2 #14, #16",
  },
  {
    syscalls: ["ptrace"],
    refusal: "EPERM",
    when: [],
    only: { ptrace: "deny" },
    reason:
      "Takes over processes without this filter; only a Landlock domain keeps it to the own tree",
    source: "ptrace(2); sandbox-peers 3.2 #23",
  },
  {
    syscalls: [
      "process_vm_readv",
      "process_vm_writev",
      "process_madvise",
      "kcmp",
    ],
    refusal: "EPERM",
    when: [],
    only: { memory: "deny" },
    reason:
      "Reaches memory of other processes; debuggers fall back to ptrace and /proc",
    source: "process_vm_readv(2); sandbox-peers 3.2 #24",
  },
  {
    syscalls: ["pidfd_getfd"],
    refusal: "EPERM",
    when: [],
    reason: "Takes descriptors of other processes",
    source: "pidfd_getfd(2); sandbox-peers 3.2 #25",
  },
  {
    syscalls: ["bpf", "perf_event_open", "lookup_dcookie"],
    refusal: "EPERM",
    when: [],
    reason: "Observes the whole machine; long lists of flaws in the kernel",
    source: "CVE-2021-3490, CVE-2023-5717; sandbox-peers 3.2 #37",
  },
  {
    syscalls: ["add_key", "request_key", "keyctl"],
    refusal: "EPERM",
    when: [],
    reason: "Keyrings have no namespace: the session's keys belong to the host",
    source: "keyrings(7); CVE-2016-0728; sandbox-peers 3.2 #35",
  },
  {
    syscalls: ["open_by_handle_at", "name_to_handle_at"],
    refusal: "EPERM",
    when: [],
    reason: "Opens files by number, past every mount",
    source: 'open_by_handle_at(2): "Shocker"; sandbox-peers 3.2 #36',
  },
  {
    syscalls: ["fanotify_init"],
    refusal: "EPERM",
    when: [],
    reason: "Watches whole file systems",
    source: "fanotify(7)",
  },
  {
    syscalls: ["quotactl", "quotactl_fd", "acct", "swapon", "swapoff"],
    refusal: "EPERM",
    when: [],
    reason: "Settings of the whole machine's file systems and memory",
    source: "capabilities(7): CAP_SYS_ADMIN, CAP_SYS_PACCT",
  },
  {
    syscalls: [
      "reboot",
      "kexec_load",
      "kexec_file_load",
      "init_module",
      "finit_module",
      "delete_module",
      "create_module",
      "query_module",
      "get_kernel_syms",
    ],
    refusal: "EPERM",
    when: [],
    reason: "Replaces or extends the running kernel",
    source: "capabilities(7): CAP_SYS_BOOT, CAP_SYS_MODULE",
  },
  {
    syscalls: ["syslog"],
    refusal: "EPERM",
    when: [],
    reason: "The kernel's log tells addresses and other users' doings",
    source: "syslog(2)",
  },
  {
    syscalls: ["_sysctl", "sysfs", "uselib", "ustat", "nfsservctl"],
    refusal: "EPERM",
    when: [],
    reason: "Obsolete, used by no tool, still code in old kernels",
    source: "CVE-2004-1235 (uselib); syscalls(2)",
  },
  {
    syscalls: ["ioperm", "iopl", "modify_ldt"],
    refusal: "EPERM",
    when: [],
    reason: "Ports of the hardware, and segments only old emulators need",
    source: "iopl(2), modify_ldt(2); CVE-2017-17053",
  },
  {
    syscalls: [
      "mbind",
      "set_mempolicy",
      "set_mempolicy_home_node",
      "migrate_pages",
      "move_pages",
    ],
    refusal: "EPERM",
    when: [],
    reason: "Memory placement, some of it of other processes",
    source: "numa(7); CVE-2017-7616; Docker's and Flatpak's profiles",
  },
  {
    syscalls: ["settimeofday", "clock_settime", "clock_adjtime", "adjtimex"],
    refusal: "EPERM",
    when: [],
    reason: "The clock has no namespace",
    source: "capabilities(7): CAP_SYS_TIME",
  },
  {
    syscalls: ["sethostname", "setdomainname", "vhangup"],
    refusal: "EPERM",
    when: [],
    reason: "The machine's name and the caller's terminal",
    source: "capabilities(7): CAP_SYS_ADMIN, CAP_SYS_TTY_CONFIG",
  },
  {
    syscalls: [
      "shmget",
      "shmat",
      "shmctl",
      "msgget",
      "msgsnd",
      "msgrcv",
      "msgctl",
      "semget",
      "semop",
      "semtimedop",
      "semctl",
      "mq_open",
      "mq_unlink",
    ],
    refusal: "EPERM",
    when: [],
    only: { network: "none-without-namespace" },
    reason:
      "With no ipc namespace these are the host's shared memory and queues, found by number",
    source: "sysvipc(7), mq_overview(7); sandbox-peers 3.2 #39",
  },
];

/** The rules that are part of the program for `options`, first match first. */
export function seccompRules(
  options: SeccompOptions,
): readonly SeccompRule[] {
  const all = { memory: "deny", ...options } as const;
  return RULES.filter(({ only = {} }) =>
    Object.entries({ ...all, ...only })
      .every(([key, value]) => all[key as keyof SeccompOptions] === value)
  );
}
