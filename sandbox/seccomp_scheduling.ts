// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Rules for calls that slow down or pin other processes of the same user,
 * where no process-id namespace keeps these out of reach.
 *
 * @module
 */

import type { SeccompRule } from "./seccomp_rules.ts";

const ALL_BITS = 0xffff_ffff;
/** Values of the first argument that mean "every process of a user". */
const PRIO_USER = 2;
const IOPRIO_WHO_USER = 3;

const REACHES_OTHERS = {
  refusal: "EPERM",
  only: { network: "none-without-namespace" },
  reason:
    "With no pid namespace it slows down, stops in effect or pins the user's other processes, airg among them, and no ordinary user can take that back",
  source:
    "setpriority(2), sched(7), ioprio_set(2); Landlock covers none of them",
} as const;

/** Every such call with an id other than the caller's own, 0. */
export const SCHEDULING_RULES: readonly SeccompRule[] = [
  {
    ...REACHES_OTHERS,
    syscalls: ["setpriority", "ioprio_set"],
    when: [{ arg: 1, mask: ALL_BITS, is: "none-of", values: [0] }],
  },
  {
    ...REACHES_OTHERS,
    syscalls: ["setpriority"],
    when: [{ arg: 0, mask: ALL_BITS, is: "one-of", values: [PRIO_USER] }],
  },
  {
    ...REACHES_OTHERS,
    syscalls: ["ioprio_set"],
    when: [{ arg: 0, mask: ALL_BITS, is: "one-of", values: [IOPRIO_WHO_USER] }],
  },
  {
    ...REACHES_OTHERS,
    syscalls: [
      "sched_setaffinity",
      "sched_setattr",
      "sched_setparam",
      "sched_setscheduler",
    ],
    when: [{ arg: 0, mask: ALL_BITS, is: "none-of", values: [0] }],
  },
];
