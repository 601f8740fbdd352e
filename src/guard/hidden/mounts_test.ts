// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { keepsTimes, mountAliases, mountOf, parseMounts } from "./mounts.ts";

const TABLE = `
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
30 22 8:1 /home/a /mnt/a\\040b rw - ext4 /dev/sda1 rw
31 22 8:1 /home/a/.ssh /srv/keys rw master:2 propagate_from:3 - ext4 /dev/sda1 rw
32 22 9:1 / /data rw - nfs4 server:/x rw
not a line
`;
const mounts = parseMounts(TABLE);

Deno.test("parseMounts() reads the kernel's table, optional fields and escapes too", () => {
  assert.deepEqual(mounts.map(({ point, type }) => [point, type]), [
    ["/", "ext4"],
    ["/proc", "proc"],
    ["/mnt/a b", "ext4"],
    ["/srv/keys", "ext4"],
    ["/data", "nfs4"],
  ]);
});

Deno.test("mountOf() takes the innermost mount", () => {
  assert.equal(mountOf("/mnt/a b/x", mounts)?.root, "/home/a");
  assert.equal(mountOf("/mnt/ab", mounts)?.point, "/");
});

Deno.test("mountAliases() finds the same place, and parts of it, elsewhere", () => {
  assert.deepEqual(
    mountAliases(["/home/a/.ssh", "/data/x"], mounts)
      .map(({ alias, part }) => [alias, part]),
    [["/mnt/a b/.ssh", false], ["/srv/keys", false]],
  );
  assert.deepEqual(
    mountAliases(["/home"], mounts).map(({ alias, part }) => [alias, part]),
    [["/mnt/a b", true], ["/srv/keys", true]],
  );
  assert.deepEqual(
    mountAliases(["/mnt/a b/.ssh/id"], mounts).map(({ alias }) => alias),
    ["/home/a/.ssh/id", "/srv/keys/id"],
  );
});

Deno.test("keepsTimes() is true of local file systems alone", () => {
  assert.deepEqual(["ext4", "nfs4", "fuse.sshfs", "9p", ""].map(keepsTimes), [
    true,
    false,
    false,
    false,
    false,
  ]);
});
