// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How much text is read, and why no more.
 *
 * @module
 */

/** UTF-16 units of one command text. Linux passes at most 128 KiB in one argument to `bash -c`; larger texts come from mistakes. */
export const MAX_TEXT = 1_000_000;

/** UTF-16 units of one word: no program takes a longer argument that a person could review. */
export const MAX_WORD = 65_536;

/** Simple commands in one text: past this no person could approve it either. */
export const MAX_COMMANDS = 4_096;
