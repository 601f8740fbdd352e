// Copyright 2026 the airg authors. Apache-2.0 license.
// The real SDK client against the real program, which decides and contains.
import assert from "node:assert/strict";
import {
  eventually,
  makeSite,
  processesWith,
  runAirg,
} from "../support/airg.ts";
import { connectServer, mcpTest, textOf } from "../support/mcp.ts";

// The first save prunes. In a bundle, what it held has to be let go as well.
mcpTest("one save after another waits for no lock", async () => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  for (const content of ["one", "two", "three", "four"]) {
    const result = await server.call("write_file", { path: "a.txt", content });
    assert.equal(result.isError, undefined, textOf(result));
  }
});

// The second one begins within what is kept of a command, and ends past it.
mcpTest("a backup keeps no secret of the command that it is for", async () => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  const secret = `ghp_${"0123456789abcdefghij".repeat(2)}`;
  await Deno.writeTextFile(`${site.workspace}/a.txt`, "kept");
  const text = `rm a.txt; : ${secret} `;
  const command = `${text}${"x".repeat(490 - text.length)} ${secret}`;
  const ran = await server.call("execute_command", { command });
  assert.match(textOf(ran), /backup [-0-9a-f]+: 1 path/);
  const listed = await server.call("list_backups", {});
  assert.match(textOf(listed), /rm a\.txt; : /);
  assert.doesNotMatch(JSON.stringify(listed), /ghp_0123/);
});

mcpTest("each tool does what it says", async (t) => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  await t.step("tools are listed", async () => {
    const { tools } = await server.client.listTools();
    assert.deepEqual(tools.map(({ name }) => name), [
      "server_info",
      "execute_command",
      "check_command",
      "wait_for_approval",
      "read_file",
      "write_file",
      "edit_file",
      "delete_file",
      "list_directory",
      "search_files",
      "list_backups",
      "restore_backup",
    ]);
  });
  await t.step("server_info", async () => {
    const { structuredContent } = await server.call("server_info", {});
    assert.equal(structuredContent?.["status"], "ok");
    assert.equal(structuredContent?.["workspace"], site.workspace);
    assert(Array.isArray(structuredContent?.["notEnforced"]));
  });
  await t.step("write_file, then read_file", async () => {
    const content = "one\ntwo ü\nthree\n";
    const args = { path: "a.txt", content };
    const written = await server.call("write_file", args);
    assert.equal(written.isError, undefined, textOf(written));
    assert.deepEqual(written.structuredContent?.["created"], true);
    assert.equal(await Deno.readTextFile(`${site.workspace}/a.txt`), content);
    const read = await server.call("read_file", { path: "a.txt" });
    assert.equal(textOf(read), content);
    const part = await server.call("read_file", {
      path: `${site.workspace}/a.txt`,
      offset: 2,
      limit: 1,
    });
    assert.equal(textOf(part), "two ü\n");
  });
  await t.step("list_directory", async () => {
    const { structuredContent } = await server.call("list_directory", {
      path: ".",
    });
    const entries = structuredContent?.["entries"] as { name: string }[];
    assert(entries.some(({ name }) => name === "a.txt"));
  });
  await t.step("edit_file", async () => {
    const result = await server.call("edit_file", {
      path: "a.txt",
      edits: [{ old_text: "two ü", new_text: "2" }, {
        old_text: "three",
        new_text: "drei",
      }],
    });
    assert.match(
      textOf(result),
      /^Replaced 2 places in 2 edits\n--- a\/a.txt\n/,
    );
    assert.match(textOf(result), /\n-two ü\n-three\n\+2\n\+drei\n/);
    const back = await server.call("edit_file", {
      path: "a.txt",
      old_text: "2\ndrei\n",
      new_text: "two ü\nthree\n",
    });
    assert.equal(back.structuredContent?.["replacements"], 1);
    const twice = await server.call("edit_file", {
      path: "a.txt",
      old_text: "e",
      new_text: "",
    });
    assert.match(textOf(twice), /3 times \(lines 1, 3, 3\)/);
  });
  await t.step("search_files and delete_file", async () => {
    await server.call("write_file", { path: "d/e/b.ts", content: "needle\n" });
    const found = await server.call("search_files", { pattern: "needle" });
    assert.deepEqual(found.structuredContent?.["matches"], [
      { path: "d/e/b.ts", line: 1, text: "needle" },
    ]);
    const plain = await server.call("delete_file", { path: "d" });
    assert.match(textOf(plain), /set recursive/);
    const gone = await server.call("delete_file", {
      path: "d",
      recursive: true,
    });
    assert.equal(gone.structuredContent?.["count"], 3);
    const none = await server.call("search_files", { glob: "*.ts" });
    assert.deepEqual(none.structuredContent?.["matches"], []);
  });
  await t.step("what a rule keeps is kept below a folder, too", async () => {
    await Deno.mkdir(`${site.workspace}/keys`);
    await Deno.writeTextFile(`${site.workspace}/keys/a.txt`, "private\n");
    await Deno.writeTextFile(`${site.workspace}/keys/.env`, "private\n");
    const found = await server.call("search_files", { pattern: "private" });
    assert.deepEqual(found.structuredContent?.["matches"], [
      { path: "keys/a.txt", line: 1, text: "private" },
    ]);
    const deleted = await server.call("delete_file", {
      path: "keys",
      recursive: true,
    });
    assert.equal(deleted.isError, true, textOf(deleted));
    assert.equal(
      await Deno.readTextFile(`${site.workspace}/keys/.env`),
      "private\n",
    );
  });
  await t.step("execute_command", async () => {
    const result = await server.call("execute_command", {
      command: "cat a.txt && echo problem >&2 && exit 3",
    });
    // `exit` may be unknown to the reader; then it is refused, not run.
    const { exitCode, decision } = result.structuredContent as {
      exitCode?: number;
      decision: { verdict: string };
    };
    if (decision.verdict === "allow") assert.equal(exitCode, 3);
    const plain = await server.call("execute_command", {
      command: "cat a.txt",
    });
    assert.equal(textOf(plain), "one\ntwo ü\nthree\n");
    assert.equal(plain.structuredContent?.["exitCode"], 0);
    const { containment } = plain.structuredContent as {
      containment: { rung: string; network: string };
    };
    assert.equal(containment.network, "none");
  });
  await t.step("a failing command is a result, not an error", async () => {
    const result = await server.call("execute_command", {
      command: "cat missing.txt",
    });
    assert.equal(result.isError, undefined);
    assert.equal(result.structuredContent?.["exitCode"], 1);
    assert.match(textOf(result), /No such file[^]*exited with code 1/);
  });
});

