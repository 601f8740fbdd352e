// Copyright 2026 the airg authors. Apache-2.0 license.

// What outlives a run, what is left on the host, and what a terminal lets
// through: recipes #3, #28 and #29, killed guards, and the ladder's rungs.
import assert from "node:assert/strict";
import {
  airgWords,
  IDENTITIES,
  type Identity,
  Site,
} from "../support/contained_site.ts";

const decoder = new TextDecoder();

for (const identity of IDENTITIES) {
  Deno.test(`lifetime: #29 a daemon does not outlive the time limit, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    const mark = freshSeconds();
    site.write(
      `${site.project}/probe.sh`,
      `setsid sleep ${mark} & echo started; sleep ${mark}\n`,
    );
    const ran = await site.contained(["/bin/bash", "probe.sh"], {
      flags: ["--timeout", "1"],
    });
    assert.match(ran.stdout, /started/, ran.stderr);
    assert.deepEqual(await processesWith(`sleep\0${mark}`), []);
  });

  Deno.test(`lifetime: #29 a daemon does not outlive the command, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    const mark = freshSeconds();
    const script =
      `setsid sleep ${mark} >/dev/null 2>&1 </dev/null & echo started\n`;
    site.write(`${site.project}/probe.sh`, script);
    const control = await site.bare(["/bin/bash", "probe.sh"]);
    assert.match(control.stdout, /started/);
    const left = await processesWith(`sleep\0${mark}`);
    assert.equal(left.length, 1, "control: it outlives an uncontained shell");
    left.forEach((pid) => Deno.kill(pid, "SIGKILL"));
    const ran = await site.contained(["/bin/bash", "probe.sh"]);
    assert.match(ran.stdout, /started/, ran.stderr);
    assert.deepEqual(await processesWith(`sleep\0${mark}`), []);
  });

  for (const victim of ["airg", "bwrap"] as const) {
    Deno.test(`lifetime: nothing is left when ${victim} is killed, as ${identity.name}`, async () => {
      await using site = new Site(identity);
      const mark = freshSeconds();
      site.write(
        `${site.project}/probe.sh`,
        `setsid sleep ${mark} & sleep ${mark}\n`,
      );
      const child = startContained(site, ["/bin/bash", "probe.sh"]);
      await until(async () =>
        (await processesWith(`sleep\0${mark}`)).length === 2
      );
      if (victim === "airg") {
        Deno.kill(child.pid, "SIGKILL");
      } else {
        const [pid] = await descendants(child.pid, "bwrap");
        assert(pid !== undefined, "bwrap runs below airg");
        Deno.kill(pid, "SIGKILL");
      }
      await child.output();
      await until(async () =>
        (await processesWith(`sleep\0${mark}`)).length === 0
      );
    });
  }

  Deno.test(`lifetime: #3 no value of the environment is in an argument list, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    const canary = `canary-${crypto.randomUUID()}`;
    site.write(
      `${site.folder}/policy.json`,
      JSON.stringify({
        version: 1,
        extends: ["default"],
        sandbox: { env: { set: { TOKEN_FOR_TEST: canary } } },
      }),
      0o644,
    );
    site.write(
      `${site.project}/probe.sh`,
      "echo \"value $TOKEN_FOR_TEST\"; cat /proc/*/cmdline | tr '\\0' ' '; read -r _ <wait\n",
    );
    await new Deno.Command("mkfifo", { args: [`${site.project}/wait`] })
      .output();
    site.own();
    const child = startContained(site, ["/bin/bash", "probe.sh"], [
      "--policy",
      `${site.folder}/policy.json`,
    ]);
    await until(async () => (await descendants(child.pid, "bash")).length > 0);
    assert.deepEqual(await processesWith(canary), []);
    await Deno.writeTextFile(`${site.project}/wait`, "go\n");
    const { stdout, stderr } = await child.output();
    const text = decoder.decode(stdout);
    assert.match(
      text,
      new RegExp(`value ${canary}`),
      `control: it is set: ${decoder.decode(stderr)}`,
    );
    assert.equal(text.split(canary).length, 2, "once: not in any cmdline");
  });

  Deno.test(`lifetime: #28 no keystroke can be put into the caller's terminal, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    site.write(
      `${site.project}/probe.py`,
      `
import fcntl, os, sys
for request in (0x5412, 0x541C, 0x5412 | 1 << 32):
    try:
        fcntl.ioctl(0, request & 0xffffffff, b"x") if request < 1 << 32 else __import__("ctypes").CDLL(None, use_errno=True).ioctl(0, __import__("ctypes").c_ulong(request), b"x") == 0 or (_ for _ in ()).throw(OSError(__import__("ctypes").get_errno(), ""))
        print("GOT", hex(request))
    except OSError as e:
        print("errno", e.errno)
print("tty", os.isatty(0), os.isatty(1))
`,
    );
    const bare = await onTerminal(
      site,
      ["/usr/bin/python3", "probe.py"],
      site.identity.owns,
    );
    assert.match(bare, /tty True True/, bare);
    // Another answer than EPERM shows that without the filter the request
    // reaches the terminal (a kernel may refuse TIOCSTI by itself with EIO).
    assert.doesNotMatch(bare, /errno 1\r?\nerrno 1\r?\nerrno 1\r?\n/, bare);
    const contained = await onTerminal(site, [
      ...airgWords(site.identity.runsAs),
      "run",
      "--",
      "/usr/bin/python3",
      "probe.py",
    ], site.identity.runsAs);
    assert.match(
      contained,
      /errno 1\r?\nerrno 1\r?\nerrno 1\r?\ntty True True/,
      contained,
    );
  });
}

