// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * sed and awk programs: whether one can do more than change text.
 *
 * Both readings are narrow on purpose: a script that is not plainly harmless
 * is said to carry code.
 *
 * @module
 */

import { readArguments } from "./options.ts";

/** What gives an awk program a command, a file, a connection or its own arguments. */
const AWK_CODE =
  /\bsystem\b|\bgetline\b|\|(?!\|)|@|\bARGV\b|\bARGC\b|\bENVIRON\b|\bprintf?\b[^;}\n]*>|\/inet/;

/** Says what an awk program can run. */
export function awkCode(args: readonly string[]): string | undefined {
  const { values, operands, flags } = readArguments("awk", ["awk", ...args]);
  for (const flag of ["-f", "-i", "-l", "-E"]) {
    if (flags.has(flag)) return `awk ${flag} runs a program from a file`;
  }
  const sources = values.filter(({ flag }) => /^(?:-e|--source)$/.test(flag))
    .map(({ text }) => text);
  const script = sources.length > 0
    ? sources.join("\n")
    : operands[0]?.text ?? "";
  return AWK_CODE.test(script.replaceAll("||", ""))
    ? "the awk program can run commands or open files"
    : undefined;
}

const SED_ADDRESS = String.raw`(?:[0-9]+(?:~[0-9]+)?|\$|/(?:[^/\\\n]|\\.)*/I?)`;
const SED_ADDRESSES = String
  .raw`(?:${SED_ADDRESS}(?:\s*,\s*(?:\+?[0-9]+|\$|/(?:[^/\\\n]|\\.)*/I?))?\s*!?\s*)?`;
const SED_SUBSTITUTE = [..."/|#,:@%!_"].map((d) => {
  const part = String.raw`(?:[^\\\n${d}]|\\[^\n])*`;
  const mark = d === "|" ? "\\|" : d;
  return String.raw`[sy]${mark}${part}${mark}${part}${mark}[gpiI0-9]*`;
}).join("|");
const SED_COMMAND = new RegExp(
  String
    .raw`\s*${SED_ADDRESSES}(?:[pdqDPNnghGHx=](?=\s*(?:[;}\n]|$))|q[0-9]+|[aic]\\?\s*[^\n]*|\{|\}|${SED_SUBSTITUTE})?\s*(?:[;\n]|(?=\})|(?<=\{)|$)`,
  "y",
);

/** Says what a sed script can do besides changing text. */
export function sedCode(args: readonly string[]): string | undefined {
  const { values, operands, flags } = readArguments("sed", ["sed", ...args]);
  if (flags.has("-f")) return "sed -f runs a script from a file";
  const scripts = values.filter(({ flag }) => /^(?:-e|--e)/.test(flag))
    .map(({ text }) => text);
  const first = operands[0]?.text;
  if (scripts.length === 0 && first !== undefined) scripts.push(first);
  return scripts.every(isPlainSed)
    ? undefined
    : "the sed script may run commands or write files";
}

function isPlainSed(script: string): boolean {
  if (script.length > 4_096) return false;
  let at = 0;
  while (at < script.length) {
    SED_COMMAND.lastIndex = at;
    const found = SED_COMMAND.exec(script);
    if (found === null || found[0] === "") return false;
    at += found[0].length;
  }
  return true;
}
