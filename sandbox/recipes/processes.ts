// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Recipes against processes, `/proc` and descriptors.
 *
 * @module
 */

import { bash, python, type Recipe } from "./recipe.ts";

/** `HOST_PID` is a process of the same user that waits on the host. */
export const PROCESS_RECIPES: readonly Recipe[] = [
  {
    id: "proc-environ",
    number: 1,
    tries: "read the caller's environment in /proc",
    denial: "no process in sight holds the value",
    env: { CANARY: "s3cr3t-canary" },
    attack: bash("grep -qs s3cr3t-canary /proc/[0-9]*/environ && echo GOT"),
  },
  {
    id: "proc-mem",
    number: 2,
    tries: "write the memory of a process that has no filter",
    denial: "open of /proc/1/mem fails",
    attack: python(`
inside = not os.path.exists("/proc/%s/comm" % F["HOST_PID"]) or open("/proc/%s/comm" % F["HOST_PID"]).read().strip() != "airg-canary"
open("/proc/%s/mem" % ("1" if inside else F["HOST_PID"]), "r+b")
got()`),
  },
  {
    id: "proc-cmdline",
    number: 3,
    tries: "read a secret in the argument list of what started the run",
    denial: "no argument list in sight holds the value",
    env: { CANARY: "s3cr3t-canary" },
    controlWith: ["/bin/sh", "-c", '"$@"; true', "s3cr3t-canary"],
    attack: bash("grep -qs s3cr3t-canary /proc/[0-9]*/cmdline && echo GOT"),
  },
  {
    id: "proc-sys",
    number: 4,
    rootOnly: true,
    tries: "write a sysctl as root (the value it has)",
    denial: "the open for writing fails",
    notDeep: "it writes a setting of the machine, be it the same value",
    attack: bash(
      'v=$(cat /proc/sys/kernel/core_pattern); printf %s "$v" >/proc/sys/kernel/core_pattern && echo GOT',
    ),
  },
  {
    id: "proc-root",
    number: 5,
    tries: "read a secret through the root folder of another process",
    denial: "nothing more is read than without it",
    attack: bash(
      'for p in "/proc/$HOST_PID" /proc/[0-9]*; do cat "$p/root$SECRET" "$p/cwd$SECRET" 2>/dev/null; done | grep -q PLANTED && echo GOT',
    ),
  },
  {
    id: "inherited-folder",
    number: 10,
    tries: "read a secret through a folder the caller had open",
    denial: "the descriptor is closed",
    before: 'exec 7<"$HOME/.ssh"',
    attack: bash("grep -qs PLANTED /proc/self/fd/7/id && echo GOT"),
  },
  {
    id: "inherited-socket",
    number: 11,
    tries: "write to a connection the caller had open",
    denial: "the descriptor is closed",
    before: 'exec 8<>"/dev/tcp/127.0.0.1/$TCP_PORT"',
    attack: bash("echo hi >&8 && echo GOT"),
  },
  {
    id: "ptrace",
    number: 23,
    tries: "trace a process that has no filter",
    denial: "PTRACE_ATTACH fails",
    attack: python(`
inside = not os.path.exists("/proc/%s/comm" % F["HOST_PID"]) or open("/proc/%s/comm" % F["HOST_PID"]).read().strip() != "airg-canary"
target = 1 if inside else int(F["HOST_PID"])
n, e = call(nr(101, 117), 16, target, 0, 0)
if n == 0:
    os.waitpid(target, 0x40000000)
    call(nr(101, 117), 17, target, 0, 0)
    got()
print(os.strerror(e))`),
  },
  {
    id: "process-vm-writev",
    number: 24,
    tries: "write the memory of another process by process_vm_writev",
    denial: "the call fails with EPERM",
    attack: python(`
inside = not os.path.exists("/proc/%s/comm" % F["HOST_PID"]) or open("/proc/%s/comm" % F["HOST_PID"]).read().strip() != "airg-canary"
target = 1 if inside else int(F["HOST_PID"])
vec = struct.pack("QQ", 0, 0)
n, e = call(nr(311, 271), target, ctypes.c_char_p(vec), 1, ctypes.c_char_p(vec), 1, 0)
if n >= 0: got()
print(os.strerror(e))`),
  },
  {
    id: "pidfd-getfd",
    number: 25,
    tries: "take a descriptor out of another process",
    denial: "pidfd_getfd fails",
    attack: python(`
inside = not os.path.exists("/proc/%s/comm" % F["HOST_PID"]) or open("/proc/%s/comm" % F["HOST_PID"]).read().strip() != "airg-canary"
fd, e = call(434, 1 if inside else int(F["HOST_PID"]), 0)
for n in range(64):
    taken, e = call(438, fd, n, 0)
    if taken >= 0:
        got()
        break
print(os.strerror(e))`),
  },
  {
    id: "signal-host",
    number: 27,
    tries: "signal a process of the host",
    denial: "there is no such process",
    attack: bash(
      'kill -0 "$HOST_PID" && test "$(cat /proc/$HOST_PID/comm)" = airg-canary && echo GOT',
    ),
  },
  {
    id: "slow-down-host",
    tries: "slow down or pin a process of the host",
    denial: "there is no such process, or the call fails with EPERM",
    attack: python(`
pid = int(F["HOST_PID"])
there = os.path.exists("/proc/%d/comm" % pid) and open("/proc/%d/comm" % pid).read().strip() == "airg-canary"
if not there: sys.exit("no such process")
for step in (lambda: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid)),
             lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)),
             lambda: os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))):
    try:
        step()
        got()
    except OSError as error: print(error.strerror)`),
  },
  {
    id: "terminal-input",
    number: 28,
    tries: "type into a terminal (TIOCSTI), also with bits the kernel ignores",
    denial: "the ioctl fails with EPERM",
    attack: python(`
import pty, termios, fcntl
pid, master = pty.fork()
if pid == 0:
    done = 0
    for request in (0x5412, 0x5412 | 1 << 32):
        n, e = call(nr(16, 29), 0, request, ctypes.c_char_p(b"x"))
        if n == 0: done = 7
        else: os.write(2, os.strerror(e).encode())
    os._exit(done)
_, status = os.waitpid(pid, 0)
if os.waitstatus_to_exitcode(status) == 7: got()`),
  },
  {
    id: "new-privileges",
    number: 34,
    tries: "gain rights from a set-user-id program such as sudo",
    denial: "no_new_privs is set and no capability can be had",
    attack: bash(
      "grep -Eq '^NoNewPrivs:[[:space:]]*0$' /proc/self/status && echo GOT",
    ),
  },
  {
    id: "capability-bounds",
    tries: "keep a capability that a later program could be given",
    denial: "the bounding set is empty",
    attack: bash(
      "grep -Eq '^CapBnd:.*[1-9a-f]' /proc/self/status && echo GOT",
    ),
  },
  {
    id: "shared-memory",
    number: 39,
    tries: "reach System V shared memory of the host",
    denial: "there is no such segment",
    attack: bash(
      'ipcs -m -i "$SHM_ID" 2>&1 | grep -q "Shared memory" && echo GOT',
    ),
  },
  {
    id: "core-file",
    number: 40,
    tries: "leave a copy of memory by crashing",
    denial: "no core file appears",
    alone: true,
    attack: bash(`ulimit -c unlimited; bash -c 'kill -SEGV $$'
ls core core.[0-9]* 2>/dev/null | grep -q . && echo GOT`),
  },
  {
    id: "launcher-exe",
    number: 129,
    tries: "open the program of process 1 for writing",
    denial: "the open fails",
    notDeep: "uncontained it opens programs of the machine for writing",
    rootOnly: true,
    attack: bash(
      `for p in /proc/1/exe /proc/$PPID/exe /proc/self/exe /usr/bin/bwrap; do
  (exec 9>>"$p") 2>/dev/null && { echo GOT; exit; }
done
for p in /proc/[0-9]*/exe /proc/[0-9]*/map_files/*; do
  case "$(readlink "$p")" in *airg-launcher*|*bwrap*) (exec 9>>"$p") 2>/dev/null && { echo GOT; exit; } ;; esac
done`,
    ),
    control: bash("cp /bin/true x; (exec 9>>x) && echo GOT"),
  },
];
