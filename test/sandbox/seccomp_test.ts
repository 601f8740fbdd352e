// Copyright 2026 the airg authors. Apache-2.0 license.

// The seccomp filter alone, on the real kernel: no namespace, no Landlock.
// Every refusal has a control without the filter, which must give something
// else than the refusal. Where this kernel lacks the call, so that both say
// ENOSYS, a copy of the filter with other error numbers shows who answered.
import assert from "node:assert/strict";
import { seccompProgram } from "../../sandbox/seccomp.ts";
import {
  type SeccompOptions,
  seccompRules,
} from "../../sandbox/seccomp_rules.ts";
import { type SyscallName, syscallNumber } from "../../sandbox/syscalls.ts";

const arch = Deno.build.arch;
const isRoot = Deno.uid() === 0;
const NOBODY = 65534;

const site = await Deno.makeTempDir({ prefix: "airg-seccomp-" });
await Deno.chmod(site, 0o755);
const trySyscall = `${site}/try_syscall`;
const built = await run("cc", [
  ...["-static", "-O1", "-Wall", "-Wextra", "-Werror", "-o", trySyscall],
  new URL("try_syscall.c", import.meta.url).pathname,
]);
if (built.code !== 0) {
  if (Deno.env.has("CI")) throw new Error(`cc failed: ${built.stderr}`);
  // deno-lint-ignore no-console -- a skip must be seen
  console.error(`SKIPPED: no C compiler here: ${built.stderr}`);
}
const ignore = built.code !== 0;

globalThis.addEventListener("unload", () => {
  Deno.removeSync(site, { recursive: true });
});

interface Attack {
  readonly name: string;
  readonly setUp?: readonly string[];
  readonly call: SyscallName | number;
  /** `@` stands for a path in an empty folder. */
  readonly args: readonly string[];
  /** What a kernel without the filter answers: "ok", or an error number. */
  readonly control: "ok" | number;
  /** What the filter answers. */
  readonly want: number;
  readonly options?: Partial<SeccompOptions>;
  readonly needsRoot?: boolean;
  /** What must lie at `@` before. */
  readonly before?: "file";
  /** The call makes a set-id file at `@` when it works. */
  readonly makes?: "set-uid" | "set-gid";
  /** Only this architecture has the call. */
  readonly only?: "x86_64";
}

const bytes = (...words: readonly (readonly [value: number, size: 4 | 8])[]) =>
  "x:" +
  words.map(([value, size]) =>
    Array.from(
      { length: size },
      (_, i) =>
        (i < 4 ? value >>> (8 * i) & 0xff : 0).toString(16).padStart(2, "0"),
    )
      .join("")
  ).join("");

