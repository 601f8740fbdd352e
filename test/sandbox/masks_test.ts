// Copyright 2026 the airg authors. Apache-2.0 license.

// What a policy hides is hidden from every program, wherever it lies in the
// workspace and the home folder; what builds need stays readable. Real kernel,
// the whole path. Each script prints GOT when it gets hold of a secret, and
// must do so when nothing contains it.
import assert from "node:assert/strict";
import { IDENTITIES, type Identity, Site } from "../support/contained_site.ts";

const SECRET = "PLANTED-SECRET";

/** Root in a project of a user with a name: the only one who has one for sure. */
const NOBODY: readonly Identity[] = Deno.uid() === 0
  ? [{ name: "root in nobody's project", runsAs: 0, owns: 65_534 }]
  : [];

const TREE: Record<string, string> = {
  ".env": SECRET,
  ".env.example": "A=1\n",
  "sub/deep/.env": SECRET,
  "sub/deep/.env.production": SECRET,
  "sub/certs/server.pem": SECRET,
  "sub/certs/SERVER.KEY": SECRET,
  "sub/real.txt": SECRET,
  "node_modules/x/test.pem": "PUBLIC\n",
  "sub/plain.txt": "PLAIN\n",
};

/** Runs in the project; the words of a command never name a secret. */
const ATTACKS: Record<string, string> = {
  "reads a file far below": "cat sub/deep/.en*",
  "assembles the name": `/usr/bin/python3 - <<'E'
print(open("sub/deep/." + "env").read())
E`,
  "reads it by another extension": "cat sub/certs/*.[pP]*",
  "reads it in capitals": "cat sub/certs/S*",
  "reads what a link with a hidden name leads to": "cat sub/real.txt",
  "reads a hard link": "cat sub/alias.txt",
  "copies the tree first":
    'cp -r . "${TMPDIR:-/tmp}/copy.$$"; cat "${TMPDIR:-/tmp}/copy.$$"/.en*',
  "archives the tree first": "tar -cf - . 2>/dev/null | grep -ao PLANT[E]D",
  "searches with find": "find . -name '*.p*m' -path '*certs*' -exec cat {} +",
  "searches with grep": "grep -rhI 'PLANT[E]D' .",
  "renames the folder above first":
    "mv sub sub2; cat sub2/deep/.en* sub/deep/.en*; mv sub2 sub",
  "moves it to where nobody looks":
    "mkdir -p node_modules/y; mv sub/deep node_modules/y/; cat node_modules/y/deep/.en*; mv node_modules/y/deep sub/",
  "makes a hard link": "ln sub/deep/.en*n stolen; cat stolen; rm -f stolen",
  "reads another project in the home": 'cat "$HOME"/other/deep/.en*',
  "opens a shut folder first":
    "chmod 700 shut; cat shut/.en*; chmod 0 shut 2>/dev/null",
  "reads through a link to a folder outside": "cat shared/.en*",
  "opens it for writing and reading": `/usr/bin/python3 - <<'E'
import os
fd = os.open("sub/deep/." + "env", os.O_RDWR)
print(os.read(fd, 99))
E`,
};

async function plant(site: Site): Promise<void> {
  for (const [path, text] of Object.entries(TREE)) {
    put(site.project, path, text);
  }
  put(site.home, "other/deep/.env", SECRET);
  put(site.project, "shut/.env", SECRET);
  put(site.folder, "shared/.env", SECRET);
  await Deno.symlink("real.txt", `${site.project}/sub/.env.linked`);
  await Deno.symlink(`${site.folder}/shared`, `${site.project}/shared`);
  await Deno.link(
    `${site.project}/sub/deep/.env.production`,
    `${site.project}/sub/alias.txt`,
  );
  site.own();
  await Deno.chmod(`${site.project}/shut`, 0);
  if (Deno.uid() === 0) {
    await new Deno.Command("chown", {
      args: ["-R", `${site.identity.owns}`, `${site.folder}/shared`],
    }).output();
  }
}

