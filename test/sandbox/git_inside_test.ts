// Copyright 2026 the airg authors. Apache-2.0 license.

// Everyday git inside the sandbox, as every identity: each command must do what
// it does outside, and its settings must still be there for the host. Commands
// whose settings would make the host's git run a program go through as well,
// and what they set is gone afterwards.
import assert from "node:assert/strict";
import { IDENTITIES, Site } from "../support/contained_site.ts";

interface Step {
  readonly name: string;
  readonly shell: string;
  /** Printed by the host's git afterwards, by `look`. */
  readonly look: string;
  readonly want: string;
  /** For settings that are held: what the same look gives uncontained. */
  readonly uncontained?: string;
}

const STEPS: readonly Step[] = [
  {
    name: "commit",
    shell: "echo x >x; git add x; git commit -qm two",
    look: "git log --format=%s -1",
    want: "two",
  },
  {
    name: "config user.name",
    shell: "git config user.name somebody; git config user.email a@b",
    look: "git config user.name",
    want: "somebody",
  },
  {
    name: "remote add",
    shell: "git remote add other ../other.git",
    look: "git remote get-url other",
    want: "../other.git",
  },
  {
    name: "branch -u",
    shell: "git branch -q side; git branch -q -u origin/main side",
    look: "git config branch.side.merge",
    want: "refs/heads/main",
  },
  {
    name: "checkout --track",
    shell: "git checkout -q --track -b tracked origin/main",
    look: "git branch --show-current; git config branch.tracked.remote",
    want: "tracked\norigin",
  },
  {
    name: "worktree add, commit in it, and remove",
    shell:
      "git worktree add -q wt -b w; cd wt; echo y >y; git add y; git commit -qm in-wt; " +
      "cd ..; git worktree add -q gone -b g; git worktree remove gone",
    look: "git -C wt log --format=%s -1; git worktree list | wc -l",
    want: "in-wt\n2",
  },
  {
    name: "submodule add",
    shell:
      "git -c protocol.file.allow=always submodule --quiet add $PWD/origin.git sub; git commit -qm sub",
    look: "git -C sub log --format=%s -1; git config submodule.sub.active",
    want: "one\ntrue",
  },
  {
    name: "clone",
    shell: "git clone -q origin.git copy",
    look: "git -C copy log --format=%s -1",
    want: "one",
  },
  {
    name: "init, with a commit",
    shell:
      "git init -q new; cd new; git config user.name n; git config user.email n@o; echo z >z; git add z; git commit -qm first",
    look: "git -C new log --format=%s -1",
    want: "first",
  },
  {
    name: "merge, stash, tag and gc",
    shell:
      "git checkout -q -b m; echo m >m; git add m; git commit -qm m; git checkout -q main; " +
      "git merge -q m; echo s >>m; git stash -q; git tag t; git gc -q",
    look: "git log --format=%s -1; git stash list | wc -l; git tag",
    want: "m\n1\nt",
  },
  {
    name: "settings that run programs",
    shell: "git config core.fsmonitor ./evil; git config alias.x '!./evil'; " +
      "git config core.hooksPath .h; git config user.name after",
    look:
      "git config user.name; git config --get-all core.fsmonitor; git config alias.x; git config core.hooksPath; true",
    want: "after",
    uncontained: "after\n./evil\n!./evil\n.h",
  },
  {
    name: "hooks, of the repository and of a new one",
    shell:
      "echo x >.git/hooks/pre-commit || true; git init -q h; echo x >h/.git/hooks/pre-commit",
    look: "ls .git/hooks h/.git/hooks | grep -v sample | grep commit; true",
    want: "",
    uncontained: "pre-commit\npre-commit",
  },
];

async function prepare(site: Site): Promise<void> {
  const { code, stderr } = await site.bare([
    "sh",
    "-c",
    "set -e; git init -q -b main .; git config user.name me; git config user.email a@b; " +
    "echo origin.git >.git/info/exclude; echo a >a; git add a; git commit -qm one; " +
    "git clone -q --bare . origin.git; git remote add origin ./origin.git; git fetch -q origin",
  ]);
  assert.equal(code, 0, stderr);
}

for (const identity of IDENTITIES) {
  for (const step of STEPS) {
    Deno.test(`git ${step.name} works inside, as ${identity.name}`, async () => {
      for (const contained of [false, true]) {
        await using site = new Site(identity);
        await prepare(site);
        // From a file: the policy would read a command and has its own mind.
        site.write(`${site.project}/step.sh`, `set -e\n${step.shell}\n`);
        const words = ["sh", "./step.sh"];
        const ran = contained
          ? await site.contained(words)
          : await site.bare(words);
        assert.equal(ran.code, 0, ran.stderr);
        const seen = await site.bare(["sh", "-c", step.look]);
        const want = contained ? step.want : step.uncontained ?? step.want;
        assert.equal(seen.stdout.trim(), want, ran.stderr + seen.stderr);
      }
    });
  }
}

for (const identity of IDENTITIES) {
  Deno.test(`git settings that run programs are undone during the run, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    await prepare(site);
    // Ends only when somebody else makes the setting go away.
    site.write(
      `${site.project}/step.sh`,
      "git config core.fsmonitor ./evil; while git config core.fsmonitor; do sleep 0.02; done",
    );
    const ran = await site.contained(["sh", "./step.sh"]);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, /moved away: \.git\/config .*core\.fsmonitor/);
  });

  Deno.test(`who sets them again and again is ended, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    await prepare(site);
    site.write(
      `${site.project}/step.sh`,
      "while :; do git config core.fsmonitor ./evil; sleep 0.02; done",
    );
    const ran = await site.contained(["sh", "./step.sh"]);
    assert.equal(ran.code, 137, ran.stderr);
    assert.match(
      ran.stderr,
      /ended: it changed git's settings again and again/,
    );
    const seen = await site.bare(["git", "config", "core.fsmonitor"]);
    assert.equal(seen.stdout, "");
  });
}

for (const identity of IDENTITIES) {
  Deno.test(`settings of a repository made during the run are undone during it, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    site.write(
      `${site.project}/step.sh`,
      "git init -q lib; git -C lib config core.fsmonitor ./evil; " +
        "while git -C lib config core.fsmonitor; do sleep 0.05; done; echo end",
    );
    const ran = await site.contained(["sh", "./step.sh"]);
    assert.match(ran.stdout, /evil\n(?:.*\n)*end\n$/, ran.stderr);
    assert.match(ran.stderr, /moved away: lib\/\.git\/config/);
  });
}
