// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * `airg approvals watch`: the live view of what waits for an answer.
 *
 * @module
 */

import { jsonLine } from "../../base/json_line.ts";
import type { Operator } from "../../approval/request.ts";
import { printable } from "../../base/printable.ts";
import { fail, ok } from "../../base/result.ts";
import { ensurePrivate } from "../../platform/dirs.ts";
import { markWatched } from "../../platform/watched.ts";
import { whyText } from "./answer.ts";
import { codeFolder, openCodeDesk } from "./code.ts";
import { admit, refuseAtOnce } from "./gate.ts";
import { makeNotifier, notifierFor } from "./notify.ts";
import { openScreen } from "./screen.ts";
import { type ApprovalsSite, withSite } from "./site.ts";
import { startWatch } from "./watch_loop.ts";
import type { WatchRules } from "./watch_parts.ts";
import {
  type Context,
  ENDING_SIGNALS,
  type EndingSignal,
  UsageError,
} from "../command.ts";
import { EXIT_BLOCKED, EXIT_CONFIG } from "../exit.ts";
import type { Invocation } from "../flags.ts";
import { isInsideRun } from "../inside.ts";
import { complain } from "../terminal.ts";
import { operatorFacts } from "../../platform/operator_facts.ts";

/** Watches. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const { env } = context.surroundings;
  // A script that only listens answers nothing, and needs no terminal.
  if (!invocation.switches.has("json")) {
    const facts = operatorFacts(env, isInsideRun(env));
    const refused = refuseAtOnce(context, "watch", facts);
    if (refused !== undefined) return refused;
  }
  return await withSite(context, (site) => watchOn(invocation, context, site));
}

/** Watches one store. */
export async function watchOn(
  { operands, rest, switches }: Invocation,
  context: Context,
  site: ApprovalsSite,
): Promise<number> {
  if (operands.length > 0 || rest !== undefined) {
    throw new UsageError("approvals watch takes no words");
  }
  const { terminal, surroundings } = context;
  const { dirs } = site;
  if (switches.has("json")) return await follow(context, site);
  const who = await admit(context, {
    act: "watch",
    facts: site.facts(),
    dirs,
    passphrase: true,
  });
  if (!who.ok) return who.error;
  if (!surroundings.terminal.stdout) {
    complain(
      terminal,
      "approvals watch draws on a terminal, and its standard output is none",
      "run it without a pipe or `>`; `--json` is for scripts",
    );
    return EXIT_BLOCKED;
  }
  const made = ensurePrivate(codeFolder(dirs.run));
  if (!made.ok) {
    complain(terminal, made.error.message, made.error.cure);
    return EXIT_CONFIG;
  }
  return await show(context, site, {
    ...who.value,
    how: who.value.how === "passphrase" ? "passphrase" : "watch",
  }, switches.has("quiet"));
}

/** The file whose lock says that somebody watches. */
export function watchMark(run: string): string {
  return `${run}/approvals.watch`;
}

/** Ends others with a core; the terminal is given back first. */
const SIGQUIT = 3;

async function show(
  context: Context,
  site: ApprovalsSite,
  who: Operator,
  quiet: boolean,
): Promise<number> {
  const { env, os } = context.surroundings;
  const { run } = site.dirs;
  const ending = new AbortController();
  let by: number | undefined;
  const end = (signal: number) => {
    by ??= signal;
    ending.abort();
  };
  const unlisten = context.onSignal((name) => end(ENDING_SIGNALS[name]));
  const quit = () => end(SIGQUIT);
  Deno.addSignalListener("SIGQUIT", quit);
  const mark = marker(watchMark(run));
  mark.set();
  const notifier = makeNotifier(notifierFor(os, env));
  let redraw: () => void = () => undefined;
  const screen = openScreen({
    onSize: () => redraw(),
    onAway: mark.clear,
    onBack: mark.set,
  });
  try {
    const watch = startWatch({
      site,
      who,
      own: env,
      screen: quiet ? { ...screen, bell: () => undefined } : screen,
      desk: (isOpen) => openCodeDesk(codeFolder(run), isOpen),
      notify: quiet ? () => undefined : notifier,
      signal: ending.signal,
      rules: watchRules(context, site),
    });
    redraw = watch.redraw;
    await watch.ended;
  } finally {
    screen.restore();
    mark.clear();
    unlisten();
    Deno.removeSignalListener("SIGQUIT", quit);
  }
  return by === undefined ? 0 : 128 + by;
}

/** Rules for the view, which has the screen to itself. */
function watchRules(context: Context, site: ApprovalsSite): WatchRules {
  const { terminal } = context.surroundings;
  const quiet: Context = {
    ...context,
    surroundings: {
      ...context.surroundings,
      terminal: { ...terminal, stderr: false },
    },
    terminal: { out: () => undefined, err: () => undefined },
  };
  return {
    async propose(request) {
      const { planRule, putRule, reviewOf } = await import("./rule/write.ts");
      const here = { context: quiet, site };
      const planned = await planRule(request, here);
      if (!planned.ok) return fail(planned.error.message);
      const { rule } = planned.value.proposal;
      return ok({
        id: rule.id,
        lines: await reviewOf(planned.value, here),
        async write(who) {
          const done = await putRule(planned.value, who, here);
          if (!done.ok) return printable(done.error.message);
          return done.value.ok
            ? `wrote ${rule.id}`
            : `wrote ${rule.id}; the request: ${whyText(done.value.why)}`;
        },
      });
    },
  };
}

/** Says that somebody watches, or no longer; each as often as it comes. */
function marker(
  path: string,
): { readonly set: () => void; readonly clear: () => void } {
  let release: (() => void) | undefined;
  return {
    set: () => void (release ??= markWatched(path)),
    clear() {
      release?.();
      release = undefined;
    },
  };
}

/** Milliseconds between two looks for a script. */
const LOOK_MS = 100;

/** For scripts: each request that comes, as a line of JSON; answers nothing. */
async function follow(
  { terminal, onSignal }: Context,
  { store, clock }: ApprovalsSite,
): Promise<number> {
  const known = new Set<string>();
  const ended = Promise.withResolvers<EndingSignal>();
  const unlisten = onSignal(ended.resolve);
  let version = -1;
  const timer = setInterval(() => {
    try {
      const now = store.version();
      if (now === version) return;
      version = now;
      for (const request of store.pending(clock())) {
        if (known.has(request.id)) continue;
        known.add(request.id);
        terminal.out(jsonLine(request));
      }
    } catch (error) {
      ended.reject(error);
    }
  }, LOOK_MS);
  try {
    return 128 + ENDING_SIGNALS[await ended.promise];
  } finally {
    clearInterval(timer);
    unlisten();
  }
}
