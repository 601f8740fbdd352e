// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg policy init`: a commented policy to start from.
 *
 * @module
 */

import { absolutePath } from "../../action/words.ts";
import { ensurePrivate, findDirs } from "../../platform/dirs.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_CONFIG } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { type Starter, starterText } from "./starters.ts";
import { writeNew } from "./write.ts";
import { complain, notify } from "../terminal.ts";

const KINDS = ["strict", "ci", "observe"] as const;

/** Writes a starter. */
export async function run(
  { values, switches, operands, rest }: Invocation,
  { terminal, surroundings }: Context,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError(
      "policy init takes no words",
      "write --out FILE for another place",
    );
  }
  const kind = kindOf(switches);
  const out = values.get("out");
  const dirs = findDirs(surroundings.env, surroundings.os);
  if (out === undefined && !dirs.ok) {
    complain(terminal, dirs.error.message, dirs.error.cure);
    return EXIT_CONFIG;
  }
  const path = out === undefined && dirs.ok
    ? dirs.value.policy
    : absolutePath(out ?? "", surroundings.cwd);
  if (dirs.ok && path === `${dirs.value.config}/policy.json`) {
    const made = ensurePrivate(dirs.value.config);
    if (!made.ok) {
      complain(terminal, made.error.message, made.error.cure);
      return EXIT_CONFIG;
    }
  }
  const written = await writeNew(path, starterText(kind));
  if (!written.ok) {
    complain(
      terminal,
      `cannot write ${path}: ${written.error}`,
      "write --out FILE for another place; nothing was changed",
    );
    return EXIT_CONFIG;
  }
  terminal.out(path);
  const inForce = dirs.ok && path === dirs.value.policy;
  const use = inForce
    ? ""
    : ` and use it with --policy ${path} or AIRG_POLICY_PATH`;
  notify(terminal, `edit it, then run \`airg policy check ${path}\`${use}`);
  if (inForce) notify(terminal, "it is in force from the next decision on");
  return 0;
}

function kindOf(switches: ReadonlySet<string>): Starter {
  const [kind = "plain", ...more] = KINDS.filter((name) => switches.has(name));
  if (more.length > 0) {
    throw new UsageError(`give one of --${KINDS.join(", --")}`);
  }
  return kind;
}
