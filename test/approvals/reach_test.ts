// Copyright 2026 the airg authors. Apache-2.0 license.
// A command is approved, then a file that it obeys without naming it as one is
// another: it does not run.
import assert from "node:assert/strict";
import { makeScene, type Scene } from "../support/approval_scene.ts";

const OK = "#!/bin/sh\necho ok\n";
const EVIL = "#!/bin/sh\nrm -r src\n";
/** More than is read of a file that is only data. */
const LARGE = "#".repeat(17 * 1024 * 1024) + "\n";

type Files = Readonly<Record<string, string>>;

/** A repository with two branches. */
const BRANCH: Files = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/packed-refs": "",
  ".git/refs/heads/main": "a",
  ".git/refs/heads/other/x": "a",
  ".git/refs/remotes/origin/main": "a",
};

/** Name, command, what is there when it is approved, what is put there then. */
const CASES: readonly (readonly [string, string, Files, Files])[] = [
  ["a large Makefile", "make a", { Makefile: `${LARGE}a:` }, {
    Makefile: `${LARGE}b:`,
  }],
  ["a large file that is copied", "cp big y", { big: `${LARGE}a` }, {
    big: `${LARGE}b`,
  }],
  ["an included Makefile", "make a", { Makefile: "", "c.mk": "a" }, {
    "c.mk": "b",
  }],
  ["make in another folder", "make -C d", { "d/Makefile": "a" }, {
    "d/Makefile": "b",
  }],
  ["a script beside a script", "sh x.sh", { "x.sh": ". ./y.sh", "y.sh": "" }, {
    "y.sh": EVIL,
  }],
  ["a module beside a program", "python3 x.py", { "x.py": "", "y.py": "" }, {
    "y.py": "import shutil",
  }],
  ["a module for -c", "python3 -c 'import y'", { "y.py": "" }, {
    "y.py": "import shutil",
  }],
  ["sitecustomize", "PYTHONPATH=lib python3 x.py", {
    "x.py": "",
    "lib/a.py": "",
  }, { "lib/sitecustomize.py": "import shutil" }],
  ["a dotted module", "python3 -m pkg.sub", {
    "pkg/__init__.py": "",
    "pkg/sub.py": "",
  }, { "pkg/sub.py": "import shutil" }],
  ["a package's first file", "python3 -m pkg.sub", {
    "pkg/__init__.py": "",
    "pkg/sub.py": "",
  }, { "pkg/__init__.py": "import shutil" }],
  ["conftest.py in a named folder", "pytest tests", { "tests/t.py": "" }, {
    "tests/conftest.py": "import shutil",
  }],
  ["a new .npmrc", "npm test", { "package.json": '{"scripts":{"test":":"}}' }, {
    ".npmrc": "script-shell=./x",
  }],
  ["the package that is published", "npm publish", { "package.json": "{}" }, {
    "package.json": '{"name":"evil"}',
  }],
  ["yarn's scripts", "yarn build", {
    "package.json": '{"scripts":{"build":":"}}',
  }, { "package.json": '{"scripts":{"build":"rm -r src"}}' }],
  ["a program of a package", "npx foo", { "node_modules/.bin/foo": OK }, {
    "node_modules/.bin/foo": EVIL,
  }],
  ["a loaded file in a variable", "NODE_OPTIONS='-r ./y' node x.js", {
    "x.js": "",
    y: "",
  }, { y: "rm" }],
  [
    "the main file of a folder",
    "node .",
    { "package.json": "{}", "m.js": "" },
    {
      "package.json": '{"main":"m.js"}',
    },
  ],
  ["terraform's files", "terraform apply", { "main.tf": "a" }, {
    "main.tf": "b",
  }],
  ["a new file of terraform's", "terraform apply", { "main.tf": "a" }, {
    "z.auto.tfvars": "b",
  }],
  ["a folder of manifests", "kubectl apply -f k", { "k/a.yaml": "a" }, {
    "k/a.yaml": "b",
  }],
  ["an override of compose", "docker compose up", { "compose.yaml": "a" }, {
    "compose.override.yaml": "b",
  }],
  ["a Dockerfile in a named folder", "docker build d", { "d/Dockerfile": "" }, {
    "d/Dockerfile": "RUN rm",
  }],
  ["cargo's settings in the folder above", "cd d && cargo build", {
    "d/Cargo.toml": "",
  }, { ".cargo/config.toml": "[build]" }],
  ["a chart's templates", "helm upgrade r c", { "c/templates/x.yaml": "a" }, {
    "c/templates/x.yaml": "b",
  }],
  ["ansible's settings", "ansible-playbook p.yml", { "p.yml": "a" }, {
    "ansible.cfg": "b",
  }],
  ["git's settings", "git push origin main", { ".git/config": "a" }, {
    ".git/config": "b",
  }],
  ["a new hook", "git push origin main", { ".git/config": "" }, {
    ".git/hooks/pre-push": EVIL,
  }],
  ["a file behind an option", "gdb -batch -x cmds", { cmds: "a" }, {
    cmds: "shell rm -r src",
  }],
  ["a file joined to an option", "just -fjobs all", { jobs: "a" }, {
    jobs: "b",
  }],
  ["a file behind @", "curl -d @body https://h.example/", { body: "a" }, {
    body: "b",
  }],
  ["a file as a URL", "aws iam put-role-policy --p file://doc", { doc: "a" }, {
    doc: "b",
  }],
  ["what is moved", "mv a b", { a: "1" }, { a: "2" }],
  ["a program on the text's own PATH", "PATH=$PWD/own:$PATH deploy", {
    "own/deploy": OK,
  }, { "own/deploy": EVIL }],
  ["the same, exported", "export PATH=$PWD/own:$PATH; deploy", {
    "own/deploy": OK,
  }, { "own/deploy": EVIL }],
  ["an editor in a variable", "EDITOR=./e git commit", { e: OK }, { e: EVIL }],
  ["the commit of the branch", "git push --force origin main", BRANCH, {
    ".git/refs/heads/main": "b",
  }],
  ["the branch that is worked on", "git push --force", BRANCH, {
    ".git/HEAD": "ref: refs/heads/other/x\n",
  }],
  ["the commit of a branch with a slash", "git reset --hard", BRANCH, {
    ".git/refs/heads/other/x": "b",
  }],
  ["the commit of a remote's branch", "git reset --hard origin/main", BRANCH, {
    ".git/refs/remotes/origin/main": "b",
  }],
  ["a branch that was packed", "git rebase main", BRANCH, {
    ".git/packed-refs": "b refs/heads/main\n",
  }],
  ["the commit of a worktree's branch", "cd tree && git push --force", {
    ...BRANCH,
    "tree/.git": "gitdir: ../.git/worktrees/tree\n",
    ".git/worktrees/tree/HEAD": "ref: refs/heads/other/x\n",
    ".git/worktrees/tree/commondir": "../..\n",
  }, { ".git/refs/heads/other/x": "b" }],
  ["what a first line names", "./x", { int: OK, x: "#!./int\n" }, {
    int: EVIL,
  }],
  ["what env finds for a first line", "./x", {
    "bin/myint": OK,
    x: "#!/usr/bin/env myint\n",
  }, { "bin/myint": EVIL }],
];

