// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals` on a store in memory, as a process that a test gives a
 * terminal.
 *
 * `AIRG_TEST_STORE` names a JSON file: `requests` are there from the start, and
 * each SIGUSR1 brings the next of `later`; SIGUSR2 is an error that nobody
 * catches, in a promise with `AIRG_TEST_ERROR=promise`. What became of all is written to
 * `AIRG_TEST_OUT`.
 *
 * @module
 */

import type { ApprovalRequest } from "../../src/approval/request.ts";
import { askHere, askTerminal } from "../../src/cli/approvals/ask.ts";
import { decideOn } from "../../src/cli/approvals/decide.ts";
import { openSite } from "../../src/cli/approvals/site.ts";
import { watchOn } from "../../src/cli/approvals/watch.ts";
import {
  type Context,
  ENDING_SIGNALS,
  type EndingSignal,
} from "../../src/cli/command.ts";
import { readFlags } from "../../src/cli/flags.ts";
import { APPROVALS_COMMANDS } from "../../src/cli/approvals/commands.ts";
import { terminalOn } from "../../src/cli/terminal.ts";
import { memoryStore } from "./approval_memory.ts";

interface Given {
  readonly requests: readonly ApprovalRequest[];
  readonly later: readonly ApprovalRequest[];
}

Deno.exit(await main());

async function main(): Promise<number> {
  const [act = "", ...words] = Deno.args;
  const given: Given = JSON.parse(
    await Deno.readTextFile(Deno.env.get("AIRG_TEST_STORE") ?? ""),
  );
  const store = memoryStore(given.requests);
  const later = [...given.later];
  Deno.addSignalListener("SIGUSR1", () => {
    const next = later.shift();
    if (next !== undefined) store.put(next);
  });
  Deno.addSignalListener("SIGUSR2", fault);
  const context = contextOf();
  const site = await openSite(context, () =>
    Promise.resolve({
      ...store,
      trouble: () => undefined,
      repair: () => ({ revoked: 0, expired: 0, setAside: 0 }),
      rotateKey: () => ({ id: 2 }),
      importLegacy: () => 0,
      imported: () => [],
      noteRule: () => undefined,
      damaged: () => [],
    }));
  if (!site.ok) return site.error;
  const command = APPROVALS_COMMANDS
    .find(({ name }) => name === `approvals ${act}`);
  const flags = readFlags(words, command?.options ?? {});
  if (!flags.ok) throw new Error(flags.error.message);
  try {
    switch (act) {
      case "watch":
        return await watchOn(flags.value, context, site.value);
      case "approve":
      case "deny":
        return await decideOn(act, flags.value, context, site.value);
      case "ask": {
        const [request] = given.requests;
        if (request === undefined) throw new Error("No request is given");
        const { dirs, clock } = site.value;
        const answer = await askHere(
          request,
          askTerminal(context, dirs, clock),
        );
        context.terminal.out(JSON.stringify(answer));
        return 0;
      }
      default:
        throw new Error(`Unknown act: ${act}`);
    }
  } finally {
    const out = Deno.env.get("AIRG_TEST_OUT");
    if (out !== undefined) {
      const requests = store.list({ limit: 100 });
      const events = requests.flatMap(({ id }) => store.history(id));
      await Deno.writeTextFile(out, JSON.stringify({ requests, events }));
    }
  }
}

function fault(): void {
  const error = new Error("Nobody catches this");
  if (Deno.env.get("AIRG_TEST_ERROR") !== "promise") throw error;
  void Promise.reject(error);
}

function contextOf(): Context {
  return {
    surroundings: {
      env: Deno.env.toObject(),
      cwd: Deno.cwd(),
      terminal: {
        stdin: Deno.stdin.isTerminal(),
        stdout: Deno.stdout.isTerminal(),
        stderr: Deno.stderr.isTerminal(),
      },
      os: "linux",
    },
    terminal: terminalOn(Deno.stdout, Deno.stderr),
    assemble: () => Promise.reject(new Error("The operator's side needs none")),
    stdin: () => Deno.stdin.readable,
    onSignal(handler) {
      const listeners = (Object.keys(ENDING_SIGNALS) as EndingSignal[])
        .map((signal) => ({ signal, listener: () => handler(signal) }));
      for (const { signal, listener } of listeners) {
        Deno.addSignalListener(signal, listener);
      }
      return () => {
        for (const { signal, listener } of listeners) {
          Deno.removeSignalListener(signal, listener);
        }
      };
    },
    self: { path: Deno.execPath(), before: [] },
  };
}
