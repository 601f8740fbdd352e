// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Gives a file that replaces another one the attributes of that one: what a
 * writer in place would have left as it was.
 *
 * @module
 */

import { openMakeEntries } from "../platform/make_entries.ts";
import { openRawTree } from "../platform/raw_tree.ts";

/** Copies attributes; close it again. */
export interface CopyAttributes extends Disposable {
  /**
   * Copies them.
   *
   * @param from Absolute, without links: what is replaced.
   * @param ino Of it; another one has no attributes to give.
   * @param to Of an open folder: the new file.
   * @returns The names that could not be kept.
   */
  readonly copy: (from: string, ino: number, to: string) => string[];
}

/** For any number of files; elsewhere than on Linux nothing is copied. */
export function openCopyAttributes(): CopyAttributes {
  if (Deno.build.os !== "linux") {
    return { copy: () => [], [Symbol.dispose]: () => {} };
  }
  const open = new DisposableStack();
  const tree = open.use(openRawTree());
  const make = open.use(openMakeEntries());
  return {
    copy(from, ino, to) {
      using node = tree.open(from);
      if (node === undefined || !node.info.identity.endsWith(`:${ino}`)) {
        return [];
      }
      using held = make.hold(to);
      return held?.replaceAttributes(keptOf(node.attributes())) ?? [];
    },
    [Symbol.dispose]: () => open.dispose(),
  };
}

/** What writing in place keeps: no capabilities, and nothing of the kernel's own. */
function keptOf(
  all: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) =>
      name.startsWith("user.") || name === "system.posix_acl_access" ||
      name === "security.selinux"
    ),
  );
}
