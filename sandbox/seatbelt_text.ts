// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes Seatbelt's profile language (SBPL), a Scheme.
 *
 * No path is ever part of the text: each is a parameter, handed to
 * `sandbox-exec` as a word of its own, so that no name can close a string or
 * open a rule.
 *
 * @module
 */

/** One filter, complete. */
export type Filter = string;

/** What a rule may be about. */
export interface Rule {
  readonly verdict: "allow" | "deny";
  readonly operations: readonly string[];
  /** Any of these; none means all. */
  readonly filters?: readonly Filter[];
  /** Said in the system log when the rule refuses. */
  readonly message?: string;
}

/** Names paths, so that the text need not hold them. */
export interface Parameters {
  /** `(param "P0")`; the same path has the same name. */
  readonly of: (path: string) => string;
  /** Names and paths, in the order of first use. */
  readonly entries: () => readonly (readonly [name: string, path: string])[];
}

/**
 * Starts with no parameter.
 */
export function parameters(): Parameters {
  const names = new Map<string, string>();
  return {
    of(path) {
      if (path.includes("\0") || !path.isWellFormed()) {
        throw new RangeError(
          `Cannot hand a path to sandbox-exec: ${JSON.stringify(path)}`,
        );
      }
      const name = names.get(path) ?? `P${names.size}`;
      names.set(path, name);
      return `(param ${quoted(name)})`;
    },
    entries: () => [...names].map(([path, name]) => [name, path] as const),
  };
}

/**
 * Writes one rule, a filter a line.
 */
export function ruleText(rule: Rule): string {
  const head = [rule.verdict, ...rule.operations.map(checkedOperation)]
    .join(" ");
  const tail = [
    ...(rule.filters ?? []),
    ...(rule.message === undefined
      ? []
      : [`(with message ${quoted(rule.message)})`]),
  ];
  return `(${[head, ...tail].join("\n  ")})`;
}

/**
 * Quotes a word of airg's own.
 *
 * @throws {RangeError} If it holds more than letters, digits and plain marks:
 * what comes from elsewhere has to be a parameter.
 */
export function quoted(word: string): string {
  if (!/^[A-Za-z0-9_./*:@-]+$/.test(word)) {
    throw new RangeError(`Cannot write into a profile: ${word}`);
  }
  return `"${word}"`;
}

function checkedOperation(operation: string): string {
  if (!/^[a-z-]+\*?$/.test(operation)) {
    throw new RangeError(`Cannot write an operation: ${operation}`);
  }
  return operation;
}

/** A rule that gives. */
export function allow(
  operations: readonly string[],
  filters: readonly Filter[] = [],
): Rule {
  return { verdict: "allow", operations, filters };
}

/** A rule that takes away. */
export function deny(
  operations: readonly string[],
  filters: readonly Filter[] = [],
): Rule {
  return { verdict: "deny", operations, filters };
}

/** The very path. */
export function literal(names: Parameters, path: string): Filter {
  return `(literal ${names.of(path)})`;
}

/** The path and all beneath. */
export function subpath(names: Parameters, path: string): Filter {
  return `(subpath ${names.of(path)})`;
}

/** Both forms: each has been seen to win where the other did not. */
export function whole(names: Parameters, path: string): Filter[] {
  return [literal(names, path), subpath(names, path)];
}

/** The very path, one of airg's own words. */
export function fixedLiteral(path: string): Filter {
  return `(literal ${quoted(path)})`;
}

/** Any of these. */
export function any(filters: readonly Filter[]): Filter {
  return `(require-any ${filters.join(" ")})`;
}

/** Services by name. */
export function services(list: readonly { readonly name: string }[]): Filter[] {
  return list.map(({ name }) => `(global-name ${quoted(name)})`);
}
