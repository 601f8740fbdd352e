// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client over memory, and parts that decide as they are told.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/inMemory"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  EXITED,
  type FakeOptions,
  fakeParts,
} from "../../test/support/fake_parts.ts";
import { eventually } from "../../test/support/airg.ts";
import type { Action } from "../action/action.ts";
import type { AuditEvent, Started } from "../audit/event.ts";
import { folderWithin } from "../cli/within.ts";
import { serve } from "./server.ts";
import type { Outcome } from "../action/outcome.ts";
import { TOOLS } from "./tools.ts";
import { callOn, firstTextOf } from "../../test/support/mcp.ts";

const workspace = await Deno.realPath(".");

Deno.test("tools are listed with schemas and annotations, always in one order", async () => {
  await using site = await connect();
  const { tools } = await site.client.listTools();
  assert.deepEqual(tools.map(({ name }) => name), TOOLS.map((t) => t.name));
  for (const { inputSchema, outputSchema, annotations } of tools) {
    assert.equal(inputSchema.type, "object");
    assert.equal(inputSchema["additionalProperties"], false);
    assert.equal(outputSchema?.type, "object");
    assert.equal(typeof annotations?.readOnlyHint, "boolean");
  }
  const execute = tools.find(({ name }) => name === "execute_command");
  assert.deepEqual(execute?.inputSchema.required, ["command"]);
});

Deno.test("server_info names version, policy and what is not enforced", async () => {
  await using site = await connect({ broken: "line 3: a comma is missing" });
  const result = await site.call("server_info", {});
  assert.equal(result.structuredContent?.["status"], "degraded");
  assert.deepEqual(result.structuredContent?.["notEnforced"], [
    { pointer: "/throttle", message: "Not counted yet" },
  ]);
  assert.match(firstTextOf(result), /a comma is missing/);
});

Deno.test("execute_command gives text and the same as data", async () => {
  await using site = await connect({
    run: () =>
      Promise.resolve({ ...EXITED, code: 3, stdout: "out\n", stderr: "err" }),
  });
  const result = await site.call("execute_command", { command: "x" });
  assert.equal(firstTextOf(result), "out\nerr\nCommand exited with code 3");
  assert.equal(result.isError, undefined);
  const { exitCode, stdout, stderr, decision } = result
    .structuredContent as Record<string, unknown>;
  assert.deepEqual([exitCode, stdout, stderr], [3, "out\n", "err"]);
  assert.equal((decision as { verdict: string }).verdict, "allow");
});

Deno.test.each(
  [
    { verdict: "block", lead: "", more: "\nAttempt 1 of 3" },
    {
      verdict: "escalate",
      more:
        '\nA person is asked; the request is request-1 and waits until 1970-01-01T00:10:01.000Z. Call wait_for_approval with this id, and after "approved" repeat this call exactly as it was',
      lead: "This needs a person's approval. ",
    },
  ] as const,
)("$verdict is an error that says why and what else", async (c) => {
  await using site = await connect({ verdict: c.verdict });
  const result = await site.call("execute_command", { command: "x" });
  assert.equal(result.isError, true);
  assert.equal(
    firstTextOf(result),
    `[POLICY BLOCK] ${c.lead}Because of the test\nInstead: Something else${c.more}`,
  );
  const decision = result.structuredContent?.["decision"];
  assert.equal((decision as { verdict: string }).verdict, c.verdict);
});

Deno.test.each(
  [{ verdict: "allow" }, { verdict: "escalate" }, {
    verdict: "block",
  }] as const,
)("check_command says $verdict, runs nothing, and is no error", async (c) => {
  const events: AuditEvent[] = [];
  await using site = await connect({
    verdict: c.verdict,
    run: () => assert.fail("it ran"),
    record: (event) => {
      events.push(event);
      return Promise.resolve({ seq: 1 } as Started);
    },
    facts: {
      programs: [{
        name: "rm",
        argv: ["rm", "\0$", "a b\x1b"],
        assignments: [],
        via: ["sudo"],
        span: [0, 2],
      }],
      unknowns: [{ code: "x.y", message: "Not read", span: [0, 1] }],
    },
  });
  const result = await site.call("check_command", {
    command: "sudo rm $X 'a b\x1b'",
    cwd: "src",
  });
  assert.equal(result.isError, undefined);
  const { decision, ...rest } = result.structuredContent ?? {};
  assert.equal((decision as { verdict: string }).verdict, c.verdict);
  assert.deepEqual(rest, {
    programs: [{ command: "rm … 'a b\x1b'", via: ["sudo"] }],
    unknowns: [{ code: "x.y", message: "Not read" }],
  });
  assert.match(firstTextOf(result), new RegExp(`^${c.verdict}: `));
  assert.match(firstTextOf(result), /would run: rm … 'a b\\x1b' \(via sudo\)$/);
  assert.deepEqual(
    events.map(({ event, tool, action }) => [event, tool, action]),
    [["decision", "check_command", {
      kind: "exec",
      origin: {
        agent: "tester",
        session: "session-1",
        source: "ai-agent",
        workspace,
        client: "test-client 1",
      },
      command: { form: "shell", text: "sudo rm $X 'a b\x1b'" },
      cwd: `${workspace}/src`,
    }]],
  );
});

