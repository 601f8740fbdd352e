// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A notification on the desktop that something waits.
 *
 * Nothing of the request is in it: notification servers take markup, keep what
 * they showed, and show it on a locked screen.
 *
 * @module
 */

const TITLE = "airg";
const TEXT = "A request waits for your answer in airg approvals watch.";
/** Milliseconds between two. */
const PAUSE_MS = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The words that show it, or nothing where there is no desktop. */
export function notifierFor(
  os: "linux" | "darwin" | "other",
  env: Environment,
): readonly [string, ...string[]] | undefined {
  if (os === "darwin") {
    // Over ssh it would show on the screen of another.
    if (env["SSH_CONNECTION"]) return undefined;
    const script = `display notification "${TEXT}" with title "${TITLE}"`;
    return ["/usr/bin/osascript", "-e", script];
  }
  const hasDesktop = env["DISPLAY"] || env["WAYLAND_DISPLAY"];
  if (os !== "linux" || !hasDesktop) return undefined;
  return ["/usr/bin/notify-send", "--app-name=airg", "--", TITLE, TEXT];
}

/** Shows notifications, not too many; what fails is not missed. */
export function makeNotifier(
  words: readonly [string, ...string[]] | undefined,
): (now: number) => void {
  let last = -Infinity;
  return (now) => {
    if (words === undefined || Math.abs(now - last) < PAUSE_MS) return;
    last = now;
    const [program, ...args] = words;
    try {
      const child = new Deno.Command(program, {
        args,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      child.unref();
    } catch (error) {
      // It is not installed; the bell rang all the same.
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  };
}
