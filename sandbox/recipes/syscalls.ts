// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Recipes that make one system call: namespaces, mounts, foreign call tables,
 * and the parts of the kernel that know no namespace.
 *
 * @module
 */

import { bash, python, type Recipe } from "./recipe.ts";

const IN_NAMESPACE = ["unshare", "-Urm"];

/** The kernel was built without it. */
const NOT_BUILT = [
  "Function not implemented",
  "Address family not supported by protocol",
  "Protocol not supported",
  "Socket type not supported",
  "no x32 calls on this architecture",
  "no 32-bit calls on this architecture",
];
/** Only root of the machine may, uncontained as well. */
const ROOT_ONLY = ["Operation not permitted"];
/** A network namespace and its own root, so that calls are not refused for rights alone. */
const AS_ROOT = ["unshare", "-Urmn"];

/** Calls that must not even look at their arguments. */
const NEVER: readonly {
  readonly name: string;
  /** Arguments of `call()` that do no harm: invalid, or the least they can be. */
  readonly words: string;
  /** A namespace's root may make it. */
  readonly inNamespace?: true;
}[] = [
  { name: "userfaultfd", words: "nr(323, 282), 1" },
  { name: "bpf", words: "nr(321, 280), 0, 0, 0" },
  { name: "perf_event_open", words: "nr(298, 241), 0, 0, -1, -1, 0" },
  { name: "kexec_load", words: "nr(246, 104), 0, 99, 0, 1" },
  { name: "init_module", words: "nr(175, 105), 0, 0, 0" },
  { name: "finit_module", words: "nr(313, 273), -1, 0, 0" },
  { name: "delete_module", words: "nr(176, 106), 0, 0" },
  { name: "quotactl", words: "nr(179, 60), -1, 0, 0, 0" },
  { name: "acct", words: "nr(163, 89), 1" },
  { name: "swapon", words: "nr(167, 224), 0, 0" },
  { name: "fanotify_init", words: "nr(300, 262), 0x80000000, 0" },
  { name: "open_tree", words: "428, -1, 0, 0", inNamespace: true },
  { name: "fsopen", words: "430, 0, 0", inNamespace: true },
  { name: "move_mount", words: "429, -1, 0, -1, 0, 0", inNamespace: true },
  { name: "mount_setattr", words: "442, -1, 0, 0, 0, 0", inNamespace: true },
  { name: "pivot_root", words: "nr(155, 41), 0, 0", inNamespace: true },
  { name: "process_madvise", words: "440, -1, 0, 0, 0, 0" },
  { name: "kcmp", words: "nr(312, 272), os.getpid(), os.getpid(), 99, 0, 0" },
];

/** Socket families that have no business in a build. */
const FAMILIES: readonly {
  readonly name: string;
  readonly words: string;
}[] = [
  { name: "AF_VSOCK", words: "40, 1, 0" },
  { name: "AF_ALG", words: "38, 5, 0" },
  { name: "AF_PACKET", words: "17, 3, 0" },
  { name: "AF_KEY", words: "15, 3, 2" },
  { name: "AF_TIPC", words: "30, 4, 0" },
  { name: "AF_BLUETOOTH", words: "31, 3, 1" },
  { name: "AF_XDP", words: "44, 3, 0" },
  { name: "NETLINK_GENERIC", words: "16, 3, 16" },
  { name: "NETLINK_KOBJECT_UEVENT", words: "16, 3, 15" },
  { name: "NETLINK_AUDIT", words: "16, 3, 9" },
  { name: "raw IPv4", words: "2, 3, 1" },
];

/** Machine code that makes the 32-bit call socket(AF_UNIX, SOCK_STREAM, 0). */
const INT80 = String.raw`
import mmap
if not X86: sys.exit("no 32-bit calls on this architecture")
# mov eax, 359 (socket); mov ebx, 1; mov ecx, 1; xor edx, edx; int 0x80; ret
code = b"\x53\xb8\x67\x01\x00\x00\xbb\x01\x00\x00\x00\xb9\x01\x00\x00\x00\x31\xd2\xcd\x80\x5b\xc3"
page = mmap.mmap(-1, 4096, prot=7)
page.write(code)
run = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
n = run() & 0xffffffff
if n < 0xfffff000: got()
print(os.strerror(2**32 - n))`;

