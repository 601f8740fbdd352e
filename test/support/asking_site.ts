// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A scratch home whose policy asks about `touch`, and the way from an agent's
 * request to a person's answer on a real terminal.
 *
 * @module
 */

import assert from "node:assert/strict";
import { AIRG, makeSite, runAirg, type Site } from "./airg.ts";
import { play, type Seen } from "./terminals.ts";

/** One rule of a policy, as far as these tests need it. */
export interface AskingRule {
  readonly id: string;
  readonly match: { readonly program: string };
  readonly verdict: "escalate" | "block";
  readonly reason: string;
}

/** The rule that asks. */
export const ASKS: AskingRule = {
  id: "ask",
  match: { program: "touch" },
  verdict: "escalate",
  reason: "Asked about",
};

/** Makes the home. */
export async function askingSite(): Promise<Site> {
  const site = await makeSite();
  await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
  await setRules(site, [ASKS]);
  return site;
}

/** Puts other rules into the policy. */
export async function setRules(
  site: Site,
  rules: readonly AskingRule[],
): Promise<void> {
  const text = JSON.stringify({ version: 1, extends: ["default"], rules });
  await Deno.writeTextFile(`${site.config}/policy.json`, text);
}

/** Has an agent ask, and gives the request's id. */
export async function askedFor(
  site: Site,
  words: readonly string[],
): Promise<string> {
  const { code, stderr } = await runAirg(site, ["run", "--", ...words]);
  assert.equal(code, 75, stderr);
  const id = /request: ([0-9a-f-]{36})/.exec(stderr)?.[1];
  assert(id !== undefined, stderr);
  return id;
}

/** A person starts `airg approvals WORDS` on a terminal and waits for its end. */
export async function onTerminal(
  site: Site,
  words: readonly string[],
): Promise<Seen> {
  const { person } = await play(site, {
    programs: { person: [...AIRG, "approvals", ...words] },
    steps: [["start", "person"], ["end", "person"]],
  });
  assert(person !== undefined);
  return person;
}
