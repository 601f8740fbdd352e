// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the guard gets for an escalated action: a grant that is used up with
 * it, or a request that waits.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical_json.ts";
import type {
  ApprovalSettings,
  Ask,
  Asker,
  Ban,
  Grant,
  Redeemed,
} from "../../approval/request.ts";
import { needsNetwork, rulesOf, unlike } from "../../approval/fit.ts";
import {
  differences,
  digestOf,
  type Digests,
  digestsOf,
} from "../../approval/subject.ts";
import { wasUsed } from "./history.ts";
import { manyDenials, refuseFlood, refuseLong } from "./limits.ts";
import { pruneSometimes } from "./prune.ts";
import {
  type GrantRow,
  grantsWhere,
  putGrant,
  putRequest,
  type RequestRow,
  requestsWhere,
  shownGrant,
  shownRequest,
} from "./rows.ts";
import { ApprovalStoreError } from "./trouble.ts";
import type { Turn } from "./turn.ts";

/** What an ask is compared by. */
interface Identity {
  readonly digest: string;
  readonly digests: Digests;
  readonly rules: readonly string[];
  readonly twin: string;
  readonly denial: string;
  readonly same: string;
  /** Agent and workspace. */
  readonly place: string;
}

/** Finds a grant and uses it, or leaves a request. */
export function redeem(
  turn: Turn,
  ask: Ask,
  settings: ApprovalSettings,
): Redeemed {
  const identity = identityOf(ask);
  const denied = latestDenial(turn, identity, settings);
  // Of a grant and a denial, what was said last counts.
  const wider = settings.wider && !needsNetwork(ask.reasons);
  const found = grantsFor(turn, identity, { ...settings, byRule: wider })
    .filter(({ grant }) => denied === undefined || grant.made > denied.at).map((
      one,
    ) => ({ ...one, why: misfit(one, ask, identity) }));
  const [first] = found;
  if (first !== undefined) {
    const fitting = found.find(({ why }) => why === undefined);
    return fitting === undefined
      ? voided(turn, first, { asker: ask.asker, why: first.why ?? "" })
      : { kind: "granted", grant: use(turn, fitting, ask.asker) };
  }
  if (denied !== undefined) return deniedAgain(turn, denied);
  return pending(turn, ask, identity, settings);
}

/** What was asked, whatever it leads to. */
export function sameOf(
  { asker: { agent, session, workspace }, subject: { action, cwd } }: Omit<
    Ban,
    "why"
  >,
): string {
  return hash({ agent, session, workspace, action, cwd });
}

function identityOf({ asker, subject, reasons }: Ask): Identity {
  const { agent, session, workspace } = asker;
  const digests = digestsOf(subject);
  const { once: digest } = digests;
  const { input: _, ...fed } = subject;
  const rules = rulesOf(reasons);
  // Every grant would cover it.
  if (rules.length === 0) throw new TypeError("Cannot ask: no rule objects");
  return {
    digest,
    digests,
    rules,
    twin: hash({ agent, session, workspace, digest, rules }),
    // Who says no means the command, whatever it would have been fed.
    denial: hash({
      ...{ agent, workspace },
      digest: digestOf(fed),
    }),
    same: sameOf({ asker, subject }),
    place: hash({ agent, workspace }),
  };
}

function hash(value: object): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** A grant with the request that it answers. */
interface Found {
  readonly grant: GrantRow;
  readonly request: RequestRow;
}

/** Grants that may be meant: those for this alone first, then the oldest. */
function grantsFor(
  { ledger }: Turn,
  identity: Identity,
  { byRule: mayBeByRule, wider }:
    & Pick<ApprovalSettings, "wider">
    & { readonly byRule: boolean },
): readonly Found[] {
  const { place, same } = identity;
  const condition = "state = 'open' AND same = ? ORDER BY rowid";
  const exact = grantsWhere(ledger, condition, same);
  const byRule = mayBeByRule ? grantsWhere(ledger, condition, place) : [];
  const grants = [
    ...exact.filter(({ scope }) => scope === "once"),
    ...exact.filter(({ scope }) => wider && scope === "session"),
    // Of rules that object now, the person knew some others only: not for this.
    ...byRule.filter((grant) =>
      grant.scope === "rule" &&
      unlike(grant, identity) === undefined
    ),
  ];
  return grants.flatMap((grant) => {
    const [request] = requestsWhere(ledger, "id = ?", grant.request);
    return request?.state === "approved" ? [{ grant, request }] : [];
  });
}

