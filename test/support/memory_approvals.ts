// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A store of approvals in memory, as simple as it can be: what the real one
 * must do where no disk, no second process and no forged row comes in.
 *
 * @module
 */

import { misfit, rulesOf } from "../../src/approval/fit.ts";
import type {
  Answered,
  ApprovalRequest,
  ApprovalStore,
  Ask,
  Asker,
  Grant,
  Operator,
  Redeemed,
  Scope,
} from "../../src/approval/request.ts";
import {
  differences,
  digestsOf,
  type Subject,
} from "../../src/approval/subject.ts";
import { canonicalJson } from "../../src/base/canonical_json.ts";

/** Somebody at a terminal. */
export const OPERATOR: Operator = { uid: 1, user: "op", how: "terminal" };

/** The store, and short forms of what an operator does. */
export interface MemoryStore extends ApprovalStore {
  /** Approves what is pending, or the one of that id. */
  readonly yes: (
    options?: { readonly id?: string; readonly scope?: Scope; now?: number },
  ) => Answered;
  readonly no: (message?: string, now?: number) => Answered;
  readonly all: () => readonly ApprovalRequest[];
}

/** For a test that does not look at the request first. */
const ANY_DIGEST = "";

const TTL = 600_000;

/** Makes an empty store. */
export function memoryStore(): MemoryStore {
  let requests: ApprovalRequest[] = [];
  let grants: Grant[] = [];
  let version = 0;
  let denials: { readonly id: string; readonly until: number }[] = [];
  let deniedMs = 0;

  const replace = (request: ApprovalRequest): ApprovalRequest => {
    requests = requests.map((one) => one.id === request.id ? request : one);
    version++;
    return request;
  };
  const replaceGrant = (grant: Grant): Grant => {
    grants = grants.map((one) => one.id === grant.id ? grant : one);
    version++;
    return grant;
  };
  const expire = (now: number): void => {
    for (const one of requests) {
      if (one.state === "pending" && now > one.expiresAt) {
        replace({ ...one, state: "expired" });
      }
    }
    for (const one of grants) {
      if (one.state === "open" && now > one.expiresAt) {
        replaceGrant({ ...one, state: "expired" });
      }
    }
  };

  function redeem(ask: Ask, now: number): Redeemed {
    const digests = digestsOf(ask.subject);
    const { once: digest } = digests;
    for (const grant of grants.filter(({ state }) => state === "open")) {
      const request = requests.find(({ id }) => id === grant.request);
      if (request === undefined) continue;
      const why = misfit(grant, ask, digests, now);
      if (why === undefined) {
        if (grant.scope === "once") replace({ ...request, state: "consumed" });
        return {
          kind: "granted",
          grant: replaceGrant({
            ...grant,
            uses: grant.uses + 1,
            state: grant.scope === "once" ? "used" : "open",
          }),
        };
      }
      if (grant.scope === "rule" || !isSame(request, ask)) continue;
      replaceGrant({ ...grant, state: "voided" });
      const said = differences(request.subject, ask.subject).join("; ") || why;
      return {
        kind: "voided",
        request: replace({ ...request, state: "voided", why: said }),
        why: said,
      };
    }
    const twins = requests.filter((one) =>
      one.digest === digest && one.asker.session === ask.asker.session &&
      one.asker.agent === ask.asker.agent
    );
    for (const request of twins) {
      const denial = denials.find(({ id, until }) =>
        id === request.id && until > now
      );
      if (denial !== undefined) {
        return { kind: "denied", request, retryAfterMs: denial.until - now };
      }
    }
    const before = twins.find(({ state }) => state === "pending");
    if (before !== undefined) {
      return {
        kind: "pending",
        request: replace({ ...before, asks: before.asks + 1 }),
      };
    }
    const request: ApprovalRequest = {
      ...ask,
      id: `request-${requests.length + 1}`,
      digest,
      state: "pending",
      askedAt: now,
      expiresAt: now + TTL,
      asks: 1,
    };
    requests = [...requests, request];
    version++;
    return { kind: "pending", request };
  }

  const store: ApprovalStore = {
    redeem(ask, settings, now) {
      ({ deniedMs } = settings);
      expire(now);
      return redeem(ask, now);
    },
    forbid({ asker, subject, why }, now) {
      expire(now);
      return requests.flatMap((request) => {
        const grant = grants.find((one) =>
          one.request === request.id && one.state === "open" &&
          one.scope !== "rule"
        );
        const isMeant = sameName(request.subject, request.asker) ===
          sameName(subject, asker);
        if (grant === undefined || !isMeant) return [];
        return [{
          grant: replaceGrant({ ...grant, state: "voided" }),
          request: replace({ ...request, state: "voided", why }),
        }];
      });
    },
    state(id, asker, now) {
      expire(now);
      return requests.find((one) =>
        one.id === id && one.asker.agent === asker.agent &&
        one.asker.session === asker.session &&
        one.asker.workspace === asker.workspace
      );
    },
    pending(now) {
      expire(now);
      return requests.filter(({ state }) => state === "pending");
    },
    find: (id) => requests.find((one) => one.id === id),
    alike: () => [],
    list: ({ limit }) => requests.slice(0, limit),
    grants: (now) =>
      grants.filter((one) => one.state === "open" && one.expiresAt >= now),
    shown: () => {},
    approve(id, { digest, scope, who }, _settings, now) {
      const request = requests.find((one) => one.id === id);
      if (request?.state !== "pending") return { ok: false, why: "answered" };
      if (digest !== ANY_DIGEST && digest !== request.digest) {
        return { ok: false, why: "changed" };
      }
      const grant: Grant = {
        id: `grant-${grants.length + 1}`,
        request: id,
        scope: scope.kind,
        agent: request.asker.agent,
        session: request.asker.session,
        workspace: request.asker.workspace,
        digest: scope.kind === "session"
          ? digestsOf(request.subject).session
          : request.digest,
        rules: rulesOf(request.reasons),
        madeAt: now,
        expiresAt: now + TTL,
        uses: 0,
        state: "open",
      };
      grants = [...grants, grant];
      return {
        ok: true,
        request: replace({ ...request, state: "approved", answeredBy: who }),
        grant,
      };
    },
    deny(id, { message, who }, now) {
      const request = requests.find((one) => one.id === id);
      if (request?.state !== "pending") return { ok: false, why: "answered" };
      denials = [...denials, { id, until: now + deniedMs }];
      return {
        ok: true,
        request: replace({
          ...request,
          state: "denied",
          answeredBy: who,
          ...(message !== undefined && { message }),
        }),
      };
    },
    revoke: () => ({ ok: false, why: "unknown" }),
    history: () => [],
    version: () => version,
    close: () => {},
  };
  const first = (now: number): string => store.pending(now)[0]?.id ?? "none";
  const settings = {
    ttlMs: TTL,
    deniedMs: 300_000,
    waitMs: 0,
    maxWrongIds: 5,
    wrongIdWindowMs: 1,
    wider: true,
  };
  return {
    ...store,
    yes: ({ id, now = 1_000, scope } = {}) =>
      store.approve(
        id ?? first(now),
        { scope: scope ?? { kind: "once" }, who: OPERATOR, digest: ANY_DIGEST },
        settings,
        now,
      ),
    no: (message, now = 1_000) =>
      store.deny(first(now), {
        who: OPERATOR,
        ...(message !== undefined && { message }),
      }, now),
    all: () => requests,
  };
}

/** Whether it is the same command, whatever has become of the world. */
function isSame({ asker, subject }: ApprovalRequest, ask: Ask): boolean {
  return sameName(subject, asker) === sameName(ask.subject, ask.asker);
}

function sameName(
  { action, cwd }: Pick<Subject, "action" | "cwd">,
  { agent, session }: Asker,
): string {
  return canonicalJson([action, cwd, agent, session]);
}