const attacks: readonly Attack[] = [
  {
    name: "#14 mount in an own user namespace",
    setUp: ["--userns"],
    call: "mount",
    args: ["s:none", "s:/mnt", "s:tmpfs", "0", "0"],
    control: "ok",
    want: 1,
  },
  {
    name: "#14 bind mount in an own user namespace",
    setUp: ["--userns"],
    call: "mount",
    args: ["s:/etc", "s:/mnt", "0", "0x5000", "0"],
    control: "ok",
    want: 1,
  },
  {
    name: "#13 umount",
    setUp: ["--userns"],
    call: "umount2",
    args: ["s:/proc", "2"],
    control: 22, // locked to what it covers
    want: 1,
  },
  {
    name: "chroot in an own user namespace",
    setUp: ["--userns"],
    call: "chroot",
    args: ["s:/tmp"],
    control: "ok",
    want: 1,
  },
  {
    name: "fsopen in an own user namespace",
    setUp: ["--userns"],
    call: "fsopen",
    args: ["s:tmpfs", "0"],
    control: "ok",
    want: 38,
  },
  {
    name: "open_tree in an own user namespace",
    setUp: ["--userns"],
    call: "open_tree",
    args: ["-100", "s:/etc", "0x8001"],
    control: "ok",
    want: 38,
  },
  {
    name: "#14 unshare of a user namespace",
    call: "unshare",
    args: ["0x10020000"],
    control: "ok",
    want: 1,
  },
  {
    name: "clone of a user namespace",
    call: "clone",
    args: ["0x10000011"],
    control: "ok",
    want: 1,
  },
  {
    name: "clone of a network namespace with high bits",
    setUp: ["--userns"],
    call: "clone",
    args: ["0xdead40000011"],
    control: "ok",
    want: 1,
  },
  {
    name: "#15 clone3 of a user namespace",
    call: "clone3",
    args: [
      bytes(
        [0x10000000, 8],
        ...Array.from({ length: 3 }, () => [0, 8] as const),
        [17, 8],
        ...Array.from({ length: 3 }, () => [0, 8] as const),
      ),
      "64",
    ],
    control: "ok",
    want: 38,
  },
  {
    name: "#16 setns",
    setUp: ["--userns"],
    call: "setns",
    args: ["f:/proc/self/ns/mnt", "0x20000"],
    control: "ok",
    want: 1,
  },
  {
    name: "#17 socket by its x32 number",
    only: "x86_64",
    call: 0x40000000 + 41,
    args: ["1", "1", "0"],
    control: 38, // "ok" where the kernel has x32
    want: 38,
  },
  {
    name: "an x32 number without its bit",
    only: "x86_64",
    call: 521,
    args: ["0", "0", "0"],
    control: 38,
    want: 38,
  },
  {
    name: "a call from the future",
    call: 500,
    args: [],
    control: 38,
    want: 38,
  },
  {
    name: "#19 a netlink protocol with high bits",
    call: "socket",
    args: ["0xdead00000010", "0xbeef00000003", "0x1000000000c"],
    control: "ok",
    want: 93,
  },
  {
    name: "#19 a raw socket with high bits and flags",
    needsRoot: true,
    call: "socket",
    args: ["0x100000002", "0x100080003", "1"],
    control: "ok",
    want: 1,
  },
  {
    name: "#38 a packet socket",
    needsRoot: true,
    call: "socket",
    args: ["17", "3", "768"],
    control: "ok",
    want: 97,
  },
  {
    name: "SOCK_PACKET of AF_INET",
    needsRoot: true,
    call: "socket",
    args: ["2", "10", "768"],
    control: "ok",
    want: 1,
  },
  {
    name: "a socket without namespaces",
    options: { network: "none-without-namespace" },
    call: "socket",
    args: ["1", "1", "0"],
    control: "ok",
    want: 1,
  },
  {
    name: "#20 io_uring_setup",
    call: "io_uring_setup",
    args: ["8", "b:120"],
    control: "ok",
    want: 38,
  },
  {
    name: "#21 a pair of datagram sockets",
    call: "socketpair",
    args: ["1", "0x80002", "0", "b:8"],
    control: "ok",
    want: 1,
  },
  {
    name: "#21 a pair of datagram sockets said to be raw",
    call: "socketpair",
    args: ["1", "3", "0", "b:8"],
    control: "ok",
    want: 1,
  },
  {
    name: "#23 ptrace",
    options: { ptrace: "deny" },
    call: "ptrace",
    args: ["0"],
    control: "ok",
    want: 1,
  },
  {
    name: "#28 TIOCSTI",
    setUp: ["--pty"],
    call: "ioctl",
    args: ["0", "0x5412", "s:x"],
    control: "ok",
    want: 1,
  },
  {
    name: "#28 TIOCSTI with high bits",
    setUp: ["--pty"],
    call: "ioctl",
    args: ["0", "0xdeadbeef00005412", "s:x"],
    control: "ok",
    want: 1,
  },
  {
    name: "#28 TIOCLINUX",
    setUp: ["--pty"],
    call: "ioctl",
    args: ["0", "0x541c", "x:0a"],
    control: 25, // a pty is no console
    want: 1,
  },
  {
    name: "#35 keyctl",
    call: "keyctl",
    args: ["0", "-3", "1"],
    control: "ok",
    want: 1,
  },
  {
    name: "#36 name_to_handle_at",
    call: "name_to_handle_at",
    args: ["-100", "s:/", "x:0000000000000000", "b:4", "0"],
    control: 75,
    want: 1,
  },
  {
    name: "personality READ_IMPLIES_EXEC",
    call: "personality",
    args: ["0x400000"],
    control: "ok",
    want: 1,
  },
  {
    name: "#33 chmod u+s",
    only: "x86_64",
    before: "file",
    call: "chmod",
    args: ["s:@", "04755"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "#33 fchmod u+s",
    before: "file",
    call: "fchmod",
    args: ["f:@", "0xdead00000000" + (0o4755).toString(16).padStart(4, "0")],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "#33 fchmodat u+s",
    before: "file",
    call: "fchmodat",
    args: ["-100", "s:@", "04755"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "#33 fchmodat2 u+s",
    before: "file",
    call: "fchmodat2",
    args: ["-100", "s:@", "04755", "0"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "#33 fchmodat g+s by root",
    options: { caller: "root" },
    before: "file",
    call: "fchmodat",
    args: ["-100", "s:@", "02755"],
    control: "ok",
    want: 1,
    makes: "set-gid",
  },
  {
    name: "open of a new set-uid file",
    only: "x86_64",
    call: "open",
    args: ["s:@", "0101", "04755"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "openat of a new set-uid file",
    call: "openat",
    args: ["-100", "s:@", "0101", "04755"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "openat of a nameless set-uid file",
    call: "openat",
    args: ["-100", "s:/tmp", "020200002", "04755"],
    control: "ok",
    want: 1,
  },
  {
    name: "creat of a set-uid file",
    only: "x86_64",
    call: "creat",
    args: ["s:@", "04755"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "openat2 of a new set-uid file",
    call: "openat2",
    args: ["-100", "s:@", bytes([0o101, 8], [0o4755, 8], [0, 8]), "24"],
    control: "ok",
    want: 38,
    makes: "set-uid",
  },
  {
    name: "mknodat of a set-uid file",
    call: "mknodat",
    args: ["-100", "s:@", "0104755", "0"],
    control: "ok",
    want: 1,
    makes: "set-uid",
  },
  {
    name: "mknodat of a device",
    needsRoot: true,
    call: "mknodat",
    args: ["-100", "s:@", "020666", "0x103"],
    control: "ok",
    want: 1,
  },
  {
    name: "prlimit64 of another process without namespaces",
    options: { network: "none-without-namespace" },
    call: "prlimit64",
    args: [String(Deno.pid), "7", "0", "b:16"],
    control: "ok",
    want: 1,
  },
  {
    name: "setpriority of another process without namespaces",
    options: { network: "none-without-namespace" },
    call: "setpriority",
    args: ["0", String(Deno.pid), "0"],
    control: "ok",
    want: 1,
  },
  {
    name: "#39 shmget without namespaces",
    setUp: ["--userns", "--ipc"],
    options: { network: "none-without-namespace" },
    call: "shmget",
    args: ["0", "4096", "0600"],
    control: "ok",
    want: 1,
  },
];

for (const attack of attacks) {
  Deno.test({
    name: `seccomp: refused: ${attack.name}`,
    ignore: ignore || (attack.needsRoot === true && !isRoot) ||
      (attack.only !== undefined && attack.only !== arch),
    async fn(t) {
      await t.step("control: works, or the kernel answers", async () => {
        const { answer, mode } = await attempt(attack, "none");
        // A kernel may be older than the call; the marked filter settles it.
        if (answer === "errno 38") return;
        if (attack.control === "ok") assert.match(answer, /^ok /);
        else if (attack.control !== 38) {
          assert.equal(answer, `errno ${attack.control}`);
        }
        if (attack.makes !== undefined) assert.equal(mode, attack.makes);
      });
      const filter = await filterFile(attack.options ?? {});
      const { answer, mode } = await attempt(attack, filter.path);
      assert.equal(answer, `errno ${attack.want}`);
      assert.notEqual(mode, attack.makes ?? "another");
      const marked = await attempt(attack, filter.marked);
      assert.equal(marked.answer, `errno ${attack.want + MARK}`);
    },
  });
}

Deno.test({
  name:
    "seccomp: #37 every call that is refused whole is refused by the filter",
  ignore,
  async fn() {
    const options = {
      ...usualOptions(),
      network: "none-without-namespace",
      ptrace: "deny",
    } as const;
    const refused = seccompRules(options).filter(({ when }) =>
      when.length === 0
    ).flatMap(({ syscalls, refusal }) =>
      syscalls.map((name) => ({
        number: syscallNumber(name, arch),
        errno: refusal === "ENOSYS" ? 38 : 1,
      }))
    ).filter(({ number }) => number !== null);
    const numbers = refused.map(({ number }) => String(number));
    const filter = await filterFile(options);
    const setUp = isRoot ? ["--ipc"] : ["--userns", "--ipc"];
    const answers = async (path: string) => {
      const { stdout } = await run(trySyscall, [
        ...setUp,
        path,
        "each",
        ...numbers,
      ]);
      return stdout.trim().split("\n");
    };
    assert.deepEqual(
      await answers(filter.path),
      refused.map(({ number, errno }) => `${number} errno ${errno}`),
    );
    assert.deepEqual(
      await answers(filter.marked),
      refused.map(({ number, errno }) => `${number} errno ${errno + MARK}`),
    );
    // The kernel's own word on bad arguments is another one.
    const own = await answers("none");
    const same = refused.filter(({ errno }, i) =>
      own[i] === `${numbers[i]} errno ${errno}`
    );
    // Only calls this kernel does not have say ENOSYS by themselves.
    if (isRoot) {
      assert.deepEqual(same.filter(({ errno }) => errno !== 38), []);
    }
    assert.equal(own.length, refused.length);
  },
});

Deno.test({
  name: "seccomp: #18 a 32-bit call kills the process",
  ignore: ignore || arch !== "x86_64",
  async fn() {
    // socketcall(SYS_SOCKET, {AF_UNIX, SOCK_STREAM, 0})
    const args = ["int80", "102", "1", bytes([1, 4], [1, 4], [0, 4])];
    const control = await run(trySyscall, ["none", ...args]);
    const filter = await filterFile({});
    const { signal } = await run(trySyscall, [filter.path, ...args]);
    assert.equal(signal, "SIGSYS");
    // A kernel without 32-bit code ends the control as well.
    if (control.signal === null) assert.match(control.stdout, /^ok /);
  },
});

interface Allowed {
  readonly name: string;
  readonly call: SyscallName;
  readonly args: readonly string[];
  readonly options?: Partial<SeccompOptions>;
  readonly before?: "file";
}

const allowed: readonly Allowed[] = [
  { name: "a TCP socket", call: "socket", args: ["2", "0x80801", "6"] },
  { name: "a unix socket", call: "socket", args: ["1", "1", "0"] },
  { name: "netlink route", call: "socket", args: ["16", "0x80003", "0"] },
  {
    name: "a pair of streams",
    call: "socketpair",
    args: ["1", "0x80001", "0", "b:8"],
  },
  {
    name: "a pair of streams without namespaces",
    call: "socketpair",
    args: ["1", "5", "0", "b:8"],
    options: { network: "none-without-namespace" },
  },
  { name: "a fork", call: "clone", args: ["0x11"] },
  { name: "ADDR_NO_RANDOMIZE", call: "personality", args: ["0x40000"] },
  { name: "ptrace", call: "ptrace", args: ["0"] },
  {
    name: "g+s by a user",
    call: "fchmodat",
    args: ["-100", "s:@", "02755"],
    options: { caller: "user" },
    before: "file",
  },
  {
    name: "openat for reading with a mode left over",
    call: "openat",
    args: ["-100", "s:@", "0", "04755"],
    before: "file",
  },
  { name: "a pipe", call: "mknodat", args: ["-100", "s:@", "010600", "0"] },
];

for (const c of allowed) {
  Deno.test({
    name: `seccomp: let through: ${c.name}`,
    ignore,
    async fn() {
      const filter = await filterFile(c.options ?? {});
      const { answer } = await attempt(c, filter.path);
      assert.match(answer, /^ok /);
    },
  });
}

Deno.test({
  name: "seccomp: the kernel itself keeps set-id bits out of mkdir",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir({ dir: site });
    const number = syscallNumber("mknodat", arch)! +
      (arch === "x86_64" ? -1 : 1);
    const { stdout } = await run(trySyscall, [
      ...["none", String(number), "-100", `s:${folder}/d`, "06755"],
    ]);
    assert.equal(stdout, "ok 0\n"); // mkdirat
    const { mode } = await Deno.stat(`${folder}/d`);
    assert.equal(mode! & 0o6000, 0);
  },
});

interface Tool {
  readonly name: string;
  readonly needs: string;
  readonly script: string;
  readonly setUp?: readonly string[];
  readonly options?: Partial<SeccompOptions>;
  /** What the output must hold. */
  readonly shows: RegExp;
}

const tools: readonly Tool[] = [
  {
    name: "git",
    needs: "git",
    script: `git init -q r && cd r && git config user.email a@b &&
      git config user.name n && echo 1 >f && git add f && git commit -qm one &&
      git mv f g && git status --short && git commit -qam two && git gc -q &&
      git clone -q . ../c && git worktree add -q ../w && git log --oneline`,
    shows: /two/,
  },
  {
    name: "node",
    needs: "node",
    script: `node -e '
      const { Worker } = require("node:worker_threads");
      const fs = require("node:fs");
      const { execFileSync } = require("node:child_process");
      const net = require("node:net");
      fs.writeFileSync("n", "x", { mode: 0o600 });
      fs.cpSync("n", "m");
      require("node:os").networkInterfaces();
      const child = execFileSync(process.execPath, ["-p", "6*7"]);
      const server = net.createServer((s) => s.end("net ")).listen("s.sock");
      net.connect("s.sock").on("data", (d) => process.stdout.write(d))
        .on("close", () => server.close());
      new Worker("require(\\"node:worker_threads\\").parentPort.postMessage(1)",
        { eval: true }).on("message", () => console.log("worker", +child));'`,
    shows: /worker 42/,
  },
  {
    name: "npm",
    needs: "npm",
    script: `npm init -y >/dev/null &&
      npm pkg set scripts.x='echo ran-script' && npm run -s x`,
    shows: /ran-script/,
  },
  {
    name: "python3",
    needs: "python3",
    script: `cat >p.py <<'END'
import asyncio, multiprocessing, subprocess, tempfile, shutil, os, socket
def square(n): return n * n
async def main():
    p = await asyncio.create_subprocess_exec("echo", "async", stdout=-1)
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
    await asyncio.open_connection(*server.sockets[0].getsockname())
    return (await p.communicate())[0].decode().strip()
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool: print(pool.map(square, [2, 3]))
    print(multiprocessing.Manager().list([1]))
    print(subprocess.check_output(["echo", "sub"]).decode().strip())
    with tempfile.TemporaryDirectory() as d: shutil.copytree(".", d + "/x")
    a, b = socket.socketpair(); os.memfd_create("m")
    print(asyncio.run(main()))
END
python3 p.py`,
    shows: /\[4, 9\]\n\[1\]\nsub\nasync/,
  },
  {
    name: "gcc and make",
    needs: "gcc",
    script: `printf 'int main(void){return 0;}' >a.c
      printf 'all: a b\\nb: a.c\\n\\tgcc -o b a.c\\n' >Makefile
      make -s -j4 && ./a && ./b && echo built`,
    shows: /built/,
  },
  {
    name: "gcc's address and leak sanitizers",
    needs: "gcc",
    script: `printf '#include <stdlib.h>
int main(void){void *volatile p = malloc(9); p = 0; return 0;}' >l.c
      gcc -g -fsanitize=address -o l l.c && ./l 2>&1 | tail -1`,
    shows: /9 byte\(s\) leaked/,
  },
  {
    name: "tar",
    needs: "tar",
    script: `mkdir t && echo x >t/f && chmod 640 t/f && ln -s f t/l &&
      tar czf t.tgz t && rm -r t && tar xpf t.tgz && stat -c %a t/f`,
    shows: /640/,
  },
  {
    name: "go",
    needs: "go",
    script:
      `export GOCACHE=$PWD/../go GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local
      printf 'package main
import ("fmt";"net";"os/exec")
func main(){ a, e := net.InterfaceAddrs(); o, f := exec.Command("echo","sub").Output()
 fmt.Println("go", len(a) > 0, e, f, string(o)) }' >m.go
      go run m.go`,
    shows: /go true <nil> <nil> sub/,
  },
  {
    name: "cargo",
    needs: "cargo",
    script: `cargo new -q --vcs none x && cd x &&
      CARGO_NET_OFFLINE=true cargo run -q`,
    shows: /Hello, world!/,
  },
  {
    name: "java",
    needs: "javac",
    script:
      `printf 'class A { public static void main(String[] a) throws Exception {
 new ProcessBuilder("echo", "java").inheritIO().start().waitFor(); } }' >A.java
      javac A.java && java A`,
    shows: /java/,
  },
  {
    name: "deno",
    needs: Deno.execPath(),
    script: `export DENO_DIR=$PWD/d
      echo 'const w = new Worker("data:application/javascript,postMessage(1)",
        { type: "module" });
      w.onmessage = async () => {
        const c = await new Deno.Command("echo", { args: ["deno"] }).output();
        await Deno.writeTextFile("o", "x", { mode: 0o600 });
        await using l = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        Deno.connect({ port: l.addr.port }).then((s) => s.close());
        (await l.accept()).close();
        console.log(new TextDecoder().decode(c.stdout)); w.terminate(); };' >w.js
      '${Deno.execPath()}' run -A w.js`,
    shows: /deno/,
  },
  {
    name: "bash's job control",
    needs: "bash",
    setUp: ["--pty"],
    script:
      `bash --norc -ic 'sleep 0.1 & jobs; fg %1 >/dev/null; echo done' 2>&1`,
    shows: /Running.*\n(.*\n)*done/,
  },
  {
    name: "gdb",
    needs: "gdb",
    script: `printf 'int main(void){int *volatile p = 0; return *p;}' >c.c
      gcc -g -o c c.c && gdb -batch -ex run -ex bt ./c 2>&1`,
    shows: /#0 .* in main/,
  },
  {
    name: "strace",
    needs: "strace",
    script: `strace -f -o o sh -c '/bin/cat /dev/null' && cat o`,
    shows: /execve\("\/bin\/cat", \["\/bin\/cat", "\/dev\/null"\]/,
  },
  {
    name: "git init --shared by a user",
    needs: "git",
    options: { caller: "user" },
    ...(isRoot ? { setUp: ["--uid", String(NOBODY)] } : {}),
    script: `git init -q --shared r && stat -c %a r/.git/refs`,
    shows: /^2775/,
  },
];

for (const tool of tools) {
  const installed = (await run("sh", ["-c", `command -v ${tool.needs}`]))
    .code === 0;
  if (!installed) {
    // deno-lint-ignore no-console -- a skip must be seen
    console.error(`SKIPPED: ${tool.needs} is not installed`);
  }
  Deno.test({
    name: `seccomp: still works: ${tool.name}`,
    ignore: ignore || !installed,
    async fn(t) {
      const filter = await filterFile(tool.options ?? {});
      for (const path of ["none", filter.path]) {
        await t.step(path === "none" ? "control" : "filtered", async () => {
          const folder = await Deno.makeTempDir({ dir: site });
          if (isRoot && tool.setUp?.includes("--uid")) {
            await Deno.chown(folder, NOBODY, NOBODY);
          }
          const { code, stdout, stderr } = await run("timeout", [
            ...["90", trySyscall, ...(tool.setUp ?? []), path, "--"],
            ...["sh", "-c", tool.script],
          ], folder);
          assert.equal(code, 0, stdout + stderr);
          assert.match(stdout, tool.shows, stderr);
        });
      }
    },
  });
}

/** What is added to error numbers in a marked filter; no real one is as high. */
const MARK = 1000;

function usualOptions(): SeccompOptions {
  return {
    arch,
    caller: isRoot ? "root" : "user",
    network: "namespace",
    ptrace: "allow",
  };
}

/** Writes the filter, and a copy whose errors are {@linkcode MARK} higher. */
async function filterFile(
  change: Partial<SeccompOptions>,
): Promise<{ path: string; marked: string }> {
  const program = seccompProgram({ ...usualOptions(), ...change });
  const path = await Deno.makeTempFile({ dir: site });
  await Deno.writeFile(path, program);
  const view = new DataView(program.buffer);
  for (let at = 0; at < program.length; at += 8) {
    const value = view.getUint32(at + 4, true);
    if (view.getUint16(at, true) === 0x06 && value >>> 16 === 5) {
      view.setUint32(at + 4, value + MARK, true);
    }
  }
  const marked = `${path}-marked`;
  await Deno.writeFile(marked, program);
  await Deno.chmod(path, 0o644);
  return { path, marked };
}

/** Tries one call; `mode` is what lies at `@` afterwards. */
async function attempt(
  { setUp = [], call, args, before }: Pick<
    Attack,
    "setUp" | "call" | "args" | "before"
  >,
  filter: string,
): Promise<{ answer: string; mode?: "set-uid" | "set-gid" }> {
  const folder = await Deno.makeTempDir({ dir: site });
  const path = `${folder}/x`;
  if (before === "file") await Deno.writeTextFile(path, "");
  const number = typeof call === "number" ? call : syscallNumber(call, arch);
  const { code, stdout, stderr } = await run(trySyscall, [
    ...setUp,
    filter,
    String(number),
    ...args.map((arg) => arg.replace("@", path)),
  ]);
  assert.equal(code, 0, stderr);
  const info = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return { mode: 0 };
    throw error;
  });
  const bits = (info.mode ?? 0) & 0o6000;
  const answer = stdout.trim();
  if (bits === 0) return { answer };
  return { answer, mode: bits & 0o4000 ? "set-uid" : "set-gid" };
}

async function run(
  program: string,
  args: readonly string[],
  cwd?: string,
): Promise<{
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
}> {
  const { code, signal, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...(cwd === undefined ? {} : { cwd }),
  }).output();
  const text = new TextDecoder();
  return {
    code,
    signal,
    stdout: text.decode(stdout),
    stderr: text.decode(stderr),
  };
}
