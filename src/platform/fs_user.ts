// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Works on files with another user's rights and no more, where airg is root.
 *
 * The kernel asks setfsuid(2)'s user for every permission of a file, folder
 * and access list, and takes root's own rights to files away meanwhile
 * (capabilities(7), "Effect of user ID changes"). It is of one thread: only
 * what is synchronous runs with it, and nothing of airg's own runs in between.
 *
 * @module
 */

/** Whose rights. */
export interface FileUser {
  readonly uid: number;
  readonly gid: number;
}

/** Changes whose rights count; close it again. */
export interface FileRights extends Disposable {
  /** Runs `use`, which waits for nothing, with the rights of `user`; absent: with airg's. */
  readonly as: <Value>(user: FileUser | undefined, use: () => Value) => Value;
}

/** kernel tables of both machines. */
const SYS_SETGROUPS = Deno.build.arch === "aarch64" ? 159 : 116;
/** Asks and changes nothing: no user has this number. */
const ASK = 0xffff_ffff;

const SYMBOLS = {
  setfsuid: { parameters: ["u32"], result: "i32" },
  setfsgid: { parameters: ["u32"], result: "i32" },
  getgroups: { parameters: ["i32", "buffer"], result: "i32" },
  // The library's own setgroups(3) changes every thread.
  syscall: { parameters: ["i64", "i64", "buffer"], result: "i64" },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** For one round of work. */
export function openFileRights(): FileRights {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return { as: (_, use) => use(), [Symbol.dispose]: () => {} };
  }
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const { symbols } = library;
  const groups = groupsOf(symbols);
  const own: FileUser = { uid: 0, gid: symbols.setfsgid(ASK) };
  const none = new Uint32Array(0);
  let now = own;
  const become = (user: FileUser) => {
    // Groups and the group first: without root's rights they cannot be changed.
    symbols.setfsuid(own.uid);
    setGroups(symbols, user === own ? groups : none);
    symbols.setfsgid(user.gid);
    symbols.setfsuid(user.uid);
    if (
      symbols.setfsuid(ASK) !== user.uid || symbols.setfsgid(ASK) !== user.gid
    ) throw new Error(`Cannot take the rights of user ${user.uid}`);
    now = user;
  };
  return {
    as(user, use) {
      const before = now;
      const wanted = user === undefined || user.uid === 0 ? own : user;
      if (wanted === before) return use();
      try {
        become(wanted);
        return use();
      } finally {
        become(before);
      }
    },
    [Symbol.dispose]: () => library.close(),
  };
}

function groupsOf({ getgroups }: Calls): Uint32Array<ArrayBuffer> {
  const count = getgroups(0, new Uint32Array(0));
  const groups = new Uint32Array(Math.max(0, count));
  if (getgroups(groups.length, groups) !== groups.length) {
    throw new Error("Cannot find out airg's own groups");
  }
  return groups;
}

function setGroups(
  { syscall }: Calls,
  groups: Uint32Array<ArrayBuffer>,
): void {
  if (syscall(BigInt(SYS_SETGROUPS), BigInt(groups.length), groups) !== 0n) {
    throw new Error("Cannot change the groups whose rights count");
  }
}
