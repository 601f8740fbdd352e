// Copyright 2026 the airg authors. Apache-2.0 license.

// What lies on real disks, and what somebody hostile puts there meanwhile.
import assert from "node:assert/strict";
import {
  type BackupScene,
  backupScene,
  SETTINGS,
  sh,
  textOf,
} from "../../test/support/backups.ts";
import type { BackupEvent, Saved } from "./event.ts";
import { BackupError } from "./store.ts";
import { verifyBackups } from "./verify.ts";

const IS_ROOT = Deno.uid() === 0;
/** An ordinary user that every system has. */
const OTHER = 65534;

function savedAt(event: BackupEvent, end: string): Saved | undefined {
  return event.entries.find(({ path }) => path.endsWith(end))?.before;
}

Deno.test("a save keeps extended attributes", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(
    workspace,
    `: >a; python3 -c 'import os; os.setxattr("a", "user.note", b"\\x00\\xff")'`,
  );
  const event = await store.save([workspace], about);
  const saved = savedAt(event, "/a");
  assert(saved?.type === "file");
  assert.deepEqual(saved.xattrs, { "user.note": "AP8=" });
});

Deno.test({
  name: "a save keeps owner, capabilities and ACLs, as root",
  ignore: !IS_ROOT,
  async fn() {
    using scene = backupScene();
    const { store, workspace, about } = scene;
    // An ACL of one entry more, as setfacl writes it (acl(5), linux/posix_acl_xattr.h).
    const acl = "0200000001000600ffffffff0200040001000000" +
      "04000400ffffffff10000600ffffffff20000400ffffffff";
    sh(
      workspace,
      `cp /bin/true a; setcap cap_net_raw+ep a; : >b; chown ${OTHER}:7 b; ` +
        `python3 -c 'import os; os.setxattr("b", "system.posix_acl_access", bytes.fromhex("${acl}"))'`,
    );
    const event = await store.save([workspace], about);
    const [a, b] = [savedAt(event, "/a"), savedAt(event, "/b")];
    assert(a?.type === "file" && b?.type === "file");
    assert.deepEqual(Object.keys(a.xattrs ?? {}), ["security.capability"]);
    assert.deepEqual(Object.keys(b.xattrs ?? {}), ["system.posix_acl_access"]);
    assert.deepEqual([b.uid, b.gid], [OTHER, 7]);
  },
});

Deno.test("a save says which names were one file", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(workspace, "echo x >a; ln a b; ln a ../outside");
  const event = await store.save([workspace], about);
  assert.equal(event.entries.length, 3);
  assert.deepEqual(event.unsaved.map(({ path }) => path), [`${workspace}/b`]);
  assert.match(event.unsaved[0]!.why, /same file as ".*\/a"/);
});

Deno.test("a save goes through folders that nest deep", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  sh(
    workspace,
    `python3 -c 'import os
for n in range(300):
    os.mkdir("d"); os.chdir("d")
open("f", "w").write("deep")'`,
  );
  const event = await store.save([`${workspace}/d`], about);
  assert.equal(event.entries.length, 301);
  assert.equal(savedAt(event, "/f")?.type, "file");
});

Deno.test({
  name: "a save reads folders and files of mode 0000, as root",
  ignore: !IS_ROOT,
  async fn() {
    using scene = backupScene();
    const { store, workspace, about } = scene;
    sh(workspace, "mkdir d; echo x >d/f; chmod 0 d/f d");
    const event = await store.save([`${workspace}/d`], about);
    const saved = savedAt(event, "/f");
    assert(saved?.type === "file" && saved.mode === 0);
    assert.equal(await textOf(store, saved.sha256), "x\n");
  },
});

