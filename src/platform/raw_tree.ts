// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Looks at what is on the disk through open folders, name by name: whatever
 * somebody hostile does to the names meanwhile, what was looked at is what is
 * read, no link is followed, and no pipe or lease holds airg up.
 *
 * Each thing is opened with O_PATH, which neither waits nor runs anything, and
 * then asked what it is; only a plain file is opened for reading, through
 * `/proc/self/fd`, which leads to that very file. Elsewhere than on Linux,
 * path_tree.ts does what Deno can.
 *
 * @module
 */

import { FolderMoved } from "./in_folder.ts";
import { openPathTree } from "./path_tree.ts";
import { fromPathBytes, toPathC } from "./path_bytes.ts";

/** What is known of something without reading it. */
export interface RawInfo {
  readonly type: "file" | "folder" | "link" | "other";
  /** Words for what `other` is. */
  readonly kind: string;
  /** Permission bits with set-id and sticky ones. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Bytes that the disk spends on it. */
  readonly allocated: number;
  readonly links: number;
  /** Names the file on this machine. */
  readonly identity: string;
  /** Milliseconds since the Unix epoch, with a fraction. */
  readonly mtime: number;
  /** When the entry changed last; the same form. */
  readonly ctime: number;
  /** Both times to the nanosecond; another text: something changed. */
  readonly stamp: string;
}

/** The content of a plain file; close it again. */
export interface RawContent extends Disposable {
  readonly file: Deno.FsFile;
  /** Where data comes next at or after `at`; `undefined`: no more up to the end. */
  readonly nextData: (at: number) => number | undefined;
  /** Where the next hole starts; the end of the file counts as one. */
  readonly nextHole: (at: number) => number;
  /** Makes the empty file `path` a copy that shares the blocks, where that goes, and opens it. */
  readonly cloneTo: (path: string) => RawContent | undefined;
}

/** Something held open; close it again. */
export interface RawNode extends Disposable {
  readonly info: RawInfo;
  /** Looks anew. */
  readonly look: () => RawInfo;
  /** Of a folder, sorted. */
  readonly names: () => string[];
  /** Of a folder; `undefined` where nothing has the name. */
  readonly child: (name: string) => RawNode | undefined;
  /** Of a link. */
  readonly target: () => string;
  /** In base64; `undefined` where there are none. */
  readonly attributes: () => Record<string, string> | undefined;
  /** Of a file. */
  readonly open: () => RawContent;
}

/** Opens nodes until it is disposed of. */
export interface RawTree extends Disposable {
  /**
   * Opens what has the path; `undefined` where nothing has it.
   *
   * @param path Absolute, without links.
   * @throws {FolderMoved} Where a folder above is a link.
   */
  readonly open: (path: string) => RawNode | undefined;
}

/** What the kernel refused. */
export class RawError extends Error {
  override name = "RawError";
  readonly code: string;
  constructor(doing: string, errno: number) {
    const code = ERRORS.get(errno) ?? `error ${errno}`;
    super(`${doing}: ${WORDS.get(code) ?? code}`);
    this.code = code;
  }
}

/** asm-generic/errno.h; the same on x86_64 and aarch64. */
const ERRORS: ReadonlyMap<number, string> = new Map([
  [1, "EPERM"],
  [2, "ENOENT"],
  [5, "EIO"],
  [6, "ENXIO"],
  [11, "EAGAIN"],
  [13, "EACCES"],
  [20, "ENOTDIR"],
  [23, "ENFILE"],
  [24, "EMFILE"],
  [34, "ERANGE"],
  [36, "ENAMETOOLONG"],
  [40, "ELOOP"],
  [61, "ENODATA"],
  [95, "EOPNOTSUPP"],
  [116, "ESTALE"],
]);

const WORDS: ReadonlyMap<string, string> = new Map([
  ["EPERM", "it is not permitted"],
  ["EIO", "the disk cannot read it"],
  ["EAGAIN", "another process holds a lease on it"],
  ["EACCES", "permission denied"],
  ["EMFILE", "its folders are nested deeper than files can be open"],
  ["ENAMETOOLONG", "its path is too long"],
]);

