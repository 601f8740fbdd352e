// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether a shell would continue this process after a stop.
 *
 * @module
 */

/** A process among others, as `/proc/PID/stat` says (proc_pid_stat(5)). */
export interface Job {
  readonly group: number;
  readonly session: number;
  /** Absent: there is none that can be seen. */
  readonly parent?: Job;
}

/** Processes above that are looked at. */
const MAX_DEPTH = 16;

/** This process; `undefined` where the system does not say. */
export function ownJob(): Job | undefined {
  return jobOf(Deno.pid, MAX_DEPTH);
}

/**
 * Whether the process group has somebody in its session to continue it: a
 * parent in another group of the same session (setpgid(2), "orphaned").
 *
 * @param job Not known: it is taken to have.
 */
export function isJob(job: Job | undefined): boolean {
  if (job === undefined) return true;
  for (let at: Job | undefined = job; at !== undefined; at = at.parent) {
    if (at.group !== job.group) return at.session === job.session;
  }
  return false;
}

function jobOf(pid: number, depth: number): Job | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The name in brackets may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [, parent, group, session] = fields.map(Number);
    if (parent === undefined || group === undefined || session === undefined) {
      return undefined;
    }
    const above = parent > 0 && depth > 0
      ? jobOf(parent, depth - 1)
      : undefined;
    return { group, session, ...(above !== undefined && { parent: above }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}
