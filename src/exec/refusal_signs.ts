// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * How programs say that the kernel refused something, as tables (pure).
 *
 * Almost every program ends such a line with a text of strerror(3), whatever
 * its language; Node, Java and Go have words of their own.
 *
 * @module
 */

import type { Limits } from "../../sandbox/profile.ts";

/** What a line is a sign of. */
export type Sign =
  /** Something about a path. */
  | { readonly kind: "path"; readonly how: "refused" | "read-only" | "busy" }
  /** A file that is not there; a sign only where a path is known to be hidden. */
  | { readonly kind: "missing" }
  | { readonly kind: "network" }
  | { readonly kind: "call" }
  /** What a copy-on-write view of the workspace cannot do. */
  | { readonly kind: "copy"; readonly why: string }
  | { readonly kind: "limit"; readonly limit: keyof Limits };

/** Texts, lower case; the first that a line holds decides. */
const SIGNS: readonly (readonly [text: string, sign: Sign])[] = [
  ["could not resolve host", { kind: "network" }],
  ["unable to resolve host", { kind: "network" }],
  ["temporary failure in name resolution", { kind: "network" }],
  ["name or service not known", { kind: "network" }],
  ["no address associated with hostname", { kind: "network" }],
  ["eai_again", { kind: "network" }],
  [" enotfound", { kind: "network" }],
  ["'enotfound'", { kind: "network" }],
  ["no such host", { kind: "network" }],
  ["unknownhostexception", { kind: "network" }],
  ["server misbehaving", { kind: "network" }],
  ["network is unreachable", { kind: "network" }],
  ["enetunreach", { kind: "network" }],
  ["connection refused", { kind: "network" }],
  ["econnrefused", { kind: "network" }],
  ["failed to connect to", { kind: "network" }],
  [
    "value too large for defined data type",
    {
      kind: "copy",
      why:
        "changing a file of another user or group, which an ephemeral run cannot copy",
    },
  ],
  [
    "invalid cross-device link",
    {
      kind: "copy",
      why:
        "renaming a folder across file systems, or one that an ephemeral run did not make: copy it and remove the old one",
    },
  ],
  ["read-only file system", { kind: "path", how: "read-only" }],
  ["erofs", { kind: "path", how: "read-only" }],
  ["device or resource busy", { kind: "path", how: "busy" }],
  ["ebusy", { kind: "path", how: "busy" }],
  ["no new privileges", { kind: "call" }],
  ["permission denied", { kind: "path", how: "refused" }],
  ["permissiondenied", { kind: "path", how: "refused" }],
  ["accessdeniedexception", { kind: "path", how: "refused" }],
  ["eacces", { kind: "path", how: "refused" }],
  ["operation not permitted", { kind: "call" }],
  ["eperm", { kind: "call" }],
  ["function not implemented", { kind: "call" }],
  ["enosys", { kind: "call" }],
  ["address family not supported", { kind: "call" }],
  ["resource temporarily unavailable", { kind: "limit", limit: "processes" }],
  ["too many open files", { kind: "limit", limit: "openFiles" }],
  ["file size limit exceeded", { kind: "limit", limit: "fileSize" }],
  ["file too large", { kind: "limit", limit: "fileSize" }],
  ["cannot allocate memory", { kind: "limit", limit: "addressSpace" }],
  ["memoryerror", { kind: "limit", limit: "addressSpace" }],
  ["out of memory", { kind: "limit", limit: "addressSpace" }],
  ["no space left on device", { kind: "limit", limit: "temporarySize" }],
  ["no such file or directory", { kind: "missing" }],
  ["enoent", { kind: "missing" }],
  ["nosuchfileexception", { kind: "missing" }],
];

/** Calls that the filter refuses, by a word that programs use for them. */
export const CALL_WORDS: readonly (readonly [word: string, call: string])[] = [
  ["unshare", "a new namespace"],
  ["namespace", "a new namespace"],
  ["clone", "a new namespace"],
  ["setns", "entering a namespace"],
  ["mount", "mounting"],
  ["chroot", "another root folder"],
  ["pivot_root", "another root folder"],
  ["ptrace", "tracing a process outside the run"],
  ["perf", "performance counters"],
  ["bpf", "programs in the kernel"],
  ["io_uring", "io_uring"],
  ["keyctl", "keyrings"],
  ["key", "keyrings"],
  ["userfaultfd", "userfaultfd"],
  ["privileges", "gaining rights, as sudo does"],
  ["setuid", "becoming another user"],
  ["setgid", "becoming another user"],
  ["socket", "this family of sockets"],
  ["address family", "this family of sockets"],
  ["chmod", "a set-user-id or set-group-id mode"],
  ["permissions", "a set-user-id or set-group-id mode"],
  ["kill", "a signal to a process outside the run"],
  ["mknod", "a device node"],
];

/** What a line is a sign of, if of anything. */
export function signOf(line: string): Sign | undefined {
  const lower = line.toLowerCase();
  return SIGNS.find(([text]) => lower.includes(text))?.[1];
}

/** Characters that open and close a quoted name in messages. */
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ["'", "'"],
  ['"', '"'],
  ["\u2018", "\u2019"],
  ["`", "'"],
];

/**
 * Words of a line that may be a path or a host, likeliest first: what stands in
 * quotes, then parts between colons, then single words.
 */
export function candidatesIn(line: string): string[] {
  const quoted = QUOTES.flatMap(([open, close]) => between(line, open, close));
  const parts = line.split(": ")
    .map((part) => (part.split(" (")[0] ?? "").trim());
  const words = line.split(/[\s()=,]+/).map((word) =>
    word.replace(/^['"\u2018`]/, "").replace(/['"\u2019:;.]$/, "")
  );
  return [...new Set([...quoted, ...parts, ...words])]
    .filter((text) => text !== "" && text.length <= 4096);
}

function between(line: string, open: string, close: string): string[] {
  const found: string[] = [];
  for (let from = line.indexOf(open); from >= 0;) {
    const end = line.indexOf(close, from + 1);
    if (end < 0) break;
    found.push(line.slice(from + 1, end));
    from = line.indexOf(open, end + 1);
  }
  return found;
}

/** The host a line names, if any. */
export function hostIn(line: string): string | undefined {
  const words = line.split(/[\s'"()=,\u2018\u2019]+/).flatMap((word) => {
    const at = word.indexOf("://");
    return at < 0 ? [word] : [word.slice(at + 3).split("/")[0] ?? ""];
  }).map((word) => word.replace(/[:;.]+$/, "").replace(/:[0-9]+$/, ""));
  return words.find((word) =>
    word.length <= 253 && /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(word) &&
    !FILE_ENDING.test(word)
  );
}

/** `app.py`, `index.js`: a word with a dot that is no host. */
const FILE_ENDING = /\.(?:c|cc|go|java|js|mjs|ts|py|rb|rs|sh|json|toml|log)$/;
