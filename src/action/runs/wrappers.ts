// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs that only start another one, in some other way.
 *
 * Sources: the manual pages of coreutils 9.1, util-linux 2.38, procps 4,
 * sudo 1.9, doas(1), strace(1), valgrind(1), bubblewrap(1), daemontools,
 * and `--help` of the tools that have none.
 *
 * @module
 */

import { ANY } from "../../shell/value.ts";
import {
  type Elsewhere,
  type Input,
  programFrom,
  type Run,
  type RunReader,
  unread,
} from "./run.ts";
import { type Valued, valued, walkOptions } from "./option_walk.ts";

/** One wrapper. */
interface Wrapper {
  readonly options: Valued;
  /** Words of its own before the program, such as a duration. */
  readonly operands: number;
  /** `NAME=value` words may stand before the program. */
  readonly assigns?: true;
  readonly elsewhere?: Elsewhere;
  /** With one of these it starts nothing. */
  readonly stops?: readonly string[];
  /** The value of one of these is text for a shell. */
  readonly shell?: readonly string[];
  /** The value of one of these is the folder it runs in. */
  readonly folder?: readonly string[];
  /** Words after the options are joined into text for a shell. */
  readonly joined?: true;
}

const NONE = valued("");

function wrapper(
  options: string,
  more: Partial<Omit<Wrapper, "options">> = {},
): Wrapper {
  return {
    options: options === "" ? NONE : valued(options),
    operands: 0,
    ...more,
  };
}

