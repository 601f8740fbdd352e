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
import { type Profile, realPath } from "../../sandbox/profile.ts";

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
