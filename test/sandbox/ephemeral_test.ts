// Copyright 2026 the airg authors. Apache-2.0 license.

// Ephemeral runs through the whole path, as every identity: the workspace stays
// as it was, masks lie above the copy, and what was held comes back right.
import assert from "node:assert/strict";
import {
  airgWords,
  IDENTITIES,
  type Identity,
  type Ran,
  Site,
} from "../support/contained_site.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname)
  .replace(/\/$/, "");
const decoder = new TextDecoder();

const PREPARE =
  "echo 1 >old; echo 2 >a; echo '#!/bin/sh' >s; mkdir dir kept; echo 3 >dir/f; echo 4 >kept/g; echo one >both; printf 'a\\nb\\nc\\n' >text";
const CHANGE =
  "echo x>new; rm old; mv a b; ln -s .. l; chmod +x s; mkdir d; echo y >d/in; rm -r dir; echo two >both; mv kept/g kept/h; sed -i s/b/B/ text";

/** Starts words as the identity, uncontained, with more in the environment. */
async function start(
  site: Site,
  [program, ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { runsAs } = site.identity;
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd: site.project,
    env: { ...site.env, ...env },
    clearEnv: true,
    stdin: "null",
    ...(Deno.uid() === 0 && { uid: runsAs, gid: runsAs }),
  }).output();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

async function airg(
  site: Site,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return await start(
    site,
    [...airgWords(site.identity.runsAs), ...words],
    env,
  );
}

/** Runs a script in a copy of the project; the script's text is not judged. */
async function ephemeral(
  site: Site,
  script: string,
  flags: readonly string[] = ["--ephemeral"],
): Promise<Ran> {
  site.write(`${site.folder}/probe.sh`, `${script}\n`);
  return await site.contained(["/bin/sh", `${site.folder}/probe.sh`], {
    flags,
  });
}

/** Id in what a run said, for people. */
function idIn({ stderr }: Ran): string {
  const id = /held under ([0-9a-f-]{36})/.exec(stderr)?.[1];
  assert(id !== undefined, stderr);
  return id;
}

interface Shown {
  readonly path: string;
  readonly status: string;
  readonly conflict?: string;
  readonly handoff?: string;
}

async function shown(site: Site, id: string): Promise<readonly Shown[]> {
  const { stdout, stderr } = await airg(site, [
    "changes",
    "show",
    "--json",
    id,
  ]);
  assert(stdout !== "", stderr);
  return JSON.parse(stdout).changes;
}

/** Results of `changes apply`, by path. */
function resultsIn({ stdout, stderr }: Ran): Record<string, string> {
  assert(stdout !== "", stderr);
  return Object.fromEntries(
    JSON.parse(stdout).map((
      { path, result }: { path: string; result: string },
    ) => [path, result]),
  );
}

/** A site that takes layers with it which lie elsewhere, as another user's. */
class HeldSite extends Site {
  override async [Symbol.asyncDispose](): Promise<void> {
    for (const id of await heldFolders(this)) {
      const layers = `/var/tmp/airg-${this.identity.owns}/held-${id}`;
      await new Deno.Command("rm", { args: ["-rf", layers] }).output();
    }
    await super[Symbol.asyncDispose]();
  }
}

async function prepared(identity: Identity): Promise<Site> {
  const site = new HeldSite(identity);
  const made = await site.bare(["/bin/sh", "-c", PREPARE]);
  assert.equal(made.code, 0, made.stderr);
  return site;
}

/** Names, types, bits, owners, contents and link targets of a tree. */
async function listing(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: [
      "-c",
      "find . -mindepth 1 -printf '%p %y %m %U %G %l\\n' | sort; find . -type f | sort | xargs -r sha256sum",
    ],
    cwd: folder,
  }).output();
  return decoder.decode(stdout);
}

async function heldFolders(site: Site): Promise<string[]> {
  const folder = `${site.home}/.local/state/ai-runtime-guard/changes`;
  const { stdout } = await new Deno.Command("ls", {
    args: [folder],
    stderr: "null",
  }).output();
  return decoder.decode(stdout).split("\n").filter((name) => name !== "");
}

