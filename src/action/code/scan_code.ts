// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Code in another language -> what it would start, touch and reach.
 *
 * Text that only mentions things, in strings or comments, gives nothing. Code
 * that is put together while it runs is named as unread.
 *
 * @module
 */

import {
  type CodeDraft,
  type CodeFacts,
  type Language,
  startCode,
} from "./code_facts.ts";
import { scanCalls } from "./scan_calls.ts";
import { scanAwk } from "./scan_awk.ts";
import { scanLineEditor, scanVim } from "./scan_editors.ts";
import { scanSed } from "./scan_sed.ts";
import { scanSql } from "./scan_sql.ts";
import { scanTcl } from "./scan_tcl.ts";
import { scanApplescript } from "./scan_applescript.ts";
import { scanMake } from "./scan_make.ts";
import { scanPowershell } from "./scan_powershell.ts";

export type { CodeFacts, Language } from "./code_facts.ts";

/** Longest code that is scanned, in UTF-16 units. */
const MAX_CODE = 262_144;

const SMALL: Readonly<
  Record<string, (code: string, draft: CodeDraft) => void>
> = {
  awk: scanAwk,
  sed: scanSed,
  ed: scanLineEditor,
  vim: scanVim,
  tcl: scanTcl,
  make: scanMake,
  sql: scanSql,
  powershell: scanPowershell,
  applescript: scanApplescript,
};

/**
 * Scans code.
 *
 * @example A removal in Python
 * ```ts
 * import assert from "node:assert/strict";
 * import { scanCode } from "./scan_code.ts";
 *
 * const { paths } = scanCode("python", "import shutil; shutil.rmtree('old')");
 * assert.deepEqual(paths.map(({ path, access }) => [path, access]), [
 *   ["old", "delete"],
 * ]);
 * ```
 */
export function scanCode(language: Language, code: string): CodeFacts {
  const draft = startCode();
  if (code.length > MAX_CODE) {
    draft.unread.push({
      why: "the code is too long to be read",
      span: [0, code.length],
    });
    return draft;
  }
  const small = SMALL[language];
  if (small === undefined) scanCalls(language, code, draft);
  else small(code, draft);
  return draft;
}
