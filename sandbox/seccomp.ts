// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The rules of `seccomp_rules.ts` as a seccomp program.
 *
 * Arguments are compared by their low 32 bits, because the kernel takes the
 * compared ones as 32-bit values and ignores the rest.
 *
 * @module
 */

import { assemble, disassemble, OPCODE, type Statement } from "./bpf.ts";
import {
  ALL_BITS,
  type Check,
  ERRNO,
  type Refusal,
  type SeccompOptions,
  type SeccompRule,
  seccompRules,
} from "./seccomp_rules.ts";
import {
  LAST_KNOWN_SYSCALL,
  SYSCALL_NAMES,
  syscallNumber,
} from "./syscalls.ts";

export type { SeccompOptions } from "./seccomp_rules.ts";

/** linux/seccomp.h */
const RETURN = {
  allow: 0x7fff_0000,
  errno: 0x0005_0000,
  killProcess: 0x8000_0000,
} as const;

/** linux/audit.h: `AUDIT_ARCH_X86_64`, `AUDIT_ARCH_AARCH64`. */
const AUDIT_ARCH = { x86_64: 0xc000_003e, aarch64: 0xc000_00b7 } as const;

/** `__X32_SYSCALL_BIT`: x86_64 takes such numbers through the same door. */
const X32_BIT = 0x4000_0000;

/** Offsets in `struct seccomp_data`. */
const NR = 0;
const ARCH = 4;
const ARGS = 16;

/**
 * Builds the filter as `struct sock_filter` bytes, for `prctl(PR_SET_SECCOMP)`.
 *
 * A process of another architecture (32-bit code by `int 0x80`) is killed. x32
 * numbers, and numbers newer than this list, are said not to exist: callers of
 * a new system call have a fall-back for old kernels.
 */
export function seccompProgram(
  options: SeccompOptions,
): Uint8Array<ArrayBuffer> {
  const { arch } = options;
  const calls = callsOf(options);
  const blocks = new Map<string, readonly Statement[]>();
  const dispatch = calls.map(({ number, rules }): Statement => {
    const yes = labelOf(rules);
    if (rules[0].when.length > 0) blocks.set(yes, blockOf(yes, rules));
    return { test: "eq", k: number, yes, no: "next" };
  });
  const unknown = "give ENOSYS";
  return assemble([
    { load: ARCH },
    { test: "eq", k: AUDIT_ARCH[arch], yes: "next", no: "kill" },
    { load: NR },
    ...(arch === "x86_64"
      ? [{ test: "ge", k: X32_BIT, yes: unknown, no: "next" } as const]
      : []),
    { test: "gt", k: LAST_KNOWN_SYSCALL, yes: unknown, no: "next" },
    ...dispatch,
    { label: "allow" },
    { give: RETURN.allow },
    ...[...blocks.values()].flat(),
    ...(Object.keys(ERRNO) as Refusal[]).flatMap((name): Statement[] => [
      { label: `give ${name}` },
      { give: RETURN.errno | ERRNO[name] },
    ]),
    { label: "kill" },
    { give: RETURN.killProcess },
  ]);
}

/** Writes the program for `options` as text, with names beside the numbers. */
export function seccompListing(options: SeccompOptions): string {
  const names = new Map(
    SYSCALL_NAMES.map((name) => [syscallNumber(name, options.arch), name]),
  );
  return disassemble(seccompProgram(options), ({ code, k }, loaded) => {
    switch (code) {
      case OPCODE.load:
        if (k === NR) return "number";
        return k === ARCH ? "architecture" : `argument ${(k - ARGS) / 8}`;
      case OPCODE.give:
        return meaning(k);
      case OPCODE.eq:
        return loaded === NR ? names.get(k) ?? "" : "";
      default:
        return "";
    }
  });
}

/** One call of the architecture and the rules that speak of it, in order. */
interface Call {
  readonly number: number;
  readonly rules: readonly [SeccompRule, ...SeccompRule[]];
}

function callsOf(options: SeccompOptions): Call[] {
  const byNumber = new Map<number, [SeccompRule, ...SeccompRule[]]>();
  for (const rule of seccompRules(options)) {
    for (const name of rule.syscalls) {
      const number = syscallNumber(name, options.arch);
      if (number === null) continue;
      const rules = byNumber.get(number);
      if (rules === undefined) byNumber.set(number, [rule]);
      else rules.push(rule);
    }
  }
  return [...byNumber].map(([number, rules]) => ({ number, rules }));
}

/** Calls with the same conditions share one block, so the name is made of them. */
function labelOf(rules: Call["rules"]): string {
  const [first] = rules;
  if (first.when.length === 0) return `give ${first.refusal}`;
  return JSON.stringify(rules.map(({ when, refusal }) => [when, refusal]));
}

function blockOf(label: string, rules: Call["rules"]): Statement[] {
  const ends = rules.map((_, i) => `${label} after ${i}`);
  return [
    { label },
    ...rules.flatMap(({ when, refusal }, i) => [
      ...when.flatMap((check) => statementsOf(check, ends[i]!)),
      { go: `give ${refusal}` },
      { label: ends[i]! },
    ]),
    { give: RETURN.allow },
  ];
}

/** Goes on when the check holds, else to `otherwise`. */
function statementsOf(check: Check, otherwise: string): Statement[] {
  const { arg, mask } = check;
  const load = { load: ARGS + arg * 8 };
  if (check.is === "any-bit") {
    return [load, { test: "set", k: mask, yes: "next", no: otherwise }];
  }
  const holds = `${otherwise}: ${JSON.stringify(check)}`;
  const masked = mask === ALL_BITS ? [load] : [load, { and: mask }];
  const last = check.values.length - 1;
  return [
    ...masked,
    ...check.values.map((k, i): Statement => {
      const no = i < last || check.is === "none-of" ? "next" : otherwise;
      return {
        test: "eq",
        k,
        yes: check.is === "none-of" ? otherwise : holds,
        no,
      };
    }),
    { label: holds },
  ];
}

function meaning(value: number): string {
  if (value === RETURN.allow) return "allow";
  if (value === RETURN.killProcess) return "kill the process";
  const known = Object.entries(ERRNO).find(([, errno]) =>
    value === (RETURN.errno | errno)
  );
  return known?.[0] ?? "";
}
