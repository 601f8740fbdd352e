// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * SHA-256 (FIPS 180-4) in hex, synchronous.
 *
 * Written out because the hot path may load neither `node:crypto` nor a
 * package, and `crypto.subtle` costs 0.6-1.9 ms at first use and 120 us a call
 * (measured): a record of 1 kB takes about 20 us here. `crypto.subtle` is the
 * oracle of the test.
 *
 * @module
 */

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUND = roots(64, 1 / 3);
/** The same of the square roots of the first 8 primes. */
const START = roots(8, 1 / 2);
const BLOCK = 64;

type Eight = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Hashes bytes, or text as UTF-8; 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  const bytes = typeof data === "string"
    ? new TextEncoder().encode(data)
    : data;
  const state = START.slice();
  const words = new Uint32Array(64);
  const whole = bytes.length - bytes.length % BLOCK;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += BLOCK) mix(state, words, view, at);
  const tail = padded(bytes.subarray(whole), bytes.length);
  const tailView = new DataView(tail.buffer);
  for (let at = 0; at < tail.length; at += BLOCK) {
    mix(state, words, tailView, at);
  }
  return hexOf(state);
}

/** Characters from which native code is quicker, its call included. */
const LONG = 16 * 1024;

/** As {@linkcode sha256Hex}; a megabyte takes one millisecond instead of twenty. */
export async function sha256HexOf(text: string): Promise<string> {
  if (text.length < LONG) return sha256Hex(text);
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

/** The last bytes, a 1 bit, zeros, and the length in bits as 64 bits. */
function padded(rest: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const tail = new Uint8Array(rest.length + 9 > BLOCK ? 2 * BLOCK : BLOCK);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(tail.length - 4, length << 3);
  return tail;
}

/** One round of the compression function, over the 64 bytes at `at`. */
function mix(
  state: Uint32Array,
  words: Uint32Array,
  view: DataView,
  at: number,
): void {
  for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!;
    const y = words[i - 2]!;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i]! + words[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => state[i]! += word);
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function hexOf(state: Uint32Array): string {
  let hex = "";
  for (const word of state) hex += word.toString(16).padStart(8, "0");
  return hex;
}

/**
 * The constants, computed instead of typed in; a double holds 52 bits of
 * fraction, and the largest root here needs 35.
 */
function roots(count: number, power: number): Uint32Array {
  const words = new Uint32Array(count);
  let found = 0;
  for (let n = 2; found < count; n++) {
    if (!isPrime(n)) continue;
    const root = n ** power;
    words[found++] = Math.floor((root - Math.floor(root)) * 2 ** 32);
  }
  return words;
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) {
    if (n % d === 0) return false;
  }
  return true;
}
