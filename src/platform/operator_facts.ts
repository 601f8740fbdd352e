// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What this machine says of whoever wants to answer for the operator.
 *
 * On Linux from `/proc`, on macOS from `ps`. What cannot be found out is left
 * as if it spoke against the caller.
 *
 * @module
 */

import {
  agentAbove,
  agentMark,
  agentName,
  type ProcessInfo,
  processInfo,
} from "./callers.ts";
import { findUser } from "./machine.ts";
import type { OperatorFacts } from "./operator.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Looks at this process, its terminal and its ancestors. */
export function operatorFacts(
  env: Environment,
  inside: boolean,
): OperatorFacts {
  const known = Deno.build.os === "linux" ? linuxTerminal() : macTerminal();
  const terminal = opens("/dev/tty") ? known?.device : undefined;
  const agent = agentAbove(Deno.pid, env, known?.processOf ?? processInfo) ??
    (Deno.build.os === "linux" ? markedAbove(Deno.pid) : undefined) ??
    (terminal === undefined ? undefined : agentBehind(terminal));
  return {
    uid: Deno.uid() ?? -1,
    user: userName(env),
    inside,
    stdin: Deno.stdin.isTerminal() && terminal !== undefined &&
      isOn("/dev/fd/0", known?.number ?? deviceNumberOf(terminal)),
    foreground: known?.foreground ?? false,
    ...(terminal !== undefined && { terminal }),
    ...(agent !== undefined && { agent }),
  };
}

/**
 * Whether an open file is this terminal: by its own number, or as `/dev/tty`,
 * which is the controlling one. Another terminal's other end may be anybody's.
 */
function isOn(file: string, terminal: number | undefined): boolean {
  const number = deviceNumberOf(file);
  return number !== undefined &&
    (number === terminal || number === deviceNumberOf("/dev/tty"));
}

/** What the system calls the user; a variable may say anything. */
export function userName(env: Environment): string {
  const uid = Deno.uid() ?? -1;
  const name = quietly(() => findUser(uid))?.name;
  // Users of a directory service, and of macOS, are not in the file.
  return name ?? (env["USER"] || env["LOGNAME"] || String(uid));
}

interface KnownTerminal {
  readonly device: string;
  /** As `/proc` has it, which is as stat(2) has it; a container has no file of that name. */
  readonly number?: number;
  readonly foreground: boolean;
  readonly processOf: (pid: number) => ProcessInfo | undefined;
}

/** The numbers of `/proc/PID/stat` that speak of the terminal; proc(5). */
export function terminalOf(
  stat: string,
): { readonly number: number; readonly foreground: boolean } | undefined {
  // Behind the name: state, parent, group, session, terminal, foreground group.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [group, number, front] = [fields[2], fields[4], fields[5]].map(Number);
  if (!group || !number || front === undefined) return undefined;
  return { number, foreground: group === front };
}

