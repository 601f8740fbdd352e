// Copyright 2026 the airg authors. Apache-2.0 license.

// Limits of a whole run by cgroup v2. Three ways, since few machines have all:
// a guest kernel with cgroup v2 alone (user-mode-linux, where it is installed),
// this machine's own version 2 tree (without the controllers, if they belong
// to version 1), and what is said where there is neither.
import assert from "node:assert/strict";
import { attempt } from "../../src/exec/attempt.ts";
import { openGroup } from "../../src/exec/cgroup.ts";
import { groupPlace } from "../../sandbox/cgroup.ts";
import { v1Place } from "../../sandbox/cgroup_v1.ts";
import { launchInstruction } from "../../sandbox/launch.ts";
import { BASE, IDENTITIES, Site } from "../support/contained_site.ts";
import { makePlace, type Place, runIn } from "../support/place.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname)
  .replace(/\/$/, "");
const GUEST = "/usr/bin/linux.uml";

const place = groupPlace(
  Deno.readTextFileSync("/proc/self/cgroup"),
  Deno.readTextFileSync("/proc/self/mountinfo"),
);
const own = place !== undefined && Deno.uid() === 0 ? place.own : undefined;
// deno-lint-ignore no-console -- a skip must be seen
if (own === undefined) console.error("SKIPPED: no cgroup v2 of ours here");

const guest = Deno.uid() === 0 && isThere(GUEST);
if (!guest) {
  // deno-lint-ignore no-console -- a skip must be seen
  console.error(`SKIPPED: no ${GUEST}, controllers not tried`);
}

