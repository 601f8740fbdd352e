// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The guard's side of approvals on this machine: the store, opened when
 * something first has to be approved, and the disk that subjects are read from.
 *
 * @module
 */

import { environmentRisk } from "../action/environment.ts";
import type { ApprovalRecord } from "../audit/event.ts";
import type {
  ApprovalRequest,
  ApprovalSettings,
  ApprovalStore,
} from "../approval/request.ts";
import { systemClock } from "../base/clock.ts";
import { sha256Hex } from "../base/digest.ts";
import { contained, searchPath } from "../exec/environment.ts";
import type { Machine } from "../exec/machine.ts";
import { isExecutableFile, resolveProgram } from "../exec/resolve_program.ts";
import type { Approvals } from "../guard/approvals.ts";
import type { SubjectWorld } from "../guard/subject_world.ts";
import type { QuestionSite } from "./approvals/question.ts";
import { openOperatorStore } from "./approvals/store.ts";
import type { Dirs } from "../platform/dirs.ts";
import { fileHash, fileStamp, firstLine } from "../platform/file_hash.ts";
import type { PlainFiles } from "../platform/plain_files.ts";
import { linkFolders, resolveExisting } from "../platform/real_path.ts";
import type { TreeHands } from "../platform/tree_hands.ts";
import { kindOf, namesIn } from "../platform/machine.ts";
import { standardInput } from "../platform/standard_input.ts";
import type { PolicySettings } from "../policy/settings.ts";
import { beneath, headPath } from "../store/approvals/file_names.ts";

/** What approvals on this machine are made from. */
export interface ApprovalSite {
  readonly dirs: Dirs;
  readonly machine: Machine;
  readonly places: { readonly home: string; readonly workspace: string };
  /** Of a run in this profile, by the policy in force now. */
  readonly settings: (profile?: string) => PolicySettings;
  /** For as long as approvals are asked for: opening one costs a millisecond. */
  readonly files: PlainFiles;
  /** The same. */
  readonly trees: TreeHands;
  readonly record: (event: ApprovalRecord) => Promise<void>;
  /** Looks at a changed policy file. */
  readonly refresh?: () => Promise<void>;
  /** The command gets the caller's standard input. */
  readonly sharesInput?: boolean;
  /** Told what went wrong beside the work. */
  readonly warn?: (message: string) => void;
  /** For a test: another store than the machine's. */
  readonly open?: () => Promise<ApprovalStore>;
}

/**
 * Whether there is a store: its head is made with it, and without the head
 * nothing is granted.
 */
function hasStore({ approvalsDb }: Pick<Dirs, "approvalsDb">): boolean {
  try {
    return [approvalsDb, beneath(approvalsDb)]
      .some((path) => kindOf(headPath(path)) !== undefined);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Who opens it is told what is wrong with it.
    return true;
  }
}

/** The guard's effects for approvals. */
export function approvalsOn(site: ApprovalSite): Approvals {
  const store = lazily(
    site.open ??
      (() => openOperatorStore(site.dirs, site.machine.callerEnv, site.warn)),
  );
  const settings = (): ApprovalSettings => site.settings().approvals;
  const { atWork } = site.machine;
  return {
    world: worldOf(site),
    linkFolders,
    ...(atWork !== undefined && {
      hold: async (paths) => {
        const { hold } = await import("../exec/at_work.ts");
        return await hold(atWork, paths);
      },
    }),
    settings,
    isThere: () => hasStore(site.dirs),
    forbid: async (ban) => (await store()).forbid(ban, systemClock()),
    grants: async () => (await store()).grants(systemClock()),
    async redeem(ask) {
      const redeemed = (await store()).redeem(ask, settings(), systemClock());
      const { webhook } = site.settings().approvals;
      if (webhook !== undefined && redeemed.kind === "pending") {
        await tell(redeemed.request, site);
      }
      return redeemed;
    },
    state: async (id, asker) => (await store()).state(id, asker, systemClock()),
    version: async () => (await store()).version(),
    async touches(facts) {
      const { touchesOf } = await import("./approvals/touches.ts");
      const touches = await touchesOf(facts, site.files);
      if (touches === undefined) return undefined;
      const { backedBy } = await import("./approvals/backed.ts");
      const { backups, sandbox } = site.settings();
      const { enabled } = backups;
      const { writable } = sandbox;
      return { ...touches, ...backedBy(facts, { enabled, writable }) };
    },
    async question(id, asker, modes) {
      const fresh = async () => {
        await site.refresh?.();
        return site.settings().approvals;
      };
      // Where it is off, nothing of it is loaded.
      if ((await fresh()).elicitation === undefined) return undefined;
      const { questionOf } = await import("./approvals/question.ts");
      const here = { ...await answererOf(site), store: await store() };
      return questionOf({ ...here, settings: fresh }, id, asker, modes);
    },
    record: site.record,
  };
}