for (const identity of IDENTITIES) {
  const as = `as ${identity.name}`;

  Deno.test(`ephemeral: the workspace stays as it was, and applying does what the command did, ${as}`, async () => {
    await using site = await prepared(identity);
    await using twin = await prepared(identity);
    const before = await listing(site.project);
    const ran = await ephemeral(site, `${CHANGE}; cat both new; ls`);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /^two\nx\nb\n/, "it sees its own changes");
    assert.equal(await listing(site.project), before);
    const later = await site.contained(["/bin/cat", "both"]);
    assert.equal(later.stdout, "one\n", "later commands do not see them");
    const id = idIn(ran);
    const paths = (await shown(site, id)).map(({ path, status }) =>
      `${status} ${path}`
    );
    assert.deepEqual(paths, [
      "deleted a",
      "added b",
      "modified both",
      "added d",
      "added d/in",
      "deleted dir",
      "deleted kept/g",
      "added kept/h",
      "added l",
      "added new",
      "deleted old",
      "mode s",
      "modified text",
    ]);
    const diff = await airg(site, ["changes", "diff", id, "text"]);
    assert.equal(
      diff.stdout,
      "M text\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
      diff.stderr,
    );
    const list = await airg(site, ["changes", "list", "--json"]);
    assert.deepEqual(
      JSON.parse(list.stdout).map((
        row: { id: string; changes: number; workspace: string },
      ) => [row.id, row.changes, row.workspace]),
      [[id, paths.length, site.project]],
    );
    const applied = await airg(site, ["changes", "apply", id.slice(-8)]);
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    const direct = await twin.bare(["/bin/sh", "-c", CHANGE]);
    assert.equal(direct.code, 0, direct.stderr);
    assert.equal(await listing(site.project), await listing(twin.project));
    assert.deepEqual(await heldFolders(site), []);
    const log = await airg(site, ["audit", "tail", "-n", "2", "--json"]);
    const events = log.stdout.trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.deepEqual(
      events.map(({ event, source, changes }) => [
        event,
        source,
        changes.act,
        changes.phase,
        changes.id,
      ]),
      [
        ["changes", "human-operator", "apply", "started", id],
        ["changes", "human-operator", "apply", "finished", id],
      ],
    );
  });

  Deno.test(`ephemeral: masks lie above the copy, ${as}`, async () => {
    await using site = await prepared(identity);
    site.write(`${site.project}/.env`, "TOKEN=PLANTED\n");
    const script =
      "cat .env; cp .env stolen; mv .env other; rm -f .env; echo x >>.env; ln .env linked; cat other stolen linked 2>/dev/null; grep -rs PLANTED . ; echo done";
    const control = await site.bare(["/bin/sh", "-c", "cat .env"]);
    assert.match(control.stdout, /PLANTED/, "control: uncontained it is read");
    const ran = await ephemeral(site, script);
    assert.match(ran.stdout, /done/, ran.stderr);
    assert.doesNotMatch(ran.stdout, /PLANTED/);
    const text = await Deno.readTextFile(`${site.project}/.env`);
    assert.equal(text, "TOKEN=PLANTED\n");
    const held = /held under/.test(ran.stderr)
      ? await shown(site, idIn(ran))
      : [];
    assert.deepEqual(
      held.map(({ path }) => path).filter((path) => path === ".env"),
      [],
    );
  });

  Deno.test(`ephemeral: nothing outside is written, and caches stay as they were, ${as}`, async () => {
    await using site = await prepared(identity);
    const put = 'echo mark >"$XDG_CACHE_HOME.mark"; cat "$XDG_CACHE_HOME.mark"';
    const first = await ephemeral(
      site,
      `${put}; echo x >${site.folder}/outside; echo x >new`,
    );
    assert.match(first.stdout, /mark/, first.stderr);
    await assert.rejects(
      Deno.stat(`${site.folder}/outside`),
      Deno.errors.NotFound,
    );
    const second = await site.contained([
      "/bin/sh",
      "-c",
      'cat "$XDG_CACHE_HOME.mark"',
    ]);
    assert.notEqual(second.code, 0, second.stdout);
  });

  Deno.test(`ephemeral: what the host changed meanwhile is a conflict, the rest is applied, ${as}`, async () => {
    await using site = await prepared(identity);
    const id = idIn(await ephemeral(site, CHANGE));
    site.write(`${site.project}/both`, "host\n");
    site.write(`${site.project}/dir/late`, "host\n");
    site.write(`${site.project}/new`, "host\n");
    const conflicts = (await shown(site, id)).filter(({ conflict }) => conflict)
      .map(({ path }) => path);
    assert.deepEqual(conflicts, ["both", "dir", "new"]);
    const ran = await airg(site, ["changes", "apply", "--json", id]);
    assert.equal(ran.code, 1, ran.stderr);
    const { both, dir, new: created, text } = resultsIn(ran);
    assert.deepEqual([both, dir, created, text], [
      "conflict",
      "conflict",
      "conflict",
      "applied",
    ]);
    const read = (name: string) => Deno.readTextFile(`${site.project}/${name}`);
    assert.equal(await read("both"), "host\n");
    assert.equal(await read("dir/late"), "host\n");
    assert.equal(await read("text"), "a\nB\nc\n");
    const left = (await shown(site, id)).map(({ path }) => path);
    assert.deepEqual(left, ["both", "dir", "new"], "the rest stays held");
    const one = await airg(site, [
      "changes",
      "apply",
      "--overwrite",
      id,
      "both",
    ]);
    assert.equal(one.code, 0, one.stdout + one.stderr);
    assert.equal(await read("both"), "two\n");
    assert.equal(await read("new"), "host\n");
    const gone = await airg(site, ["changes", "discard", id]);
    assert.equal(gone.code, 0, gone.stderr);
    assert.deepEqual(await heldFolders(site), []);
    assert.equal(await read("new"), "host\n");
  });

  Deno.test(`ephemeral: what the host changes during the run is a conflict, ${as}`, async () => {
    await using site = await prepared(identity);
    const seconds = freshSeconds();
    const running = ephemeral(
      site,
      `echo two >both; echo x >text; rm old; : >ready; sleep ${seconds}; :`,
    );
    await until(async () => (await upperNames(site)).includes("ready"));
    site.write(`${site.project}/both`, "host\n");
    await Deno.remove(`${site.project}/text`);
    await until(async () =>
      (await processesWith(`sleep\0${seconds}`)).length > 0
    );
    for (const pid of await processesWith(`sleep\0${seconds}`)) {
      Deno.kill(pid, "SIGTERM");
    }
    const ran = await running;
    const conflicts = (await shown(site, idIn(ran))).filter(({ conflict }) =>
      conflict
    ).map(({ path }) => path);
    assert.deepEqual(conflicts, ["both", "text"]);
  });

  Deno.test(`ephemeral: what the host would obey needs a yes of its own, ${as}`, async () => {
    await using site = await prepared(identity);
    const id = idIn(
      await ephemeral(
        site,
        "mkdir -p .git/hooks .vscode sub/.git/hooks; echo x >.git/hooks/pre-commit; echo {} >.vscode/tasks.json; echo y >sub/.git/hooks/post-merge; echo z >plain",
      ),
    );
    const first = resultsIn(
      await airg(site, ["changes", "apply", "--json", id]),
    );
    const guarded = [
      ".git/hooks/pre-commit",
      ".vscode/tasks.json",
      "sub/.git/hooks/post-merge",
    ];
    assert.equal(first["plain"], "applied");
    for (const path of guarded) {
      assert.equal(first[path], "refused", path);
      await assert.rejects(
        Deno.lstat(`${site.project}/${path}`),
        Deno.errors.NotFound,
      );
    }
    const named = resultsIn(
      await airg(site, [
        "changes",
        "apply",
        "--json",
        id,
        ".vscode/tasks.json",
      ]),
    );
    assert.deepEqual(named, { ".vscode/tasks.json": "applied" });
    const rest = await airg(site, [
      "changes",
      "apply",
      "--yes-handoff",
      "--json",
      id,
    ]);
    assert.equal(rest.code, 0, rest.stdout + rest.stderr);
    assert.equal(
      await Deno.readTextFile(`${site.project}/.git/hooks/pre-commit`),
      "x\n",
    );
  });

  Deno.test(`ephemeral: nothing is written through a link that took a folder's place, ${as}`, async () => {
    await using site = await prepared(identity);
    const id = idIn(
      await ephemeral(site, "echo x >kept/new; echo y >kept/g; rm -r dir"),
    );
    const outside = `${site.folder}/outside`;
    await Deno.mkdir(outside);
    site.write(`${outside}/g`, "4\n");
    await Deno.rename(`${site.project}/kept`, `${site.folder}/kept`);
    await Deno.symlink(outside, `${site.project}/kept`);
    const ran = await airg(site, [
      "changes",
      "apply",
      "--overwrite",
      "--json",
      id,
    ]);
    const results = resultsIn(ran);
    assert.deepEqual(
      [results["kept/new"], results["kept/g"], results["dir"]],
      ["conflict", "conflict", "applied"],
    );
    const there = await Array.fromAsync(
      Deno.readDir(outside),
      ({ name }) => name,
    );
    assert.deepEqual(there, ["g"]);
    assert.equal(await Deno.readTextFile(`${outside}/g`), "4\n");
  });

  Deno.test(`ephemeral: nothing is lost when airg is killed during the run, ${as}`, async () => {
    await using site = await prepared(identity);
    site.write(
      `${site.folder}/probe.sh`,
      "echo two >both; rm old; : >ready; sleep 10000\n",
    );
    const [program, ...args] = [
      ...airgWords(identity.runsAs),
      "run",
      "--ephemeral",
      "--",
      "/bin/sh",
      `${site.folder}/probe.sh`,
    ];
    const child = new Deno.Command(program!, {
      args,
      cwd: site.project,
      env: site.env,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      ...(Deno.uid() === 0 && {
        uid: identity.runsAs,
        gid: identity.runsAs,
      }),
    }).spawn();
    await until(async () => (await upperNames(site)).includes("ready"));
    const [id = ""] = await heldFolders(site);
    const busy = await airg(site, ["changes", "show", id]);
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /still going on/);
    child.kill("SIGKILL");
    await child.status;
    await until(async () =>
      (await airg(site, ["changes", "show", id])).code === 0
    );
    const ran = await airg(site, ["changes", "apply", "--json", id]);
    assert.deepEqual(resultsIn(ran), {
      both: "applied",
      old: "applied",
      ready: "applied",
    });
    assert.equal(
      await Deno.readTextFile(`${site.project}/both`),
      "two\n",
    );
    assert.deepEqual(await heldFolders(site), []);
  });
}