mcpTest("what is refused says why, and nothing happens", async (t) => {
  await using site = await makeSite();
  await Deno.mkdir(`${site.workspace}/keep`);
  await using server = await connectServer(site);
  const cases = [
    {
      name: "a block",
      tool: "execute_command",
      args: { command: "rm -rf /keep" },
      verdict: "block",
    },
    {
      name: "an escalation",
      tool: "execute_command",
      args: { command: '"$UNSET_PROGRAM" x; touch made' },
      verdict: "escalate",
    },
    {
      name: "a read outside the workspace",
      tool: "read_file",
      args: { path: "/etc/shadow" },
      verdict: "block",
    },
    {
      name: "a write outside the workspace",
      tool: "write_file",
      args: { path: "../made", content: "x" },
      verdict: "block",
    },
  ];
  for (const { name, tool, args, verdict } of cases) {
    await t.step(name, async () => {
      const result = await server.call(tool, args);
      assert.equal(result.isError, true);
      assert.match(textOf(result), /^\[POLICY BLOCK\] /);
      const decision = result.structuredContent?.["decision"];
      assert.equal((decision as { verdict: string }).verdict, verdict);
    });
  }
  const left = await Array.fromAsync(Deno.readDir(site.workspace));
  assert.deepEqual(left.map(({ name }) => name), ["keep"]);
});