/** A terminal's device from its number; pts(4), and `MKDEV` of the kernel. */
export function deviceName(number: number): string {
  const major = (number >> 8) & 0xfff;
  const minor = (number & 0xff) | ((number >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) {
    return `/dev/pts/${(major - 136) * 256 + minor}`;
  }
  if (major === 4) {
    return minor < 64 ? `/dev/tty${minor}` : `/dev/ttyS${minor - 64}`;
  }
  return `/dev/char/${major}:${minor}`;
}

function linuxTerminal(): KnownTerminal | undefined {
  const stat = textOf(`/proc/${Deno.pid}/stat`);
  const found = stat === undefined ? undefined : terminalOf(stat);
  if (found === undefined) return undefined;
  return {
    device: deviceName(found.number),
    number: found.number,
    foreground: found.foreground,
    processOf: processInfo,
  };
}

/** An ancestor that was itself started with an agent's mark, since dropped. */
function markedAbove(pid: number): string | undefined {
  let at = processInfo(pid)?.parent ?? 0;
  for (let depth = 0; at > 1 && depth < 64; depth++) {
    const mark = agentMark(environmentOf(at));
    if (mark !== undefined) return `process ${at} above has ${mark}`;
    at = processInfo(at)?.parent ?? 0;
  }
  return undefined;
}

/**
 * Whether an agent holds the other end of this terminal: `script`, `expect`
 * and a terminal multiplexer give a process a terminal, and outlive who
 * started them.
 */
function agentBehind(device: string): string | undefined {
  const number = /^\/dev\/pts\/(\d+)$/.exec(device)?.[1];
  if (number === undefined || Deno.build.os !== "linux") return undefined;
  const terminals = deviceOf("/dev/pts");
  for (const { name } of foldersIn("/proc")) {
    if (!/^\d+$/.test(name) || !holdsMaster(name, number)) continue;
    // A sandbox and a container count their own terminals, from 0 as well.
    if (deviceOf(`/proc/${name}/root/dev/pts`) !== terminals) continue;
    const pid = Number(name);
    const info = processInfo(pid);
    const why = (info && agentName(info)) ??
      agentMark(environmentOf(pid)) ??
      agentAbove(pid, {}, processInfo) ?? markedAbove(pid);
    if (why !== undefined) {
      return `${
        info?.name ?? "process"
      } (process ${pid}) holds its terminal's other end (${why})`;
    }
  }
  return undefined;
}

/** Whether a process has the controlling end of `/dev/pts/NUMBER`; proc(5), "tty-index". */
function holdsMaster(pid: string, number: string): boolean {
  return foldersIn(`/proc/${pid}/fd`).some(({ name }) => {
    if (!/\/p?tmx$/.test(linkOf(`/proc/${pid}/fd/${name}`) ?? "")) return false;
    const info = textOf(`/proc/${pid}/fdinfo/${name}`) ?? "";
    return new RegExp(`^tty-index:\\s*${number}$`, "m").test(info);
  });
}

function environmentOf(pid: number): Record<string, string> {
  const words = textOf(`/proc/${pid}/environ`)?.split("\0") ?? [];
  return Object.fromEntries(words.map((word) => {
    const at = word.indexOf("=");
    return [word.slice(0, at), word.slice(at + 1)];
  }));
}

/** The lines of `ps -o pid=,ppid=,pgid=,tpgid=,tty=,comm=`. */
export function processTable(text: string): ReadonlyMap<
  number,
  ProcessInfo & {
    readonly group: number;
    readonly front: number;
    readonly tty: string;
  }
> {
  const rows = text.split("\n").flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const [pid, parent, group, front] = words.slice(0, 4).map(Number);
    const tty = words[4];
    const path = words.slice(5).join(" ");
    if (!pid || parent === undefined || tty === undefined) return [];
    const name = path.slice(path.lastIndexOf("/") + 1);
    const info = { parent, name, words: [path] };
    return [
      [pid, { ...info, group: group ?? -1, front: front ?? -2, tty }] as const,
    ];
  });
  return new Map(rows);
}

function macTerminal(): KnownTerminal | undefined {
  const { success, stdout } = new Deno.Command("/bin/ps", {
    args: ["-axo", "pid=,ppid=,pgid=,tpgid=,tty=,comm="],
    stdin: "null",
    stderr: "null",
  }).outputSync();
  if (!success) return undefined;
  const table = processTable(new TextDecoder().decode(stdout));
  const own = table.get(Deno.pid);
  if (own === undefined || own.tty === "??" || own.tty === "?") {
    return undefined;
  }
  return {
    device: `/dev/${own.tty}`,
    foreground: own.group === own.front,
    processOf: (pid) => table.get(pid),
  };
}

function opens(path: string): boolean {
  return quietly(() => {
    Deno.openSync(path, { read: true, write: true }).close();
    return true;
  }) ?? false;
}

/** What cannot be read tells nothing: it ended, or is another user's. */
function quietly<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function textOf(path: string): string | undefined {
  return quietly(() => Deno.readTextFileSync(path));
}

function deviceOf(path: string): number | undefined {
  return quietly(() => Deno.statSync(path).dev);
}

/** Of the terminal that a path is. */
function deviceNumberOf(path: string): number | undefined {
  return quietly(() => Deno.statSync(path).rdev ?? undefined);
}

function linkOf(path: string): string | undefined {
  return quietly(() => Deno.readLinkSync(path));
}

function foldersIn(path: string): Deno.DirEntry[] {
  return quietly(() => [...Deno.readDirSync(path)]) ?? [];
}
