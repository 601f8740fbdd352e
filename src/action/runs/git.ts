// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Ways to make git run another program.
 *
 * Sources: git(1), git-config(1), gitattributes(5), and the manual pages of the
 * subcommands named here (git 2.39).
 *
 * @module
 */

import { programFrom, type Run, unread } from "./run.ts";
import { valued, walkOptions } from "./option_walk.ts";

const GLOBAL = valued(
  "-C -c --git-dir --work-tree --namespace --config-env --super-prefix --exec-path --list-cmds --attr-source",
);

/** Settings whose value is a command for a shell. */
const COMMAND_SETTING =
  /^(?:core\.(?:pager|editor|sshcommand|askpass|fsmonitor|alternaterefscommand|gitproxy|hookspath)|sequence\.editor|diff\.external|diff\.[^=]*\.(?:command|textconv)|merge\.[^=]*\.driver|filter\.[^=]*\.(?:clean|smudge|process)|(?:merge|diff)tool\.[^=]*\.cmd|credential(?:\.[^=]*)?\.helper|pager\.[^=]*|gpg(?:\.[^=]*)?\.program|interactive\.difffilter|man\.[^=]*\.cmd|browser\.[^=]*\.cmd|sendemail\.(?:smtpserver|tocmd|cccmd)|uploadpack\.packobjectshook|remote\.[^=]*\.(?:uploadpack|receivepack|vcs|proxy)|tar\.[^=]*\.command|trailer\.[^=]*\.(?:command|cmd)|guitool\.[^=]*\.cmd|imap\.tunnel|init\.templatedir|include(?:if\.[^=]*)?\.path|submodule\.[^=]*\.update)$/i;

/** Values of such settings that run nothing. */
const HARMLESS =
  /^(?:|true|false|cat|less(?: -[A-Za-z]+)*|more|store|cache(?: .*)?|manager(?:-core)?|osxkeychain|libsecret|vim?|nano|code(?: --wait)?|emacs|:|never|always|checkout|merge|rebase|none|input)$/;

/** What one setting runs. */
function settingRuns(key: string, value: string, index: number): Run[] {
  const alias = /^alias\.[^=]+$/i.test(key);
  if (alias) {
    return value.startsWith("!")
      ? [{ kind: "shell", text: value.slice(1), index }]
      : value === ""
      ? []
      : [{ kind: "shell", text: `git ${value}`, index }];
  }
  if (
    /^remote\.[^=]*\.push$/i.test(key) && /^[+:]/.test(value) ||
    /^remote\.[^=]*\.mirror$/i.test(key) && !/^(?:false|no|0|)$/i.test(value)
  ) return [unread(`${key} makes every push overwrite`, index)];
  if (!COMMAND_SETTING.test(key) || HARMLESS.test(value)) return [];
  if (/path$|templatedir$/i.test(key)) {
    return [unread(`git runs what ${key} leads to`, index)];
  }
  const text = value.replace(/^!/, "");
  return [{ kind: "shell", text, index }];
}

/** Options that name a command, by subcommand. */
const CARRIERS: Readonly<Record<string, RegExp>> = {
  rebase: /^(?:-x|--exec?)$/,
  difftool: /^(?:-x|--extcmd)$/,
  archive: /^--exec$/,
  clone: /^(?:-u|--upload-pack)$/,
  fetch: /^--upload-pack$/,
  pull: /^--upload-pack$/,
  "ls-remote": /^(?:--upload-pack|--exec)$/,
  push: /^(?:--receive-pack|--exec)$/,
  "fetch-pack": /^(?:--upload-pack|--exec)$/,
  "send-email": /^--(?:to-cmd|cc-cmd|header-cmd|smtp-server|sendmail-cmd)$/,
  instaweb: /^(?:-d|--httpd|-b|--browser)$/,
  "filter-branch":
    /^--(?:env|tree|index|parent|msg|commit|tag-name)-filter$|^--setup$/,
  "for-each-repo": /^--config$/,
};

