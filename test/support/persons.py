# Copyright 2026 the airg authors. Apache-2.0 license.
"""Gives programs real terminals and plays the people in front of them.

persons.py < JSON: {"rows", "columns", "env", "cwd", "uid" (optional), "programs": {NAME: [WORDS]}, "steps": [...]}

Steps: ["start", name] ["expect", name, text] ["send", name, text]
["resize", name, rows, columns] ["kill", name, signal] ["end", name]
["insist", name, text, wanted]: sends again and again until it sees what it wants.
["code", from, to]: types the six digits that one terminal shows into another.
Prints {NAME: {"code", "seen", "restored"}} as JSON. "restored": the terminal's
settings are as they were before the program started.
"""
import fcntl, json, os, pty, re, select, struct, sys, termios, time

LIMIT = 60
SPEC = json.load(sys.stdin)
DEADLINE = time.monotonic() + LIMIT

def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

class Terminal:
    def __init__(self, words):
        self.master, self.slave = pty.openpty()
        resize(self.slave, SPEC["rows"], SPEC["columns"])
        if SPEC.get("uid") is not None:
            os.fchown(self.slave, SPEC["uid"], -1)
        self.before = termios.tcgetattr(self.slave)
        self.seen, self.at, self.code = b"", 0, None
        self.child = os.fork()
        if self.child == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(self.slave, fd)
            os.closerange(3, 256)
            if SPEC.get("uid") is not None:
                os.setgroups([])
                os.setgid(SPEC["uid"])
                os.setuid(SPEC["uid"])
            os.chdir(SPEC["cwd"])
            os.execve(words[0], words, SPEC["env"])

    def read(self, wait=0.02):
        if not select.select([self.master], [], [], wait)[0]:
            return False
        data = os.read(self.master, 65536)
        self.seen += data
        return bool(data)

    def until(self, what, done):
        while not done():
            self.read()
            if time.monotonic() > DEADLINE:
                sys.exit("persons.py: waited too long for %r; saw %s" % (what, self.seen.decode("utf8", "replace")))

    def expect(self, text):
        want = text.encode()
        self.until(text, lambda: self.seen.find(want, self.at) >= 0)
        self.at = self.seen.find(want, self.at) + len(want)

    def gone(self):
        if self.code is None:
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def end(self):
        self.until("the end", self.gone)
        while self.read(0.05):
            pass
        return {"code": self.code, "seen": self.seen.decode("utf8", "replace"),
                "restored": termios.tcgetattr(self.slave) == self.before}

open_terminals, results = {}, {}
for step in SPEC["steps"]:
    verb, name = step[0], step[1]
    if verb == "start":
        open_terminals[name] = Terminal(SPEC["programs"][name])
        continue
    terminal = open_terminals[name]
    if verb == "expect":
        terminal.expect(step[2])
    elif verb == "send":
        os.write(terminal.master, step[2].encode())
    elif verb == "resize":
        resize(terminal.slave, step[2], step[3])
    elif verb == "kill":
        os.kill(terminal.child, step[2])
    elif verb == "insist":
        want, last = step[3].encode(), [0.0]
        def heard():
            if terminal.seen.find(want, terminal.at) >= 0:
                return True
            if time.monotonic() - last[0] > 0.2:
                os.write(terminal.master, step[2].encode())
                last[0] = time.monotonic()
        terminal.until(step[3], heard)
        terminal.at = terminal.seen.find(want, terminal.at) + len(want)
    elif verb == "end":
        results[name] = terminal.end()
    elif verb == "code":
        found = []
        def shown():
            found[:] = re.findall(rb"code (\d{6})", terminal.seen)
            return bool(found)
        terminal.until("a code", shown)
        os.write(open_terminals[step[2]].master, found[-1] + b"\n")
for name, terminal in open_terminals.items():
    if name not in results:
        results[name] = terminal.end()
print(json.dumps(results))