Deno.test("check_command fails where its question cannot be recorded", async () => {
  await using site = await connect({
    record: () => Promise.reject(new Error("No space left")),
  });
  const result = await site.call("check_command", { command: "x" });
  assert.equal(result.isError, true);
  assert.equal(firstTextOf(result), "Error: No space left");
});

Deno.test.each(
  [
    { tool: "check_command", args: {}, says: "command: Invalid" },
    { tool: "check_command", args: { command: "" }, says: "command: Too" },
    {
      tool: "check_command",
      args: { command: "x", cwd: "/" },
      says: 'Cannot start in "/": it is outside the workspace',
    },
    {
      tool: "check_command",
      args: { command: "x", timeout_seconds: 1 },
      says: "Unrecognized key",
    },
    { tool: "execute_command", args: { command: 5 }, says: "command: Invalid" },
    { tool: "execute_command", args: {}, says: "command: Invalid" },
    { tool: "execute_command", args: { command: "" }, says: "command: Too" },
    {
      tool: "execute_command",
      args: { command: "x", "shell\x1b": "y" },
      says: 'Unrecognized key: "shell\\x1b"',
    },
    {
      tool: "execute_command",
      args: { command: "x", timeout_seconds: -1 },
      says: "timeout_seconds: Too small",
    },
    {
      tool: "execute_command",
      args: { command: "x", cwd: "/" },
      says: 'Cannot start in "/": it is outside the workspace',
    },
    {
      tool: "execute_command",
      args: { command: "x", cwd: "no\x1bsuch" },
      says: 'Cannot start in "no\\u001bsuch": it does not exist',
    },
    {
      tool: "execute_command",
      args: { command: "x", cwd: "main.ts" },
      says: 'Cannot start in "main.ts": it is not a folder',
    },
    { tool: "read_file", args: { path: "a\0b" }, says: "path: holds a NUL" },
    {
      tool: "read_file",
      args: { path: "a", offset: 0 },
      says: "offset: Too small",
    },
    {
      tool: "write_file",
      args: { path: "a", content: "\ud800" },
      says: "content: holds half of a character",
    },
  ],
)("$tool with $args is a clear error", async ({ tool, args, says }) => {
  await using site = await connect({
    run: () => assert.fail("it ran"),
    file: () => assert.fail("it acted"),
  });
  const result = await site.call(tool, args);
  assert.equal(result.isError, true);
  assert(firstTextOf(result).includes(says), firstTextOf(result));
});

Deno.test("an unknown tool is a protocol error that names the known ones", async () => {
  await using site = await connect();
  await assert.rejects(site.call("rm\x1b", {}), {
    code: -32602,
    message: /Unknown tool: rm\\x1b; this server has server_info, execute/,
  });
});

Deno.test.each(TOOLS.map(({ name }) => ({ name })))(
  "$name takes Runtime Guard's ctx, and no other name that it does not know",
  async ({ name }) => {
    await using site = await connect();
    const said = async (args: Record<string, unknown>) =>
      firstTextOf(await site.call(name, args));
    const plain = await said({ path: 5, command: 5, id: 5 });
    for (const ctx of [null, {}, "x"]) {
      const text = await said({ path: 5, command: 5, id: 5, ctx });
      assert.equal(text, plain);
      assert.doesNotMatch(await said({ ctx }), /Unrecognized.*ctx/);
    }
    assert.match(await said({ ctx: null, context: null }), /"context"/);
  },
);

