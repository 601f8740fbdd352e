// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { openKeys } from "../../store/approvals/keys.ts";
import { makeToken, useToken } from "./token.ts";

const SUBJECT = { digest: "d1", session: "s1" };

async function room(): Promise<string> {
  return await Deno.realPath(await Deno.makeTempDir());
}

Deno.test("a token is used once, and can be given back", async () => {
  const folder = await room();
  try {
    const keys = openKeys(`${folder}/keys`, 0);
    const token = makeToken(keys, SUBJECT, 2_000);
    const at = { folder, now: 1_000 };
    const first = useToken(keys, token, SUBJECT, at);
    assert(first.ok);
    const again = useToken(keys, token, SUBJECT, at);
    assert(!again.ok && /used already/.test(again.error));
    first.value();
    assert(useToken(keys, token, SUBJECT, at).ok);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a token is of one plan, one session and one time", async () => {
  const folder = await room();
  try {
    const keys = openKeys(`${folder}/keys`, 0);
    const token = makeToken(keys, SUBJECT, 2_000);
    const [expires, id, nonce, mac] = token.split(".");
    const tries = [
      { token, subject: { ...SUBJECT, digest: "d2" }, now: 1_000 },
      { token, subject: { ...SUBJECT, session: "s2" }, now: 1_000 },
      { token, subject: SUBJECT, now: 2_000 },
      { token: `9000.${id}.${nonce}.${mac}`, subject: SUBJECT, now: 1_000 },
      { token: `${expires}.7.${nonce}.${mac}`, subject: SUBJECT, now: 1_000 },
      {
        token: `${expires}.${id}.../../x.${mac}`,
        subject: SUBJECT,
        now: 1_000,
      },
      { token: "", subject: SUBJECT, now: 1_000 },
    ];
    for (const { now, subject, token } of tries) {
      assert(!useToken(keys, token, subject, { folder, now }).ok, token);
    }
    assert(useToken(keys, token, SUBJECT, { folder, now: 1_000 }).ok);
    const names = [];
    for await (const { name } of Deno.readDir(folder)) names.push(name);
    assert.equal(names.filter((name) => name.endsWith(".used")).length, 1);
    // What has ended is forgotten.
    const later = makeToken(keys, SUBJECT, 9_000);
    assert(useToken(keys, later, SUBJECT, { folder, now: 5_000 }).ok);
    const left = [];
    for await (const { name } of Deno.readDir(folder)) left.push(name);
    assert.equal(left.filter((name) => name.endsWith(".used")).length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
