// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Archivers, pagers, clients and other programs with one option that runs
 * something.
 *
 * Sources: tar(1), zip(1), sort(1), split(1), less(1), man(1), rg(1),
 * tcpdump(8), nc(1), socat(1), curl(1), wget(1), screen(1), tmux(1), at(1),
 * crontab(1), gcc(1), psql(1), mysql(1), sqlite3(1).
 *
 * @module
 */

import {
  type Input,
  programFrom,
  type Run,
  type RunReader,
  unread,
} from "./run.ts";
import { valued, walkOptions } from "./option_walk.ts";

/** Options whose value is text for a shell, by program. */
const SHELL_VALUES: Readonly<Record<string, RegExp>> = {
  zip: /^(?:-TT|--unzip-command)$/,
  split: /^--fi(?:l(?:t(?:er?)?)?)?$/,
  man: /^(?:-P|--pager|-H|--html)$/,
  less: /^(?:--lesskey-src)$/,
  rg: /^--(?:pre|hostname-bin)$/,
  ag: /^--pager$/,
  ack: /^--pager$/,
  bat: /^--pager$/,
  sort: /^--compress-program$/,
  tcpdump: /^(?:-z|--postrotate-command)$/,
  install: /^--strip-p[a-z]*$/,
  wget: /^--use-askpass$/,
  "ssh-keygen": /^-D$/,
  ctags: /^--filter-terminator$/,
};

/** `less +!CMD`: a first command, as if it were typed. */
function readPager(argv: readonly string[]): readonly Run[] {
  const runs = argv.flatMap((word, index): Run[] => {
    const text = /^\+\+?(?:!|\|.)(.+)$/s.exec(word)?.[1];
    return text === undefined ? [] : [{ kind: "shell", text, index }];
  });
  return [...runs, ...readShellValue(argv, "less")];
}

/** `cmake -E rm -rf x`, `cmake -E env x`: small programs of its own. */
function readCmake(argv: readonly string[]): readonly Run[] {
  const at = argv.indexOf("-E");
  const verb = argv[at + 1];
  if (at < 1 || verb === undefined) return [];
  const words = argv.slice(at + 2);
  const program = {
    remove_directory: ["rm", "-r"],
    remove: ["rm"],
    rm: ["rm"],
    rename: ["mv"],
    copy: ["cp"],
    copy_directory: ["cp", "-r"],
    create_symlink: ["ln", "-s"],
    env: ["env"],
    time: [],
    tar: ["tar"],
  }[verb];
  if (program === undefined) return [];
  const whole = [...program, ...words];
  const indexes = whole.map((_, i) =>
    Math.max(at + 1, at + 2 + i - program.length)
  );
  return [{ kind: "program", argv: whole, indexes, assignments: [] }];
}

/** `just --command PROGRAM`. */
function readJust(argv: readonly string[]): readonly Run[] {
  const at = argv.findIndex((word) => word === "-c" || word === "--command");
  return at < 1 ? [] : programFrom(argv, at + 1);
}

/** `gh alias set NAME '!TEXT'`: a command that later words start. */
function readGithub(argv: readonly string[]): readonly Run[] {
  const [, first, second] = argv;
  if (first === "extension" || first === "ext") {
    return second === "install" || second === "exec"
      ? [unread("gh runs the extension", 2)]
      : [];
  }
  if (first !== "alias" || second !== "set") return [];
  return argv.slice(3).filter((word) => !word.startsWith("-")).slice(1)
    .map((word) => ({
      kind: "shell",
      text: word.startsWith("!") ? word.slice(1) : `gh ${word}`,
      index: argv.indexOf(word),
    }));
}

function readShellValue(argv: readonly string[], name: string): readonly Run[] {
  const pattern = SHELL_VALUES[name] as RegExp;
  const runs: Run[] = [];
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const flag = equals < 0 ? word : word.slice(0, equals);
    const shortened = flag.startsWith("--comp") && name === "sort";
    if (!pattern.test(flag) && !shortened) {
      // `-TT'cmd'`, `-Pcmd`.
      const glued = /^-[PzH](.+)$/s.exec(word);
      if (glued !== null && pattern.test(word.slice(0, 2))) {
        runs.push({ kind: "shell", text: glued[1] ?? "", index: at });
      }
      continue;
    }
    const text = equals < 0 ? argv[++at] : word.slice(equals + 1);
    if (text !== undefined) runs.push({ kind: "shell", text, index: at });
  }
  return runs;
}

