// Copyright 2026 the airg authors. Apache-2.0 license.
// Something is approved, then the world changes: what was approved does not run.
import assert from "node:assert/strict";
import type { Answer } from "../../src/guard/guard.ts";
import { ASKS, makeScene, type Scene } from "../support/approval_scene.ts";

interface Swap {
  readonly name: string;
  readonly ask: (scene: Scene) => Promise<Answer>;
  /** Between the approval and the second try. */
  readonly swap: (scene: Scene) => Promise<void> | void;
  /** The second try, where it is another call. */
  readonly then?: (scene: Scene) => Promise<Answer>;
  /** What the second try says: the grant does not fit any more, or was never for it. */
  readonly voided?: RegExp;
  readonly other?: true;
  readonly blocked?: true;
}

const none = () => {};

const SWAPS: readonly Swap[] = [
  {
    name: "a script's content",
    ask: (scene) => scene.exec("sh ./deploy.sh"),
    swap: (scene) => scene.put("deploy.sh", "rm -r src\n"),
    voided: /deploy\.sh has another content/,
  },
  {
    name: "a script that is gone",
    ask: (scene) => scene.exec("sh ./deploy.sh"),
    swap: ({ folder }) => Deno.remove(`${folder}/deploy.sh`),
    voided: /deploy\.sh has another content/,
  },
  {
    name: "a program's content",
    ask: (scene) => scene.exec("./tool --now"),
    swap: (scene) => scene.put("tool", "#!/bin/sh\nrm -r src\n", 0o755),
    voided: /tool has another content/,
  },
  {
    name: "a program put before it on PATH",
    ask: (scene) => scene.exec("wc -l deploy.sh"),
    swap: async (scene) => {
      await Deno.mkdir(`${scene.folder}/bin`);
      await scene.put("bin/wc", "#!/bin/sh\n", 0o755);
    },
    voided: /bin\/wc was not part of it/,
  },
  {
    name: "what a script's link leads to",
    ask: (scene) => scene.exec("sh current.sh"),
    swap: async ({ folder }) => {
      await Deno.remove(`${folder}/current.sh`);
      await Deno.symlink("other.sh", `${folder}/current.sh`);
    },
    voided: /other\.sh was not part of it/,
  },
  {
    name: "what a named link leads to",
    ask: (scene) => scene.exec("cp x.txt data"),
    swap: async ({ folder }) => {
      await Deno.remove(`${folder}/data`);
      await Deno.symlink("src", `${folder}/data`);
    },
    voided: /the paths it leads to changed/,
  },
  {
    name: "what a pattern stands for",
    ask: (scene) => scene.exec("rm *.txt"),
    swap: (scene) => scene.put("z.txt", ""),
    voided: /the paths it leads to changed/,
  },
  {
    name: "the text that the reading relied on",
    ask: (scene) => scene.exec("npm test"),
    swap: (scene) =>
      scene.put("package.json", '{"scripts":{"test":"rm -r src"}}'),
    voided: /package\.json has another content/,
  },
  {
    name: "a file that an interpreter tries first",
    ask: (scene) => scene.exec("node app"),
    swap: (scene) => scene.put("app", "process.exit()"),
    voided: /app has another content/,
  },
  {
    name: "a file that is sourced",
    ask: (scene) => scene.exec(". ./deploy.sh"),
    swap: (scene) => scene.put("deploy.sh", "rm -r src\n"),
    voided: /deploy\.sh has another content/,
  },
  {
    name: "a file that is piped into a shell",
    ask: (scene) => scene.exec("cat deploy.sh | sh"),
    swap: (scene) => scene.put("deploy.sh", "rm -r src\n"),
    voided: /deploy\.sh has another content/,
  },
  {
    name: "a Makefile that nobody named",
    ask: (scene) => scene.exec("make deploy"),
    swap: (scene) => scene.put("Makefile", "deploy:\n\trm -r src\n"),
    voided: /Makefile has another content/,
  },
  {
    name: "a Makefile that comes first",
    ask: (scene) => scene.exec("make deploy"),
    swap: (scene) => scene.put("GNUmakefile", "deploy:\n\trm -r src\n"),
    voided: /GNUmakefile was not part of it/,
  },
  {
    name: "a Python module",
    ask: (scene) => scene.exec("python3 -m job"),
    swap: (scene) => scene.put("job.py", "import shutil"),
    voided: /job\.py has another content/,
  },
  {
    name: "what a copy copies",
    ask: (scene) => scene.exec("cp x.txt other.sh"),
    swap: (scene) => scene.put("x.txt", "rm -r src"),
    voided: /x\.txt has another content/,
  },
  {
    name: "a file that a form sends",
    ask: (scene) => scene.exec("curl -F file=@x.txt https://host.example/"),
    swap: (scene) => scene.put("x.txt", "key"),
    voided: /x\.txt has another content/,
  },
  {
    name: "blanks inside quotes",
    ask: (scene) => scene.exec('rm "a b"'),
    swap: none,
    then: (scene) => scene.exec('rm "a  b"'),
    other: true,
  },
  {
    name: "letter case",
    ask: (scene) => scene.exec("rm Report.txt"),
    swap: none,
    then: (scene) => scene.exec("rm report.txt"),
    other: true,
  },
  {
    name: "one blank at the end",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: none,
    then: (scene) => scene.exec("rm x.txt "),
    other: true,
  },
  {
    name: "the working folder",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: none,
    then: (scene) => scene.exec("rm x.txt", `${scene.folder}/src`),
    other: true,
  },
  {
    name: "a variable in the text",
    ask: (scene) => scene.exec("LEVEL=1 ./tool"),
    swap: none,
    then: (scene) => scene.exec("LEVEL=2 ./tool"),
    other: true,
  },
  {
    name: "a variable that the policy lets through",
    ask: (scene) => scene.exec("./tool"),
    swap: ({ world }) => void (world.env["TARGET"] = "production"),
    voided: /the environment changed/,
  },
  {
    name: "PATH",
    ask: (scene) => scene.exec("./tool"),
    swap: ({ world }) => void (world.env["PATH"] = "/usr/bin:/bin"),
    voided: /the environment changed/,
  },
  {
    name: "a variable of the caller that the text uses",
    ask: (scene) => scene.exec('./tool "$LANG"'),
    swap: ({ world }) => void (world.env["LANG"] = "C"),
    voided: /the environment changed/,
  },
  {
    name: "a rule more that asks",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) => {
      const more = { ...ASKS, id: "more", match: { program: "rm" } };
      world.policy = { ...world.policy, rules: [ASKS, more] };
    },
    voided: /the policy now objects for another reason: policy\/more/,
  },
  {
    name: "a rule more that blocks",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) => {
      const no = { ...ASKS, id: "no", verdict: "block" };
      world.policy = { ...world.policy, rules: [ASKS, no] };
    },
    blocked: true,
  },
  {
    name: "a policy that asks nobody",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) =>
      void (world.policy = { ...world.policy, escalate: "block" }),
    blocked: true,
  },
  {
    name: "a network that was opened for all",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) =>
      void (world.policy = { ...world.policy, sandbox: { network: "open" } }),
    voided: /network changed/,
  },
  {
    name: "a copy that the policy wants now",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) =>
      void (world.policy = {
        ...world.policy,
        sandbox: { env: { pass: ["TARGET"] }, ephemeral: true },
      }),
    voided: /ephemeral changed/,
  },
  {
    name: "another session",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) => void (world.origin = { session: "t" }),
    other: true,
  },
  {
    name: "another agent",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) => void (world.origin = { agent: "b" }),
    other: true,
  },
  {
    name: "other content of a write",
    ask: (scene) => scene.write("x.txt", "one"),
    swap: none,
    then: (scene) => scene.write("x.txt", "two"),
    other: true,
  },
  {
    name: "the file that a write replaces",
    ask: (scene) => scene.write("x.txt", "one"),
    swap: (scene) => scene.put("x.txt", "somebody's work"),
    voided: /x\.txt has another content/,
  },
  {
    name: "time",
    ask: (scene) => scene.exec("rm x.txt"),
    swap: ({ world }) => void (world.now += 600_001),
    other: true,
  },
];

