// Copyright 2026 the airg authors. Apache-2.0 license.
// The whole state machine against a model of some lines: whatever agents and
// operators do in whatever order, with clocks that jump and processes that end
// in the middle, the store says what the model says.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Ask, RequestState, Scope } from "../../approval/request.ts";
import {
  ask,
  openWithin,
  OPERATOR,
  SETTINGS,
  START,
} from "../../../test/support/approvals.ts";
import type { Approvals } from "./store.ts";

/** What is asked; `content` is that of the script it runs. */
interface Asked {
  readonly command: string;
  readonly content: string;
  readonly session: string;
  readonly rules: readonly string[];
}

type Step = Turn | { readonly do: "reopen" | "crash" };

/** At a clock so much later. */
type Turn =
  | { readonly do: "ask"; readonly what: Asked; readonly ms: number }
  | {
    readonly do: "approve";
    readonly which: number;
    readonly scope: Scope;
    readonly ms: number;
  }
  | {
    readonly do: "deny" | "revoke";
    readonly which: number;
    readonly ms: number;
  }
  | { readonly do: "look"; readonly ms: number };

/** Back and forth, further than two processes overtake each other. */
const MS = fc.constantFrom(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 11_000, 61_000, 300_000, 601_000, 5_000_000],
  ...[-11_000, -3_600_000, -86_400_000],
);
/** Counted from the newest; one too many is nobody's. */
const WHICH = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);
const WHAT: fc.Arbitrary<Asked> = fc.record({
  command: fc.constantFrom("rm a", "rm A"),
  content: fc.constantFrom("00", "00", "01"),
  session: fc.constantFrom("s1", "s1", "s2"),
  rules: fc.constantFrom(["r"], ["r"], ["r", "s"]),
});
const SCOPE: fc.Arbitrary<Scope> = fc.constantFrom(
  { kind: "once" },
  { kind: "once" },
  { kind: "session" },
  { kind: "rule", ms: 1_000_000 },
);
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("ask"), what: WHAT, ms: MS }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("approve"),
      which: WHICH,
      scope: SCOPE,
      ms: MS,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("deny", "revoke"),
      which: WHICH,
      ms: MS,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look"), ms: MS }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("reopen", "crash") }),
  },
);

/** A request of the model, with its grant if it was approved. */
interface Entry {
  readonly asked: Asked;
  state: RequestState;
  until: number;
  answered: number;
  /** Counts the answers. */
  turn: number;
  scope: Scope["kind"];
  uses: number;
}

const LASTS = { once: SETTINGS.ttlMs, session: 8 * 3_600_000 };

class Model {
  readonly entries: Entry[] = [];
  #elapsed = 0;
  #turns = 0;

