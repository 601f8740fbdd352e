// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Two agents, each with a server of its own, at work on the same files at once:
 * whatever was written is there or in a backup, no file is half, and each
 * backup can be put back.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openBackups } from "../../src/backup/open_store.ts";
import {
  planRestore,
  restoreAction,
  restoreNow,
} from "../../src/backup/restore/restore.ts";
import { verifyBackups } from "../../src/backup/verify.ts";
import { makeSite, type Site } from "../support/airg.ts";
import { SETTINGS, textOf as savedText } from "../support/backups.ts";
import { type Connected, connectServer, textOf } from "../support/mcp.ts";
import { shape } from "../support/restores.ts";

const ROUNDS = 40;
const NAMES = ["a", "b", "d/c"] as const;
const PADDING = "x".repeat(30_000);

/** What one agent did. */
interface Work {
  /** Whole contents that a tool said are written. */
  readonly written: string[];
  /** What was refused, as text. */
  readonly refused: string[];
  restored: number;
}

async function work(agent: string, { call }: Connected): Promise<Work> {
  const done: Work = { written: [], refused: [], restored: 0 };
  for (let n = 0; n < ROUNDS; n++) {
    const path = NAMES[(n * 7 + agent.length) % NAMES.length] ?? "a";
    const content = `${agent} ${n} ${PADDING}\n`;
    switch (n % 5) {
      case 3: {
        const result = await call("delete_file", { path });
        if (result.isError) done.refused.push(textOf(result));
        break;
      }
      case 2: {
        const result = await call("edit_file", {
          path,
          old_text: PADDING,
          new_text: `${PADDING} ${agent} edited ${n}`,
        });
        if (result.isError) done.refused.push(textOf(result));
        else done.written.push(`edited by ${agent} ${n}`);
        break;
      }
      case 4:
        if (await restored({ call }, path)) done.restored++;
        break;
      default: {
        const result = await call("write_file", { path, content });
        if (result.isError) done.refused.push(textOf(result));
        else done.written.push(content);
      }
    }
  }
  return done;
}

async function restored(
  { call }: Pick<Connected, "call">,
  path: string,
): Promise<boolean> {
  const plan = await call("restore_backup", { paths: [path], dry_run: true });
  const token = plan.structuredContent?.["restore_token"];
  if (plan.isError || typeof token !== "string") return false;
  const result = await call("restore_backup", {
    paths: [path],
    dry_run: false,
    restore_token: token,
  });
  return result.isError !== true;
}

function storeOf({ config, state }: Site) {
  return openBackups({
    root: `${state}/backups`,
    keys: `${config}/approvals.hmac.key`,
    settings: () => ({ ...SETTINGS, maxVersions: 1_000 }),
  });
}

function contents(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ isDirectory, name }) =>
    isDirectory
      ? contents(`${folder}/${name}`)
      : [Deno.readTextFileSync(`${folder}/${name}`)]
  );
}

/** A whole content: of a write, with the ends of any number of edits. */
const WHOLE =
  /^(?:first|one|other) (?:\d+ )?x{30000}(?: (?:one|other) edited \d+)*\n$/;

Deno.test({
  name: "two agents lose nothing of each other that was not said",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using site = await makeSite();
    const { config, env, workspace } = site;
    await Deno.mkdir(config, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(
      `${config}/policy.json`,
      JSON.stringify({
        version: 1,
        extends: ["default"],
        audit: { max_versions_per_file: 1_000 },
      }),
      { mode: 0o600 },
    );
    await Deno.mkdir(`${workspace}/d`);
    for (const name of NAMES) {
      await Deno.writeTextFile(`${workspace}/${name}`, `first ${PADDING}\n`);
    }
    const before = shape(workspace);
    const as = (agent: string) => ({
      ...site,
      env: { ...env, AIRG_AGENT_ID: agent },
    });
    let works: readonly Work[];
    {
      await using one = await connectServer(as("one"));
      await using other = await connectServer(as("other"));
      works = await Promise.all([work("one", one), work("other", other)]);
    }
    const written = works.flatMap((work) => work.written);
    const refused = works.flatMap((work) => work.refused);
    assert(written.length > ROUNDS / 2, refused.join("\n").slice(0, 2_000));
    assert(works.some(({ restored }) => restored > 0), "nothing was restored");
    for (const text of refused) {
      assert.match(text, /changed|no such|not found|does not|not there/i);
    }

    const store = storeOf(site);
    const { faults } = await verifyBackups(store);
    assert.deepEqual(faults, []);
    const events = await store.list({ workspace, limit: 10_000 });
    const kept = new Set(contents(workspace));
    for (const { event } of events) {
      for (const { before } of event.entries) {
        if (before.type !== "file") continue;
        const text = await savedText(store, before.sha256);
        assert(text !== undefined);
        kept.add(text);
      }
    }
    for (const text of kept) assert.match(text, WHOLE);
    for (const text of written) {
      const edit = /^edited by (\w+) (\d+)$/.exec(text);
      const is = edit === null
        ? kept.has(text)
        : [...kept].some((one) =>
          one.includes(` ${edit[1]} edited ${edit[2]}`)
        );
      assert(is, `lost: ${text.slice(0, 40)}`);
    }

    // Back through all of it, newest first.
    for (const { event: { id } } of events) {
      const plan = await planRestore({ by: "event", id }, workspace, store);
      assert(plan.ok);
      const origin = {
        agent: "p",
        session: "p",
        source: "human-operator",
        workspace,
      } as const;
      const action = restoreAction(plan.value, origin, true);
      const outcome = await restoreNow(action, "d", {
        store,
        folder: `${site.state}/backups/restoring`,
        forbidden: () => undefined,
      });
      assert.equal(outcome.kind, "restored", JSON.stringify(outcome));
    }
    assert.deepEqual(shape(workspace), before);
  },
});
