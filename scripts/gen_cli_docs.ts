// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Writes docs/cli.md from the list of subcommands.
 *
 * With `--check` writes nothing and fails when the file would change.
 *
 * @module
 */

import { COMMANDS } from "../src/cli/commands.ts";
import { optionLines, usageLines } from "../src/cli/help.ts";

const target = new URL("../docs/cli.md", import.meta.url);
const text = await formatted(`# Command line

Written by \`scripts/gen_cli_docs.ts\` from the list in \`src/cli/commands.ts\`; do not
edit.

stdout is data, stderr is for people. A link named \`airg-server\` runs \`airg server\`,
and so for each command. Exit status where no wrapped command ran: 64 usage, 69
containment unavailable, 70 internal, 75 throttled or waiting for approval, 77
blocked, 78 bad configuration; else the command's own status, 128+n after signal n.

${COMMANDS.map(section).join("\n")}`);

if (Deno.args.includes("--check")) {
  if (await Deno.readTextFile(target) !== text) {
    console.error("docs/cli.md is out of date: run `deno task gen`");
    Deno.exit(1);
  }
} else {
  await Deno.writeTextFile(target, text);
}

function section(command: typeof COMMANDS[number]): string {
  const { name, summary, details = [], example } = command;
  const options = optionLines(command);
  return [
    `## airg ${name}`,
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    "",
    "```text",
    ...usageLines(command),
    ...(options.length > 0 ? ["", ...options] : []),
    "```",
    "",
    ...details.flatMap((paragraph) => [paragraph, ""]),
    `Example: \`${example}\``,
    "",
  ].join("\n");
}

/** As `deno fmt` wants it, which CI checks. */
async function formatted(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { stdout, success } = await child.output();
  if (!success) Deno.exit(1);
  return new TextDecoder().decode(stdout);
}