/** `tar cIf PROGRAM FILE`: the letters take the words after it in order. */
function oldStyle(argv: readonly string[]): {
  readonly values: readonly {
    readonly letter: string;
    readonly text: string;
    readonly index: number;
  }[];
  readonly from: number;
} {
  const [, first = ""] = argv;
  if (!/^[A-Za-z]+$/.test(first)) return { values: [], from: 1 };
  const letters = [...first].filter((letter) =>
    "bCfFgHIKLNTVX".includes(letter)
  );
  const values = letters.flatMap((letter, i) => {
    const text = argv[2 + i];
    return text === undefined ? [] : [{ letter, text, index: 2 + i }];
  });
  return { values, from: 2 + letters.length };
}

/** Long options of tar that run something. */
const TAR_RUNS =
  /^--(?:checkpoint-a[a-z-]*|to-c[a-z-]*|use-c[a-z-]*|rsh-c[a-z-]*|rmt-c[a-z-]*|info-s[a-z-]*|new-volume-s[a-z-]*)$/;

function readTar(argv: readonly string[]): readonly Run[] {
  const runs: Run[] = [];
  const { values, from } = oldStyle(argv);
  for (const { letter, text, index } of values) {
    if (letter === "I" || letter === "F") {
      runs.push({ kind: "shell", text, index });
    }
  }
  for (let at = from; at < argv.length; at++) {
    const word = argv[at] as string;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const flag = equals < 0 ? word : word.slice(0, equals);
    if (TAR_RUNS.test(flag)) {
      const value = equals < 0 ? argv[++at] : word.slice(equals + 1);
      if (value === undefined) break;
      if (!flag.startsWith("--checkpoint")) {
        runs.push({ kind: "shell", text: value, index: at });
      } else if (value.startsWith("exec=")) {
        runs.push({ kind: "shell", text: value.slice(5), index: at });
      } else if (value.includes("\0")) {
        runs.push(unread("tar is given an unknown action", at));
      }
    } else if (/^-[A-Za-z]*I$/.test(word) || /^-[A-Za-z]*F$/.test(word)) {
      const value = argv[++at];
      if (value !== undefined) {
        runs.push({ kind: "shell", text: value, index: at });
      }
    } else if (/^-I./.test(word)) {
      runs.push({ kind: "shell", text: word.slice(2), index: at });
    }
  }
  return runs;
}

/** `nc -e PROGRAM`, `socat EXEC:..`. */
function readNetcat(argv: readonly string[], name: string): readonly Run[] {
  const runs: Run[] = [];
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const socket = /^(?:exec|system|shell):(.*?)(?:,|$)/is.exec(word)?.[1];
    if (name === "socat") {
      if (socket !== undefined) {
        runs.push({ kind: "shell", text: socket, index: at });
      }
    } else if (/^(?:-[a-z]*[ec]|--(?:sh-|lua-)?exec)$/.test(word)) {
      const text = argv[++at];
      if (text !== undefined) runs.push({ kind: "shell", text, index: at });
    } else if (/^--(?:sh-|lua-)?exec=/.test(word)) {
      const text = word.slice(word.indexOf("=") + 1);
      runs.push({ kind: "shell", text, index: at });
    }
  }
  return runs;
}

/** `curl -K FILE`: addresses and options from a file. */
function readFetcher(argv: readonly string[], name: string): readonly Run[] {
  const pattern = name === "curl"
    ? /^(?:-K|--config|-[a-zA-Z]*K)$|^--config=/
    : /^(?:-e|--execute|--config|-i|--input-file)$|^--(?:execute|config|input-file)=/;
  const at = argv.findIndex((word) => pattern.test(word));
  return at > 0 ? [unread(`${name} takes options from elsewhere`, at)] : [];
}

/** `tmux new-session TEXT`, `screen -dm PROGRAM`, `tmux send-keys TEXT`. */
function readMultiplexer(
  argv: readonly string[],
  name: string,
): readonly Run[] {
  if (name === "screen") {
    const options = valued("-S -c -e -h -L -Logfile -p -r -s -t -T -x -X");
    const { at, flags } = walkOptions(argv, options);
    if (flags.has("-X") || argv.includes("stuff")) {
      return [{
        kind: "shell",
        text: argv.at(-1) ?? "",
        index: argv.length - 1,
      }];
    }
    return programFrom(argv, at);
  }
  const global = valued("-c -f -L -S -T");
  const { at } = walkOptions(argv, global);
  const verb = argv[at] ?? "";
  if (
    !/^(?:new|send|split|respawn|run|if|display-popup|popup|pipe|new-|kill-)/
      .test(verb)
  ) {
    return [];
  }
  const options = valued("-c -e -F -f -n -s -t -x -y");
  const from = walkOptions(argv, options, at + 1).at;
  const words = argv.slice(from);
  if (verb.startsWith("send")) {
    const text = words.filter((word) =>
      !/^(?:Enter|C-[a-z]|Escape)$/.test(word)
    );
    return text.length === 0
      ? []
      : [{ kind: "shell", text: text.join(" "), index: from }];
  }
  return words.length === 0
    ? []
    : [{ kind: "shell", text: words.join(" "), index: from }];
}

