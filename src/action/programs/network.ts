// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Hosts that a program's words name, and programs that need the network
 * whatever their words are.
 *
 * @module
 */

import { hasHole } from "../../shell/value.ts";
import { canonicalHost } from "../../base/host_name.ts";
import type { Arguments } from "./options.ts";

/** One host as read from a word. */
export interface NamedHost {
  /** Lower case, no trailing dot; `undefined` where the word cannot be read. */
  readonly host: string | undefined;
  readonly index: number;
}

/** Operands are addresses, with or without a scheme. */
const ADDRESS_PROGRAMS: ReadonlySet<string> = new Set(
  "curl wget http https httpie xh aria2c lynx w3m links elinks httpx ab wrk"
    .split(" "),
);
/** The first operand is a host. */
const HOST_FIRST: ReadonlySet<string> = new Set(
  ("ssh nc ncat netcat telnet ftp tftp ping ping6 host nslookup whois traceroute " +
    "sftp tracepath mtr mosh rlogin ssh-copy-id ssh-keyscan").split(" "),
);
/** Operands `[user@]host:path` are remote. */
const REMOTE_PATHS: ReadonlySet<string> = new Set(["scp", "rsync"]);
/** Mentions of an address are text. */
const MENTIONS: ReadonlySet<string> = new Set(
  "echo printf grep egrep fgrep rg ag ack sed awk gawk jq yq test [ : true man gh"
    .split(" "),
);
const GIT_REMOTE: ReadonlySet<string> = new Set(
  "clone fetch pull push ls-remote remote submodule archive".split(" "),
);
/** Of these only the first operand after the verb is a remote; the rest are refs. */
const GIT_REFS_AFTER: ReadonlySet<string> = new Set(
  "fetch pull push ls-remote".split(" "),
);
/** The word with which a program of {@linkcode NEEDS} takes nothing but what is here. */
const OFFLINE: Readonly<Record<string, string>> = {
  npm: "--offline",
  pnpm: "--offline",
  yarn: "--offline",
  uv: "--offline",
  cargo: "--offline",
  pip: "--no-index",
  pip3: "--no-index",
  bundle: "--local",
  gem: "--local",
};
const URL_REGEXP = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Subcommands that talk to the network; an empty list means always. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  ssh: [],
  scp: [],
  sftp: [],
  curl: [],
  wget: [],
  nc: [],
  ncat: [],
  netcat: [],
  telnet: [],
  ftp: [],
  ping: [],
  dig: [],
  host: [],
  nslookup: [],
  whois: [],
  traceroute: [],
  mosh: [],
  "ssh-copy-id": [],
  "ssh-keyscan": [],
  http: [],
  https: [],
  xh: [],
  aria2c: [],
  lynx: [],
  aws: [],
  gcloud: [],
  az: [],
  doctl: [],
  flyctl: [],
  fly: [],
  vercel: [],
  netlify: [],
  heroku: [],
  npm:
    "install i ci add update up publish view info search login audit outdated exec"
      .split(" "),
  pnpm: "install i add update up publish dlx".split(" "),
  yarn: "install add up upgrade publish dlx".split(" "),
  bun: "install i add update publish x".split(" "),
  pip: ["install", "download"],
  pip3: ["install", "download"],
  uv: ["sync", "add", "lock", "tool"],
  poetry: ["install", "add", "update", "publish", "lock"],
  pipenv: ["install", "update", "sync"],
  cargo: ["install", "fetch", "update", "publish", "search", "add"],
  go: ["get", "install"],
  gem: ["install", "push", "update"],
  bundle: ["install", "update"],
  composer: ["install", "update", "require"],
  apt: ["install", "update", "upgrade"],
  "apt-get": ["install", "update", "upgrade"],
  brew: ["install", "update", "upgrade"],
  docker: ["pull", "push", "login", "search"],
  podman: ["pull", "push", "login", "search"],
  helm: ["repo", "pull", "push", "install", "upgrade"],
  terraform: ["init", "plan", "apply", "destroy"],
  kubectl: [
    "get",
    "apply",
    "delete",
    "describe",
    "logs",
    "create",
    "edit",
    "patch",
    "scale",
  ],
};
const GIT_NEEDS: ReadonlySet<string> = new Set(
  ["clone", "fetch", "pull", "push", "ls-remote"],
);

