// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What containment this machine gives, found by trying each layer.
 *
 * A version or a setting says what ought to work; only a try says what does.
 * Settings are read to explain a failure, never to predict a success. What is
 * strong enough is not decided here.
 *
 * @module
 */

import { bubblewrapChecks } from "./probe_bubblewrap.ts";
import {
  cgroupCheck,
  containedCheck,
  egressCheck,
  landlockCheck,
  overlayCheck,
  seccompCheck,
  userNamespaceCheck,
} from "./probe_checks.ts";
import { readMachine } from "./probe_machine.ts";

/** What a program did. */
export interface ProbeRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What one contained run of `true`, through the launcher, came to. */
export type ContainedRun =
  | {
    readonly rung: "full" | "bwrap" | "bare";
    /** What the launcher's `applied` line said. */
    readonly landlockAbi: number;
    readonly seccompInstructions: number;
    /** Links of `/proc/self/ns` seen inside, by name (`user`, `pid`...). */
    readonly namespaces?: Readonly<Record<string, string>>;
  }
  | { readonly error: string };

/** Everything outside this component that a probe may touch. */
export interface ProbeEffects {
  /**
   * Runs a program by absolute path with an empty environment, and ends it
   * after some seconds; `undefined` when there is no such program.
   */
  readonly run: (
    program: string,
    args: readonly string[],
  ) => Promise<ProbeRun | undefined>;
  /** A file's text; `undefined` when it is missing or may not be read. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Where a link points; `undefined` when it is missing or may not be read. */
  readonly readLink: (path: string) => Promise<string | undefined>;
  /** Whether this process may write to a file that is there. */
  readonly mayWrite: (path: string) => Promise<boolean>;
  /** The strongest rung that held, with what it applied. */
  readonly tryContained: () => Promise<ContainedRun>;
  /** Absolute path of the launcher; an AppArmor profile has to name it. */
  readonly launcher: string;
}

/** One layer, tried. */
export interface Check {
  /** Stable name, such as `landlock` or `namespace-pid`. */
  readonly id: string;
  readonly title: string;
  /** `warn`: works, but less than it could. `not-tried`: see `found`. */
  readonly status: "ok" | "warn" | "fail" | "not-tried";
  /** What the try gave. */
  readonly found: string;
  /** Why, where it is known. */
  readonly cause?: string;
  /** What to do; may have several lines, each a command or a line of a file. */
  readonly cure?: string;
}

/** What containment this machine gives. */
export interface ProbeReport {
  /** The strongest rung of the ladder that a real run held (DESIGN.md section 6). */
  readonly rung: "full" | "bwrap" | "bare" | "seatbelt" | "none";
  readonly checks: readonly Check[];
}

/** Tries every layer. */
export async function probe(effects: ProbeEffects): Promise<ProbeReport> {
  const machine = await readMachine(effects);
  // A set-up that makes namespaces waits for none of the others.
  const [contained, user, bubblewrap, overlay, cgroup, egress] = await Promise
    .all([
      effects.tryContained(),
      userNamespaceCheck(effects, machine),
      bubblewrapChecks(effects, machine),
      overlayCheck(effects, machine),
      cgroupCheck(effects),
      egressCheck(effects, machine),
    ]);
  return {
    rung: "error" in contained ? "none" : contained.rung,
    checks: [
      containedCheck(contained, machine, [user, ...bubblewrap]),
      user,
      ...bubblewrap,
      landlockCheck(contained, machine),
      seccompCheck(contained, machine),
      overlay,
      cgroup,
      egress,
    ],
  };
}

/** Checks of layers that keep secrets hidden, outside writes and the network shut. */
const HOLDING: ReadonlySet<string> = new Set([
  "landlock",
  "namespace-ipc",
  "namespace-mnt",
  "namespace-net",
  "namespace-pid",
  "namespace-user",
  "proc",
  "seccomp",
]);

/**
 * Whether the policy's level `require` is met: a run was contained, and no layer
 * that its rung is made of was found to be missing.
 */
export function meetsRequire({ rung, checks }: ProbeReport): boolean {
  if (rung === "none") return false;
  const alone = rung !== "full" && rung !== "bwrap";
  return !checks.some(({ id, status }) =>
    status === "fail" && HOLDING.has(id) &&
    // Where bubblewrap is not used, what it cannot do is not missing.
    !(alone && (id.startsWith("namespace-") || id === "proc"))
  );
}

/**
 * Writes a report for a terminal: a line a check, causes and cures below, each
 * once.
 */
export function probeText({ rung, checks }: ProbeReport): string {
  const width = Math.max(...checks.map(({ title }) => title.length));
  const said = new Set<string>();
  const lines = checks.flatMap(({ title, status, found, cause, cure }) => {
    const line = `${status.padEnd(9)}  ${title.padEnd(width)}  ${found}`;
    const more = [...labelled("cause", cause), ...labelled("cure", cure)];
    const key = more.join("\n");
    if (more.length > 0 && said.has(key)) {
      return [line, ...labelled("cause", "as above")];
    }
    said.add(key);
    return [line, ...more];
  });
  return [`containment: ${rung}`, "", ...lines, ""].join("\n");
}

function labelled(label: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  return text.split("\n").map((line, i) =>
    `${" ".repeat(11)}${(i === 0 ? `${label}:` : "").padEnd(7)}${line}`
  );
}
