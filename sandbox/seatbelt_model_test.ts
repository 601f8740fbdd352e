// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Reads a Seatbelt profile and answers as `sandboxd` would: a second opinion
 * on the writer, which it shares no code with. It knows the forms airg writes
 * and throws on any other.
 *
 * @module
 */

/** A symbol, a string, a regular expression or a list. */
export type Sexp =
  | { readonly kind: "symbol"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "regex"; readonly text: string }
  | readonly Sexp[];

/** One question; `path` for files, `socket` for the network. */
export interface Question {
  readonly operation: string;
  readonly path?: string;
  readonly socket?: "ip" | "unix";
  readonly name?: string;
}

/**
 * `last`: the last rule that matches decides. `specific`: a rule that names the
 * very operation decides before any that names a group, as was seen on macOS.
 */
export type Precedence = "last" | "specific";

/** Reads the words as `sandbox-exec` does: the text, and its parameters. */
export function readProfile(
  args: readonly string[],
): {
  readonly forms: readonly Sexp[];
  readonly params: ReadonlyMap<string, string>;
} {
  if (args[0] !== "-p" || args.at(-1) !== "--") throw new Error("no profile");
  const params = new Map<string, string>();
  for (const word of args.slice(2, -1)) {
    if (!word.startsWith("-D")) throw new Error(`stray word: ${word}`);
    const at = word.indexOf("=");
    params.set(word.slice(2, at), word.slice(at + 1));
  }
  return { forms: readAll(args[1]!), params };
}

/** Every form of a text. */
export function readAll(text: string): Sexp[] {
  let at = 0;
  const skip = () => {
    for (;;) {
      while (/\s/.test(text[at] ?? "")) at++;
      if (text[at] !== ";") return;
      while (at < text.length && text[at] !== "\n") at++;
    }
  };
  const string = (): string => {
    let value = "";
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length) throw new Error("open string");
      if (text[at] === "\\") at++;
      value += text[at];
    }
    at++;
    return value;
  };
  const form = (): Sexp => {
    skip();
    if (text[at] === "(") {
      const list: Sexp[] = [];
      for (at++, skip(); text[at] !== ")"; skip()) {
        if (at >= text.length) throw new Error("open list");
        list.push(form());
      }
      at++;
      return list;
    }
    if (text[at] === '"') return { kind: "string", text: string() };
    if (text.startsWith('#"', at)) {
      at++;
      return { kind: "regex", text: string() };
    }
    const symbol = /^[^\s()";]+/.exec(text.slice(at, at + 100))?.[0];
    if (symbol === undefined) throw new Error(`stray ${text[at]}`);
    at += symbol.length;
    return { kind: "symbol", text: symbol };
  };
  const forms: Sexp[] = [];
  for (skip(); at < text.length; skip()) forms.push(form());
  return forms;
}

/** One rule of a profile. */
export interface ReadRule {
  readonly verdict: "allow" | "deny";
  readonly operations: readonly string[];
  readonly filters: readonly Sexp[];
}

/** The rules of a profile, in order. */
export function rulesOf(forms: readonly Sexp[]): ReadRule[] {
  return forms.filter((form) => headOf(form) !== "version").map((form) => {
    const verdict = headOf(form);
    if (verdict !== "allow" && verdict !== "deny") {
      throw new Error(`unknown form ${verdict}`);
    }
    const rest = listOf(form).slice(1);
    return {
      verdict,
      operations: rest.filter(isSymbol).map(({ text }) => text),
      filters: rest.filter((part) =>
        !isSymbol(part) && headOf(part) !== "with"
      ),
    };
  });
}

/** Whether the rules let an act through. */
export function judge(
  rules: readonly ReadRule[],
  params: ReadonlyMap<string, string>,
  question: Question,
  precedence: Precedence,
): boolean {
  const matching = rules.filter(({ operations, filters }) =>
    operations.some((operation) => covers(operation, question.operation)) &&
    (filters.length === 0 ||
      filters.some((filter) => matches(filter, params, question)))
  );
  const exact = matching.filter(({ operations }) =>
    operations.includes(question.operation)
  );
  const deciding = precedence === "specific" && exact.length > 0
    ? exact
    : matching;
  return deciding.at(-1)?.verdict === "allow";
}

function covers(group: string, operation: string): boolean {
  if (group === "default") return true;
  return group.endsWith("*")
    ? operation.startsWith(group.slice(0, -1))
    : operation === group;
}

function matches(
  filter: Sexp,
  params: ReadonlyMap<string, string>,
  question: Question,
): boolean {
  const head = headOf(filter);
  const [, ...rest] = listOf(filter);
  const every = () => rest.map((part) => matches(part, params, question));
  const { path, name, socket } = question;
  switch (head) {
    case "literal":
      return path === valueOf(rest[0], params);
    case "subpath":
      return path !== undefined && isBeneath(path, valueOf(rest[0], params));
    case "regex":
      return path !== undefined && new RegExp(textOf(rest[0])).test(path);
    case "require-all":
      return every().every(Boolean);
    case "require-any":
      return every().some(Boolean);
    case "require-not":
      return !every().some(Boolean);
    case "remote":
    case "local":
      return endMatches(rest, params, question, socket);
    case "global-name":
    case "sysctl-name":
    case "ipc-posix-name":
      return name === valueOf(rest[0], params);
    case "sysctl-name-prefix":
    case "ipc-posix-name-prefix":
      return name?.startsWith(valueOf(rest[0], params)) ?? false;
    case "target":
    case "socket-domain":
    case "socket-protocol":
    case "extension":
      return false; // Not asked about here.
  }
  throw new Error(`unknown filter ${head}`);
}

function endMatches(
  [kind, where]: readonly Sexp[],
  params: ReadonlyMap<string, string>,
  question: Question,
  socket: Question["socket"],
): boolean {
  if (socket === undefined || where === undefined) return false;
  if (textOf(kind) === "ip") return socket === "ip";
  return socket === "unix" && matches(where, params, question);
}

function isBeneath(path: string, root: string): boolean {
  return path === root || path.startsWith(root === "/" ? "/" : `${root}/`);
}

function valueOf(
  value: Sexp | undefined,
  params: ReadonlyMap<string, string>,
): string {
  if (value === undefined) throw new Error("no value");
  if (!Array.isArray(value)) return textOf(value);
  const found = params.get(textOf(listOf(value)[1]));
  if (headOf(value) !== "param" || found === undefined) {
    throw new Error("no such parameter");
  }
  return found;
}

function isSymbol(
  part: Sexp,
): part is { readonly kind: "symbol"; readonly text: string } {
  return "kind" in part && part.kind === "symbol";
}

function headOf(form: Sexp): string {
  return textOf(listOf(form)[0]);
}

function listOf(form: Sexp): readonly Sexp[] {
  if ("kind" in form) throw new Error("not a list");
  return form;
}

function textOf(part: Sexp | undefined): string {
  if (part === undefined || !("kind" in part)) throw new Error("not a word");
  return part.text;
}