/** Names in the upper layers of all runs. */
async function upperNames(site: Site): Promise<string[]> {
  const places = [
    `${site.home}/.local/state/ai-runtime-guard/changes`,
    ...(await heldFolders(site)).map((id) =>
      `/var/tmp/airg-${site.identity.owns}/held-${id}`
    ),
  ];
  const { stdout } = await new Deno.Command("find", {
    args: [...places, "-path", "*/workspace/upper/*", "-printf", "%f\\n"],
    stderr: "null",
  }).output();
  return decoder.decode(stdout).split("\n");
}

/** A number of seconds that no other process sleeps. */
function freshSeconds(): string {
  return String(20_000 + crypto.getRandomValues(new Uint16Array(1))[0]!);
}

async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^[0-9]+$/.test(name)) continue;
    const words = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() =>
      ""
    );
    if (words.startsWith(text)) found.push(Number(name));
  }
  return found;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!await condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const identity = IDENTITIES.at(-1)!;

Deno.test(
  "ephemeral: killed at any step of applying and started again, it ends the same",
  {
    // The binary has no way to stop at a step.
    ignore: Boolean(Deno.env.get("AIRG_BIN")),
  },
  async () => {
    await using twin = await prepared(identity);
    await twin.bare(["/bin/sh", "-c", CHANGE]);
    const want = await listing(twin.project);
    let killed = true;
    for (let nth = 0; killed; nth++) {
      await using site = await prepared(identity);
      const id = idIn(await ephemeral(site, CHANGE));
      const folder = `${site.home}/.local/state/ai-runtime-guard/changes`;
      const [deno, ...words] = denoWords();
      const child = await start(site, [
        deno!,
        ...words,
        folder,
        id,
        String(nth),
      ]);
      killed = child.code === 137;
      if (!killed) assert.equal(child.code, 0, child.stderr);
      else {
        const again = await airg(site, ["changes", "apply", id]);
        assert.equal(again.code, 0, `${nth}: ${again.stdout}${again.stderr}`);
      }
      assert.equal(await listing(site.project), want, `killed at step ${nth}`);
      assert(nth > 10 || killed, "it has steps to be killed at");
    }
  },
);

