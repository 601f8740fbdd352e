// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { Outcome } from "../action/outcome.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { descendants } from "./seatbelt_group.ts";
import { runInSeatbelt, type SeatbeltRequest } from "./seatbelt_run.ts";
import { openScratch, readMark } from "./seatbelt_scratch.ts";

// Stand-ins for sandbox-exec. After `--` come sh, -c, the script, airg, the
// folder for the mark and the file that has to be hidden.
const SKIP = 'while [ "$1" != -- ]; do shift; done; shift\n';
const HOLDS = `#!/bin/sh\n${SKIP}rm "$6"\nexec "$@"\n`;
const LEAKS = `#!/bin/sh\n${SKIP}exec "$@"\n`;
const NESTED =
  "#!/bin/sh\necho 'sandbox_apply: Operation not permitted' >&2\nexit 71\n";

interface Site extends AsyncDisposable {
  readonly root: string;
  readonly run: (
    argv: readonly [string, ...string[]],
    over?: Partial<SeatbeltRequest> & { readonly caller?: Caller },
  ) => Promise<Outcome>;
}

type Caller = SeatbeltRequest["machine"]["callerEnv"];

async function makeSite(standIn: string = HOLDS): Promise<Site> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const sandboxExec = `${root}/sandbox-exec`;
  await Deno.mkdir(`${root}/project`);
  await Deno.mkdir(`${root}/caches/1`, { recursive: true });
  await Deno.writeTextFile(sandboxExec, standIn, { mode: 0o755 });
  const profile: Profile = {
    workspace: realPath(`${root}/project`),
    writable: [],
    pinned: [],
    anchors: [],
    hidden: [],
    network: "none",
    limits: {},
    cache: realPath(`${root}/caches/1`),
  };
  return {
    root,
    run: (argv, { caller, ...over } = {}) =>
      runInSeatbelt({
        command: { program: argv[0], argv, cwd: `${root}/project` },
        profile,
        settings: {
          execution: { maxOutputChars: 10_000 },
          sandbox: { env: { pass: [], set: {} } },
        },
        machine: {
          cachesRoot: `${root}/caches`,
          callerEnv: caller ?? {},
          sandboxExec,
        },
        options: { streams: "capture" },
        denied: (stderr) => ({ kernelRefusals: stderr.split("\n", 1) }),
        handedOff: () => Promise.resolve({ quarantined: [] }),
        clock: { signal: new AbortController().signal, why: () => undefined },
        ...over,
      }),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

function exited(outcome: Outcome): Outcome & { readonly kind: "exited" } {
  assert.equal(outcome.kind, "exited", JSON.stringify(outcome));
  return outcome as Outcome & { readonly kind: "exited" };
}

function sh(text: string): readonly [string, ...string[]] {
  return ["/bin/sh", "-c", text];
}

Deno.test("runInSeatbelt() says what became of the command, and what held it", async () => {
  await using site = await makeSite();
  const outcome = exited(
    await site.run(sh("echo out; echo denied: Permission denied >&2; exit 3")),
  );
  assert.equal(outcome.code, 3);
  assert.equal(outcome.stdout, "out\n");
  assert.equal(outcome.containment.rung, "seatbelt");
  assert.equal(outcome.containment.network, "none");
  assert.deepEqual(outcome.kernelRefusals, ["denied: Permission denied"]);
  assert.ok(outcome.containment.degraded.length > 0);
});

Deno.test("runInSeatbelt() tells what was taken away, after the end", async () => {
  await using site = await makeSite();
  const taken = { path: "a", movedTo: "b", why: "c" };
  let made: string[] = [];
  const handedOff = () => {
    made = [...Deno.readDirSync(`${site.root}/project`)].map(({ name }) =>
      name
    );
    return Promise.resolve({ quarantined: [taken] });
  };
  const outcome = exited(await site.run(sh("echo x >made"), { handedOff }));
  assert.deepEqual(outcome.quarantined, [taken]);
  assert.deepEqual(made, ["made"]);
});

Deno.test("runInSeatbelt() passes words as they are", async () => {
  await using site = await makeSite();
  const words = ["", "--", "-n", 'a b"', "$(id)", "\\", "x\ny", "é)("];
  const outcome = exited(
    await site.run(["/usr/bin/printf", "%s|", ...words]),
  );
  assert.equal(outcome.stdout, words.map((word) => `${word}|`).join(""));
});

Deno.test("runInSeatbelt() gives nothing of the caller's environment but what is listed", async () => {
  await using site = await makeSite(
    HOLDS.replace(SKIP, `env >"$0.log"; echo "$@" >>"$0.log"\n${SKIP}`),
  );
  const caller = {
    PATH: "/usr/bin:/bin",
    HOME: "/h",
    SECRET_TOKEN: "canary-1",
    DYLD_INSERT_LIBRARIES: "canary-2",
    BASH_ENV: "canary-3",
    LD_PRELOAD: "canary-4",
  };
  const outcome = exited(await site.run(["/usr/bin/env"], { caller }));
  const log = await Deno.readTextFile(`${site.root}/sandbox-exec.log`);
  assert.match(outcome.stdout, /^HOME=\/h$/m);
  assert.match(log, /^HOME=\/h$/m);
  assert.doesNotMatch(outcome.stdout + log, /canary/);
});

Deno.test("runInSeatbelt() gives its own umask, not the caller's", async () => {
  await using site = await makeSite();
  const before = Deno.umask(0o077);
  try {
    const outcome = exited(await site.run(sh("umask; echo x >f; ls -l f")));
    assert.match(outcome.stdout, /^0*022\n-rw-r--r--/);
  } finally {
    Deno.umask(before);
  }
});

Deno.test("runInSeatbelt() gives a private folder for temporary files, and takes it away", async () => {
  await using site = await makeSite();
  const outcome = exited(
    await site.run(sh('echo x >"$TMPDIR/f" && cat "$TMPDIR/f"; echo $TMPDIR')),
  );
  const [text, folder] = outcome.stdout.split("\n");
  assert.equal(text, "x");
  assert.match(folder!, /\/airg-[^/]+\/tmp$/);
  assert.throws(() => Deno.statSync(folder!), Deno.errors.NotFound);
});

Deno.test("runInSeatbelt() has no input for the command", async () => {
  await using site = await makeSite();
  assert.equal(exited(await site.run(["/bin/cat"])).stdout, "");
});

const failing = [
  ["rules that do not hold", LEAKS, /could be read/],
  ["a sandbox around airg", NESTED, /status 71: sandbox_apply/],
  ["a sandbox-exec that runs nothing", "#!/bin/sh\n", /status 0/],
  ["a sandbox-exec that cannot run", "#!/nonexistent\n", /status 12[67]/],
] as const;

for (const [name, standIn, message] of failing) {
  Deno.test(`runInSeatbelt() refuses with ${name}`, async () => {
    await using site = await makeSite(standIn);
    const outcome = await site.run(sh(`echo ran >${site.root}/ran`));
    assert.equal(outcome.kind, "not-started");
    assert.match("message" in outcome ? outcome.message : "", message);
    assert.throws(() => Deno.statSync(`${site.root}/ran`));
  });
}

Deno.test("runInSeatbelt() refuses without a sandbox-exec", async () => {
  await using site = await makeSite();
  await Deno.remove(`${site.root}/sandbox-exec`);
  const outcome = await site.run(["/bin/true"]);
  assert.match("message" in outcome ? outcome.message : "", /cannot start/);
});

Deno.test("runInSeatbelt() gives a status over 128 for a signal, and no more words", async () => {
  await using site = await makeSite();
  const outcome = exited(await site.run(sh("kill -TERM $$")));
  assert.deepEqual([outcome.code, outcome.stderr], [143, ""]);
});

Deno.test("runInSeatbelt() leaves signals and children as a command expects them", async () => {
  await using site = await makeSite();
  const outcome = exited(
    await site.run(
      sh(
        'trap "echo caught; exit 5" INT; ps -o ppid= | grep -c "^ *$$$"; kill -INT $$',
      ),
    ),
  );
  // Its only children were ps and grep.
  assert.equal(outcome.stdout, "2\ncaught\n");
  assert.equal(outcome.code, 5);
});

Deno.test("runGroup() ends the group when airg is killed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await new Deno.Command("mkfifo", { args: [`${folder}/f`] }).output();
    const group = import.meta.resolve("./seatbelt_group.ts");
    await Deno.writeTextFile(
      `${folder}/airg.ts`,
      `import { runGroup } from ${JSON.stringify(group)};
       await runGroup({
         program: "/bin/sh",
         args: ["-c", "exec 9>f; echo up >&9; sleep 1000; true"],
         cwd: ${JSON.stringify(folder)},
         env: { PATH: "/usr/bin:/bin" },
         streams: "capture",
         maxOutputChars: 10,
         stop: new AbortController().signal,
       });`,
    );
    const airg = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-config", `${folder}/airg.ts`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    using pipe = await Deno.open(`${folder}/f`);
    const text = new Uint8Array(10);
    assert.equal(await pipe.read(text), 3);
    airg.kill("SIGKILL");
    await airg.status;
    // Its end is the end of all who held the pipe.
    assert.equal(await pipe.read(text), null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runInSeatbelt() refuses a profile it cannot give", async () => {
  await using site = await makeSite();
  const profile = (over: Partial<Profile>): Profile => ({
    workspace: realPath(`${site.root}/project`),
    writable: [],
    pinned: [],
    anchors: [],
    hidden: [],
    network: "none",
    limits: {},
    cache: realPath(`${site.root}/caches/1`),
    ...over,
  });
  for (
    const over of [
      { owner: { uid: 1000, gid: 1000 } },
      { hidden: [{ path: realPath(site.root), kind: "folder" as const }] },
    ]
  ) {
    const outcome = await site.run(["/bin/true"], { profile: profile(over) });
    assert.equal(outcome.kind, "not-started");
  }
  exited(await site.run(["/bin/true"], { profile: profile({}) }));
});

Deno.test("runInSeatbelt() ends the whole group when it is told to", async () => {
  await using site = await makeSite();
  const stop = new AbortController();
  let output = "";
  const outcome = exited(
    await site.run(sh("sleep 1000 & echo $! $$; wait"), {
      options: {
        streams: "capture",
        onOutput(_stream, text) {
          output += text;
          if (output.endsWith("\n")) stop.abort();
        },
      },
      clock: { signal: stop.signal, why: () => "timeout" },
    }),
  );
  assert.equal(outcome.ended, "timeout");
  assert.equal(outcome.code, 137);
  for (const pid of output.trim().split(" ")) assert.equal(lives(pid), false);
});

Deno.test("runInSeatbelt() ends what the command left in its group", async () => {
  await using site = await makeSite();
  const outcome = exited(await site.run(sh("sleep 1000 & echo $!")));
  assert.equal(outcome.code, 0);
  assert.equal(lives(outcome.stdout.trim()), false);
});

Deno.test("runInSeatbelt() does not wait for a process that got away", async () => {
  await using site = await makeSite();
  const outcome = exited(
    await site.run(
      sh(
        "mkfifo f; setsid sh -c 'echo $$ >f; exec sleep 1000' & " +
          "read pid <f; echo $pid; echo end",
      ),
    ),
  );
  const [pid, text] = outcome.stdout.split("\n");
  assert.equal(text, "end");
  // As the result says, and as the test above can tell.
  assert.equal(lives(pid!), true);
  Deno.kill(Number(pid), "SIGKILL");
});

/** Whether a process runs: neither gone nor waiting to be collected. */
function lives(pid: string): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) [ZX] /.test(stat);
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