/** One call each. */
export const SYSCALL_RECIPES: readonly Recipe[] = [
  {
    id: "nested-namespace",
    number: 14,
    tries: "mount inside a nested user namespace",
    denial: "unshare fails with EPERM",
    attack: python(`
if libc.unshare(0x10000000 | 0x00020000) == 0 and libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0: got()
print(os.strerror(ctypes.get_errno()))`),
  },
  {
    id: "nested-namespace-clone",
    number: 14,
    tries: "make a nested user namespace by clone",
    denial: "clone fails with EPERM",
    attack: python(`
n, e = call(nr(56, 220), 0x10000000 | 17, 0, 0, 0, 0)
if n == 0: os._exit(0)
if n > 0: got()
print(os.strerror(e))`),
  },
  {
    id: "clone3",
    number: 15,
    tries: "make a namespace by clone3, whose flags no filter sees",
    denial: "clone3 answers ENOSYS",
    attack: python(`
args = struct.pack("QQQQQQQQ", 0x10000000, 0, 0, 0, 17, 0, 0, 0)
n, e = call(435, ctypes.c_char_p(args), 64)
if n == 0: os._exit(0)
if n > 0: got()
print(os.strerror(e))`),
  },
  {
    id: "setns",
    number: 16,
    tries: "enter a namespace through a descriptor",
    denial: "setns fails with EPERM",
    controlWith: ["unshare", "-Ur", "-u"],
    attack: python(`
fd = os.open("/proc/self/ns/uts", os.O_RDONLY)
if libc.setns(fd, 0) == 0: got()
print(os.strerror(ctypes.get_errno()))`),
  },
  {
    id: "x32-call",
    number: 17,
    tries: "make a call by its x32 number",
    lacking: NOT_BUILT,
    denial: "the call answers ENOSYS or the process is killed",
    attack: python(`
if not X86: sys.exit("no x32 calls on this architecture")
n, e = call(0x40000000 | 41, 1, 1, 0)
if n >= 0: got()
print(os.strerror(e))`),
  },
  {
    id: "ia32-call",
    number: 18,
    tries: "make a 32-bit call by int 0x80",
    lacking: NOT_BUILT,
    denial: "the process is killed",
    attack: python(INT80),
  },
  {
    id: "high-bits",
    number: 19,
    tries: "make a refused socket with bits set that the kernel ignores",
    denial: "the call fails",
    attack: python(`
n, e = call(nr(41, 198), 0x100000000 | 16, 3, 15)
if n >= 0: got()
print(os.strerror(e))`),
  },
  {
    id: "io-uring",
    number: 20,
    tries: "make calls through io_uring, which no filter sees",
    denial: "io_uring_setup answers ENOSYS",
    attack: python(`
n, e = call(425, 1, ctypes.create_string_buffer(256))
if n >= 0: got()
print(os.strerror(e))`),
  },
  {
    id: "keyring",
    number: 35,
    tries: "reach the session's keyring",
    denial: "keyctl fails",
    attack: python(`
n, e = call(nr(250, 219), 0, -3, 1)
if n >= 0: got()
print(os.strerror(e))`),
  },
  {
    id: "add-key",
    number: 35,
    tries: "put a key into the user's keyring",
    denial: "add_key fails",
    attack: python(`
n, e = call(nr(248, 217), ctypes.c_char_p(b"user"), ctypes.c_char_p(b"airg-canary"), ctypes.c_char_p(b"x"), 1, -2)
if n >= 0: got()
print(os.strerror(e))`),
  },
  {
    id: "open-by-handle",
    number: 36,
    tries: "open a file by its handle, past every mount",
    lacking: [...NOT_BUILT, ...ROOT_ONLY],
    denial: "the call fails with EPERM",
    attack: python(`
handle = ctypes.create_string_buffer(struct.pack("Ii", 64, 0) + bytes(64))
mount = ctypes.c_int()
n, e = call(nr(303, 264), -100, ctypes.c_char_p(b"/usr/bin"), handle, ctypes.byref(mount), 0)
if n == 0:
    at = os.open("/usr", os.O_RDONLY)
    n, e = call(nr(304, 265), at, handle, os.O_RDONLY)
    if n >= 0: got()
print(os.strerror(e))`),
  },
  ...NEVER.map(({ name, words, inNamespace }): Recipe => ({
    id: `call-${name.replaceAll("_", "-")}`,
    number: 37,
    tries: `make the call ${name}`,
    denial: "EPERM or ENOSYS, whatever its arguments",
    lacking: [...NOT_BUILT, ...ROOT_ONLY],
    ...(inNamespace && { controlWith: AS_ROOT }),
    attack: python(`
n, e = call(${words})
if n >= 0 or e not in (1, 38): got()
print(os.strerror(e))`),
  })),
  ...FAMILIES.map(({ name, words }): Recipe => ({
    id: `socket-${name.toLowerCase().replace(/[ _]/g, "-")}`,
    number: 38,
    tries: `make a socket: ${name}`,
    denial: "EAFNOSUPPORT, EPROTONOSUPPORT or EPERM",
    lacking: NOT_BUILT,
    controlWith: AS_ROOT,
    attack: python(`
n, e = call(nr(41, 198), ${words})
if n >= 0: got()
print(os.strerror(e))`),
  })),
  {
    id: "device-node",
    tries: "make a device node for the machine's disk",
    denial: "mknod fails with EPERM",
    rootOnly: true,
    attack: bash("mknod disk b 8 0 && echo GOT; rm -f disk"),
  },
  {
    id: "chroot",
    tries: "change the root folder",
    denial: "chroot fails with EPERM",
    controlWith: IN_NAMESPACE,
    attack: python(`
if libc.chroot(b"/usr") == 0: got()
print(os.strerror(ctypes.get_errno()))`),
  },
];
