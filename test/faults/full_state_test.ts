// Copyright 2026 the airg authors. Apache-2.0 license.
// airg's state folder on a full disk, with the program itself: nothing runs,
// and what is said names the place and the cure.
import assert from "node:assert/strict";
import { runAirg, type Site } from "../support/airg.ts";
import { askedFor, askingSite } from "../support/asking_site.ts";

const ignore = Deno.build.os !== "linux" || Deno.uid() !== 0;

async function tool(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args: [...args],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Writes until there is no room. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  try {
    for (;;) file.writeSync(new Uint8Array(4096));
  } catch (error) {
    assert.match(String(error), /No space left/);
  }
}

/** Mounts a small disk where airg keeps its state. */
async function small(site: Site): Promise<AsyncDisposable> {
  await Deno.mkdir(site.state, { recursive: true, mode: 0o700 });
  const options = ["-t", "tmpfs", "-o", "size=3m,mode=700", "none"];
  await tool("mount", [...options, site.state]);
  return {
    async [Symbol.asyncDispose]() {
      await tool("umount", [site.state]);
    },
  };
}

Deno.test.each(
  // How much room is left: from none to enough for the first files alone.
  [0, 8, 16, 24, 32, 40, 48],
)("what is asked on a disk with %i KiB left names the place", {
  ignore,
}, async (kibibytes) => {
  await using site = await askingSite();
  await using _disk = await small(site);
  const filler = `${site.state}/filler`;
  fill(filler);
  const { size } = await Deno.stat(filler);
  await Deno.truncate(filler, size - kibibytes * 1024);
  const words = ["run", "--", "touch", "made"];
  const { code, stderr } = await runAirg(site, words);
  assert.notEqual(code, 0, stderr);
  await assert.rejects(Deno.stat(`${site.workspace}/made`));
  await Deno.remove(filler);
  await askedFor(site, words.slice(2));
  assert(stderr.includes(site.state), `it names no place: ${stderr}`);
  assert.match(stderr, /airg: hint: /);
});
