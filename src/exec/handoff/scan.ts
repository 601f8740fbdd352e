// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What lies in a workspace that the host might obey, as the launcher's `scan`
 * role sees it: no link followed, bounded, ten thousand files in 20 ms, and in
 * a quarter of it where little changed since the last scan.
 *
 * @module
 */

import {
  DEEP_FOLDERS,
  FOREIGN_FOLDERS,
  HANDOFF_NAMES,
} from "../../action/handoff_files.ts";
import { walkScan } from "./scan_walk.ts";

/** What an entry is; `git`: a folder with HEAD, objects and refs, whatever its name. */
export type SeenKind =
  | "file"
  | "folder"
  | "link"
  | "other"
  | "git"
  | "set-id"
  | "unreadable";

/** One entry worth a look. */
export interface Seen {
  readonly kind: SeenKind;
  /** Relative to the workspace; empty for the workspace itself. */
  readonly path: string;
  /** Changes with anything that could change what the entry holds. */
  readonly signature: string;
  readonly size: number;
  readonly mode: number;
  /** Of the last change of content, mode or name; no program can choose it. */
  readonly changedNs: bigint;
}

/** A workspace at one moment. */
export interface Scan {
  readonly entries: readonly Seen[];
  /** Entries of the workspace that were looked at. */
  readonly count: number;
  /** Why some were not, if so. */
  readonly incomplete?: string;
}

/** Entries that one scan looks at. */
const MOST_ENTRIES = 400_000;
/** Milliseconds that one scan takes at most. */
const MOST_MS = 5_000;

/**
 * After a run in a workspace that could be looked at whole before it: what the
 * run made must not be its way past the bounds.
 */
const THOROUGH = { most: 50_000_000, ms: 120_000 };

/** Letters of the launcher's form (sandbox/launcher/README.md). */
const KINDS: Readonly<Record<string, SeenKind>> = {
  f: "file",
  d: "folder",
  l: "link",
  o: "other",
  g: "git",
  s: "set-id",
  x: "unreadable",
};

/** How one scan is made. */
export interface ScanOptions {
  readonly workspace: string;
  /** Empty where there is none. */
  readonly launcher: string;
  /**
   * In folders changed since then every file is looked at for set-id bits; 0
   * for none. The system call filter refuses such bits in the first place, so
   * a mere change of mode is not looked for.
   */
  readonly sinceNs: bigint;
  /** Entries that are looked at. */
  readonly most?: number;
  /**
   * Private file in which the launcher keeps what it saw of folders that have
   * settled, so that an unchanged one is not listed again.
   */
  readonly memory?: string;
  /** Goes on far beyond the usual bounds. */
  readonly thorough?: boolean;
}

/** Looks at a workspace, and waits for it. */
export function scan(options: ScanOptions): Scan {
  if (options.launcher === "") return walked(options);
  try {
    return conclude(command(options).outputSync());
  } catch (error) {
    return cannotStart(error);
  }
}

/** Looks at a workspace while other things go on. */
export async function scanAside(options: ScanOptions): Promise<Scan> {
  if (options.launcher === "") return walked(options);
  try {
    return conclude(await command(options).output());
  } catch (error) {
    return cannotStart(error);
  }
}

/** Where there is no launcher. */
function walked(
  { workspace, thorough, most = thorough ? THOROUGH.most : MOST_ENTRIES }:
    ScanOptions,
): Scan {
  return walkScan(workspace, most);
}

function command(options: ScanOptions): Deno.Command {
  const { workspace, launcher, memory = "-", sinceNs, thorough } = options;
  const most = options.most ?? (thorough ? THOROUGH.most : MOST_ENTRIES);
  return new Deno.Command(launcher, {
    args: [
      "scan",
      workspace,
      String(most),
      String(thorough ? THOROUGH.ms : MOST_MS),
      String(sinceNs),
      memory,
      ...HANDOFF_NAMES,
      "--",
      ...FOREIGN_FOLDERS,
      "--",
      ...DEEP_FOLDERS,
    ],
    clearEnv: true,
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function conclude({ success, stdout, stderr }: Deno.CommandOutput): Scan {
  return success
    ? readScan(new TextDecoder().decode(stdout))
    : failed(new TextDecoder().decode(stderr).trim());
}

/** No such file, no memory: then nothing can be run either. */
function cannotStart(error: unknown): Scan {
  if (error instanceof Error && "code" in error) return failed(error.message);
  throw error;
}

function failed(why: string): Scan {
  return { entries: [], count: 0, incomplete: `the scan failed: ${why}` };
}

/** Reads what the launcher wrote: records that end in NUL. */
export function readScan(text: string): Scan {
  const records = text.split("\0").slice(0, -1);
  const end = /^end (all|cut) ([0-9]+) $/.exec(records.at(-1) ?? "");
  if (end === null) {
    return { entries: [], count: 0, incomplete: "the scan did not end" };
  }
  const entries = records.slice(0, -1).flatMap(readRecord);
  return {
    entries,
    count: Number(end[2]),
    ...(end[1] === "cut" && {
      incomplete: `only ${
        end[2]
      } entries of the workspace were looked at, or folders lie too deep`,
    }),
  };
}

function readRecord(record: string): Seen[] {
  const [letter, mode, inode, size, modified, changed, ...rest] = record
    .split(" ");
  const kind = KINDS[letter ?? ""];
  if (kind === undefined || changed === undefined) return [];
  return [{
    kind,
    path: rest.join(" "),
    signature: [letter, mode, inode, size, modified, changed].join(" "),
    size: Number(size),
    mode: Number(mode) & 0o7777,
    changedNs: BigInt(changed),
  }];
}
