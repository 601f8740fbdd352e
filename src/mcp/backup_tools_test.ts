// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- the world stands still while a test looks
import assert from "node:assert/strict";
import { systemClock } from "../base/clock.ts";
import { backupsHere } from "../cli/backups_here.ts";
import { backupScene, SETTINGS } from "../../test/support/backups.ts";
import { acting } from "../../test/support/restores.ts";
import { fakeParts } from "../../test/support/fake_parts.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { BACKUP_TOOLS } from "./backup_tools.ts";
import type { Call } from "./tool.ts";

/** The tools on a real store, with a guard that answers `verdict`. */
function toolsOn(
  scene: ReturnType<typeof backupScene>,
  verdict: "allow" | "block" = "allow",
  blockAgentTools = false,
) {
  const { folder, workspace } = scene;
  const backups = backupsHere({
    workspace,
    root: `${folder}/state/backups`,
    keys: `${folder}/state/approvals.hmac.key`,
    settings: () => SETTINGS,
    restoreSettings: () => ({
      blockAgentTools,
      requireDryRun: true,
      ttlMs: 60_000,
    }),
    now: systemClock,
    onEnded: () => Promise.resolve(),
  });
  const { parts } = fakeParts({ workspace, verdict, backups });
  const profile = {
    workspace: realPath(workspace),
    writable: [],
    hidden: [],
    pinned: [realPath(`${workspace}/pinned`)],
  } as unknown as Profile;
  const call: Call = {
    host: {
      parts: {
        ...parts,
        effects: {
          ...parts.effects,
          contain: () => profile,
          restore: backups.restore,
        },
      },
      version: "1",
      build: "b",
      folderWithin: () => Promise.resolve({ ok: false, error: "" }),
    },
    signal: new AbortController().signal,
  };
  return async (name: string, args: Record<string, unknown>) => {
    const tool = BACKUP_TOOLS.find((one) => one.name === name);
    assert(tool);
    const result = await tool.call(args, call);
    const data: Record<string, unknown> = tool.output!.parse(
      result.structuredContent,
    );
    const [content] = result.content;
    const text = content?.type === "text" ? content.text : "";
    return { isError: result.isError === true, data, text };
  };
}

Deno.test("restore_backup shows a plan, then carries it out once with its token", async () => {
  using scene = backupScene();
  const path = `${scene.workspace}/a`;
  Deno.writeTextFileSync(path, "before");
  const id = await acting(scene, ["a"], () => Deno.removeSync(path));
  const use = toolsOn(scene);
  const dry = await use("restore_backup", { backup_location: id });
  assert.deepEqual(dry.data["items"], [{ path, now: "absent", will: "file" }]);
  assert.match(dry.text, /^1 path would be put back \(dry run\)\n/);
  const bare = await use("restore_backup", {
    backup_location: id,
    dry_run: false,
  });
  assert(bare.isError);
  assert.throws(() => Deno.lstatSync(path));
  const apply = {
    backup_location: id,
    dry_run: false,
    restore_token: dry.data["restore_token"],
  };
  const done = await use("restore_backup", apply);
  assert(!done.isError, JSON.stringify(done));
  assert.equal(Deno.readTextFileSync(path), "before");
  assert((await use("restore_backup", apply)).isError);
  const undo = done.data["undo"];
  const again = await use("restore_backup", { backup_location: undo });
  assert.equal(again.data["planned"], 1, `the restore ${undo} can be undone`);
  const same = await use("restore_backup", { paths: ["a"] });
  assert.equal(same.data["planned"], 0, "a path means what a restore put back");
});

Deno.test("a token that the guard refused can be used when it is allowed", async () => {
  using scene = backupScene();
  const path = `${scene.workspace}/a`;
  Deno.writeTextFileSync(path, "before");
  const id = await acting(scene, ["a"], () => Deno.removeSync(path));
  const blocked = toolsOn(scene, "block");
  const request = { backup_location: id };
  assert((await blocked("restore_backup", request)).isError);
  assert((await blocked("list_backups", {})).isError);
  const dry = await toolsOn(scene)("restore_backup", request);
  const apply = {
    backup_location: id,
    dry_run: false,
    restore_token: dry.data["restore_token"],
  };
  assert((await blocked("restore_backup", apply)).isError);
  assert.throws(() => Deno.lstatSync(path));
  assert(!(await toolsOn(scene)("restore_backup", apply)).isError);
});

Deno.test("restore_backup puts back neither what is pinned nor what is git's own", async () => {
  using scene = backupScene();
  const { workspace } = scene;
  for (const name of ["pinned", ".git"]) {
    Deno.mkdirSync(`${workspace}/${name}`);
    Deno.writeTextFileSync(`${workspace}/${name}/x`, "x");
    const id = await acting(
      scene,
      [name],
      () => Deno.removeSync(`${workspace}/${name}`, { recursive: true }),
    );
    const use = toolsOn(scene);
    const dry = await use("restore_backup", { backup_location: id });
    const got = await use("restore_backup", {
      backup_location: id,
      dry_run: false,
      restore_token: dry.data["restore_token"],
    });
    assert(got.isError, name);
    assert.throws(() => Deno.lstatSync(`${workspace}/${name}`));
  }
});

Deno.test("list_backups lists this workspace's, unless the policy says no", async () => {
  using scene = backupScene();
  const id = await acting(scene, ["a"], () => {});
  const { data, text } = await toolsOn(scene)("list_backups", {});
  assert.match(text, /^1 backup\n.* {2}1 path {2}rm -rf \.$/);
  const [row] = data["backups"] as { readonly id: string }[];
  assert.equal(row?.id, id);
  assert((await toolsOn(scene, "allow", true)("list_backups", {})).isError);
});
