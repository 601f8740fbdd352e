// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's side of approvals for tests, on a store in memory.
 *
 * @module
 */

import type { ApprovalRecord } from "../../src/audit/event.ts";
import type {
  ApprovalSettings,
  ApprovalStore,
} from "../../src/approval/request.ts";
import type { Approvals } from "../../src/guard/approvals.ts";
import type { SubjectWorld } from "../../src/guard/subject_world.ts";
import type { Elicitation } from "../../src/policy/settings.ts";
import { questionOf } from "../../src/cli/approvals/question.ts";
import { APPROVAL_SETTINGS } from "./approval_settings.ts";
import { memoryStore } from "./memory_approvals.ts";

/** What a test replaces. */
export interface FakeApprovalOptions {
  readonly store?: ApprovalStore;
  readonly settings?: Partial<ApprovalSettings>;
  readonly world?: Partial<SubjectWorld>;
  readonly now?: () => number;
  readonly records?: ApprovalRecord[];
  readonly touches?: Approvals["touches"];
  /** What the policy says of asking the client; off. */
  readonly elicitation?: () => Elicitation | undefined;
  readonly hasPassphrase?: () => boolean;
  /** Told of each record before it is kept; may fail. */
  readonly onRecord?: (event: ApprovalRecord) => Promise<void>;
}

/** A folder in which nothing is. */
const EMPTY_TREE = {
  sha256: "",
  files: 0,
  bytes: 0,
  members: [],
  folders: [],
} as const;

/** Approvals in memory; no file is there and no variable is set. */
export function fakeApprovals(
  {
    elicitation = () => undefined,
    hasPassphrase = () => false,
    now = () => 1_000,
    onRecord,
    records = [],
    settings = {},
    store = memoryStore(),
    touches = () => Promise.resolve(undefined),
    world = {},
  }: FakeApprovalOptions = {},
): Approvals {
  const given: ApprovalSettings = { ...APPROVAL_SETTINGS, ...settings };
  const record = async (event: ApprovalRecord) => {
    await onRecord?.(event);
    records.push(event);
  };
  return {
    world: {
      program: () => undefined,
      resolve: (path) => path,
      hash: () => Promise.resolve(undefined),
      environment: () => ({}),
      kind: () => undefined,
      names: () => undefined,
      firstLine: () => undefined,
      stamp: () => undefined,
      tree: () => Promise.resolve({ own: EMPTY_TREE, other: EMPTY_TREE }),
      input: () => Promise.resolve(undefined),
      ...world,
    },
    settings: () => given,
    isThere: () => true,
    forbid: async (ban) => await store.forbid(ban, now()),
    grants: async () => await store.grants(now()),
    redeem: async (ask) => await store.redeem(ask, given, now()),
    state: async (id, asker) => await store.state(id, asker, now()),
    version: async () => await store.version(),
    touches,
    question: (id, asker, modes) => {
      const settings = () => {
        const mode = elicitation();
        return Promise.resolve({
          ...given,
          ...(mode && { elicitation: mode }),
        });
      };
      return questionOf(
        {
          store,
          settings,
          hasPassphrase,
          user: { uid: 1, user: "op" },
          record,
          clock: now,
        },
        id,
        asker,
        modes,
      );
    },
    record,
  };
}
