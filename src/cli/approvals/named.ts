// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Finding the request that a word names: its id, or the beginning or ending of
 * it that is enough among those that the answer is about.
 *
 * @module
 */

import type { ApprovalRequest } from "../../approval/request.ts";
import { shortId, standsFor } from "../../approval/short_id.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { requestLine } from "./lines.ts";
import type { ApprovalsSite } from "./site.ts";
import { type Context, UsageError } from "../command.ts";
import { EXIT_USAGE } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { complain } from "../terminal.ts";

/** Where a word is looked up. */
export type NamingSite = Pick<ApprovalsSite, "clock"> & {
  readonly store: Pick<ApprovalsSite["store"], "find" | "alike" | "grants">;
};

/** What a word names. */
export type Named =
  | { readonly kind: "one"; readonly request: ApprovalRequest }
  | { readonly kind: "many"; readonly requests: readonly ApprovalRequest[] }
  | { readonly kind: "none" };

/** A grant, or all of a request's. */
export type NamedGrant =
  | { readonly kind: "grant"; readonly id: string; readonly request: string }
  | { readonly kind: "request"; readonly request: string }
  | Exclude<Named, { readonly kind: "one" }>;

/** The one operand of a subcommand. */
export function oneId({ operands, rest }: Invocation): string {
  const [id, more] = [...operands, ...rest ?? []];
  if (id === undefined) throw new UsageError("expected an ID");
  if (more !== undefined) throw new UsageError(`unexpected word: ${more}`);
  return id;
}

/** The request that `word` names, what waits before what does not. */
export function named(word: string, { store, clock }: NamingSite): Named {
  const whole = store.find(word);
  if (whole !== undefined) return { kind: "one", request: whole };
  const waiting = namedOf(store.alike(word, ["pending"], clock()));
  return waiting.kind === "none"
    ? namedOf(store.alike(word, undefined, clock()))
    : waiting;
}

/**
 * The request that `word` names for a yes: only one that no other shares it
 * with, also none that has ended. The one meant may be what just expired, and
 * the one left what an agent asked since.
 */
export function namedToApprove(word: string, site: NamingSite): Named {
  const first = named(word, site);
  if (first.kind !== "one" || first.request.id === word) return first;
  return namedOf(site.store.alike(word, undefined, site.clock()));
}

/** What `word` names of the grants that are open. */
export function namedGrant(
  word: string,
  { store, clock }: NamingSite,
): NamedGrant {
  const grants = store.grants(clock());
  const meant = grants.filter(({ id, request }) =>
    standsFor(word, id) || standsFor(word, request)
  );
  const requests = [...new Set(meant.map(({ request }) => request))];
  const [grant] = meant;
  if (grant === undefined) return { kind: "none" };
  if (requests.length > 1) {
    const some = requests.flatMap((id) => store.find(id) ?? []);
    return { kind: "many", requests: some };
  }
  const { id, request } = grant;
  return meant.length > 1 || standsFor(word, request)
    ? { kind: "request", request }
    : { kind: "grant", id, request };
}

/** The request that was found, or an exit status when it was not. */
export function requestFrom(
  word: string,
  site: NamingSite,
  { terminal }: Context,
  found: Named = named(word, site),
): Result<ApprovalRequest, number> {
  if (word === "") throw new UsageError("expected an ID");
  if (found.kind === "one") return ok(found.request);
  if (found.kind === "none") {
    const hint = "run `airg approvals list --all`";
    complain(terminal, `no request has the id "${word}"`, hint);
    return fail(EXIT_USAGE);
  }
  tellMany(word, found.requests, site.clock(), terminal);
  return fail(EXIT_USAGE);
}

/** As {@linkcode requestFrom}; the id of an open grant stands for its request, too. */
export function requestOfAny(
  word: string,
  site: NamingSite,
  context: Context,
): Result<ApprovalRequest, number> {
  const found = named(word, site);
  const grant = found.kind === "none" ? namedGrant(word, site) : found;
  if (grant.kind === "one") return ok(grant.request);
  return "request" in grant
    ? requestFrom(grant.request, site, context)
    : requestFrom(word, site, context, grant);
}

/** Requests that are named where a word is not enough. */
const MAX_TOLD = 5;

function tellMany(
  word: string,
  requests: readonly ApprovalRequest[],
  now: number,
  terminal: Context["terminal"],
): void {
  complain(terminal, `more than one request has the id "${word}"`);
  for (const request of requests.slice(0, MAX_TOLD)) {
    terminal.err(`airg:   ${requestLine(request, now)}`);
  }
  if (requests.length > MAX_TOLD) terminal.err("airg:   and more");
  const example = requests[0] === undefined ? "" : shortId(requests[0].id);
  terminal.err(`airg: hint: give the one you mean, as in ${example}`);
}

function namedOf(requests: readonly ApprovalRequest[]): Named {
  const [request, other] = requests;
  if (request === undefined) return { kind: "none" };
  return other === undefined
    ? { kind: "one", request }
    : { kind: "many", requests };
}
