// Copyright 2026 the airg authors. Apache-2.0 license.
// The counters under many processes: none gets a use too many, none is lost,
// and one that is killed in the middle leaves nothing half done.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type Count, openCounters } from "../../src/store/counters.ts";

const NOW = 1_000_000;

const hourly: Count = {
  key: "hourly",
  rule: "policy/hourly",
  limit: 600,
  windowMs: 3_600_000,
  mode: "enforce",
};
const daily: Count = { ...hourly, key: "daily", limit: 100_000 };

/** Takes as often as it is told, and prints how often it could. */
const TAKER = `
import { openCounters } from "${
  import.meta.resolve("../../src/store/counters.ts")
}";
const counters = openCounters(Deno.args[0]);
let taken = 0;
for (let n = 0; n < Number(Deno.args[1]); n++) {
  if (counters.consume(${JSON.stringify([hourly, daily])}, ${NOW}).ok) taken++;
}
console.log(taken);
`;

Deno.test("eight processes get 600 uses of a budget of 600, and the 601st nobody", async () => {
  await withFolder(async (folder) => {
    // All of them make the database, too: it is not there yet.
    const takers = Array.from({ length: 8 }, () => startTaker(folder, 90));
    const ended = await Promise.all(takers.map((taker) => taker.output()));
    const taken = ended.map(({ stdout }) =>
      Number(new TextDecoder().decode(stdout))
    );
    assert.equal(taken.reduce((sum, n) => sum + n), 600, String(taken));
    const counters = openCounters(`${folder}/counters.db`);
    assert.deepEqual(counters.consume([daily, hourly], NOW + 1), {
      ok: false,
      rule: hourly.rule,
      retryAfterMs: 3_599_999,
    });
    counters.close();
    // All or none: what one budget refused is not counted by the other.
    assert.deepEqual(uses(folder), { hourly: 600, daily: 600 });
  });
});

Deno.test("a process that is killed leaves no half of a use", async () => {
  await withFolder(async (folder) => {
    for (let round = 1; round <= 3; round++) {
      const taker = startTaker(folder, 1_000_000);
      await until(() => (uses(folder)["daily"] ?? 0) >= 40 * round);
      taker.kill("SIGKILL");
      await taker.output();
    }
    const { hourly: some, daily: same } = uses(folder);
    assert.equal(some, same);
    const counters = openCounters(`${folder}/counters.db`);
    assert.equal(counters.consume([daily], NOW).ok, true);
    counters.close();
  });
});

function startTaker(folder: string, count: number): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", `${folder}/taker.ts`],
      ...[`${folder}/counters.db`, String(count)],
    ],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
  }).spawn();
}

async function withFolder(
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/taker.ts`, TAKER);
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How often each budget was used; nothing while the file is being made. */
function uses(folder: string): Record<string, number> {
  try {
    const database = new DatabaseSync(`${folder}/counters.db`);
    const rows = database.prepare(
      "SELECT key, count(*) AS used FROM uses GROUP BY key",
    ).all();
    database.close();
    return Object.fromEntries(
      rows.map((row) => [String(row["key"]), Number(row["used"])]),
    );
  } catch (error) {
    if (error instanceof Error && /no such|locked|open/.test(error.message)) {
      return {};
    }
    throw error;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("Gave up waiting");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