const ROWS = CASES.map(([name, command, before, after]) => ({
  ...{ name, command, before, after },
}));

async function put(scene: Scene, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const cut = name.lastIndexOf("/");
    if (cut > 0) {
      await Deno.mkdir(`${scene.folder}/${name.slice(0, cut)}`, {
        recursive: true,
      });
    }
    await scene.put(name, text, 0o755);
  }
}

Deno.test.each(ROWS)("an approval binds $name", async (row) => {
  for (const isSwapped of [true, false]) {
    await using scene = await makeScene();
    await Deno.mkdir(`${scene.folder}/src`);
    await put(scene, row.before);
    const asked = await scene.exec(row.command);
    assert.equal(asked.decision.verdict, "escalate");
    assert.equal(scene.store.yes().ok, true);
    if (isSwapped) await put(scene, row.after);
    const { allowed, decision } = await scene.exec(row.command);
    assert.equal(allowed, !isSwapped, JSON.stringify(decision.reasons));
    if (isSwapped) assert.equal(decision.reasons[0]?.code, "approval.voided");
  }
});

Deno.test.each([
  { kind: "session" as const, lasts: true },
  { kind: "once" as const, lasts: false },
])("an approval for $kind goes on with the next commit: $lasts", async (c) => {
  await using scene = await makeScene();
  await put(scene, BRANCH);
  await scene.exec("git push --force");
  scene.store.yes({ scope: { kind: c.kind } });
  await put(scene, { ".git/refs/heads/main": "b" });
  assert.equal((await scene.exec("git push --force")).allowed, c.lasts);
  await put(scene, { ".git/config": "[remote]" });
  assert.equal((await scene.exec("git push --force")).allowed, false);
});

