// Copyright 2026 the airg authors. Apache-2.0 license.

// A mask or pin that the host takes away, knowingly or not, ends the run. Each
// way is one that an editor, git or a person really uses; the control is the
// way that leaves the mount alone.
import assert from "node:assert/strict";
import {
  identities,
  oddSleep,
  processesWith,
  Site,
} from "./launcher/harness.ts";

interface Way {
  readonly name: string;
  readonly shell: string;
  /** What is lost; nothing: the run goes on. */
  readonly lost?: readonly [key: string, index: number];
}

const WAYS: readonly Way[] = [
  {
    name: "renames a new file over a masked one",
    shell: "echo NEW-SECRET >t; mv t .env",
    lost: ["hide-file", 1],
  },
  {
    name: "moves the masked file to a back-up name and writes a new one",
    shell: "mv .env .env~; echo NEW-SECRET >.env",
    lost: ["hide-file", 1],
  },
  {
    name: "deletes the masked file",
    shell: "rm -f .env",
    lost: ["hide-file", 1],
  },
  {
    name: "runs git config, which renames over a pinned file",
    shell: "git -c safe.directory='*' config user.name someone",
    lost: ["pin", 0],
  },
  {
    name: "moves a folder above a pin and makes another",
    shell: "mv .git g; mkdir -p .git/hooks",
    lost: ["anchor", 0],
  },
  {
    name: "writes into the masked file and the pinned one, in place",
    shell: "echo NEW-SECRET >.env; echo '[a]' >>.git/config",
  },
  {
    name: "makes, replaces and deletes other files beside them",
    shell: "echo a >a; echo b >b; mv a b; rm b; mkdir c; mv c .git/c",
  },
];

for (const identity of identities) {
  for (const way of WAYS) {
    Deno.test(`full as ${identity}: the host ${way.name}`, async () => {
      await using site = new Site(identity);
      const { workspace } = site;
      site.makeFolder("work/.git/objects");
      site.makeFolder("work/.git/refs");
      site.makeFile("work/.git/HEAD", "ref: refs/heads/main\n");
      site.makeFile("work/.git/config", "[core]\n\tbare = false\n");
      site.makeFile("work/.env", "OLD-SECRET\n");
      site.makeFile("work/last", "");
      const socket = Deno.listen({
        transport: "unix",
        path: `${workspace}/socket`,
      });
      const seconds = oddSleep();
      const run = site.start({
        argv: ["/bin/sh", "-c", `echo up; sleep ${seconds}`],
        fields: [
          // One that goes ends nothing.
          ["hide-file", `${workspace}/socket`],
          ["hide-file", `${workspace}/.env`],
          ["hide-file", `${workspace}/last`],
          ["pin", `${workspace}/.git/config`],
          ["anchor", `${workspace}/.git`],
          ["attach", workspace],
        ],
      });
      await run.said("up");
      const host = await new Deno.Command("sh", {
        args: ["-c", way.shell],
        cwd: workspace,
      }).output();
      assert(host.success, new TextDecoder().decode(host.stderr));
      if (way.lost === undefined) {
        await Deno.remove(`${workspace}/socket`);
        // Whatever was to be noticed has been, once a later change is.
        await Deno.remove(`${workspace}/last`);
      }
      await run.done;
      socket.close();
      const [key, index] = way.lost ?? ["hide-file", 2];
      const { event: _, ...said } = run.event("mask-lost")!;
      assert.deepEqual(said, { key, index });
      assert.equal(run.code, 137);
      assert.deepEqual(processesWith(seconds), []);
    });
  }
}
