// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Code in another language -> facts.
 *
 * @module
 */

import { followText } from "../shell/follow.ts";
import type { Start, Walk } from "../shell/host.ts";
import { fork } from "../shell/state.ts";
import { hasHole } from "../shell/value.ts";
import { scanCode } from "./code/scan_code.ts";
import type { Language } from "./code/scan_code.ts";
import type { Span } from "./facts.ts";
import { addHost } from "./program_words.ts";
import { hostName } from "./programs/network.ts";
import { addPath, addUnknown, type Reader } from "./reader.ts";
import { baseName } from "./words.ts";

/** Languages whose code can be scanned. */
const LANGUAGES: ReadonlySet<string> = new Set<Language>([
  "python",
  "node",
  "perl",
  "ruby",
  "php",
  "lua",
  "awk",
  "sed",
  "ed",
  "vim",
  "tcl",
  "powershell",
  "applescript",
  "make",
  "sql",
]);

/** Adds what `text` would do. */
export function followCode(
  { reader, walk, start, begin }: {
    readonly reader: Reader;
    readonly walk: Walk;
    readonly start: Start;
    readonly begin?: (inner: Start) => void;
  },
  language: string,
  text: string,
  span: Span,
): void {
  const folders = start.state.folders;
  const program = baseName(start.argv[0] ?? language);
  const via = [...start.via, program];
  if (!LANGUAGES.has(language)) {
    return addUnknown(reader, {
      code: "exec.inner_command",
      message: `Not read: code in ${language}`,
      span,
    });
  }
  const facts = scanCode(language as Language, text);
  const startFrom = (argv: readonly string[]): void => {
    const begun = begin ?? ((inner: Start) => walk.host.start(inner, walk));
    begun({
      argv,
      spans: argv.map(() => span),
      span,
      assignments: [],
      via,
      stdin: { kind: "opaque" },
      state: start.state,
      builtin: false,
    });
  };
  for (const { argv } of facts.programs) startFrom(argv);
  for (const { text: shell } of facts.shells) {
    if (hasHole(shell)) {
      addUnknown(reader, {
        code: "shell.code",
        message:
          "Not read: the text that a shell is given is known only at run time",
        span,
      });
    }
    const known = shell.replace(/\0[$+*?_]/g, '"${airg_unknown}"');
    // What the program feeds it is not known.
    const streams = { stdin: { kind: "opaque" } } as const;
    followText(walk, fork(start.state), known, { origin: span, streams });
  }
  for (const { path, access, recursive } of facts.paths) {
    const word = path === "~" || path.startsWith("~/")
      ? reader.home + path.slice(1)
      : path;
    if (recursive && access === "delete") {
      // Rules about removing trees speak of rm.
      startFrom(["rm", "-r", word]);
    } else if (word !== "") {
      const added = addPath(reader, { word, access, span }, folders);
      // What code writes is not followed.
      if (access === "write") {
        for (const one of added) reader.fresh.add(one);
      }
    }
  }
  for (const { text: address } of facts.addresses) {
    const host = hostName(address);
    if (host !== undefined) addHost(reader, { host, program, span });
  }
  for (const { why } of facts.unread) {
    addUnknown(reader, {
      code: "exec.inner_command",
      message: `Not read: ${why}`,
      span,
    });
  }
}
