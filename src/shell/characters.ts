// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Classes of characters, as bash has them whatever the locale.
 *
 * @module
 */

/** Characters that end an unquoted word (Bash manual, 2 Definitions: metacharacter). */
export function isMeta(code: number): boolean {
  return code < 128 && CLASSES[code] === META;
}

/** Characters of an unquoted word that mean only themselves. */
export function isPlain(code: number): boolean {
  return code >= 128 || CLASSES[code] === PLAIN;
}

/** May start a name. */
export function isNameStart(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122 || code === 95;
}

/** May go on a name. */
export function isNamePart(code: number): boolean {
  return isNameStart(code) || code >= 48 && code <= 57;
}

/** Length of the name at `at`, 0 where there is none. */
export function nameLength(text: string, at: number): number {
  if (!isNameStart(text.charCodeAt(at))) return 0;
  let end = at + 1;
  while (isNamePart(text.charCodeAt(end))) end++;
  return end - at;
}

const [PLAIN, META] = [1, 2];
const CLASSES = new Uint8Array(128);
for (let code = 1; code < 128; code++) CLASSES[code] = PLAIN;
for (const char of " \t\n|&;<>()") CLASSES[char.charCodeAt(0)] = META;
for (const char of "'\"\\$`*?[{~") CLASSES[char.charCodeAt(0)] = 0;
