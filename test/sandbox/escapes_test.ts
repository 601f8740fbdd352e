// Copyright 2026 the airg authors. Apache-2.0 license.

// The escape recipes of the threat model, through the whole path: real
// bubblewrap, real Landlock, real seccomp. Each prints GOT when it works, and
// each has a control: it must print GOT when nothing contains it, so that a
// missing program can never pass for a working sandbox. Numbers are those of
// the recipe list in docs/threat-model.md.
import assert from "node:assert/strict";
import { IDENTITIES, type Identity, Site } from "../support/contained_site.ts";

interface Recipe {
  readonly name: string;
  /** Body of a script that prints GOT on success; `$1`... are `args`. */
  readonly bash?: string;
  readonly python?: string;
  readonly args?: (site: Site, host: Host) => readonly string[];
  readonly env?: Record<string, string>;
  /** Prepares the project; runs before the control and again before the run. */
  readonly prepare?: (site: Site) => void;
  /** Words put before the control, such as `unshare -Urm`. */
  readonly controlWith?: readonly string[];
  /** Words put before airg. */
  readonly wrap?: (site: Site) => readonly string[];
  /** Which identities can show the control. */
  readonly only?: (identity: Identity) => boolean;
  /** Looks at the host afterwards; true if the attack worked. */
  readonly landed?: (site: Site) => boolean;
}

/** Things on the host that an attack reaches for. */
interface Host {
  /** A process of the same user. */
  readonly pid: number;
  readonly tcpPort: number;
  readonly socket: string;
  readonly abstractName: string;
  readonly temporary: string;
}

const CTYPES = `
import ctypes, os, sys, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(*args):
    ctypes.set_errno(0)
    n = libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return n, ctypes.get_errno()
`;

// Targets come from a file, not from the command line: the policy would read
// a secret's path there and block the command before the kernel is asked.
const BASH_ARGS = 'mapfile -t A <probe.args; set -- "${A[@]}"';
const PYTHON_ARGS =
  'import sys; sys.argv[1:] = open("probe.args").read().splitlines()';

const IN_NAMESPACE = ["unshare", "-Urm"];

function git(site: Site): void {
  Deno.removeSync(`${site.project}/.git`, { recursive: true });
}

