// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What stands before the subcommand: how airg was called.
 *
 * The header of the single file passes `--argv0=NAME`, the name it was started
 * under, and `--self=PATH`, where it lies. A link named `airg-server` runs
 * `airg server`.
 *
 * @module
 */

/** How the process was started, taken apart. */
export interface Leading {
  /** The subcommand and what follows it. */
  readonly argv: readonly string[];
  /** How to start this airg again. */
  readonly self: { readonly path: string; readonly before: readonly string[] };
}

/** Takes the header's words off `args`. */
export function leadingWords(
  args: readonly string[],
  program: { readonly execPath: string; readonly mainModule: string },
): Leading {
  const rest = [...args];
  const argv0 = shift(rest, "--argv0=");
  const path = shift(rest, "--self=");
  const linked = /(?:^|\/)airg-([a-z][a-z-]*)$/.exec(argv0 ?? "")?.[1];
  const argv = linked === undefined ? rest : [linked, ...rest];
  if (path !== undefined) return { argv, self: { path, before: [] } };
  if (argv0?.startsWith("/")) {
    return { argv, self: { path: withoutLink(argv0, linked), before: [] } };
  }
  // `deno compile` makes a program that is its own runtime.
  if (!program.mainModule.endsWith("/main.ts") || isCompiled(program)) {
    return { argv, self: { path: program.execPath, before: [] } };
  }
  const main = decodeURIComponent(new URL(program.mainModule).pathname);
  return {
    argv,
    self: { path: program.execPath, before: ["run", "-A", main] },
  };
}

function shift(words: string[], prefix: string): string | undefined {
  if (!words[0]?.startsWith(prefix)) return undefined;
  return words.shift()?.slice(prefix.length);
}

function withoutLink(path: string, linked: string | undefined): string {
  return linked === undefined ? path : path.slice(0, -(linked.length + 1));
}

function isCompiled({ execPath }: { readonly execPath: string }): boolean {
  return !/(?:^|\/)deno$/.test(execPath);
}
