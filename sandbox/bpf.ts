// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A small assembler for classic BPF, the form seccomp filters have.
 *
 * Only what a filter over `struct seccomp_data` needs: load a word, mask it,
 * compare it, jump forward, return. Bytes are `struct sock_filter` in little
 * endian (u16 code, u8 jt, u8 jf, u32 k), which both architectures use.
 * Source: linux/filter.h, and `seccomp_check_filter` in kernel/seccomp.c.
 *
 * @module
 */

/** Where a jump goes: a label, or the statement that follows. */
export type Target = string | "next";

/** One line of a program before it has bytes. */
export type Statement =
  /** A name for the statement that follows. */
  | { readonly label: string }
  /** `A = data[load]`, a 32-bit word at a byte offset. */
  | { readonly load: number }
  /** `A &= and`. */
  | { readonly and: number }
  /** Goes to `yes` when `A test k` (unsigned), else to `no`. */
  | {
    readonly test: "eq" | "ge" | "gt" | "set";
    readonly k: number;
    readonly yes: Target;
    readonly no: Target;
  }
  /** Goes on at a label. */
  | { readonly go: string }
  /** Ends the program with a value. */
  | { readonly give: number };

/** One `struct sock_filter`. */
export interface Instruction {
  readonly code: number;
  /** Instructions to skip when the test holds. */
  readonly jt: number;
  /** Instructions to skip when it does not. */
  readonly jf: number;
  readonly k: number;
}

/** Most instructions the kernel takes (`BPF_MAXINSNS`). */
const MAX_INSTRUCTIONS = 4096;

/** Operation codes this assembler writes and this disassembler reads. */
export const OPCODE = {
  /** `BPF_LD | BPF_W | BPF_ABS` */
  load: 0x20,
  /** `BPF_ALU | BPF_AND | BPF_K` */
  and: 0x54,
  /** `BPF_JMP | BPF_JA` */
  go: 0x05,
  /** `BPF_JMP | BPF_JEQ | BPF_K` */
  eq: 0x15,
  /** `BPF_JMP | BPF_JGT | BPF_K` */
  gt: 0x25,
  /** `BPF_JMP | BPF_JGE | BPF_K` */
  ge: 0x35,
  /** `BPF_JMP | BPF_JSET | BPF_K` */
  set: 0x45,
  /** `BPF_RET | BPF_K` */
  give: 0x06,
} as const;

/** Bytes of `struct seccomp_data`. */
const DATA_SIZE = 64;

/** The farthest a conditional jump reaches: its offset is one byte. */
const REACH = 255;

/** A statement that makes instructions. */
type Operation = Exclude<Statement, { readonly label: string }>;

/**
 * Turns statements into bytes.
 *
 * A conditional jump that cannot reach its label goes over an unconditional
 * one, whose offset has 32 bits.
 *
 * @throws {RangeError} If the kernel would refuse the program: a label that is
 * missing, doubled or behind, a word outside `seccomp_data`, more than
 * 4096 instructions, or an end that is not a `give`.
 */
export function assemble(
  program: readonly Statement[],
): Uint8Array<ArrayBuffer> {
  const { operations, labels } = withoutLabels(program);
  const last = operations.at(-1);
  if (last === undefined || !("give" in last)) {
    throw new RangeError("Cannot assemble: the last statement gives no value");
  }
  const instructions = layOut(operations, labels);
  if (instructions.length > MAX_INSTRUCTIONS) {
    throw new RangeError(
      `Cannot assemble: ${instructions.length} instructions, the kernel takes ${MAX_INSTRUCTIONS}`,
    );
  }
  return encode(instructions);
}

/**
 * Writes bytes as text, one instruction a line: index, operation, and the
 * indices it may go to.
 *
 * @param note What to say beside an instruction; `loaded` is the offset of the
 * word that was loaded last in program order, if any.
 * @throws {RangeError} If an operation is none of {@linkcode OPCODE}, or the
 * length is not a multiple of 8.
 */
export function disassemble(
  bytes: Uint8Array,
  note: (instruction: Instruction, loaded: number | undefined) => string = () =>
    "",
): string {
  let loaded: number | undefined;
  return decode(bytes).map((instruction, i) => {
    if (instruction.code === OPCODE.load) loaded = instruction.k;
    const line = `${pad(i)}  ${text(instruction, i)}`;
    const said = note(instruction, loaded);
    return said === "" ? line : `${line.padEnd(36)}; ${said}`;
  }).join("\n") + "\n";
}

function withoutLabels(program: readonly Statement[]): {
  operations: Operation[];
  labels: ReadonlyMap<string, number>;
} {
  const operations: Operation[] = [];
  const labels = new Map<string, number>();
  for (const statement of program) {
    if (!("label" in statement)) {
      operations.push(statement);
      continue;
    }
    if (labels.has(statement.label) || statement.label === "next") {
      throw new RangeError(
        `Cannot assemble: label used twice: ${statement.label}`,
      );
    }
    labels.set(statement.label, operations.length);
  }
  return { operations, labels };
}

