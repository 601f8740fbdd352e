// Copyright 2026 the airg authors. Apache-2.0 license.

// airg that is told to end while it saves a large file: it ends, nothing is
// deleted, and nothing half is left.
import assert from "node:assert/strict";
import { eventually, makeSite, startAirg } from "../support/airg.ts";

Deno.test.each(
  [
    { name: "SIGTERM", status: 143 },
    { name: "SIGINT", status: 130 },
  ] as const,
)("airg run ends on $name while it saves", async ({ name, status }) => {
  await using site = await makeSite();
  const { state, workspace } = site;
  // A hole: no room on the disk, and minutes of hashing.
  const file = await Deno.create(`${workspace}/big`);
  await file.truncate(15 * 1024 ** 3);
  file.close();
  const child = startAirg(site, ["run", "--shell", "rm big"]);
  await child.stdin.close();
  const backups = `${state}/backups`;
  await eventually("the file is being saved", async () => {
    return (await namesIn(`${backups}/tmp`)).length > 0;
  });
  child.kill(name);
  const { code, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, status, said);
  assert.match(said, /Nothing was done/);
  assert.equal((await Deno.stat(`${workspace}/big`)).size, 15 * 1024 ** 3);
  assert.deepEqual(await namesIn(`${backups}/tmp`), []);
  assert.deepEqual(await namesIn(`${backups}/events`), []);
  assert.deepEqual(await namesIn(`${backups}/objects`), []);
  using lock = await Deno.open(`${backups}/lock`, { write: true });
  assert.equal(await lock.tryLock(true), true);
});

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) =>
      name
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