/** Words that start a test's own script, reachable for the identity. */
function denoWords(): string[] {
  const words = airgWords(identity.runsAs);
  const main = words.at(-1)!;
  const folder = main.slice(0, -"/main.ts".length);
  if (folder !== root) {
    Deno.mkdirSync(`${folder}/test/sandbox`, { recursive: true });
    Deno.copyFileSync(
      `${root}/test/sandbox/apply_until.ts`,
      `${folder}/test/sandbox/apply_until.ts`,
    );
  }
  return [...words.slice(0, -1), `${folder}/test/sandbox/apply_until.ts`];
}

Deno.test("ephemeral: the verdict sandbox runs in a copy, without network", async () => {
  await using site = await prepared(identity);
  site.write(
    `${site.folder}/policy.json`,
    JSON.stringify({
      version: 1,
      sandbox: { network: "open" },
      rules: [{
        id: "held",
        match: { program: "make-mess" },
        verdict: "sandbox",
        reason: "it makes a mess",
      }],
      unknown: "sandbox",
    }),
  );
  site.write(
    `${site.project}/make-mess`,
    "#!/bin/sh\necho x >both; cat /proc/net/route\n",
    0o755,
  );
  const flags = ["--policy", `${site.folder}/policy.json`];
  const check = await airg(site, ["policy", "check", flags[1]!]);
  assert.equal(check.code, 0, check.stdout);
  const ran = await site.contained(["./make-mess"], { flags });
  assert.equal(ran.code, 0, ran.stderr);
  assert.doesNotMatch(ran.stdout, /eth|ens|wlan/);
  idIn(ran);
  assert.equal(await Deno.readTextFile(`${site.project}/both`), "one\n");
  const unread = await site.contained(["/bin/sh", "-c", '"$X" || rm both'], {
    flags,
  });
  idIn(unread);
  assert.equal(await Deno.readTextFile(`${site.project}/both`), "one\n");
});