/** `at`, `batch`: a shell text to be run later. */
function readLater(argv: readonly string[]): readonly Run[] {
  const lists = argv.some((word) => /^-[ldrcbV]$/.test(word));
  return lists ? [] : [{ kind: "stdin", language: "shell" }];
}

/** `crontab -`: commands that cron runs on the host. */
function readCrontab(argv: readonly string[]): readonly Run[] {
  if (argv.some((word) => /^-[lr]$/.test(word))) return [];
  return [unread("cron runs what the table names, outside containment")];
}

/** Compilers that are told to load or run something. */
function readCompiler(argv: readonly string[]): readonly Run[] {
  const at = argv.findIndex((word, i) =>
    i > 0 && /^-(?:wrapper$|fplugin=|specs=|load$)|^-B./.test(word)
  );
  return at < 0
    ? []
    : [unread("the compiler loads or runs another program", at)];
}

/** Database clients whose own language has a shell escape. */
function readDatabase(argv: readonly string[], name: string): readonly Run[] {
  const options = name === "psql"
    ? valued(
      "-c -f -d -h -p -U -o -v -F -R -T -P -L --command --file --dbname --host --port --username --set",
    )
    : name === "sqlite3"
    ? valued("-cmd -init -separator -nullvalue")
    : valued("-e -u -h -P -D -S --execute --user --host --port --database");
  const runs: Run[] = [];
  const walked = walkOptions(argv, options);
  for (const { flag, text, index } of walked.values) {
    if (/^(?:-c|-e|-cmd|--command|--execute)$/.test(flag)) {
      runs.push({ kind: "code", language: "sql", text, index });
    } else if (flag === "--pager" || flag === "-o" && text.startsWith("|")) {
      runs.push({ kind: "shell", text: text.replace(/^\|/, ""), index });
    }
  }
  const rest = argv.slice(walked.at + (name === "sqlite3" ? 1 : 0));
  if (name === "sqlite3") {
    for (const [i, text] of rest.entries()) {
      runs.push({
        kind: "code",
        language: "sql",
        text,
        index: walked.at + 1 + i,
      });
    }
  }
  if (runs.length === 0) runs.push({ kind: "stdin", language: "sql" });
  return runs;
}

/** `m4`, `xdg-open` and what else runs code of its own kind. */
function readOpaque(argv: readonly string[], name: string): readonly Run[] {
  return argv.length > 1 ? [unread(`${name} runs what its words name`)] : [];
}

/** `m4` runs what `syscmd` says. */
function readMacros(
  argv: readonly string[],
  name: string,
  { text, opaque }: Input,
): readonly Run[] {
  const said = [...argv.slice(1), text ?? ""].some((one) =>
    one.includes("syscmd")
  );
  return said || opaque === true ? [unread(`${name} may run commands`)] : [];
}

function each(names: string, reader: RunReader): [string, RunReader][] {
  return names.split(" ").map((name) => [name, reader]);
}

/** Readers by name. */
export const OTHER_READERS: ReadonlyMap<string, RunReader> = new Map<
  string,
  RunReader
>([
  ...each(Object.keys(SHELL_VALUES).join(" "), readShellValue),
  ["less", readPager],
  ["cmake", readCmake],
  ["just", readJust],
  ["gh", readGithub],
  ...each("tar gtar bsdtar", readTar),
  ...each("nc ncat netcat socat", readNetcat),
  ...each("curl wget", readFetcher),
  ...each("tmux screen", readMultiplexer),
  ...each("at batch", readLater),
  ["crontab", readCrontab],
  ...each("gcc cc g++ c++ clang clang++ ld", readCompiler),
  ...each("psql sqlite3 mysql mariadb", readDatabase),
  ["m4", readMacros],
  ...each("ansible ansible-playbook", readOpaque),
]);
