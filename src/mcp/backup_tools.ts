// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The tools for backups: what was saved, and having it put back.
 *
 * A restore goes through the guard like any other change; the token of the dry
 * run is for care and gives no right. What was changed since is for a person to
 * overwrite.
 *
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import type { z } from "zod";
import type { BackupsAction, RestoreSelection } from "../action/action.ts";
import { counted } from "../base/counted.ts";
import { printable } from "../base/printable.ts";
import type { Result } from "../base/result.ts";
import type { Backups } from "../cli/backups_here.ts";
import type { Effects } from "../guard/effects.ts";
import { act } from "./act.ts";
import { failure } from "./answers.ts";
import * as schemas from "./schemas.ts";
import { type Call, type Tool, tool } from "./tool.ts";

/** Paths of a backup and items of a plan that one answer names. */
const SHOWN_PATHS = 20;
const SHOWN_ITEMS = 200;

type Plan = Extract<
  Awaited<ReturnType<Backups["plan"]>>,
  { readonly ok: true }
>["value"];

/** All of them, in the order clients list them. */
export const BACKUP_TOOLS: readonly Tool[] = [
  tool({
    name: "list_backups",
    title: "List backups",
    description:
      "Lists what was saved of this workspace before commands and tools changed it, newest first: id, time, cause and paths.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    input: schemas.ListBackupsInput,
    output: schemas.ListBackupsOutput,
    call: listBackups,
  }),
  tool({
    name: "restore_backup",
    title: "Put back what was saved",
    description:
      "Puts back what one command or tool changed, or the last change of some paths, all or nothing. First with dry_run, which says what would happen and gives restore_token; then again with dry_run false and that token. What it replaces is saved first. What somebody changed since is not overwritten.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
    input: schemas.RestoreInput,
    output: schemas.RestoreOutput,
    call: (args, call) => answered(() => restore(args, call)),
  }),
];

function listBackups(
  { limit, path }: z.output<typeof schemas.ListBackupsInput>,
  call: Call,
): Promise<CallToolResult> {
  const { backups, origin } = call.host.parts;
  return answered(async () => {
    if (backups.settings().blockAgentTools) {
      return failure(
        "The policy shows agents no list of backups (backup_access.block_agent_tools); restore_backup takes the ids that results name",
      );
    }
    const of = path === undefined
      ? undefined
      : absolute(path, origin.workspace);
    const asked = { look: "list", ...(of !== undefined && { of }) } as const;
    return await looked(asked, call, async () => {
      const stored = await backups.list({
        limit,
        ...(of !== undefined && { path: of }),
      });
      return { count: stored.length, result: listed(stored) };
    });
  });
}

function listed(
  stored: Awaited<ReturnType<Backups["list"]>>,
): CallToolResult {
  const rows = stored.map(({ damaged, event }) => ({
    id: event.id,
    at: new Date(event.at).toISOString(),
    cause: event.cause,
    what: event.what,
    agent: event.agent,
    count: event.entries.length,
    paths: event.entries.slice(0, SHOWN_PATHS).map(({ path }) => path),
    damaged,
  }));
  const lines = rows.map(({ at, cause, count, id, what }) =>
    printable(`${id}  ${at}  ${cause}  ${counted(count, "path")}  ${what}`)
  );
  return {
    content: [{
      type: "text",
      text: [counted(rows.length, "backup"), ...lines].join("\n"),
    }],
    structuredContent: { backups: rows },
  };
}

/** Looks once the guard gives leave; else its refusal is the answer. */
async function looked(
  asked: Pick<BackupsAction, "look" | "of" | "selection">,
  call: Call,
  look: () => Promise<{
    readonly count: number;
    readonly result: CallToolResult;
  }>,
): Promise<CallToolResult> {
  const { parts } = call.host;
  let found: CallToolResult | undefined;
  const effects: Effects = {
    ...parts.effects,
    async look() {
      let count = 0;
      const result = found = await answered(async () => {
        const seen = await look();
        count = seen.count;
        return seen.result;
      });
      const { error } = result.structuredContent ?? {};
      return result.isError === true
        ? { kind: "restore-failed", why: "failed", message: String(error) }
        : { kind: "looked", count };
    },
  };
  const { workspace: path } = parts.origin;
  const answer = await act({ kind: "backups", path, ...asked }, {
    ...call,
    host: { ...call.host, parts: { ...parts, effects } },
  });
  return found ?? answer;
}

