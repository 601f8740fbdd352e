// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { shortId, standsFor } from "../../approval/short_id.ts";
import {
  memoryStore,
  requestFor,
} from "../../../test/support/approval_memory.ts";
import { fakeContext } from "../../../test/support/fake_context.ts";
import {
  type Named,
  named,
  type NamedGrant,
  namedGrant,
  namedToApprove,
  type NamingSite,
  requestFrom,
} from "./named.ts";

/** Three of one minute: they begin alike. */
const [A, B, C] = [
  "01a1fec6-1b87-7d40-afec-61bdbad43739",
  "01a1fec6-2c11-7aaa-8bbb-00010001beef",
  "01a1fec6-2c12-7aaa-9ccc-00020002beef",
] as const;
const BEGINNING = "01a1fec6";
const NOW = 1_100_000;

function siteOf(states: Readonly<Record<string, "pending" | "expired">>) {
  const store = memoryStore(
    Object.entries(states).map(([id, state]) =>
      requestFor({ id, command: `rm -rf ${shortId(id)}`, request: { state } })
    ),
  );
  return { store, clock: () => NOW };
}

function idsOf(found: Named | NamedGrant): string {
  if (found.kind === "one") return shortId(found.request.id);
  return found.kind === "many"
    ? found.requests.map(({ id }) => shortId(id)).sort().join(" ")
    : found.kind;
}

Deno.test("the short form is the ending, and names its id", () => {
  assert.equal(shortId(A), "bad43739");
  assert(standsFor(shortId(A), A) && standsFor(BEGINNING, A));
  assert(standsFor(A, A) && standsFor("approved.x", "approved.x"));
  for (const word of ["", "739", "BAD43739", "1b87-7d40", `${A}0`, "%%%%"]) {
    assert(!standsFor(word, A), word);
  }
});

Deno.test("a beginning or ending names what waits before what does not", () => {
  const site = siteOf({ [A]: "pending", [B]: "expired", [C]: "pending" });
  assert.equal(idsOf(named(A, site)), "bad43739");
  assert.equal(idsOf(named("bad43739", site)), "bad43739");
  assert.equal(idsOf(named(BEGINNING, site)), "0002beef bad43739");
  assert.equal(idsOf(named("beef", site)), "0002beef");
  assert.equal(idsOf(named("0001beef", site)), "0001beef");
  assert.equal(idsOf(named("ffffffff", site)), "none");
});

Deno.test("a yes is for no request that shares the word with one that ended", () => {
  const site = siteOf({ [A]: "pending", [B]: "expired" });
  assert.equal(idsOf(named(BEGINNING, site)), "bad43739");
  assert.equal(idsOf(namedToApprove(BEGINNING, site)), "0001beef bad43739");
  assert.equal(idsOf(namedToApprove("bad43739", site)), "bad43739");
  assert.equal(idsOf(namedToApprove(A, site)), "bad43739");
  assert.equal(idsOf(namedToApprove("ffffffff", site)), "none");
});

Deno.test("revoke names a grant, or all of a request's", () => {
  const { store, clock } = siteOf({ [A]: "pending" });
  const ids = [
    "01a1fec6-3000-7000-8000-0000000000a1",
    "01a1fec6-3000-7000-8000-0000000000a2",
    "01a1fec6-3000-7000-8000-0000000000b1",
  ] as const;
  const grants = ids.map((id, i) => ({ id, request: i < 2 ? A : B }));
  const find = (id: string) => requestFor({ id });
  const site: NamingSite = {
    clock,
    store: { ...store, find, grants: () => grants as never },
  };
  const grant = (id: string, request: string) => ({
    kind: "grant",
    id,
    request,
  });
  assert.deepEqual(namedGrant("000000a2", site), grant(ids[1], A));
  assert.deepEqual(namedGrant(ids[2], site), grant(ids[2], B));
  assert.deepEqual(namedGrant("bad43739", site), {
    kind: "request",
    request: A,
  });
  assert.equal(idsOf(namedGrant(BEGINNING, site)), "0001beef bad43739");
  assert.equal(idsOf(namedGrant("ffffffff", site)), "none");
});

Deno.test("a word that is not enough tells of each with the word to give", () => {
  const site = siteOf({ [A]: "pending", [B]: "pending" });
  const { context, err } = fakeContext();
  const found = requestFrom(BEGINNING, site, context);
  assert.deepEqual(found, { ok: false, error: 64 });
  assert.equal(
    err[0],
    `airg: error: more than one request has the id "${BEGINNING}"`,
  );
  assert.deepEqual(err.slice(1, -1).toSorted(), [
    "airg:   0001beef  8m20s     claude-1  rm -rf 0001beef  (in /home/ana/project)",
    "airg:   bad43739  8m20s     claude-1  rm -rf bad43739  (in /home/ana/project)",
  ]);
  assert.match(
    err.at(-1) ?? "",
    /^airg: hint: give the one you mean, as in [0-9a-f]{8}$/,
  );
  const one = requestFrom("bad43739", site, context);
  assert(one.ok);
  assert.equal(one.value.id, A);
});
