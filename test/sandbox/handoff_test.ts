// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- what a run does, step by step

// What a run leaves for the host to obey, found by the real scan and settled
// on a real disk. Every change is one that the host would act on; the controls
// are changes that look alike and must stay.
import assert from "node:assert/strict";
import {
  DEFAULT_HANDOFF,
  type HandoffPolicy,
} from "../../src/action/handoff_files.ts";
import {
  type HandedOff,
  watchHandoff,
  workspaceIndex,
} from "../../src/exec/handoff.ts";
import { scan } from "../../src/exec/handoff/scan.ts";
import { launcher } from "./launcher/harness.ts";

interface Project {
  readonly at: string;
  readonly away: string;
  readonly write: (path: string, text: string, mode?: number) => void;
  readonly read: (path: string) => string | undefined;
}

async function inProject(
  use: (project: Project) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await use(projectIn(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function projectIn(folder: string): Project {
  const at = `${folder}/project`;
  Deno.mkdirSync(at);
  Deno.mkdirSync(`${folder}/away`);
  return {
    at,
    away: `${folder}/away`,
    write(path, text, mode = 0o644) {
      const whole = `${at}/${path}`;
      Deno.mkdirSync(whole.slice(0, whole.lastIndexOf("/")), {
        recursive: true,
      });
      Deno.writeTextFileSync(whole, text);
      Deno.chmodSync(whole, mode);
    },
    read(path) {
      try {
        return Deno.readTextFileSync(`${at}/${path}`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
  };
}

function during(
  { at, away }: Project,
  change: () => void,
  policy: HandoffPolicy = DEFAULT_HANDOFF,
): Promise<HandedOff> {
  const handoff = watchHandoff(at, {
    index: workspaceIndex(at, launcher),
    policy,
    quarantine: away,
    isPinned: () => false,
  });
  change();
  return handoff.collect((path) => path.startsWith(`${at}/pinned/`));
}

function held({ quarantined }: HandedOff): string[] {
  return quarantined.map(({ path }) => path).sort();
}

/** File times come from a clock that steps; a command takes longer to start. */
function passClockStep(): void {
  const until = performance.now() + 30;
  while (performance.now() < until);
}

/** A git folder, as `git init` leaves it. */
function repository({ write, at }: Project, folder: string): void {
  write(`${folder}/HEAD`, "ref: refs/heads/main\n");
  write(`${folder}/config`, "[core]\n\tbare = false\n");
  write(`${folder}/hooks/pre-commit.sample`, "x");
  Deno.mkdirSync(`${at}/${folder}/objects`);
  Deno.mkdirSync(`${at}/${folder}/refs`);
}

const EVIL = "[core]\n\tbare = false\n\tfsmonitor = ./evil\n";

Deno.test("new files that the host obeys are held, at any depth; what was there stays", () =>
  inProject(async (project) => {
    const { write, read, at } = project;
    write(".vscode/settings.json", "{}");
    write("sub/.claude/settings.json", "old");
    const result = await during(project, () => {
      write(".envrc", "x");
      write(".vscode/tasks.json", "{}");
      write("a/b/c/d/e/.claude/hooks/x.sh", "x");
      write("sub/.claude/settings.json", "new");
      write("sub/.mcp.json", "{}");
      write(".cargo/other", "not listed");
      write("tasks.json", "not the editor's");
    });
    assert.deepEqual(held(result), [
      ".envrc",
      ".vscode/tasks.json",
      "a/b/c/d/e/.claude/hooks/x.sh",
      "sub/.claude/settings.json",
      "sub/.mcp.json",
    ]);
    for (const { movedTo } of result.quarantined) {
      assert((await Deno.lstat(movedTo)).isFile);
    }
    assert.equal(read("sub/.claude/settings.json"), "old");
    assert.equal(read(".vscode/settings.json"), "{}");
    assert.equal(read(".envrc"), undefined);
    assert.equal(read("tasks.json"), "not the editor's");
    assert.equal(
      (await Array.fromAsync(Deno.readDir(`${at}/.vscode`))).length,
      1,
    );
    const again = await during(project, () => {});
    assert.deepEqual(again, { quarantined: [], reported: [] });
  }));

Deno.test("a file written anew with the same content is not a change", () =>
  inProject(async (project) => {
    project.write("sub/.claude/settings.json", "same");
    const result = await during(project, () => {
      Deno.removeSync(`${project.at}/sub/.claude/settings.json`);
      project.write("sub/.claude/settings.json", "same");
    });
    assert.deepEqual(result, { quarantined: [], reported: [] });
  }));

Deno.test.each(
  [
    { action: "hold", left: "old", held: 1, did: undefined },
    { action: "revert", left: "old", held: 0, did: "reverted" },
    { action: "keep", left: "new", held: 0, did: "kept" },
  ] as const,
)(
  "a changed file under $action",
  ({ action, left, held: many, did }) =>
    inProject(async (project) => {
      project.write("sub/.envrc", "old", 0o600);
      const result = await during(
        project,
        () => project.write("sub/.envrc", "new"),
        { ...DEFAULT_HANDOFF, obeyed: action },
      );
      assert.equal(project.read("sub/.envrc"), left);
      assert.equal(result.quarantined.length, many);
      assert.equal(result.reported[0]?.did, did);
      if (many === 1) {
        const kept = await Deno.readTextFile(result.quarantined[0]!.movedTo);
        assert.equal(kept, "new");
        assert.equal(
          (await Deno.stat(`${project.at}/sub/.envrc`)).mode! & 0o777,
          0o600,
        );
      }
    }),
);

Deno.test.each(
  [
    { action: "hold", stays: false },
    { action: "revert", stays: false },
    { action: "keep", stays: true },
  ] as const,
)(
  "a new file under $action",
  ({ action, stays }) =>
    inProject(async (project) => {
      const result = await during(
        project,
        () => project.write(".envrc", "x"),
        { ...DEFAULT_HANDOFF, obeyed: action },
      );
      assert.equal(project.read(".envrc") !== undefined, stays);
      assert.equal(result.quarantined.length, action === "hold" ? 1 : 0);
      assert.equal(result.reported.length, action === "hold" ? 0 : 1);
    }),
);

Deno.test("git settings lose the keys that run programs and keep the rest", () =>
  inProject(async (project) => {
    repository(project, ".git");
    project.write(
      ".git/config",
      "[core]\n\thooksPath = .mine\n[alias]\n\tst = status\n",
    );
    const result = await during(project, () =>
      project.write(
        ".git/config",
        "[core]\n\thooksPath = .mine\n\tpager = ./evil\n" +
          '[alias]\n\tst = status\n\tx = !evil\n[remote "o"]\n\turl = u\n' +
          '[filter "f"]\n\tclean = ./evil\n[user]\n\tname = me\n',
      ));
    assert.deepEqual(held(result), [".git/config"]);
    assert.equal(
      result.quarantined[0]?.why,
      "git settings name programs to run: core.pager, alias.x, filter.clean",
    );
    assert.equal(
      project.read(".git/config"),
      "[core]\n\thooksPath = .mine\n#pager = ./evil\n" +
        '[alias]\n\tst = status\n#x = !evil\n[remote "o"]\n\turl = u\n' +
        '[filter "f"]\n#clean = ./evil\n[user]\n\tname = me\n',
    );
  }));

Deno.test.each(
  [
    { name: "read-only", spoil: (path: string) => Deno.chmodSync(path, 0o444) },
    {
      name: "linked",
      spoil: (path: string) => Deno.linkSync(path, `${path}2`),
    },
  ] as const,
)(
  "git settings in a $name file lose those keys as well",
  ({ spoil }) =>
    inProject(async (project) => {
      repository(project, ".git");
      const result = await during(project, () => {
        project.write(".git/config", EVIL);
        spoil(`${project.at}/.git/config`);
      });
      assert.deepEqual(held(result), [".git/config"]);
      assert.match(project.read(".git/config") ?? "", /^#fsmonitor/m);
    }),
);

Deno.test("git settings that cannot be taken apart are put back whole", () =>
  inProject(async (project) => {
    repository(project, ".git");
    const before = project.read(".git/config");
    const result = await during(
      project,
      () => project.write(".git/config", "[core] fsmonitor = ./evil\n"),
    );
    assert.deepEqual(held(result), [".git/config"]);
    assert.equal(project.read(".git/config"), before);
  }));

Deno.test("git settings of a megabyte are judged like others", () =>
  inProject(async (project) => {
    repository(project, ".git");
    const branches = Array.from(
      { length: 20_000 },
      (_, n) => `[branch "b${n}"]\n\tremote = origin\n\tmerge = refs/b${n}\n`,
    ).join("");
    project.write(".git/config", branches);
    const result = await during(project, () => {
      project.write(".git/config", `${branches}[user]\n\tname = x\n`);
    });
    assert.deepEqual(result, { quarantined: [], reported: [] });
    const again = await during(project, () => {
      project.write(".git/config", `${branches}[core]\n\tpager = x\n`);
    });
    assert.deepEqual(held(again), [".git/config"]);
    assert.match(project.read(".git/config")?.slice(-30) ?? "", /^#pager/m);
  }));

Deno.test("git settings that were deleted are put back", () =>
  inProject(async (project) => {
    repository(project, ".git");
    const before = project.read(".git/config");
    const result = await during(
      project,
      () => Deno.removeSync(`${project.at}/.git/config`),
    );
    assert.deepEqual(result, {
      quarantined: [],
      reported: [{
        path: ".git/config",
        did: "reverted",
        why: "it is gone, and with it what it set",
      }],
    });
    assert.equal(project.read(".git/config"), before);
  }));

interface GitForm {
  readonly name: string;
  readonly change: (project: Project) => void;
  readonly want: readonly string[];
}

const GIT_FORMS: readonly GitForm[] = [
  {
    name: "a nested repository at depth 12",
    change(project) {
      repository(project, "1/2/3/4/5/6/7/8/9/10/11/12/.git");
      project.write("1/2/3/4/5/6/7/8/9/10/11/12/.git/config", EVIL);
      project.write("1/2/3/4/5/6/7/8/9/10/11/12/.git/hooks/post-checkout", "x");
    },
    want: [
      "1/2/3/4/5/6/7/8/9/10/11/12/.git/config",
      "1/2/3/4/5/6/7/8/9/10/11/12/.git/hooks/post-checkout",
    ],
  },
  {
    name: "an embedded bare repository without a .git in its name",
    change(project) {
      repository(project, "docs/images");
      project.write("docs/images/config", `${EVIL}\tworktree = .\n`);
    },
    want: ["docs/images/config"],
  },
  {
    name: "a pointer to a git folder with such settings",
    change(project) {
      repository(project, "lib/data");
      project.write("lib/data/config", EVIL);
      project.write("lib/.git", "gitdir: ./data\n");
    },
    want: ["lib/data/config"],
  },
  {
    name: "a pointer out of the workspace",
    change: (project) => project.write("lib/.git", "gitdir: /var/tmp/evil\n"),
    want: ["lib/.git"],
  },
  {
    name: "a pointer into the object store",
    change(project) {
      repository(project, ".git/objects/evil");
      project.write("lib/.git", "gitdir: ../.git/objects/evil\n");
    },
    want: ["lib/.git"],
  },
  {
    name: "settings and hooks of a submodule",
    change(project) {
      project.write(".git/modules/m/config", EVIL);
      project.write(".git/modules/m/hooks/post-merge", "x");
    },
    want: [".git/modules/m/config", ".git/modules/m/hooks/post-merge"],
  },
  {
    name: "config.worktree, commondir and attributes",
    change(project) {
      project.write(".git/config.worktree", EVIL);
      project.write(".git/worktrees/w/config.worktree", EVIL);
      project.write(".git/worktrees/w/commondir", "/var/tmp/evil\n");
      project.write(".git/info/attributes", "* filter=x\n");
    },
    want: [
      ".git/config.worktree",
      ".git/info/attributes",
      ".git/worktrees/w/commondir",
      ".git/worktrees/w/config.worktree",
    ],
  },
  {
    name: "a folder renamed to .git",
    change: ({ at }) => Deno.renameSync(`${at}/fixture`, `${at}/app/.git`),
    want: ["app/.git/config", "app/.git/hooks/pre-commit"],
  },
  {
    name: "hooks as a link",
    change({ at }) {
      Deno.removeSync(`${at}/.git/hooks`, { recursive: true });
      Deno.symlinkSync("../src", `${at}/.git/hooks`);
    },
    want: [".git/hooks"],
  },
  {
    name: ".git as a link",
    change: ({ at }) => Deno.symlinkSync("../fixture", `${at}/app/.git`),
    want: ["app/.git"],
  },
];

Deno.test.each(GIT_FORMS)(
  "git's own files: $name is held",
  ({ change, want }) =>
    inProject(async (project) => {
      repository(project, ".git");
      repository(project, ".git/modules/m");
      project.write(".git/worktrees/w/HEAD", "ref: refs/heads/w\n");
      project.write(".git/worktrees/w/commondir", "../..\n");
      repository(project, "fixture");
      project.write("fixture/config", EVIL);
      project.write("fixture/hooks/pre-commit", "x");
      Deno.mkdirSync(`${project.at}/app`);
      // Control: the same project without the change has nothing to tell.
      assert.deepEqual(held(await during(project, () => {})), []);
      const result = await during(project, () => change(project));
      assert.deepEqual(held(result), want);
      assert.equal(result.incomplete, undefined);
    }),
);

Deno.test("what git itself makes stays: init, a work tree, a submodule, a bare clone", () =>
  inProject(async (project) => {
    repository(project, ".git");
    const result = await during(project, () => {
      repository(project, "new/.git");
      repository(project, ".git/modules/sub");
      project.write(
        ".git/modules/sub/config",
        "[core]\n\tbare = false\n\tworktree = ../../../sub\n",
      );
      project.write("sub/.git", "gitdir: ../.git/modules/sub\n");
      project.write(".git/worktrees/w/HEAD", "ref: refs/heads/w\n");
      project.write(".git/worktrees/w/commondir", "../..\n");
      project.write("w/.git", `gitdir: ${project.at}/.git/worktrees/w\n`);
      project.write(
        ".git/config",
        '[submodule "sub"]\n\tactive = true\n\turl = u\n\tupdate = rebase\n',
      );
      repository(project, "copy.git");
    });
    assert.deepEqual(held(result), []);
    assert.deepEqual(result.reported.map(({ path, did }) => [path, did]), [
      ["copy.git", "kept"],
    ]);
  }));

Deno.test("core.worktree out of the workspace is held", () =>
  inProject(async (project) => {
    repository(project, ".git");
    const result = await during(
      project,
      () => project.write(".git/config", "[core]\n\tworktree = ../../x\n"),
    );
    assert.deepEqual(held(result), [".git/config"]);
  }));

Deno.test("package.json counts only when a lifecycle script is new or changed", () =>
  inProject(async (project) => {
    const scripts = (all: Record<string, string>) =>
      JSON.stringify({ name: "x", scripts: all });
    project.write("a/package.json", scripts({ prepare: "husky" }));
    project.write("b/package.json", scripts({ test: "x" }));
    const result = await during(project, () => {
      project.write("a/package.json", scripts({ prepare: "husky", test: "y" }));
      project.write("b/package.json", scripts({ postinstall: "./evil" }));
      project.write("node_modules/c/package.json", scripts({ install: "x" }));
      project.write("d/package.json", "{");
    });
    assert.deepEqual(held(result), []);
    assert.deepEqual(result.reported.map(({ path, why }) => [path, why]), [
      [
        "b/package.json",
        "the package manager runs its lifecycle scripts: postinstall",
      ],
      [
        "d/package.json",
        "the package manager runs its lifecycle scripts: (unreadable)",
      ],
    ]);
  }));

Deno.test("environment and instruction files are told, and stay", () =>
  inProject(async (project) => {
    project.write("AGENTS.md", "old");
    const names = ["conftest.py", ".npmrc", ".cargo/config.toml", "Makefile"];
    const result = await during(project, () => {
      names.forEach((name) => project.write(name, "x"));
      project.write("AGENTS.md", "new");
    });
    assert.deepEqual(
      result.reported.map(({ path }) => path).sort(),
      [...names, "AGENTS.md"].sort(),
    );
    assert.equal(project.read("AGENTS.md"), "new");
  }));

Deno.test("set-id programs are taken away, wherever they lie", () =>
  inProject(async (project) => {
    project.write("old", "x", 0o4755);
    passClockStep();
    const result = await during(project, () => {
      project.write("node_modules/.bin/su", "x", 0o4755);
      project.write("group", "x", 0o2755);
      project.write("plain", "x", 0o755);
    });
    assert.deepEqual(held(result), ["group", "node_modules/.bin/su"]);
  }));

Deno.test(
  "a folder closed to the scan is told",
  { ignore: Deno.uid() === 0 },
  () =>
    inProject(async (project) => {
      const result = await during(project, () => {
        repository(project, "closed/.git");
        Deno.chmodSync(`${project.at}/closed`, 0);
      });
      Deno.chmodSync(`${project.at}/closed`, 0o755);
      assert.deepEqual(result.reported.map(({ path }) => path), ["closed"]);
    }),
);

Deno.test("settings changed within a second of the look, same size, same times, are read again", () =>
  inProject(async (project) => {
    repository(project, ".git");
    const config = `${project.at}/.git/config`;
    const quiet = "[core]\n\tbare = false\n\tfsmon1tor = ./evil\n";
    // As near as can be to the start of a second, so that both fall into one.
    while (Date.now() % 1000 > 100);
    Deno.writeTextFileSync(config, quiet);
    const { mtime } = Deno.statSync(config);
    const result = await during(project, () => {
      Deno.writeTextFileSync(config, EVIL);
      Deno.utimeSync(config, mtime!, mtime!);
    });
    assert.deepEqual(held(result), [".git/config"]);
    assert.equal(quiet.length, EVIL.length);
  }));

Deno.test("what the kernel kept is not compared: only the host can have changed it", () =>
  inProject(async (project) => {
    project.write("pinned/.envrc", "old");
    const result = await during(
      project,
      () => project.write("pinned/.envrc", "new"),
    );
    assert.deepEqual(held(result), []);
    assert.equal(project.read("pinned/.envrc"), "new");
  }));

Deno.test("a link in the way is taken, never the host's file behind it", () =>
  inProject(async (project) => {
    const outside = `${project.away}/outside`;
    Deno.mkdirSync(outside);
    Deno.writeTextFileSync(`${outside}/settings.json`, "the host's");
    Deno.writeTextFileSync(`${outside}/HEAD`, "");
    const result = await during(project, () => {
      Deno.symlinkSync(outside, `${project.at}/.vscode`);
      Deno.symlinkSync(outside, `${project.at}/.claude`);
      Deno.symlinkSync(outside, `${project.at}/elsewhere`);
    });
    assert.deepEqual(held(result), [".claude", ".vscode"]);
    assert.equal(
      Deno.readTextFileSync(`${outside}/settings.json`),
      "the host's",
    );
  }));

Deno.test("the scan follows no link, stops at its bound and says so", () =>
  inProject((project) => {
    for (let n = 0; n < 2000; n++) project.write(`many/${n}`, "");
    Deno.symlinkSync("..", `${project.at}/loop`);
    project.write("outside/.envrc", "");
    const options = { workspace: project.at, launcher, sinceNs: 0n };
    const all = scan(options);
    assert.equal(all.incomplete, undefined);
    assert.deepEqual(all.entries.map(({ path }) => path), ["outside/.envrc"]);
    const cut = scan({ ...options, most: 1000 });
    assert.match(cut.incomplete ?? "", /entries of the workspace/);
    // Nothing can hide by lying deeper than the scan goes.
    project.write(`${"d/".repeat(70)}.envrc`, "");
    assert.match(scan(options).incomplete ?? "", /only/);
  }));

Deno.test.each(["/bin/false", "/nonexistent", "/etc/passwd"])(
  "no scan by %s, no silence",
  (program) =>
    inProject((project) => {
      const { incomplete } = scan({
        workspace: project.at,
        launcher: program,
        sinceNs: 0n,
      });
      assert.match(incomplete ?? "", /the scan failed/);
    }),
);

Deno.test("what was not seen before the run is taken only if the run touched it", () =>
  inProject(async (project) => {
    project.write("old/.envrc", "the user's");
    passClockStep();
    let looks = 0;
    const whole = workspaceIndex(project.at, launcher);
    const handoff = watchHandoff(project.at, {
      index: {
        ...whole,
        latest() {
          looks++;
          const known = whole.look();
          return {
            ...known,
            byPath: new Map(),
            contents: new Map(),
            incomplete: "cut",
          };
        },
      },
      policy: DEFAULT_HANDOFF,
      quarantine: project.away,
      isPinned: () => false,
    });
    assert.equal(looks, 1);
    project.write("new/.envrc", "x");
    const result = await handoff.collect(() => false);
    assert.deepEqual(held(result), ["new/.envrc"]);
    assert.equal(result.incomplete, "cut");
  }));
