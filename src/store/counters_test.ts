// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { type Count, openCounters } from "./counters.ts";

function count(over: Partial<Count> = {}): Count {
  return {
    key: "k",
    rule: "r",
    limit: 3,
    windowMs: 1_000,
    mode: "enforce",
    ...over,
  };
}

Deno.test("consume() throttles the 601st call of an hour, wherever the hour starts", () => {
  const counters = openCounters(":memory:");
  const hour = count({ limit: 600, windowMs: 3_600_000 });
  for (let i = 0; i < 600; i++) {
    assert.deepEqual(counters.consume([hour], 1_000_000 + i * 5_000), {
      ok: true,
    });
  }
  const now = 1_000_000 + 600 * 5_000;
  assert.deepEqual(counters.consume([hour], now), {
    ok: false,
    rule: "r",
    retryAfterMs: 600_000,
  });
  assert.deepEqual(counters.consume([hour], now + 600_000), { ok: true });
  assert.equal(counters.consume([hour], now + 600_001).ok, false);
  counters.close();
});

Deno.test("consume() lets no window hold more than the limit", () => {
  fc.assert(fc.property(
    fc.array(fc.nat({ max: 700 }), { maxLength: 60 }),
    fc.integer({ min: 1, max: 5 }),
    (gaps, limit) => {
      const counters = openCounters(":memory:");
      const used: number[] = [];
      let now = 10_000;
      for (const gap of gaps) {
        now += gap;
        const inWindow = used.filter((at) => at > now - 1_000).length;
        const { ok } = counters.consume([count({ limit })], now);
        assert.equal(ok, inWindow < limit);
        if (ok) used.push(now);
      }
      counters.close();
    },
  ));
});

Deno.test("consume() uses all budgets or none", () => {
  const counters = openCounters(":memory:");
  const [wide, narrow] = [
    count({ key: "wide", limit: 10 }),
    count({ key: "narrow", rule: "narrow", limit: 1 }),
  ];
  assert.equal(counters.consume([wide, narrow], 1_000).ok, true);
  for (let i = 0; i < 20; i++) {
    assert.equal(counters.consume([wide, narrow], 1_001).ok, false);
  }
  for (let i = 0; i < 9; i++) {
    assert.equal(counters.consume([wide], 1_002).ok, true);
  }
  assert.equal(counters.consume([wide], 1_003).ok, false);
  counters.close();
});

Deno.test("consume() counts a shadow budget and lets it pass", () => {
  const counters = openCounters(":memory:");
  const shadow = count({ limit: 1, mode: "shadow" });
  assert.equal(counters.consume([shadow], 1_000).ok, true);
  assert.equal(counters.consume([shadow], 1_001).ok, true);
  assert.equal(counters.consume([count({ limit: 2 })], 1_002).ok, false);
  counters.close();
});

Deno.test("consume() gives nothing for a clock that goes back", () => {
  const counters = openCounters(":memory:");
  assert.equal(counters.consume([count({ limit: 1 })], 5_000).ok, true);
  const early = counters.consume([count({ limit: 1 })], 1_000);
  assert.deepEqual(early, { ok: false, rule: "r", retryAfterMs: 5_000 });
  counters.close();
});

Deno.test("counters survive their process, and many processes share them", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/counters.db`;
  const module = new URL("./counters.ts", import.meta.url).href;
  const code = `import { openCounters } from "${module}";
    const counters = openCounters(${JSON.stringify(path)});
    let used = 0;
    for (let i = 0; i < 40; i++) {
      const { ok } = counters.consume([{ key: "k", rule: "r", limit: 100,
        windowMs: 3600000, mode: "enforce" }], Date.now());
      if (ok) used++;
    }
    console.log(used);`;
  try {
    const outputs = await Promise.all(
      Array.from({ length: 4 }, () =>
        new Deno.Command(Deno.execPath(), {
          args: ["eval", "--no-check", code],
        }).output()),
    );
    const used = outputs.map(({ stdout }) =>
      Number(new TextDecoder().decode(stdout))
    );
    assert.equal(used.reduce((sum, one) => sum + one, 0), 100);
    const { mode } = await Deno.stat(path);
    assert.equal((mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("attempt() counts each key for itself, and forgets after a day", () => {
  const counters = openCounters(":memory:");
  assert.equal(counters.attempt("a", 1_000), 1);
  assert.equal(counters.attempt("a", 2_000), 2);
  assert.equal(counters.attempt("b", 3_000), 1);
  assert.equal(counters.attempt("a", 2_000 + 86_400_001), 1);
  counters.close();
});

Deno.test("openCounters() refuses a file of a newer airg, a link, and what is no database", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "x".repeat(4_096));
    assert.throws(() => openCounters(path), /not a database/);
    await Deno.remove(path);
    await Deno.symlink("/dev/null", path);
    assert.throws(() => openCounters(path), /is a symbolic link; remove it/);
    await Deno.remove(path);
    openCounters(path).close();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    assert.throws(() => openCounters(path), /its version is 99, this airg/);
  } finally {
    await Deno.remove(path);
  }
});
