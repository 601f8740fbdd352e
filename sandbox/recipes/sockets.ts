// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Recipes against services of the host that listen on a socket.
 *
 * @module
 */

import { bash, python, type Recipe } from "./recipe.ts";

/** Where services listen; the helper on the host (`host.ts`) binds each. */
const PLACES: readonly {
  readonly id: string;
  readonly number: number;
  readonly service: string;
  /** With names of facts in braces. */
  readonly path: string;
}[] = [
  { id: "outside", number: 70, service: "a program", path: "{F}/x.sock" },
  { id: "tmux", number: 64, service: "tmux", path: "/tmp/tmux-{T}/default" },
  { id: "screen", number: 64, service: "screen", path: "/run/screen/S-{T}/1" },
  {
    id: "docker",
    number: 65,
    service: "docker",
    path: "{H}/.docker/run/docker.sock",
  },
  {
    id: "podman",
    number: 65,
    service: "podman",
    path: "{R}/podman/podman.sock",
  },
  {
    id: "colima",
    number: 65,
    service: "colima",
    path: "{H}/.colima/default/docker.sock",
  },
  {
    id: "orbstack",
    number: 65,
    service: "OrbStack",
    path: "{H}/.orbstack/run/docker.sock",
  },
  {
    id: "rancher",
    number: 65,
    service: "Rancher Desktop",
    path: "{H}/.rd/docker.sock",
  },
  {
    id: "containerd",
    number: 65,
    service: "containerd",
    path: "{R}/containerd/containerd.sock",
  },
  {
    id: "session-bus",
    number: 66,
    service: "the session bus",
    path: "{R}/bus",
  },
  {
    id: "user-manager",
    number: 66,
    service: "systemd --user",
    path: "{R}/systemd/private",
  },
  { id: "file-service", number: 67, service: "GVFS", path: "{R}/gvfsd/socket" },
  {
    id: "ssh-agent",
    number: 68,
    service: "ssh-agent",
    path: "/tmp/ssh-{T}/agent.1",
  },
  {
    id: "gpg-agent",
    number: 68,
    service: "gpg-agent",
    path: "{H}/.gnupg/S.gpg-agent",
  },
  {
    id: "keyring",
    number: 68,
    service: "the keyring",
    path: "{R}/keyring/control",
  },
  { id: "x11", number: 69, service: "X11", path: "/tmp/.X11-unix/X{T}" },
  { id: "wayland", number: 69, service: "Wayland", path: "{R}/wayland-0" },
  { id: "pipewire", number: 69, service: "PipeWire", path: "{R}/pipewire-0" },
];

/** Paths that the helper on the host binds, with names of facts in braces. */
export const SOCKET_PATHS: readonly string[] = PLACES.map(({ path }) => path)
  // /run belongs to root: where it cannot be bound the control says so.
  .filter((path) => !path.startsWith("/run/"));