/** Lists the hosts one program's words name. */
export function namedHosts(
  name: string,
  args: Arguments,
  argv: readonly string[],
): NamedHost[] {
  if (MENTIONS.has(name) || isCommitText(name, args)) return [];
  const found: NamedHost[] = [];
  const firstAddress = args.operands[0]?.index;
  for (const { text, index } of args.operands) {
    const isFirst = index === firstAddress;
    if (URL_REGEXP.test(text)) addUrl(text, index, found);
    else if (ADDRESS_PROGRAMS.has(name)) {
      if (name.startsWith("http") || name === "xh") {
        if (isFirst || /^[^=:@]+\./.test(text)) {
          addUrl(`//${text}`, index, found);
        }
      } else addUrl(`//${text}`, index, found);
    } else if (HOST_FIRST.has(name)) {
      if (isFirst) addUrl(`//${text}`, index, found);
    } else if (name === "dig") {
      if (!text.startsWith("+")) {
        addUrl(`//${text.replace(/^@/, "")}`, index, found);
      }
    } else if (
      REMOTE_PATHS.has(name) || isGitRemote(name, args) &&
        (index === args.operands[1]?.index ||
          !GIT_REFS_AFTER.has(args.operands[0]?.text ?? ""))
    ) {
      const remote = text.match(/^(?:[^@/:]+@)?(\[[^\]]+\]|[^:/]+):/)?.[1];
      if (remote !== undefined) addUrl(`//${remote}`, index, found);
    }
  }
  for (const { flag, text, index } of args.values) {
    const jump = flag === "-J"
      ? text
      : flag === "-W"
      ? text.replace(/:\d+$/, "")
      : flag === "-o"
      ? /^\s*(?:hostname|proxyjump)[\s=]+(.*)$/i.exec(text)?.[1]
      : undefined;
    if (jump !== undefined && /^(?:ssh|scp|sftp|autossh)$/.test(name)) {
      for (const one of jump.split(",")) addUrl(`//${one}`, index, found);
      continue;
    }
    if (
      /^--(?:url|proxy|preproxy|connect-to|resolve|socks5|socks4|socks5-hostname)$|^-[xJ]$/
        .test(flag)
    ) {
      const address = /connect-to|resolve/.test(flag)
        ? text.replace(/^\+/, "").split(":")[flag === "--resolve" ? 0 : 2] ?? ""
        : text;
      if (address !== "") {
        addUrl(
          URL_REGEXP.test(address) ? address : `//${address}`,
          index,
          found,
        );
      }
    } else if (
      URL_REGEXP.test(text) &&
      !/^(?:-[HAeduw]|--header|--referer|--data.*|--user-agent)$/.test(flag)
    ) {
      addUrl(text, index, found);
    }
  }
  if (name === "openssl" && args.operands[0]?.text === "s_client") {
    for (const { flag, text, index } of args.values) {
      if (/^-(?:connect|proxy|host)$/.test(flag)) {
        addUrl(`//${text}`, index, found);
      }
    }
  }
  if (name === "git") addProxies(args, found);
  if (name === "socat") {
    for (const [index, word] of argv.entries()) {
      const place =
        /^(?:tcp|tcp4|tcp6|udp|udp4|udp6|openssl|ssl|sctp)(?:-connect)?:([^,]*)/i
          .exec(word)?.[1];
      if (place !== undefined) addUrl(`//${place}`, index, found);
    }
  }
  for (const [index, word] of argv.entries()) {
    const glued = word.match(/^-[A-Za-z]([a-z][a-z0-9+.-]*:\/\/.*)$/i)?.[1];
    if (glued !== undefined) addUrl(glued, index, found);
  }
  return found;
}

