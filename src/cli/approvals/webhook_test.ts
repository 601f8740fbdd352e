// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { requestFor } from "../../../test/support/approval_memory.ts";
import { sendWebhook, SIGNATURE_HEADER, webhookUrl } from "./webhook.ts";

const SECRET = "0123456789abcdef-secret";

async function withSecret(
  mode: number,
  test: (path: string) => Promise<void>,
  secret = `${SECRET}\n`,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, secret);
    await Deno.chmod(path, mode);
    await test(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test.each([
  { url: "https://hooks.example.com/x", allowed: true },
  { url: "http://127.0.0.1:8080/x", allowed: true },
  { url: "http://[::1]/x", allowed: true },
  { url: "http://localhost/x", allowed: true },
  { url: "http://hooks.example.com/x", allowed: false },
  { url: "http://localhost.example.com/", allowed: false },
  { url: "file:///etc/passwd", allowed: false },
  { url: "https://me:secret@hooks.example.com/", allowed: false },
  { url: "not a url", allowed: false },
])("webhookUrl($url) is allowed: $allowed", ({ url, allowed }) => {
  assert.equal(webhookUrl(url).ok, allowed);
});

Deno.test("a webhook is signed over time and body, and holds no more than it says", async () => {
  const received = Promise.withResolvers<{ header: string; body: string }>();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => undefined },
    async (request) => {
      const header = request.headers.get(SIGNATURE_HEADER) ?? "";
      received.resolve({ header, body: await request.text() });
      return new Response("ok");
    },
  );
  await withSecret(0o600, async (secretFile) => {
    const url = `http://127.0.0.1:${server.addr.port}/hook`;
    const sent = await sendWebhook(
      requestFor({ command: "deploy --token hunter2 \x1b[2J" }),
      { url, secretFile },
      {
        fetch,
        now: () => 5_000,
        redact: (text) => text.replace("hunter2", "<redacted>"),
      },
    );
    assert.deepEqual(sent, { ok: true, value: undefined });
  });
  const { header, body } = await received.promise;
  const mac = createHmac("sha256", SECRET).update(`5.${body}`).digest("hex");
  assert.equal(header, `t=5,v1=${mac}`);
  const message = JSON.parse(body);
  assert.equal(message.command, "deploy --token <redacted> \\x1b[2J");
  assert.deepEqual(Object.keys(message), [
    "event",
    "id",
    "agent",
    "workspace",
    "command",
    "reasons",
    "askedAt",
    "expiresAt",
  ]);
});

Deno.test("a webhook is not sent elsewhere, nor with a secret that others know", async () => {
  const effects = {
    fetch: () => Promise.resolve(Response.redirect("https://example.com/")),
    now: () => 0,
    redact: (text: string) => text,
  };
  const url = "https://hooks.example.com/";
  const send = (secretFile: string) =>
    sendWebhook(requestFor(), { url, secretFile }, effects);
  await withSecret(0o600, async (path) => {
    assert.deepEqual(await send(path), {
      ok: false,
      error: "the webhook answered 302",
    });
  });
  await withSecret(0o644, async (path) => {
    assert.match(JSON.stringify(await send(path)), /mode 0600/);
  });
  await withSecret(0o600, async (path) => {
    assert.match(JSON.stringify(await send(path)), /fewer than 16/);
  }, "short");
  assert.match(JSON.stringify(await send("/nonexistent")), /cannot be read/);
});
