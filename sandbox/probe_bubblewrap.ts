// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Bubblewrap, tried: is it there, is it new enough, does it start as airg
 * starts it, and what does a process inside see.
 *
 * @module
 */

import {
  DISPENSABLE,
  unknownOption,
  WHOLE_BUBBLEWRAP,
  withoutOptions,
} from "./bubblewrap.ts";
import type { Check, ProbeEffects, ProbeRun } from "./probe.ts";
import {
  explainContainer,
  explainUserNamespace,
  type Explanation,
  installBubblewrap,
  type Machine,
  notTried,
  oneLine,
  wordsOf,
} from "./probe_machine.ts";

/** Never through PATH: a writable folder in it would choose the program. */
const BUBBLEWRAP_PATHS = [
  "/usr/bin/bwrap",
  "/usr/local/bin/bwrap",
  "/bin/bwrap",
];

/** First bubblewrap without the flaw that {@linkcode BUBBLEWRAP_FLAW} names. */
const FIXED_BUBBLEWRAP = [0, 12] as const;

const BUBBLEWRAP_FLAW =
  "before 0.12, a link swapped during set-up could lead a write outside (CVE-2026-87766)";

/** The namespaces of `/proc/self/ns` that airg unshares, with what each hides. */
const NAMESPACES = [
  ["user", "user namespace inside"],
  ["pid", "process ids"],
  ["ipc", "System V ipc"],
  ["uts", "host name"],
  ["net", "network"],
  ["cgroup", "cgroup tree"],
  ["mnt", "mounts"],
] as const;

/** The links of all {@linkcode NAMESPACES}, then how many processes `/proc` shows. */
const LOOK_INSIDE = `for n in ${NAMESPACES.map(([name]) => name).join(" ")}; ` +
  "do readlink /proc/self/ns/$n; done; set -- /proc/[0-9]*; echo $#";

const START = { id: "bubblewrap-start", title: "bubblewrap starts" };
const PROC = { id: "proc", title: "private /proc" };

/** Bubblewrap: there, new enough, starts, and what it unshares. */
export async function bubblewrapChecks(
  effects: ProbeEffects,
  machine: Machine,
): Promise<Check[]> {
  const check = { id: "bubblewrap", title: "bubblewrap" };
  for (const path of BUBBLEWRAP_PATHS) {
    const said = await effects.run(path, ["--version"]);
    if (said === undefined) continue;
    return [
      { ...check, ...versionFound(path, said, machine) },
      ...await startChecks(path, effects, machine),
    ];
  }
  const cause = `there is none of ${BUBBLEWRAP_PATHS.join(", ")}`;
  const cure = installBubblewrap(machine);
  return [
    { ...check, status: "fail", found: "not installed", cause, cure },
    notTried(START, "no bubblewrap"),
    ...NAMESPACES.map(([name, title]) =>
      notTried({ id: `namespace-${name}`, title }, "no bubblewrap")
    ),
    notTried(PROC, "no bubblewrap"),
  ];
}

function versionFound(
  path: string,
  { code, stdout, stderr }: ProbeRun,
  machine: Machine,
): Omit<Check, "id" | "title"> {
  const cure = newerBubblewrap(machine);
  const version = /^bubblewrap (\d+)\.(\d+)/.exec(stdout);
  if (code !== 0 || version === null) {
    const found = `${path}: ${oneLine(stderr) || oneLine(stdout)}`;
    return { status: "fail", found, cause: "it does not tell its version" };
  }
  const has = [Number(version[1]), Number(version[2])] as const;
  const found = `${path} ${oneLine(stdout).slice("bubblewrap ".length)}`;
  if (isBefore(has, WHOLE_BUBBLEWRAP)) {
    const cause = DISPENSABLE["--disable-userns"]?.lacks ?? "";
    return { status: "warn", found, cause, cure };
  }
  if (isBefore(has, FIXED_BUBBLEWRAP)) {
    return { status: "warn", found, cause: BUBBLEWRAP_FLAW, cure };
  }
  return { status: "ok", found };
}

function newerBubblewrap(machine: Machine): string {
  const fixed = FIXED_BUBBLEWRAP.join(".");
  return `${
    installBubblewrap(machine)
  }   (or, where that is older than ${fixed}, from github.com/containers/bubblewrap)`;
}

function isBefore(
  has: readonly [number, number],
  wanted: readonly [number, number],
): boolean {
  return has[0] < wanted[0] || (has[0] === wanted[0] && has[1] < wanted[1]);
}

/** Starts bubblewrap as airg does, and compares the namespaces inside. */
async function startChecks(
  path: string,
  { run, readLink }: ProbeEffects,
  machine: Machine,
): Promise<Check[]> {
  const unshared = [
    ...["--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc"],
    ...["--unshare-uts", "--unshare-net", "--unshare-cgroup-try"],
    ...["--die-with-parent", "--cap-drop", "ALL", "--clearenv"],
    ...["--ro-bind", "/", "/", "--dev", "/dev"],
  ];
  const look = ["/bin/sh", "-c", `PATH=/usr/bin:/bin\n${LOOK_INSIDE}`];
  const words = [...unshared, "--proc", "/proc", ...look];
  const unknown: string[] = [];
  let result = await run(path, words);
  for (
    let option = unknownOption(result?.stderr ?? "");
    option !== undefined && !unknown.includes(option);
    option = unknownOption(result?.stderr ?? "")
  ) {
    unknown.push(option);
    result = await run(path, withoutOptions(words, unknown));
  }
  if (result?.code !== 0) {
    const failed = result ?? { code: 127, stdout: "", stderr: "not found" };
    const found = wordsOf(failed);
    const explained = explainStart(found, path, machine);
    return [
      { ...START, status: "fail", found, ...explained },
      ...NAMESPACES.map(([name, title]) =>
        notTried({ id: `namespace-${name}`, title }, "bubblewrap fails")
      ),
      notTried(PROC, "bubblewrap fails"),
    ];
  }
  const lines = result.stdout.trim().split("\n");
  const seen = Number(lines.at(-1));
  return [
    { ...START, status: "ok", found: "with every namespace airg asks for" },
    ...await Promise.all(NAMESPACES.map(async ([name, title], i) => {
      const outside = await readLink(`/proc/self/ns/${name}`);
      return namespaceCheck({ id: `namespace-${name}`, title }, {
        inside: lines[i],
        outside,
      });
    })),
    seen > 0 && seen < 10
      ? { ...PROC, status: "ok", found: `shows ${seen} processes` }
      : { ...PROC, status: "fail", found: `shows ${seen} processes` },
  ];
}

function namespaceCheck(
  check: { readonly id: string; readonly title: string },
  { inside, outside }: {
    readonly inside: string | undefined;
    readonly outside: string | undefined;
  },
): Check {
  if (outside === undefined || !/^\w+:\[\d+\]$/.test(inside ?? "")) {
    return { ...check, status: "fail", found: "the kernel shows none" };
  }
  if (inside === outside) {
    return { ...check, status: "fail", found: "the same inside as outside" };
  }
  return { ...check, status: "ok", found: "its own" };
}

/** What bubblewrap's own words tell; messages of bubblewrap 0.8 to 0.11. */
function explainStart(
  words: string,
  path: string,
  machine: Machine,
): Explanation | undefined {
  if (/Unknown option/.test(words)) {
    const cure = newerBubblewrap(machine);
    return { cause: "this bubblewrap is too old", cure };
  }
  if (/mount proc/i.test(words)) return explainContainer();
  return explainUserNamespace(machine, path);
}