Deno.test("ephemeral: a commit made in a copy is a commit once it is applied", async () => {
  await using site = await prepared(identity);
  const git = "git -c user.name=a -c user.email=a@example.org";
  const made = await site.bare([
    "/bin/sh",
    "-c",
    `git init -q . && git add . && ${git} commit -qm first`,
  ]);
  assert.equal(made.code, 0, made.stderr);
  const ran = await ephemeral(
    site,
    `echo two >both; git mv text moved; ${git} commit -qam second; git branch side; git gc -q`,
  );
  assert.equal(ran.code, 0, ran.stderr);
  const log = () =>
    site.bare([
      "/bin/sh",
      "-c",
      "git log --format=%s --all; git status --short",
    ]);
  assert.equal((await log()).stdout, "first\n");
  const applied = await airg(site, ["changes", "apply", idIn(ran)]);
  assert.equal(applied.code, 0, applied.stdout + applied.stderr);
  assert.equal((await log()).stdout, "second\nfirst\n");
  const checked = await site.bare(["git", "fsck", "--strict"]);
  assert.equal(checked.code, 0, checked.stderr);
});

Deno.test("ephemeral: a command cannot forge the marks by which its changes are read", async () => {
  await using site = await prepared(identity);
  site.write(
    `${site.project}/forge.py`,
    `
import os
def attempt(what):
    try: what()
    except OSError: pass
attempt(lambda: os.setxattr("kept", "user.overlay.opaque", b"y"))
attempt(lambda: os.setxattr("kept", "user.overlay.opaque", b"x"))
attempt(lambda: os.setxattr("kept", "user.overlay.redirect", b"/etc"))
attempt(lambda: os.setxattr("both", "user.overlay.whiteout", b"y"))
attempt(lambda: os.setxattr("both", "user.overlay.metacopy", b""))
attempt(lambda: os.mknod("kept/device", 0o20644, os.makedev(0, 0)))
open("kept/new", "w").write("x")
`,
  );
  const ran = await site.contained(["/usr/bin/python3", "forge.py"], {
    flags: ["--ephemeral"],
  });
  assert.equal(ran.code, 0, ran.stderr);
  const held = await shown(site, idIn(ran));
  assert.deepEqual(held.map(({ path, status }) => `${status} ${path}`), [
    "added kept/new",
  ]);
});