const SYMBOLS = {
  syscall: {
    parameters: ["i64", "i32", "buffer", "buffer", "usize"],
    result: "i64",
  },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  readlinkat: {
    parameters: ["i32", "buffer", "buffer", "usize"],
    result: "isize",
  },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ioctl: { parameters: ["i32", "u64", "i32"], result: "i32" },
  listxattr: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  getxattr: {
    parameters: ["buffer", "buffer", "buffer", "usize"],
    result: "isize",
  },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** fcntl.h; the same on x86_64 and aarch64, but for the two that arm64 has of its own. */
const O_WRONLY = 0o1;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_NO_AUTOMOUNT = 0x800;
const SYS_OPENAT2 = 437n;
/** include/uapi/linux/openat2.h. */
const RESOLVE_NO_SYMLINKS = 0x04n;
const RESOLVE_NO_MAGICLINKS = 0x02n;
const HOW_BYTES = 24;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
/** include/uapi/linux/fs.h. */
const FICLONE = 0x40049409n;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BYTES = 256;
/** XATTR_LIST_MAX and XATTR_SIZE_MAX, include/uapi/linux/limits.h. */
const ATTRIBUTE_BYTES = 65536;
const NAMES_BYTES = 64 * 1024;
const EMPTY = new Uint8Array(1);

/** What the calls need, once. */
interface Kernel {
  readonly calls: Calls;
  readonly errno: () => number;
  /** For one call at a time. */
  readonly room: Uint8Array<ArrayBuffer>;
}

/** For one round of work. */
export function openRawTree(): RawTree {
  if (Deno.build.os !== "linux") return openPathTree();
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const calls = library.symbols;
  const place = calls.__errno_location();
  if (place === null) throw new TypeError("Cannot find errno");
  const view = new Deno.UnsafePointerView(place);
  const room = new Uint8Array(ATTRIBUTE_BYTES);
  const kernel = { calls, errno: () => view.getInt32(), room };
  return {
    open: (path) => openPath(kernel, path),
    [Symbol.dispose]: () => library.close(),
  };
}

function openPath(kernel: Kernel, path: string): RawNode | undefined {
  const how = new DataView(new ArrayBuffer(HOW_BYTES));
  how.setBigUint64(0, BigInt(O_PATH | O_DIRECTORY | O_CLOEXEC), true);
  how.setBigUint64(16, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS, true);
  // The last component may be a link, which is then itself what is meant.
  const cut = path.lastIndexOf("/");
  const name = path.slice(cut + 1);
  const parent = name === "" ? "/" : path.slice(0, cut) || "/";
  const folder = Number(
    kernel.calls.syscall(
      SYS_OPENAT2,
      AT_FDCWD,
      toPathC(parent),
      new Uint8Array(how.buffer),
      BigInt(HOW_BYTES),
    ),
  );
  if (folder < 0) return absent(kernel, path);
  if (name === "") return nodeOf(kernel, folder, path);
  try {
    return openIn(kernel, folder, name, path);
  } finally {
    kernel.calls.close(folder);
  }
}

function openIn(
  kernel: Kernel,
  folder: number,
  name: string,
  path: string,
): RawNode | undefined {
  const flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  const fd = kernel.calls.openat(folder, toPathC(name), flags, 0);
  return fd < 0 ? absent(kernel, path) : nodeOf(kernel, fd, path);
}

function absent({ errno }: Kernel, path: string): undefined {
  const error = new RawError(`Cannot look at ${JSON.stringify(path)}`, errno());
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  if (error.code === "ELOOP") {
    throw new FolderMoved(
      `Cannot look at ${
        JSON.stringify(path)
      }: a folder above it is a link by now`,
    );
  }
  throw error;
}

function nodeOf(kernel: Kernel, fd: number, path: string): RawNode {
  const { calls } = kernel;
  const at = `/proc/self/fd/${fd}`;
  try {
    const info = lookAt(kernel, fd, path);
    return {
      info,
      look: () => lookAt(kernel, fd, path),
      names: () => namesIn(kernel, at, path),
      child: (name) => openIn(kernel, fd, name, `${path}/${name}`),
      target: () => targetOf(kernel, fd, path),
      attributes: () => attributesOf(kernel, at, path),
      open: () => openContent(kernel, at, path, info.size),
      [Symbol.dispose]: () => void calls.close(fd),
    };
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}

function lookAt({ calls, errno }: Kernel, fd: number, path: string): RawInfo {
  const found = new Uint8Array(STATX_BYTES);
  const flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT;
  if (calls.statx(fd, EMPTY, flags, STATX_BASIC_STATS, found) !== 0) {
    throw new RawError(`Cannot look at ${JSON.stringify(path)}`, errno());
  }
  return infoIn(new DataView(found.buffer));
}

const KINDS: ReadonlyMap<number, readonly [RawInfo["type"], string]> = new Map([
  [0o10, ["file", "a file"]],
  [0o04, ["folder", "a folder"]],
  [0o12, ["link", "a link"]],
  [0o01, ["other", "a pipe"]],
  [0o02, ["other", "a device"]],
  [0o06, ["other", "a device"]],
  [0o14, ["other", "a socket"]],
]);

/** struct statx, include/uapi/linux/stat.h; its size is the same everywhere. */
function infoIn(view: DataView): RawInfo {
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  const mode = view.getUint16(28, true);
  const [type, kind] = KINDS.get(mode >> 12) ?? ["other", "something unknown"];
  const dev = `${u32(136)}:${u32(140)}`;
  const seconds = (at: number) => view.getBigInt64(at, true);
  return {
    type,
    kind,
    mode: mode & 0o7777,
    uid: u32(20),
    gid: u32(24),
    size: u64(40),
    allocated: u64(48) * 512,
    links: u32(16),
    identity: `${dev}:${view.getBigUint64(32, true)}`,
    mtime: Number(seconds(112)) * 1000 + u32(120) / 1e6,
    ctime: Number(seconds(96)) * 1000 + u32(104) / 1e6,
    stamp: `${seconds(112)}.${u32(120)} ${seconds(96)}.${u32(104)}`,
  };
}

function namesIn({ calls, errno }: Kernel, at: string, path: string): string[] {
  const doing = `Cannot list ${JSON.stringify(path)}`;
  const flags = O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
  const fd = calls.openat(AT_FDCWD, toPathC(at), flags, 0);
  if (fd < 0) throw new RawError(doing, errno());
  try {
    const names: string[] = [];
    const buffer = new Uint8Array(NAMES_BYTES);
    for (;;) {
      const count = Number(calls.getdents64(fd, buffer, BigInt(NAMES_BYTES)));
      if (count < 0) throw new RawError(doing, errno());
      if (count === 0) return names.sort();
      names.push(...namesInBlock(buffer.subarray(0, count)));
    }
  } finally {
    calls.close(fd);
  }
}

/** struct linux_dirent64, getdents(2). */
function namesInBlock(block: Uint8Array): string[] {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const names: string[] = [];
  for (let at = 0; at < block.length;) {
    const length = view.getUint16(at + 16, true);
    const start = at + 19;
    const end = block.indexOf(0, start);
    const name = fromPathBytes(block.subarray(start, end));
    if (name !== "." && name !== "..") names.push(name);
    at += length;
  }
  return names;
}

function targetOf({ calls, errno }: Kernel, fd: number, path: string): string {
  const room = new Uint8Array(4096);
  const length = Number(calls.readlinkat(fd, EMPTY, room, BigInt(room.length)));
  if (length < 0) {
    throw new RawError(`Cannot read the link ${JSON.stringify(path)}`, errno());
  }
  return fromPathBytes(room.subarray(0, length));
}

function attributesOf(
  { calls, errno, room }: Kernel,
  at: string,
  path: string,
): Record<string, string> | undefined {
  const place = toPathC(at);
  const size = BigInt(ATTRIBUTE_BYTES);
  const length = Number(calls.listxattr(place, room, size));
  if (length < 0) {
    const error = new RawError(
      `Cannot read the attributes of ${JSON.stringify(path)}`,
      errno(),
    );
    // A file system that keeps none.
    if (error.code === "EOPNOTSUPP") return undefined;
    throw error;
  }
  if (length === 0) return undefined;
  const names = fromPathBytes(room.subarray(0, length)).split("\0");
  const found: Record<string, string> = {};
  for (const name of names.filter((name) => name !== "").sort()) {
    const count = Number(calls.getxattr(place, toPathC(name), room, size));
    // Gone meanwhile, or for somebody else's eyes.
    if (count >= 0) found[name] = room.subarray(0, count).toBase64();
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function openContent(
  kernel: Kernel,
  at: string,
  path: string,
  size: number,
): RawContent {
  const { calls, errno } = kernel;
  // A lease on the file would make an ordinary open wait for its holder.
  const flags = O_NONBLOCK | O_CLOEXEC;
  const fd = calls.openat(AT_FDCWD, toPathC(at), flags, 0);
  if (fd < 0) {
    throw new RawError(`Cannot read ${JSON.stringify(path)}`, errno());
  }
  const seek = (from: number, whence: number) =>
    Number(calls.lseek(fd, BigInt(from), whence));
  try {
    const file = Deno.openSync(`/proc/self/fd/${fd}`);
    return {
      file,
      nextData(from) {
        const to = seek(from, SEEK_DATA);
        if (to >= 0) return to;
        // Of a file system that knows no holes, all is data.
        return ERRORS.get(errno()) === "ENXIO" ? undefined : from;
      },
      nextHole(from) {
        const to = seek(from, SEEK_HOLE);
        return to > from ? to : size;
      },
      cloneTo: (target) => clone(kernel, fd, target),
      [Symbol.dispose]: () => {
        file.close();
        calls.close(fd);
      },
    };
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}

function clone(
  kernel: Kernel,
  from: number,
  target: string,
): RawContent | undefined {
  const { calls } = kernel;
  const flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC;
  const to = calls.openat(AT_FDCWD, toPathC(target), flags, 0);
  if (to < 0) return undefined;
  try {
    if (calls.ioctl(to, FICLONE, from) !== 0) return undefined;
    const { size } = lookAt(kernel, to, target);
    // Its own holes: those of the live file may be others by now.
    return openContent(kernel, `/proc/self/fd/${to}`, target, size);
  } finally {
    calls.close(to);
  }
}
