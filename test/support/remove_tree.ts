// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Removes a folder whatever the modes of what lies in it: an ordinary user may
 * not list its own folder of mode 000, which an overlay leaves behind.
 *
 * @module
 */

/** Removes `folder` with all that is in it. */
export async function removeTree(folder: string): Promise<void> {
  if (Deno.uid() !== 0) {
    await new Deno.Command("chmod", {
      args: ["-R", "u+rwX", folder],
      stderr: "null",
    }).output();
  }
  await Deno.remove(folder, { recursive: true });
}
