// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Asks, settings and operators for tests of the store of approvals.
 *
 * @module
 */

import type {
  ApprovalSettings,
  Ask,
  Operator,
} from "../../src/approval/request.ts";
import type { Subject } from "../../src/approval/subject.ts";
import { type Approvals, openApprovals } from "../../src/store/approvals.ts";

/** What the tests' clocks start at. */
export const START = 1_800_000_000_000;

export const SETTINGS: ApprovalSettings = {
  ttlMs: 600_000,
  deniedMs: 60_000,
  waitMs: 0,
  maxWrongIds: 3,
  wrongIdWindowMs: 60_000,
  wider: true,
};

export const OPERATOR: Operator = {
  uid: 1000,
  user: "jo",
  terminal: "/dev/pts/3",
  how: "terminal",
};

/** What would run when `command` is asked for. */
function subject(command: string, over: Partial<Subject> = {}): Subject {
  return {
    action: { kind: "exec", command: { form: "shell", text: command } },
    cwd: "/w",
    paths: [],
    hosts: [],
    files: [{ path: "/usr/bin/rm", sha256: "00", role: "program" }],
    environment: [],
    profile: "workspace",
    network: "deny",
    ephemeral: false,
    ...over,
  };
}

/** One ask of an agent; by default all have the same session. */
export function ask(
  command: string,
  over: {
    readonly agent?: string;
    readonly session?: string;
    readonly rules?: readonly string[];
    readonly subject?: Partial<Subject>;
  } = {},
): Ask {
  const { agent = "codex-1", rules = ["default/rm"], session = "s1" } = over;
  return {
    asker: { agent, session, workspace: "/w" },
    subject: subject(command, over.subject),
    reasons: rules.map((rule) => ({
      code: "fs.recursive_delete",
      rule,
      message: "Deletes a tree",
      severity: "high",
    })),
  };
}

/** Opens the store in `folder`. */
export function openIn(folder: string, now = START): Approvals {
  return openApprovals({
    database: `${folder}/state/approvals.db`,
    keys: `${folder}/config/approvals.hmac.key`,
  }, now);
}

/** Leaves a request, which has to come out as pending, and gives its id. */
export function leave(store: Approvals, what: Ask, now = START): string {
  const left = store.redeem(what, SETTINGS, now);
  if (left.kind !== "pending") throw new Error(`It is ${left.kind}`);
  return left.request.id;
}

/** Says yes to a request for what it holds. */
export function say(
  store: Approvals,
  id: string,
  now = START,
  scope: Parameters<Approvals["approve"]>[1]["scope"] = { kind: "once" },
): ReturnType<Approvals["approve"]> {
  const request = store.find(id);
  if (request === undefined || request === "ambiguous") {
    throw new Error(`There is no request ${id}`);
  }
  const { digest } = request;
  return store.approve(id, { scope, who: OPERATOR, digest }, SETTINGS, now);
}

/** Runs `work` with a folder of its own. */
export async function withFolder(
  work: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
