// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Known ways out that are no recipe here, and why.
 *
 * Those that need more than one run are tests of their own; the rest cannot be
 * tried, or attack a part that this version does not have.
 *
 * @module
 */

/** One way out that no script tries. */
export interface NotTried {
  /** Number in the list of recipes of docs/threat-model.md. */
  readonly number: number;
  /** What it tries: lower case, no full stop. */
  readonly tries: string;
  /** Lower case, no full stop. */
  readonly why: string;
  /** Where the project's own tests try it. */
  readonly test?: string;
}

/** Everything of the list that is for Linux and no script. */
export const NOT_TRIED: readonly NotTried[] = [
  {
    number: 6,
    tries: "name a refused program through /proc/self/root",
    why: "a matter of the policy, not of the machine",
    test: "test/escape/policy_test.ts",
  },
  {
    number: 26,
    tries: "stop the relay of an open network by name",
    why: "this version has no relay inside",
  },
  {
    number: 29,
    tries: "outlive the time limit as a daemon",
    why: "it needs a run of its own with a time limit",
    test: "test/sandbox/lifetime_test.ts",
  },
  {
    number: 54,
    tries: "reach a protected path in another case",
    why: "this file system tells upper from lower case",
  },
  {
    number: 55,
    tries: "reach a protected path by another Unicode form",
    why: "this file system does not fold Unicode forms",
  },
  {
    number: 61,
    tries: "swap a folder for a link while a run is set up",
    why: "it takes many runs",
    test: "test/escape/operation_test.ts",
  },
  {
    number: 62,
    tries: "leave placeholders behind by killing the launcher",
    why: "it kills a run of its own",
    test: "test/escape/operation_test.ts",
  },
  {
    number: 72,
    tries: "widen the policy by a file in the project",
    why: "a matter of the policy, not of the machine",
    test: "test/escape/policy_test.ts",
  },
  {
    number: 73,
    tries: "redirect airg's own folders by a file in the project",
    why: "a matter of airg, not of the machine",
    test: "test/escape/policy_test.ts",
  },
  {
    number: 74,
    tries: "have airg start a helper from a folder of the project",
    why: "a matter of airg, not of the machine",
    test: "test/escape/operation_test.ts",
  },
  {
    number: 79,
    tries: "write outside by a file tool instead of a command",
    why: "it goes over MCP",
    test: "test/escape/policy_test.ts",
  },
  {
    number: 80,
    tries: "make another folder the workspace by naming it as start folder",
    why: "it goes over MCP",
    test: "test/escape/policy_test.ts",
  },
  {
    number: 123,
    tries: "run on with a layer missing",
    why: "layers have to be taken away",
    test: "test/sandbox/rungs_test.ts",
  },
  {
    number: 124,
    tries: "have a refused command started again outside",
    why: "it takes the history of processes",
    test: "test/escape/operation_test.ts",
  },
  {
    number: 125,
    tries: "have more paths to hide than can be hidden",
    why: "it needs a policy of its own",
    test: "test/escape/operation_test.ts",
  },
  {
    number: 126,
    tries: "turn the sandbox off from the agent's side",
    why: "it goes over MCP",
    test: "test/escape/policy_test.ts",
  },
  {
    number: 127,
    tries: "run where AppArmor refuses user namespaces",
    why: "it needs such a machine; `airg sandbox-check` names cause and cure",
    test: "sandbox/probe_test.ts",
  },
  {
    number: 128,
    tries: "run where parts of /proc are masked",
    why: "it needs such a machine; `airg sandbox-check` names cause and cure",
    test: "sandbox/probe_test.ts",
  },
];
