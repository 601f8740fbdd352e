// Copyright 2026 the airg authors. Apache-2.0 license.
// Who may answer, tried with real processes and terminals: what is refused
// stays refused, and each refusal has a control that answers.
import assert from "node:assert/strict";
import { findBubblewrap } from "../../src/platform/machine.ts";
import { requestFor } from "../support/approval_memory.ts";
import { AIRG, makeSite, runAirg, type Site } from "../support/airg.ts";
import {
  driver,
  play,
  playOne,
  type Step,
  storeSite,
} from "../support/terminals.ts";
import {
  airgWords,
  IDENTITIES,
  Site as ContainedSite,
} from "../support/contained_site.ts";

const ignore = Deno.build.os !== "linux";
const ID = requestFor().id;
const PASSPHRASE = "correct horse";

/** A shell that the kernel and `ps` know as `claude`. */
async function claude(site: Site, words: readonly string[]): Promise<string[]> {
  const path = `${site.home}/claude`;
  await Deno.copyFile("/bin/sh", path);
  await Deno.chmod(path, 0o755);
  const line = words.map((word) => `'${word}'`).join(" ");
  // The echo keeps the shell from becoming the program.
  return [path, "-c", `${line}; status=$?; echo; exit $status`];
}

function shell(line: string, words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  return ["/bin/sh", "-c", line.replace("AIRG", quoted)];
}

const APPROVE = [...AIRG, "approvals", "approve", ID];

Deno.test({
  name: "a pipe approves nothing, denies nothing and takes nothing back",
  ignore,
  async fn() {
    await using site = await makeSite();
    for (const act of ["approve", "deny", "revoke"]) {
      const ran = await runAirg(site, ["approvals", act, ID], {
        stdin: "yes\n",
      });
      assert.equal(ran.code, 77, ran.stderr);
      assert.match(
        ran.stderr,
        /is for a person, and it has no controlling terminal|is not its own terminal/,
      );
      assert.match(ran.stderr, /airg: hint: run it/);
    }
  },
});

Deno.test.each(
  [
    {
      how: "its input is a pipe",
      line: "echo yes | AIRG",
      why: /standard input is not its own terminal/,
    },
    {
      how: "its input is a file",
      line: "AIRG </dev/null",
      why: /standard input is not its own terminal/,
    },
    {
      how: "it is in the background",
      line: "set -m; AIRG & wait $!",
      why: /runs in the background/,
    },
    {
      how: "it left its terminal",
      line: "setsid -w AIRG",
      why: /no controlling terminal/,
    },
  ].map((one) => ({ ...one, ignore })),
)(
  "on a terminal nothing is approved where $how",
  { ignore },
  async ({ line, why }) => {
    await using site = await makeSite();
    const person = await playOne(site, shell(line, APPROVE));
    assert.equal(person.code, 77, person.seen);
    assert.match(person.seen, why);
  },
);

Deno.test({
  name: "a watch whose keys come from another terminal than its own is refused",
  ignore,
  async fn() {
    // Whoever holds the other end of the second terminal types.
    const other = [
      "import os, pty, sys",
      "holder, keys = pty.openpty()",
      "pid = os.fork()",
      "if pid == 0:",
      "  os.dup2(keys, 0); os.execv(sys.argv[1], sys.argv[1:])",
      "os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
    ].join("\n");
    await using site = await storeSite([requestFor()]);
    const agent = await playOne(site, [
      "/usr/bin/python3",
      "-c",
      other,
      ...driver("watch"),
    ], { env: site.driverEnv });
    assert.equal(agent.code, 77, agent.seen);
    assert.match(agent.seen, /standard input is not its own terminal/);
    // The control: `/dev/tty` by name is the same terminal.
    const person = await playOne(
      site,
      shell("AIRG </dev/tty", driver("approve", ID)),
      { env: site.driverEnv },
    );
    assert.equal(person.code, 0, person.seen);
  },
});

