// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's `record` effect on the audit log.
 *
 * @module
 */

import type { Origin } from "../action/action.ts";
import { openLog } from "../audit/log.ts";
import { isForeignLog } from "../audit/query.ts";
import type {
  ApprovalRecord,
  BackupRecord,
  ChangesEvent,
  Started,
} from "../audit/event.ts";
import {
  approvalFields,
  backupFields,
  changesFields,
  fieldsOf,
} from "../audit/record.ts";
import { makeRedactor, type Redactor } from "../audit/redact.ts";
import { systemClock } from "../base/clock.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Effects } from "../guard/effects.ts";
import { type Dirs, ensurePrivate } from "../platform/dirs.ts";
import { kindOf } from "../platform/machine.ts";
import type { AssembleFailure, Note } from "./assembled.ts";
import type { LivePolicy } from "./live_policy.ts";

/** An open log. */
export interface Recorder {
  readonly record: Effects["record"];
  /** Appends a record that belongs to no action. */
  readonly note: (origin: Origin) => Note;
  /** What an operator did to held changes. */
  readonly recordChanges: (event: ChangesEvent) => Promise<Started>;
  /**
   * What happened to a request for a person's approval; on the disk when it
   * returns. That a grant was used up gets there with the "started" after it.
   */
  readonly recordApproval: (event: ApprovalRecord) => Promise<void>;
  /** What was saved, taken away or put back; on the disk when it returns where that destroys something. */
  readonly recordBackup: (event: BackupRecord) => Promise<void>;
  /** A text as it may be kept anywhere: without what the policy has redacted. */
  readonly redact: (text: string) => Promise<string>;
  readonly path: string;
  readonly notices: readonly string[];
}

/**
 * Where the log is: airg's own place if another program's log has the name
 * (DESIGN.md section 7). Looks; makes nothing.
 */
export function logPath(dirs: Dirs): { path: string; foreign: boolean } {
  const foreign = isForeignLog(dirs.log);
  return {
    path: foreign ? `${dirs.state}/airg/activity.log` : dirs.log,
    foreign,
  };
}

/** Opens the log that belongs to these folders. */
export async function openRecorder(
  dirs: Dirs,
  policy: LivePolicy,
): Promise<Result<Recorder, AssembleFailure>> {
  if (kindOf(dirs.log) !== "file" && kindOf(dirs.log) !== undefined) {
    return fail({
      status: 78,
      message: `cannot write the audit log ${dirs.log}: it is not a plain file`,
      hint: "set AIRG_LOG_PATH to a file, or remove what has the name",
    });
  }
  const { path, foreign } = logPath(dirs);
  if (foreign) {
    const made = ensurePrivate(`${dirs.state}/airg`);
    if (!made.ok) {
      return fail({
        status: 78,
        message: made.error.message,
        hint: made.error.cure,
      });
    }
  }
  const redactor = redactorFor(policy);
  try {
    await redactor();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail({ status: 78, message: error.message });
  }
  const log = openLog(path, { clock: systemClock });
  return ok({
    path,
    notices: foreign
      ? [
        `${dirs.log} is not airg's log and is left alone; records go to ${path}`,
      ]
      : [],
    note: (origin) => async (event, details) => {
      const redact = await redactor();
      const fields = {
        // The first key of a log of ours, see isForeignLog().
        action: { kind: event },
        agent_id: origin.agent,
        event,
        session_id: origin.session,
        source: origin.source,
        workspace: origin.workspace,
        // Under a name of its own: "hash" and the like belong to the chain.
        [event]: details,
      };
      await log.append(redact(fields), { durable: true });
    },
    async recordChanges(event) {
      const redact = await redactor();
      return await log.append(redact(changesFields(event)), {
        durable: event.phase === "started",
      });
    },
    async recordApproval(event) {
      const redact = await redactor();
      await log.append(redact(approvalFields(event)), {
        durable: event.what !== "consumed",
      });
    },
    redact: async (text) => String((await redactor())({ text })["text"]),
    async recordBackup(event) {
      const redact = await redactor();
      await log.append(redact(backupFields(event)), {
        durable: event.what !== "saved",
      });
    },
    async record(event) {
      const redact = await redactor();
      return await log.append(redact(await fieldsOf(event)), {
        durable: event.event === "started",
      });
    },
  });
}

/** The redactor of the policy in force, made again when its patterns change. */
function redactorFor(policy: LivePolicy): () => Promise<Redactor> {
  let patterns: readonly string[] | undefined;
  let made: Promise<Redactor> | undefined;
  return async () => {
    const now = policy.current().settings.audit.redactPatterns;
    if (made === undefined || now !== patterns) {
      patterns = now;
      made = makeRedactor(now);
    }
    return await made;
  };
}
