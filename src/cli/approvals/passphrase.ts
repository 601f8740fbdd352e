// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals passphrase`: what only the person knows, asked before a yes.
 *
 * @module
 */

import { jsonLine } from "../../base/json_line.ts";
import { ensureDirs, ensurePrivate, findDirs } from "../../platform/dirs.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";
import { readPassphrase, writePassphrase } from "../../platform/passphrase.ts";
import { openTty, type Tty } from "../../platform/tty.ts";
import { admit, passphrasePath } from "./gate.ts";
import { askerSites, recordUpkeep } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_BLOCKED, EXIT_CONFIG } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { isInsideRun } from "../inside.ts";
import { complain } from "../terminal.ts";

/** Characters of a passphrase at least. */
const LEAST = 8;

/** Sets or clears it, after the old one was given. */
export async function run(
  { operands, rest, switches }: Invocation,
  context: Context,
): Promise<number> {
  const [verb, more] = [...operands, ...rest ?? []];
  if (more !== undefined || (verb !== "set" && verb !== "clear")) {
    throw new UsageError("expected `set` or `clear`");
  }
  const { surroundings: { env, os }, terminal } = context;
  const dirs = findDirs(env, os);
  const ready = dirs.ok ? ensureDirs(dirs.value) : dirs;
  if (!dirs.ok || !ready.ok) {
    const { message, cure } = ready.ok
      ? { message: "", cure: "" }
      : ready.error;
    complain(terminal, message, cure);
    return EXIT_CONFIG;
  }
  const who = await admit(context, {
    act: "passphrase",
    facts: operatorFacts(env, isInsideRun(env)),
    dirs: dirs.value,
    passphrase: true,
  });
  if (!who.ok) return who.error;
  const path = passphrasePath(dirs.value);
  const made = ensurePrivate(path.slice(0, path.lastIndexOf("/")));
  if (!made.ok) {
    complain(terminal, made.error.message, made.error.cure);
    return EXIT_CONFIG;
  }
  const had = readPassphrase(path) !== undefined;
  const isSet = verb === "set";
  const secret = isSet ? await newOne(context) : undefined;
  if (isSet && secret === undefined) return EXIT_BLOCKED;
  const of = askerSites(dirs.value, env);
  const what = isSet ? "passphrase-set" : "passphrase-removed";
  if (isSet || had) await recordUpkeep(of, what, who.value);
  if (secret !== undefined) await writePassphrase(path, secret);
  else if (had) await Deno.remove(path);
  if (switches.has("json")) terminal.out(jsonLine({ passphrase: isSet }));
  else {
    terminal.out(
      isSet
        ? "a passphrase is asked before each approval now"
        : "no passphrase is asked any more",
    );
  }
  return 0;
}

async function newOne(
  { terminal, onSignal }: Context,
): Promise<string | undefined> {
  const tty = openTty(onSignal);
  if (tty === undefined) {
    complain(terminal, "the terminal does not open");
    return undefined;
  }
  try {
    const problem = await twice(tty);
    if (typeof problem !== "string") return problem.secret;
    complain(terminal, problem, "try again; nothing was changed");
    return undefined;
  } finally {
    tty.close();
  }
}

/** The new passphrase, or what is wrong with it. */
async function twice(
  tty: Tty,
): Promise<{ readonly secret: string } | string> {
  const secret = await tty.ask("new passphrase: ", "hidden");
  if (secret === undefined) return "no passphrase was given";
  if ([...secret].length < LEAST) {
    return `the passphrase is shorter than ${LEAST} characters`;
  }
  const again = await tty.ask("once more: ", "hidden");
  return again === secret ? { secret } : "the two passphrases are not the same";
}