/** Runs a script of bash until it is disposed of; it says when it has begun. */
async function running(
  script: string,
  ...args: readonly string[]
): Promise<AsyncDisposable> {
  const child = new Deno.Command("bash", {
    args: ["-c", script, ...args],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

/** Runs a module of this folder as an ordinary user. */
async function asOther(scene: BackupScene, script: string): Promise<string> {
  const { folder } = scene;
  sh(folder, `chmod 755 .; mkdir -m 700 other; chown -R ${OTHER} other w`);
  await Deno.writeTextFile(
    `${folder}/script.ts`,
    `import { openBackups } from "${import.meta.resolve("./open_store.ts")}";
const folder = ${JSON.stringify(folder)};
const workspace = folder + "/w";
const store = openBackups({
  root: folder + "/other/backups",
  keys: folder + "/other/key",
  settings: () => (${JSON.stringify(SETTINGS)}),
});
const about = ${JSON.stringify(scene.about)};
${script}`,
  );
  const bundle = `${folder}/script.js`;
  const made = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "-q", "-o", bundle, `${folder}/script.ts`],
    cwd: new URL("../..", import.meta.url),
  }).output();
  assert(made.success, new TextDecoder().decode(made.stderr));
  const deno = `${folder}/deno`;
  await Deno.copyFile(Deno.execPath(), deno);
  const { stdout, stderr, success } = await new Deno.Command(deno, {
    args: ["run", "-A", "-q", "--no-config", bundle],
    uid: OTHER,
    gid: OTHER,
    cwd: folder,
    clearEnv: true,
    env: { HOME: `${folder}/other`, PATH: "/usr/bin:/bin" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test({
  name: "a save by an ordinary user names what cannot be read, with its cure",
  ignore: !IS_ROOT,
  async fn() {
    using scene = backupScene();
    sh(scene.workspace, "mkdir d; echo x >d/f; echo y >g; chmod 0 d g");
    const said = await asOther(
      scene,
      `for (const name of ["d", "g"]) {
  try { await store.save([workspace + "/" + name], about); console.log("saved"); }
  catch (error) { console.log(error.name, error.path.slice(workspace.length), error.cure); }
}
console.log((await store.list({ limit: 9 })).length);`,
    );
    assert.match(
      said,
      /^BackupError \/d give .*chmod.*\nBackupError \/g give .*chmod.*\n0$/,
    );
  },
});

Deno.test("a save tells of a file that changes all the time", async () => {
  using scene = backupScene();
  const { store, workspace, about } = scene;
  const path = `${workspace}/log`;
  await Deno.writeTextFile(path, "x".repeat(20_000_000));
  await using _writer = await running(
    `echo on; while :; do printf y >>"$0"; done`,
    path,
  );
  const event = await store.save([path], about);
  const saved = savedAt(event, "/log");
  assert(saved?.type === "file" && saved.size >= 20_000_000);
  assert.match(event.unsaved[0]?.why ?? "", /changed each time/);
  const text = await textOf(store, saved.sha256);
  assert.equal(text?.length, saved.size);
});

Deno.test("a save follows no link that is planted while it looks", async () => {
  using scene = backupScene();
  const { store, workspace, folder, about } = scene;
  const secret = `${folder}/secret`;
  sh(folder, "mkdir secret; echo SECRET >secret/f; mkfifo pipe");
  sh(workspace, "mkdir -p d/e; echo fine >d/e/f; echo fine >d/g");
  const flip = `cd "$0"; echo on
while :; do
  mv d/e d/x; ln -s "$1" d/e; rm d/e; mv d/x d/e
  ln -sf "$1/f" d/t; mv -T d/t d/g; mkfifo d/t; mv -T d/t d/g; echo fine >d/t; mv -T d/t d/g
done`;
  await using _flips = await running(flip, workspace, secret);
  for (let n = 0; n < 60; n++) {
    const paths = [`${workspace}/d/e/f`, `${workspace}/d/g`, `${workspace}/d`];
    for (const path of paths) {
      try {
        await store.save([path], about);
      } catch (error) {
        assert(error instanceof BackupError, String(error));
      }
    }
  }
  const events = await store.list({ limit: Infinity });
  assert(events.length > 0);
  for (const { event } of events) {
    for (const { before } of event.entries) {
      if (before.type !== "file" || before.size === 0) continue;
      assert.equal(await textOf(store, before.sha256), "fine\n");
    }
  }
});

Deno.test({
  name: "a save on a full disk is refused, and leaves nothing",
  ignore: !IS_ROOT,
  async fn() {
    using scene = backupScene();
    const { workspace, folder, about } = scene;
    const script = `${folder}/script.ts`;
    await Deno.writeTextFile(
      `${workspace}/a`,
      "x".repeat(3_000_000),
    );
    await Deno.writeTextFile(
      script,
      `import { openBackups } from "${import.meta.resolve("./open_store.ts")}";
const store = openBackups({
  root: ${JSON.stringify(`${folder}/full/b`)},
  keys: ${JSON.stringify(`${folder}/state/k`)},
  settings: () => (${JSON.stringify(SETTINGS)}),
});
try { await store.save([${JSON.stringify(`${workspace}/a`)}], ${
        JSON.stringify(about)
      }); }
catch (error) { console.log(error.name, error.cure); }
console.log([...Deno.readDirSync(${
        JSON.stringify(`${folder}/full/b/tmp`)
      })].length);`,
    );
    await Deno.mkdir(`${folder}/full`);
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        "-m",
        "sh",
        "-c",
        'mount -t tmpfs -o size=1m,mode=700 none "$0" && exec "$1" run -A -q --no-lock "$2"',
        `${folder}/full`,
        Deno.execPath(),
        script,
      ],
      cwd: new URL("../..", import.meta.url),
    }).output();
    assert.equal(
      new TextDecoder().decode(stdout),
      "BackupError make room on its disk; `airg backup prune --dry-run` says what old backups would free\n0\n",
      new TextDecoder().decode(stderr),
    );
  },
});

Deno.test("manifests of an older key still verify", async () => {
  using scene = backupScene();
  const { store, workspace, about, again } = scene;
  await Deno.writeTextFile(`${workspace}/a`, "a");
  await store.save([workspace], about);
  store.keys.rotate(scene.now);
  scene.now++;
  await again().save([workspace], about);
  const listed = await again().list({ limit: 9 });
  assert.deepEqual(listed.map(({ damaged }) => damaged), [false, false]);
  assert.deepEqual((await verifyBackups(again())).faults, []);
});

Deno.test("a file that is nearly all hole does not hold airg up", async () => {
  using scene = backupScene();
  const { about, store, workspace } = scene;
  using file = await Deno.create(`${workspace}/big`);
  await file.truncate(33 * 1024 ** 3);
  await assert.rejects(
    store.save([`${workspace}/big`], about),
    /most of them in a hole/,
  );
});
