# Copyright 2026 the airg authors. Apache-2.0 license.
"""Gives a program a real terminal and plays the person in front of it.

terminal.py STEPS PROGRAM ARG...   (STEPS: JSON)

Steps: ["expect", text] ["send", text] ["resize", rows, columns]
["kill", signal] ["mode", "raw"|"cooked"] ["stdin", path] ["stdout", path]
(the last two come first: what is not the terminal). Prints what was seen.
"""
import array, fcntl, json, os, pty, select, signal, struct, sys, termios, time

LIMIT = 8

def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

class Person:
    def __init__(self, master, slave):
        self.master, self.slave, self.seen = master, slave, b""
        self.before = termios.tcgetattr(slave)
        self.deadline = time.monotonic() + LIMIT
        self.at = 0

    def read(self, wait):
        if not select.select([self.master], [], [], wait)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def until(self, what, done):
        while not done():
            self.read(0.02)
            if time.monotonic() > self.deadline:
                sys.exit("terminal.py: waited too long for %r; saw %r" % (what, self.seen))

    def expect(self, text):
        want = text.encode()
        self.until(text, lambda: self.seen.find(want, self.at) >= 0)
        self.at = self.seen.find(want, self.at) + len(want)

    def raw(self):
        return not termios.tcgetattr(self.slave)[1] & termios.OPOST

def main():
    steps, program = json.loads(sys.argv[1]), sys.argv[2:]
    master, slave = pty.openpty()
    resize(slave, 24, 80)
    person = Person(master, slave)
    given = {0: slave, 1: slave, 2: slave}
    while steps and steps[0][0] in ("stdin", "stdout"):
        name, path = steps.pop(0)
        given[0 if name == "stdin" else 1] = os.open(path, os.O_RDONLY if name == "stdin" else os.O_WRONLY | os.O_CREAT, 0o600)
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd, source in given.items():
            os.dup2(source, fd)
        os.closerange(3, 256)
        os.execve(program[0], program, {})
    ended = []
    def gone():
        if not ended:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                ended.append(status)
        return bool(ended)
    for step in steps:
        if step[0] == "expect":
            person.expect(step[1])
        elif step[0] == "send":
            os.write(master, step[1].encode())
        elif step[0] == "resize":
            resize(slave, step[1], step[2])
        elif step[0] == "kill":
            os.kill(child, step[1])
        elif step[0] == "stopped":
            pid, status = os.waitpid(child, os.WUNTRACED)
            assert os.WIFSTOPPED(status), status
        elif step[0] == "mode":
            person.until(step, lambda: person.raw() == (step[1] == "raw"))
    person.until("the end", gone)
    person.until("the terminal's settings", lambda: termios.tcgetattr(slave) == person.before)
    while person.read(0.05):
        pass
    code = os.waitstatus_to_exitcode(ended[0])
    print(json.dumps({"code": code, "seen": person.seen.decode("utf8", "replace")}))

main()
