// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The real reading and deciding on a real folder, approvals in memory, and
 * nothing that runs: for tests of what an approval is bound to.
 *
 * @module
 */

import type { Action, Origin } from "../../src/action/action.ts";
import { readAction } from "../../src/action/read.ts";
import type { ApprovalRecord } from "../../src/audit/event.ts";
import { approvalsOn } from "../../src/cli/guard_approvals.ts";
import type { Effects, Started } from "../../src/guard/effects.ts";
import { type Answer, handle } from "../../src/guard/guard.ts";
import { findDirs } from "../../src/platform/dirs.ts";
import { diskLookup } from "../../src/platform/disk_lookup.ts";
import { type PlainFiles, plainFiles } from "../../src/platform/plain_files.ts";
import { type TreeHands, treeHands } from "../../src/platform/tree_hands.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { evaluate } from "../../src/policy/evaluate.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { EXITED } from "./fake_parts.ts";
import { type MemoryStore, memoryStore } from "./memory_approvals.ts";

/** Asks about every command and every write. */
export const ASKS = {
  id: "ask",
  match: { tool: ["exec", "write"] },
  verdict: "escalate",
  reason: "Everything is asked about",
};

/** What the test may change between two actions. */
export interface World {
  env: Record<string, string>;
  policy: Record<string, unknown>;
  origin: Partial<Origin>;
  now: number;
}

/** One folder, one policy, one store. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly store: MemoryStore;
  readonly world: World;
  readonly effects: Effects;
  /** What ran, and what was recorded, in order. */
  readonly log: string[];
  readonly records: ApprovalRecord[];
  /** Profile that the last action ran with. */
  readonly ran: () => { readonly network: string; readonly notes: string };
  readonly put: (name: string, text: string, mode?: number) => Promise<void>;
  /** Hands a command to the guard. */
  readonly exec: (text: string, cwd?: string) => Promise<Answer>;
  readonly write: (path: string, content: string) => Promise<Answer>;
  readonly act: (action: Action) => Promise<Answer>;
}

/** Makes a scene; dispose of it when done. */
export async function makeScene(
  policy: Record<string, unknown> = {},
): Promise<Scene> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const store = memoryStore();
  const world: World = {
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder },
    policy: { rules: [ASKS], ...policy },
    origin: {},
    now: 1_000,
  };
  const log: string[] = [];
  const records: ApprovalRecord[] = [];
  let last: Profile | undefined;
  const files = plainFiles();
  const trees = treeHands();
  const effects = effectsOf(folder, store, world, {
    files,
    trees,
    log,
    records,
    ran: (profile) => last = profile,
  });
  const act = async (action: Action): Promise<Answer> =>
    await handle(action, effects);
  const originNow = (): Origin => ({
    agent: "a",
    session: "s",
    source: "ai-agent",
    workspace: folder,
    ...world.origin,
  });
  return {
    folder,
    store,
    world,
    effects,
    log,
    records,
    act,
    ran: () => ({
      network: last?.network ?? "did not run",
      notes: (last?.notes ?? []).join("; "),
    }),
    async put(name, text, mode = 0o644) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      await Deno.chmod(`${folder}/${name}`, mode);
    },
    exec: async (text, cwd = folder) =>
      await act({
        kind: "exec",
        origin: originNow(),
        command: { form: "shell", text },
        cwd,
      }),
    write: async (path, content) =>
      await act({ kind: "write", origin: originNow(), path, content }),
    async [Symbol.asyncDispose]() {
      files[Symbol.dispose]();
      trees[Symbol.dispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function effectsOf(
  folder: string,
  store: MemoryStore,
  world: World,
  { files, log, ran, records, trees }: {
    readonly files: PlainFiles;
    readonly trees: TreeHands;
    readonly log: string[];
    readonly records: ApprovalRecord[];
    readonly ran: (profile: Profile) => void;
  },
): Effects {
  let ids = 0;
  const current = () => {
    const parsed = parsePolicy(JSON.stringify({ version: 1, ...world.policy }));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    return compilePolicy(parsed.value.document, { hash: "h", home: folder });
  };
  const dirs = findDirs({ HOME: folder }, "linux");
  if (!dirs.ok) throw new Error(dirs.error.message);
  const site = approvalsOn({
    dirs: dirs.value,
    // Only what is started from, and whose variables it is, are looked at.
    machine: {
      get callerEnv() {
        return world.env;
      },
    } as Parameters<typeof approvalsOn>[0]["machine"],
    places: { home: folder, workspace: folder },
    settings: () => current().settings,
    files,
    trees,
    open: () => Promise.resolve(store),
    record(event) {
      log.push(`approval ${event.what}`);
      records.push(event);
      return Promise.resolve();
    },
  });
  return {
    clock: () => world.now,
    monotonic: () => performance.now(),
    newId: () => `decision-${++ids}`,
    read: (action) => readAction(action, diskLookup({ home: folder })),
    decide: (facts) =>
      evaluate(current(), facts, { agent: "a", protectedPaths: [] }),
    consume: () => Promise.resolve({ ok: true }),
    attempt: () => Promise.resolve(1),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    approvals: {
      ...site,
      // On the scene's own clock.
      grants: () => Promise.resolve(store.grants(world.now)),
      redeem: (ask) =>
        Promise.resolve(store.redeem(ask, site.settings(), world.now)),
    },
    contain: (_, { containment }) => ({
      workspace: realPath(folder),
      writable: [],
      pinned: [],
      anchors: [],
      hidden: [],
      network: containment.network === "open" ? "open" : "none",
      limits: {},
      cache: realPath("/c"),
    }),
    record(event) {
      log.push(event.event);
      return Promise.resolve({ seq: log.length } as Started);
    },
    run(_permit, profile) {
      log.push("run");
      ran(profile);
      return Promise.resolve(EXITED);
    },
    file(_permit, profile) {
      log.push("file");
      ran(profile);
      return Promise.resolve({ kind: "written", bytes: 1, created: false });
    },
  };
}
