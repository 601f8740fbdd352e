// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Takes secrets out before anything is written.
 *
 * The built-in patterns use JavaScript's engine and are written so that they
 * cannot backtrack far; a policy's patterns run in RE2 (linear time), because
 * nobody vouches for them.
 *
 * @module
 */

import type { Fields, Json } from "./record.ts";

declare const redacted: unique symbol;

/** Fields with the secrets taken out; only this file makes them. */
export type Redacted = Fields & { readonly [redacted]: true };

/** Takes secrets out of fields. */
export type Redactor = (fields: Fields) => Redacted;

const GONE = "<redacted>";

/**
 * Patterns and what stays: `keep` groups are kept, the rest of a match goes.
 * Token shapes are those the vendors publish.
 */
const BUILT_IN: readonly RegExp[] = [
  // Runtime Guard's four, and their relatives in assignments and headers.
  /((?:api[_-]?key|token|password|passwd|secret|credentials?|private[_-]?key|access[_-]?key)["']?\s{0,8}[=:]\s{0,8}["']?)([^\s"']+)/gi,
  /(\bauthorization["']?\s{0,8}[:=]\s{0,8}["']?(?:bearer|basic|token|digest)\s{1,8})([^\s"']+)/gi,
  /(\bbearer\s{1,8})([A-Za-z0-9._~+/=-]{8,})/gi,
  /(--?(?:password|passwd|token|secret|api-key|apikey|access-key|auth-token|private-token|pass)(?:=|\s{1,8}))([^\s]+)/gi,
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:)([^\s/@]{1,500})(?=@)/gi,
  /()(\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)/g,
  /()(\bgh[pousr]_[A-Za-z0-9]{20,255}\b)/g,
  /()(\bgithub_pat_[A-Za-z0-9_]{20,255}\b)/g,
  /()(\bglpat-[A-Za-z0-9_-]{16,100})/g,
  /()(\bxox[abeoprs]-[A-Za-z0-9-]{10,250})/g,
  /()(\bnpm_[A-Za-z0-9]{30,60}\b)/g,
  /()(\bpypi-[A-Za-z0-9_-]{16,300})/g,
  /()(\bsk-[A-Za-z0-9_-]{16,250})/g,
  /()(\bAIza[A-Za-z0-9_-]{35})/g,
  /()(\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,1000})/g,
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)([^-]{1,20000})/g,
];

/** Words after which the next word of an argument list is a secret. */
const SECRET_OPTION_REGEXP =
  /^--?(?:password|passwd|token|secret|api-key|apikey|access-key|auth-token|private-token|pass|p)$/i;

/** Policy patterns that the built-in ones already cover: Runtime Guard's defaults. */
const COVERED = new Set([
  "(?i)(api[_-]?key\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(token\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(password\\s*[=:]\\s*)([^\\s]+)",
  "(?i)(secret\\s*[=:]\\s*)([^\\s]+)",
]);

/**
 * Makes a redactor.
 *
 * @param patterns In RE2 syntax; group 1 is kept, the rest of a match goes.
 * @throws {SyntaxError} If a pattern cannot be read: skipping it would write
 * what its author wanted out.
 */
export async function makeRedactor(
  patterns: readonly string[],
): Promise<Redactor> {
  const own = patterns.filter((pattern) => !COVERED.has(pattern));
  const steps = own.length === 0 ? [] : await compileAll(own);
  const clean = (text: string): string => {
    let out = text;
    for (const pattern of BUILT_IN) {
      out = out.replace(pattern, (_match, kept: string) => kept + GONE);
    }
    for (const step of steps) out = step(out);
    return out;
  };
  return (fields) => cleaned(fields, clean) as Redacted;
}

function cleaned(value: Json, clean: (text: string) => string): Json {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) {
    return value.map((entry, i) => {
      const before = value[i - 1];
      return typeof before === "string" && typeof entry === "string" &&
          SECRET_OPTION_REGEXP.test(before)
        ? GONE
        : cleaned(entry, clean);
    });
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, cleaned(entry, clean)]),
    );
  }
  return value;
}

async function compileAll(
  patterns: readonly string[],
): Promise<((text: string) => string)[]> {
  // Loaded only for policies that bring patterns: it costs more than the rest
  // of a short run together.
  const { RE2JS } = await import("re2js");
  return patterns.map((pattern) => {
    let compiled: ReturnType<typeof RE2JS.compile>;
    try {
      compiled = RE2JS.compile(pattern);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new SyntaxError(
        `Cannot read the redact pattern ${
          JSON.stringify(pattern)
        }: ${error.message}`,
      );
    }
    return (text) => {
      const matcher = compiled.matcher(text);
      let out = "";
      let at = 0;
      while (matcher.find()) {
        const kept = matcher.groupCount() > 0 ? matcher.group(1) ?? "" : "";
        out += text.slice(at, matcher.start()) + kept + GONE;
        at = matcher.end();
      }
      return out + text.slice(at);
    };
  });
}
