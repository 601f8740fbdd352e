// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What recipes reach for on the host: a process, listeners, shared memory,
 * files. One small program gives them all and takes them away when its
 * standard input ends.
 *
 * @module
 */

import { SOCKET_PATHS } from "./sockets.ts";

/**
 * A python program. Words: a private folder, a home, a runtime folder, a mark
 * for names. Prints lines `NAME=value`, then `ready`.
 */
export const HOST_PROGRAM = `
import ctypes, os, socket, sys, threading
F, H, R, T = sys.argv[1:5]
libc = ctypes.CDLL(None)
libc.prctl(15, b"airg-canary", 0, 0, 0)
libc.prctl(0x59616d61, -1, 0, 0, 0) # let its user trace it, where Yama asks
made = []
held = []
def listen(address, kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_UNIX, kind)
    if address.startswith("\\0") or len(address) < 108: s.bind(address)
    else: # by its last part: the whole may be longer than a socket's path
        here = os.open(".", os.O_RDONLY)
        os.chdir(os.path.dirname(address))
        try: s.bind(os.path.basename(address))
        finally: os.fchdir(here); os.close(here)
    if kind == socket.SOCK_STREAM: s.listen(64)
    held.append(s)
    if not address.startswith("\\0"):
        os.chmod(address, 0o777)
        made.append(address)
for path in ${JSON.stringify(SOCKET_PATHS)}:
    path = path.format(F=F, H=H, R=R, T=T)
    try:
        folder = os.path.dirname(path)
        new = []
        while not os.path.isdir(folder):
            new.insert(0, folder)
            folder = os.path.dirname(folder)
        for folder in new:
            os.mkdir(folder)
            if folder.startswith("/tmp/.X"): os.chmod(folder, 0o1777)
            made.append(folder)
        listen(path)
    except OSError as error:
        print("MISSING_" + "".join(c if c.isalnum() else "_" for c in path) + "=" + str(error))
listen("\\0airg-canary-" + T)
listen("\\0/tmp/.X11-unix/X" + T)
listen(F + "/datagram.sock", socket.SOCK_DGRAM)
tcp = socket.socket()
tcp.bind(("127.0.0.1", 0))
tcp.listen(64)
shm = libc.shmget(0, 1024, 0o1666)
for folder in ("/tmp", "/var/tmp", "/dev/shm"):
    path = folder + "/airg-canary-" + T
    open(path, "w").write("canary")
    os.chmod(path, 0o644)
    made.append(path)
print("HOST_PID=%d" % os.getpid())
print("TCP_PORT=%d" % tcp.getsockname()[1])
print("ABSTRACT=airg-canary-" + T)
print("DATAGRAM=" + F + "/datagram.sock")
print("SHM_ID=%d" % shm)
print("ready", flush=True)
sys.stdin.read()
libc.shmctl(shm, 0, None)
for path in reversed(made):
    try: os.rmdir(path) if os.path.isdir(path) else os.unlink(path)
    except OSError: pass
`;
