// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What an escalated action needs of the world: where requests and grants are
 * kept, and what a subject is made from.
 *
 * @module
 */

import type { Action, Origin } from "../action/action.ts";
import type { Facts } from "../action/facts.ts";
import type { ApprovalRecord } from "../audit/event.ts";
import type {
  ApprovalRequest,
  ApprovalSettings,
  ApprovalStore,
  Ask,
  Asker,
  Ban,
  Grant,
  Redeemed,
  Touches,
} from "../approval/request.ts";
import type { Question, QuestionMode } from "../approval/question.ts";
import type { Decision } from "../policy/decision.ts";
import type { SubjectWorld } from "./subject_world.ts";

/** Files that stay as they are until it is released. */
export interface Hold extends Disposable {
  readonly id: string;
}

/** A run that is at work and could change what is to stay. */
export interface Busy {
  /** What it may write, or is not to. */
  readonly path: string;
  /** Process of airg that it belongs to. */
  readonly pid: number;
}

/** A file that must have the content that was approved when it is used. */
export interface ApprovedFile {
  /** Absolute, links resolved. */
  readonly path: string;
  /** SHA-256 in hex. */
  readonly sha256: string;
  /** The action itself writes it, or may: a copy in its place would be wrong. */
  readonly mayBeWritten: boolean;
}

/** What a run needs to know of its approval. */
export interface ApprovedFiles {
  readonly files: readonly ApprovedFile[];
  /** Looks at what lies in its folders once more: what is another now, as a clause. */
  readonly another?: () => Promise<string | undefined>;
  /** Id of the {@linkcode Hold} on them; absent where none is needed. */
  readonly hold?: string;
}

/** The guard's side of the store. Everything may throw; then nothing runs. */
export interface Approvals {
  readonly world: SubjectWorld;
  /** Of the policy in force now. */
  readonly settings: () => ApprovalSettings;
  /** Grants that are open now, to see whether one fits before it is used. */
  readonly grants: () => Promise<readonly Grant[]>;
  /** Finds a grant and uses it, or leaves a request; committed when it returns. */
  readonly redeem: (ask: Ask) => Promise<Redeemed>;
  /** Whether anything was ever asked here; costs next to nothing. */
  readonly isThere: () => boolean;
  /** Voids what was granted for exactly this action. */
  readonly forbid: (
    ban: Ban,
  ) => Promise<ReturnType<ApprovalStore["forbid"]>>;
  /** A request of this asker's own. */
  readonly state: (
    id: string,
    asker: Asker,
  ) => Promise<ApprovalRequest | undefined>;
  /** Changes with every write of any process. */
  readonly version: () => Promise<number>;
  /** What it would touch, for a person; bounded. */
  readonly touches: (facts: Facts) => Promise<Touches | undefined>;
  /** Folders that hold a link on the way to `path`. */
  readonly linkFolders?: (path: string) => readonly string[];
  /**
   * Keeps all other runs of this user from changing `paths`; absent where
   * there are none.
   */
  readonly hold?: (paths: readonly string[]) => Promise<Hold | Busy>;
  /**
   * A request of this asker's own as a question for its client, which can be
   * asked in `modes`; nothing where the policy has it off, or in another mode.
   */
  readonly question?: (
    id: string,
    asker: Asker,
    modes: ReadonlySet<QuestionMode>,
  ) => Promise<Question | undefined>;
  /** Appends to the log. */
  readonly record: (event: ApprovalRecord) => Promise<void>;
}

/** Who asks, as approvals know it. */
export function askerOf({ origin }: Pick<Action, "origin">): Asker {
  return askerIn(origin);
}

/** As {@linkcode askerOf}, where there is no action yet. */
export function askerIn(
  { agent, client, session, workspace }: Origin,
): Asker {
  return {
    agent,
    session,
    workspace,
    ...(client !== undefined && { client }),
  };
}

/** Whether a person decides. */
export function isForAPerson({ verdict, mode }: Decision): boolean {
  return verdict === "escalate" && mode === "enforce";
}