Deno.test("runInSeatbelt() sets limits, and says which it cannot", async () => {
  await using site = await makeSite();
  const outcome = exited(
    await site.run(sh("ulimit -c; ulimit -n"), {
      profile: {
        workspace: realPath(`${site.root}/project`),
        writable: [],
        pinned: [],
        anchors: [],
        hidden: [],
        network: "open",
        limits: { openFiles: 64, addressSpace: 1 << 30 },
        cache: realPath(`${site.root}/caches/1`),
      },
    }),
  );
  assert.equal(outcome.stdout, "0\n64\n");
  assert.equal(outcome.containment.network, "open");
  const limits = outcome.containment.degraded.filter((text) =>
    text.includes("limit")
  );
  assert.deepEqual(limits, ["seatbelt: the limit addressSpace is not held"]);
});

Deno.test("readMark() knows the mark from anything else", () => {
  const scratch = openScratch();
  try {
    const limits = { openFiles: 1, processes: 2 };
    assert.equal(readMark(scratch, limits), undefined);
    Deno.mkdirSync(`${scratch.proof.open}/helder`);
    assert.equal(readMark(scratch, limits), undefined);
    Deno.mkdirSync(`${scratch.proof.open}/held-c-u`);
    assert.deepEqual(readMark(scratch, limits)?.unheld, [
      "core size 0",
      "processes",
    ]);
  } finally {
    scratch.remove();
  }
});

Deno.test("descendants() finds children of children, and no others", () => {
  const table = "  1 0\n 2 1\n3 2\n 4 3\n5 1\n 6 3\n2 2\nx y\n";
  assert.deepEqual(descendants(3, table), [4, 6]);
  assert.deepEqual(descendants(2, table).sort(), [2, 3, 4, 6]);
  assert.deepEqual(descendants(9, table), []);
});