/** A number of seconds that no other process sleeps. */
function freshSeconds(): string {
  return String(10_000 + crypto.getRandomValues(new Uint16Array(1))[0]!);
}

function startContained(
  site: Site,
  words: readonly string[],
  flags: readonly string[] = [],
): Deno.ChildProcess {
  const [program, ...args] = [
    ...airgWords(site.identity.runsAs),
    "run",
    "--workspace",
    site.project,
    ...flags,
    "--",
    ...words,
  ];
  return new Deno.Command(program!, {
    args,
    cwd: site.project,
    env: site.env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...as(site.identity),
  }).spawn();
}

function as(identity: Identity): { uid?: number; gid?: number } {
  return Deno.uid() === 0 ? { uid: identity.runsAs, gid: identity.runsAs } : {};
}

/** Runs words on a new terminal, by way of script(1); returns what it showed. */
async function onTerminal(
  site: Site,
  words: readonly string[],
  uid: number,
): Promise<string> {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", quoted.join(" "), "/dev/null"],
    cwd: site.project,
    env: site.env,
    clearEnv: true,
    stdin: "null",
    ...(Deno.uid() === 0 && { uid, gid: uid }),
  }).output();
  return decoder.decode(stdout);
}

/** Processes whose argument list holds `text`. */
async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of pids()) {
    const line = await readIfThere(`/proc/${pid}/cmdline`);
    if (line?.includes(text)) found.push(pid);
  }
  return found;
}

/** Processes beneath `pid` with this name. */
async function descendants(pid: number, name: string): Promise<number[]> {
  const parents = new Map<number, number>();
  const names = new Map<number, string>();
  for (const id of pids()) {
    const stat = await readIfThere(`/proc/${id}/stat`);
    const match = /^\d+ \((.*)\) \S+ (\d+)/s.exec(stat ?? "");
    if (match === null) continue;
    names.set(id, match[1]!);
    parents.set(id, Number(match[2]));
  }
  const below = (id: number): boolean => {
    const parent = parents.get(id);
    return parent !== undefined && (parent === pid || below(parent));
  };
  return [...parents.keys()].filter((id) =>
    names.get(id) === name && below(id)
  );
}

function pids(): number[] {
  return [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name))
    .filter((pid) => Number.isInteger(pid));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    // It ended while we looked.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Waits for something to become true; the test fails if it never does. */
async function until(check: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail("It never became true");
}
