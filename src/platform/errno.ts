// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Why the kernel refused a call of the C library. Linux only.
 *
 * @module
 */

import type { Calls } from "./libc.ts";

/** asm-generic/errno.h; the same on x86_64 and aarch64. */
const CODES: ReadonlyMap<number, string> = new Map([
  [1, "EPERM"],
  [2, "ENOENT"],
  [5, "EIO"],
  [6, "ENXIO"],
  [11, "EAGAIN"],
  [13, "EACCES"],
  [17, "EEXIST"],
  [20, "ENOTDIR"],
  [23, "ENFILE"],
  [24, "EMFILE"],
  [28, "ENOSPC"],
  [30, "EROFS"],
  [34, "ERANGE"],
  [36, "ENAMETOOLONG"],
  [40, "ELOOP"],
  [61, "ENODATA"],
  [95, "EOPNOTSUPP"],
  [116, "ESTALE"],
  [122, "EDQUOT"],
]);

/** Tells the code of the last call that failed, as in `ENOENT`, or its number. */
export function errorReader(
  { __errno_location: find }: Calls<"__errno_location">,
): () => string {
  const place = find();
  if (place === null) throw new TypeError("Cannot find errno");
  const view = new Deno.UnsafePointerView(place);
  return () => {
    const number = view.getInt32();
    return CODES.get(number) ?? `error ${number}`;
  };
}
