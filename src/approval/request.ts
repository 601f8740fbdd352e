// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Requests, grants and what happens to them: the words that guard, store and
 * operator share. See docs/decisions/0008.
 *
 * @module
 */

import type { Reason } from "../policy/decision.ts";
import type { Subject } from "./subject.ts";

/** Where a request stands. */
export type RequestState =
  | "pending"
  | "approved"
  | "denied"
  | "expired"
  | "consumed"
  | "voided"
  | "revoked";

/** Who asked. */
export interface Asker {
  readonly agent: string;
  readonly session: string;
  readonly workspace: string;
  /** Name the client gave of itself; untrusted text. */
  readonly client?: string;
}

/** What the action would touch, for the person to see; gathered when asked. */
export interface Touches {
  readonly files: number;
  readonly bytes: number;
  /** Of the files, those that git has. */
  readonly tracked?: number;
  /** There were more than were counted. */
  readonly more?: true;
  /** What it destroys is saved first, as far as it is saved at all. */
  readonly backup?: boolean;
  /** What of it is not, and why; a clause. */
  readonly notKept?: string;
  /** For a write: the change as unified text, at most 64 KiB. */
  readonly diff?: string;
  /** `diff` is not all of it: what would be written cannot be seen whole. */
  readonly cut?: true;
}

/** One request. */
export interface ApprovalRequest {
  /** UUIDv7. */
  readonly id: string;
  readonly asker: Asker;
  readonly subject: Subject;
  readonly digest: string;
  /** Why it was not simply allowed; never empty. */
  readonly reasons: readonly Reason[];
  readonly touches?: Touches;
  readonly state: RequestState;
  /** Milliseconds since the Unix epoch. */
  readonly askedAt: number;
  readonly expiresAt: number;
  /** How often the same was asked while it was pending or shortly after. */
  readonly asks: number;
  /** Operator's words to the agent. */
  readonly message?: string;
  readonly answeredBy?: Operator;
  /** Why it is voided. */
  readonly why?: string;
}

/** Who answered, and how that was made sure of. */
export interface Operator {
  readonly uid: number;
  readonly user: string;
  /** Device of the terminal, such as `/dev/pts/3`. */
  readonly terminal?: string;
  readonly how:
    | "terminal"
    | "watch"
    | "code"
    | "passphrase"
    | "own-terminal"
    /** The agent's client says that a person answered; airg saw none. */
    | "elicitation";
  /** With `elicitation`: the name that client gave of itself; untrusted text. */
  readonly client?: string;
}

/** How far an approval goes. */
export type Scope =
  /** This action, once. */
  | { readonly kind: "once" }
  /** This action, as often as it comes, in this session. */
  | { readonly kind: "session" }
  /** Whatever these rules object to, by this agent in this workspace, for a while. */
  | { readonly kind: "rule"; readonly ms: number };

/** One grant. */
export interface Grant {
  readonly id: string;
  readonly request: string;
  readonly scope: Scope["kind"];
  readonly agent: string;
  readonly session: string;
  readonly workspace: string;
  /** Of the subject; for `rule` of the request it came from. */
  readonly digest: string;
  /** Rules whose objection the person saw. */
  readonly rules: readonly string[];
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly uses: number;
  readonly state: "open" | "used" | "revoked" | "voided" | "expired";
}

/** One line of history. */
export interface ApprovalEvent {
  readonly seq: number;
  readonly at: number;
  readonly what:
    | "asked"
    | "shown"
    | "approved"
    | "denied"
    | "expired"
    | "consumed"
    | "voided"
    | "revoked";
  readonly request: string;
  readonly grant?: string;
  readonly who?: Operator;
  /** What an agent did: which one. */
  readonly asker?: Asker;
  readonly why?: string;
}