/** This process as it takes a client's answer. */
async function answererOf(
  { dirs, machine, record }: ApprovalSite,
): Promise<Omit<QuestionSite, "settings" | "store">> {
  const { passphrasePath } = await import("./approvals/gate.ts");
  const { readPassphrase } = await import("../platform/passphrase.ts");
  const { userName } = await import("../platform/operator_facts.ts");
  const path = passphrasePath(dirs);
  return {
    hasPassphrase: () => readPassphrase(path) !== undefined,
    user: { uid: Deno.uid() ?? -1, user: userName(machine.callerEnv) },
    record,
    clock: systemClock,
  };
}

/** Tells the webhook of a request that is new; starts it, waits for nothing. */
async function tell(
  request: ApprovalRequest,
  { settings, warn }: ApprovalSite,
): Promise<void> {
  if (request.asks > 1) return;
  const { announce } = await import("./approvals/announce.ts");
  announce(request, settings(), warn ?? (() => undefined));
}

/** Opens once; what failed is tried again, because it may have been mended. */
function lazily<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

function worldOf(site: ApprovalSite): SubjectWorld {
  const { callerEnv } = site.machine;
  let trees: SubjectWorld["tree"] | undefined;
  const resolve = (path: string) => resolveExisting(path) ?? undefined;
  return {
    resolve,
    hash: (path, most) => fileHash(site.files, path, most),
    kind: kindOf,
    names: namesIn,
    firstLine: (path) => firstLine(site.files, path),
    stamp: (path) => fileStamp(site.files, path),
    async tree(roots, kind, fresh) {
      const { treesWith } = await import("./approvals/trees.ts");
      trees ??= treesWith(site.trees);
      return await trees(roots, kind, fresh);
    },
    input: () =>
      site.sharesInput === true
        ? standardInput((path) => fileHash(site.files, path))
        : Promise.resolve(undefined),
    program(word, cwd, path = searchPath(callerEnv["PATH"])) {
      const found = resolveProgram(word, {
        path,
        cwd,
        isExecutable: isExecutableFile,
      });
      return found === undefined ? undefined : resolve(found);
    },
    environment: (profile, used) => meaningful(site, profile, used),
  };
}

/**
 * Variables that any program looks at: to find others, to know what a pattern
 * or a text means, and whether to ask before it goes on.
 */
const ALWAYS = [
  ...["PATH", "HOME", "SHELL"],
  ...["LANG", "LC_ALL", "LC_COLLATE", "LC_CTYPE", "CI"],
];

/**
 * Of the variables that a run gets: those that change what programs do, those
 * that the policy adds, and those that the text uses.
 */
function meaningful(
  site: ApprovalSite,
  profile: string,
  used: readonly string[],
): Record<string, string> {
  const { callerEnv, identity } = site.machine;
  const { pass, set } = site.settings(profile).sandbox.env;
  const given = contained({
    caller: callerEnv,
    pass,
    set,
    cacheInside: "",
    temporary: "",
    ...(identity && { identity }),
  });
  const plain = contained({
    caller: callerEnv,
    pass: [],
    set: {},
    cacheInside: "",
    temporary: "",
    ...(identity && { identity }),
  });
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const isAdded = plain[name] !== value;
      if (!ALWAYS.includes(name) && !isAdded && !used.includes(name)) return [];
      // What the policy lets through may be a key: it is told apart, not shown.
      const shown = !isAdded || isMeaning(site, name, value)
        ? value
        : `sha256:${sha256Hex(value).slice(0, 16)}`;
      return [[name, shown]];
    }),
  );
}

function isMeaning(
  { places }: ApprovalSite,
  name: string,
  value: string,
): boolean {
  return environmentRisk(name, value, places) !== "none";
}
