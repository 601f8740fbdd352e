// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A notification on the desktop that something waits.
 *
 * Nothing of a request is in it but how many came: notification servers take markup, keep what
 * they showed, and show it on a locked screen.
 *
 * @module
 */

const TITLE = "airg";

type Environment = Readonly<Record<string, string | undefined>>;

/** A program and its arguments. */
type Words = readonly [string, ...string[]];

/** The words that show it for so many, or nothing where there is no desktop. */
export function notifierFor(
  os: "linux" | "darwin" | "other",
  env: Environment,
): ((count: number) => Words) | undefined {
  if (os === "darwin") {
    // Over ssh it would show on the screen of another.
    return env["SSH_CONNECTION"] ? undefined : osascript;
  }
  const hasDesktop = env["DISPLAY"] || env["WAYLAND_DISPLAY"];
  return os === "linux" && hasDesktop ? notifySend : undefined;
}

function notifySend(count: number): Words {
  const text = textFor(count);
  return ["/usr/bin/notify-send", "--app-name=airg", "--", TITLE, text];
}

function osascript(count: number): Words {
  const script = `display notification "${
    textFor(count)
  }" with title "${TITLE}"`;
  return ["/usr/bin/osascript", "-e", script];
}

function textFor(count: number): string {
  const what = count === 1
    ? "A request waits"
    : `${Math.trunc(count)} new requests wait`;
  return `${what} for your answer in airg approvals watch.`;
}

/** Shows notifications; what fails is not missed. */
export function makeNotifier(
  wordsFor: ((count: number) => Words) | undefined,
): (count: number) => void {
  return (count) => {
    if (wordsFor === undefined) return;
    const [program, ...args] = wordsFor(count);
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
