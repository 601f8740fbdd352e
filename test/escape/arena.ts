// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A scratch site as the ground that escape recipes are tried on.
 *
 * @module
 */

import { openTrial, type Trial } from "../../src/cli/trial.ts";
import { type Identity, Site } from "../support/contained_site.ts";

/** Opens a trial as one identity. */
export async function openArena(identity: Identity): Promise<Trial> {
  const site = new Site(identity);
  const runtime = runtimeFolder(site);
  const owner = { uid: identity.owns, gid: identity.owns };
  const trial = await openTrial({
    folder: site.folder,
    project: site.project,
    home: site.home,
    runtime,
    ...(Deno.uid() === 0 && { owner }),
    bare: (words, env) => site.bare(words, { env }),
    contained: (words, options) => site.contained(words, options),
  });
  return {
    ...trial,
    async close() {
      await trial.close();
      await Deno.remove(runtime, { recursive: true });
      await site[Symbol.asyncDispose]();
    },
  };
}

/** A folder under the machine's own for runtime files, where it can be made. */
function runtimeFolder({ folder, identity }: Site): string {
  const root = Deno.uid() === 0;
  const above = root ? "/run" : Deno.env.get("XDG_RUNTIME_DIR") ?? folder;
  const path = `${above}/airg-test-${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(path, { mode: 0o755 });
  if (root) Deno.chownSync(path, identity.owns, identity.owns);
  return path;
}