mcpTest("bad input is a clear error and the server lives on", async (t) => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  const long = `echo ${"x".repeat(1_000_000)}`;
  const cases = [
    {
      name: "a number for a command",
      args: { command: 5 },
      says: /command: Invalid/,
    },
    { name: "no arguments", args: {}, says: /command: Invalid/ },
    {
      name: "an unknown parameter",
      args: { command: "ls", x: 1 },
      says: /Unrecognized key: "x"/,
    },
    { name: "a NUL", args: { command: "ls\0 -la" }, says: /NUL/ },
    { name: "half a character", args: { command: "echo \ud800" }, says: /./ },
    { name: "1 MB of command", args: { command: long }, says: /./ },
    {
      name: "a folder outside",
      args: { command: "ls", cwd: "/etc" },
      says: /outside the workspace/,
    },
  ];
  for (const { name, args, says } of cases) {
    await t.step(name, async () => {
      const result = await server.call("execute_command", args);
      assert.equal(result.isError, true, textOf(result).slice(0, 200));
      assert.match(textOf(result), says);
    });
  }
  await t.step("an unknown tool", async () => {
    await assert.rejects(server.call("format_disk", {}), { code: -32602 });
  });
  await t.step("and it still works", async () => {
    const result = await server.call("execute_command", { command: "echo ok" });
    assert.equal(textOf(result), "ok\n");
  });
});

mcpTest("many calls at once each get their own answer", async () => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  const numbers = Array.from({ length: 12 }, (_, n) => n);
  const results = await Promise.all(
    numbers.map((n) =>
      server.call("execute_command", { command: `echo ${n}` })
    ),
  );
  assert.deepEqual(results.map(textOf), numbers.map((n) => `${n}\n`));
});

mcpTest("progress comes while a command runs", async () => {
  await using site = await makeSite();
  await Deno.writeTextFile(
    `${site.workspace}/slow.sh`,
    "for n in 1 2 3; do echo line $n; sleep 0.4; done\n",
  );
  await using server = await connectServer(site);
  const news: { progress: number; message?: string | undefined }[] = [];
  const result = await server.call(
    "execute_command",
    { command: "sh slow.sh" },
    { onprogress: (progress) => news.push(progress) },
  );
  assert.equal(result.structuredContent?.["exitCode"], 0, textOf(result));
  assert(news.length >= 2, JSON.stringify(news));
  assert(news.some(({ message }) => /line [123]$/.test(message ?? "")));
  const times = news.map(({ progress }) => progress);
  assert.deepEqual(times, times.toSorted((a, b) => a - b));
});

mcpTest("cancelling a call really ends the tree", async () => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  const mark = `31${Math.floor(Math.random() * 1e8)}`;
  await Deno.writeTextFile(
    `${site.workspace}/tree.sh`,
    `sleep ${mark} &\nsetsid sleep ${mark} &\nsleep ${mark}\n`,
  );
  const stop = new AbortController();
  const call = server.call(
    "execute_command",
    { command: "sh tree.sh" },
    { signal: stop.signal },
  );
  const refused = assert.rejects(call);
  await eventually("the command runs", () => runs(mark));
  stop.abort();
  await refused;
  await eventually("it is gone", async () => !(await runs(mark)));
  const after = await server.call("execute_command", { command: "echo ok" });
  assert.equal(textOf(after), "ok\n");
});

mcpTest("a command's time limit ends its tree", async () => {
  await using site = await makeSite();
  await using server = await connectServer(site);
  const mark = `32${Math.floor(Math.random() * 1e8)}`;
  const result = await server.call("execute_command", {
    command: `sleep ${mark}`,
    timeout_seconds: 0.5,
  });
  assert.equal(result.isError, true);
  assert.equal(result.structuredContent?.["ended"], "timeout");
  assert.match(textOf(result), /Command timed out after/);
  assert.deepEqual(await processesWith(mark), []);
});

mcpTest("two servers share one log, which stays whole", async () => {
  await using site = await makeSite();
  {
    await using one = await connectServer(site, ["--agent", "one"]);
    await using two = await connectServer(site, ["--agent", "two"]);
    await Promise.all([one, two, one, two, one, two].map(async (server, n) => {
      const result = await server.call("execute_command", {
        command: `echo ${n}`,
      });
      assert.equal(textOf(result), `${n}\n`);
    }));
  }
  const verified = await runAirg(site, ["audit", "verify"]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const tail = await runAirg(site, ["audit", "tail", "-n", "99", "--json"]);
  const records = tail.stdout.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  const finished = records.filter(({ event }) => event === "finished");
  assert.equal(finished.length, 6);
});

async function runs(mark: string): Promise<boolean> {
  return (await processesWith(mark)).length > 0;
}