Deno.test({
  name:
    "the control: a person on a terminal approves, and the log says who and how",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const person = await playOne(
      site,
      driver("approve", ID.slice(0, 10), "--message", "go"),
      { env: site.driverEnv },
    );
    assert.equal(person.code, 0, person.seen);
    assert.match(person.seen, /rm -rf build/);
    const { requests, events } = await site.outcome();
    assert.equal(requests[0]?.message, "go");
    assert.deepEqual(
      events.map(({ what, who }) => [what, who?.how]),
      [["shown", "terminal"], ["approved", "terminal"]],
    );
    const log = await Deno.readTextFile(`${site.state}/activity.log`);
    const records = log.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ approval }) => approval.what),
      ["shown", "approved"],
    );
    for (const { approval, source } of records) {
      assert.equal(source, "human-operator");
      assert.match(approval.who.terminal, /^\/dev\/pts\//);
    }
  },
});

Deno.test({
  name:
    "below a process named claude nothing is approved without a watch, nor watched",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const agent = await playOne(
      site,
      await claude(site, driver("approve", ID)),
      { env: site.driverEnv },
    );
    assert.equal(agent.code, 77, agent.seen);
    assert.match(agent.seen, /claude \(process \d+\) started it/);
    assert.equal((await site.outcome()).requests[0]?.state, "pending");
    const watch = await playOne(site, await claude(site, driver("watch")), {
      env: site.driverEnv,
    });
    assert.equal(watch.code, 77, watch.seen);
  },
});

Deno.test({
  name:
    "below claude the code of the person's watch approves, and three wrong ones do not",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const programs = {
      watch: driver("watch"),
      agent: await claude(site, driver("approve", ID)),
    };
    const quit: Step[] = [["insist", "watch", "q", "\x1b[?1049l"], [
      "end",
      "watch",
    ]];
    const right = await play(site, {
      env: site.driverEnv,
      programs,
      steps: [
        ["start", "watch"],
        ["expect", "watch", "1 waiting"],
        ["start", "agent"],
        ["expect", "agent", "code: "],
        ["code", "watch", "agent"],
        ["end", "agent"],
        ...quit,
      ],
    });
    assert.equal(right["agent"]?.code, 0, right["agent"]?.seen);
    const wrong = await play(site, {
      env: site.driverEnv,
      programs,
      steps: [
        ["start", "watch"],
        ["expect", "watch", "1 waiting"],
        ["start", "agent"],
        ["expect", "agent", "code: "],
        ["send", "agent", "wrong\n"],
        ["expect", "agent", "code: "],
        ["send", "agent", "00000\n"],
        ["expect", "agent", "code: "],
        ["send", "agent", "1234567\n"],
        ["end", "agent"],
        ...quit,
      ],
    });
    assert.equal(wrong["agent"]?.code, 77, wrong["agent"]?.seen);
    const left = [...Deno.readDirSync(`${site.state}/run/approval-codes`)];
    assert.deepEqual(left, []);
  },
});