function put(folder: string, path: string, text: string): void {
  const whole = `${folder}/${path}`;
  Deno.mkdirSync(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(whole, text);
}

for (const identity of [...IDENTITIES, ...NOBODY]) {
  Deno.test(`${identity.name}: no program reads what is hidden`, async (t) => {
    await using site = new Site(identity);
    await plant(site);
    for (const [name, script] of Object.entries(ATTACKS)) {
      await t.step(name, async () => {
        site.write(`${site.project}/attack.sh`, script);
        const control = await site.bare(["bash", "attack.sh"]);
        assert.match(control.stdout, /PLANTED/, `control: ${control.stderr}`);
        const ran = await site.contained(["bash", "attack.sh"]);
        assert.doesNotMatch(ran.stdout, /PLANTED/);
        // It ran, and was refused by the kernel, not by the policy.
        assert.doesNotMatch(ran.stderr, /blocked|not started/i);
      });
    }
  });

  Deno.test(`${identity.name}: what builds need stays readable`, async (t) => {
    await using site = new Site(identity);
    await plant(site);
    const work: Record<string, readonly [script: string, want: RegExp]> = {
      "forms, packages and plain files": [
        "cat .env.ex* node_modules/x/test.p* sub/plain.txt",
        /^A=1\nPUBLIC\nPLAIN\n$/,
      ],
      "public certificates": [
        "grep -c 'BEGIN CERT' /etc/ssl/certs/ca-certificates.crt",
        /^[1-9]/,
      ],
      "a checkout of a tracked form": [
        "git init -q . && git config user.email a@b.c && git config user.name a && " +
        "git add .env.ex* sub/plain.txt && git commit -qm 1 && rm .env.ex* && " +
        "git checkout -q -- . && git status --porcelain -uno && cat .env.ex*",
        /^A=1\n$/,
      ],
      "a file of that name made inside": [
        "mkdir -p new && echo B=2 >new/.env && cat new/.en*; rm -r new",
        /^B=2\n$/,
      ],
    };
    for (const [name, [script, want]] of Object.entries(work)) {
      await t.step(name, async () => {
        site.write(`${site.project}/work.sh`, script);
        const ran = await site.contained(["bash", "work.sh"]);
        assert.match(ran.stdout, want, ran.stderr);
      });
    }
  });

  Deno.test(`${identity.name}: git works beside tracked files that are hidden`, async () => {
    await using site = new Site(identity);
    await plant(site);
    const git = "git -c user.email=a@b.c -c user.name=a";
    site.write(
      `${site.project}/begin.sh`,
      // Git reads what changed in the second that its index was written in.
      `chmod 700 shut; find . -type f -exec touch -d "1 hour ago" {} +
git init -q . && git add -Af . && ${git} commit -qm 1; git ls-files`,
    );
    const begun = await site.bare(["bash", "begin.sh"]);
    assert.match(begun.stdout, /^sub\/certs\/server\.pem$/m, begun.stderr);
    site.write(
      `${site.project}/work.sh`,
      `cat sub/certs/*.[pP]* 2>&1 | grep -c Permission
git rm -q --cached work.sh 2>/dev/null
echo work.sh >.git/info/exclude
git status --porcelain
echo B >sub/plain.txt && git add -A && ${git} commit -qm 2 && git log -1 --format=%s
echo C >sub/plain.txt && ${git} commit -qam 3 && git show --stat --format=%s | cat
echo D >sub/plain.txt && ${git} stash -q && git stash pop -q && git diff --stat`,
    );
    const ran = await site.contained(["bash", "work.sh"]);
    assert.equal(
      ran.stdout,
      "1\n2\n3\n\n sub/plain.txt | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n" +
        " sub/plain.txt | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n",
      ran.stderr,
    );
  });

  Deno.test(`${identity.name}: knows itself, and nobody else`, async () => {
    await using site = new Site(identity);
    site.write(
      `${site.project}/who.sh`,
      `whoami; id -un; id -u; id -gn
/usr/bin/python3 -c 'import getpass,os,pwd; print(pwd.getpwuid(os.getuid()).pw_name)'
node -e 'console.log(require("os").userInfo().username)'
ssh -G localhost | grep ^user
true`,
    );
    const control = await site.bare(["bash", "who.sh"]);
    const inside = await site.contained(["bash", "who.sh"]);
    if (identity.owns === 0 || identity.owns === 65_534) {
      assert.match(control.stdout, /^(root|nobody)\n\1\n/);
    }
    assert.equal(inside.stdout, control.stdout);
    site.write(
      `${site.project}/others.sh`,
      "cut -d: -f1 /etc/pas*wd /etc/gr*up; getent passwd; getent group",
    );
    const others = await site.bare(["bash", "others.sh"]);
    assert.match(others.stdout, /^daemon$/m);
    const seen = await site.contained(["bash", "others.sh"]);
    assert.match(seen.stdout, /^root$/m);
    assert.doesNotMatch(seen.stdout, /daemon/);
  });

  Deno.test(`${identity.name}: reads are a list where the policy says so`, async () => {
    await using site = new Site(identity);
    put(site.folder, "seen/a", "SEEN\n");
    put(site.folder, "unseen/a", "UNSEEN\n");
    put(site.project, "b", "INSIDE\n");
    put(site.home, ".gitconfig", "[user]\nname = Ann\n");
    put(
      site.project,
      "read.sh",
      "cat ../seen/a ../unseen/a b; git config user.name",
    );
    site.own();
    const policy = policyFile(site, {
      sandbox: {
        read: { mode: "allow", allowed: [`${site.folder}/seen`] },
      },
    });
    const words = ["bash", "read.sh"];
    const control = await site.bare(words);
    assert.match(control.stdout, /SEEN\nUNSEEN\nINSIDE\n/);
    const ran = await site.contained(words, { flags: ["--policy", policy] });
    // The home of nobody does not exist.
    const name = identity.owns === 65_534 ? "" : "Ann\n";
    assert.equal(ran.stdout, `SEEN\nINSIDE\n${name}`, ran.stderr);
    const open = await site.contained(words);
    assert.match(open.stdout, /UNSEEN/, open.stderr);
  });

  Deno.test(`${identity.name}: enforce keeps all but exempt programs in the workspace`, async () => {
    await using site = new Site(identity);
    put(site.folder, "far/a", "FAR\n");
    site.own();
    const policy = policyFile(site, {
      execution: {
        shell_workspace_containment: {
          mode: "enforce",
          exempt_commands: ["head"],
        },
      },
    });
    const flags = ["--policy", policy];
    const path = `${site.folder}/far/a`;
    const head = await site.contained(["head", path], { flags });
    assert.equal(head.stdout, "FAR\n", head.stderr);
    const cat = await site.contained(["cat", path], { flags });
    assert.match(cat.stderr, /fs\.outside_workspace/);
    // Out of the policy's sight, the kernel still says no.
    put(site.project, "read.sh", `head ${path}`);
    const script = await site.contained(["bash", "read.sh"], { flags });
    assert.equal(script.stdout, "");
    assert.match(script.stderr, /Permission denied/);
  });
}

const [identity] = IDENTITIES;
assert(identity !== undefined);

Deno.test("too many secrets: a folder of them is hidden whole, and that is said", async () => {
  await using site = new Site(identity);
  for (let i = 0; i < 600; i++) put(site.project, `certs/${i}.pem`, SECRET);
  put(site.project, "a.txt", "PLAIN\n");
  put(site.project, "list.sh", "ls certs | wc -l; cat a.txt");
  site.own();
  const ran = await site.contained(["bash", "list.sh"], { flags: ["--json"] });
  assert.match(ran.stdout, /^0\nPLAIN\n/, ran.stderr);
  assert.match(ran.stdout + ran.stderr, /certs is hidden whole/);
  assert.match(ran.stdout + ran.stderr, /appear after the start/);
});

Deno.test("too many secrets in too many places: nothing runs, and the reason is said", async () => {
  await using site = new Site(identity);
  for (let i = 0; i < 600; i++) put(site.project, `${i}/.env`, SECRET);
  site.own();
  const ran = await site.contained(["touch", "ran"]);
  assert.notEqual(ran.code, 0);
  assert.match(ran.stderr, /more than 500 files and folders are to be hidden/);
  assert.throws(
    () => Deno.statSync(`${site.project}/ran`),
    Deno.errors.NotFound,
  );
});

Deno.test({
  name: "what another mount shows of a secret is hidden there",
  ignore: Deno.uid() !== 0,
  async fn() {
    await using site = new Site(identity);
    await Deno.mkdir(`${site.folder}/keys`);
    await Deno.mkdir(`${site.folder}/again`);
    put(site.project, ".env", SECRET);
    put(site.project, "read.sh", "cat ../keys/id; cat ../again/.en*");
    site.own();
    const mounted = [
      "unshare",
      "-m",
      "bash",
      "-c",
      'mount --bind "$0/home/.ssh" "$0/keys" && mount --bind "$0/project" "$0/again" && exec "$@"',
      site.folder,
    ];
    const control = await site.bare([...mounted, "bash", "read.sh"]);
    assert.equal(control.stdout, SECRET + SECRET, control.stderr);
    const ran = await site.contained(["bash", "read.sh"], { wrap: mounted });
    assert.equal(ran.stdout, "", ran.stderr);
    assert.match(ran.stderr, /read\.sh|cat/);
  },
});

function policyFile(site: Site, document: Record<string, unknown>): string {
  const path = `${site.folder}/policy.json`;
  Deno.writeTextFileSync(path, JSON.stringify({ version: 1, ...document }));
  Deno.chmodSync(path, 0o600);
  if (Deno.uid() === 0) {
    Deno.chownSync(path, site.identity.runsAs, site.identity.runsAs);
  }
  return path;
}
