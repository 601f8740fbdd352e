// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A file that is written to through memory: the second write to a page changes
 * no time of the file. Linux only.
 *
 * @module
 */

import assert from "node:assert/strict";

/** A file in this process's memory, as mmap(2) puts it there with `MAP_SHARED`. */
export function mapping(
  path: string,
): Disposable & { readonly write: (text: string) => void } {
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
    mmap: {
      parameters: ["usize", "usize", "i32", "i32", "i32", "i64"],
      result: "pointer",
    },
    munmap: { parameters: ["pointer", "usize"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { close, mmap, munmap, open } = libc.symbols;
  const fd = open(new TextEncoder().encode(`${path}\0`), 2, 0);
  const at = mmap(0n, 4096n, 3, 1, fd, 0n);
  assert(at !== null);
  const bytes = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(at, 4096));
  return {
    write: (text) => void bytes.set(new TextEncoder().encode(text)),
    [Symbol.dispose]() {
      munmap(at, 4096n);
      close(fd);
      libc.close();
    },
  };
}