Deno.test({
  name: "an agent's mark on who holds the terminal's other end is found",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    // Python makes a terminal for a program that has no ancestors and no mark.
    const make = [
      "import os, pty, sys",
      "if os.fork(): os.wait(); os._exit(0)",
      "if os.fork(): os._exit(0)",
      "pid, fd = pty.fork()",
      "if pid == 0:",
      "  r, w = os.pipe(); os.set_inheritable(w, True)",
      "  if os.fork():",
      "    os.close(w); os.wait(); os.read(r, 1); os._exit(0)",
      "  if os.fork(): os._exit(0)",
      "  os.environ.pop('CLAUDECODE', None); os.execv(sys.argv[1], sys.argv[1:])",
      "seen = b''",
      "try:",
      "  while True: seen += os.read(fd, 4096)",
      "except OSError: pass",
      "open(os.environ['HOME'] + '/seen', 'wb').write(seen)",
      "os.rename(os.environ['HOME'] + '/seen', os.environ['HOME'] + '/done')",
    ].join("\n");
    const tried = async (env: Record<string, string>) => {
      const child = new Deno.Command("/usr/bin/python3", {
        args: ["-c", make, ...driver("approve", ID)],
        env: { ...site.env, ...site.driverEnv, ...env },
        clearEnv: true,
        cwd: site.workspace,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      });
      await child.output();
      const done = `${site.home}/done`;
      for (let i = 0; i < 1_000; i++) {
        try {
          const seen = await Deno.readTextFile(done);
          await Deno.remove(done);
          return seen;
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error("It never ended");
    };
    const marked = await tried({ CLAUDECODE: "1" });
    assert.match(marked, /holds its terminal's other end \(CLAUDECODE\)/);
    assert.equal((await site.outcome()).requests[0]?.state, "pending");
    // What nothing but the passphrase stops: see docs/threat-model.md.
    await tried({});
    assert.equal((await site.outcome()).requests[0]?.state, "approved");
  },
});

Deno.test({
  name:
    "the passphrase is asked without echo, kept as a hash, and closes the watch, too",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const passphrase = [...AIRG, "approvals", "passphrase"];
    const played = await play(site, {
      env: site.driverEnv,
      programs: {
        set: [...passphrase, "set"],
        no: driver("approve", ID),
        yes: driver("approve", ID),
        watch: driver("watch"),
        clear: [...passphrase, "clear"],
      },
      steps: [
        ["start", "set"],
        ["expect", "set", "new passphrase: "],
        ["send", "set", `${PASSPHRASE}\r`],
        ["expect", "set", "once more: "],
        ["send", "set", `${PASSPHRASE}x\x7f\r`],
        ["end", "set"],
        ["start", "no"],
        ["expect", "no", "passphrase for approvals: "],
        ["send", "no", "wrong\r"],
        ["expect", "no", "passphrase for approvals: "],
        ["send", "no", "\x03"],
        ["end", "no"],
        ["start", "yes"],
        ["expect", "yes", "passphrase for approvals: "],
        ["send", "yes", `${PASSPHRASE}\r`],
        ["end", "yes"],
        ["start", "watch"],
        ["expect", "watch", "passphrase for approvals: "],
        ["kill", "watch", 15],
        ["end", "watch"],
        ["start", "clear"],
        ["expect", "clear", "passphrase for approvals: "],
        ["send", "clear", `${PASSPHRASE}\r`],
      ],
    });
    for (const [name, { code, restored, seen }] of Object.entries(played)) {
      const want = name === "no" || name === "watch" ? 77 : 0;
      assert.equal(code, want, `${name}: ${seen}`);
      assert(restored, name);
      assert(!seen.includes("correct"), seen);
    }
    const { events } = await site.outcome();
    assert.deepEqual(events, []);
    const log = await Deno.readTextFile(`${site.state}/activity.log`);
    const acts = log.trim().split("\n")
      .map((line) => JSON.parse(line).approval)
      .filter(({ what }) => what.startsWith("passphrase-"));
    assert.deepEqual(acts.map(({ what, who }) => [what, who.how]), [
      ["passphrase-set", "terminal"],
      ["passphrase-removed", "passphrase"],
    ]);
    await assert.rejects(
      Deno.stat(`${site.config}/approvals.passphrase`),
      Deno.errors.NotFound,
    );
  },
});

Deno.test({
  name: "a passphrase file that others can read is no passphrase",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
    const path = `${site.config}/approvals.passphrase`;
    await Deno.writeTextFile(path, "{}", { mode: 0o644 });
    const { person } = await play(site, {
      env: site.driverEnv,
      programs: { person: driver("approve", ID) },
      steps: [["start", "person"]],
    });
    assert.notEqual(person?.code, 0);
    assert.match(person?.seen ?? "", /mode 0600/);
    assert.equal((await site.outcome()).requests[0]?.state, "pending");
  },
});

