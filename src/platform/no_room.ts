// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A disk that is full, in the words of the system and of SQLite; pure.
 *
 * @module
 */

/** ENOSPC and EDQUOT; and SQLite, whose I/O errors on a full disk are not told apart. */
const NO_ROOM = /\(os error (?:28|122)\)|database or disk is full/;

/** Any error of the system. */
const SYSTEM = /\(os error [0-9]+\)/;

/** Whether the disk, or what the user may have of it, is full. */
export function isNoRoom(message: string): boolean {
  return NO_ROOM.test(message);
}

/** Whether a message is the system's own: it names no file. */
export function isOfSystem(message: string): boolean {
  return SYSTEM.test(message);
}

/** What a person does about it. */
export const ROOM_CURE = "make room on that disk, then try again";