/** Wrappers by name. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: wrapper(
    "-u -g -h -p -C -r -t -T -U -D -R -a -c --user --group --host --prompt " +
      "--close-from --role --type --command-timeout --other-user --chdir --chroot",
    {
      assigns: true,
      stops: ["-l", "-v", "-k", "-K", "-V", "-e", "--list", "--validate"],
      folder: ["-D", "--chdir"],
    },
  ),
  doas: wrapper("-u -C", { stops: ["-L"] }),
  pkexec: wrapper("--user"),
  run0: wrapper("-u -g -D --user --group --chdir --setenv --property"),
  gosu: wrapper("", { operands: 1 }),
  "su-exec": wrapper("", { operands: 1 }),
  setuidgid: wrapper("", { operands: 1 }),
  nohup: wrapper(""),
  nice: wrapper("-n --adjustment"),
  ionice: wrapper("-c -n -p -P -u --class --classdata", { stops: ["-p"] }),
  chrt: wrapper("-T -P -D -p", { operands: 1, stops: ["-p", "--pid"] }),
  taskset: wrapper("", { operands: 1, stops: ["-p", "--pid"] }),
  numactl: wrapper("-i -N -m -C -p --interleave --cpunodebind --membind"),
  time: wrapper("-f -o --format --output"),
  gtime: wrapper("-f -o --format --output"),
  timeout: wrapper("-k -s --kill-after --signal", { operands: 1 }),
  gtimeout: wrapper("-k -s --kill-after --signal", { operands: 1 }),
  setsid: wrapper(""),
  stdbuf: wrapper("-i -o -e --input --output --error"),
  unbuffer: wrapper(""),
  rlwrap: wrapper("-a -b -C -D -f -H -P -q -s -S -t -w"),
  chronic: wrapper(""),
  ifne: wrapper(""),
  ts: wrapper(""),
  caffeinate: wrapper("-t -w"),
  chroot: wrapper("--userspec --groups", { operands: 1, elsewhere: "chroot" }),
  unshare: wrapper(
    "-S -G -R -w --setuid --setgid --root --wd --propagation --map-user --map-group",
  ),
  nsenter: wrapper("-t -S -G --target --setuid --setgid", {
    elsewhere: "chroot",
  }),
  firejail: wrapper(""),
  proot: wrapper("-r -b -q -w -R -S -k", { elsewhere: "chroot" }),
  fakeroot: wrapper("-l -s -i -b --lib --faked --save-file"),
  "fakechroot": wrapper(""),
  "systemd-run": wrapper(
    "-u -p -E -d --unit --property --setenv --working-directory --uid --gid --slice --description --on-active --on-calendar",
  ),
  "systemd-inhibit": wrapper("--what --who --why --mode"),
  daemonize: wrapper("-a -e -o -p -l -u -c -E"),
  runcon: wrapper("-t -u -r -l", { operands: 1 }),
  setpriv: wrapper(
    "--reuid --regid --groups --inh-caps --bounding-set --securebits --pdeathsig",
  ),
  prlimit: wrapper("-p --pid -o --output"),
  softlimit: wrapper("-a -c -d -f -l -m -n -o -p -r -s -t"),
  linux32: wrapper(""),
  linux64: wrapper(""),
  i386: wrapper(""),
  x86_64: wrapper(""),
  strace: wrapper("-e -o -p -s -u -E -P -a -O -S -I -b -X"),
  ltrace: wrapper("-e -o -p -s -u -l -n -x -a"),
  valgrind: wrapper(""),
  rr: wrapper("", { operands: 1 }),
  faketime: wrapper("-f", { operands: 1 }),
  "xvfb-run": wrapper("-n -s -f -p -e -w"),
  "dbus-run-session": wrapper("--config-file --dbus-daemon"),
  "dbus-launch": wrapper("--config-file"),
  "ssh-agent": wrapper("-a -E -t -P -O"),
  setlock: wrapper("", { operands: 1 }),
  envdir: wrapper("", { operands: 1 }),
  chpst: wrapper("-u -U -b -e -m -d -o -p -f -c -r -t -l -L -n"),
  "lockfile-run": wrapper(""),
  retry: wrapper("-t -m -d -n --times --delay"),
  hyperfine: wrapper("-w -m -M -r -S -i -p -c -s -N --warmup --runs --shell", {
    shell: ["-p", "--prepare", "--setup", "-c", "--cleanup"],
    joined: true,
  }),
  watch: wrapper("-n --interval -q", { joined: true }),
  viddy: wrapper("-n --interval"),
  entr: wrapper(""),
  direnv: wrapper("", { operands: 2 }),
  dotenv: wrapper("-f -e -p -v --file"),
  "cross-env": wrapper("", { assigns: true }),
  "env-cmd": wrapper("-f -e --file --environments"),
  "xdg-run": wrapper(""),
  catchsegv: wrapper(""),
  busybox: wrapper(""),
  toybox: wrapper(""),
  shx: wrapper(""),
  torsocks: wrapper("-u -p -a -P -i"),
  torify: wrapper(""),
  proxychains: wrapper("-f"),
  proxychains4: wrapper("-f"),
  sem: wrapper("-j --jobs --id", {}),
  wine: wrapper(""),
  "qemu-x86_64": wrapper("-L -E -U"),
  nocache: wrapper(""),
  eatmydata: wrapper(""),
  cgexec: wrapper("-g"),
  aoss: wrapper(""),
  primusrun: wrapper(""),
  optirun: wrapper(""),
  gdb: wrapper("-x -ex -iex -cd -d", { shell: [] }),
  exec: wrapper("-a"),
  command: wrapper("", { stops: ["-v", "-V"] }),
  builtin: wrapper(""),
};

function readWrapper(argv: readonly string[], name: string): readonly Run[] {
  const spec = WRAPPERS[name] as Wrapper;
  const walked = walkOptions(argv, spec.options);
  const { values, flags, unsure } = walked;
  const runs: Run[] = values.filter(({ flag }) => spec.shell?.includes(flag))
    .map(({ text, index }) => ({ kind: "shell", text, index }));
  if (spec.stops?.some((flag) => flags.has(flag))) return runs;
  let at = walked.at + spec.operands;
  const assignments: string[] = [];
  while (spec.assigns && /^[A-Za-z_]\w*=/.test(argv[at] ?? "")) {
    assignments.push(argv[at++] as string);
  }
  const folder = values.find(({ flag }) => spec.folder?.includes(flag))?.text;
  if (spec.joined) {
    const text = argv.slice(at).join(" ");
    if (text !== "") runs.push({ kind: "shell", text, index: at });
  } else {
    runs.push(...programFrom(argv, at, {
      assignments,
      ...(spec.elsewhere && { elsewhere: spec.elsewhere }),
      ...(folder !== undefined && { folder }),
    }));
  }
  if (unsure) {
    runs.push(unread(`${name} has an unknown word before what it runs`));
  }
  return runs;
}

const ENV_OPTIONS = valued(
  "-u -C -S --unset --chdir --split-string -P -a --argv0",
);

/** `env`, whose `-S` splits a text into words. Source: coreutils manual, 23.2. */
function readEnv(argv: readonly string[]): readonly Run[] {
  const { at: start, values, flags, unsure } = walkOptions(argv, ENV_OPTIONS);
  let at = start;
  const assignments: string[] = [];
  const take = (words: readonly string[]): number => {
    let taken = 0;
    while (/^[^=]+=/.test(words[taken] ?? "")) {
      assignments.push(words[taken++] as string);
    }
    return taken;
  };
  const folder = values.find(({ flag }) => /^(?:-C|--chdir)$/.test(flag))?.text;
  const more = {
    assignments,
    ...(folder !== undefined && { folder }),
    ...((flags.has("-i") || flags.has("--ignore-environment")) &&
      { clearsEnvironment: true }),
  };
  const split = values.find(({ flag }) => /^(?:-S|--split)/.test(flag));
  const runs: Run[] = [];
  if (split !== undefined) {
    // The words stand where `-S` stood, options of env among them.
    const words = [
      "env",
      ...splitString(split.text),
      ...argv.slice(split.index + 1),
    ];
    for (const run of readEnv(words)) {
      runs.push(
        run.kind !== "program" ? run : {
          ...run,
          ...more,
          assignments: [...assignments, ...run.assignments],
          indexes: run.argv.map(() => split.index),
        },
      );
    }
  } else {
    if (argv[at] === "-") at++;
    at += take(argv.slice(at));
    runs.push(...programFrom(argv, at, more));
  }
  if (unsure) runs.push(unread("env has an unknown word before what it runs"));
  return runs;
}

