// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A stream of bytes as lines of text, in bounded memory.
 *
 * @module
 */

/** One line, or why it could not be had; the stream goes on after it. */
export type Line =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "too long" | "not UTF-8" };

/**
 * Splits `stream` at line feeds; a last line without one counts.
 *
 * @param maxBytes A longer line is skipped and reported.
 */
export async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): Line => {
    const [held, size] = [parts, length];
    [parts, length] = [[], 0];
    if (size > maxBytes) return { ok: false, why: "too long" };
    try {
      return { ok: true, text: decoder.decode(joined(held, size)) };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { ok: false, why: "not UTF-8" };
    }
  };
  const keep = (bytes: Uint8Array) => {
    length += bytes.length;
    if (length > maxBytes) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let at; (at = chunk.indexOf(0x0a, from)) >= 0; from = at + 1) {
      keep(chunk.subarray(from, at));
      yield take();
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield take();
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