/** What the guard gets for an escalated action. */
export type Redeemed =
  /** A grant was used up, or counted, for exactly this; it may run. */
  | { readonly kind: "granted"; readonly grant: Grant }
  /** Somebody has to answer. */
  | { readonly kind: "pending"; readonly request: ApprovalRequest }
  /** It was denied a while ago, with the operator's words. */
  | {
    readonly kind: "denied";
    readonly request: ApprovalRequest;
    readonly retryAfterMs: number;
    /** It was not this that was denied, but so many others of the same agent. */
    readonly others?: number;
  }
  /** There was a grant, and it no longer fits. */
  | {
    readonly kind: "voided";
    readonly request: ApprovalRequest;
    readonly why: string;
  };

/** What is asked of the store when an action escalates. */
export interface Ask {
  readonly asker: Asker;
  readonly subject: Subject;
  readonly reasons: readonly Reason[];
  readonly touches?: Touches;
}

/** An action that the policy blocks. */
export interface Ban {
  readonly asker: Asker;
  readonly subject: Pick<Subject, "action" | "cwd">;
  /** Why it is blocked, as a clause. */
  readonly why: string;
}

/** Settings of the policy (`approvals`), with the legacy ones read into them. */
export interface ApprovalSettings {
  /** How long a request waits for an answer, and a grant for its use. */
  readonly ttlMs: number;
  /** How long the same request is refused after a denial. */
  readonly deniedMs: number;
  /** How long `execute_command` waits itself. */
  readonly waitMs: number;
  /** Wrong ids in the window after which answering pauses. */
  readonly maxWrongIds: number;
  readonly wrongIdWindowMs: number;
  /** Scopes wider than `once` may be given. */
  readonly wider: boolean;
}

/** The store, shared by all airg processes of a user. Throws where it cannot be relied on. */
export interface ApprovalStore {
  /** Finds a grant and uses it, or leaves a request; one transaction. */
  readonly redeem: (
    ask: Ask,
    settings: ApprovalSettings,
    now: number,
  ) => Redeemed;
  /** Voids the grants for exactly this action; those that there were. */
  readonly forbid: (ban: Ban, now: number) => readonly {
    readonly grant: Grant;
    readonly request: ApprovalRequest;
  }[];
  /** Only of this asker: an agent sees nobody else's. */
  readonly state: (
    id: string,
    asker: Asker,
    now: number,
  ) => ApprovalRequest | undefined;
  readonly pending: (now: number) => readonly ApprovalRequest[];
  /** By its whole id. */
  readonly find: (id: string) => ApprovalRequest | undefined;
  /**
   * Requests whose id begins or ends so, the newest first, a few of them; in
   * these states, or in all.
   */
  readonly alike: (
    part: string,
    states: readonly RequestState[] | undefined,
    now: number,
  ) => readonly ApprovalRequest[];
  readonly list: (filter: {
    readonly states?: readonly RequestState[];
    readonly limit: number;
  }) => readonly ApprovalRequest[];
  readonly grants: (now: number) => readonly Grant[];
  readonly shown: (id: string, who: Operator, now: number) => void;
  readonly approve: (
    id: string,
    answer: {
      readonly scope: Scope;
      readonly who: Operator;
      readonly message?: string;
      /** As shown: another digest means another request than the person saw. */
      readonly digest: string;
    },
    settings: ApprovalSettings,
    now: number,
  ) => Answered;
  readonly deny: (
    id: string,
    answer: { readonly who: Operator; readonly message?: string },
    now: number,
  ) => Answered;
  /** A request's open grants, or one grant. */
  readonly revoke: (id: string, who: Operator, now: number) => Answered;
  readonly history: (request: string) => readonly ApprovalEvent[];
  /** Changes with every write of any process. */
  readonly version: () => number;
  readonly close: () => void;
}

/** What became of an answer. */
export type Answered =
  | {
    readonly ok: true;
    readonly request: ApprovalRequest;
    readonly grant?: Grant;
  }
  | {
    readonly ok: false;
    readonly why:
      | "unknown"
      | "answered"
      | "expired"
      | "changed"
      | "paused"
      | "not-allowed";
    readonly state?: RequestState;
  };
