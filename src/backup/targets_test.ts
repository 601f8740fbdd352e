// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { changedBy } from "../action/changes/changed.ts";
import { changesUnread } from "../action/changes/unread.ts";
import type { Facts } from "../action/facts.ts";
import { readAction } from "../action/read.ts";
import { diskLookup } from "../platform/disk_lookup.ts";
import { targetsOf } from "./targets.ts";
import { watchedIn } from "./unread_targets.ts";

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", {
    args: ["-c", "user.name=a", "-c", "user.email=a@b", ...args],
    cwd,
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** `a b.txt`, `Makefile`, `x.tmp`, `y.tmp`, `d/one`, `d/two`, `link -> Makefile`; in git all but the last two. */
async function workspace(): Promise<string> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${root}/d`);
  await Deno.mkdir(`${root}/empty`);
  await Deno.mkdir(`${root}/node_modules`);
  const files = ["a b.txt", "Makefile", "x.tmp", "y.tmp", "d/one", "d/two"];
  for (const name of files) await Deno.writeTextFile(`${root}/${name}`, name);
  await Deno.writeTextFile(`${root}/node_modules/lib.js`, "lib");
  await git(root, "init", "-q");
  await git(root, "add", ...files);
  await git(root, "commit", "-qm", "first");
  await Deno.symlink("Makefile", `${root}/link`);
  await Deno.writeTextFile(`${root}/untracked`, "new");
  // Files that are as young as the index may have changed unseen.
  const past = new Date(Date.now() - 100_000);
  for (const name of files) await Deno.utime(`${root}/${name}`, past, past);
  await git(root, "update-index", "--refresh");
  await Deno.writeTextFile(`${root}/d/two`, "changed");
  return root;
}

function factsOf(root: string, text: string): Facts {
  return readAction({
    kind: "exec",
    origin: {
      agent: "a",
      session: "s",
      source: "ai-agent",
      workspace: root,
    },
    command: { form: "shell", text },
    cwd: root,
  }, diskLookup({ home: "/home/x" }));
}

function targets(root: string, text: string): {
  readonly paths: string[];
  readonly unsaved: Record<string, string>;
} {
  const facts = factsOf(root, text);
  const { paths, unsaved } = targetsOf(changedBy(facts), {
    workspace: root,
    roots: [root],
    held: [`${root}/.git/hooks`],
  });
  const inside = (path: string) => path.slice(root.length + 1) || ".";
  return {
    paths: paths.map(inside).sort(),
    unsaved: Object.fromEntries(
      [...unsaved].map(([path, why]) => [inside(path), why]),
    ),
  };
}

Deno.test.each([
  { text: "rm Makefile", want: ["Makefile"] },
  { text: "rm *.tmp", want: ["x.tmp", "y.tmp"] },
  { text: `rm "a b.txt"`, want: ["a b.txt"] },
  { text: "rm -rf d", want: ["d"] },
  { text: "rm link", want: ["link"] },
  { text: "echo x > Makefile", want: ["Makefile"] },
  { text: "echo x > link", want: ["Makefile"] },
  { text: "echo x >> new.txt", want: ["new.txt"] },
  { text: "echo x | tee x.tmp y.tmp", want: ["x.tmp", "y.tmp"] },
  { text: "truncate -s 0 Makefile", want: ["Makefile"] },
  { text: "sed -i s/a/b/ d/one", want: ["d/one"] },
  { text: "dd if=/dev/zero of=d/one count=1", want: ["d/one"] },
  { text: "cp Makefile d/one", want: ["d/one"] },
  { text: "cp Makefile d", want: ["d/Makefile"] },
  { text: "cp -r d empty", want: ["empty/d", "empty/d/one", "empty/d/two"] },
  { text: "mv d/one d/two", want: ["d/one", "d/two"] },
  { text: "mv d moved", want: ["d", "moved", "moved/one", "moved/two"] },
  {
    text: "mv Makefile x.tmp empty/",
    want: ["Makefile", "empty/Makefile", "empty/x.tmp", "x.tmp"],
  },
  {
    text: "rsync -a --delete d/ empty/",
    want: ["empty", "empty/one", "empty/two"],
  },
  { text: "git checkout .", want: ["d/two"] },
  { text: "git checkout -- d", want: ["d/two"] },
  { text: "git checkout -- Makefile", want: [] },
  { text: "git restore d/two", want: ["d/two"] },
  { text: "git restore --staged d/two", want: [] },
  { text: "git reset --hard", want: ["d/two"] },
  { text: "git reset", want: [] },
  { text: "git -C d stash", want: ["d/two"] },
  {
    text: "git clean -fd",
    want: ["empty", "link", "node_modules", "untracked"],
  },
  { text: "git clean -nd", want: [] },
  { text: "git rm Makefile", want: ["Makefile"] },
  { text: "git mv Makefile d", want: ["Makefile", "d/Makefile"] },
  { text: "git pull", want: ["d/two", "link", "untracked"] },
  { text: "git checkout other", want: ["d/two", "link", "untracked"] },
  { text: "git checkout other -- untracked", want: ["untracked"] },
  { text: "git restore -s other untracked", want: ["untracked"] },
  { text: "git reset --hard other", want: ["d/two", "link", "untracked"] },
  { text: "git read-tree -u --reset x", want: ["d/two", "link", "untracked"] },
  { text: "git checkout-index -fa", want: ["d/two"] },
  { text: "git worktree remove -f d", want: ["d"] },
  { text: "git apply p.diff", want: ["d/two", "link", "untracked"] },
  { text: "git status", want: [] },
  { text: "find d -delete", want: ["d/one", "d/two"] },
  { text: "tar -xf a.tar -C d", want: ["d/one", "d/two"] },
  { text: "cp -r d/. empty", want: ["empty/one", "empty/two"] },
  { text: "cp -rT d empty", want: ["empty/one", "empty/two"] },
  { text: "mkdir n; cp -r n/d .", want: ["d/one", "d/two", "n"] },
  { text: "mv -t d Makefile", want: ["Makefile", "d/Makefile"] },
  { text: "echo x > d/t$(date +%s)", want: [".", "d/two"] },
  { text: "ls d | xargs -I{} rm d/{}", want: [".", "d/one", "d/two"] },
  { text: "cd d && ls | xargs rm", want: [".", "d/one", "d/two"] },
  { text: "mkdir $(date +%s)", want: [] },
  { text: "split -b 1 Makefile d/o", want: ["d/o", "d/one"] },
  { text: "gofmt -w ./d", want: ["d/one", "d/two"] },
  { text: "go fmt ./d/...", want: ["d/one", "d/two"] },
  { text: "gofmt -l d", want: [] },
  { text: "cd d; black .", want: ["d/one", "d/two"] },
  { text: "npx prettier --write d/one", want: ["d/one"] },
  { text: "tar cf x.tmp Makefile", want: ["x.tmp"] },
  { text: "tar -czf x.tmp d --remove-files", want: ["d", "x.tmp"] },
  { text: "zip -m x.zip d/one", want: ["d/one", "x.zip"] },
  { text: "gzip Makefile", want: ["Makefile", "Makefile.gz"] },
  { text: "gunzip x.gz", want: ["x", "x.gz"] },
  { text: "gzip -c Makefile", want: [] },
  { text: "vim -es -c '%d|wq' Makefile", want: ["Makefile"] },
  { text: "ex -sc wq Makefile", want: ["Makefile"] },
  { text: "iconv -f x -o Makefile d/one", want: ["Makefile"] },
  { text: "script -qc true Makefile", want: ["Makefile"] },
  { text: "ls; cat Makefile; grep x d/one", want: [] },
  { text: "echo x > /tmp/outside", want: [] },
  { text: "echo x > /dev/null", want: [] },
])("targetsOf() of `$text`", async ({ text, want }) => {
  const root = await workspace();
  try {
    assert.deepEqual(targets(root, text).paths, want);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("targetsOf() says where not all is known", async () => {
  const root = await workspace();
  try {
    const { paths, unsaved } = targets(root, `rm x.tmp; rm "$X"`);
    assert(paths.includes("x.tmp") && paths.includes("d/one"));
    assert.deepEqual(
      targets(root, `eval "$(cat x)"`).unsaved["."]?.slice(0, 27),
      "not everything may be saved",
    );
    assert.match(unsaved["."] ?? "", /^not everything may be saved: /);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

/** What is added to the index and committed nowhere; git drops it with these. */
const STAGED: readonly { text: string; want: readonly string[] }[] = [
  { text: "git reset --hard", want: ["Makefile", "d/two", "staged"] },
  { text: "git stash", want: ["Makefile", "d/two", "staged"] },
  { text: "git checkout HEAD -- Makefile", want: ["Makefile"] },
  { text: "git restore -SW Makefile", want: ["Makefile"] },
  { text: "git checkout -f other", want: ["Makefile", "d/two", "staged"] },
];

Deno.test.each(STAGED)(
  "what is in git's index alone is saved before `$text`",
  async ({ text, want }) => {
    const root = await workspace();
    try {
      const past = new Date(Date.now() - 50_000);
      for (const name of ["Makefile", "staged"]) {
        await Deno.writeTextFile(`${root}/${name}`, "work of a day");
        await Deno.utime(`${root}/${name}`, past, past);
      }
      await git(root, "add", "Makefile", "staged");
      const { paths } = targets(root, text);
      assert.deepEqual(want.filter((name) => !paths.includes(name)), []);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

/** Programs that write over a file that their words name, or not even that. */
const WRITERS: readonly { text: string; want: string }[] = [
  { text: `sqlite3 x.tmp "delete from t"`, want: "x.tmp" },
  { text: "git bundle create x.tmp HEAD", want: "x.tmp" },
  { text: "objcopy Makefile x.tmp", want: "x.tmp" },
  { text: "fallocate -p -o 0 -l 4 x.tmp", want: "x.tmp" },
  { text: "gcc -MD -MF x.tmp -c m.c", want: "x.tmp" },
  { text: "cc m.c", want: "a.out" },
];

Deno.test.each(WRITERS)(
  "what `$text` writes over is saved, by name or in case",
  async ({ text, want }) => {
    const root = await workspace();
    try {
      await Deno.writeTextFile(`${root}/a.out`, "built by hand");
      const { paths } = targets(root, text);
      const watched = changesUnread(factsOf(root, text))
        ? watchedIn({ workspace: root, roots: [root], held: [] })
        : undefined;
      assert(
        paths.includes(want) || watched?.paths.includes(`${root}/${want}`),
        `saved ${JSON.stringify(paths)}, and not in case`,
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

Deno.test("a link that is moved into the folder it leads to is saved under both names", async () => {
  const root = await workspace();
  try {
    await Deno.symlink("./d", `${root}/to d`);
    const { paths } = targets(root, "mv 'to d' 'to d'");
    assert.deepEqual(paths, ["d/to d", "to d"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