/** Words of `env -S`: blanks, both quotes, backslashes. */
function splitString(text: string): string[] {
  const words: string[] = [];
  for (
    const [whole] of text.matchAll(
      /(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/g,
    )
  ) {
    words.push(
      whole.replace(
        /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
        (_, single?: string, double?: string, one?: string) =>
          single ?? double?.replace(/\\([\s\S])/g, "$1") ??
            (one === "_" ? " " : one) ?? "",
      ).replace(/\$\{\w+\}/g, ANY),
    );
  }
  return words;
}

const SU_OPTIONS = valued(
  "-c -s -g -G -w --command --shell --group --supp-group --session-command -u --user",
);

/** `su`, `runuser`, `sg`: the text after `-c`. Source: su(1), runuser(1), sg(1). */
function readSu(argv: readonly string[], name: string): readonly Run[] {
  const runs: Run[] = [];
  // Options may stand after the user's name too.
  for (let start = 1; start < argv.length; start++) {
    const { at, values } = walkOptions(argv, SU_OPTIONS, start);
    for (const { flag, text, index } of values) {
      if (/^(?:-c|--command|--session-command)$/.test(flag)) {
        runs.push({ kind: "shell", text, index });
      } else if (name === "runuser" && /^(?:-u|--user)$/.test(flag)) {
        runs.push(...programFrom(argv, at));
        return runs;
      }
    }
    start = at;
  }
  if (name === "sg" && runs.length === 0 && argv[2] !== undefined) {
    runs.push({ kind: "shell", text: argv[2], index: 2 });
  }
  return runs;
}

const BWRAP_TWO = valued(
  "--bind --dev-bind --ro-bind --bind-try --dev-bind-try --ro-bind-try --symlink " +
    "--setenv --file --bind-data --ro-bind-data --overlay --chmod",
);
const BWRAP_ONE = valued(
  "--chdir --unsetenv --dev --proc --tmpfs --mqueue --dir --remount-ro --seccomp " +
    "--add-seccomp-fd --uid --gid --hostname --args --lock-file --sync-fd --cap-add " +
    "--cap-drop --perms --size --argv0 --exec-label --file-label --userns --pidns " +
    "--userns2 --block-fd --info-fd --json-status-fd --overlay-src --tmp-overlay",
);

function readBubblewrap(argv: readonly string[]): readonly Run[] {
  let at = 1;
  for (; argv[at]?.startsWith("--"); at++) {
    const word = argv[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (BWRAP_TWO.has(word)) at += 2;
    else if (BWRAP_ONE.has(word)) at++;
  }
  return programFrom(argv, at, { elsewhere: "chroot" });
}

const FLOCK_OPTIONS = valued("-w -E -c --timeout --wait --conflict-exit-code");

/** `flock FILE -c TEXT`, `flock FILE PROGRAM`. Source: flock(1). */
function readFlock(argv: readonly string[]): readonly Run[] {
  const { at } = walkOptions(argv, FLOCK_OPTIONS);
  const next = argv[at + 1];
  const text = argv[at + 2];
  if (next === "-c" || next === "--command") {
    return text === undefined ? [] : [{ kind: "shell", text, index: at + 2 }];
  }
  return programFrom(argv, at + 1);
}

const SCRIPT_OPTIONS = valued(
  "-c -I -O -B -T -t -m -o -E --command --log-in --log-out --log-io --log-timing",
);

/** `script -c TEXT FILE`. Source: script(1). */
function readScript(
  argv: readonly string[],
  _name: string,
  input: Input,
): readonly Run[] {
  const { values, at } = walkOptions(argv, SCRIPT_OPTIONS);
  const runs: Run[] = values.filter(({ flag }) => /^(?:-c|--com)/.test(flag))
    .map(({ text, index }) => ({ kind: "shell", text, index }));
  const dashes = argv.indexOf("--", at);
  if (runs.length === 0 && (input.text ?? input.opaque) !== undefined) {
    // It starts a shell, which reads on.
    runs.push({ kind: "stdin", language: "shell" });
  }
  // BSD and macOS: `script FILE PROGRAM`.
  return [...runs, ...programFrom(argv, dashes > 0 ? dashes + 1 : at + 1)];
}

/** `gdb --args PROGRAM`, `gdb -ex 'shell ..'`. */
function readDebugger(argv: readonly string[]): readonly Run[] {
  const at = argv.findIndex((word) => /^--?args$|^--$/.test(word));
  const runs: Run[] = [];
  for (const [index, word] of argv.entries()) {
    const command = word.replace(/^--?(?:i?ex|(?:init-)?eval-command)=/, "");
    const shell = /^(?:shell\b|!|(?:make|python|pi?|process launch)\b)\s*(.*)$/s
      .exec(command)?.[1];
    if (index > 1 && shell !== undefined) {
      runs.push({ kind: "shell", text: shell, index });
    }
  }
  return at < 0 ? runs : [...runs, ...programFrom(argv, at + 1)];
}

/** `start-stop-daemon -S -x PROGRAM -- WORDS`. Source: start-stop-daemon(8). */
function readDaemon(argv: readonly string[]): readonly Run[] {
  const options = valued(
    "-x -a -n -p -u -c -g -r -d -N -P -I -k -s -R -O --exec --startas --name --pidfile --chuid --chdir --nicelevel",
  );
  const { values, at } = walkOptions(argv, options);
  const program = values.find(({ flag }) =>
    /^(?:-x|-a|--exec|--startas)$/.test(flag)
  );
  if (program === undefined) return [];
  const words = argv.slice(at);
  return [{
    kind: "program",
    argv: [program.text, ...words],
    indexes: [program.index, ...words.map((_, i) => at + i)],
    assignments: [],
  }];
}

/** `setarch ARCH PROGRAM`, where ARCH may be left out. Source: setarch(8). */
function readArch(argv: readonly string[]): readonly Run[] {
  const { at } = walkOptions(argv, NONE);
  return [...programFrom(argv, at), ...programFrom(argv, at + 1)];
}

/** `capsh -- -c TEXT`: the rest is for a shell. Source: capsh(1). */
function readCapsh(argv: readonly string[]): readonly Run[] {
  const at = argv.indexOf("--");
  if (at < 0) return [];
  const words = ["bash", ...argv.slice(at + 1)];
  return [{
    kind: "program",
    argv: words,
    indexes: words.map((_, i) => at + i),
    assignments: [],
  }];
}

/** `ip netns exec NAME PROGRAM`, `ip vrf exec NAME PROGRAM`. Source: ip-netns(8). */
function readNetns(argv: readonly string[]): readonly Run[] {
  const at = argv.indexOf("exec");
  return at < 0 ? [] : programFrom(argv, at + 2);
}

/** `coreutils --coreutils-prog=rm x`. */
function readCoreutils(argv: readonly string[]): readonly Run[] {
  const [, first = ""] = argv;
  const name = /^--coreutils-prog(?:-shebang)?=(.+)$/.exec(first)?.[1];
  if (name === undefined) return [];
  const words = [name, ...argv.slice(2)];
  const indexes = words.map((_, i) => i + 1);
  return [{ kind: "program", argv: words, indexes, assignments: [] }];
}

/** `perf stat PROGRAM`. */
function readPerf(argv: readonly string[]): readonly Run[] {
  if (!/^(?:stat|record|trace|mem|c2c|kmem|lock)$/.test(argv[1] ?? "")) {
    return [];
  }
  const options = valued("-e -o -F -c -g -p -t -C -G -r -I -x");
  return programFrom(argv, walkOptions(argv, options, 2).at);
}

/** Readers of wrappers, by name. */
export const WRAPPER_READERS: ReadonlyMap<string, RunReader> = new Map<
  string,
  RunReader
>([
  ...Object.keys(WRAPPERS).map((name): [string, RunReader] => [
    name,
    readWrapper,
  ]),
  ["env", readEnv],
  ["genv", readEnv],
  ["su", readSu],
  ["runuser", readSu],
  ["sg", readSu],
  ["bwrap", readBubblewrap],
  ["flock", readFlock],
  ["script", readScript],
  ["start-stop-daemon", readDaemon],
  ["setarch", readArch],
  ["capsh", readCapsh],
  ["ip", readNetns],
  ["coreutils", readCoreutils],
  ["gdb", readDebugger],
  ["lldb", readDebugger],
  ["perf", readPerf],
]);
