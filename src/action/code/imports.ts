// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Names that imports give to modules and functions.
 *
 * @module
 */

import { CALLS } from "./calls.ts";
import type { Language } from "./code_facts.ts";
import type { Token } from "./tokens.ts";
import type { Scope } from "./values.ts";

/** Notes every import, wherever it stands. */
export function readImports(
  language: Language,
  tokens: readonly Token[],
  scope: Scope,
): void {
  for (let at = 0; at < tokens.length; at++) {
    if (language === "python") pythonImport(tokens, at, scope);
    else if (language === "node") nodeImport(tokens, at, scope);
    else if (language === "lua" || language === "perl") {
      plainRequire(tokens, at, scope);
    }
  }
}

/** `a.b.c` from `at`. */
function dotted(
  tokens: readonly Token[],
  at: number,
): { readonly name: string; readonly at: number } {
  let name = tokens[at]?.text ?? "";
  let end = at + 1;
  while (tokens[end]?.text === "." && tokens[end + 1]?.kind === "name") {
    name += `.${tokens[end + 1]?.text}`;
    end += 2;
  }
  return { name, at: end };
}

function pythonImport(
  tokens: readonly Token[],
  at: number,
  { aliases, values, declared }: Scope,
): void {
  const word = tokens[at]?.text;
  if (tokens[at]?.kind !== "name") return;
  if (word === "from") {
    const module = dotted(tokens, at + 1);
    if (tokens[module.at]?.text !== "import") return;
    let end = module.at + 1;
    if (tokens[end]?.text === "(") end++;
    if (tokens[end]?.text === "*") return everyName(module.name, aliases);
    while (tokens[end]?.kind === "name") {
      const name = tokens[end]?.text ?? "";
      const renamed = tokens[end + 1]?.text === "as";
      const local = renamed ? tokens[end + 2]?.text ?? name : name;
      declared.add(tokens[end]?.start ?? 0);
      aliases.set(local, `${module.name}.${name}`);
      values.delete(local);
      end += renamed ? 3 : 1;
      if (tokens[end]?.text !== ",") break;
      end++;
    }
  } else if (word === "import" && startsStatement(tokens, at)) {
    let end = at + 1;
    while (tokens[end]?.kind === "name") {
      const module = dotted(tokens, end);
      end = module.at;
      if (tokens[end]?.text === "as") {
        aliases.set(tokens[end + 1]?.text ?? "", module.name);
        end += 2;
      }
      if (tokens[end]?.text !== ",") break;
      end++;
    }
  }
  // `m = __import__('os')`; `__import__('os').system(...)` is read as `os.system`.
  if (word === "__import__" || word === "import_module") {
    const module = tokens[at + 2];
    if (module?.kind === "string" && tokens[at - 1]?.text === "=") {
      aliases.set(tokens[at - 2]?.text ?? "", module.text);
    } else if (
      module?.kind === "string" && tokens[at - 1]?.text === "." &&
      tokens[at - 3]?.text === "="
    ) {
      aliases.set(tokens[at - 4]?.text ?? "", module.text);
    }
  }
}

/** `from os import *` gives every function of the module its short name. */
function everyName(module: string, aliases: Map<string, string>): void {
  for (const name of CALLS["python"]?.keys() ?? []) {
    const rest = name.slice(module.length + 1);
    if (name.startsWith(`${module}.`) && !rest.includes(".")) {
      aliases.set(rest, name);
    }
  }
}

/** `from x import y` has its `import` further on. */
function startsStatement(tokens: readonly Token[], at: number): boolean {
  return /^(?:|\n|;|:)$/.test(tokens[at - 1]?.text ?? "");
}

/** Module of `require("node:fs")` at `at`. */
function required(tokens: readonly Token[], at: number): string | undefined {
  const call = tokens[at]?.text;
  if (call !== "require" && call !== "import") return undefined;
  const module = tokens[at + 2];
  if (tokens[at + 1]?.text !== "(" || module?.kind !== "string") {
    return undefined;
  }
  return moduleName(module.text);
}

function moduleName(text: string): string {
  return text.replace(/^node:/, "").replace(/^fs-extra$/, "fs")
    .replace(/^graceful-fs$/, "fs");
}

function nodeImport(
  tokens: readonly Token[],
  at: number,
  { aliases, declared }: Scope,
): void {
  const word = tokens[at]?.text;
  if (tokens[at]?.kind !== "name") return;
  if (word === "const" || word === "let" || word === "var") {
    const from = tokens[at + 1];
    if (from?.text === "{") {
      const end = nextIndex(tokens, at, ({ text }) => text === "}");
      const skip = tokens[end + 2]?.text === "await" ? 3 : 2;
      const module = required(tokens, end + skip);
      if (end > 0 && module !== undefined) {
        destructured(tokens.slice(at + 2, end), module, aliases, declared);
      }
    } else if (from?.kind === "name" && tokens[at + 2]?.text === "=") {
      const skip = tokens[at + 3]?.text === "await" ? 4 : 3;
      const module = required(tokens, at + skip);
      if (module !== undefined) {
        const member = tokens[at + skip + 4]?.text === "."
          ? `.${tokens[at + skip + 5]?.text}`
          : "";
        aliases.set(from.text, module + member);
      }
    }
  } else if (word === "import" && tokens[at + 1]?.text !== "(") {
    const source = nextIndex(tokens, at, ({ kind }) => kind === "string");
    if (source < 0) return;
    const module = moduleName(tokens[source]?.text ?? "");
    const words = tokens.slice(at + 1, source);
    const open = words.findIndex(({ text }) => text === "{");
    if (open >= 0) {
      destructured(
        words.slice(open + 1).filter(({ text }) => text !== "}"),
        module,
        aliases,
        declared,
      );
    }
    const [first, second, third] = words;
    if (first?.kind === "name" && first.text !== "type") {
      aliases.set(first.text, module);
    } else if (first?.text === "*" && second?.text === "as") {
      aliases.set(third?.text ?? "", module);
    }
  }
}

/** Longest import statement, in tokens. */
const MAX_IMPORT = 256;

function nextIndex(
  tokens: readonly Token[],
  at: number,
  wanted: (one: Token) => boolean,
): number {
  const end = Math.min(tokens.length, at + MAX_IMPORT);
  for (let i = at + 1; i < end; i++) {
    const one = tokens[i];
    if (one !== undefined && wanted(one)) return i;
  }
  return -1;
}

/** `{ a, b: c, d as e }`. */
function destructured(
  words: readonly Token[],
  module: string,
  aliases: Map<string, string>,
  declared: Set<number>,
): void {
  for (const { start } of words) declared.add(start);
  for (let at = 0; at < words.length; at++) {
    const one = words[at];
    if (one?.kind !== "name" || one.text === "from") continue;
    const renamed = words[at + 1]?.text === ":" || words[at + 1]?.text === "as";
    const local = renamed ? words[at + 2]?.text ?? one.text : one.text;
    aliases.set(local, `${module}.${one.text}`);
    if (renamed) at += 2;
  }
}

function plainRequire(
  tokens: readonly Token[],
  at: number,
  { aliases }: Scope,
): void {
  if (tokens[at]?.text !== "require" || tokens[at - 1]?.text !== "=") return;
  const module = tokens[at + (tokens[at + 1]?.text === "(" ? 2 : 1)];
  if (module?.kind === "string") {
    aliases.set(tokens[at - 2]?.text ?? "", module.text);
  }
}
