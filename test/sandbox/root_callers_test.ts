// Copyright 2026 the airg authors. Apache-2.0 license.

// Agents run as root every day, in containers and on build machines. What a
// run started by root may not do that root may, each with a control; and whose
// the files are that it makes. All of it is tried as every other identity too.
import assert from "node:assert/strict";
import { IDENTITIES, type Identity, Site } from "../support/contained_site.ts";

const asRoot = IDENTITIES.filter(({ runsAs }) => runsAs === 0);
// deno-lint-ignore no-console -- a skip must be seen
if (asRoot.length === 0) console.error("SKIPPED: not root here");

/** Files of the kernel that root may write: their own value, so nothing changes. */
const SETTINGS = [
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/kernel/hostname",
  "/proc/sys/vm/overcommit_memory",
  "/sys/kernel/mm/transparent_hugepage/enabled",
  "/sys/kernel/uevent_helper",
  "/sys/class/net/lo/mtu",
  "/sys/power/pm_freeze_timeout",
];

const rewrite = (path: string) => `
v=$(sed 's/.*\\[\\(.*\\)\\].*/\\1/' ${path}) && printf '%s' "$v" >${path} && echo GOT ${path}`;

for (const identity of asRoot) {
  const as = `as ${identity.name}`;

  Deno.test(`root callers: settings of the machine are read-only, ${as}`, async () => {
    await using site = new Site(identity);
    const there = SETTINGS.filter(isThere);
    site.write(`${site.project}/probe.sh`, there.map(rewrite).join("\n"));
    const control = await asHostRoot(site, ["/bin/sh", "probe.sh"]);
    const writable = [...control.matchAll(/GOT (\S+)/g)].map(([, path]) =>
      path
    );
    assert(writable.length >= 3, `control: ${writable.join()}`);
    assert(writable.some((path) => path?.startsWith("/sys/")), "control");
    const ran = await site.contained(["/bin/sh", "probe.sh"]);
    assert.equal(ran.stdout, "");
    assert.match(ran.stderr, /Read-only file system|Permission denied/);
  });

  Deno.test(`root callers: no control group can be made, ${as}`, async () => {
    await using site = new Site(identity);
    const trees = [
      "/sys/fs/cgroup",
      ...namesIn("/sys/fs/cgroup")
        .map((name) => `/sys/fs/cgroup/${name}`),
    ];
    const name = `airg-test-${crypto.randomUUID()}`;
    const script = trees.map((tree) =>
      `mkdir ${tree}/${name} 2>/dev/null && rmdir ${tree}/${name} && echo GOT ${tree}`
    ).join("\n");
    site.write(`${site.project}/probe.sh`, `${script}\necho end\n`);
    const control = await asHostRoot(site, ["/bin/sh", "probe.sh"]);
    assert.match(control, /GOT \/sys\/fs\/cgroup/, "control");
    const ran = await site.contained(["/bin/sh", "probe.sh"]);
    assert.equal(ran.stdout, "end\n");
  });

  Deno.test(`root callers: no device node, set-id file or other person's file is made, ${as}`, async () => {
    await using site = new Site(identity);
    const script = `
mknod null c 1 3 && echo GOT device
mkfifo pipe && echo pipe
cp /bin/true t && chmod 4755 t && echo GOT setuid
install -m 2755 /bin/true g && test -g g && echo GOT setgid
chown 12345:12345 t && echo GOT owner
chgrp 12345 t && echo GOT group
setfattr -n security.capability -v 0sAQAAAgAgAAAAAAAAAAAAAAAAAAA= t 2>/dev/null && echo GOT capability
rm -f null pipe t g
true
`;
    site.write(`${site.project}/probe.sh`, script);
    const control = await asHostRoot(site, ["/bin/sh", "probe.sh"]);
    for (const word of ["device", "setuid", "setgid", "owner", "group"]) {
      assert.match(control, new RegExp(`GOT ${word}`), "control");
    }
    const ran = await site.contained(["/bin/sh", "probe.sh"]);
    // The bit of one's own group is everybody's, and `git init --shared` needs it.
    const own = identity.owns === 0 ? "" : "GOT setgid\n";
    assert.equal(ran.stdout, `pipe\n${own}`, ran.stderr);
  });

  Deno.test(`root callers: root's secrets and powers are out of reach, ${as}`, async () => {
    await using site = new Site(identity);
    const script = `
head -c 1 /etc/shadow >/dev/null && echo GOT shadow
ls /root/.* >/dev/null 2>&1 && test -n "$(ls -A /root)" && echo GOT root home
cat /proc/${Deno.pid}/environ >/dev/null && echo GOT environ
mount -t tmpfs none /mnt && echo GOT mount
kill -0 ${Deno.pid} && echo GOT signal
nice -n -5 true 2>&1 | grep -q . || echo GOT priority
echo "caps $(grep CapEff /proc/self/status | tr -d '\\t ')"
echo "uid $(id -u)"
`;
    site.write(`${site.project}/probe.sh`, script);
    const control = await asHostRoot(
      site,
      ["/usr/bin/unshare", "-m", "/bin/sh", "probe.sh"],
    );
    for (const word of ["shadow", "environ", "mount", "signal", "priority"]) {
      assert.match(control, new RegExp(`GOT ${word}`), "control");
    }
    const ran = await site.contained(["/bin/sh", "probe.sh"]);
    assert.deepEqual(ran.stdout.trim().split("\n"), [
      "caps CapEff:0000000000000000",
      `uid ${identity.owns}`,
    ], ran.stderr);
  });
}

for (const identity of IDENTITIES) {
  Deno.test(`root callers: what is made inside belongs to the workspace's owner, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    const script =
      'mkdir d && : >d/f && ln -s f d/l && cp probe.sh d/c && sed -i s/x/y/ probe.sh && python3 -c \'open("d/p", "w")\'\n';
    site.write(`${site.project}/probe.sh`, script);
    const ran = await site.contained(["/bin/sh", "probe.sh"]);
    assert.equal(ran.code, 0, ran.stderr);
    for (const name of ["d", "d/f", "d/l", "d/c", "d/p", "probe.sh"]) {
      const info = await Deno.lstat(`${site.project}/${name}`);
      const who = [info.uid, info.gid];
      assert.deepEqual(who, [identity.owns, groupOf(identity)], name);
      assert.equal((info.mode ?? 0) & 0o7000, 0, name);
    }
  });
}

function groupOf({ owns }: Identity): number {
  return Deno.uid() === 0 ? owns : Deno.gid() ?? owns;
}

/** What these words print when root runs them uncontained. */
async function asHostRoot(
  site: Site,
  [program = "", ...args]: readonly string[],
): Promise<string> {
  const { stdout } = await new Deno.Command(program, {
    args,
    cwd: site.project,
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory)
    .map((entry) => entry.name);
}
