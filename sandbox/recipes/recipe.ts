// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an escape recipe is: one known way out of a sandbox, as data.
 *
 * A recipe is tried twice. Uncontained it must work (the control), or a missing
 * program would pass for a working sandbox; contained it must not. The tests
 * (`test/escape/`) and `airg sandbox-check --deep` run the same data.
 *
 * @module
 */

/** A script for one of the interpreters that most machines have. */
export interface Script {
  readonly by: "bash" | "python";
  /** Prints `GOT` on a line when the attack worked. */
  readonly text: string;
}

/** One way out, and how to see that it is shut. */
export interface Recipe {
  /** Stable name, such as `proc-environ`. */
  readonly id: string;
  /** Number in the list of recipes of docs/threat-model.md; absent for our own. */
  readonly number?: number;
  /** What it tries: lower case, no full stop. */
  readonly tries: string;
  /** How a refusal is seen: lower case, no full stop. */
  readonly denial: string;
  /** Prepares the workspace on the host, as its owner, in bash. */
  readonly setup?: string;
  readonly attack: Script;
  /**
   * Words before the control, such as `unshare -Urm`: in a container of our
   * making, with the layer under test taken away.
   */
  readonly controlWith?: readonly string[];
  /** Stands in for the attack where uncontained it would do something else. */
  readonly control?: Script;
  /** Variables of the caller. */
  readonly env?: Readonly<Record<string, string>>;
  /** Bash run by the caller before airg, such as `exec 7</root`. */
  readonly before?: string;
  /** A python program that stands beside the run on the host. */
  readonly beside?: string;
  /** Bash run on the host afterwards: prints `GOT` if the attack landed. */
  readonly landed?: string;
  /**
   * Paths in the workspace that the host would obey later. The attack may leave
   * them changed only if the outcome names them.
   */
  readonly leaves?: readonly string[];
  /** It may work if the outcome names this path: said, though not stopped. */
  readonly orNamed?: string;
  /** Policy for this recipe instead of the one in force, as JSON. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Needs a run of its own, because it disturbs its workspace. */
  readonly alone?: true;
  /** Recipes of one group share a run and a workspace; absent: `shared`. */
  readonly group?: string;
  /**
   * What a machine says uncontained that lacks what the attack needs; the
   * recipe cannot be tried there.
   */
  readonly lacking?: readonly string[];
  /** Only means something when the command runs as root. */
  readonly rootOnly?: true;
  /** Why it is not run on a user's machine. */
  readonly notDeep?: string;
}

/** A bash script. */
export function bash(text: string): Script {
  return { by: "bash", text };
}

/** A python script. */
export function python(text: string): Script {
  return { by: "python", text };
}
