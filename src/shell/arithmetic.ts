// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Evaluates arithmetic where all of it is known.
 *
 * Precedence climbing over the operators of C, as bash has them. Source: the
 * Bash manual, 6.5 Shell Arithmetic. Numbers past 2^53 are not followed.
 *
 * @module
 */

/** What evaluation needs of the shell. */
export interface ArithmeticScope {
  /** Text of a variable; `undefined` where it is not known. */
  readonly get: (name: string) => string | undefined;
  readonly set: (name: string, value: string | undefined) => void;
}

interface Evaluation {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  readonly scope: ArithmeticScope;
}

const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|[0-9]+(?:#[0-9A-Za-z@_]+)?|[A-Za-z_]\w*(?:\[[^\]]*\])?|<<=|>>=|\*\*|\+\+|--|&&|\|\||[<>=!]=|<<|>>|[-+*/%&|^]=|[-+*\/%&|^~!<>=?:(),])/y;

/** Most tokens followed; longer expressions are not known. */
const MAX_TOKENS = 512;

/**
 * Evaluates an expression, assignments included.
 *
 * @returns Its value in decimal; `undefined` where it is not known.
 */
export function evaluate(
  text: string,
  scope: ArithmeticScope,
): string | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) {
    forgetAssigned(text, scope);
    return undefined;
  }
  if (tokens.length === 0) return "0";
  const evaluation: Evaluation = { tokens, at: 0, depth: 0, scope };
  const value = comma(evaluation);
  return value === undefined || evaluation.at < tokens.length
    ? undefined
    : String(value);
}

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) {
      return text.slice(at).trim() === "" ? tokens : undefined;
    }
    tokens.push(found[1] as string);
    if (tokens.length > MAX_TOKENS) return undefined;
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** Names that an expression which is not followed may assign. */
function forgetAssigned(text: string, scope: ArithmeticScope): void {
  for (
    const [, name = ""] of text.slice(0, 65_536).matchAll(/([A-Za-z_]\w*)/g)
  ) {
    scope.set(name, undefined);
  }
}

type Value = number | undefined;

function comma(e: Evaluation): Value {
  let value = assignment(e);
  while (e.tokens[e.at] === ",") {
    e.at++;
    value = assignment(e);
  }
  return value;
}

const ASSIGNS: ReadonlySet<string> = new Set(
  "= += -= *= /= %= <<= >>= &= |= ^=".split(" "),
);

function assignment(e: Evaluation): Value {
  const name = e.tokens[e.at] ?? "";
  const operator = e.tokens[e.at + 1] ?? "";
  if (/^[A-Za-z_]/.test(name) && ASSIGNS.has(operator)) {
    e.at += 2;
    const right = assignment(e);
    const value = operator === "="
      ? right
      : binary(operator.slice(0, -1), variable(e, name), right);
    e.scope.set(name, value === undefined ? undefined : String(value));
    return value;
  }
  return ternary(e);
}

function ternary(e: Evaluation): Value {
  const condition = climb(e, 0);
  if (e.tokens[e.at] !== "?") return condition;
  e.at++;
  const yes = assignment(e);
  if (e.tokens[e.at] !== ":") return undefined;
  e.at++;
  const no = assignment(e);
  return condition === undefined ? undefined : condition !== 0 ? yes : no;
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  ">": 7,
  "<=": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
  "**": 11,
};

function climb(e: Evaluation, least: number): Value {
  let left = unary(e);
  for (;;) {
    const operator = e.tokens[e.at] ?? "";
    const level = Object.hasOwn(PRECEDENCE, operator)
      ? PRECEDENCE[operator] as number
      : 0;
    if (level === 0 || level < least) return left;
    e.at++;
    const right = climb(e, operator === "**" ? level : level + 1);
    left = binary(operator, left, right);
  }
}

function binary(operator: string, a: Value, b: Value): Value {
  if (a === undefined || b === undefined) return undefined;
  const value = compute(operator, a, b);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function compute(operator: string, a: number, b: number): Value {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? undefined : Math.trunc(a / b);
    case "%":
      return b === 0 ? undefined : a % b;
    case "**":
      return b < 0 ? undefined : a ** b;
    case "&&":
      return Number(a !== 0 && b !== 0);
    case "||":
      return Number(a !== 0 || b !== 0);
    case "==":
      return Number(a === b);
    case "!=":
      return Number(a !== b);
    case "<":
      return Number(a < b);
    case ">":
      return Number(a > b);
    case "<=":
      return Number(a <= b);
    case ">=":
      return Number(a >= b);
    default:
      return bits(operator, a, b);
  }
}

function bits(operator: string, a: number, b: number): Value {
  const [x, y] = [BigInt(a), BigInt(b)];
  switch (operator) {
    case "|":
      return Number(x | y);
    case "^":
      return Number(x ^ y);
    case "&":
      return Number(x & y);
    case "<<":
      return b < 0 || b > 52 ? undefined : Number(x << y);
    case ">>":
      return b < 0 || b > 63 ? undefined : Number(x >> y);
    default:
      return undefined;
  }
}

function unary(e: Evaluation): Value {
  const token = e.tokens[e.at];
  if (token === undefined || ++e.depth > 128) return undefined;
  e.at++;
  switch (token) {
    case "+":
      return unary(e);
    case "-":
      return negate(unary(e), (value) => -value);
    case "!":
      return negate(unary(e), (value) => Number(value === 0));
    case "~":
      return negate(unary(e), (value) => -value - 1);
    case "++":
    case "--":
      return step(e, e.tokens[e.at++] ?? "", token).after;
    case "(": {
      const value = comma(e);
      if (e.tokens[e.at++] !== ")") return undefined;
      return value;
    }
  }
  if (!/^[A-Za-z_]/.test(token)) return number(token);
  const next = e.tokens[e.at];
  if (next === "++" || next === "--") {
    e.at++;
    return step(e, token, next).before;
  }
  return variable(e, token);
}

function negate(value: Value, change: (value: number) => number): Value {
  return value === undefined ? undefined : change(value);
}

function step(
  e: Evaluation,
  name: string,
  by: "++" | "--" | string,
): { readonly before: Value; readonly after: Value } {
  const before = variable(e, name);
  const after = before === undefined
    ? undefined
    : before + (by === "++" ? 1 : -1);
  e.scope.set(name, after === undefined ? undefined : String(after));
  return { before, after };
}

function variable(e: Evaluation, name: string): Value {
  const text = e.scope.get(name);
  if (text === undefined) return undefined;
  if (text.trim() === "") return 0;
  if (/^\s*-?[0-9]+\s*$/.test(text)) return number(text.trim());
  if (++e.depth > 128) return undefined;
  const inner = evaluate(text, e.scope);
  return inner === undefined ? undefined : Number(inner);
}

function number(token: string): Value {
  const based = /^([0-9]+)#([0-9A-Za-z]+)$/.exec(token);
  if (based !== null) {
    const [, base, digits = ""] = based;
    const value = parseInt(digits, Number(base));
    return Number(base) <= 36 && Number.isSafeInteger(value)
      ? value
      : undefined;
  }
  const octal = /^-?0[0-7]+$/.test(token);
  const value = octal ? parseInt(token, 8) : Number(token);
  return Number.isSafeInteger(value) ? value : undefined;
}