Deno.test("a failing machine is an error of the call, not of the server", async () => {
  await using site = await connect({
    record: () => Promise.reject(new Error("No space left")),
  });
  const result = await site.call("execute_command", { command: "x" });
  assert.equal(result.isError, true);
  assert.equal(firstTextOf(result), "Error: No space left");
  await site.client.ping();
});

Deno.test("read_file gives the lines that were asked for", async () => {
  await using site = await connect({
    file: ({ action }) => {
      assert(action.kind === "read");
      assert.deepEqual([action.offset, action.limit], [2, 1]);
      return Promise.resolve({ kind: "read", text: "b\n", bytes: 6, lines: 3 });
    },
  });
  const result = await site.call("read_file", {
    path: "f",
    offset: 2,
    limit: 1,
  });
  assert.equal(firstTextOf(result), "b\n");
  assert.equal(result.structuredContent?.["lines"], 3);
});

Deno.test.each(
  [
    {
      tool: "edit_file",
      args: { path: "f", old_text: "a", new_text: "b", replace_all: true },
      asks: {
        kind: "edit",
        path: "f",
        edits: [{ oldText: "a", newText: "b", replaceAll: true }],
      },
    },
    {
      tool: "edit_file",
      args: {
        path: "f",
        old_text: "ignored",
        edits: [{ old_text: "a", new_text: "b" }],
      },
      asks: {
        kind: "edit",
        path: "f",
        edits: [{ oldText: "a", newText: "b" }],
      },
    },
    {
      tool: "delete_file",
      args: { path: "f" },
      asks: { kind: "delete", path: "f" },
    },
    {
      tool: "delete_file",
      args: { path: "f", recursive: true },
      asks: { kind: "delete", path: "f", recursive: true },
    },
    {
      tool: "list_directory",
      args: { path: ".", depth: 3, limit: 5 },
      asks: { kind: "list", path: ".", depth: 3, limit: 5 },
    },
    {
      tool: "search_files",
      args: { pattern: "x", glob: "*.ts", ignore_case: true },
      asks: {
        kind: "search",
        path: ".",
        pattern: "x",
        glob: "*.ts",
        ignoreCase: true,
      },
    },
    {
      tool: "read_file",
      args: { path: "f", encoding: "base64" },
      asks: { kind: "read", path: "f", base64: true },
    },
  ] as const,
)("$tool with $args asks the guard for that", async ({ tool, args, asks }) => {
  const seen: unknown[] = [];
  await using site = await connect({
    file: ({ action: { origin: _, ...asked } }) => {
      seen.push(asked);
      return Promise.resolve({
        kind: "file-failed",
        why: "not-found",
        message: "no\x1bne",
      });
    },
  });
  const result = await site.call(tool, args);
  assert.deepEqual(seen, [asks]);
  assert.equal(result.isError, true);
  assert.equal(firstTextOf(result), "Error: no\\x1bne");
});