/** Whether a program is known to talk to the network. */
export function needsNetwork(
  name: string,
  args: Arguments,
  hosts: number,
): boolean {
  const verb = args.operands[0]?.text;
  if (args.flags.has("--help") || args.flags.has("--version")) return false;
  if (name === "git") {
    if (verb === undefined || !GIT_NEEDS.has(verb)) {
      return verb === "submodule" && args.operands[1]?.text === "update" ||
        verb === "remote" && args.operands[1]?.text === "update";
    }
    return hosts > 0 || !isLocalRemote(verb, args);
  }
  if (args.flags.has(offlineWord(name) ?? "")) return false;
  if (/^python|^pypy/.test(name)) {
    return args.flags.has("-m") && verb === "pip" &&
      !args.flags.has("--no-index") &&
      /^(?:install|download)$/.test(args.operands[1]?.text ?? "");
  }
  if (name === "yarn" && verb === undefined) return true;
  if (name === "rsync") return hosts > 0;
  const verbs = Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
  if (verbs === undefined) return false;
  if (verbs.length > 0) return verb !== undefined && verbs.includes(verb);
  return args.operands.length > 0 || hosts > 0;
}

function offlineWord(name: string): string | undefined {
  return Object.hasOwn(OFFLINE, name) ? OFFLINE[name] : undefined;
}

/** The remote is a folder: nothing leaves the machine. */
function isLocalRemote(verb: string, args: Arguments): boolean {
  const remote = args.operands[1]?.text;
  if (remote === undefined || verb === "fetch" && args.flags.has("--all")) {
    return false;
  }
  // Only the name of a remote may stand there without a colon; clone knows none.
  return /^(?:\.{0,2}\/|~\/)/.test(remote) || /^file:\/\//i.test(remote) ||
    verb === "clone" && !remote.includes(":") && !hasHole(remote);
}

/** `git -c http.proxy=URL`: everything goes there first. */
function addProxies(args: Arguments, found: NamedHost[]): void {
  for (const { flag, text, index } of args.values) {
    const proxy = flag === "-c" &&
      /^(?:http|https|remote)\.(?:.*\.)?proxy=(.+)$/i.exec(text)?.[1];
    if (proxy) {
      addUrl(URL_REGEXP.test(proxy) ? proxy : `//${proxy}`, index, found);
    }
  }
}

function isCommitText(name: string, args: Arguments): boolean {
  return name === "git" &&
    /^(?:commit|tag|notes|log|grep|merge|stash)$/.test(
      args.operands[0]?.text ?? "",
    );
}

function isGitRemote(name: string, args: Arguments): boolean {
  return name === "git" && GIT_REMOTE.has(args.operands[0]?.text ?? "");
}

function addUrl(url: string, index: number, found: NamedHost[]): void {
  if (/^file:\/\//i.test(url)) return;
  found.push({ host: hostOf(url), index });
}

/** Host of a URL, or of `host:port`; `undefined` where there is none. */
export function hostName(address: string): string | undefined {
  if (/^(?:file|data|blob|about):/i.test(address)) return undefined;
  return hostOf(URL_REGEXP.test(address) ? address : `//${address}`);
}

/** Host of `scheme://user@host:port/path`; `undefined` where tools would decode it. */
function hostOf(url: string): string | undefined {
  const authority = url.slice(url.indexOf("//") + 2).split(/[/?#\\]/, 1)[0] ??
    "";
  const place = authority.slice(authority.lastIndexOf("@") + 1);
  const host = place.startsWith("[")
    ? place.slice(1, place.indexOf("]"))
    : place.split(":", 1)[0] ?? "";
  const plain = canonicalHost(host);
  return /^(?:[a-z0-9._:-]|\0[$+*?_])+$/.test(plain) ? plain : undefined;
}
