// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import type { Busy } from "../guard/approvals.ts";
import { enter, hold, unlessHeld } from "./at_work.ts";

const WORKSPACE = "/nonexistent/work";

interface Scratch extends Disposable {
  readonly folder: string;
  readonly workspace: string;
}

function scratch(): Scratch {
  const top = Deno.realPathSync(Deno.makeTempDirSync());
  Deno.mkdirSync(`${top}/work/sub`, { recursive: true });
  Deno.writeTextFileSync(`${top}/work/sub/x.sh`, "echo\n");
  return {
    folder: `${top}/at-work`,
    workspace: `${top}/work`,
    [Symbol.dispose]: () => Deno.removeSync(top, { recursive: true }),
  };
}

function profileOf(
  workspace: string = WORKSPACE,
  more: Partial<Profile> = {},
): Profile {
  return {
    workspace: realPath(workspace),
    writable: [],
    pinned: [],
    anchors: [],
    hidden: [],
    network: "none",
    limits: {},
    cache: realPath("/nonexistent/cache"),
    ...more,
  };
}

function begun<Kind extends object>(kind: Kind | Busy): Kind {
  assert(!("pid" in kind), JSON.stringify(kind));
  return kind as Kind;
}

Deno.test("hold() waits for no run, and says which one is in the way", async () => {
  using place = scratch();
  const path = `${WORKSPACE}/x.sh`;
  const run = begun(await enter(place.folder, profileOf()));
  assert.deepEqual(await hold(place.folder, ["/usr/bin/sh", path]), {
    path,
    pid: Deno.pid,
  });
  run[Symbol.dispose]();
  begun(await hold(place.folder, [path]))[Symbol.dispose]();
});

const HARMLESS: readonly [string, Profile][] = [
  ["of another workspace", profileOf("/nonexistent/other")],
  ["that may only read", profileOf(WORKSPACE, { readonly: true })],
  [
    "whose changes are held",
    profileOf(WORKSPACE, {
      ephemeral: {
        id: "1",
        folder: realPath("/nonexistent/held"),
        layers: realPath("/nonexistent/held"),
      },
    }),
  ],
];

for (const [name, profile] of HARMLESS) {
  Deno.test(`hold() is not kept from by a run ${name}`, async () => {
    using place = scratch();
    using _run = begun(await enter(place.folder, profile));
    using _held = begun(await hold(place.folder, [`${WORKSPACE}/x.sh`]));
  });
}

Deno.test("enter() gives a later run what is held, pinned and anchored", async () => {
  using place = scratch();
  const { folder, workspace } = place;
  const path = `${workspace}/sub/x.sh`;
  const held = begun(await hold(folder, [path, `${workspace}/none`]));
  const run = begun(await enter(folder, profileOf(workspace)));
  assert.deepEqual(run.profile.pinned, [path]);
  assert.deepEqual(run.profile.anchors, [`${workspace}/sub`]);
  // It keeps its hands off, so it is in nobody's way.
  using _again = begun(await hold(folder, [path]));
  assert("pid" in await hold(folder, [`${workspace}/other.sh`]));
  run[Symbol.dispose]();
  held[Symbol.dispose]();
});

Deno.test("enter() leaves the run alone that the hold is for", async () => {
  using place = scratch();
  const path = `${place.workspace}/sub/x.sh`;
  using held = begun(await hold(place.folder, [path]));
  const profile = profileOf(place.workspace);
  using run = begun(await enter(place.folder, profile, held.id));
  assert.equal(run.profile, profile);
});

Deno.test("enter() refuses a run whose own root is held, not one below a held folder", async () => {
  using place = scratch();
  const { folder, workspace } = place;
  using _held = begun(await hold(folder, ["/", workspace]));
  assert("pid" in await enter(folder, profileOf(workspace)));
  using _below = begun(await enter(folder, profileOf(`${workspace}/sub`)));
});

Deno.test("unlessHeld() writes no file that is held", async () => {
  using place = scratch();
  const { folder, workspace } = place;
  const held = begun(await hold(folder, [`${workspace}/sub/x.sh`]));
  const write = async (path: string) =>
    await unlessHeld(
      folder,
      [`${workspace}/${path}`],
      () => Promise.resolve("done" as unknown as Busy),
    );
  assert.deepEqual(await write("sub/x.sh"), {
    path: `${workspace}/sub/x.sh`,
    pid: Deno.pid,
  });
  assert.equal(await write("sub/y.sh"), "done");
  // Nor does it remove a folder that one lies in.
  assert.deepEqual(await write("sub"), {
    path: `${workspace}/sub/x.sh`,
    pid: Deno.pid,
  });
  held[Symbol.dispose]();
  assert.equal(await write("sub/x.sh"), "done");
});

Deno.test("what a process that was killed left behind is in nobody's way", async () => {
  using place = scratch();
  const module = new URL("at_work.ts", import.meta.url).href;
  const script = `const { enter } = await import(${
    JSON.stringify(module)
  }); await enter(${JSON.stringify(place.folder)}, ${
    JSON.stringify(profileOf())
  }); console.log("in"); await new Promise(() => setTimeout(() => {}, 1e6));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const path = `${WORKSPACE}/x.sh`;
  assert.deepEqual(await hold(place.folder, [path]), { path, pid: child.pid });
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  begun(await hold(place.folder, [path]))[Symbol.dispose]();
});
