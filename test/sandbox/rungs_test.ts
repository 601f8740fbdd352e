// Copyright 2026 the airg authors. Apache-2.0 license.

// Each rung of the ladder, by itself, against the things "require" promises:
// secrets hidden, outside writes refused, the network and the host's sockets
// shut. And what happens where a rung cannot keep the promise.
import assert from "node:assert/strict";
import type { ExecAction } from "../../src/action/action.ts";
import { type Machine, run } from "../../src/exec/run.ts";
import { defaultDocument } from "../../src/policy/builtin.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { type Rung, RUNGS } from "../../sandbox/launch.ts";
import { BASE } from "../support/contained_site.ts";
import {
  type Profile,
  type RealPath,
  realPath,
} from "../../sandbox/profile.ts";

const launcher = decodeURIComponent(
  new URL("../../dist/airg-launcher", import.meta.url).pathname,
);
const { settings } = compilePolicy(defaultDocument(), {
  hash: "h",
  home: "/h",
});

interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly machine: Machine;
  readonly profile: Profile;
  readonly port: number;
  readonly socket: string;
}

async function makePlace(): Promise<Place> {
  // Not beneath /tmp: it is private inside, and targets there would be missed
  // for another reason than the one under test.
  await Deno.mkdir(BASE, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: BASE });
  for (
    const name of [
      "project",
      "run",
      "run/tmp",
      "quarantine",
      "caches",
      "caches/1",
      "keys",
    ]
  ) {
    await Deno.mkdir(`${folder}/${name}`, { mode: 0o700 });
  }
  await Deno.writeTextFile(`${folder}/keys/id`, "PLANTED");
  await Deno.writeTextFile(`${folder}/token`, "PLANTED");
  await Deno.writeTextFile(`${folder}/mask`, "", { mode: 0 });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = `${folder}/x.sock`;
  const local = Deno.listen({ transport: "unix", path: socket });
  const path = (name: string) => realPath(`${folder}/${name}`);
  return {
    folder,
    port: listener.addr.port,
    socket,
    machine: {
      launcher,
      runFolder: path("run"),
      quarantine: path("quarantine"),
      arch: Deno.build.arch,
      uid: Deno.uid()!,
      bubblewrap: "/usr/bin/bwrap",
      cachesRoot: path("caches"),
      maskFile: path("mask"),
      temporary: path("run/tmp"),
      ownFolders: [],
      callerEnv: { PATH: "/usr/bin:/bin", HOME: folder },
    },
    profile: {
      workspace: path("project"),
      writable: [],
      pinned: [],
      anchors: [],
      hidden: [
        { path: path("keys"), kind: "folder" },
        { path: path("token"), kind: "file" },
        { path: realPath(socket), kind: "file" },
      ],
      network: "none",
      limits: {},
      cache: path("caches/1"),
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      local.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function action(place: Place, words: readonly string[]): ExecAction {
  return {
    kind: "exec",
    origin: {
      agent: "a",
      session: "s",
      source: "ai-agent",
      workspace: place.profile.workspace,
    },
    command: { form: "argv", argv: words },
    cwd: place.profile.workspace,
  };
}

const CONNECT =
  "import socket,sys;s=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1]);print('GOT')";

const probes: Record<string, (place: Place) => readonly string[]> = {
  "write outside": (
    { folder },
  ) => ["bash", "-c", `echo x >${folder}/out && echo GOT`],
  "read a hidden folder's file": (
    { folder },
  ) => ["bash", "-c", `cat ${folder}/keys/id && echo GOT`],
  "read a hidden file": (
    { folder },
  ) => ["bash", "-c", `cat ${folder}/token && echo GOT`],
  "reach the host's loopback": (
    { port },
  ) => ["bash", "-c", `(: <>/dev/tcp/127.0.0.1/${port}) && echo GOT`],
  "connect to the host's socket": (
    { socket },
  ) => ["/usr/bin/python3", "-c", CONNECT, socket],
  "signal the host's process": () => [
    "bash",
    "-c",
    `kill -0 ${Deno.pid} && test "$(cat /proc/${Deno.pid}/comm)" = deno && echo GOT`,
  ],
  "leave a set-user-id file":
    () => ["bash", "-c", "cp /bin/true s && chmod u+s s && echo GOT; rm -f s"],
};

for (const rung of RUNGS) {
  for (const [name, words] of Object.entries(probes)) {
    Deno.test(`rung ${rung}: a process cannot ${name}`, async () => {
      await using place = await makePlace();
      const [program, ...args] = words(place);
      const control = await new Deno.Command(program!, {
        args,
        cwd: place.profile.workspace,
      }).output();
      const said = new TextDecoder().decode(control.stdout);
      assert.match(
        said,
        /GOT/,
        `control: ${new TextDecoder().decode(control.stderr)}`,
      );
      const outcome = await run(
        action(place, words(place)),
        place.profile,
        settings,
        { ...place.machine, rungs: [rung] },
        { streams: "capture" },
      );
      assert(outcome.kind === "exited", JSON.stringify(outcome));
      assert.equal(outcome.containment.rung, rung);
      assert.doesNotMatch(outcome.stdout, /GOT/);
    });
  }

  Deno.test(`rung ${rung}: ordinary work goes on, and its files stay`, async () => {
    await using place = await makePlace();
    const outcome = await run(
      action(place, [
        "bash",
        "-c",
        "echo a >f && mkdir d && mv f d/g && cat d/g && mktemp >/dev/null && exit 3",
      ]),
      place.profile,
      settings,
      { ...place.machine, rungs: [rung] },
      { streams: "capture" },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [
      3,
      "a\n",
      "",
    ]);
    assert.equal(
      await Deno.readTextFile(`${place.profile.workspace}/d/g`),
      "a\n",
    );
  });
}

for (const rung of ["full", "bwrap"] as const) {
  Deno.test(`rung ${rung}: a replaced file has its other content, read-only`, async () => {
    await using place = await makePlace();
    const file = realPath(`${place.folder}/names`);
    await Deno.writeTextFile(file, "ann\nbob\n", { mode: 0o644 });
    const outcome = await run(
      action(place, [
        "bash",
        "-c",
        `cat ${file}; stat -c %a ${file}; echo x >${file} && echo GOT`,
      ]),
      {
        ...place.profile,
        replaced: [
          { path: file, content: "ann\n" },
          { path: realPath("/etc/hostname"), content: "" },
        ],
      },
      settings,
      { ...place.machine, rungs: [rung] },
      { streams: "capture" },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.equal(outcome.stdout, "ann\n444\n");
    assert.equal(await Deno.readTextFile(file), "ann\nbob\n");
  });
}

Deno.test({
  name: "rung bwrap: root in a user's project covers files with one of root's",
  ignore: Deno.uid() !== 0,
  async fn() {
    await using place = await makePlace();
    const { folder, profile } = place;
    // As run_site.ts has it: mode 0, root's, in a folder that all can enter.
    const maskFile = `${folder}/public/mask`;
    await Deno.mkdir(`${folder}/public`, { mode: 0o755 });
    await Deno.rename(`${folder}/mask`, maskFile);
    await Deno.chmod(folder, 0o755);
    const owner = { uid: 64_321, gid: 64_321 };
    const secret = realPath(`${profile.workspace}/secret`);
    await Deno.writeTextFile(secret, "PLANTED\n");
    for (const path of [secret, profile.workspace, profile.cache]) {
      await Deno.chown(path, owner.uid, owner.gid);
    }
    for (const path of ["caches", "run"]) {
      await Deno.chmod(`${folder}/${path}`, 0o755);
    }
    const tryWith = async (hidden: Profile["hidden"]) =>
      await run(
        action(place, ["cat", secret]),
        { ...profile, owner, hidden },
        settings,
        { ...place.machine, maskFile, rungs: ["bwrap"] },
        { streams: "capture" },
      );
    const control = await tryWith([]);
    assert(control.kind === "exited", JSON.stringify(control));
    assert.equal(control.stdout, "PLANTED\n");
    const outcome = await tryWith([{ path: secret, kind: "file" }]);
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.equal(outcome.stdout, "");
    assert.match(outcome.stderr, /Permission denied/);
  },
});

for (const rung of RUNGS) {
  Deno.test(`rung ${rung}: where reads are a list, nothing else can be read`, async () => {
    await using place = await makePlace();
    await Deno.mkdir(`${place.folder}/seen`);
    for (const name of ["seen/a", "unseen", "project/b"]) {
      await Deno.writeTextFile(`${place.folder}/${name}`, `${name}\n`);
    }
    const words = [
      "bash",
      "-c",
      `cat ${place.folder}/{seen/a,unseen,project/b}; cat ${place.folder}/keys/id`,
    ];
    const [program, ...args] = words;
    const control = await new Deno.Command(program!, { args }).output();
    assert.equal(
      new TextDecoder().decode(control.stdout),
      "seen/a\nunseen\nproject/b\nPLANTED",
    );
    const outcome = await run(
      action(place, words),
      {
        ...place.profile,
        readable: [
          ...["/usr", "/bin", "/lib", "/lib64", "/etc", "/proc"].filter(exists)
            .map(realOf),
          realPath(`${place.folder}/seen`),
          realPath(`${place.folder}/keys`),
        ],
      },
      settings,
      { ...place.machine, rungs: [rung] },
      { streams: "capture" },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.equal(outcome.stdout, "seen/a\nproject/b\n");
  });

  Deno.test(`rung ${rung}: a program that cannot be read is not started, and the cure is named`, async () => {
    await using place = await makePlace();
    const program = `${place.folder}/program`;
    await Deno.copyFile("/bin/true", program);
    await Deno.chmod(program, 0o755);
    const tryWith = async (readable: Profile["readable"]) =>
      await run(
        action(place, [program]),
        { ...place.profile, ...(readable && { readable }) },
        settings,
        { ...place.machine, rungs: [rung] },
        { streams: "capture" },
      );
    assert.equal((await tryWith(undefined)).kind, "exited");
    const outcome = await tryWith([realOf("/usr")]);
    assert(outcome.kind === "not-started", JSON.stringify(outcome));
    assert.match(outcome.remedy ?? "", /sandbox\.read\.allowed/);
  });

  Deno.test(`rung ${rung}: nothing runs under a profile that is not whole`, async () => {
    await using place = await makePlace();
    const mark = `${place.profile.workspace}/ran`;
    const outcome = await run(
      action(place, ["touch", mark]),
      { ...place.profile, incomplete: "too much is to be hidden" },
      settings,
      { ...place.machine, rungs: [rung] },
      { streams: "capture" },
    );
    assert(outcome.kind === "not-started", JSON.stringify(outcome));
    assert.match(outcome.message, /too much is to be hidden/);
    assert(!exists(mark));
  });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function realOf(path: string): RealPath {
  return realPath(Deno.realPathSync(path));
}
Deno.test.each(
  [
    { rungs: ["bwrap"], says: /bwrap: an ephemeral run needs/ },
    { rungs: ["bare"], says: /bare: an ephemeral run needs/ },
    // The layers were not made: the kernel's refusal is told, and nothing else is tried.
    { rungs: RUNGS, says: /full: overlay \(layers 0\): No such file/ },
  ] as const,
)(
  "an ephemeral run on $rungs is refused, never run on the workspace itself",
  async (c) => {
    await using place = await makePlace();
    const { workspace } = place.profile;
    const folder = realPath(`${place.folder}/held`);
    const outcome = await run(
      action(place, ["touch", "made"]),
      { ...place.profile, ephemeral: { id: "i", folder, layers: folder } },
      settings,
      { ...place.machine, rungs: c.rungs },
      { streams: "capture" },
    );
    assert(outcome.kind === "not-started", JSON.stringify(outcome));
    assert.equal(outcome.why, "containment-unavailable");
    assert.match(outcome.message, c.says);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(workspace)), []);
  },
);

Deno.test("without bubblewrap the bare rung is taken, and says what is missing", async () => {
  await using place = await makePlace();
  const { bubblewrap: _, ...machine } = place.machine;
  const outcome = await run(
    action(place, ["true"]),
    place.profile,
    settings,
    machine,
    {
      streams: "capture",
    },
  );
  assert(outcome.kind === "exited", JSON.stringify(outcome));
  assert.equal(outcome.containment.rung, "bare");
  assert(outcome.containment.degraded.length > 2);
});

Deno.test.each(
  [
    {
      name: "a secret lies in the project",
      change: (p: Profile): Profile => ({
        ...p,
        hidden: [{ path: realPath(`${p.workspace}/.env`), kind: "file" }],
      }),
    },
    {
      name: "the network is open",
      change: (p: Profile): Profile => ({ ...p, network: "open" }),
    },
  ],
)(
  "nothing runs where only the bare rung is left and $name",
  async ({ change }) => {
    await using place = await makePlace();
    const { bubblewrap: _, ...machine } = place.machine;
    const mark = `${place.profile.workspace}/ran`;
    const outcome = await run(
      action(place, ["touch", mark]),
      change(place.profile),
      settings,
      machine,
      { streams: "capture" },
    );
    assert(
      outcome.kind === "not-started" &&
        outcome.why === "containment-unavailable",
    );
    assert.match(outcome.message, /without namespaces/);
    await assert.rejects(Deno.lstat(mark), Deno.errors.NotFound);
  },
);

Deno.test("nothing runs when the launcher cannot be started", async () => {
  await using place = await makePlace();
  for (const launcher of ["/nonexistent", "/etc/passwd"]) {
    const outcome = await run(
      action(place, ["true"]),
      place.profile,
      settings,
      { ...place.machine, launcher },
      { streams: "capture" },
    );
    assert(
      outcome.kind === "not-started" && outcome.why === "failed",
      JSON.stringify(outcome),
    );
    assert.match(outcome.message, /Cannot start/);
  }
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(place.machine.runFolder)))
      .map((entry) => entry.name),
    ["tmp"],
  );
});

