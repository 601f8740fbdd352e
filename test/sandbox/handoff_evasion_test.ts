// Copyright 2026 the airg authors. Apache-2.0 license.

// Ways around the look at what a run leaves behind. Each leaves something that
// the host obeys when it runs uncontained, and nothing when contained.
import assert from "node:assert/strict";
import { IDENTITIES, Site } from "../support/contained_site.ts";

interface Evasion {
  readonly name: string;
  /** What the project has before. */
  readonly before?: string;
  readonly script: string;
  /** Succeeds where the host would obey something. */
  readonly obeyed: string;
}

const DEEP =
  "for n in 0 a q zz; do (for i in $(seq 70); do mkdir $n; cd $n; done); done";
const HOOK = "printf '#!/bin/sh\\n' >$H/pre-commit; chmod +x $H/pre-commit";

const EVASIONS: readonly Evasion[] = [
  {
    name: "folders too deep to be looked into, beside it",
    script: `${DEEP}; mkdir -p .claude m/.vscode; echo 1 >.claude/settings.json
      echo 1 >m/.vscode/tasks.json`,
    obeyed: "test -e .claude/settings.json || test -e m/.vscode/tasks.json",
  },
  ...["0311", "0111"].flatMap((mode): Evasion[] => [
    {
      name: `settings in a folder of mode ${mode}`,
      script:
        `mkdir -p .claude s/.vscode; echo 1 >.claude/settings.json; echo 1 >s/.vscode/tasks.json; chmod ${mode} .claude s`,
      obeyed: "test -r .claude/settings.json || test -r s/.vscode/tasks.json",
    },
    {
      name: `git settings and hooks in a folder of mode ${mode}`,
      script:
        `git init -q n; git -C n config core.fsmonitor ./x; H=n/.git/hooks; ${HOOK}; chmod ${mode} n/.git`,
      obeyed:
        "git config -f n/.git/config core.fsmonitor || test -x n/.git/hooks/pre-commit",
    },
    {
      name: `a hook in a folder of mode ${mode}`,
      script:
        `git init -q n; H=n/.git/hooks; mkdir -p $H; ${HOOK}; chmod ${mode} $H; mkdir .vscode; echo 1 >.vscode/tasks.json`,
      obeyed: "test -x n/.git/hooks/pre-commit || test -e .vscode/tasks.json",
    },
  ]),
  {
    name: "a file that git's settings include",
    before: "echo >.shared; git config include.path ../.shared",
    script: "git config -f .shared core.fsmonitor ./x",
    obeyed: "git config core.fsmonitor",
  },
  {
    name: "hooks in a folder that core.hooksPath names and that was not there",
    before: "git config core.hooksPath tools/hooks",
    script: `H=tools/hooks; mkdir -p $H; ${HOOK}`,
    obeyed: "test -x tools/hooks/pre-commit",
  },
  {
    name: "hooks in a folder that core.hooksPath names with a comment",
    before:
      "mkdir -p tools/hooks; printf '[core]\\n\\thooksPath = tools/hooks ; ours\\n' >>.git/config",
    script: `H=tools/hooks; ${HOOK}`,
    obeyed: "test -x tools/hooks/pre-commit",
  },
  {
    name: "attributes that core.attributesFile names",
    before:
      "git config core.attributesFile .attrs; git config filter.f.clean ./x",
    script: "echo '* filter=f' >.attrs",
    obeyed: "git check-attr filter x | grep -q 'filter: f'",
  },
  {
    name: "settings below a header with a comment",
    before: "printf '[core] ; ours\\n\\tbare = false\\n' >>.git/config",
    script: "printf '\\tfsmonitor = ./x\\n' >>.git/config",
    obeyed: "git config core.fsmonitor",
  },
  {
    name: "a pipe in git's folder, which holds up whoever opens it",
    script:
      "mkfifo .git/p; printf '[core]\\n\\tfsmonitor = ./x\\n' >>.git/config; echo 1 >.envrc",
    obeyed: "git config core.fsmonitor || test -e .envrc",
  },
  {
    name: "a link for what says where git's folder is",
    before: "git init -q n",
    script:
      "git init -q --bare other; git -C other config core.pager ./x; echo ../../other >cd; ln -s ../../cd n/.git/commondir",
    obeyed: "test -L n/.git/commondir",
  },
  {
    name: "a folder made to look like git's own store",
    before: "mkdir -p logs",
    script:
      "mkdir -p objects refs logs/p/.vscode; echo 1 >HEAD; echo 1 >logs/p/.vscode/tasks.json",
    obeyed: "test -e logs/p/.vscode/tasks.json",
  },
];

function quiet(script: string): string {
  return `exec 2>/dev/null; ${script}; true`;
}

async function isObeyed(site: Site, { obeyed }: Evasion): Promise<boolean> {
  return (await site.bare(["sh", "-c", obeyed])).code === 0;
}

for (const identity of IDENTITIES) {
  for (const evasion of EVASIONS) {
    Deno.test(`${evasion.name}: held, ${identity.name}`, async () => {
      await using site = new Site(identity);
      const { before = "true" } = evasion;
      await site.bare(["sh", "-c", `git init -q .; ${before}`]);
      assert(!await isObeyed(site, evasion), "before");
      site.write(`${site.project}/e.sh`, quiet(evasion.script), 0o755);
      const { code, stderr } = await site.contained(["sh", "e.sh"]);
      assert.equal(code, 0, stderr);
      assert(!await isObeyed(site, evasion), stderr);
    });

    Deno.test(`${evasion.name}: works uncontained, ${identity.name}`, async () => {
      await using site = new Site(identity);
      const { before = "true" } = evasion;
      await site.bare(["sh", "-c", `git init -q .; ${before}`]);
      await site.bare(["sh", "-c", quiet(evasion.script)]);
      assert(await isObeyed(site, evasion));
    });
  }
}
