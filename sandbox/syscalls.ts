// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Numbers of the system calls that the seccomp filter names.
 *
 * Sources: x86_64 from `asm/unistd_64.h` and aarch64 from
 * `asm-generic/unistd.h` of Debian 12's linux-libc-dev 6.1; numbers from 451
 * on, which those headers do not have, from Linux 7.0's
 * `arch/x86/entry/syscalls/syscall_64.tbl` and `scripts/syscall.tbl` (from 424
 * on both architectures share numbers). A test compares with the headers that
 * are installed.
 *
 * `vm86` and `vm86old` exist only on i386, whose programs are killed by the
 * architecture check, so they have no row.
 *
 * @module
 */

/** An architecture airg runs on, as `uname -m` says it. */
export type Arch = "x86_64" | "aarch64";

/** `[x86_64, aarch64]`; `null` where the architecture has no such call. */
const NUMBERS = {
  _sysctl: [156, null],
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chmod: [90, null],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  clone: [56, 220],
  clone3: [435, 435],
  creat: [85, null],
  create_module: [174, null],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  get_kernel_syms: [177, null],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioctl: [16, 29],
  ioperm: [173, null],
  iopl: [172, null],
  ioprio_set: [251, 30],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  listmount: [458, 458],
  listns: [470, 470],
  lookup_dcookie: [212, 18],
  mbind: [237, 235],
  migrate_pages: [256, 238],
  mknod: [133, null],
  mknodat: [259, 33],
  modify_ldt: [154, null],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  mq_open: [240, 180],
  mq_unlink: [241, 181],
  msgctl: [71, 187],
  msgget: [68, 186],
  msgrcv: [70, 188],
  msgsnd: [69, 189],
  name_to_handle_at: [303, 264],
  nfsservctl: [180, 42],
  open: [2, null],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  openat: [257, 56],
  openat2: [437, 437],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  prlimit64: [302, 261],
  process_madvise: [440, 440],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  query_module: [178, null],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  rseq_slice_yield: [471, 471],
  sched_setaffinity: [203, 122],
  sched_setattr: [314, 274],
  sched_setparam: [142, 118],
  sched_setscheduler: [144, 119],
  semctl: [66, 191],
  semget: [64, 190],
  semop: [65, 193],
  semtimedop: [220, 192],
  set_mempolicy: [238, 237],
  set_mempolicy_home_node: [450, 450],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  setpriority: [141, 140],
  settimeofday: [164, 170],
  shmat: [30, 196],
  shmctl: [31, 195],
  shmget: [29, 194],
  socket: [41, 198],
  socketpair: [53, 199],
  statmount: [457, 457],
  swapoff: [168, 225],
  swapon: [167, 224],
  sysfs: [139, null],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  uselib: [134, null],
  userfaultfd: [323, 282],
  ustat: [136, null],
  vhangup: [153, 58],
} as const satisfies Record<string, readonly [number, number | null]>;

/** A system call the filter knows by name. */
export type SyscallName = keyof typeof NUMBERS;

/** Every name that has a number, in alphabetical order. */
export const SYSCALL_NAMES = Object.keys(NUMBERS) as readonly SyscallName[];

/**
 * The highest number anybody had looked at when the filter was written: Linux
 * 7.0 ends with `rseq_slice_yield`.
 */
export const LAST_KNOWN_SYSCALL = NUMBERS.rseq_slice_yield[0];

/** The number of `name` on `arch`; `null` where there is no such call. */
export function syscallNumber(name: SyscallName, arch: Arch): number | null {
  return NUMBERS[name][arch === "x86_64" ? 0 : 1];
}
