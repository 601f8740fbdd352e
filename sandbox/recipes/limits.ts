// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Recipes that use up the machine; each under a limit far below what would
 * harm it.
 *
 * @module
 */

import { bash, python, type Recipe } from "./recipe.ts";

function limited(
  limits: Readonly<Record<string, number>>,
): Readonly<Record<string, unknown>> {
  return { version: 1, sandbox: { limits } };
}

const NOT_DEEP = "it needs a policy with a limit of its own";

/** Bombs with a short fuse. */
export const LIMIT_RECIPES: readonly Recipe[] = [
  {
    id: "fork-bomb",
    number: 30,
    tries: "start more processes than the policy allows",
    denial: "fork fails with EAGAIN",
    alone: true,
    notDeep: NOT_DEEP,
    policy: limited({ processes: 40 }),
    attack: python(`
children = []
try:
    for _ in range(80):
        pid = os.fork()
        if pid == 0:
            import signal
            signal.pause()
        children.append(pid)
    got()
except OSError as error: print(error)
finally:
    for pid in children: os.kill(pid, 9)`),
  },
  {
    id: "memory-file",
    number: 31,
    tries: "fill the shared memory folder",
    denial: "the write fails with ENOSPC",
    alone: true,
    notDeep: NOT_DEEP,
    policy: limited({ temporary_bytes: 1 << 20 }),
    attack: bash(
      'head -c 4M /dev/zero >"/dev/shm/airg-fill-$T" && echo GOT; rm -f "/dev/shm/airg-fill-$T"',
    ),
  },
  {
    id: "memory",
    number: 31,
    tries: "take more memory than the policy allows",
    denial: "the allocation fails",
    alone: true,
    notDeep: NOT_DEEP,
    policy: limited({ address_space_bytes: 256 << 20 }),
    attack: python("x = bytearray(400 << 20); got()"),
  },
  {
    id: "large-file",
    number: 32,
    tries: "fill the disk with one file",
    denial: "the write fails with EFBIG",
    alone: true,
    notDeep: NOT_DEEP,
    policy: limited({ file_size_bytes: 1 << 20 }),
    attack: bash("fallocate -l 8M big && echo GOT; rm -f big"),
  },
];
