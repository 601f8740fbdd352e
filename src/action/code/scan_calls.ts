// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Scans Python, JavaScript, Perl, Ruby, PHP and Lua for calls that do something.
 *
 * Text in strings and comments is never taken for code. Names are followed
 * through imports and simple assignments.
 *
 * @module
 */

import { ANY, hasHole, MANY } from "../../shell/value.ts";
import type { Access, Span } from "../facts.ts";
import { CALLS, type Effect, PATH_METHODS } from "./calls.ts";
import type { CodeDraft, Language } from "./code_facts.ts";
import { readImports } from "./imports.ts";
import { innerCode } from "./inner_code.ts";
import { isTelling, unsettledNames } from "./names.ts";
import { type Lexicon, type Token, tokensOf } from "./tokens.ts";
import {
  chainAt,
  type CodeValue,
  evaluate,
  MAX_STEPS,
  readArguments,
  type Scope,
  UNKNOWN,
} from "./values.ts";

const BASE: Lexicon = {
  hash: false,
  slashes: false,
  dashes: false,
  sigils: false,
  backquotes: "none",
  prefixes: false,
  quoteWords: false,
  percents: false,
  hashBraces: false,
  regexes: false,
  heredocs: undefined,
  documentation: undefined,
};

const HERE = /<<[~-]?(?<quote>["'`]?)(?<name>[A-Z_][A-Za-z_0-9]*)\k<quote>/y;
const PHP_HERE = /<<<[ \t]*(?<quote>["']?)(?<name>[A-Za-z_]\w*)\k<quote>/y;

const LEXICONS: Readonly<Record<string, Lexicon>> = {
  python: { ...BASE, hash: true, prefixes: true },
  node: { ...BASE, slashes: true, backquotes: "template", regexes: true },
  perl: {
    ...BASE,
    hash: true,
    sigils: true,
    backquotes: "command",
    quoteWords: true,
    regexes: true,
    heredocs: HERE,
    documentation: /=[a-z]\w*/y,
  },
  ruby: {
    ...BASE,
    hash: true,
    sigils: true,
    backquotes: "command",
    percents: true,
    hashBraces: true,
    regexes: true,
    heredocs: HERE,
    documentation: /=begin/y,
  },
  php: {
    ...BASE,
    hash: true,
    slashes: true,
    sigils: true,
    backquotes: "command",
    heredocs: PHP_HERE,
  },
  lua: { ...BASE, dashes: true },
};

/** Code inside code past this is not read. */
const MAX_DEPTH = 4;
/** Characters read for one result, code inside code counted each time. */
const MAX_READ = 1_500_000;
/** Characters read so far. */
const READ = new WeakMap<CodeDraft, number>();

/** Adds what the code calls. */
export function scanCalls(
  language: Language,
  code: string,
  draft: CodeDraft,
  depth: number = 0,
  given: ReadonlyMap<string, string> = new Map(),
): void {
  const lexicon = LEXICONS[language];
  const calls = CALLS[language];
  if (lexicon === undefined || calls === undefined) return;
  const read = (READ.get(draft) ?? 0) + code.length;
  READ.set(draft, read);
  const tokens = read > MAX_READ
    ? undefined
    : withoutInnerLines(tokensOf(codeOf(language, code), lexicon));
  if (tokens === undefined || depth > MAX_DEPTH) {
    draft.unread.push({
      why: "the code is too long to be read",
      span: [0, code.length],
    });
    return;
  }
  const scope: Scope = {
    values: new Map(),
    aliases: new Map(given),
    unsettled: unsettledNames(tokens),
    declared: new Set(),
    work: { left: MAX_STEPS },
  };
  readImports(language, tokens, scope);
  const context: Context = {
    language,
    code,
    calls,
    tokens,
    scope,
    draft,
    depth,
    called: new Set(),
  };
  for (let at = 0; at < tokens.length; at++) scanAt(context, at);
  if (scope.work.left <= 0) {
    draft.unread.push({
      why: "the code is too tangled to be read",
      span: [0, code.length],
    });
  }
}

/** PHP files may hold pages; their text is blanked, so that offsets stay. */
function codeOf(language: Language, code: string): string {
  if (language !== "php" || !/<\?(?:php|=)/.test(code)) return code;
  return code.split("?>").map((piece) => {
    const open = piece.search(/<\?(?:php|=)?/);
    const start = open < 0
      ? piece.length
      : open + (piece[open + 2] === "=" ? 3 : 5);
    return " ".repeat(Math.min(start, piece.length)) + piece.slice(start);
  }).join("; ");
}

/** Lines that end inside parentheses go on. */
function withoutInnerLines(
  tokens: readonly Token[] | undefined,
): readonly Token[] | undefined {
  const open: string[] = [];
  return tokens?.filter(({ kind, text }) => {
    if (kind !== "mark") return true;
    if (/^[([{]$/.test(text)) open.push(text);
    else if (/^[)\]}]$/.test(text)) open.pop();
    return text !== "\n" || open.length === 0 || open.at(-1) === "{";
  });
}

interface Context {
  readonly language: Language;
  readonly code: string;
  /** Tokens that end a name whose call was read. */
  readonly called: Set<number>;
  readonly calls: ReadonlyMap<string, Effect>;
  readonly tokens: readonly Token[];
  readonly scope: Scope;
  readonly draft: CodeDraft;
  readonly depth: number;
}

function scanAt(context: Context, at: number): void {
  const { tokens, scope, draft, language } = context;
  const one = tokens[at] as Token;
  const span: Span = [one.start, one.end];
  if (one.kind === "code") {
    return scanCalls(
      language,
      one.text,
      draft,
      context.depth + 1,
      scope.aliases,
    );
  }
  if (one.kind === "command") draft.shells.push({ text: one.text, span });
  if (one.kind === "command" || one.kind === "string") {
    const source = context.code.slice(one.start, one.end);
    for (const code of innerCode(language, source)) {
      scanCalls(language, code, draft, context.depth + 1, scope.aliases);
    }
    return;
  }
  if (one.kind === "mark") return scanMark(context, at);
  if (one.kind !== "name" || scope.declared.has(one.start)) return;
  const before = tokens[at - 1]?.text ?? "";
  if (/^(?:\.|->|::|\?\.)$/.test(before)) return methodOf(context, at);
  if (language === "python" && before === "def") return;
  if (before === "function" || before === "sub") return;
  const next = tokens[at + 1]?.text;
  if (next === "=" && tokens[at + 2] !== undefined) {
    return assign(context, at);
  }
  const chain = loadedChain(context, at) ?? chainAt(tokens, at, scope);
  const effect = effectOf(context, chain.name);
  const tagged = tokens[chain.at];
  if (
    language === "node" && /(?:^|\.)\$$/.test(chain.name) &&
    tagged !== undefined && context.code[tagged.start] === "`"
  ) {
    // Shells of Bun and zx; a text in another place of `$` is jQuery's.
    draft.shells.push({ text: tagged.text, span });
    return;
  }
  if (effect === undefined) {
    if (chain.name === one.text) tellName(context, at, "");
    return suspicious(context, chain.name, chain.at);
  }
  const call = argumentsAt(context, chain.at);
  if (call === undefined) return passedOn(context, chain, at);
  context.called.add(chain.at - 1);
  apply(context, effect, call, [one.start, tokens[chain.at]?.end ?? one.end]);
}

/** `name = value`, where a function may get a second name. */
function assign(context: Context, at: number): void {
  const { tokens, scope } = context;
  const name = tokens[at]?.text ?? "";
  const chain = loadedChain(context, at + 2) ?? chainAt(tokens, at + 2, scope);
  const called = /^[([]$/.test(tokens[chain.at]?.text ?? "") ||
    tokens[chain.at]?.kind === "string";
  const function_ = tokens[at + 2]?.kind === "name" && !called &&
    (effectOf(context, chain.name) !== undefined || isLoader(chain.name));
  if (function_ && !scope.unsettled.has(name)) {
    scope.aliases.set(name, chain.name);
    context.called.add(chain.at - 1);
    return;
  }
  if (scope.unsettled.has(name)) scope.values.set(name, UNKNOWN);
  else scope.values.set(name, evaluate(tokens, at + 2, scope, 0).value);
}

function isLoader(name: string): boolean {
  return /^(?:require|__import__|importlib\.import_module)$/.test(name);
}

/** A function that is named and not called: something else may call it. */
function passedOn(
  { language, tokens, draft, called, scope }: Context,
  chain: { readonly name: string; readonly at: number },
  at: number,
): void {
  const one = tokens[at];
  const next = tokens[chain.at]?.text ?? "";
  const named = chain.name.includes(".") || language === "python";
  if (one === undefined || !named || /^(?:=|:|=>)$/.test(next)) return;
  if (language === "python" && scope.values.has(one.text)) return;
  called.add(chain.at - 1);
  draft.unread.push({
    why: `${chain.name} is passed on`,
    span: [one.start, tokens[chain.at - 1]?.end ?? one.end],
  });
}

/** Points out a telling name that was not read as a call. */
function tellName(context: Context, at: number, receiver: string): void {
  const { language, tokens, draft, called } = context;
  const one = tokens[at];
  if (one === undefined || called.has(at)) return;
  const next = tokens[at + 1]?.text ?? "";
  const member = receiver !== "";
  const bare = /^__|^CDLL$/.test(one.text) ||
    language === "node" && next === "(" && one.text !== "constructor" &&
      !context.scope.values.has(one.text);
  if (!member && !bare) return;
  if (/^(?:=|:|=>)$/.test(next)) return;
  if (isTelling(language, one.text, receiver)) {
    draft.unread.push({
      why: `${one.text} is used in a way that is not followed`,
      span: [one.start, one.end],
    });
  }
}

/** Unknown code, `x[name]()`, and calls of what an expression gives. */
function scanMark(context: Context, at: number): void {
  const { language, tokens, draft, scope } = context;
  const one = tokens[at] as Token;
  const span: Span = [one.start, one.end];
  if (one.text === "\0" || one.text === "\\" && language === "node") {
    draft.unread.push({ why: "part of the code is not known", span });
    return;
  }
  const before = tokens[at - 1];
  if (one.text === "[" && before !== undefined && isReceiver(before)) {
    const { value, at: end } = evaluate(tokens, at + 1, scope, 0);
    if (tokens[end]?.text !== "]" || tokens[end + 1]?.text !== "(") {
      if (!isTelling(language, value.text, before.text)) return;
    }
    const module = scope.aliases.has(before.text) ||
      /^(?:os|_G|io|globalThis|process|Deno|Bun)$/.test(before.text);
    if (
      module || isTelling(language, value.text, before.text) ||
      /^(?:exec|eval|spawn|system|require|constructor)$/.test(value.text)
    ) {
      draft.unread.push({ why: "which function is called is computed", span });
    }
  } else if (one.text === "(" && language === "php") {
    if (before?.text === ")" && tokens[at - 2]?.kind === "string") {
      draft.unread.push({ why: "which function is called is computed", span });
    }
  } else if (one.text === "&" && language === "perl") {
    const next = tokens[at + 1]?.text ?? "";
    if (next === "{" || next.startsWith("$")) {
      draft.unread.push({ why: "which function is called is computed", span });
    }
  }
}

function isReceiver({ kind, text }: Token): boolean {
  return kind === "name" || text === ")" || text === "]" || text === "?.";
}

/** `require("fs").rmSync` and `__import__("os").system` as `fs.rmSync`. */
function loadedChain(
  { tokens }: Context,
  at: number,
): { readonly name: string; readonly at: number } | undefined {
  const call = tokens[at]?.text ?? "";
  if (!/^(?:require|import|__import__|import_module)$/.test(call)) {
    return undefined;
  }
  const module = tokens[at + 2];
  if (tokens[at + 1]?.text !== "(" || module?.kind !== "string") {
    return undefined;
  }
  let name = module.text.replace(/^node:/, "");
  let end = at + 4;
  if (tokens[end]?.text === ")") end++; // `(await import("fs")).rm`
  if (tokens[end]?.text !== ".") return undefined;
  while (tokens[end]?.text === "." && tokens[end + 1]?.kind === "name") {
    name += `.${tokens[end + 1]?.text}`;
    end += 2;
  }
  return { name, at: end };
}

/** What a name does: by its whole, or by its end (`o.child_process.exec`). */
function effectOf(
  { calls, scope }: Context,
  full: string,
): Effect | undefined {
  const name = full.replace(/^(?:CORE(?:\.GLOBAL)?|globalThis|window)\./, "");
  const exact = calls.get(name);
  if (exact !== undefined) {
    // A name of the code's own hides the function.
    return scope.values.has(name) && !name.includes(".") ? undefined : exact;
  }
  const parts = name.split(".");
  for (let from = 1; from < parts.length; from++) {
    const rest = parts.slice(from).join(".");
    if (from > 0 && !rest.includes(".") && parts.length > 2) break;
    const found = rest.includes(".") ? calls.get(rest) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

interface CallArguments {
  readonly values: readonly CodeValue[];
  readonly names: ReadonlySet<string>;
}

/** Arguments in parentheses, or without them where the language allows. */
function argumentsAt(
  { language, tokens, scope }: Context,
  at: number,
): CallArguments | undefined {
  const next = tokens[at];
  if (next?.text === "(") {
    return positional(readArguments(tokens, at + 1, scope, 0));
  }
  if (language === "perl" && /^[<{\\]$/.test(next?.text ?? "")) {
    return { values: [UNKNOWN], names: new Set() };
  }
  const bare = language === "perl" || language === "ruby" ||
    language === "php" && next?.kind === "string" || language === "lua";
  if (
    !bare || next === undefined || next.kind === "mark" && next.text !== "["
  ) {
    return undefined;
  }
  const values: CodeValue[] = [];
  let from = at;
  for (;;) {
    const read = evaluate(tokens, from, scope, 0);
    values.push(read.value);
    if (tokens[read.at]?.text !== ",") break;
    from = read.at + 1;
  }
  return { values, names: new Set() };
}

/** Parameters by name, where nothing else is given. */
function positional(call: CallArguments): CallArguments {
  if (call.values.length > 0) return call;
  const named = [...call.names].find((name) =>
    /^(?:path|file|filename|src|args|cmd|command|url|fullurl|name|target|program)=/
      .test(name)
  );
  if (named === undefined) return call;
  return { ...call, values: [{ text: named.slice(named.indexOf("=") + 1) }] };
}

function apply(
  context: Context,
  effect: Effect,
  { values, names }: CallArguments,
  span: Span,
): void {
  const { draft, language, depth } = context;
  const [first] = values;
  const text = first?.text ?? ANY;
  switch (effect.kind) {
    case "shell":
      applyShell(context, values, span);
      return;
    case "program":
      applyProgram(context, values, effect.skip ?? 0, names, span);
      return;
    case "path": {
      const recursive = effect.recursive === true;
      const single = effect.access.length === 1;
      const given = single
        ? values.flatMap(({ text: one, list }) => list ?? [one]).slice(
          0,
          language === "perl" || language === "ruby" ? 16 : 1,
        )
        : values.map(({ text: one }) => one);
      for (const [i, path] of given.entries()) {
        const access = effect.access[Math.min(i, effect.access.length - 1)];
        if (access !== undefined) {
          addPath(draft, { path, access, recursive, span });
        }
        if (!single && i + 1 >= effect.access.length) break;
      }
      return;
    }
    case "open":
      applyOpen(context, values, names, span);
      return;
    case "address": {
      const address = values.find(({ text: one }) => /[./:]/.test(one)) ??
        first;
      const place = address?.list?.[0] ?? address?.text ??
        [...names].find((name) => /^(?:url|host|hostname)=/.test(name))
          ?.replace(/^\w+=/, "") ??
        ANY;
      draft.addresses.push({ text: place, span });
      return;
    }
    case "code":
      if (hasHole(text)) {
        draft.unread.push({ why: "code that is put together runs", span });
      } else if (language === "perl" && values.length === 0) return;
      else scanInner(context, text, depth + 1);
      return;
    case "unread":
      draft.unread.push({ why: effect.why, span });
  }
}

function scanInner(
  { language, draft }: Context,
  code: string,
  depth: number,
): void {
  scanCalls(language, code, draft, depth);
}

function addPath(
  draft: CodeDraft,
  fact: {
    readonly path: string;
    readonly access: Access;
    readonly recursive: boolean;
    readonly span: Span;
  },
): void {
  if (/^https?:\/\//i.test(fact.path)) {
    draft.addresses.push({ text: fact.path, span: fact.span });
  } else if (fact.path !== "") draft.paths.push(fact);
}

/** `system("text")`, `system("rm", "-r", "x")`. */
function applyShell(
  { draft, language }: Context,
  values: readonly CodeValue[],
  span: Span,
): void {
  const [first] = values;
  const words = values.flatMap(({ text, list }) => list ?? [text]);
  const several = language === "perl" || language === "ruby"
    ? words.length > 1
    : first?.list !== undefined;
  if (several) draft.programs.push({ argv: words, span });
  else draft.shells.push({ text: first?.text ?? ANY, span });
}

function applyProgram(
  { draft, language }: Context,
  values: readonly CodeValue[],
  skip: number,
  names: ReadonlySet<string>,
  span: Span,
): void {
  const shell = names.has("shell=True") ||
    [...names].some((name) => /^shell=/.test(name) && language !== "node");
  const given = values.slice(skip);
  const [first] = given;
  if (shell && !names.has("shell=False")) {
    const text = first?.list?.join(" ") ?? first?.text ?? ANY;
    draft.shells.push({ text, span });
    return;
  }
  const named = [...names].find((name) => name.startsWith("args="));
  const held = language === "node" && given[1]?.list === undefined;
  const argv = given.flatMap(({ text, list, fields }, i) => {
    // Options of Node's spawn say how, those of Deno.Command also what.
    const words = list ?? fields?.get("args")?.list;
    if (words !== undefined) return words;
    if (fields !== undefined) return fields.has("args") ? [MANY] : [];
    return text === ANY && (given.length === 1 || held && i === 1)
      ? [MANY]
      : [text];
  });
  if (
    language === "python" && first !== undefined && first.list === undefined
  ) {
    // A text alone is the program; more texts are its words.
    draft.programs.push({ argv, span });
    return;
  }
  if (named !== undefined) argv.push(MANY);
  draft.programs.push({ argv: argv.length === 0 ? [MANY] : argv, span });
}

/** `open(path, mode)`: mode tells what happens. */
function applyOpen(
  { draft, language }: Context,
  values: readonly CodeValue[],
  names: ReadonlySet<string>,
  span: Span,
): void {
  const texts = values.map(({ text }) => text);
  if (language === "perl") {
    const [, mode = "", target] = texts;
    const two = target === undefined ? mode : `${mode}${target}`;
    const pipe = /^\s*\|(.*)$|^-\|(.*)$|^(.*)\|\s*$/s.exec(two);
    if (pipe !== null) {
      const text = pipe[1] ?? pipe[2] ?? pipe[3] ?? ANY;
      const words = texts.slice(2);
      if (words.length > 1) draft.programs.push({ argv: words, span });
      else draft.shells.push({ text, span });
      return;
    }
    const path = target ?? mode.replace(/^[+<>]*\s*/, "");
    const access = />/.test(mode) ? "write" : "read";
    addPath(draft, { path, access, recursive: false, span });
    return;
  }
  const [path = ANY, second = ""] = texts;
  if (language === "ruby" && path.startsWith("|")) {
    draft.shells.push({ text: path.slice(1), span });
    return;
  }
  const mode = [...names].find((name) => name.startsWith("mode="))?.slice(5) ??
    second;
  const access = /[wax+]/.test(mode) ? "write" : "read";
  addPath(draft, { path, access, recursive: false, span });
}

/** A method after a dot: its receiver is read backwards from where it began. */
function methodOf(context: Context, at: number): void {
  const { language, tokens, scope, draft } = context;
  const name = tokens[at]?.text ?? "";
  tellName(context, at, tokens[at - 2]?.text ?? "?");
  if (tokens[at + 1]?.text !== "(" || context.called.has(at)) return;
  if (REACHING.test(name)) reach(context, at);
  const methods = PATH_METHODS[language];
  const effect = methods?.get(name);
  if (effect === undefined) return;
  const from = receiverStart(tokens, at - 1);
  scope.work.left -= at - from;
  const receiver = tokens.slice(from, at - 1);
  const { value, at: end } = evaluate(receiver, 0, scope, 0);
  if (end < receiver.length || from >= at - 1) {
    if (PLAIN_PATH.test(name)) {
      draft.unread.push({
        why: `${name} of a path that is not followed`,
        span: [tokens[at]?.start ?? 0, tokens[at]?.end ?? 0],
      });
    }
    return;
  }
  const chain = chainAt(tokens, from, scope);
  if (effectOf(context, chain.name) !== undefined) return;
  const looksLikePath = scope.values.has(chain.name) ||
    /(?:^|\.)(?:Path|PurePath|PosixPath|Pathname)/.test(chain.name) ||
    tokens[from]?.text === "(" || PLAIN_PATH.test(name);
  if (!looksLikePath) return;
  const call = readArguments(tokens, at + 2, scope, 0);
  apply(context, effect, { ...call, values: [value, ...call.values] }, [
    tokens[from]?.start ?? 0,
    tokens[at]?.end ?? 0,
  ]);
}

/** Methods that only paths have. */
const PLAIN_PATH =
  /^(?:unlink|rmdir|rmtree|read_text|write_text|read_bytes|write_bytes|iterdir)$/;
/** Methods that may reach a host. */
const REACHING = /^(?:get|post|put|patch|head|delete|request|fetch|connect)$/;

/** `session.get("https://..")`, `socket.connect((host, port))`. */
function reach({ tokens, scope, draft }: Context, at: number): void {
  const { values: [first] } = readArguments(tokens, at + 2, scope, 0);
  const span: Span = [tokens[at]?.start ?? 0, tokens[at]?.end ?? 0];
  const text = tokens[at]?.text === "connect" ? first?.list?.[0] : first?.text;
  const address = tokens[at]?.text === "connect" ? text : text?.match(
    /^(?:https?|wss?|ftp):\/\/.*$/s,
  )?.[0];
  if (address !== undefined) draft.addresses.push({ text: address, span });
}

/** Longest receiver of a method that is worked out, in tokens. */
const MAX_RECEIVER = 200;

function receiverStart(tokens: readonly Token[], dot: number): number {
  let at = dot - 1;
  for (;;) {
    const one = tokens[at];
    if (one === undefined) return 0;
    if (dot - at > MAX_RECEIVER) return at;
    if (one.text === ")" || one.text === "]") {
      let depth = 0;
      for (; at >= 0; at--) {
        const text = tokens[at]?.text ?? "";
        if (dot - at > MAX_RECEIVER) return at;
        if (text === ")" || text === "]") depth++;
        else if ((text === "(" || text === "[") && --depth === 0) break;
      }
      if (tokens[at - 1]?.kind === "name") at--;
      else return Math.max(at, 0);
    }
    if (!/^(?:\.|->|::|\?\.)$/.test(tokens[at - 1]?.text ?? "")) return at;
    at -= 2;
  }
}

/** Functions that call the function they are given by name. */
const BY_NAME: Readonly<Partial<Record<Language, RegExp>>> = {
  ruby:
    /(?:^|\.)(?:send|__send__|public_send|method|const_get|instance_method)$/,
  php:
    /^(?:call_user_func(?:_array)?|array_(?:map|walk|filter)|usort|register_shutdown_function|\$\w+)$/,
  lua: /^(?:getfenv|setfenv|debug\.\w+)$/,
};

/** Names that hide which function is called. */
function suspicious(context: Context, name: string, at: number): void {
  const { language, tokens, draft, scope } = context;
  const one = tokens[at];
  const span: Span = [tokens[at - 1]?.start ?? 0, one?.end ?? 0];
  if (one?.text !== "(") return;
  if (BY_NAME[language]?.test(name) === true) {
    const { values } = readArguments(tokens, at + 1, scope, 0);
    const given = name.startsWith("$")
      ? scope.values.get(name)?.text ?? ANY
      : values[0]?.text ?? ANY;
    const callback = language === "php" && !name.startsWith("$");
    if (!callback || CALLS[language]?.has(given) === true) {
      draft.unread.push({ why: "which function is called is computed", span });
    }
    return;
  }
  if (
    language === "python" &&
    /(?:^|\.)(?:getattr|__import__|import_module)$/.test(name)
  ) {
    const { values, at: after } = readArguments(tokens, at + 1, scope, 0);
    const wanted = values.at(name.endsWith("getattr") ? 1 : 0)?.text ?? ANY;
    if (hasHole(wanted)) {
      draft.unread.push({ why: "which function is called is computed", span });
    } else if (name.endsWith("getattr")) {
      followAttribute(context, values, wanted, after, span);
    }
  }
  if (language === "node" && /^(?:require|import)$/.test(name)) {
    const { values } = readArguments(tokens, at + 1, scope, 0);
    if (hasHole(values[0]?.text ?? ANY)) {
      draft.unread.push({ why: "which module is loaded is computed", span });
    }
  }
}

/** `getattr(os, 'sys' + 'tem')('text')`. */
function followAttribute(
  context: Context,
  values: readonly CodeValue[],
  wanted: string,
  after: number,
  span: Span,
): void {
  const { calls, tokens, scope } = context;
  if (tokens[after]?.text !== "(") return;
  const found = [...calls].find(([name]) => name.endsWith(`.${wanted}`));
  if (found === undefined || values.length < 2) return;
  const call = readArguments(tokens, after + 1, scope, 0);
  apply(context, found[1], call, span);
}
