// Copyright 2026 the airg authors. Apache-2.0 license.

// The numbers against the kernel's own headers, where they are installed. Each
// header is read by the C preprocessor, so what is compared is what C sees.

import assert from "node:assert/strict";
import {
  type Arch,
  LAST_KNOWN_SYSCALL,
  SYSCALL_NAMES,
  syscallNumber,
} from "./syscalls.ts";

/** Newer than Linux 6.1, whose headers Debian 12 has. */
const NEWER = new Map<string, number>([
  ["fchmodat2", 452], // 6.6
  ["statmount", 457], // 6.8
  ["listmount", 458], // 6.8
  ["open_tree_attr", 467], // 6.15
  ["listns", 470], // 6.19
  ["rseq_slice_yield", 471], // 7.0
]);

const headers: { arch: Arch; path: string; include: string }[] = [
  {
    arch: "x86_64",
    path: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    include: "#include </usr/include/x86_64-linux-gnu/asm/unistd_64.h>",
  },
  {
    arch: "aarch64",
    // What asm/unistd.h of aarch64 wants of the generic list.
    path: "/usr/include/asm-generic/unistd.h",
    include: `#define __ARCH_WANT_RENAMEAT
#define __ARCH_WANT_NEW_STAT
#define __ARCH_WANT_SET_GET_RLIMIT
#define __ARCH_WANT_SYS_CLONE3
#include </usr/include/asm-generic/unistd.h>`,
  },
];

for (const { arch, path, include } of headers) {
  const missing = await Deno.stat(path).then(() => false, () => true);
  // deno-lint-ignore no-console -- a skip must be seen
  if (missing) console.error(`SKIPPED: no ${path}, numbers not compared`);
  Deno.test({
    name: `the ${arch} numbers are those of ${path}`,
    ignore: missing,
    async fn() {
      const found = await numbersIn(include);
      assert(found.size > 250, `only ${found.size} numbers in ${path}`);
      for (const name of SYSCALL_NAMES) {
        const ours = syscallNumber(name, arch);
        const theirs = found.get(name);
        if (theirs === undefined && NEWER.has(name)) {
          assert.equal(ours, NEWER.get(name), name);
        } else assert.equal(ours, theirs ?? null, name);
      }
    },
  });
}

Deno.test("no two calls of an architecture share a number", () => {
  for (const arch of ["x86_64", "aarch64"] as const) {
    const numbers = SYSCALL_NAMES.map((name) => syscallNumber(name, arch))
      .filter((number) => number !== null);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.equal(Math.max(...numbers), LAST_KNOWN_SYSCALL);
  }
});

/** `__NR_` macros after preprocessing, by name. */
async function numbersIn(include: string): Promise<Map<string, number>> {
  const macros = await preprocess(include, ["-dM"]);
  const names = [...macros.matchAll(/^#define __NR_(\w+) /gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== "syscalls");
  const values = await preprocess(
    `${include}\n${names.map((name) => `=${name}= __NR_${name}`).join("\n")}`,
    ["-P"],
  );
  // `=x=` itself is not a macro, so the name stays and the number is filled in.
  return new Map(
    [...values.matchAll(/=\s*(\w+)\s*=\s*(\d+)/g)].map((
      [, name, number],
    ) => [name!, Number(number)]),
  );
}

async function preprocess(
  text: string,
  args: readonly string[],
): Promise<string> {
  const child = new Deno.Command("cc", {
    args: ["-E", ...args, "-x", "c", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  assert(success, "the C preprocessor failed");
  return new TextDecoder().decode(stdout);
}
