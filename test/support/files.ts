// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A workspace for tests of the file tools, with something outside that no tool
 * may touch.
 *
 * @module
 */

import type { FileAction } from "../../src/action/action.ts";
import type { Outcome } from "../../src/action/outcome.ts";
import {
  type FileOptions,
  openFileTools,
} from "../../src/files/file_effect.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { plainProfile } from "./plain_profile.ts";

type WithoutOrigin<Kind> = Kind extends FileAction ? Omit<Kind, "origin">
  : never;

/** What a test asks for. */
export type Asked = WithoutOrigin<FileAction>;

/** A place that goes away with the test. */
export interface FilePlace extends AsyncDisposable {
  readonly root: string;
  readonly project: string;
  readonly profile: Profile;
  readonly ask: (
    asked: Asked,
    options?: FileOptions,
    change?: Partial<Profile>,
  ) => Promise<Outcome>;
  /** Writes files of the project, folders as needed. */
  readonly put: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  readonly text: (path: string) => string;
}

/** Makes one: `.git/config` is held, `.env` hidden, `outside` is outside. */
export async function makeFilePlace(): Promise<FilePlace> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const project = `${root}/project`;
  await Deno.mkdir(`${project}/.git`, { recursive: true });
  await Deno.writeTextFile(`${project}/.git/config`, "[core]\n");
  await Deno.writeTextFile(`${project}/.env`, "SECRET");
  await Deno.mkdir(`${root}/outside`);
  await Deno.writeTextFile(`${root}/outside/f`, "OUTSIDE\n");
  await Deno.writeTextFile(`${root}/outside/host-only`, "OUTSIDE\n");
  const origin = {
    agent: "a",
    session: "s",
    source: "ai-agent",
    workspace: project,
  } as const;
  const profile: Profile = {
    ...plainProfile(project, `${root}/cache`),
    pinned: [realPath(`${project}/.git/config`)],
    hidden: [{ path: realPath(`${project}/.env`), kind: "file" }],
  };
  const tools = await openFileTools();
  return {
    root,
    project,
    profile,
    ask: (asked, options, change) =>
      tools.carryOut({ ...asked, origin }, { ...profile, ...change }, options),
    put: (files) => putAll(project, files),
    text: (path) => textIn(project, path),
    async [Symbol.asyncDispose]() {
      tools[Symbol.dispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

function putAll(
  project: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  for (const [path, content] of Object.entries(files)) {
    const whole = `${project}/${path}`;
    const folder = whole.slice(0, whole.lastIndexOf("/"));
    Deno.mkdirSync(folder, { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(whole, content);
    else Deno.writeFileSync(whole, content);
  }
}

function textIn(project: string, path: string): string {
  return Deno.readTextFileSync(`${project}/${path}`);
}
