// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Recipes against files: secrets, what lies outside, and the mounts that
 * protect.
 *
 * @module
 */

import { bash, python, type Recipe } from "./recipe.ts";

/** A repository with hooks, without the program git. */
const REPOSITORY = `mkdir -p .git/hooks .git/objects .git/refs/heads
printf '[core]\\n\\trepositoryformatversion = 0\\n' >.git/config
echo 'ref: refs/heads/main' >.git/HEAD`;

/** Files and mounts. */
export const FILE_RECIPES: readonly Recipe[] = [
  {
    id: "secret-at-home",
    tries: "read a private key in the home folder",
    denial: "the folder is empty inside",
    attack: bash('grep -qs PLANTED "$SECRET" && echo GOT'),
  },
  {
    id: "write-outside",
    tries: "write a file outside the workspace",
    denial: "the file system is read-only",
    attack: bash('echo x >"$H/written" && echo GOT; rm -f "$H/written"'),
  },
  {
    id: "remount-pin",
    number: 14,
    tries: "make what protects the git hooks writable again",
    denial: "mount fails with EPERM",
    group: "repository",
    setup: REPOSITORY,
    controlWith: [
      "unshare",
      "-Urm",
      "sh",
      "-c",
      'mount --bind .git/hooks .git/hooks && exec "$@"',
      "-",
    ],
    attack: python(`
if libc.mount(b"none", b".git/hooks", None, 32 | 4096, None) == 0: got()
print(os.strerror(ctypes.get_errno()))`),
  },
  {
    id: "unmount-pin",
    number: 13,
    tries: "unmount what protects the git hooks",
    denial: "umount fails with EPERM",
    group: "repository",
    setup: REPOSITORY,
    controlWith: [
      "unshare",
      "-Urm",
      "sh",
      "-c",
      'mount --bind .git/hooks .git/hooks && exec "$@"',
      "-",
    ],
    attack: python(`
if libc.umount2(b".git/hooks", 2) == 0: got()
print(os.strerror(ctypes.get_errno()))`),
  },
  {
    id: "ancestor-rename",
    number: 41,
    tries: "rename the folder above a protected one and make it anew",
    denial: "the rename fails; the host has no new hook",
    alone: true,
    setup: REPOSITORY,
    leaves: [".git/hooks/pre-commit"],
    attack: bash(
      "mv .git .g; mkdir -p .git/hooks && echo x >.git/hooks/pre-commit && echo GOT",
    ),
  },
  {
    id: "ancestor-exchange",
    number: 41,
    tries: "exchange the folder above a protected one with another",
    denial: "the rename fails; the host has no new hook",
    alone: true,
    setup: REPOSITORY,
    leaves: [".git/hooks/pre-commit"],
    attack: python(`
os.makedirs("other/hooks")
open("other/hooks/pre-commit", "w").write("x")
n, e = call(nr(316, 276), -100, ctypes.c_char_p(b"other"), -100, ctypes.c_char_p(b".git"), 2)
print(os.strerror(e))`),
  },
  {
    id: "workspace-replaced",
    number: 42,
    tries: "empty the workspace and move it away",
    denial: "the rename fails; hooks stay",
    alone: true,
    setup: REPOSITORY,
    attack: bash(`cd / && rm -rf "$P"/.git; test -e "$P/.git/hooks" || echo GOT
mv "$P" "$P.old" && echo GOT && mv "$P.old" "$P"`),
  },
  {
    id: "hooks-through-link",
    number: 56,
    tries: "write hooks where a link in the workspace leads",
    denial: "the write fails",
    alone: true,
    setup: `${REPOSITORY}
mkdir real && rmdir .git/hooks && ln -s ../real .git/hooks`,
    leaves: ["real/post-checkout"],
    attack: bash("echo x >real/post-checkout"),
  },
  {
    id: "link-to-secret",
    number: 57,
    tries: "read a secret through a link in the workspace",
    denial: "the folder is empty inside",
    setup: 'ln -s "$H/.ssh" k',
    attack: bash("grep -qs PLANTED k/id && echo GOT"),
  },
  {
    id: "link-to-outside",
    number: 58,
    tries: "write through a link in the workspace to a file outside",
    denial: "the file system is read-only",
    setup: 'ln -s "$H/.bashrc" rc',
    attack: bash("echo x >>rc && echo GOT"),
  },
  {
    id: "hard-link-of-secret",
    number: 59,
    tries: "read a hidden file by its second name",
    denial: "the second name is hidden, or the outcome names it",
    alone: true,
    setup: "echo PLANTED >.env; ln .env copy",
    orNamed: "copy",
    attack: bash("grep -qs PLANTED copy && echo GOT"),
  },
  {
    id: "mount-of-secret",
    number: 60,
    tries: "read a hidden folder where it is mounted a second time",
    denial: "the second place is hidden, or nothing runs",
    alone: true,
    rootOnly: true,
    notDeep: "it mounts",
    setup: 'mkdir alias && mount --bind "$H/.ssh" alias',
    attack: bash("grep -qs PLANTED alias/id && echo GOT"),
  },
  {
    id: "temporary-file",
    number: 63,
    tries: "read a file in the host's /tmp",
    denial: "there is no such file",
    attack: bash('cat "/tmp/airg-canary-$T" >/dev/null && echo GOT'),
  },
  {
    id: "lasting-temporary-file",
    number: 63,
    tries: "read a file in the host's /var/tmp",
    denial: "there is no such file",
    attack: bash('cat "/var/tmp/airg-canary-$T" >/dev/null && echo GOT'),
  },
  {
    id: "shared-memory-file",
    number: 39,
    tries: "read a file in the host's /dev/shm",
    denial: "there is no such file",
    attack: bash('cat "/dev/shm/airg-canary-$T" >/dev/null && echo GOT'),
  },
  {
    id: "variables-that-load-code",
    number: 75,
    tries: "have the caller's variables load code into programs",
    denial: "none of them is there inside",
    env: {
      LD_PRELOAD: "/load-canary.so",
      BASH_ENV: "/load-canary",
      NODE_OPTIONS: "--title=load-canary",
      PYTHONSTARTUP: "/load-canary",
      PERL5OPT: "-Iload-canary",
      RUBYOPT: "-Iload-canary",
      JAVA_TOOL_OPTIONS: "-Dx=load-canary",
      GIT_SSH_COMMAND: "load-canary",
      "BASH_FUNC_x%%": "() { : load-canary; }",
    },
    attack: bash("env | grep -q load-canary && echo GOT"),
  },
  {
    id: "root-writable",
    number: 76,
    tries: "make a file in the root folder",
    denial: "the file system is read-only",
    rootOnly: true,
    notDeep: "uncontained it writes to the root folder",
    attack: bash(
      'touch "/airg-escape-$T" && echo GOT; rm -f "/airg-escape-$T"',
    ),
  },
  {
    id: "pinned-rename",
    number: 77,
    tries: "put another folder in the place of a pinned one",
    denial: "the rename fails with EBUSY",
    alone: true,
    setup:
      "mkdir -p .vscode t && echo '{}' >.vscode/tasks.json && echo x >t/tasks.json",
    leaves: [".vscode/tasks.json"],
    attack: bash(
      "mv .vscode old; mv t .vscode; mv t/tasks.json .vscode/tasks.json",
    ),
  },
  ...[
    { name: "chmod", words: 'chmod 777 "$H/.bashrc"' },
    { name: "utime", words: 'touch -d @1 "$H/.bashrc"' },
    { name: "chown", words: 'chgrp "$(id -g)" "$H/.bashrc"' },
    { name: "truncate", words: 'truncate -s 0 "$H/.bashrc"' },
    { name: "link", words: 'ln "$H/.bashrc" "$H/second"; ls "$H/second"' },
    {
      name: "unlink",
      words:
        'test -e "$H/.bashrc" && rm -f "$H/.bashrc" && test ! -e "$H/.bashrc"',
    },
  ].map(({ name, words }): Recipe => ({
    id: `outside-${name}`,
    number: 78,
    tries: `change a file outside the workspace by ${name}`,
    denial: "the file system is read-only",
    setup: 'echo "# rc" >"$H/.bashrc"; rm -f "$H/second"',
    attack: bash(`${words} && echo GOT`),
  })),
  ...[
    {
      name: "chmod",
      words: "cp /bin/true s && chmod u+s s && echo GOT; rm -f s",
    },
    {
      name: "install",
      words: "install -m 4755 /bin/true s && test -u s && echo GOT; rm -f s",
    },
    {
      name: "tar",
      words: `cp /bin/true s && tar cf s.tar s
python3 -c 'd=bytearray(open("s.tar","rb").read()); d[100:107]=b"0004755"; d[148:156]=b" "*8; d[148:156]=b"%06o\\0 " % sum(d[:512]); open("s.tar","wb").write(d)'
rm s; tar xpf s.tar; test -u s && echo GOT; rm -f s s.tar`,
    },
  ].map(({ name, words }): Recipe => ({
    id: `set-user-id-${name}`,
    number: 33,
    tries: `leave a set-user-id program in the workspace, by ${name}`,
    denial: "the mode is refused",
    attack: bash(words),
  })),
  {
    id: "set-user-id-open",
    number: 33,
    tries: "make a set-user-id program by open and fchmodat2",
    denial: "the mode is refused",
    attack: python(`
for way in range(3):
    if way == 0: call(nr(257, 56), -100, ctypes.c_char_p(b"sid"), 0x41, 0o4755)
    if way == 1: open("sid", "a"); call(452, -100, ctypes.c_char_p(b"sid"), 0o4755, 0)
    if way == 2: call(nr(259, 33), -100, ctypes.c_char_p(b"sid2"), 0o104755, 0)
    if any(os.path.exists(f) and os.stat(f).st_mode & 0o4000 for f in ("sid", "sid2")): got()
for f in ("sid", "sid2"):
    if os.path.exists(f): os.unlink(f)`),
  },
];