Deno.test("ephemeral: what an ephemeral run leaves behind when nothing changed is nothing", async () => {
  await using site = await prepared(identity);
  const ran = await ephemeral(site, "cat both; echo x >gone; rm gone");
  assert.match(ran.stderr, /changed nothing/);
  assert.deepEqual(await heldFolders(site), []);
});

Deno.test("ephemeral: folders and files without any permission are held, applied and removed", async () => {
  await using site = await prepared(identity);
  const ran = await ephemeral(
    site,
    "mkdir -p shut/in; echo x >shut/in/f; chmod 0 shut/in/f shut/in shut; chmod 0 both",
  );
  const applied = await airg(site, ["changes", "apply", idIn(ran)]);
  assert.equal(applied.code, 0, applied.stdout + applied.stderr);
  const modes = ["shut", "both"].map((name) =>
    (Deno.lstatSync(`${site.project}/${name}`).mode ?? 0) & 0o777
  );
  assert.deepEqual(modes, [0, 0]);
  await Deno.chmod(`${site.project}/shut`, 0o700);
  const inner = await Deno.lstat(`${site.project}/shut/in`);
  assert.equal((inner.mode ?? 0) & 0o777, 0);
  assert.deepEqual(await heldFolders(site), []);
});

Deno.test(
  "ephemeral: a workspace of another group is refused, with cause and cure",
  {
    ignore: Deno.uid() !== 0,
  },
  async () => {
    await using site = await prepared(identity);
    await Deno.chown(site.project, identity.owns, 54_321);
    const ran = await ephemeral(site, "echo two >both");
    assert.equal(ran.code, 69, ran.stderr);
    assert.match(ran.stderr, /it belongs to user [0-9]+, group 54321/);
    assert.match(ran.stderr, /hint: Give it to them: chown/);
    assert.equal(await Deno.readTextFile(`${site.project}/both`), "one\n");
  },
);

Deno.test("ephemeral: applying is for a person", async () => {
  await using site = await prepared(identity);
  const id = idIn(await ephemeral(site, "echo two >both"));
  for (const act of ["apply", "discard"]) {
    const marked = await airg(site, ["changes", act, id], { CLAUDECODE: "1" });
    assert.equal(marked.code, 77, marked.stdout + marked.stderr);
    assert.match(marked.stderr, /for a person/);
  }
  // A program that is called like an agent, and starts airg.
  await Deno.copyFile("/bin/sh", `${site.folder}/claude`);
  await Deno.chmod(`${site.folder}/claude`, 0o755);
  const below = await start(site, [
    `${site.folder}/claude`,
    "-c",
    '"$@"; exit $?',
    "sh",
    ...airgWords(identity.runsAs),
    "changes",
    "apply",
    id,
  ]);
  assert.equal(below.code, 77, below.stdout + below.stderr);
  assert.match(below.stderr, /claude \(process [0-9]+\) started it/);
  assert.equal(await Deno.readTextFile(`${site.project}/both`), "one\n");
  const inside = await site.contained([
    ...airgWords(identity.runsAs),
    "changes",
    "apply",
    id,
  ], { env: { DENO_NO_UPDATE_CHECK: "1" } });
  assert.notEqual(inside.code, 0);
  assert.equal(await Deno.readTextFile(`${site.project}/both`), "one\n");
  const free = await airg(site, ["changes", "apply", id]);
  assert.equal(free.code, 0, "control: a person may");
});
