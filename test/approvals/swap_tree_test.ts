// Copyright 2026 the airg authors. Apache-2.0 license.
// As swap_test.ts, of what lies in folders: code below a script, what is sent,
// what is deleted.
import assert from "node:assert/strict";
import type { Answer } from "../../src/guard/guard.ts";
import { makeScene, type Scene } from "../support/approval_scene.ts";
import { mapping } from "../support/mapping.ts";

interface Swap {
  readonly name: string;
  readonly text: string;
  readonly swap: (scene: Scene) => Promise<unknown> | void;
  /** What the second try says. */
  readonly voided: RegExp;
}

const EVIL = "echo EVIL\n";

const SWAPS: readonly Swap[] = [
  {
    name: "what a script sources from a folder below",
    text: "./deploy.sh",
    swap: (scene) => scene.put("lib/x.sh", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "the same, the script given to a shell",
    text: "sh ./deploy.sh",
    swap: (scene) => scene.put("lib/x.sh", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "the same, the script sourced itself",
    text: ". ./deploy.sh",
    swap: (scene) => scene.put("lib/x.sh", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "what a script sources from where it is run",
    text: "sh sub/run.sh",
    swap: (scene) => scene.put("lib/x.sh", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "what lies below a link to a script",
    text: "python3 entry/main.py",
    swap: (scene) => scene.put("entry/lib/x.py", EVIL),
    voided: /\/\*\*, and 1 more folder has another content/,
  },
  {
    name: "the same, its size and mtime kept",
    text: "./deploy.sh",
    async swap({ folder, put }) {
      const path = `${folder}/lib/x.sh`;
      const { atime, mtime } = await Deno.stat(path);
      await put("lib/x.sh", "echo lIB\n");
      assert(atime !== null && mtime !== null);
      await Deno.utime(path, atime, mtime);
    },
    voided: /\/\*\* has another content/,
  },
  {
    name: "what has no ending",
    text: "./deploy.sh",
    swap: (scene) => scene.put("lib/helper", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "data that a script may run",
    text: "./deploy.sh",
    swap: (scene) => scene.put("lib/payload.txt", EVIL),
    voided: /\(what is no code\) has another content/,
  },
  {
    name: "a module of a Python package",
    text: "python3 app/main.py",
    swap: (scene) => scene.put("app/pkg/mod.py", "import shutil"),
    voided: /app\/\*\* has another content/,
  },
  {
    name: "what Python compiled from it",
    text: "python3 app/main.py",
    swap: (scene) => scene.put("app/pkg/__pycache__/mod.pyc", "evil"),
    voided: /app\/\*\* \(what is no code\) has another content/,
  },
  {
    name: "a module that Python finds first",
    text: "python3 app/main.py",
    swap: ({ folder }) => Deno.mkdir(`${folder}/app/json`),
    voided: /app\/\*\* has another content/,
  },
  {
    name: "a module below one that is run by its name",
    text: "python3 -m app.main",
    swap: (scene) => scene.put("app/pkg/mod.py", "import shutil"),
    voided: /\/\*\* has another content/,
  },
  {
    name: "what Node requires from a folder below",
    text: "node src/index.js",
    swap: (scene) => scene.put("src/lib/a.js", "process.exit()"),
    voided: /src\/\*\* has another content/,
  },
  {
    name: "what a Makefile in another folder includes",
    text: "make -C sub",
    swap: (scene) => scene.put("sub/rules/all.mk", "all:\n\techo EVIL\n"),
    voided: /sub\/\*\* has another content/,
  },
  {
    name: "what a Makefile here starts",
    text: "make deploy",
    swap: (scene) => scene.put("lib/x.sh", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "where a link below a script leads",
    text: "python3 app/main.py",
    async swap({ folder }) {
      await Deno.remove(`${folder}/app/linked`);
      await Deno.symlink("../sub", `${folder}/app/linked`);
    },
    voided: /app\/\*\* has another content/,
  },
  {
    name: "what a link below a script leads to",
    text: "python3 app/main.py",
    swap: (scene) => scene.put("shared/s.py", "import shutil"),
    voided: /app\/\*\* has another content/,
  },
  {
    name: "a hard link's content, changed by its other name",
    text: "python3 app/main.py",
    swap: (scene) => scene.put("elsewhere.py", "import shutil"),
    voided: /app\/\*\* has another content/,
  },
  {
    name: "a folder above, by another of the same name",
    text: "python3 app/main.py",
    async swap({ folder, put }) {
      await Deno.rename(`${folder}/app/pkg`, `${folder}/kept`);
      await Deno.mkdir(`${folder}/app/pkg`);
      await put("app/pkg/mod.py", "import shutil");
    },
    voided: /app\/\*\* has another content/,
  },
  {
    name: "a script below that can be started now",
    text: "./deploy.sh",
    swap: ({ folder }) => Deno.chmod(`${folder}/lib/x.sh`, 0o755),
    voided: /\/\*\* has another content/,
  },
  {
    name: "a key in a folder that is sent",
    text: "scp -r site host:",
    swap: (scene) => scene.put("site/id_ed25519", "key"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a file's content in a folder that is sent",
    text: "scp -r site host:",
    swap: (scene) => scene.put("site/index.html", "key"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a link in a folder that is sent",
    text: "rsync -aL site/ host:",
    swap: ({ folder }) => Deno.symlink("/etc/passwd", `${folder}/site/p`),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a folder that is packed and sent through a pipe",
    text: "tar c site | curl -T - https://host.example/",
    swap: (scene) => scene.put("site/key", "key"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a folder that an unknown program sends",
    text: "aws s3 sync site s3://bucket",
    swap: (scene) => scene.put("site/key", "key"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a folder that is copied",
    text: "cp -r site out",
    swap: (scene) => scene.put("site/key", "key"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "what git takes in and pushes",
    text: "git add -A && git commit -m x && git push",
    swap: (scene) => scene.put("lib/key.pem", "key"),
    voided: /\/\*\* has another content/,
  },
  {
    name: "a file more in a folder that is deleted",
    text: "rm -rf site",
    swap: (scene) => scene.put("site/work", "mine"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a file that grew in a folder that is deleted",
    text: "rm -rf site",
    swap: (scene) => scene.put("site/index.html", "a whole book"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "a folder moved into one that is deleted",
    text: "rm -rf site",
    swap: ({ folder }) => Deno.rename(`${folder}/src`, `${folder}/site/src`),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "what is found and deleted",
    text: "find site -delete",
    swap: (scene) => scene.put("site/work", "mine"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "what is found and run",
    text: "find sub -name '*.sh' -exec sh {} +",
    swap: (scene) => scene.put("sub/run.sh", EVIL),
    voided: /\/\*\* has another content/,
  },
  {
    name: "what is found and given to another program",
    text: "find site -type f -exec frob {} +",
    swap: (scene) => scene.put("site/deep/a", "b"),
    voided: /site\/\*\* has another content/,
  },
  {
    name: "what git has not and deletes",
    text: "git clean -fdx",
    swap: (scene) => scene.put("lib/work", "mine"),
    voided: /\/\*\* has another content/,
  },
];

async function furnished(): Promise<Scene> {
  const scene = await makeScene();
  const { folder, put } = scene;
  for (
    const name of [
      ...["lib", "app/pkg/__pycache__", "src/lib", "sub/rules", "site/deep"],
      ...["shared", "entry/lib"],
    ]
  ) await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  await put("deploy.sh", "#!/bin/sh\n. lib/x.sh\n", 0o755);
  await put("lib/x.sh", "echo lib\n");
  await put("sub/run.sh", ". lib/x.sh\n");
  await put("entry/lib/x.py", "");
  await Deno.symlink("../src/index.js", `${folder}/entry/main.py`);
  await put("lib/helper", "echo help\n");
  await put("lib/payload.txt", "text");
  await put("app/main.py", "import pkg.mod");
  await put("app/pkg/mod.py", "");
  await put("app/pkg/__pycache__/mod.pyc", "made");
  await put("shared/s.py", "");
  await put("elsewhere.py", "");
  await Deno.symlink("../shared", `${folder}/app/linked`);
  await Deno.link(`${folder}/elsewhere.py`, `${folder}/app/hard.py`);
  await put("src/index.js", "require('./lib/a.js')");
  await put("src/lib/a.js", "");
  await put("sub/Makefile", "include rules/all.mk\n");
  await put("sub/rules/all.mk", "all:\n\techo hi\n");
  await put("Makefile", "deploy:\n\tsh lib/x.sh\n");
  await put("site/index.html", "<p>");
  await put("site/deep/a", "a");
  return scene;
}

async function approved(scene: Scene, text: string): Promise<Answer> {
  const asked = await scene.exec(text);
  assert.equal(asked.decision.verdict, "escalate");
  assert.equal(scene.store.yes().ok, true);
  return asked;
}

Deno.test.each(SWAPS)("approved, then swapped: $name", async (c) => {
  await using scene = await furnished();
  const asked = await approved(scene, c.text);
  await c.swap(scene);
  const { allowed, decision } = await scene.exec(c.text);
  assert.equal(allowed, false);
  assert(!scene.log.includes("run"));
  assert.equal(decision.verdict, "escalate");
  assert.notEqual(decision.approval?.id, asked.decision.approval?.id);
  const [first] = decision.reasons;
  assert.equal(first?.code, "approval.voided");
  assert.match(first.message, c.voided);
  assert.equal(scene.store.grants(scene.world.now).length, 0);
});

Deno.test.each(SWAPS)("control, not swapped: $name", async (c) => {
  await using scene = await furnished();
  await approved(scene, c.text);
  const { allowed, decision } = await scene.exec(c.text);
  assert.equal(allowed, true, JSON.stringify(decision.reasons));
  const again = await scene.exec(c.text);
  assert.equal(again.allowed, false, "it was used twice");
});

Deno.test(
  "approved, then changed through a mapping, which changes no time: it does not run",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using scene = await furnished();
    const text = "./deploy.sh";
    await scene.put("lib/x.sh", "#".repeat(4096));
    using mapped = mapping(`${scene.folder}/lib/x.sh`);
    mapped.write("true # ");
    await approved(scene, text);
    const before = await Deno.stat(`${scene.folder}/lib/x.sh`);
    mapped.write("evil # ");
    const after = await Deno.stat(`${scene.folder}/lib/x.sh`);
    assert.deepEqual([after.ctime, after.mtime], [before.ctime, before.mtime]);
    const first = await scene.exec(text);
    assert.equal(first.allowed, false);
    assert.match(
      first.decision.reasons[0]?.message ?? "",
      /changed while they were being looked at/,
    );
    const second = await scene.exec(text);
    assert.equal(second.allowed, false);
    assert.equal(second.decision.reasons[0]?.code, "approval.voided");
    assert(!scene.log.includes("run"));
  },
);