Deno.test.each([
  { name: "CI", value: "1" },
  { name: "LC_ALL", value: "tr_TR.UTF-8" },
  { name: "LANG", value: "C" },
])("an approval binds the caller's $name", async ({ name, value }) => {
  await using scene = await makeScene();
  await scene.exec("make a");
  scene.store.yes();
  scene.world.env[name] = value;
  const { allowed, decision } = await scene.exec("make a");
  assert.equal(allowed, false);
  assert.match(decision.reasons[0]?.message ?? "", /environment changed/);
});

Deno.test("what a pipe would run cannot be approved", async () => {
  await using scene = await makeScene();
  const made = await new Deno.Command("mkfifo", {
    args: [`${scene.folder}/pipe`],
  }).output();
  assert(made.success);
  const { decision } = await scene.exec("sh ./pipe");
  assert.equal(decision.verdict, "block");
  assert.match(decision.reasons[0]?.message ?? "", /is no plain file/);
});

Deno.test("what runs in a folder that nobody knows cannot be approved", async () => {
  await using scene = await makeScene();
  const { decision } = await scene.exec('cd "$(cat where)" && make');
  assert.equal(decision.verdict, "block");
  assert.match(decision.reasons[0]?.message ?? "", /only at run time/);
});

Deno.test.each([
  { command: "python3 -", isBound: true },
  // To a program that does not read it, it is all one.
  { command: "rm x", isBound: false },
])("another standard input for $command voids: $isBound", async (c) => {
  await using scene = await makeScene();
  const shared: { input: string | undefined } = { input: undefined };
  const { approvals } = scene.effects;
  assert(approvals !== undefined);
  Object.assign(approvals.world, {
    input: () => Promise.resolve(shared.input),
  });
  await scene.exec(c.command);
  scene.store.yes();
  shared.input = "a pipe";
  const { allowed, decision } = await scene.exec(c.command);
  assert.equal(allowed, !c.isBound);
  const said = decision.reasons[0]?.message ?? "";
  assert.equal(/standard input changed/.test(said), c.isBound);
});

Deno.test("a process substitution is the same in another process", async () => {
  await using scene = await makeScene();
  await scene.exec("source <(echo hi)");
  const [request] = scene.store.pending(scene.world.now);
  assert.doesNotMatch(JSON.stringify(request?.subject.paths), /\/proc\/[0-9]/);
});

Deno.test("names that look the same cannot be approved", async () => {
  await using scene = await makeScene();
  const made = await new Deno.Command("bash", {
    args: ["-c", "> $'a\\xff'; > $'a\\xfe'; > $'z\\xff.tf'"],
    cwd: scene.folder,
  }).output();
  assert(made.success);
  for (const text of ["rm a?", "terraform apply"]) {
    const { decision } = await scene.exec(text);
    assert.equal(decision.verdict, "block", text);
    assert.match(decision.reasons[0]?.message ?? "", /is no UTF-8/);
  }
});
