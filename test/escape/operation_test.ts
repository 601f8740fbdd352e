// Copyright 2026 the airg authors. Apache-2.0 license.

// Recipes that need more than one run, or something that happens beside it.
import assert from "node:assert/strict";
import { IDENTITIES, Site } from "../support/contained_site.ts";
import { eventually, processesWith } from "../support/airg.ts";

/** Files to hide; each costs a mount, and setting them up costs their square. */
const MANY = 2_000;

for (const identity of IDENTITIES) {
  const as = `as ${identity.name}`;

  Deno.test(`escape: #61 a folder swapped for a link while runs are set up, ${as}`, async () => {
    await using site = new Site(identity);
    const outside = `${site.home}/outside`;
    await Deno.mkdir(outside);
    await Deno.mkdir(`${site.project}/.claude`);
    await Deno.symlink(outside, `${site.project}/other`);
    site.write(
      `${site.project}/write.sh`,
      "echo x >.claude/x; echo x >other/x; true\n",
    );
    site.own();
    await site.bare(["sh", "write.sh"]);
    await Deno.remove(`${outside}/x`); // The control: uncontained it lands.
    await using _swapper = swap(site, ".claude", "other");
    for (let n = 0; n < 5; n++) {
      await site.contained(["sh", "write.sh"]);
      assert.deepEqual(namesIn(outside), []);
    }
  });

  Deno.test(`escape: #62 a killed launcher leaves no placeholder, ${as}`, async () => {
    await using site = new Site(identity);
    site.write(`${site.project}/wait.sh`, "echo >started; exec sleep 600\n");
    const before = namesIn(site.project);
    const ran = site.contained(["sh", "wait.sh"]);
    await eventually(
      "the run starts",
      () => namesIn(site.project).includes("started"),
    );
    const launchers = (await processesWith(site.home))
      .filter((line) => line.includes(" outer "));
    assert(launchers.length > 0);
    for (const line of launchers) {
      Deno.kill(Number(line.split(" ")[0]), "SIGKILL");
    }
    assert.notEqual((await ran).code, 0);
    assert.deepEqual(namesIn(site.project), [...before, "started"].sort());
  });

  Deno.test(`escape: #74 no helper is started from a folder of the project, ${as}`, async () => {
    await using site = new Site(identity);
    const bin = `${site.project}/bin`;
    await Deno.mkdir(bin);
    const names = ["bwrap", "sh", "bash", "git", "deno", "airg-launcher", "id"];
    for (const name of names) {
      site.write(
        `${bin}/${name}`,
        `#!/bin/sh\necho ${name} >>${site.project}/canary\n`,
        0o755,
      );
    }
    site.own();
    const env = { PATH: `${bin}:${site.env["PATH"]}` };
    await site.bare(["/usr/bin/env", "bwrap"], { env });
    await Deno.remove(`${site.project}/canary`); // The control.
    const ran = await site.contained(["/bin/true"], { env });
    assert.equal(ran.code, 0, ran.stderr);
    await assert.rejects(
      Deno.lstat(`${site.project}/canary`),
      Deno.errors.NotFound,
    );
  });

  Deno.test(`escape: #124 what the kernel refused is not started again, ${as}`, async () => {
    await using site = new Site(identity);
    site.write(
      `${site.project}/try.sh`,
      `echo x >>tries; echo x >${site.home}/out\n`,
    );
    await site.bare(["sh", "try.sh"]);
    await Deno.remove(`${site.home}/out`); // The control: uncontained it works.
    const ran = await site.contained(["sh", "try.sh"]);
    assert.notEqual(ran.code, 0);
    const tries = await Deno.readTextFile(`${site.project}/tries`);
    assert.equal(tries, "x\nx\n", "the control's and one more");
    await assert.rejects(Deno.lstat(`${site.home}/out`), Deno.errors.NotFound);
  });

  Deno.test(`escape: #125 too much to hide is no reason to hide less, ${as}`, async () => {
    await using site = new Site(identity);
    const names = Array.from({ length: MANY }, (_, n) => `${n}.pem`);
    for (const name of names) {
      await Deno.writeTextFile(`${site.project}/${name}`, "PLANTED");
    }
    site.write(
      `${site.project}/read.sh`,
      "cat *.pem 2>/dev/null | head -c 99\n",
    );
    site.own();
    const control = await site.bare(["bash", "read.sh"]);
    assert.match(control.stdout, /PLANTED/);
    const ran = await site.contained(["bash", "read.sh"]);
    assert.doesNotMatch(ran.stdout, /PLANTED/);
  });
}

/** Exchanges two names of the project over and over, until it is disposed of. */
function swap(site: Site, a: string, b: string): AsyncDisposable {
  const child = new Deno.Command("/usr/bin/python3", {
    args: [
      "-c",
      `import ctypes, sys
libc = ctypes.CDLL(None)
a, b = (p.encode() for p in sys.argv[1:3])
while libc.renameat2(-100, a, -100, b, 2) in (0, -1): pass`,
      `${site.project}/${a}`,
      `${site.project}/${b}`,
    ],
    cwd: "/",
    stdin: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
