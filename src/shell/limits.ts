// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How much is read, and why no more.
 *
 * @module
 */

/** UTF-16 units of one command text. Linux passes at most 128 KiB in one argument to `bash -c`; larger texts come from mistakes. */
export const MAX_TEXT = 1_100_000;

/** Constructs inside one another; people write fewer than ten. */
export const MAX_DEPTH = 64;

/** Words, expansions and commands in one text: past this no person could review it. */
export const MAX_NODES = 65_536;

/** Words that one word may become by braces, globs and lists. */
export const MAX_FIELDS = 1_024;

/** Values that one word may have because of branches in the text. */
export const MAX_CHOICES = 8;

/** Turns of a loop that are followed one by one. */
export const MAX_TURNS = 64;

/** Folders that a command may run in. */
export const MAX_FOLDERS = 8;

/** Functions, `eval`s and shells inside one another. */
export const MAX_CALLS = 24;

/** Steps of following a text: this many and one for each character. */
export const MIN_STEPS = 10_000;

/** Most steps; a step is a word, a command, or a few hundredths of a millisecond. */
export const MAX_STEPS = 40_000;

/** UTF-16 units of a value that is followed; longer ones are not known. */
export const MAX_VALUE = 131_072;
