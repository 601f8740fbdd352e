// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs on real terminals, with a person played by `persons.py`.
 *
 * @module
 */

import type { ApprovalRequest } from "../../src/approval/request.ts";
import { makeSite, type Site } from "./airg.ts";

const PLAYER = new URL("./persons.py", import.meta.url).pathname;
const DRIVER = new URL("./approvals_driver.ts", import.meta.url).pathname;

/** One thing the person does; see `persons.py`. */
export type Step = readonly [string, string, ...(string | number)[]];

/** What a terminal saw. */
export interface Seen {
  readonly code: number;
  readonly seen: string;
  /** The terminal's settings are as they were. */
  readonly restored: boolean;
}

/** Terminals, and what is done in front of them. */
export interface Play {
  readonly rows?: number;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Who the programs run as, and whose the terminals are; root alone can say. */
  readonly uid?: number;
  readonly programs: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly Step[];
}

/** Plays. */
export async function play(
  site: Pick<Site, "env" | "workspace">,
  { rows = 24, columns = 80, env = {}, programs, steps, uid }: Play,
): Promise<Readonly<Record<string, Seen>>> {
  const child = new Deno.Command("/usr/bin/python3", {
    args: [PLAYER],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify({
    rows,
    columns,
    env: { ...site.env, TERM: "xterm-256color", ...env },
    cwd: site.workspace,
    programs,
    steps,
    ...(uid !== undefined && { uid }),
  })));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** One program on a terminal of its own, to its end. */
export async function playOne(
  site: Pick<Site, "env" | "workspace">,
  words: readonly string[],
  more: Omit<Play, "programs" | "steps"> & {
    readonly steps?: readonly Step[];
  } = {},
): Promise<Seen> {
  const { [ONE]: seen } = await play(site, {
    ...more,
    programs: { [ONE]: words },
    steps: [["start", ONE], ...more.steps ?? []],
  });
  if (seen === undefined) throw new Error("Nothing was seen of it");
  return seen;
}

/** What {@linkcode playOne} calls its program in steps. */
const ONE = "one";

/** Words that start the driver. */
export function driver(...words: readonly string[]): readonly string[] {
  return [Deno.execPath(), "run", "-A", "--quiet", DRIVER, ...words];
}

/** A scratch home with a store that the driver opens. */
export async function storeSite(
  requests: readonly ApprovalRequest[],
  later: readonly ApprovalRequest[] = [],
): Promise<
  Site & {
    readonly driverEnv: Readonly<Record<string, string>>;
    readonly outcome: () => Promise<Outcome>;
  }
> {
  const site = await makeSite();
  const [store, out] = [`${site.home}/store.json`, `${site.home}/out.json`];
  const at = ({ asker, ...request }: ApprovalRequest) => ({
    ...request,
    asker: { ...asker, workspace: site.workspace },
    askedAt: Date.now(),
    expiresAt: Date.now() + 600_000,
  });
  await Deno.writeTextFile(
    store,
    JSON.stringify({ requests: requests.map(at), later: later.map(at) }),
  );
  return {
    ...site,
    driverEnv: { AIRG_TEST_STORE: store, AIRG_TEST_OUT: out },
    outcome: async () => JSON.parse(await Deno.readTextFile(out)),
  };
}

/** What the driver's store held at its end. */
export interface Outcome {
  readonly requests: readonly ApprovalRequest[];
  readonly events: readonly {
    readonly what: string;
    readonly request: string;
    readonly who?: { readonly how: string; readonly terminal?: string };
  }[];
}
