// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { FileAction } from "../action/action.ts";
import { type Profile, realPath } from "../../sandbox/profile.ts";
import { fileEffect } from "./file_effect.ts";

interface Place extends AsyncDisposable {
  readonly root: string;
  readonly project: string;
  readonly profile: Profile;
  readonly action: (
    kind: "read" | "write" | "list",
    path: string,
    content?: string,
  ) => FileAction;
}

async function makePlace(): Promise<Place> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const project = `${root}/project`;
  await Deno.mkdir(`${project}/.git`, { recursive: true });
  await Deno.writeTextFile(`${project}/.git/config`, "[core]\n");
  await Deno.writeTextFile(`${project}/.env`, "SECRET");
  await Deno.writeTextFile(`${project}/a.txt`, "a\n");
  await Deno.writeTextFile(`${root}/outside`, "OUTSIDE");
  const origin = {
    agent: "a",
    session: "s",
    source: "ai-agent",
    workspace: project,
  } as const;
  return {
    root,
    project,
    profile: {
      workspace: realPath(project),
      writable: [],
      pinned: [realPath(`${project}/.git/config`)],
      anchors: [],
      hidden: [{ path: realPath(`${project}/.env`), kind: "file" }],
      network: "none",
      limits: {},
      cache: realPath(`${root}/cache`),
    },
    action: (kind, path, content = "") =>
      kind === "write"
        ? { kind, origin, path, content }
        : { kind, origin, path },
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

Deno.test("fileEffect() writes and reads back, making folders on the way", async () => {
  await using place = await makePlace();
  const { action, profile, project } = place;
  assert.deepEqual(
    await fileEffect(action("write", "x/y/z.txt", "é\r\n"), profile),
    { kind: "written", bytes: 4, created: true },
  );
  assert.deepEqual(
    await fileEffect(action("read", `${project}/x/y/z.txt`), profile),
    {
      kind: "read",
      text: "é\r\n",
      bytes: 4,
      encoding: "utf-8",
      lineEndings: "crlf",
      lines: 1,
    },
  );
});

Deno.test("fileEffect() lists without what is hidden, and shows links as links", async () => {
  await using place = await makePlace();
  await Deno.symlink("/etc", `${place.project}/link`);
  const outcome = await fileEffect(place.action("list", "."), place.profile);
  assert(outcome.kind === "listed");
  assert.deepEqual(outcome.entries.map(({ name, type }) => [name, type]), [
    [".git", "directory"],
    ["a.txt", "file"],
    ["link", "symlink"],
  ]);
});

Deno.test("fileEffect() touches nothing outside, hidden or pinned, by any spelling", async () => {
  await using place = await makePlace();
  const { action, profile, project, root } = place;
  await Deno.symlink("../outside", `${project}/out`);
  await Deno.symlink("..", `${project}/up`);
  await Deno.symlink(".git", `${project}/g`);
  await Deno.symlink(".env", `${project}/e`);
  const refused: readonly FileAction[] = [
    action("read", `${root}/outside`),
    action("read", "../outside"),
    action("read", "out"),
    action("read", "up/outside"),
    action("read", ".env"),
    action("read", "e"),
    action("list", ".."),
    action("list", "up"),
    action("write", "out", "x"),
    action("write", "up/new", "x"),
    action("write", ".git/config", "x"),
    action("write", "g/config", "x"),
    action("write", "a.txt/../.git/./config", "x"),
  ];
  for (const one of refused) {
    const outcome = await fileEffect(one, profile);
    assert.equal(outcome.kind, "file-failed", `${one.kind} ${one.path}`);
  }
  assert.equal(await Deno.readTextFile(`${root}/outside`), "OUTSIDE");
  assert.equal(await Deno.readTextFile(`${project}/.git/config`), "[core]\n");
});

Deno.test("fileEffect() does not wait for a pipe, and says what is wrong with the rest", async () => {
  await using place = await makePlace();
  const { action, profile, project } = place;
  await new Deno.Command("mkfifo", { args: [`${project}/pipe`] }).output();
  for (
    const [one, why] of [
      [action("read", "pipe"), "not-a-file"],
      [action("write", "pipe", "x"), "not-a-file"],
      [action("read", "none"), "not-found"],
      [action("read", ".git"), "not-a-file"],
      [action("list", "a.txt"), "not-a-folder"],
    ] as const
  ) {
    const outcome = await fileEffect(one, profile);
    assert(
      outcome.kind === "file-failed" && outcome.why === why,
      JSON.stringify(outcome),
    );
  }
});

Deno.test("fileEffect() leaks and changes nothing outside while a folder flips", async () => {
  await using place = await makePlace();
  const { action, profile, project, root } = place;
  await Deno.mkdir(`${root}/host`);
  await Deno.mkdir(`${project}/d`);
  await Deno.writeTextFile(`${project}/d/f`, "ours");
  await Deno.symlink(`${root}/host`, `${project}/l`);
  await Deno.writeTextFile(`${root}/host/f`, "OUTSIDE");
  // RENAME_EXCHANGE: at each moment the name is the folder or the link.
  const flip = new Deno.Command("/usr/bin/python3", {
    args: [
      "-c",
      `import ctypes, os, sys
os.chdir(sys.argv[1])
libc = ctypes.CDLL(None)
while libc.renameat2(-100, b"d", -100, b"l", 2) == 0: pass`,
      project,
      `${root}/host`,
    ],
  }).spawn();
  try {
    let read = 0;
    for (let n = 0; n < 3_000; n++) {
      const got = await fileEffect(action("read", "d/f"), profile);
      if (got.kind === "read") {
        read++;
        assert.equal(got.text, "ours");
      }
      await fileEffect(action("write", "d/new/g", "x"), profile);
      const listed = await fileEffect(action("list", "d"), profile);
      if (listed.kind === "listed") {
        assert(!listed.entries.some(({ name }) => name === "host-only"));
      }
    }
    assert(read > 0, "control: the file can be read in between");
  } finally {
    flip.kill("SIGKILL");
    await flip.status;
  }
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(`${root}/host`))).map((e) => e.name),
    ["f"],
  );
});

Deno.test("fileEffect() leaks nothing while a link flips", async () => {
  await using place = await makePlace();
  const { action, profile, project, root } = place;
  const flip = new Deno.Command("/bin/bash", {
    args: [
      "-c",
      'cd "$0" && for i in {1..100000}; do ln -sfn "$1" flip; ln -fn a.txt flip; done',
      project,
      `${root}/outside`,
    ],
    stderr: "null",
  }).spawn();
  try {
    let read = 0;
    // On a busy machine the other side may be slow to begin.
    for (let n = 0; n < 2_000 || (read === 0 && n < 500_000); n++) {
      const outcome = await fileEffect(action("read", "flip"), profile);
      if (outcome.kind !== "read") continue;
      read++;
      assert.equal(outcome.text, "a\n");
    }
    assert(read > 0, "control: the file can be read in between");
  } finally {
    flip.kill("SIGKILL");
    await flip.status;
  }
});
