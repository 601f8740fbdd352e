// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { isWatched, markWatched } from "../../platform/watched.ts";
import { askForCode, type CodeQuestion, openCodeDesk } from "./code.ts";

const QUESTION: CodeQuestion = {
  act: "approve",
  request: "r",
  digest: "d",
  agent: "claude (process 3) started it",
};

async function inFolder(
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o700);
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function leave(folder: string, number: number): Promise<string> {
  const nonce = number.toString(16).padStart(32, "0");
  await Deno.writeTextFile(`${folder}/${nonce}.ask`, JSON.stringify(QUESTION));
  return nonce;
}

Deno.test("a code is for a request that waits, and no file holds it", async () => {
  await inFolder(async (folder) => {
    let open = false;
    const desk = openCodeDesk(folder, () => open);
    const nonce = await leave(folder, 1);
    assert.deepEqual(await desk.look(0), []);
    open = true;
    const [code] = await desk.look(0);
    assert.match(code?.code ?? "", /^\d{6}$/);
    const path = `${folder}/${nonce}.code`;
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert(!(await Deno.readTextFile(path)).includes(code?.code ?? ""));
    // Old ones are taken back, also where the clock went back.
    assert.deepEqual(await desk.look(2 * 60_000), []);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  });
});

Deno.test("who asks again and again gets no more than five codes in ten minutes", async () => {
  await inFolder(async (folder) => {
    const desk = openCodeDesk(folder, () => true);
    const codes = new Set<string>();
    for (let i = 0; i < 9; i++) {
      await leave(folder, i);
      for (const { code } of await desk.look(i)) codes.add(code);
    }
    assert.equal(codes.size, 5);
    await leave(folder, 99);
    const later = await desk.look(11 * 60_000);
    assert(later.length > 0);
    desk.close();
  });
});

Deno.test("a code that the watch took back is of no use", async () => {
  await inFolder(async (folder) => {
    const desk = openCodeDesk(folder, () => true);
    const asked = askForCode(folder, QUESTION, async () => {
      const [code] = await desk.look(1);
      await desk.look(1 + 2 * 60_000);
      return code?.code;
    });
    // The person's side looks until there is a question.
    while ((await desk.look(0)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(await asked, "wrong");
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});

Deno.test("isWatched() is true exactly while a watch holds its mark", async () => {
  await inFolder((folder) => {
    const path = `${folder}/mark`;
    assert.equal(isWatched(path), false);
    const [one, two] = [markWatched(path), markWatched(path)];
    assert.equal(isWatched(path), true);
    one();
    assert.equal(isWatched(path), true);
    two();
    assert.equal(isWatched(path), false);
    return Promise.resolve();
  });
});