Deno.test({
  name:
    "cgroup: on a guest kernel a whole run is held to memory, processes and processor time; without Landlock nothing runs",
  ignore: !guest,
  async fn() {
    const told = await inGuest();
    const { control, memory, controlForks, forks } = told;
    assert.deepEqual([control.said, control.refused], ["GOT", []], "control");
    assert.deepEqual([memory.said, memory.code], ["", 137]);
    assert.match(memory.refused.join(), /memory limit of 67108864 bytes/);
    assert.equal(controlForks.said, "FORKED 60", "control");
    // The three that hold a run are not here, so their room is the program's.
    assert.equal(forks.said, "FORKED 22");
    assert.match(forks.refused.join(), /limit of 20 processes/);
    assert.equal(told.processor, "50000 100000");
    assert.deepEqual([told.left, told.daemons], [[], 0]);
    const [refused, delegated] = told.asUser;
    assert.match(refused.why, /not delegated to this user/);
    assert.deepEqual([delegated.said, delegated.code], ["", 137]);
    assert.match(delegated.refused.join(), /memory limit/);
    assert.equal(told.leftByUser, "");
    const airg = told.airg.join("\n");
    assert.match(airg, /No containment holds here: full: landlock/);
    assert.match(airg, /cause: the kernel has no Landlock/);
    assert.match(airg, /cure: run a distribution's own kernel/);
    assert.doesNotMatch(airg, /RAN/);
  },
});

Deno.test({
  name: "cgroup: a run is in its group from the first moment, and ends with it",
  ignore: own === undefined,
  async fn() {
    await using site = await makePlace();
    const folder = `${own}/airg-test-${crypto.randomUUID()}`;
    await Deno.mkdir(folder);
    try {
      const started = Promise.withResolvers<void>();
      const running = launchIn(site, `${folder}/cgroup.procs`, started.resolve);
      await started.promise;
      // The command and its daemon, whose session is another.
      await until(() =>
        membersOf(folder).filter((name) => name === "sleep").length === 2
      );
      assert(membersOf(folder).includes("airg-launcher"));
      await Deno.writeTextFile(`${folder}/cgroup.kill`, "1");
      const ended = await running;
      assert.notEqual(ended.kind, "unavailable", JSON.stringify(ended));
    } finally {
      await Deno.writeTextFile(`${folder}/cgroup.kill`, "1");
      await until(() => membersOf(folder).length === 0);
      await Deno.remove(folder);
    }
  },
});

Deno.test({
  name: "cgroup: airg run makes a group, enters it, and takes it away",
  ignore: own === undefined,
  async fn() {
    await using site = new Site(IDENTITIES[0]!);
    const limits = { memory_bytes: 512 * 1024 ** 2 };
    const document = { version: 1, extends: ["default"], sandbox: { limits } };
    const policy = `${site.folder}/policy.json`;
    site.write(policy, JSON.stringify(document), 0o644);
    site.write(`${site.folder}/controllers`, "memory\n", 0o644);
    const mark = String(
      30_000 + crypto.getRandomValues(new Uint16Array(1))[0]!,
    );
    const groups = groupsOf(`sleep\0${mark}\0`);
    const ran = await site.contained(["/bin/sleep", mark], {
      flags: ["--policy", policy, "--timeout", "3"],
      // The controllers may belong to version 1 here; that they are said to be
      // there is enough to make a group, which then holds no limit.
      wrap: [
        "/usr/bin/unshare",
        "-m",
        "/bin/sh",
        "-c",
        `mount --bind ${site.folder}/controllers ${own}/cgroup.subtree_control && exec "$@"`,
        "sh",
      ],
    });
    assert.match(ran.stderr, /its time was up/);
    const seen = await groups.stop();
    assert.match(seen, /^0::\/.*airg-\d+-[0-9a-f]{12}$/m);
    const left = await Array.fromAsync(Deno.readDir(own ?? "/"));
    assert.deepEqual(
      left.map(({ name }) => name).filter((name) => name.startsWith("airg-")),
      [],
    );
  },
});

/** Watches until a process with such an argument list is there; its groups. */
function groupsOf(line: string): { readonly stop: () => Promise<string> } {
  let stopped = false;
  const look = async (): Promise<string> => {
    while (!stopped) {
      for await (const { name } of Deno.readDir("/proc")) {
        if (!/^\d+$/.test(name)) continue;
        try {
          const words = await Deno.readTextFile(`/proc/${name}/cmdline`);
          if (words.endsWith(line) && !words.includes("--timeout")) {
            return await Deno.readTextFile(`/proc/${name}/cgroup`);
          }
        } catch (error) {
          // It ended while we looked.
          if (!(error instanceof Error)) throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return "";
  };
  const found = look();
  return {
    async stop() {
      stopped = true;
      return await found;
    },
  };
}

Deno.test("cgroup: the launcher writes into no file but a control group's", async () => {
  await using site = await makePlace();
  const file = `${site.folder}/plain`;
  await Deno.writeTextFile(file, "as it was");
  const tried = await launchIn(site, file, () => {});
  assert(tried.kind === "failed", JSON.stringify(tried));
  assert.equal(tried.step, "cgroup");
  assert.equal(await Deno.readTextFile(file), "as it was");
});

Deno.test("cgroup: where none can be had, a run goes on and says what is not held", async () => {
  await using site = await makePlace();
  const limits = { memory: 512 * 1024 ** 2, processors: 1 };
  const groups = { cgroup: "0::/\n", mountinfo: "" };
  const { containment, stdout } = await runIn(site, ["/bin/echo", "ran"], {
    profile: { limits },
    machine: { groups },
  });
  assert.equal(stdout, "ran\n");
  assert.match(
    containment.degraded.join("\n"),
    /run as a whole is not limited/,
  );
  assert.match(containment.degraded.join("\n"), /cgroup v2 is not mounted/);
  const control = await runIn(site, ["/bin/echo", "ran"], {
    machine: { groups },
  });
  assert.deepEqual(control.containment.degraded, [], "control: no limit asked");
});

Deno.test("cgroup: where the launcher may not enter, a run goes on without, and says so", async () => {
  await using site = await makePlace();
  // Looks like a group that can be handed on, and is a plain folder.
  const fake = `${site.folder}/tree`;
  await Deno.mkdir(fake);
  for (const name of ["cgroup.procs", "cgroup.subtree_control"]) {
    await Deno.writeTextFile(`${fake}/${name}`, "memory\n");
  }
  const { containment, stdout } = await runIn(site, ["/bin/echo", "ran"], {
    profile: { limits: { memory: 512 * 1024 ** 2 } },
    machine: {
      groups: {
        cgroup: "0::/\n",
        mountinfo: `30 23 0:26 / ${fake} rw - cgroup2 none rw\n`,
      },
    },
  });
  assert.equal(stdout, "ran\n");
  assert.equal(containment.rung, "full");
  assert.match(containment.degraded.join(), /may not enter a control group/);
});

const older = v1Place(
  "pids",
  Deno.readTextFileSync("/proc/self/cgroup"),
  Deno.readTextFileSync("/proc/self/mountinfo"),
);
const v1 = older !== undefined && Deno.uid() === 0;
// deno-lint-ignore no-console -- a skip must be seen
if (!v1) console.error("SKIPPED: no cgroup v1 of ours here");

Deno.test({
  name: "cgroup: version 1 holds root's processes, memory and processor time",
  ignore: !v1,
  async fn() {
    await using site = await makePlace();
    const forks = python(`
import os, signal
n = 0
try:
    while n < 60:
        if os.fork() == 0: signal.pause()
        n += 1
except OSError: pass
print("FORKED", n, flush=True)
os.killpg(0, 9)`);
    const control = await runIn(site, forks);
    assert.match(control.stdout, /^FORKED 60$/m, "control");
    const held = await runIn(site, forks, {
      profile: { limits: { processes: 20 } },
    });
    assert.match(held.stdout, /^FORKED 19$/m);
    assert.deepEqual(held.containment.degraded, []);
    assert.match(held.kernelRefusals.join(), /limit of 20 processes/);
    const allocate = python("b = bytearray(200 << 20); print('GOT')");
    assert.equal((await runIn(site, allocate)).stdout, "GOT\n", "control");
    const memory = await runIn(site, allocate, {
      profile: { limits: { memory: 64 << 20, processors: 0.5 } },
    });
    assert.equal(memory.stdout, "");
    assert.match(
      memory.kernelRefusals.join(),
      /memory limit of 67108864 bytes/,
    );
    const left = [...Deno.readDirSync(older ?? "/")].map(({ name }) => name);
    assert.deepEqual(left.filter((name) => name.startsWith("airg-")), []);
  },
});

function python(program: string): [string, ...string[]] {
  return ["/usr/bin/python3", "-c", program];
}

Deno.test("cgroup: no limit that needs one, no group", () => {
  assert.equal(openGroup({ openFiles: 10, cpuSeconds: 1 }), undefined);
});

const COPIED = ["src", "sandbox", "test", "policies", "dist", "main.ts"]
  .concat("deno.json", "deno.lock");

function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

interface Told {
  readonly said: string;
  readonly code: number;
  readonly refused: readonly string[];
}

/** Boots the guest with a copy of the source, read-only, and reads its one line. */
async function inGuest(): Promise<{
  readonly control: Told;
  readonly memory: Told;
  readonly controlForks: Told;
  readonly forks: Told;
  readonly processor: string;
  readonly left: readonly string[];
  readonly daemons: number;
  /** An ordinary user, without and with a scope of its own. */
  readonly asUser: readonly [{ readonly why: string }, Told];
  readonly leftByUser: string;
  /** What airg itself said there: that kernel has no Landlock. */
  readonly airg: readonly string[];
}> {
  await Deno.mkdir(BASE, { recursive: true, mode: 0o755 });
  // Not beneath /tmp: the guest has its own.
  const folder = await Deno.makeTempDir({ dir: BASE });
  try {
    const script = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 none /sys/fs/cgroup
mount --bind '${denoDir()}' '${folder}/deno-dir'
mount -t tmpfs none /tmp
export HOME=/tmp PATH=/usr/bin:/bin DENO_NO_UPDATE_CHECK=1 DENO_DIR=/tmp/deno
'${folder}/deno' run -A --no-lock --no-config '${folder}/test/sandbox/cgroup_guest.ts'
G=/sys/fs/cgroup/delegated
mkdir $G && echo '+memory +pids +cpu' >$G/cgroup.subtree_control
mkdir $G/scope && chown -R 64321 $G/scope
AS_USER="exec setpriv --reuid 64321 --clear-groups env DENO_DIR=/tmp/deno-user '${folder}/deno' run -A --no-lock --no-config '${folder}/test/sandbox/cgroup_guest.ts' as-user"
sh -c "$AS_USER"
sh -c "echo 0 >$G/scope/cgroup.procs; $AS_USER"
echo "LEFT $(ls $G/scope | grep airg-)."
export DENO_DIR='${folder}/deno-dir'
mkdir /tmp/home /tmp/w && cd /tmp/w || exit 1
export HOME=/tmp/home
'${folder}/deno' run -A --no-lock --cached-only '--config=${folder}/deno.json' '${folder}/main.ts' run -- /bin/touch ran </dev/null 2>&1 | sed 's/^/AIRG /'
test -e ran && echo AIRG RAN
echo o >/proc/sysrq-trigger
`;
    await Deno.writeTextFile(`${folder}/init`, script, { mode: 0o755 });
    // An ordinary user of the guest reads it too.
    await Deno.chmod(folder, 0o755);
    const copied = await new Deno.Command("cp", {
      args: [
        "-R",
        ...COPIED.map((name) => `${root}/${name}`),
        folder,
      ],
    }).output();
    assert(copied.success);
    await Deno.mkdir(`${folder}/deno-dir`);
    // Ours may lie in a folder that no other user enters, or beneath /tmp.
    await Deno.copyFile(Deno.execPath(), `${folder}/deno`);
    await Deno.chmod(`${folder}/deno`, 0o755);
    const words =
      "mem=1024M quiet root=/dev/root rootfstype=hostfs ro con=null con0=fd:0,fd:1";
    const { stdout } = await new Deno.Command(GUEST, {
      args: [...words.split(" "), `init=${folder}/init`],
      stdin: "null",
      stderr: "null",
      signal: AbortSignal.timeout(240_000),
    }).output();
    const text = new TextDecoder().decode(stdout);
    const line = /TOLD (\{.*\})/.exec(text)?.[1];
    assert(line !== undefined, text.slice(-2000));
    return {
      ...JSON.parse(line),
      // The kernel's own lines may stand before ours on the console.
      asUser: [...text.matchAll(/USER (\{.*\})/g)].map(([, json = ""]) =>
        JSON.parse(json)
      ),
      leftByUser: /LEFT (.*)\.$/m.exec(text.replaceAll("\r", ""))?.[1],
      airg: text.match(/AIRG .*$/gm) ?? [],
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts a command and a daemon of it in a group; tells once both run. */
function launchIn(
  site: Place,
  cgroup: string,
  onStart: () => void,
): ReturnType<typeof attempt> {
  const script = "setsid sleep 1000 >/dev/null 2>&1 & echo up; exec sleep 1000";
  return attempt({
    launcher: site.machine.launcher,
    runFolder: site.machine.runFolder,
    streams: "capture",
    maxOutputChars: 1000,
    stop: AbortSignal.timeout(60_000),
    onOutput: onStart,
    instruct: (statusSocket, token) =>
      launchInstruction("full", site.profile, {
        program: "/bin/bash",
        argv: ["bash", "-c", script],
        cwd: site.profile.workspace,
        env: { PATH: "/usr/bin:/bin" },
      }, {
        ...site.machine,
        cgroups: [cgroup],
        statusSocket,
        token,
        pty: "none",
        listFolder: () => [],
      }),
  });
}

/** First words of the processes in a group. */
function membersOf(folder: string): string[] {
  return Deno.readTextFileSync(`${folder}/cgroup.procs`).trim().split("\n")
    .filter((pid) => pid !== "").map((pid) => {
      const [word = ""] = Deno.readTextFileSync(`/proc/${pid}/cmdline`)
        .split("\0");
      return word.slice(word.lastIndexOf("/") + 1);
    });
}

async function until(check: () => boolean): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail("It never became true");
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
