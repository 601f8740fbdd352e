// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What containment this Mac gives, found by trying from inside.
 *
 * Each try has its control: the same act where it is allowed, or outside.
 *
 * @module
 */

import type { Check, ProbeReport } from "./probe.ts";

/** One try, made by a shell inside. */
export interface SeatbeltTry {
  readonly id: string;
  readonly title: string;
  /** Whether it has to succeed. */
  readonly wanted: "yes" | "no";
  /** POSIX shell; its status is the answer. */
  readonly shell: string;
}

/** What a contained run of {@linkcode seatbeltScript} came to. */
export type SeatbeltAnswer =
  | { readonly stdout: string }
  | { readonly error: string };

/**
 * The tries, in a workspace that holds a `.claude` and a `.vscode` folder with
 * settings, in a folder with `outside` and airg's own `state`; `port` holds
 * the number of a port that is listened to.
 */
export const SEATBELT_TRIES: readonly SeatbeltTry[] = [
  {
    id: "write-inside",
    title: "writing in the workspace",
    wanted: "yes",
    shell: "true >inside",
  },
  {
    id: "temporary",
    title: "writing temporary files",
    wanted: "yes",
    shell: 'true >"$TMPDIR/file"',
  },
  {
    id: "read-outside",
    title: "reading outside the workspace",
    wanted: "yes",
    shell: "true </bin/sh",
  },
  {
    id: "write-outside",
    title: "writing outside the workspace",
    wanted: "no",
    shell: "true >>../outside",
  },
  {
    id: "read-hidden",
    title: "listing airg's own folder",
    wanted: "no",
    shell: "ls ../state",
  },
  {
    id: "change-pinned",
    title: "changing an agent's settings",
    wanted: "no",
    shell: "true >>.claude/settings.json",
  },
  {
    id: "move-pinned",
    title: "moving them away",
    wanted: "no",
    shell: "mv .claude moved",
  },
  {
    id: "move-above",
    title: "moving the folder above an editor's settings",
    wanted: "no",
    shell: "mv .vscode moved",
  },
  {
    id: "hard-link",
    title: "making a hard link",
    wanted: "no",
    shell: "ln inside linked",
  },
  {
    id: "network",
    title: "connecting to a port of this machine",
    wanted: "no",
    shell: 'nc -z -w 2 127.0.0.1 "$(cat port)"',
  },
  {
    id: "set-id",
    title: "starting a set-id program",
    wanted: "no",
    shell: "/bin/ps -p $$",
  },
  {
    id: "keychain",
    title: "asking the keychain",
    wanted: "no",
    // 44: it was asked, and has no such item.
    shell:
      "/usr/bin/security find-generic-password -s airg-no-such-item; [ $? -eq 44 ]",
  },
];

/** Makes every try and says `id yes` or `id no`. */
export function seatbeltScript(): string {
  return SEATBELT_TRIES.map(({ id, shell }) =>
    `if { ${shell}; } >/dev/null 2>&1; then echo ${id} yes; else echo ${id} no; fi\n`
  ).join("");
}

/**
 * Reads what the script said.
 *
 * @param control What it said outside of the sandbox, in a folder like the one
 * inside: what was impossible there proves nothing.
 */
export function seatbeltReport(
  answer: SeatbeltAnswer,
  control: string,
): ProbeReport {
  if ("error" in answer) {
    return {
      rung: "none",
      checks: [UNTESTED, {
        id: "contained",
        title: "a contained run",
        status: "fail",
        found: answer.error,
        cure: "Run airg outside of any other sandbox; macOS allows one only",
      }],
    };
  }
  const inside = answersIn(answer.stdout);
  const outside = answersIn(control);
  const checks = SEATBELT_TRIES.map((attempt) =>
    checkOf(attempt, inside.get(attempt.id), outside.get(attempt.id))
  );
  return {
    rung: checks.some(({ status }) => status === "fail") ? "none" : "seatbelt",
    checks: [UNTESTED, ...checks],
  };
}

const UNTESTED: Check = {
  id: "seatbelt-untested",
  title: "sandbox-exec",
  status: "warn",
  found: "airg's rules for macOS were tested by a model, not on a Mac",
  cause: "Apple documents neither the rules nor their order",
  cure: "Trust this report only as far as its tries go; report what fails",
};

function answersIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").map((line) => {
      const [id = "", word = ""] = line.split(" ");
      return [id, word] as const;
    }),
  );
}

function checkOf(
  { id, title, wanted }: SeatbeltTry,
  inside: string | undefined,
  outside: string | undefined,
): Check {
  if (inside !== "yes" && inside !== "no") {
    return { id, title, status: "fail", found: "no answer" };
  }
  const found = inside === "yes" ? "possible" : "refused";
  if (inside !== wanted) return { id, title, status: "fail", found };
  return outside === "yes" ? { id, title, status: "ok", found } : {
    id,
    title,
    status: "not-tried",
    found: "refused, but outside of the sandbox too",
  };
}
