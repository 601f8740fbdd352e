// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The scratch folders and helpers that escape recipes are tried with.
 *
 * @module
 */

import type { Recipe } from "../../sandbox/recipes/recipe.ts";
import {
  INTERPRETERS,
  type RecipeFacts,
} from "../../sandbox/recipes/script.ts";

/** What a program printed and how it ended. */
export interface GroundRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables of a process. */
type Variables = Readonly<Record<string, string>>;

/** Where recipes are tried: scratch folders, and two ways to run words there. */
export interface Ground {
  /** Private folder that holds the other two; not beneath a private folder of the sandbox. */
  readonly folder: string;
  readonly project: string;
  /** With a planted `.ssh/id`. */
  readonly home: string;
  /** Private folder for sockets, beneath the machine's own for runtime files. */
  readonly runtime: string;
  /** Who the commands run as, where airg is root and they are not. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** In the project, as the owner, uncontained. */
  readonly bare: (
    words: readonly string[],
    env: Variables,
  ) => Promise<GroundRun>;
  /** Through `airg run`; `wrap` are words before airg's own. */
  readonly contained: (
    words: readonly string[],
    options: {
      readonly env: Variables;
      readonly flags: readonly string[];
      readonly wrap: readonly string[];
    },
  ) => Promise<GroundRun>;
}

/** Contents of the paths that a recipe would leave; a missing one is absent. */
export function leftBy(
  ground: Ground,
  recipe: Recipe,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of recipe.leaves ?? []) {
    try {
      found.set(path, Deno.readTextFileSync(`${ground.project}/${path}`));
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
  return found;
}

/** Which of these paths hold something else now. */
export function changed(
  ground: Ground,
  recipe: Recipe,
  before: ReadonlyMap<string, string>,
): string[] {
  return [...leftBy(ground, recipe)]
    .filter(([path, text]) => before.get(path) !== text)
    .map(([path]) => path);
}

/** Makes the project anew, as the setups of these recipes leave it. */
export async function freshProject(
  ground: Ground,
  facts: RecipeFacts,
  recipes: readonly Recipe[],
): Promise<void> {
  await tidy(ground, facts);
  await Deno.mkdir(ground.project);
  await own(ground, ground.project);
  await writeAs(ground, `${ground.home}/.bashrc`, "# rc\n");
  const steps = recipes.flatMap(({ setup }) =>
    setup === undefined ? [] : [`(\n${setup}\n)\n`]
  );
  await writeAs(ground, `${ground.project}/setup.sh`, steps.join(""));
  const { code, stderr } = await ground.bare(
    ["/bin/bash", "setup.sh"],
    { ...facts },
  );
  if (code !== 0) throw new Error(`Cannot set up: ${stderr}`);
}

/** Takes away the workspace, whatever a recipe made of it. */
export async function tidy(ground: Ground, { P }: RecipeFacts): Promise<void> {
  await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'umount "$0/alias" 2>/dev/null; rm -rf "$0" "$0.old"',
      P ?? ground.project,
    ],
  }).output();
}

/** Writes a file that belongs to the owner. */
export async function writeAs(
  ground: Ground,
  path: string,
  text: string,
): Promise<void> {
  await Deno.writeTextFile(path, text);
  await own(ground, path);
}

async function own({ owner }: Ground, path: string): Promise<void> {
  if (owner !== undefined) await Deno.chown(path, owner.uid, owner.gid);
}

/** A program of the host that lives until it is closed. */
export interface Helper {
  readonly facts: RecipeFacts;
  readonly close: () => Promise<void>;
}

/** Starts the programs that stand beside these recipes. */
export function besides(
  ground: Ground,
  recipes: readonly Recipe[],
): Promise<Helper[]> {
  return Promise.all(
    recipes.flatMap(({ beside }) =>
      beside === undefined
        ? []
        : [startHelper(ground, beside, [ground.project, ground.home])]
    ),
  );
}

/** Starts a python program of the host and waits until it is ready. */
export async function startHelper(
  ground: Ground,
  program: string,
  words: readonly string[],
): Promise<Helper> {
  const child = new Deno.Command(INTERPRETERS.python, {
    args: ["-c", program, ...words],
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    ...ground.owner,
  }).spawn();
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.endsWith("ready\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`A helper ended: ${text}`);
    text += decoder.decode(value);
  }
  return {
    facts: Object.fromEntries(
      text.split("\n").filter((line) => line.includes("="))
        .map((line) => {
          const at = line.indexOf("=");
          return [line.slice(0, at), line.slice(at + 1)];
        }),
    ),
    async close() {
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  };
}