/** Why a grant is not for what would run now, or `undefined`. */
function misfit(
  { grant, request }: Found,
  { subject }: Ask,
  identity: Identity,
): string | undefined {
  return unlike(grant, identity, () => {
    const said = differences(request.subject, subject);
    return said.length === 0 ? "what would run changed" : said.join("; ");
  });
}

function use(
  { ledger, moment, raise, tell }: Turn,
  { grant, request }: Found,
  asker: Asker,
): Grant {
  const isOnce = grant.scope === "once";
  if (isOnce && wasUsed(ledger, request.id)) {
    throw new ApprovalStoreError(
      `Cannot use grant ${grant.id}: the history has its use already`,
      "run `airg approvals repair`",
    );
  }
  const used: GrantRow = {
    ...grant,
    uses: grant.uses + 1,
    state: isOnce ? "used" : "open",
  };
  putGrant(ledger, used);
  if (isOnce) putRequest(ledger, { ...request, state: "consumed" });
  tell({ what: "consumed", request: request.id, grant: grant.id, asker });
  raise();
  return shownGrant(used, moment.ahead);
}

/** Takes a grant away for good, and says why. */
export function voided(
  { ledger, moment, raise, tell }: Turn,
  { grant, request }: Found,
  { asker, why }: { readonly asker: Asker; readonly why: string },
): Extract<Redeemed, { kind: "voided" }> {
  putGrant(ledger, { ...grant, state: "voided" });
  const row: RequestRow = { ...request, state: "voided", why };
  putRequest(ledger, row);
  tell({ what: "voided", request: row.id, grant: grant.id, asker, why });
  raise();
  return { kind: "voided", request: shownRequest(row, moment.ahead), why };
}

interface Denial {
  readonly row: RequestRow;
  readonly at: number;
  readonly retryAfterMs: number;
}

function latestDenial(
  { ledger, moment }: Turn,
  { denial }: Identity,
  { deniedMs }: ApprovalSettings,
): Denial | undefined {
  let latest: Denial | undefined;
  const condition = "state = 'denied' AND denial = ?";
  for (const row of requestsWhere(ledger, condition, denial)) {
    const at = row.answered ?? 0;
    const retryAfterMs = at + deniedMs - moment.time;
    if (retryAfterMs > 0 && at >= (latest?.at ?? 0)) {
      latest = { row, at, retryAfterMs };
    }
  }
  return latest;
}

function deniedAgain(
  { ledger, moment, touch }: Turn,
  { row, retryAfterMs }: Denial,
): Redeemed {
  const again = { ...row, asks: row.asks + 1 };
  putRequest(ledger, again);
  touch();
  const request = shownRequest(again, moment.ahead);
  return { kind: "denied", request, retryAfterMs };
}

function pending(
  { ledger, moment, newId, tell, touch }: Turn,
  { asker, reasons, subject, touches }: Ask,
  { denial, digest, place, same, twin }: Identity,
  { deniedMs, ttlMs }: ApprovalSettings,
): Redeemed {
  const [before] = requestsWhere(
    ledger,
    "state = 'pending' AND twin = ?",
    twin,
  );
  if (before === undefined) {
    const refusal = manyDenials(ledger, place, deniedMs, moment);
    if (refusal !== undefined) return refusal;
    refuseLong(ledger, { reasons, subject, touches });
    refuseFlood(ledger, place);
    pruneSometimes(ledger, { deniedAfter: moment.time - deniedMs });
  }
  const row: RequestRow = before === undefined
    ? {
      ...{ id: newId(), asker, subject, digest, reasons },
      ...(touches === undefined ? {} : { touches }),
      ...{ state: "pending", askedAt: moment.time - moment.ahead, asks: 1 },
      ...{ until: moment.time + ttlMs, twin, denial, same, place },
    }
    : { ...before, asks: before.asks + 1 };
  putRequest(ledger, row);
  if (before === undefined) {
    tell({ what: "asked", request: row.id, asker });
  } else touch();
  return { kind: "pending", request: shownRequest(row, moment.ahead) };
}
