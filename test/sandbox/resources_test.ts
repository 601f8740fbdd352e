// Copyright 2026 the airg authors. Apache-2.0 license.

// What a run may use up, and that nothing of it is left: output, limits of
// processes, daemons of every kind, and many runs at once.
import assert from "node:assert/strict";
import { RUNGS } from "../../sandbox/launch.ts";
import { IDENTITIES, Site } from "../support/contained_site.ts";
import { makePlace, runIn, settings } from "../support/place.ts";

const GIB = 1024 ** 3;

Deno.test("resources: a gigabyte of output costs less than 50 MB of memory", async () => {
  const small = await afterOutput(1000);
  const large = await afterOutput(GIB);
  assert.deepEqual(
    [small.code, small.kept, small.truncated],
    [0, 1000, false],
    "control",
  );
  assert.deepEqual([large.code, large.truncated], [0, true]);
  assert.equal(large.kept, settings.execution.maxOutputChars);
  const costs = (large.peakKib - small.peakKib) / 1024;
  assert(costs < 50, `it cost ${costs} MiB`);
});

/** Starts a child, so that its highest memory is that of one run alone. */
async function afterOutput(bytes: number): Promise<{
  readonly code: number;
  readonly kept: number;
  readonly truncated: boolean;
  readonly peakKib: number;
}> {
  const driver = new URL("output_driver.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", decodeURIComponent(driver), String(bytes)],
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

const FORKS = `
import os, signal
n = 0
try:
    while n < 60:
        if os.fork() == 0:
            signal.pause()
        n += 1
except OSError:
    pass
print("FORKED", n)
`;
const ALLOCATE = "b = bytearray(400 << 20); print('GOT')";

for (const identity of IDENTITIES) {
  Deno.test(`resources: processes and memory are limited, or it is said that they are not, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    site.write(`${site.project}/forks.py`, FORKS);
    site.write(`${site.project}/allocate.py`, ALLOCATE);
    const policy = `${site.folder}/policy.json`;
    const limits = { processes: 30, memory_bytes: 256 << 20 };
    const document = { version: 1, extends: ["default"], sandbox: { limits } };
    site.write(policy, JSON.stringify(document));
    const flags = ["--policy", policy];
    const words = (name: string) => ["/usr/bin/python3", name];
    const free = await site.contained(words("forks.py"));
    assert.match(free.stdout, /FORKED 60/, `control: ${free.stderr}`);
    const forks = await site.contained(words("forks.py"), { flags });
    const said = /limits: processes are not limited, the kernel exempts root/;
    const held = Number(/FORKED (\d+)/.exec(forks.stdout)?.[1]) < 30;
    assert.equal(held, !said.test(forks.stderr), forks.stdout + forks.stderr);
    if (identity.owns !== 0) assert(held, "only root's processes are exempt");
    const much = await site.contained(words("allocate.py"));
    assert.match(much.stdout, /GOT/, `control: ${much.stderr}`);
    const little = await site.contained(words("allocate.py"), { flags });
    assert.doesNotMatch(little.stdout, /GOT/);
    assert.notEqual(little.code, 0);
  });
}

/** Ways to get out of the caller's sight; each ends in `sleep MARK`. */
const DAEMONS: Readonly<Record<string, (sleep: string) => string>> = {
  setsid: (sleep) => `setsid ${sleep} >/dev/null 2>&1 &`,
  nohup: (sleep) => `nohup ${sleep} >/dev/null 2>&1 & disown -a`,
  "a double fork": (sleep) => `( ( ${sleep} >/dev/null 2>&1 & ) & )`,
  "a double fork with a session": (sleep) =>
    `( setsid sh -c '${sleep} & ' >/dev/null 2>&1 & )`,
  "all signals ignored": (sleep) =>
    `(trap '' TERM INT HUP QUIT PIPE; exec setsid ${sleep} >/dev/null 2>&1) &`,
  "a stopped process": (sleep) =>
    `setsid ${sleep} >/dev/null 2>&1 & p=$!; until grep -qx sleep /proc/$p/comm; do :; done; kill -STOP $p`,
};

/** How the run comes to its end. */
const ENDS = ["the command's end", "the time limit", "a cancel"] as const;

for (const rung of RUNGS) {
  for (const [name, daemon] of Object.entries(DAEMONS)) {
    Deno.test(`resources: ${name} does not outlive the run, rung ${rung}`, async () => {
      await using place = await makePlace();
      for (const end of ENDS) {
        const mark = String(
          20_000 + crypto.getRandomValues(new Uint16Array(1))[0]!,
        );
        const last = end === "the command's end" ? "" : `; sleep ${mark}`;
        // Twice `sleep MARK` must be there, but for the command's end.
        const script = `${daemon(`sleep ${mark}`)}
until pgrep -x sleep >/dev/null; do :; done; echo up${last}`;
        const cancel = new AbortController();
        let seen = 0;
        const outcome = await runIn(place, ["/bin/bash", "-c", script], {
          machine: { rungs: [rung] },
          ...(end === "the time limit" && { timeoutMs: 700 }),
          run: {
            signal: cancel.signal,
            onOutput() {
              seen = sleepersOf(mark);
              if (end === "a cancel") cancel.abort();
            },
          },
        });
        assert.match(outcome.stdout, /up/, `${end}: ${outcome.stderr}`);
        if (end !== "the command's end") assert(seen > 0, "control: it ran");
        assert.equal(sleepersOf(mark), 0, end);
      }
    });
  }
}

Deno.test("resources: of 200 runs at once none is lost, and nothing is left", async () => {
  await using place = await makePlace();
  // The first run loads what stays open.
  await runIn(place, ["/bin/true"]);
  const before = traces(place.machine.runFolder);
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const outcomes = await Promise.all(numbers.map((n) =>
    runIn(place, [
      "/bin/bash",
      "-c",
      `echo ${n} >f${n}; setsid sleep 31337 >/dev/null 2>&1 & cat f${n}; exit $((${n} % 100))`,
    ])
  ));
  outcomes.forEach((outcome, n) => {
    assert.equal(outcome.stdout, `${n}\n`, outcome.stderr);
    assert.equal(outcome.code, n % 100);
    assert.equal(outcome.containment.rung, "full");
  });
  // The runtime closes what ended a moment after it says so.
  await settled(() => traces(place.machine.runFolder), before);
  const files = (await Array.fromAsync(Deno.readDir(place.profile.workspace)))
    .map((entry) => entry.name);
  assert.deepEqual(files.toSorted(), numbers.map((n) => `f${n}`).toSorted());
});

/** Waits for a value; fails with the difference if it never comes. */
async function settled(look: () => unknown, wanted: unknown): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (JSON.stringify(look()) === JSON.stringify(wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(look(), wanted);
}

/** Everything a run could leave on the host. */
function traces(runFolder: string): unknown {
  return {
    mounts: Deno.readTextFileSync("/proc/self/mountinfo"),
    descriptors: [...Deno.readDirSync("/proc/self/fd")].length,
    files: [...Deno.readDirSync(runFolder)].map((entry) => entry.name),
    launchers: processes((line) => line.includes(`outer\0${runFolder}/`)),
    daemons: processes((line) => line.startsWith("sleep\x0031337\0")),
    children: Deno.readTextFileSync(
      `/proc/self/task/${Deno.pid}/children`,
    ).trim(),
  };
}

function sleepersOf(mark: string): number {
  return processes((line) => line.endsWith(`sleep\0${mark}\0`));
}

/** How many processes have such an argument list, words ended by NUL. */
function processes(fits: (line: string) => boolean): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return fits(Deno.readTextFileSync(`/proc/${name}/cmdline`));
    } catch {
      // It ended while we looked.
      return false;
    }
  }).length;
}
