// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Answers of the disk as they were when an action was first read.
 *
 * @module
 */

import type { Lookup, LookupAnswer } from "./facts.ts";

/** Answers from `answers`; questions that were not asked then go to `now`. */
export function recordedLookup(
  answers: readonly LookupAnswer[],
  now: Lookup,
): Lookup {
  if (answers.length === 0) return now;
  const resolved = new Map<string, string | null>();
  const names = new Map<string, ReturnType<NonNullable<Lookup["list"]>>>();
  const texts = new Map<string, string | null>();
  for (const answer of answers) {
    if ("resolved" in answer) resolved.set(answer.path, answer.resolved);
    else if ("names" in answer) names.set(answer.path, answer.names);
    else texts.set(answer.path, answer.text);
  }
  return {
    ...now,
    resolve: (path) => known(resolved, path, now.resolve),
    list: (path) => known(names, path, now.list ?? nothing),
    text: (path) => known(texts, path, now.text ?? nothing),
  };
}

function known<T>(
  answers: ReadonlyMap<string, T | null>,
  path: string,
  ask: (path: string) => T | null,
): T | null {
  const answer = answers.get(path);
  return answer === undefined ? ask(path) : answer;
}

function nothing(): null {
  return null;
}
