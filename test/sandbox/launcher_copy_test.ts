// Copyright 2026 the airg authors. Apache-2.0 license.

// A file that is seen as a copy of it was: what the host does to it meanwhile
// is not seen, and what would take the copy away ends the run. Every control
// is the same run without the copy.
import assert from "node:assert/strict";
import { type Field, identities, Site } from "./launcher/harness.ts";

const GOOD = "#!/bin/sh\necho GOOD\n";
const EVIL = "#!/bin/sh\necho EVIL\n";

interface Scene extends AsyncDisposable {
  readonly site: Site;
  readonly copies: readonly Field[];
}

/** `x.sh` holds something else already; the copy lies where only airg's user can look. */
async function scene(identity: typeof identities[number]): Promise<Scene> {
  const site = new Site(identity);
  const { folder, workspace } = site;
  site.makeFile("work/x.sh", EVIL);
  site.makeFile("work/evil", EVIL);
  await Deno.chmod(`${workspace}/x.sh`, 0o755);
  await Deno.chmod(`${workspace}/evil`, 0o755);
  const own = `${folder}/own`;
  await Deno.mkdir(own);
  await Deno.writeTextFile(`${own}/copy`, GOOD);
  await Deno.chmod(`${own}/copy`, 0o555);
  if (identity === "user") {
    site.own(own);
    site.own(`${own}/copy`);
  }
  await Deno.chmod(own, 0o700);
  return {
    site,
    copies: [
      ["copy", `${workspace}/x.sh`],
      ["copy-from", `${own}/copy`],
      ["attach", workspace],
    ],
    [Symbol.asyncDispose]: async () => await site[Symbol.asyncDispose](),
  };
}

const sh = (text: string) => ["/bin/sh", "-c", text];

for (const identity of identities) {
  Deno.test(`copy as ${identity}: read, run and source give the copy, which stays`, async () => {
    await using made = await scene(identity);
    const { copies, site } = made;
    const argv = sh(
      "cat x.sh; ./x.sh; sh x.sh; . ./x.sh; echo EVIL >>x.sh; rm -f x.sh; mv evil x.sh; cat x.sh",
    );
    const run = await site.run({ argv, fields: copies });
    assert.equal(
      run.out,
      `${GOOD}GOOD\nGOOD\nGOOD\n${GOOD}`,
      JSON.stringify(run.lines) + run.err,
    );
    assert.equal(run.event("ready")!["pinned"], 1);
    const on = await Deno.readTextFile(`${site.workspace}/x.sh`);
    assert.equal(on, EVIL);
    const control = await site.run({ argv });
    assert.match(control.out, /^#!\/bin\/sh\necho EVIL\nEVIL\nEVIL\nEVIL\n/);
  });

  Deno.test(`copy as ${identity}: it has the time of what it stands for, and its own mode`, async () => {
    await using made = await scene(identity);
    const { copies, site } = made;
    await Deno.utime(`${site.workspace}/x.sh`, 1_000, 1_000);
    const run = await site.run({
      argv: sh("stat -c '%a %Y' x.sh"),
      fields: copies,
    });
    assert.equal(run.out, "555 1000\n");
  });

  Deno.test(`copy as ${identity}: what the host writes into the file is not seen`, async () => {
    await using made = await scene(identity);
    const { copies, site } = made;
    const argv = sh("echo up; read word <go; cat x.sh");
    for (const [fields, want] of [[copies, GOOD], [[], "other"]] as const) {
      await new Deno.Command("mkfifo", {
        args: ["-m", "666", `${site.workspace}/go`],
      }).output();
      const run = site.start({ argv, fields });
      await run.said("up");
      await Deno.writeTextFile(`${site.workspace}/x.sh`, "other");
      await Deno.writeTextFile(`${site.workspace}/go`, "go\n");
      await run.done;
      assert.equal(run.out, `up\n${want}`);
      await Deno.remove(`${site.workspace}/go`);
    }
  });

  Deno.test(`copy as ${identity}: where the host takes it away, the run ends`, async () => {
    await using made = await scene(identity);
    const { copies, site } = made;
    const { workspace } = site;
    const run = site.start({
      argv: sh("echo up; sleep 600"),
      fields: copies,
    });
    await run.said("up");
    await Deno.rename(`${workspace}/evil`, `${workspace}/x.sh`);
    await run.done;
    const { event: _, ...said } = run.event("mask-lost")!;
    assert.deepEqual(said, { key: "copy", index: 0 });
    assert.equal(run.code, 137);
  });

  Deno.test(`copy as ${identity}: in an overlay it stays, whatever the host renames`, async () => {
    await using made = await scene(identity);
    const { copies, site } = made;
    const { folder, workspace } = site;
    for (const name of ["layers", "layers/upper", "layers/work"]) {
      site.makeFolder(name);
      if (identity === "root with owner") {
        await Deno.chown(`${folder}/${name}`, 65534, 65534);
      }
    }
    if (identity === "root with owner") {
      await Deno.chown(workspace, 65534, 65534);
      await Deno.chown(`${workspace}/x.sh`, 65534, 65534);
    }
    await new Deno.Command("mkfifo", { args: ["-m", "666", `${folder}/go`] })
      .output();
    const run = site.start({
      argv: sh(`echo up; read word <${folder}/go; ./x.sh; sh x.sh`),
      fields: [
        ["overlay", workspace],
        ["layers", `${folder}/layers`],
        ...copies,
      ],
    });
    await run.said("up");
    for (let turn = 0; turn < 200; turn++) {
      await Deno.rename(`${workspace}/x.sh`, `${workspace}/y.sh`);
      await Deno.rename(`${workspace}/evil`, `${workspace}/x.sh`);
      await Deno.rename(`${workspace}/y.sh`, `${workspace}/evil`);
    }
    await Deno.writeTextFile(`${folder}/go`, "go\n");
    await run.done;
    assert.equal(run.out, "up\nGOOD\nGOOD\n", JSON.stringify(run.lines));
    assert.equal(run.event("mask-lost"), undefined);
  });

  const BAD: readonly [string, (site: Site) => Promise<void>][] = [
    ["is gone", ({ workspace }) => Deno.remove(`${workspace}/x.sh`)],
    ["is a link", async ({ workspace }) => {
      await Deno.remove(`${workspace}/x.sh`);
      await Deno.symlink("evil", `${workspace}/x.sh`);
    }],
    ["is a folder", async ({ workspace }) => {
      await Deno.remove(`${workspace}/x.sh`);
      await Deno.mkdir(`${workspace}/x.sh`);
    }],
    ["has no copy", ({ folder }) => Deno.remove(`${folder}/own/copy`)],
    ["has a link for a copy", async ({ folder, workspace }) => {
      await Deno.remove(`${folder}/own/copy`);
      await Deno.symlink(`${workspace}/evil`, `${folder}/own/copy`);
    }],
  ];
  for (const [name, spoil] of BAD) {
    Deno.test(`copy as ${identity}: nothing runs where the file ${name}`, async () => {
      await using made = await scene(identity);
      const { copies, site } = made;
      await spoil(site);
      const run = await site.run({ argv: sh("echo ran"), fields: copies });
      assert.equal(run.out, "");
      assert.notEqual(run.code, 0);
      assert.equal(run.event("failed")!["step"], "mount");
    });
  }
}