/** Finds what git runs. */
export function readGit(argv: readonly string[]): readonly Run[] {
  const { at, values } = walkOptions(argv, GLOBAL);
  const runs: Run[] = [];
  for (const { flag, text, index } of values) {
    if (flag === "-c") {
      const equals = text.indexOf("=");
      const key = equals < 0 ? text : text.slice(0, equals);
      runs.push(
        ...settingRuns(key, equals < 0 ? "" : text.slice(equals + 1), index),
      );
    } else if (flag === "--exec-path" || flag === "--config-env") {
      runs.push(unread(`git ${flag} changes what git runs`, index));
    }
  }
  const verb = argv[at];
  if (verb === undefined) return runs;
  for (const [i, word] of argv.entries()) {
    const command = /^ext::(.*)$/s.exec(word)?.[1];
    if (i > at && command !== undefined) {
      runs.push({ kind: "shell", text: command, index: i });
    }
  }
  return [...runs, ...verbRuns(argv, at, verb)];
}

function verbRuns(argv: readonly string[], at: number, verb: string): Run[] {
  const next = argv[at + 1];
  switch (verb) {
    case "bisect":
      return next === "run" ? programFrom(argv, at + 2) : [];
    case "submodule": {
      const foreach = argv.indexOf("foreach", at);
      if (foreach < 0) return [];
      const from = argv.findIndex((word, i) =>
        i > foreach && !word.startsWith("-")
      );
      const text = from < 0 ? "" : argv.slice(from).join(" ");
      return text === "" ? [] : [{ kind: "shell", text, index: from }];
    }
    case "config":
      return configRuns(argv, at);
    case "clone":
    case "init":
      return [...carried(argv, at, verb), ...templateRuns(argv, at)];
    case "grep":
      return argv.slice(at).some((word) =>
          /^(?:-O.|--open-files-in-pager=)/.test(word)
        )
        ? [{
          kind: "shell",
          text: argv.find((word) =>
            /^(?:-O.|--open-files-in-pager=)/.test(word)
          )
            ?.replace(/^(?:-O|--open-files-in-pager=)/, "") ?? "",
          index: at,
        }]
        : [];
    default:
      return carried(argv, at, verb);
  }
}

function carried(argv: readonly string[], at: number, verb: string): Run[] {
  const pattern = Object.hasOwn(CARRIERS, verb) ? CARRIERS[verb] : undefined;
  if (pattern === undefined) return [];
  const runs: Run[] = [];
  for (let i = at + 1; i < argv.length; i++) {
    const word = argv[i] as string;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    // `-xCMD`, and `--exe` for `--exec`.
    const glued = /^-[ux](.+)$/s.exec(word);
    if (glued !== null && pattern.test(word.slice(0, 2))) {
      runs.push({ kind: "shell", text: glued[1] ?? "", index: i });
    } else if (pattern.test(name)) {
      const text = equals < 0 ? argv[++i] : word.slice(equals + 1);
      if (text !== undefined) runs.push({ kind: "shell", text, index: i });
    }
  }
  return runs;
}

function templateRuns(argv: readonly string[], at: number): Run[] {
  const found = argv.findIndex((word, i) => i > at && /^--template/.test(word));
  return found < 0 ? [] : [unread("a template brings hooks along", found)];
}

/** `git config KEY VALUE` writes what later runs. */
function configRuns(argv: readonly string[], at: number): Run[] {
  const options = valued("-f --file --blob --type --default --value --comment");
  const walked = walkOptions(argv, options, at + 1);
  const words = argv.slice(walked.at).filter((word) => !word.startsWith("-"));
  if (walked.flags.has("--edit") || walked.flags.has("-e")) return [];
  const verb = /^(?:set|add|get|unset|list|edit)$/.test(words[0] ?? "") ? 1 : 0;
  const [key, value] = words.slice(verb);
  if (key === undefined || value === undefined) return [];
  const reads = [
    "--get",
    "--get-all",
    "--get-regexp",
    "--unset",
    "--unset-all",
  ];
  if (words[0] === "get" || words[0] === "unset") return [];
  if (reads.some((flag) => walked.flags.has(flag))) return [];
  return settingRuns(key, value, argv.lastIndexOf(value));
}