/** `TCP_PORT`, `ABSTRACT` and `DATAGRAM` are listened on by the helper on the host. */
export const SOCKET_RECIPES: readonly Recipe[] = [
  ...PLACES.filter(({ path }) => SOCKET_PATHS.includes(path))
    .map(({ id, number, service, path }): Recipe => ({
      id: `connect-${id}`,
      number,
      tries: `reach ${service} of the host`,
      denial: "the socket is not in sight, or the connection is refused",
      attack: python(`
s = socket.socket(socket.AF_UNIX)
s.connect(${JSON.stringify(path)}.format(**F))
got()`),
    })),
  {
    id: "connect-x11-abstract",
    number: 69,
    tries: "reach X11 by its abstract name",
    denial: "the connection is refused",
    attack: python(`
s = socket.socket(socket.AF_UNIX)
s.connect("\\0/tmp/.X11-unix/X%s" % F["T"])
got()`),
  },
  {
    id: "socket-pair-redirected",
    number: 21,
    tries: "send from a socket pair to a service of the host",
    denial: "connect fails",
    attack: python(`
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.connect(F["DATAGRAM"])
a.send(b"x")
got()`),
  },
  {
    id: "datagram-unconnected",
    number: 22,
    tries: "send a datagram without connecting",
    denial: "sendto fails",
    attack: python(`
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(b"x", F["DATAGRAM"])
got()`),
  },
  {
    id: "datagram-message",
    number: 22,
    tries: "send a datagram by sendmsg",
    denial: "sendmsg fails",
    attack: python(`
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendmsg([b"x"], [], 0, F["DATAGRAM"])
got()`),
  },
  {
    id: "descriptor-received",
    number: 12,
    tries: "be handed a folder of the host over a socket in the workspace",
    denial: "connect fails",
    beside: `
import array, os, socket, sys, threading
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1] + "/pass.sock"); s.listen(9)
os.chmod(sys.argv[1] + "/pass.sock", 0o777)
def serve():
    while True:
        c, _ = s.accept()
        fd = os.open(sys.argv[2] + "/.ssh", os.O_RDONLY)
        c.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
threading.Thread(target=serve, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()`,
    attack: python(`
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
s.connect("pass.sock")
_, [(_, _, data)], _, _ = s.recvmsg(1, 64)
fd = struct.unpack("i", data)[0]
if b"PLANTED" in os.read(os.open("id", os.O_RDONLY, dir_fd=fd), 64): got()`),
  },
  {
    id: "connect-late",
    number: 71,
    tries:
      "reach a socket that a program of the host binds in the workspace during the run",
    denial:
      "connect fails (Landlock ABI 9), or the outcome says that it was there",
    alone: true,
    orNamed: "late.sock",
    beside: `
import os, socket, sys, threading, time
def serve():
    while not os.path.exists(sys.argv[1] + "/go"): time.sleep(0.005)
    os.umask(0)
    s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1] + "/late.sock"); s.listen(9)
    threading.Event().wait()
threading.Thread(target=serve, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()`,
    attack: python(`
import time
open("go", "w")
end = time.monotonic() + 5
while time.monotonic() < end:
    try:
        s = socket.socket(socket.AF_UNIX)
        s.connect("late.sock")
        got()
        break
    except OSError as error:
        # Not there yet, or bound and not yet listened on.
        said = error
        time.sleep(0.005)
else: print(said)`),
  },
  {
    id: "loopback",
    number: 106,
    tries: "reach a service on the host's loopback",
    denial: "the connection is refused",
    attack: bash('(: <>"/dev/tcp/127.0.0.1/$TCP_PORT") && echo GOT'),
  },
  {
    id: "copied-program",
    number: 8,
    tries: "reach the network by a copy of a program under another name",
    denial: "the connection is refused",
    attack: bash(
      'cp /bin/bash x && ./x -c \'(: <>"/dev/tcp/127.0.0.1/$0") && echo GOT\' "$TCP_PORT"',
    ),
  },
  {
    id: "program-in-memory",
    number: 9,
    tries: "reach the network by a program that is in no file",
    denial: "the connection is refused",
    attack: python(`
f = os.memfd_create("x")
os.write(f, open("/bin/bash", "rb").read())
os.execve(f, ["bash", "-c", '(: <>"/dev/tcp/127.0.0.1/$0") && echo GOT', F["TCP_PORT"]], {})`),
  },
  {
    id: "loader",
    number: 7,
    tries: "reach the network by a program started through the loader",
    denial: "the connection is refused",
    attack: bash(
      `for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do
  test -e "$loader" && "$loader" /bin/bash -c '(: <>"/dev/tcp/127.0.0.1/$0") && echo GOT' "$TCP_PORT"
done`,
    ),
  },
  {
    id: "abstract-socket",
    number: 107,
    tries: "reach an abstract socket of the host",
    denial: "the connection is refused",
    attack: python(`
s = socket.socket(socket.AF_UNIX)
s.connect("\\0" + F["ABSTRACT"])
got()`),
  },
];
