// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans AppleScript: `do shell script`, `run script`, other applications.
 *
 * Source: AppleScript Language Guide (Commands Reference, Comments).
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";
import type { Span } from "../facts.ts";
import type { CodeDraft } from "./code_facts.ts";
import { decodeEscapes } from "./escapes.ts";

const QUIET =
  /--[^\n]*|#[^\n]*|\(\*[\s\S]*?(?:\*\)|$)|"(?:[^"\\]|\\[\s\S])*"?/y;
const PIECE =
  /[ \t]*(?:&[ \t]*)?(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s"&][^\n"&]*))/y;
const START =
  /(?:do\s+shell\s+script|run\s+script|load\s+script|tell\s+app\w*)\b/iy;

/** Adds what AppleScript would do. */
export function scanApplescript(code: string, draft: CodeDraft): void {
  let at = 0;
  while (at < code.length) {
    QUIET.lastIndex = at;
    const quiet = QUIET.exec(code)?.[0].length ?? 0;
    if (quiet > 0) {
      at += quiet;
      continue;
    }
    START.lastIndex = at;
    const found = /\w/.test(code[at - 1] ?? "") ? null : START.exec(code);
    if (found === null) {
      at++;
      continue;
    }
    const after = at + found[0].length;
    const [text, end] = argument(code, after);
    const span: Span = [at, end];
    if (/^do/i.test(found[0])) draft.shells.push({ text, span });
    else draft.unread.push({ why: "AppleScript runs or steers others", span });
    at = Math.max(end, after);
  }
}

/** Texts joined by `&`; anything else among them is not known. */
function argument(
  code: string,
  from: number,
): readonly [text: string, end: number] {
  let text = "";
  let at = from;
  for (let turn = 0; turn < 64; turn++) {
    PIECE.lastIndex = at;
    const found = PIECE.exec(code);
    if (found === null || turn > 0 && !/^\s*&/.test(found[0])) break;
    text += found[1] === undefined ? ANY : decodeEscapes(found[1]);
    at += found[0].length;
  }
  return [text === "" || at < code.length && code[at] === "&" ? ANY : text, at];
}
