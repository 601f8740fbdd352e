// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Asks, settings and operators for tests of the store of approvals.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type {
  ApprovalSettings,
  Ask,
  Operator,
} from "../../src/approval/request.ts";
import type { Subject } from "../../src/approval/subject.ts";
import {
  type Approvals,
  openApprovals,
} from "../../src/store/approvals/store.ts";

/** What the tests' clocks start at. */
export const START = 1_800_000_000_000;

/** Of a policy that lets everything be given. */
export const SETTINGS: ApprovalSettings = {
  ttlMs: 600_000,
  deniedMs: 60_000,
  waitMs: 0,
  maxWrongIds: 3,
  wrongIdWindowMs: 60_000,
  wider: true,
};

/** Who answers. */
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
export function openWithin(folder: string, now = START): Approvals {
  return openApprovals({
    database: `${folder}/${DATABASE}`,
    keys: `${folder}/${KEYS}`,
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
  if (request === undefined) {
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

/** Where the files are in a folder that the store is opened in. */
export const DATABASE = "state/approvals.db";
/** See {@linkcode DATABASE}. */
export const HEAD = "state/approvals.head";
/** See {@linkcode DATABASE}. */
export const KEYS = "config/approvals.hmac.key";

/** Opens the store for a piece of work. */
export function withStore<T>(folder: string, work: (store: Approvals) => T): T {
  const store = openWithin(folder);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** Tests with a store of its own, in a folder of its own. */
export function storeTest(
  name: string,
  work: (store: Approvals, folder: string) => void | Promise<void>,
): void {
  Deno.test(name, () =>
    withFolder(async (folder) => {
      const store = openWithin(folder);
      try {
        await work(store, folder);
      } finally {
        store.close();
      }
    }));
}

/** What became of an ask, in a word. */
export function kindOf(store: Approvals, what: Ask, now = START): string {
  return store.redeem(what, SETTINGS, now).kind;
}

/** What an ask for a command comes out as. */
export function use(store: Approvals, command: string): string {
  return kindOf(store, ask(command));
}

/** Leaves a request, and says yes to it. */
export function grant(store: Approvals, command: string): string {
  const id = leave(store, ask(command));
  assert(say(store, id).ok);
  return id;
}

/** Changes the database by other means. */
export function edit(folder: string, sql: string): void {
  using database = new DatabaseSync(`${folder}/${DATABASE}`);
  database.exec(sql);
}

/** Copies the database as it is now, with what is only in its log. */
export function copyAway(folder: string): void {
  edit(folder, "PRAGMA wal_checkpoint(TRUNCATE)");
  Deno.copyFileSync(`${folder}/${DATABASE}`, `${folder}/copy`);
}

/** Puts that copy in the place of the database. */
export function putBack(folder: string): void {
  for (const end of ["-wal", "-shm"]) {
    try {
      Deno.removeSync(`${folder}/${DATABASE}${end}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  Deno.copyFileSync(`${folder}/copy`, `${folder}/new`);
  Deno.chmodSync(`${folder}/new`, 0o600);
  Deno.renameSync(`${folder}/new`, `${folder}/${DATABASE}`);
}
