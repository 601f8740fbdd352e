// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * An approval store in memory, for tests of the operator's side; and requests to put in it.
 *
 * @module
 */

import type {
  Answered,
  ApprovalEvent,
  ApprovalRequest,
  ApprovalStore,
  Grant,
  RequestState,
} from "../../src/approval/request.ts";
import { standsFor } from "../../src/approval/short_id.ts";
import { digestOf, type Subject } from "../../src/approval/subject.ts";

/** A store, and what a test may do to it besides. */
export interface MemoryStore extends ApprovalStore {
  /** Puts a request in, or another in its place. */
  readonly put: (request: ApprovalRequest) => void;
}

/** Makes an empty store. */
export function memoryStore(
  first: readonly ApprovalRequest[] = [],
): MemoryStore {
  const requests = new Map(first.map((request) => [request.id, request]));
  const grants = new Map<string, Grant>();
  const events: ApprovalEvent[] = [];
  let version = 0;

  function note(event: Omit<ApprovalEvent, "seq">): void {
    version++;
    events.push({ seq: events.length + 1, ...event });
  }

  function open(id: string, now: number): ApprovalRequest | Answered {
    const request = requests.get(id);
    if (request === undefined) return { ok: false, why: "unknown" };
    const { state } = request;
    if (state === "pending" && request.expiresAt > now) return request;
    return state === "pending" || state === "expired"
      ? { ok: false, why: "expired", state: "expired" }
      : { ok: false, why: "answered", state };
  }

  function settle(
    request: ApprovalRequest,
    state: RequestState,
    rest: Partial<ApprovalRequest>,
  ): ApprovalRequest {
    const next = { ...request, ...rest, state };
    requests.set(request.id, next);
    return next;
  }

  return {
    put(request) {
      version++;
      requests.set(request.id, request);
    },
    redeem: () => {
      throw new TypeError(
        "Cannot redeem: this store is of the operator's side",
      );
    },
    forbid: () => [],
    state: (id) => requests.get(id),
    pending: (now) =>
      [...requests.values()].filter(({ state, expiresAt }) =>
        state === "pending" && expiresAt > now
      ),
    find: (id) => requests.get(id),
    alike: (part, states) =>
      [...requests.values()].filter(({ id, state }) =>
        standsFor(part, id) && (states?.includes(state) ?? true)
      ).reverse(),
    list: ({ states, limit }) =>
      [...requests.values()]
        .filter(({ state }) => states?.includes(state) ?? true)
        .slice(0, limit),
    grants: (now) =>
      [...grants.values()].filter(({ state, expiresAt }) =>
        state === "open" && expiresAt > now
      ),
    shown: (id, who, now) => note({ what: "shown", request: id, who, at: now }),
    approve(id, { scope, who, message, digest }, settings, now) {
      const request = open(id, now);
      if ("ok" in request) return request;
      if (request.digest !== digest) return { ok: false, why: "changed" };
      if (scope.kind !== "once" && !settings.wider) {
        return { ok: false, why: "not-allowed" };
      }
      const ms = scope.kind === "rule" ? scope.ms : settings.ttlMs;
      const { agent, session, workspace } = request.asker;
      const grant: Grant = {
        id: `grant-${grants.size + 1}`,
        request: id,
        scope: scope.kind,
        agent,
        session,
        workspace,
        digest,
        rules: request.reasons.map(({ rule }) => rule),
        madeAt: now,
        expiresAt: now + ms,
        uses: 0,
        state: "open",
      };
      grants.set(grant.id, grant);
      note({ what: "approved", request: id, grant: grant.id, who, at: now });
      const said = message === undefined ? {} : { message };
      const next = settle(request, "approved", { answeredBy: who, ...said });
      return { ok: true, request: next, grant };
    },
    deny(id, { who, message }, now) {
      const request = open(id, now);
      if ("ok" in request) return request;
      note({ what: "denied", request: id, who, at: now });
      const said = message === undefined ? {} : { message };
      return {
        ok: true,
        request: settle(request, "denied", { answeredBy: who, ...said }),
      };
    },
    revoke(id, who, now) {
      const own = [...grants.values()].filter((grant) =>
        grant.state === "open" && (grant.id === id || grant.request === id)
      );
      const request = requests.get(own[0]?.request ?? id);
      if (request === undefined) return { ok: false, why: "unknown" };
      if (own.length === 0) {
        return { ok: false, why: "answered", state: request.state };
      }
      for (const grant of own) {
        grants.set(grant.id, { ...grant, state: "revoked" });
      }
      note({ what: "revoked", request: request.id, who, at: now });
      return { ok: true, request: settle(request, "revoked", {}) };
    },
    history: (id) => events.filter(({ request }) => request === id),
    version: () => version,
    close() {},
  };
}

/** What a test says of a request. */
export interface RequestParts {
  readonly id?: string;
  /** Text for a shell. */
  readonly command?: string;
  readonly action?: Subject["action"];
  readonly subject?: Partial<Subject>;
  readonly request?: Partial<ApprovalRequest>;
}

/** A pending request for a command. */
export function requestFor(parts: RequestParts = {}): ApprovalRequest {
  const text = parts.command ?? "rm -rf build";
  const subject: Subject = {
    action: parts.action ?? {
      kind: "exec",
      command: { form: "shell", text },
      cwd: "/home/ana/project",
    },
    cwd: "/home/ana/project",
    paths: [],
    hosts: [],
    files: [],
    environment: [],
    profile: "workspace",
    network: "deny",
    ephemeral: false,
    ...parts.subject,
  };
  return {
    id: parts.id ?? "0197f3a2-0000-7000-8000-000000000001",
    asker: {
      agent: "claude-1",
      session: "session-1",
      workspace: "/home/ana/project",
    },
    subject,
    digest: digestOf(subject),
    reasons: [{
      code: "fs.recursive_delete",
      rule: "default/fs.recursive-delete",
      message: "deletes a folder with all that is in it",
      evidence: { span: [0, Math.min(6, text.length)] },
      severity: "high",
    }],
    state: "pending",
    askedAt: 1_000_000,
    expiresAt: 1_600_000,
    asks: 1,
    ...parts.request,
  };
}
