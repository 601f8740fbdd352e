// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Says when a program is given code or another command to run, which this
 * version does not read: the answer is a clause for a person, never a verdict.
 *
 * @module
 */

import { containerCode } from "./containers.ts";
import { gitCode } from "./git.ts";
import {
  interpreterCode,
  INTERPRETERS,
  shellCode,
  SHELLS,
} from "./interpreters.ts";
import { awkCode, sedCode } from "./stream_scripts.ts";

/** Looks at the words after the program; `undefined` when they carry no code. */
type CodeReader = (args: readonly string[]) => string | undefined;

/** Programs whose arguments are always another command. */
const RUNNERS: ReadonlySet<string> = new Set(
  ("xargs parallel entr watch script flock sudo su doas pkexec runuser run0 sg " +
    "chroot unshare nsenter bwrap firejail systemd-run start-stop-daemon daemonize " +
    "runcon setpriv prlimit ionice chrt taskset numactl setarch linux32 linux64 " +
    "i386 x86_64 strace ltrace gdb lldb valgrind perf rr faketime fakeroot proot " +
    "xvfb-run dbus-run-session dbus-launch unbuffer rlwrap screen tmux at batch " +
    "crontab ssh-agent devbox nix nix-shell socat busybox toybox eval source . " +
    "trap builtin mapfile " +
    "readarray coproc ed red ex rex run-parts m4 expect " +
    "powershell pwsh cmd.exe powershell.exe osascript adb vagrant lxc-attach " +
    "machinectl ansible open xdg-open entr nodemon watchexec direnv chronic " +
    "hyperfine retry caffeinate reptyr softlimit envdir setuidgid chpst " +
    "sem moreutils-parallel rush pdsh dsh wine").split(" "),
);

/** Builtins after which the same words mean something else. */
const CHANGERS: ReadonlySet<string> = new Set(
  ("alias unalias enable shopt bind complete compgen fc pushd popd").split(" "),
);

/** Options, or other words, that carry code or a command. */
const BY_OPTION: Readonly<Record<string, RegExp>> = {
  find: /^-(?:exec|execdir|ok|okdir)$/,
  fd: /^(?:-x|-X|--exec|--exec-batch)/,
  fdfind: /^(?:-x|-X|--exec|--exec-batch)/,
  rg: /^--pre(?:=|$)/,
  sort: /^--comp/,
  split: /^--fil/,
  man: /^(?:-P|--pager|-H|--html)/,
  zip: /^(?:-TT|-[A-Za-z]*TT|--unzip-command)/,
  install: /^--strip-program/,
  make:
    /^(?:SHELL|\.SHELLFLAGS|MAKEFLAGS|MAKE)=|^(?:--eval|-E)|^(?:-f-?|--file=|--makefile=)(?:-|\/dev\/)/,
  gmake: /^(?:SHELL|\.SHELLFLAGS|MAKEFLAGS|MAKE)=|^(?:--eval|-E)/,
  go: /^--?(?:exec|toolexec|vettool)(?:=|$)/,
  gcc: /^-(?:wrapper|fplugin|specs|B)/,
  cc: /^-(?:wrapper|fplugin|specs|B)/,
  "g++": /^-(?:wrapper|fplugin|specs|B)/,
  clang: /^-(?:fplugin|load)/,
  cargo: /^--config/,
  curl: /^(?:-K|--conf|--config|-[A-Za-z]*K)/,
  wget: /^(?:-e|--exec|--use-ask|--config|-i|--input)/,
  nc: /^-[A-Za-z]*[ec]$|^--(?:sh-)?exec/,
  ncat: /^-[A-Za-z]*[ec]$|^--(?:sh-|lua-)?exec/,
  netcat: /^-[A-Za-z]*[ec]$/,
  sqlite3:
    /(?:^|[\n;])\s*\.(?:shell|system|import|load|open|read|output|once|excel)|load_extension/,
  psql: /\\!|\\(?:o|w|g|copy|i)|^(?:-f|--file)|PROGRAM/i,
  mysql: /\\!|\bsystem\b|\\\./,
  mongosh: /^--eval|^-?-f/,
  mongo: /^--eval/,
  vim: /^(?:[-+](?:c|S|s|u|e|$)|--cmd|\+)/,
  vi: /^(?:-[cSsue]|--cmd|\+)/,
  nvim: /^(?:-[cSsuelE]|--cmd|\+|--headless|-es)/,
  view: /^(?:-[cSsue]|--cmd|\+)/,
  vimdiff: /^(?:-[cSsue]|--cmd|\+)/,
  less: /^(?:\+|--lesskey)/,
  emacs: /^-?-(?:eval|load|l|batch|script|f|funcall|execute)/,
  hg: /^--config/,
  svn: /^--(?:config-option|diff-cmd|editor-cmd|diff3-cmd)/,
  gh: /^(?:alias|extension|ext)$/,
  set: /^(?![-+]?[euxvonfhE]+$|pipefail$|errexit$|nounset$|xtrace$|--$)/,
  printf: /^-v/,
  hash: /^-p/,
  uvx: /^-/,
};

/** Tools that run a named program after these words: `poetry run pytest`. */
const RUN_WORDS: Readonly<Record<string, readonly string[]>> = {
  npx: [],
  bunx: [],
  uvx: [],
  npm: ["exec", "x"],
  pnpm: ["exec", "dlx", "x"],
  yarn: ["exec", "dlx"],
  bun: ["x"],
  poetry: ["run"],
  uv: ["run"],
  pipenv: ["run"],
  pdm: ["run"],
  hatch: ["run"],
  rye: ["run"],
  bundle: ["exec"],
  rbenv: ["exec"],
  pyenv: ["exec"],
  mise: ["exec", "x"],
  asdf: ["exec"],
};