Deno.test("nothing runs when what answers is not the launcher", async () => {
  await using place = await makePlace();
  const fake = `${place.folder}/fake`;
  await Deno.writeTextFile(fake, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const outcome = await run(action(place, ["true"]), place.profile, settings, {
    ...place.machine,
    launcher: fake,
  }, { streams: "capture" });
  assert(
    outcome.kind === "not-started" && outcome.why === "failed",
    JSON.stringify(outcome),
  );
});

/** As most editors save. */
function replace({ folder }: Place, path: string): void {
  Deno.writeTextFileSync(`${folder}/t`, "NEW");
  Deno.renameSync(`${folder}/t`, path);
}

function disturb(place: Place): void {
  Deno.removeSync(place.socket);
  Deno.writeTextFileSync(`${place.folder}/token`, "NEW");
  replace(place, `${place.folder}/u`);
}

for (const rung of ["full", "bwrap"] as const) {
  Deno.test(`rung ${rung}: a mask that the host takes away ends the run`, async () => {
    await using place = await makePlace();
    const token = `${place.folder}/token`;
    const outcome = await run(
      // Says when it begins; then the host renames another file over the token.
      action(place, ["sh", "-c", "echo up; sleep 600"]),
      place.profile,
      settings,
      { ...place.machine, rungs: [rung] },
      {
        streams: "capture",
        onOutput: () => replace(place, token),
      },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.deepEqual([outcome.ended, outcome.lost], ["mask-lost", token]);
  });

  Deno.test(`rung ${rung}: a pinned file that an editor saves keeps what was saved`, async () => {
    await using place = await makePlace();
    const path = `${place.profile.workspace}/.envrc`;
    await Deno.writeTextFile(path, "OLD");
    const outcome = await run(
      action(place, ["sh", "-c", "echo up; sleep 600"]),
      { ...place.profile, pinned: [realPath(path)] },
      settings,
      { ...place.machine, rungs: [rung] },
      { streams: "capture", onOutput: () => replace(place, path) },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.deepEqual([outcome.ended, outcome.lost], ["mask-lost", path]);
    assert.equal(await Deno.readTextFile(path), "NEW");
    assert.deepEqual(outcome.quarantined, []);
    assert.equal(outcome.handoff?.reported[0]?.path, ".envrc");
  });

  Deno.test(`rung ${rung}: a socket that goes away, and other files, end nothing`, async () => {
    await using place = await makePlace();
    const outcome = await run(
      action(place, ["sh", "-c", "echo up; sleep 1; echo end"]),
      place.profile,
      settings,
      { ...place.machine, rungs: [rung] },
      {
        streams: "capture",
        onOutput(_, text) {
          if (!text.includes("up")) return;
          disturb(place);
        },
      },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.deepEqual([outcome.ended, outcome.stdout], [undefined, "up\nend\n"]);
  });
}

Deno.test("a run that takes too long is ended, and says why", async () => {
  await using place = await makePlace();
  for (const rung of RUNGS satisfies readonly Rung[]) {
    const outcome = await run(
      { ...action(place, ["sleep", "600"]), timeoutMs: 300 },
      place.profile,
      settings,
      { ...place.machine, rungs: [rung] },
      { streams: "capture" },
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.equal(outcome.ended, "timeout");
  }
});