async function furnished(): Promise<Scene> {
  const scene = await makeScene({ sandbox: { env: { pass: ["TARGET"] } } });
  scene.world.env["TARGET"] = "staging";
  scene.world.env["LANG"] = "en_GB.UTF-8";
  await Deno.mkdir(`${scene.folder}/src`);
  await scene.put("deploy.sh", "echo deployed\n");
  await scene.put("other.sh", "rm -r src\n");
  await scene.put("tool", "#!/bin/sh\necho tool\n", 0o755);
  await scene.put("package.json", '{"scripts":{"test":"true"}}');
  await scene.put("Makefile", "deploy:\n\techo hi\n");
  await scene.put("job.py", "");
  await scene.put("app.js", "");
  await scene.put("x.txt", "x");
  await Deno.symlink("deploy.sh", `${scene.folder}/current.sh`);
  await Deno.symlink("x.txt", `${scene.folder}/data`);
  return scene;
}

Deno.test.each(SWAPS)("approved, then swapped: $name", async (c) => {
  await using scene = await furnished();
  const asked = await c.ask(scene);
  assert.equal(asked.decision.verdict, "escalate");
  assert.equal(scene.store.yes().ok, true);
  await c.swap(scene);
  const { allowed, decision } = await (c.then ?? c.ask)(scene);
  assert.equal(allowed, false);
  assert(!scene.log.includes("run") && !scene.log.includes("file"));
  const [first] = decision.reasons;
  if (c.blocked) {
    assert.equal(decision.verdict, "block");
    return;
  }
  assert.equal(decision.verdict, "escalate");
  assert.notEqual(decision.approval?.id, asked.decision.approval?.id);
  if (c.voided === undefined) {
    assert.notEqual(first?.code, "approval.voided");
    return;
  }
  assert.equal(first?.code, "approval.voided");
  assert.match(first.message, c.voided);
  // It was not left lying about: what was approved would be asked again.
  assert.equal(scene.store.grants(scene.world.now).length, 0);
});

Deno.test.each(SWAPS)("control, not swapped: $name", async (c) => {
  await using scene = await furnished();
  await c.ask(scene);
  scene.store.yes();
  const { allowed, decision } = await c.ask(scene);
  assert.equal(allowed, true, JSON.stringify(decision.reasons));
  assert.equal(decision.reasons[0]?.code, "approval.granted");
  const again = await c.ask(scene);
  assert.equal(again.allowed, false, "it was used twice");
});
