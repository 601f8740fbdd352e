// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a drill's actions find: files to harm, scripts to run, a server.
 *
 * @module
 */

import { DRILL_SCRIPTS } from "./drill_list.ts";
import type { ScratchGround } from "./scratch_ground.ts";

/** What names in braces stand for. */
export type Names = Readonly<Record<string, string>>;

/** Puts values in the place of names in braces. */
export function filled(text: string, names: Names): string {
  return Object.entries(names).reduce(
    (done, [name, value]) => done.replaceAll(`{${name}}`, value),
    text,
  );
}

/** Puts back what an action that got through may have changed. */
export async function setUp(
  ground: ScratchGround,
  names: Names,
): Promise<void> {
  const { code, stderr } = await ground.bare([
    "/bin/bash",
    "-c",
    `mkdir -p "$H/documents" "$P/.git/hooks" && cd "$P" || exit
rm -rf .claude .airg .git/hooks/* "$H/.profile" suid
echo thesis >"$H/documents/thesis.txt"
echo '# rc' >"$H/.bashrc"
echo PLANTED >.env
printf '[core]\\n\\trepositoryformatversion = 0\\n' >.git/config
echo 'ref: refs/heads/main' >.git/HEAD`,
  ], names);
  if (code !== 0) throw new Error(`Cannot set up the drill: ${stderr}`);
  for (const [name, text] of Object.entries(DRILL_SCRIPTS)) {
    await Deno.writeTextFile(`${ground.project}/${name}`, filled(text, names));
  }
}

/** Answers everybody with a script that says it ran. */
export async function serve(listener: Deno.TcpListener): Promise<void> {
  const answer = new TextEncoder().encode(
    "HTTP/1.0 200 OK\r\n\r\necho GOT\n",
  );
  for await (const connection of listener) {
    try {
      await connection.read(new Uint8Array(4096));
      await connection.write(answer);
    } catch (error) {
      // Who asked went away; that is its business.
      if (!(error instanceof Error && "code" in error)) throw error;
    } finally {
      connection.close();
    }
  }
}
