// Copyright 2026 the airg authors. Apache-2.0 license.

// What the kernel keeps as it is during a run, in all the places git, agents
// and editors look. Each attempt prints GOT when it works; uncontained, it must.
import assert from "node:assert/strict";
import { IDENTITIES, Site } from "../support/contained_site.ts";

/** Each as a shell condition. */
const ATTEMPTS: Readonly<Record<string, string>> = {
  "a hook": "echo x >.git/hooks/pre-commit",
  "a submodule's hook": "echo x >.git/modules/m/hooks/post-merge",
  "a nested repository's hook": "echo x >lib/deep/.git/hooks/post-checkout",
  "a hook in the folder core.hooksPath names": "echo x >.h/pre-commit",
  "a hook in the folder a nested core.hooksPath names":
    "echo x >lib/deep/own-hooks/pre-commit",
  "a hook of husky": "echo x >.husky/pre-commit",
  "a hook in .githooks": "echo x >.githooks/pre-commit",
  "a folder above a submodule's hooks, moved":
    "mv .git/modules/m .git/modules/n && mv .git/modules/n .git/modules/m",
  "a nested .git, moved": "mv lib/deep/.git lib/g && mv lib/g lib/deep/.git",
  "a folder above a nested .git, moved": "mv lib l && mv l lib",
  "settings of an agent": "echo x >>.claude/settings.json",
  "settings of an editor, in place": "echo x >>.vscode/tasks.json",
  "settings of an editor, by renaming":
    "echo x >t && mv -f t .vscode/tasks.json",
  "hooks, deleted": "rm -rf .husky && mkdir .husky",
};

/** What must go on working beside them. */
const WORK: Readonly<Record<string, string>> = {
  "a build folder with a repository in it, deleted": "rm -rf build",
  "a file beside the pinned ones": "echo x >.vscode/other.json",
  "a file beside nested hooks": "echo x >lib/deep/.git/description",
  "a new folder in .git": "mkdir .git/rr-cache",
};

function script(): string {
  return Object.entries({ ...ATTEMPTS, ...WORK })
    .map(([name, shell]) => `(${shell}) 2>/dev/null && echo "GOT ${name}"`)
    .join("\n") + "\ntrue\n";
}

async function prepare(site: Site): Promise<void> {
  const { code, stderr } = await site.bare([
    "sh",
    "-c",
    "set -e; git init -q .; git config core.hooksPath .h; " +
    "mkdir -p .h .husky .githooks .claude .vscode lib/deep build/_deps; " +
    "git init -q --bare .git/modules/m; git init -q lib/deep; " +
    "git -C lib/deep config core.hooksPath own-hooks; mkdir lib/deep/own-hooks; " +
    "git init -q build/_deps/x; " +
    "echo '{}' >.claude/settings.json; echo '{}' >.vscode/tasks.json",
  ]);
  assert.equal(code, 0, stderr);
  site.write(`${site.project}/try.sh`, script());
}

function got(stdout: string): string[] {
  return stdout.split("\n").filter((line) => line.startsWith("GOT "))
    .map((line) => line.slice("GOT ".length)).sort();
}

for (const identity of IDENTITIES) {
  Deno.test(`pins hold, and work goes on beside them, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    await prepare(site);
    const ran = await site.contained(["sh", "./try.sh"]);
    assert.deepEqual(got(ran.stdout), Object.keys(WORK).sort(), ran.stderr);

    await using control = new Site(identity);
    await prepare(control);
    const bare = await control.bare(["sh", "./try.sh"]);
    assert.deepEqual(
      got(bare.stdout),
      Object.keys({ ...ATTEMPTS, ...WORK }).sort(),
    );
  });

  Deno.test(`a pinned pointer file stays, as ${identity.name}`, async () => {
    const shell =
      "echo 'gitdir: evil' >.git && echo GOT; rm -f .git && echo GOT";
    for (const contained of [true, false]) {
      await using site = new Site(identity);
      site.write(`${site.project}/.git`, "gitdir: ../elsewhere\n");
      site.write(`${site.project}/try.sh`, shell);
      const words = ["sh", "./try.sh"];
      const ran = contained
        ? await site.contained(words)
        : await site.bare(words);
      assert.equal(ran.stdout, contained ? "" : "GOT\nGOT\n", ran.stderr);
    }
  });
}