/** Sizes grow until every jump reaches; they never shrink, so this ends. */
function layOut(
  operations: readonly Operation[],
  labels: ReadonlyMap<string, number>,
): Instruction[] {
  const sizes = operations.map(() => 1);
  while (true) {
    const starts = startsOf(sizes);
    const parts = operations.map((operation, i) =>
      emit(operation, starts[i]!, sizes[i]!, (target) => {
        const at = target === "next" ? i + 1 : labels.get(target);
        if (at === undefined) {
          throw new RangeError(`Cannot assemble: no label: ${target}`);
        }
        if (at <= i) {
          throw new RangeError(`Cannot assemble: label is behind: ${target}`);
        }
        const start = starts[at];
        if (start === undefined || at >= operations.length) {
          throw new RangeError(`Cannot assemble: nothing follows: ${target}`);
        }
        return start;
      })
    );
    if (parts.every((part, i) => part.length === sizes[i])) return parts.flat();
    parts.forEach((part, i) => sizes[i] = part.length);
  }
}

function startsOf(sizes: readonly number[]): number[] {
  const starts = [0];
  for (const size of sizes) starts.push(starts.at(-1)! + size);
  return starts;
}

/** The instructions of one operation that begins at `start` and had `size`. */
function emit(
  operation: Operation,
  start: number,
  size: number,
  find: (target: Target) => number,
): Instruction[] {
  if ("load" in operation) {
    const { load } = operation;
    if (load % 4 !== 0 || !(load >= 0 && load < DATA_SIZE)) {
      throw new RangeError(`Cannot assemble: no word at offset ${load}`);
    }
    return [plain(OPCODE.load, load)];
  }
  if ("and" in operation) return [plain(OPCODE.and, operation.and)];
  if ("give" in operation) return [plain(OPCODE.give, operation.give)];
  if ("go" in operation) {
    return [plain(OPCODE.go, find(operation.go) - start - 1)];
  }
  const yes = find(operation.yes);
  const no = find(operation.no);
  const code = OPCODE[operation.test];
  const k = operation.k;
  // The jump is made of `size` instructions so far; it stays as long as that.
  const far = { yes: yes - start - 1 > REACH, no: no - start - 1 > REACH };
  if (size === 1 && !far.yes && !far.no) {
    return [{ code, jt: yes - start - 1, jf: no - start - 1, k }];
  }
  // Test; then one way out for "yes", one for "no".
  return [
    { code, jt: 0, jf: 1, k },
    plain(OPCODE.go, Math.max(0, yes - start - 2)),
    plain(OPCODE.go, Math.max(0, no - start - 3)),
  ];
}

function plain(code: number, k: number): Instruction {
  return { code, jt: 0, jf: 0, k };
}

function encode(
  instructions: readonly Instruction[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  instructions.forEach(({ code, jt, jf, k }, i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jt);
    view.setUint8(i * 8 + 3, jf);
    view.setUint32(i * 8 + 4, k, true);
  });
  return bytes;
}

function decode(bytes: Uint8Array): Instruction[] {
  if (bytes.length % 8 !== 0) {
    throw new RangeError(
      `Cannot decode: ${bytes.length} bytes are not a multiple of 8`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => ({
    code: view.getUint16(i * 8, true),
    jt: view.getUint8(i * 8 + 2),
    jf: view.getUint8(i * 8 + 3),
    k: view.getUint32(i * 8 + 4, true),
  }));
}

const SIGN = { [OPCODE.eq]: "==", [OPCODE.gt]: ">", [OPCODE.ge]: ">=" };

function text({ code, jt, jf, k }: Instruction, i: number): string {
  const ways = `? ${pad(i + 1 + jt)} : ${pad(i + 1 + jf)}`;
  switch (code) {
    case OPCODE.load:
      return `load [${k}]`;
    case OPCODE.and:
      return `and 0x${k.toString(16)}`;
    case OPCODE.give:
      return `give 0x${k.toString(16).padStart(8, "0")}`;
    case OPCODE.go:
      return `go ${pad(i + 1 + k)}`;
    case OPCODE.set:
      return `if & 0x${k.toString(16)} ${ways}`;
    case OPCODE.eq:
    case OPCODE.gt:
    case OPCODE.ge:
      return `if ${SIGN[code]} 0x${k.toString(16)} ${ways}`;
    default:
      throw new RangeError(
        `Cannot disassemble: unknown operation 0x${code.toString(16)}`,
      );
  }
}

function pad(index: number): string {
  return String(index).padStart(4, "0");
}