async function restore(
  args: z.output<typeof schemas.RestoreInput>,
  call: Call,
): Promise<CallToolResult> {
  const { backups, origin } = call.host.parts;
  const selection = selectionOf(args, origin.workspace);
  if (selection === undefined) {
    return failure("Say which: backup_location, or paths");
  }
  if (args.dry_run) {
    return await looked({ look: "plan", selection }, call, async () => {
      const plan = await backups.plan(selection);
      return plan.ok
        ? {
          count: plan.value.items.filter(({ done }) => !done).length,
          result: await dryRun(plan.value, call),
        }
        : { count: 0, result: failure(plan.error) };
    });
  }
  const plan = await backups.plan(selection);
  if (!plan.ok) return failure(plan.error);
  const release = await redeemed(args.restore_token, plan.value, call);
  if (!release.ok) {
    return failure(`This token does not do: ${release.error}. Make a dry run`);
  }
  const { origin: _, ...asked } = await backups.action(
    plan.value,
    origin,
    false,
  );
  const result = await act(asked, call);
  // Nothing was put back: the same call may come again, once a person has answered.
  if (result.isError === true) release.value();
  return result;
}

function selectionOf(
  { backup_location: id, paths }: z.output<typeof schemas.RestoreInput>,
  workspace: string,
): RestoreSelection | undefined {
  const wanted = paths?.map((path) => absolute(path, workspace));
  if (id !== "") {
    return { by: "event", id, ...(wanted !== undefined && { paths: wanted }) };
  }
  return wanted === undefined ? undefined : { by: "path", paths: wanted };
}

async function redeemed(
  token: string,
  plan: Plan,
  { host: { parts: { backups, origin } } }: Call,
): Promise<Result<() => void, string>> {
  if (token === "" && !backups.settings().requireDryRun) {
    return { ok: true, value: () => {} };
  }
  return await backups.redeem(token, plan, origin.session);
}

async function dryRun(
  plan: Plan,
  { host: { parts: { backups, origin } } }: Call,
): Promise<CallToolResult> {
  const work = plan.items.filter(({ done }) => !done);
  const { expiresAt, token } = await backups.token(plan, origin.session);
  const expires = new Date(expiresAt).toISOString();
  const items = work.slice(0, SHOWN_ITEMS).map((
    { conflict, now, path, will },
  ) => ({
    path,
    now: now.type,
    will: will.type,
    ...(conflict !== undefined && { conflict }),
  }));
  const blocked = work.filter(({ conflict }) => conflict !== undefined);
  const lines = items.map(({ conflict, now, path, will }) =>
    printable(
      `${path}: ${now} -> ${will}${
        conflict === undefined ? "" : ` (not overwritten: ${conflict})`
      }`,
    )
  );
  const text = [
    `${counted(work.length, "path")} would be put back (dry run)`,
    ...lines,
    ...(work.length > items.length
      ? [`and ${work.length - items.length} more`]
      : []),
    ...(blocked.length > 0
      ? [
        `${blocked.length} ${
          blocked.length === 1 ? "was" : "were"
        } changed since, so none of it is put back; a person can insist with airg backup restore --force`,
      ]
      : []),
    `restore_token=${token}`,
    `token_expires_at=${expires}`,
  ].join("\n");
  return {
    content: [{ type: "text", text }],
    structuredContent: {
      planned: work.length,
      items,
      restore_token: token,
      restore_token_expires_at: expires,
    },
  };
}

/** The machine failed, or the store does not hold: said, and the server goes on. */
async function answered(
  use: () => Promise<CallToolResult>,
): Promise<CallToolResult> {
  try {
    return await use();
  } catch (error) {
    const cure = error instanceof Error && "cure" in error
      ? `. ${error.cure}`
      : "";
    return failure(
      (error instanceof Error ? error.message : String(error)) + cure,
    );
  }
}

/** The last component may be a saved link: only what leads to it is tidied. */
function absolute(path: string, workspace: string): string {
  const parts: string[] = [];
  const whole = path.startsWith("/") ? path : `${workspace}/${path}`;
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