const READERS: Readonly<Record<string, CodeReader>> = {
  git: gitCode,
  awk: awkCode,
  gawk: awkCode,
  mawk: awkCode,
  nawk: awkCode,
  sed: sedCode,
  gsed: sedCode,
  ssh: sshCode,
  scp: secureCopyCode,
  sftp: secureCopyCode,
  rsync: rsyncCode,
  tar: tarCode,
  gtar: tarCode,
  bsdtar: tarCode,
  docker: containerCode,
  podman: containerCode,
  nerdctl: containerCode,
  kubectl: clusterCode,
  oc: clusterCode,
  npm: npmCode,
};

/**
 * Says what code `argv` carries.
 *
 * @param name Program without its folder.
 * @returns A clause such as `xargs runs a command given in its arguments`.
 */
export function codeIn(
  name: string,
  argv: readonly string[],
): string | undefined {
  const args = argv.slice(1);
  if (RUNNERS.has(name)) return `${name} runs a command or code it is given`;
  if (CHANGERS.has(name)) return `${name} changes what later commands mean`;
  if (SHELLS.has(name)) return shellCode(name, args);
  const interpreter = name.replace(/(?<=[a-z])[0-9][0-9.]*$/, "");
  if (Object.hasOwn(INTERPRETERS, interpreter)) {
    return interpreterCode(interpreter, args);
  }
  if (/^ld-(?:linux|musl)|^ld\.so/.test(name)) {
    return `${name} is the loader and starts another program`;
  }
  const option = Object.hasOwn(BY_OPTION, name) ? BY_OPTION[name] : undefined;
  const carrier = option && args.find((word) => option.test(word));
  if (carrier !== undefined) return `${name} ${carrier} runs what it is given`;
  return Object.hasOwn(READERS, name) ? READERS[name]?.(args) : undefined;
}

/**
 * The program that a project tool runs by name, such as `eslint` in
 * `npx eslint .`.
 *
 * @returns Index of that program in `argv`; `"unknown"` where options stand
 * before it; `undefined` where there is none.
 */
export function namedProgramIndex(
  name: string,
  argv: readonly string[],
): number | "unknown" | undefined {
  const words = Object.hasOwn(RUN_WORDS, name) ? RUN_WORDS[name] : undefined;
  if (words === undefined) return undefined;
  let index = 1;
  if (words.length > 0) {
    if (!words.includes(argv[1] ?? "")) return undefined;
    index = 2;
  }
  while (
    /^(?:-y|--yes|--no-install|--no|--quiet|-q|--)$/.test(argv[index] ?? "")
  ) {
    index++;
  }
  if (argv[index] === undefined) return undefined;
  return argv[index]?.startsWith("-") ? "unknown" : index;
}

const SSH_VALUED = /^-[46AaCfGgKkMNnqsTtVvXxYy]*[BbcDEeFIiJLlmOopQRSWw]$/;

function sshCode(args: readonly string[]): string | undefined {
  let hosts = 0;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (hosts === 0 && word.startsWith("-")) {
      if (/^-[A-Za-z0-9]*[oF]/.test(word)) {
        return "ssh options can name a command";
      }
      if (SSH_VALUED.test(word)) i++;
    } else if (++hosts > 1) {
      return "ssh runs a command on another machine";
    }
  }
  return undefined;
}

function secureCopyCode(args: readonly string[]): string | undefined {
  const carrier = args.find((word) => /^-[A-Za-z0-9]*[oFSD]|^-b/.test(word));
  return carrier && `scp ${carrier} can name a command`;
}

function rsyncCode(args: readonly string[]): string | undefined {
  for (const [i, word] of args.entries()) {
    if (/^--rsync-p/.test(word)) return "rsync --rsync-path names a command";
    const value = word.match(/^--rsh=(.*)$/)?.[1] ??
      (/^(?:-[A-Za-z]*e|--rsh)$/.test(word) ? args[i + 1] ?? "" : "ssh");
    if (value !== "ssh" || /^-[A-Za-z]*e./.test(word)) {
      return "rsync -e names a command";
    }
  }
  return undefined;
}

const TAR_CODE = [
  "--checkpoint-action",
  "--to-command",
  "--use-compress-program",
  "--rsh-command",
  "--rmt-command",
  "--info-script",
  "--new-volume-script",
];

function tarCode(args: readonly string[]): string | undefined {
  for (const [i, word] of args.entries()) {
    const name = word.split("=", 1)[0] as string;
    const long = name.length > 3 && name.startsWith("--") &&
      name !== "--checkpoint" && TAR_CODE.some((flag) => flag.startsWith(name));
    const cluster = /^-[A-Za-z]*[IF]/.test(word) ||
      i === 0 && /^[A-Za-z]*[IF]/.test(word);
    if (long || cluster) return `tar ${name} runs a command`;
  }
  return undefined;
}

function clusterCode(args: readonly string[]): string | undefined {
  const verb = args.find((word) =>
    /^(?:exec|run|debug|attach|cp|rsh)$/.test(word)
  );
  return verb && `kubectl ${verb} runs a command in the cluster`;
}

function npmCode(args: readonly string[]): string | undefined {
  if (
    args.some((word) => /^--(?:script-shell|call|node-options)|^-c$/.test(word))
  ) {
    return "npm runs a command it is given";
  }
  const change = args[0] === "set" ||
    /^(?:config|c)$/.test(args[0] ?? "") &&
      !/^(?:get|list|ls)$/.test(args[1] ?? "list");
  return change ? "npm settings name programs to run" : undefined;
}
