// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a file is, by its first bytes (pure).
 *
 * @module
 */

/** One kind: bytes at offsets, and its name in MIME. */
interface Magic {
  readonly mimeType: string;
  readonly image?: true;
  readonly at: readonly (readonly [offset: number, bytes: string])[];
}

/**
 * Sources: the signatures of MIME Sniffing (whatwg.org, section 6), and file(1).
 * Images are those that vision models take.
 */
const MAGIC: readonly Magic[] = [
  {
    mimeType: "image/png",
    image: true,
    at: [[0, "\x89PNG\r\n\x1a\n"]],
  },
  { mimeType: "image/jpeg", image: true, at: [[0, "\xff\xd8\xff"]] },
  { mimeType: "image/gif", image: true, at: [[0, "GIF87a"]] },
  { mimeType: "image/gif", image: true, at: [[0, "GIF89a"]] },
  { mimeType: "image/webp", image: true, at: [[0, "RIFF"], [8, "WEBP"]] },
  { mimeType: "image/bmp", at: [[0, "BM"]] },
  { mimeType: "application/pdf", at: [[0, "%PDF-"]] },
  { mimeType: "application/zip", at: [[0, "PK\x03\x04"]] },
  { mimeType: "application/gzip", at: [[0, "\x1f\x8b"]] },
  { mimeType: "application/vnd.sqlite3", at: [[0, "SQLite format 3\0"]] },
  { mimeType: "application/x-elf", at: [[0, "\x7fELF"]] },
  { mimeType: "application/wasm", at: [[0, "\0asm"]] },
];

/** The kind; `application/octet-stream` where it is not known. */
export function kindOfBytes(
  head: Uint8Array,
): { readonly mimeType: string; readonly isImage: boolean } {
  const found = MAGIC.find(({ at }) =>
    at.every(([offset, bytes]) =>
      Array.from(bytes).every((char, i) =>
        head[offset + i] === char.charCodeAt(0)
      )
    )
  );
  return {
    mimeType: found?.mimeType ?? "application/octet-stream",
    isImage: found?.image === true,
  };
}