Deno.test.each(
  [
    {
      tool: "read_file",
      outcome: {
        kind: "read",
        text: "a",
        bytes: 9,
        cut: "bytes",
        nextOffset: 2,
        encoding: "unknown",
        guess: "latin-1",
      },
      says:
        "a[It is no valid UTF-8 and is shown as if it were latin-1. Cut at airg's limit of 2 MiB; read on with offset 2]",
    },
    {
      tool: "read_file",
      outcome: {
        kind: "read-bytes",
        bytes: 3,
        mimeType: "application/zip",
        isImage: false,
      },
      says:
        'It is no text (application/zip, 3 bytes); call read_file with encoding "base64" for its bytes',
    },
    {
      tool: "write_file",
      outcome: {
        kind: "written",
        bytes: 3,
        created: false,
        kept: ["Its lines end in CR LF, as before"],
      },
      says:
        "Replaced the file: 3 bytes written. Its lines end in CR LF, as before",
    },
    {
      tool: "edit_file",
      outcome: {
        kind: "edited",
        replacements: 2,
        operations: 1,
        bytes: 4,
        diff: "--- a/x\x1b\n+++ b/x\x1b\n@@ -1 +1 @@\n-a\n+b\n",
      },
      says:
        "Replaced 2 places in 1 edit\n--- a/x\\x1b\n+++ b/x\\x1b\n@@ -1 +1 @@\n-a\n+b\n",
    },
    {
      tool: "delete_file",
      outcome: { kind: "deleted", what: "folder", count: 3 },
      says: "Deleted the folder: 3 names are gone",
    },
    {
      tool: "list_directory",
      outcome: {
        kind: "listed",
        entries: [{
          name: "l\n",
          type: "symlink",
          size: 1,
          modified: null,
          target: "/\x1b",
        }],
        cut: "of the test",
      },
      says:
        "1 entries\nl\\n -> /\\x1b  [symlink]  1 bytes  -\nNot all: of the test",
    },
    {
      tool: "search_files",
      outcome: {
        kind: "found",
        matches: [{ path: "a\x1b", line: 3, text: "x\x1b" }, { path: "b" }],
        files: 2,
        skipped: 1,
      },
      says:
        "a\\x1b:3: x\\x1b\nb\n2 results in 2 files that were looked at; 1 were left out",
    },
    {
      tool: "search_files",
      outcome: {
        kind: "found",
        matches: [],
        files: 0,
        skipped: 3,
        skippedAs: { "kept by the policy": 1, "no text": 2 },
      },
      says:
        "0 results in 0 files that were looked at; 3 were left out (1 kept by the policy, 2 no text)",
    },
    {
      tool: "list_directory",
      outcome: { kind: "listed", entries: [], hidden: 1 },
      says: "0 entries; 1 more is hidden by the policy",
    },
  ] as const,
)("$tool says what was done", async ({ tool, outcome, says }) => {
  await using site = await connect({ file: () => Promise.resolve(outcome) });
  const args = tool === "write_file"
    ? { path: "f", content: "" }
    : tool === "search_files"
    ? {}
    : { path: "f" };
  const result = await site.call(tool, args);
  assert.equal(result.isError, undefined);
  const text = result.content.map((part) =>
    part.type === "text" ? part.text : ""
  );
  assert.equal(text.join(""), says);
});

Deno.test("read_file gives an image as an image, once", async () => {
  await using site = await connect({
    file: () =>
      Promise.resolve({
        kind: "read-bytes",
        bytes: 3,
        mimeType: "image/png",
        isImage: true,
        base64: "QUJD",
      }),
  });
  const result = await site.call("read_file", { path: "f" });
  assert.deepEqual(result.content[1], {
    type: "image",
    data: "QUJD",
    mimeType: "image/png",
  });
  assert.equal(result.structuredContent?.["base64"], undefined);
  assert.equal(result.structuredContent?.["mimeType"], "image/png");
});

Deno.test("to Claude Code, which shows data alone where there is some, a file is content", async () => {
  let outcome: Outcome = {
    kind: "read-bytes",
    bytes: 3,
    mimeType: "image/png",
    isImage: true,
    base64: "QUJD",
  };
  await using site = await connect({
    file: () => Promise.resolve(outcome),
  }, "claude-code");
  const { tools } = await site.client.listTools();
  const promised = tools.filter(({ outputSchema }) =>
    outputSchema === undefined
  );
  assert.deepEqual(promised.map(({ name }) => name), ["read_file"]);
  // anthropics/claude-code#54737
  const image = await site.call("read_file", { path: "f" });
  assert.equal(image.structuredContent, undefined);
  assert.deepEqual(image.content[1], {
    type: "image",
    data: "QUJD",
    mimeType: "image/png",
  });
  const facts = JSON.parse((image.content[2] as { text: string }).text);
  assert.equal(facts.mimeType, "image/png");
  assert.equal(facts.decision.verdict, "allow");
  outcome = {
    kind: "read",
    text: "x".repeat(100_000),
    bytes: 100_000,
    encoding: "utf-8",
    lineEndings: "none",
    lines: 1,
  };
  const large = await site.call("read_file", { path: "f" });
  assert.equal(large.structuredContent, undefined);
  assert.equal(firstTextOf(large), outcome.text);
  // Other tools, and refusals, are as for all.
  const listed = await site.call("server_info", {});
  assert.notEqual(listed.structuredContent, undefined);
});

