// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Help, written from the list of subcommands.
 *
 * @module
 */

import type { Command } from "./command.ts";

/** Help on airg as a whole. */
export function overview(commands: readonly Command[]): string {
  return [
    "airg: a guard between an AI coding agent and this machine",
    "",
    "usage: airg COMMAND [OPTIONS]",
    "",
    ...namesAndSummaries(commands),
    "",
    "`airg COMMAND --help` says more on each.",
  ].join("\n");
}

/** Help on a word that several subcommands start with, such as `policy`. */
export function groupHelp(first: string, group: readonly Command[]): string {
  return [
    `usage: airg ${first} COMMAND [OPTIONS]`,
    "",
    ...namesAndSummaries(group),
  ].join("\n");
}

function namesAndSummaries(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return commands.map(({ name, summary }) =>
    `  ${name.padEnd(width)}${summary}`
  );
}

/** Help on one subcommand. */
export function commandHelp(command: Command): string {
  const { name, summary, usage, details = [], example } = command;
  const options = optionLines(command);
  return [
    `airg ${name}: ${summary}`,
    "",
    ...usageLines(command).map((line, index) =>
      `${index === 0 ? "usage:" : "      "} ${line}`
    ),
    ...(usage.length > 0 ? [""] : []),
    ...details.flatMap((paragraph) => [paragraph, ""]),
    ...(options.length > 0 ? ["options:", ...options, ""] : []),
    "example:",
    `  ${example}`,
  ].join("\n");
}

/** The forms a subcommand is written in. */
export function usageLines({ name, usage }: Command): string[] {
  return usage.map((form) => `airg ${name} ${form}`.trimEnd());
}

/** One line an option, in columns. */
export function optionLines({ options }: Command): string[] {
  const rows = Object.entries(options).map(([name, spec]) => {
    const short = spec.short === undefined ? "" : `-${spec.short}, `;
    const value = spec.value === undefined ? "" : ` ${spec.value}`;
    return { left: `${short}--${name}${value}`, right: spec.summary };
  });
  const width = Math.max(0, ...rows.map(({ left }) => left.length));
  return rows.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`);
}