  /** Only what goes on counts. */
  pass(ms: number): void {
    this.#elapsed += Math.max(0, ms);
    for (const entry of this.entries) {
      const isOpen = entry.state === "pending" || entry.state === "approved";
      if (isOpen && entry.until <= this.#elapsed) entry.state = "expired";
    }
  }

  /** What comes of an ask, and of which request. */
  ask(what: Asked): readonly [string, number] {
    const denial = this.entries.findLast(({ answered, asked, state }) =>
      state === "denied" && sameDigest(asked, what) &&
      this.#elapsed < answered + SETTINGS.deniedMs &&
      !this.entries.some((other) =>
        other.state === "denied" && sameDigest(other.asked, what) &&
        other.answered > answered
      )
    );
    const open = this.entries.filter((entry) =>
      entry.state === "approved" && mayMean(entry, what) &&
      (denial === undefined || entry.answered > denial.answered)
    );
    const inOrder = ["once", "session", "rule"].flatMap((scope) =>
      open.filter((entry) => entry.scope === scope)
        .toSorted((one, other) => one.turn - other.turn)
    );
    const fitting = inOrder.find((entry) => fits(entry, what));
    if (fitting !== undefined) {
      fitting.uses++;
      if (fitting.scope === "once") fitting.state = "consumed";
      return ["granted", this.entries.indexOf(fitting)];
    }
    if (inOrder[0] !== undefined) {
      inOrder[0].state = "voided";
      return ["voided", this.entries.indexOf(inOrder[0])];
    }
    if (denial !== undefined) return ["denied", this.entries.indexOf(denial)];
    const waiting = this.entries.findIndex(({ asked, state }) =>
      state === "pending" && JSON.stringify(asked) === JSON.stringify(what)
    );
    if (waiting >= 0) return ["pending", waiting];
    this.entries.push({
      ...{
        asked: what,
        state: "pending",
        answered: 0,
        turn: 0,
        scope: "once",
        uses: 0,
      },
      until: this.#elapsed + SETTINGS.ttlMs,
    });
    return ["pending", this.entries.length - 1];
  }

  answer(which: number, state: "approved" | "denied", scope?: Scope): boolean {
    const entry = this.entries[which];
    if (entry?.state !== "pending") return false;
    entry.state = state;
    entry.answered = this.#elapsed;
    entry.turn = ++this.#turns;
    if (scope === undefined) return true;
    entry.scope = scope.kind;
    entry.until = this.#elapsed +
      (scope.kind === "rule" ? scope.ms : LASTS[scope.kind]);
    return true;
  }

  revoke(which: number): boolean {
    const entry = this.entries[which];
    if (entry?.state !== "approved") return false;
    entry.state = "revoked";
    return true;
  }
}

function sameDigest(one: Asked, other: Asked): boolean {
  return one.command === other.command && one.content === other.content;
}

function mayMean({ asked, scope }: Entry, what: Asked): boolean {
  if (scope === "rule") return covers(asked, what);
  return asked.command === what.command && asked.session === what.session;
}

function fits({ asked, scope }: Entry, what: Asked): boolean {
  return covers(asked, what) && (scope === "rule" || sameDigest(asked, what));
}

function covers(asked: Asked, what: Asked): boolean {
  return what.rules.every((rule) => asked.rules.includes(rule));
}

function asAsk({ command, content, session, rules }: Asked): Ask {
  const files = [{ path: "/w/x.sh", sha256: content, role: "script" }] as const;
  return ask(command, { session, rules, subject: { files } });
}

/** Runs the steps on a store, and compares after each. */
function play(steps: readonly Step[], folder: string): void {
  const opened = [openWithin(folder)];
  const model = new Model();
  /** The requests' ids as the model numbers them. */
  const ids: string[] = [];
  let now = START;
  try {
    for (const [n, step] of steps.entries()) {
      if (!("ms" in step)) {
        if (step.do === "reopen") opened.pop()?.close();
        opened.push(openWithin(folder, now));
        continue;
      }
      // Those that were not closed are other processes.
      const store = opened[n % opened.length]!;
      now += step.ms;
      model.pass(step.ms);
      playOne(step, store, model, ids, now);
    }
    const store = opened.at(-1)!;
    assert.deepEqual(store.damaged(), []);
    assert.equal(store.trouble(), undefined);
    for (const [n, { uses }] of model.entries.entries()) {
      const events = store.history(ids[n]!).map(({ what }) => what);
      assert.equal(events.filter((what) => what === "consumed").length, uses);
    }
  } finally {
    for (const store of opened) store.close();
  }
}

function playOne(
  step: Turn,
  store: Approvals,
  model: Model,
  ids: string[],
  now: number,
): void {
  const who = OPERATOR;
  const which = "which" in step ? ids.length - 1 - step.which : 0;
  const named = ids[which] ?? crypto.randomUUID();
  switch (step.do) {
    case "ask": {
      const [kind, number] = model.ask(step.what);
      const said = store.redeem(asAsk(step.what), SETTINGS, now);
      assert.equal(said.kind, kind);
      const id = said.kind === "granted" ? said.grant.request : said.request.id;
      ids[number] ??= id;
      assert.equal(id, ids[number]);
      break;
    }
    case "approve": {
      const found = store.find(named);
      const digest = typeof found === "object" ? found.digest : "";
      const { scope } = step;
      const said = store.approve(named, { scope, who, digest }, SETTINGS, now);
      assert.equal(said.ok, model.answer(which, "approved", scope));
      break;
    }
    case "deny": {
      const said = store.deny(named, { who }, now);
      assert.equal(said.ok, model.answer(which, "denied"));
      break;
    }
    case "revoke": {
      assert.equal(store.revoke(named, who, now).ok, model.revoke(which));
      break;
    }
    case "look":
      break;
  }
  const listed = (state: RequestState) =>
    ids.filter((_, n) => model.entries[n]?.state === state);
  assert.deepEqual(store.pending(now).map(({ id }) => id), listed("pending"));
  assert.deepEqual(
    store.grants(now).map(({ request }) => request).sort(),
    listed("approved").sort(),
  );
  for (const [n, id] of ids.entries()) {
    const found = store.find(id);
    assert(typeof found === "object");
    assert.equal(found.state, model.entries[n]?.state);
  }
}

/** In memory where that can be had: each step waits for the disk some times. */
const PLACE = Deno.build.os === "linux" ? { dir: "/dev/shm" } : {};

Deno.test("the store does what the model does", () => {
  fc.assert(
    fc.property(
      fc.array(STEP, { minLength: 10, maxLength: 30, size: "max" }),
      (steps) => {
        const folder = Deno.makeTempDirSync(PLACE);
        try {
          play(steps, folder);
        } finally {
          Deno.removeSync(folder, { recursive: true });
        }
      },
    ),
    { numRuns: 120 },
  );
});