Deno.test.each(
  [
    { typed: "yes\n", kind: "approve" },
    { typed: "no\nuse staging\n", kind: "deny" },
    { typed: "y\ny\ny\n", kind: "not-here" },
    { typed: "\x03", kind: "not-here" },
  ].map((one) => ({ ...one, ignore })),
)("askHere() is told $typed: $kind", { ignore }, async ({ typed, kind }) => {
  await using site = await storeSite([requestFor()]);
  const { person } = await play(site, {
    env: site.driverEnv,
    programs: { person: driver("ask") },
    steps: [
      ["start", "person"],
      ["expect", "person", "run it?"],
      ["send", "person", typed],
    ],
  });
  assert.equal(person?.code, 0, person?.seen);
  assert(person?.seen.includes(`{"kind":"${kind}"`), person?.seen);
  assert(person?.restored);
});

Deno.test({
  name: "askHere() takes no answer that was typed before it asked",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const { person } = await play(site, {
      env: site.driverEnv,
      programs: { person: driver("ask") },
      steps: [
        ["start", "person"],
        ["send", "person", "yes\nsession\n"],
        ["expect", "person", "run it?"],
        ["send", "person", "no\n\n"],
      ],
    });
    assert(person?.seen.includes('{"kind":"deny"'), person?.seen);
  },
});

Deno.test({
  name: "askHere() asks nobody below claude",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const { agent } = await play(site, {
      env: site.driverEnv,
      programs: { agent: await claude(site, driver("ask")) },
      steps: [["start", "agent"]],
    });
    assert.match(agent?.seen ?? "", /"kind":"not-here","why":"claude/);
    assert.doesNotMatch(agent?.seen ?? "", /run it\?/);
  },
});

Deno.test({
  name: "from inside airg run nothing is approved, the mark taken away or not",
  ignore,
  async fn() {
    const [identity] = IDENTITIES;
    assert(identity !== undefined);
    await using site = new ContainedSite(identity);
    const other = IDENTITIES.at(-1) ?? identity;
    const [program = "", ...rest] = airgWords(other.runsAs);
    if (Deno.uid() === 0) {
      await Deno.chmod(program.slice(0, program.lastIndexOf("/")), 0o755);
    }
    const line = [program, ...rest, "approvals", "approve", ID]
      .map((word) => `'${word}'`).join(" ");
    for (const before of ["", "unset AIRG_INSIDE; "]) {
      site.write(
        `${site.project}/probe.sh`,
        `${before}${line}; echo "status $?"\n`,
      );
      const nested = await site.contained(["/bin/sh", "probe.sh"]);
      assert.match(nested.stdout, /status 77/, nested.stderr);
      assert.match(nested.stderr, /it runs inside airg's sandbox/);
    }
  },
});

Deno.test({
  name:
    "terminals of a sandbox have numbers of their own, and are not the person's",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    // An agent inside holds terminals 0 to 99 of its own /dev/pts.
    const hold =
      "import os\nheld = [os.openpty() for _ in range(100)]\nprint('held', flush=True)\nos.read(0, 1)\n";
    const sandbox = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];
    const child = new Deno.Command(findBubblewrap() ?? "", {
      args: [
        ...sandbox,
        ...["--setenv", "CLAUDECODE", "1", "--die-with-parent"],
        ...["/usr/bin/python3", "-c", hold],
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    const first = await reader.read();
    // A Python that does not buffer writes the line feed by itself.
    assert.match(new TextDecoder().decode(first.value), /^held/);
    const person = await playOne(site, driver("approve", ID), {
      env: site.driverEnv,
    });
    await child.stdin.close();
    await reader.cancel();
    await child.status;
    assert.equal(person.code, 0, person.seen);
  },
});