Deno.test.each([
  { length: 64 * 1024, isTwice: true },
  { length: 64 * 1024 + 1, isTwice: false },
])("of $length characters the text is given as data too: $isTwice", async ({
  isTwice,
  length,
}) => {
  const text = "x".repeat(length);
  await using site = await connect({
    file: () =>
      Promise.resolve({
        kind: "read",
        text,
        bytes: length,
        encoding: "utf-8",
        lineEndings: "none",
        lines: 1,
      }),
  });
  const { content, structuredContent } = await site.call("read_file", {
    path: "f",
  });
  const [first, second] = content as { readonly text: string }[];
  assert(first?.text === text);
  assert.equal(second, undefined);
  const { decision, ...facts } = structuredContent as Record<string, unknown>;
  assert.equal((decision as { verdict: string }).verdict, "allow");
  const { note, text: again, ...rest } = facts;
  assert.equal(again, isTwice ? text : undefined);
  assert.match(String(note), isTwice ? /^undefined$/ : /in the content alone/);
  assert.deepEqual(rest, {
    bytes: length,
    encoding: "utf-8",
    lineEndings: "none",
    lines: 1,
  });
});

Deno.test("the action says who asked, for what, where and for how long", async () => {
  const seen: Action[] = [];
  await using site = await connect({
    run: ({ action }) => {
      seen.push(action);
      return Promise.resolve(EXITED);
    },
  });
  await site.call("execute_command", {
    command: "ls",
    cwd: "src",
    timeout_seconds: 1.5,
    retry_count: 2,
  });
  assert.deepEqual(seen, [{
    kind: "exec",
    origin: {
      agent: "tester",
      session: "session-1",
      source: "ai-agent",
      workspace,
      client: "test-client 1",
    },
    command: { form: "shell", text: "ls" },
    cwd: `${workspace}/src`,
    timeoutMs: 1500,
    clientRetries: 2,
  }]);
});

Deno.test("progress tells the time and the last line, if asked for", async () => {
  await using site = await connect({
    run: async (_permit, _profile, _proof, { onOutput }) => {
      onOutput?.("stdout", "one\n");
      await new Promise((resolve) => setTimeout(resolve, 300));
      onOutput?.("stdout", "two\nthr\x1bee\n\n");
      await new Promise((resolve) => setTimeout(resolve, 50));
      return EXITED;
    },
  });
  const news: { progress: number; message?: string | undefined }[] = [];
  await site.call("execute_command", { command: "x" }, {
    onprogress: (progress) => news.push(progress),
  });
  assert.equal(news.length, 1);
  assert.match(news[0]?.message ?? "", /^0\.3 s: thr\\x1bee$/);
});

Deno.test("cancelling a call ends its command and no other", async () => {
  const ended: string[] = [];
  await using site = await connect({ run: until(ended) });
  const stop = new AbortController();
  const cancelled = site.call("execute_command", { command: "a" }, {
    signal: stop.signal,
  });
  const other = site.call("execute_command", {
    command: "b",
    timeout_seconds: 1,
  });
  const both = Promise.allSettled([cancelled, other]);
  await eventually("both run", () => site.log.length === 2);
  stop.abort();
  await assert.rejects(cancelled);
  await eventually("one ends", () => site.log.length === 3);
  assert.deepEqual(ended, ["a"]);
  await site.client.close();
  assert.deepEqual((await both).map(({ status }) => status), [
    "rejected",
    "rejected",
  ]);
});

Deno.test("a client that goes away ends what runs for it", async () => {
  const ended: string[] = [];
  const site = await connect({ run: until(ended) });
  const calls = Promise.allSettled(
    ["a", "b"].map((command) => site.call("execute_command", { command })),
  );
  await eventually("both run", () => site.log.length === 2);
  await site[Symbol.asyncDispose]();
  for (const { status } of await calls) assert.equal(status, "rejected");
  assert.deepEqual(ended, ["a", "b"]);
  assert.deepEqual(site.log, ["started", "started", "finished", "finished"]);
});

/** A command that runs until it is ended, and writes down that it was. */
function until(ended: string[]): NonNullable<FakeOptions["run"]> {
  return ({ action }, _profile, _proof, { signal }) =>
    new Promise((resolve) => {
      signal?.addEventListener("abort", () => {
        ended.push(action.command.form === "shell" ? action.command.text : "");
        resolve({ ...EXITED, code: 137, ended: "cancelled" });
      });
    });
}

async function connect(
  options: Omit<FakeOptions, "workspace"> = {},
  name = "test-client",
) {
  const { parts, log } = fakeParts({ workspace, ...options });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const served = serve(
    { parts, version: "1", build: "test", folderWithin },
    far,
  );
  const client = new Client({ name, version: "1" });
  await client.connect(near);
  await client.listTools(); // So that results are checked against schemas.
  return {
    client,
    log,
    call: callOn(client),
    async [Symbol.asyncDispose]() {
      await client.close();
      await served;
    },
  };
}
