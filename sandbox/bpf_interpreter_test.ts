// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs classic BPF bytes as the kernel does: a second opinion on the assembler,
 * which it shares no code with. Operation numbers are those of linux/filter.h.
 *
 * @module
 */

/** What a filter is asked about. */
export interface SeccompData {
  readonly nr: number;
  readonly arch: number;
  /** Up to six 64-bit values. */
  readonly args: readonly bigint[];
}

/** The bytes of `struct seccomp_data`, little endian. */
export function dataBytes({ nr, arch, args }: SeccompData): DataView {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, nr, true);
  view.setUint32(4, arch, true);
  args.forEach((arg, i) =>
    view.setBigUint64(16 + i * 8, BigInt.asUintN(64, arg), true)
  );
  return view;
}

/**
 * The value the program returns.
 *
 * @throws {RangeError} If it leaves the program or uses an operation seccomp
 * refuses.
 */
export function interpret(program: Uint8Array, data: DataView): number {
  const code = new DataView(program.buffer, program.byteOffset, program.length);
  let a = 0;
  for (let pc = 0; (pc + 1) * 8 <= program.length; pc++) {
    const at = pc * 8;
    const k = code.getUint32(at + 4, true);
    const jump = (taken: boolean) => pc += code.getUint8(at + (taken ? 2 : 3));
    switch (code.getUint16(at, true)) {
      case 0x20:
        a = data.getUint32(k, true);
        break;
      case 0x54:
        a = (a & k) >>> 0;
        break;
      case 0x05:
        pc += k;
        break;
      case 0x15:
        jump(a === k);
        break;
      case 0x25:
        jump(a > k);
        break;
      case 0x35:
        jump(a >= k);
        break;
      case 0x45:
        jump((a & k) !== 0);
        break;
      case 0x06:
        return k;
      default:
        throw new RangeError(`Cannot run operation at ${pc}`);
    }
  }
  throw new RangeError("Cannot run past the end");
}
