// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads a stream up to a limit, and says if it was cut.
 *
 * What is past the limit is read and dropped: a writer whose pipe is not read
 * would hang, and a command must end the same way whether or not we keep its
 * output.
 *
 * @module
 */

/** The kept text of a stream. */
export interface BoundedText {
  readonly text: string;
  /** Whether more came than was kept. */
  readonly truncated: boolean;
}

/** What {@linkcode readBounded} keeps, and whom it tells. */
export interface BoundedOptions {
  /** UTF-16 code units to keep at most. */
  readonly maxChars: number;
  /** Called with each kept piece as it comes; the pieces join to the text. */
  readonly onText?: (text: string) => void;
}

/**
 * Reads `stream` to its end as UTF-8; what is not UTF-8 becomes U+FFFD.
 *
 * A character on the border of two chunks is whole, and a surrogate pair on the
 * limit is left out, not split. If `onText` throws, the stream is cancelled, so
 * that the writer fails and does not wait.
 *
 * @throws What the stream or `onText` throws.
 */
export async function readBounded(
  stream: ReadableStream<Uint8Array>,
  options: BoundedOptions,
): Promise<BoundedText> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const pieces: string[] = [];
  let left = options.maxChars;
  let truncated = false;
  const keep = (text: string) => {
    if (text === "") return;
    if (truncated) return;
    truncated = text.length > left;
    const piece = truncated ? startOf(text, left) : text;
    left -= piece.length;
    if (piece === "") return;
    pieces.push(piece);
    options.onText?.(piece);
  };
  await readAll(stream, (chunk) => {
    if (!truncated) keep(decoder.decode(chunk, { stream: true }));
  });
  keep(decoder.decode());
  return { text: pieces.join(""), truncated };
}

/** Bytes asked for at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Hands each chunk to `take`, which must not keep it: a stream of bytes is read
 * into one buffer again and again. With a new one for each chunk, a gigabyte
 * of output made 50 MB of garbage before any was collected.
 */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = bytesReader(stream);
  if (reader === undefined) {
    // Leaving the loop by a throw cancels the stream.
    for await (const chunk of stream) take(chunk);
    return;
  }
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  try {
    while (true) {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (value !== undefined) {
        take(value);
        buffer = value.buffer;
      }
      if (done) return;
    }
  } catch (error) {
    await reader.cancel(error);
    throw error;
  }
}

/** A reader into our own buffer; `undefined` where the stream has none. */
function bytesReader(
  stream: ReadableStream<Uint8Array>,
): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError && !stream.locked) return undefined;
    throw error;
  }
}

function startOf(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? length - 1 : length);
}
