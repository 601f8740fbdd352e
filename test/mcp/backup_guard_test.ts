// Copyright 2026 the airg authors. Apache-2.0 license.
// Looking at backups is an action like any other: judged, recorded, refused.
import assert from "node:assert/strict";
import { makeSite, type Site } from "../support/airg.ts";
import { connectServer, textOf } from "../support/mcp.ts";

async function logged({ state }: Site): Promise<string[]> {
  const text = await Deno.readTextFile(`${state}/activity.log`);
  return text.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ action }) => action.kind === "backups")
    .map(({ event, tool, action, outcome }) =>
      [event, tool, action.look, outcome?.kind, outcome?.count].join(" ").trim()
    );
}

/** A file that was overwritten. */
async function overwrite(
  server: Awaited<ReturnType<typeof connectServer>>,
): Promise<string> {
  await server.call("write_file", { path: "a.txt", content: "one" });
  const second = await server.call("write_file", {
    path: "a.txt",
    content: "two",
  });
  const [id] = /[0-9a-f]{8}-[-0-9a-f]+/.exec(textOf(second)) ?? [];
  assert(id !== undefined, textOf(second));
  return id;
}

Deno.test({
  name: "mcp: a list and a dry run pass the guard and are recorded",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using site = await makeSite();
    await using server = await connectServer(site);
    const id = await overwrite(server);
    const list = await server.call("list_backups", {});
    assert.match(textOf(list), /^2 backups\n/);
    const dry = await server.call("restore_backup", { backup_location: id });
    assert.match(textOf(dry), /^1 path would be put back/);
    const none = await server.call("restore_backup", { backup_location: "no" });
    assert.match(textOf(none), /no backup has the name/);
    assert.deepEqual(await logged(site), [
      "started list_backups list",
      "finished list_backups list looked 2",
      "started restore_backup plan",
      "finished restore_backup plan looked 1",
      "started restore_backup plan",
      "finished restore_backup plan restore-failed",
    ]);
  },
});

for (const verdict of ["block", "escalate"]) {
  Deno.test({
    name:
      `mcp: a rule on the tool (${verdict}) keeps an agent from looking at backups`,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await using site = await makeSite();
      await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(
        `${site.config}/policy.json`,
        JSON.stringify({
          version: 1,
          rules: [{
            id: "no.looking",
            match: { tool: ["backups"] },
            verdict,
            reason: "Not for agents",
          }],
        }),
        { mode: 0o600 },
      );
      await using server = await connectServer(site);
      const id = await overwrite(server);
      const calls = [
        server.call("list_backups", {}),
        server.call("restore_backup", { backup_location: id }),
      ];
      for (const refused of await Promise.all(calls)) {
        assert.equal(refused.isError, true);
        assert.match(textOf(refused), /Not for agents/);
        assert.doesNotMatch(JSON.stringify(refused), /restore_token|a\.txt/);
      }
      const listed = await server.call("list_directory", { path: "." });
      assert.match(textOf(listed), /a\.txt/);
      assert.deepEqual((await logged(site)).sort(), [
        "decision list_backups list",
        "decision restore_backup plan",
      ]);
    },
  });
}
