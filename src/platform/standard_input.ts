// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a command gets as standard input when it gets the caller's.
 *
 * @module
 */

import { kindOf } from "./machine.ts";

/** Where the kernel says what a descriptor stands for (proc_pid_fd(5)). */
const OWN = "/proc/self/fd/0";

/**
 * Says it in words that are the same as long as the input is.
 *
 * @param hash Of a plain file.
 * @returns Nothing where there is no input.
 */
export async function standardInput(
  hash: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  if (Deno.stdin.isTerminal()) return "a terminal";
  const target = linkAt(OWN);
  if (target === "/dev/null") return undefined;
  if (target === undefined) return "not known";
  if (!target.startsWith("/") || kindOf(OWN) !== "file") {
    return "a pipe, a socket or a device: what comes from it is not known";
  }
  // The name may be another file's by now: then it is another content.
  const sha256 = await hash(target);
  return sha256 === undefined
    ? `${target}, which cannot be read`
    : `${target} from byte ${position()}, sha256:${sha256}`;
}

function linkAt(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** How far it has been read already. */
function position(): string {
  const text = Deno.readTextFileSync("/proc/self/fdinfo/0");
  return /^pos:\s*([0-9]+)$/m.exec(text)?.[1] ?? "?";
}