function makeRepository(site: Site): void {
  try {
    git(site);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.mkdirSync(`${site.project}/.git/hooks`, { recursive: true });
  Deno.writeTextFileSync(`${site.project}/.git/config`, "[core]\n");
  site.own();
}

const recipes: readonly Recipe[] = [
  {
    name: "#1 environment of the caller in /proc",
    env: { CANARY: "s3cr3t-canary" },
    bash: "grep -qs s3cr3t-canary /proc/[0-9]*/environ && echo GOT",
  },
  {
    name: "#2 memory of a process without a filter",
    args: (_site, host) => [String(host.pid)],
    python: `
import sys, os
inside = open("/proc/1/comm").read().strip() == "bwrap"
open("/proc/%s/mem" % ("1" if inside else sys.argv[1]), "r+b")
print("GOT")`,
  },
  {
    name: "#4 sysctl written by a caller who is root",
    only: (identity) => identity.owns === 0,
    bash:
      'v=$(cat /proc/sys/kernel/core_pattern); printf %s "$v" >/proc/sys/kernel/core_pattern && echo GOT',
  },
  {
    name: "#5 root folder of a process of the host",
    args: (site, host) => [String(host.pid), `${site.home}/.ssh/id`],
    bash:
      'for p in "/proc/$1" /proc/[0-9]*; do cat "$p/root$2" 2>/dev/null; done | grep -q PLANTED && echo GOT',
  },
  {
    name: "#10 folder behind an inherited descriptor",
    wrap: (
      site,
    ) => ["bash", "-c", 'exec 7<"$0"; exec "$@"', `${site.home}/.ssh`],
    controlWith: ["bash", "-c", 'exec 7<"$HOME/.ssh"; exec "$@"', "-"],
    bash: "cat /proc/self/fd/7/id 2>/dev/null | grep -q PLANTED && echo GOT",
  },
  {
    name: "#13 unmounting a pin",
    prepare: makeRepository,
    controlWith: [
      ...IN_NAMESPACE,
      "sh",
      "-c",
      'mount --bind .git/hooks .git/hooks && exec "$@"',
      "-",
    ],
    python: `${CTYPES}
if libc.umount2(b".git/hooks", 2) == 0: print("GOT")`,
  },
  {
    name: "#14 mounting inside a nested user namespace",
    python: `${CTYPES}
if libc.unshare(0x10000000 | 0x00020000) == 0 and libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0: print("GOT")`,
  },
  {
    name: "#15 clone3, whose flags no filter can see",
    python: `${CTYPES}
args = struct.pack("QQQQQQQQ", 0x10000000, 0, 0, 0, 17, 0, 0, 0)
n, e = call(435, ctypes.c_char_p(args), 64)
if n == 0: os._exit(0)
if n > 0: print("GOT")`,
  },
  {
    name: "#16 setns through a namespace descriptor",
    controlWith: ["unshare", "-Ur", "-u"],
    python: `${CTYPES}
fd = os.open("/proc/self/ns/uts", os.O_RDONLY)
if libc.setns(fd, 0) == 0: print("GOT")`,
  },
  {
    name: "#19 a socket family with bits set that the kernel ignores",
    python: `${CTYPES}
n, e = call(41, 0x100000000 | 16, 3, 15)
if n >= 0: print("GOT")`,
  },
  {
    name: "#20 io_uring",
    python: `${CTYPES}
n, e = call(425, 1, ctypes.create_string_buffer(256))
if n >= 0: print("GOT")`,
  },
  {
    name: "#41 renaming the folder above a protected one",
    prepare: makeRepository,
    bash:
      "mv .git .g && mkdir -p .git/hooks && echo x >.git/hooks/pre-commit && echo GOT",
    landed: (site) => exists(`${site.project}/.git/hooks/pre-commit`),
  },
  {
    name: "#42 replacing the project folder itself",
    args: (site) => [site.project],
    bash: 'cd / && mv "$1" "$1.old" && echo GOT && mv "$1.old" "$1"',
  },
  {
    name: "#43 settings of an agent that did not exist before",
    bash:
      'mkdir .claude && echo {} >.claude/settings.json && cat .claude/settings.json >/dev/null && test -n "$CONTROL" && echo GOT',
    landed: (site) => exists(`${site.project}/.claude`),
  },
  {
    name: "#56 hooks that a link in the project leads to",
    prepare: (site) => {
      makeRepository(site);
      Deno.mkdirSync(`${site.project}/real`, { recursive: true });
      Deno.removeSync(`${site.project}/.git/hooks`);
      Deno.symlinkSync("../real", `${site.project}/.git/hooks`);
      site.own();
    },
    bash: "echo x >real/post-checkout && echo GOT; rm -f real/post-checkout",
  },
  {
    name: "#57 a link in the project to a secret",
    prepare: (site) => link(`${site.home}/.ssh`, `${site.project}/k`),
    bash: "grep -q PLANTED k/id && echo GOT",
  },
  {
    name: "#58 a link in the project to a file outside",
    prepare: (site) => link(`${site.home}/.bashrc`, `${site.project}/rc`),
    bash: "echo x >>rc && echo GOT",
  },
  {
    name: "#63 a file in the host's /tmp",
    args: (_site, host) => [host.temporary],
    bash: 'cat "$1" && echo GOT',
  },
  {
    name: "#70 a listening socket outside",
    args: (_site, host) => [host.socket],
    python: `
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
print("GOT")`,
  },
  {
    name: "#75 variables that make programs load code",
    env: {
      LD_PRELOAD: "/nowhere.so",
      BASH_ENV: "/nowhere",
      NODE_OPTIONS: "--trace-warnings",
      PYTHONSTARTUP: "/nowhere",
      PERL5OPT: "-w",
      RUBYOPT: "-w",
      JAVA_TOOL_OPTIONS: "-Dx=1",
      GIT_SSH_COMMAND: "nowhere",
      "BASH_FUNC_x%%": "() { :; }",
    },
    bash:
      "env | grep -qE '^(LD_PRELOAD|BASH_ENV|NODE_OPTIONS|PYTHONSTARTUP|PERL5OPT|RUBYOPT|JAVA_TOOL_OPTIONS|GIT_|BASH_FUNC)' && echo GOT",
  },
  {
    name: "#33 a set-user-id program left in the project",
    bash: "cp /bin/true s && chmod u+s s && echo GOT; rm -f s",
  },
  {
    name: "#106 a service on the host's loopback",
    args: (_site, host) => [String(host.tcpPort)],
    bash: '(: <>"/dev/tcp/127.0.0.1/$1") && echo GOT',
  },
  {
    name: "#107 an abstract socket of the host",
    args: (_site, host) => [host.abstractName],
    python: `
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("\\0" + sys.argv[1])
print("GOT")`,
  },
  {
    name: "a secret in the home folder",
    args: (site) => [`${site.home}/.ssh/id`],
    bash: 'grep -q PLANTED "$1" && echo GOT',
  },
  {
    name: "writing outside the project",
    args: (site) => [`${site.home}/written`],
    bash: 'echo x >"$1" && echo GOT',
  },
  {
    name: "a signal to a process of the host",
    args: (_site, host) => [String(host.pid)],
    bash: 'kill -0 "$1" && test "$(cat /proc/$1/comm)" = sleep && echo GOT',
  },
];

for (const identity of IDENTITIES) {
  for (const recipe of recipes) {
    if (recipe.only && !recipe.only(identity)) continue;
    Deno.test(`escape: ${recipe.name}, as ${identity.name}`, async () => {
      await using site = new Site(identity);
      await using host = await makeHost(site);
      const file = recipe.bash === undefined ? "probe.py" : "probe.sh";
      site.write(
        `${site.project}/${file}`,
        recipe.bash === undefined
          ? `${PYTHON_ARGS}\n${recipe.python}`
          : `${BASH_ARGS}\n${recipe.bash}`,
      );
      site.write(
        `${site.project}/probe.args`,
        (recipe.args?.(site, host) ?? []).map((arg) => `${arg}\n`).join(""),
      );
      const words = [
        recipe.bash === undefined ? "/usr/bin/python3" : "/bin/bash",
        file,
      ];
      recipe.prepare?.(site);
      const control = await site.bare([
        ...(recipe.controlWith ?? []),
        ...words,
      ], { env: { ...recipe.env, CONTROL: "1" } });
      assert.match(control.stdout, /GOT/, `control: ${control.stderr}`);
      undo(site, recipe);
      const ran = await site.contained(words, {
        env: recipe.env ?? {},
        ...(recipe.wrap && { wrap: recipe.wrap(site) }),
      });
      assert.doesNotMatch(ran.stdout, /GOT/);
      assert(
        ![64, 69, 70, 75, 77, 78, 126].includes(ran.code),
        `the probe did not run: ${ran.stderr}`,
      );
      assert.equal(recipe.landed?.(site) ?? false, false, "it landed");
    });
  }
}

/** Takes back what the control did to the project. */
function undo(site: Site, recipe: Recipe): void {
  for (const name of [".claude", ".g", ".git"]) {
    try {
      Deno.removeSync(`${site.project}/${name}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  recipe.prepare?.(site);
}

function link(target: string, path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.symlinkSync(target, path);
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function makeHost(site: Site): Promise<Host & AsyncDisposable> {
  const id = crypto.randomUUID().slice(0, 8);
  const abstractName = `airg-test-${id}`;
  const socket = `${site.folder}/x.sock`;
  const temporary = `/tmp/airg-test-${id}`;
  await Deno.writeTextFile(temporary, "canary");
  const tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // Deno cannot listen on an abstract socket; python can, on both kinds.
  const server = new Deno.Command("/usr/bin/python3", {
    args: [
      "-c",
      `import socket, sys, os
a = socket.socket(socket.AF_UNIX); a.bind("\\0" + sys.argv[1]); a.listen(9)
b = socket.socket(socket.AF_UNIX); b.bind(sys.argv[2]); os.chmod(sys.argv[2], 0o777); b.listen(9)
print("ready", flush=True)
sys.stdin.read()`,
      abstractName,
      socket,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = server.stdout.getReader();
  await reader.read();
  const sleeper = new Deno.Command("/bin/sleep", {
    args: ["600"],
    cwd: "/", // The current folder may be one that only root can enter.
    ...(Deno.uid() === 0 && {
      uid: site.identity.owns,
      gid: site.identity.owns,
    }),
  }).spawn();
  return {
    pid: sleeper.pid,
    tcpPort: (tcp.addr as Deno.NetAddr).port,
    socket,
    abstractName,
    temporary,
    async [Symbol.asyncDispose]() {
      tcp.close();
      await server.stdin.close();
      await reader.cancel();
      await server.status;
      sleeper.kill("SIGKILL");
      await sleeper.status;
      await Deno.remove(temporary);
    },
  };
}
