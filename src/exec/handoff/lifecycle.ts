// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Lifecycle scripts of a package.json (pure).
 *
 * Source: npm-scripts(7), "Life Cycle Scripts"; pnpm and Yarn run a part of them.
 *
 * @module
 */

/** Scripts that an install or a publish runs without being asked for them. */
const LIFECYCLE = new Set([
  "preinstall",
  "install",
  "postinstall",
  "preprepare",
  "prepare",
  "postprepare",
  "prepublish",
  "prepublishOnly",
  "prepack",
  "postpack",
  "dependencies",
  "pnpm:devPreinstall",
]);

/**
 * The scripts, each as its name, a newline and its command; a text that is no
 * JSON object has one named `(unreadable)`, so that a change to it counts.
 */
export function lifecycleScripts(text: string): string[] {
  if (text === "") return [];
  const document = parsed(text);
  if (document === undefined) return [`(unreadable)\n${text}`];
  const scripts = document["scripts"];
  if (!isRecord(scripts)) return [];
  return Object.entries(scripts)
    .filter(([name]) => LIFECYCLE.has(name))
    .map(([name, command]) => `${name}\n${JSON.stringify(command)}`);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
