// Copyright 2026 the airg authors. Apache-2.0 license.

// A socket that its program bound by a relative name has no path in
// /proc/net/unix, and is hidden all the same.
import assert from "node:assert/strict";
import { IDENTITIES, Site } from "../support/contained_site.ts";

const LISTEN = `
import os, socket, sys
held = []
for folder in sys.argv[1:]:
    os.chdir(folder)
    s = socket.socket(socket.AF_UNIX)
    s.bind("relative")
    os.chmod("relative", 0o777)
    s.listen(8)
    held.append(s)
os.chdir("/")
print("ready", flush=True)
sys.stdin.read()
`;
const CONNECT = `
import socket, sys
for path in sys.argv[1:]:
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("GOT", path)
    except OSError as error: print(error, path)
`;

for (const identity of IDENTITIES) {
  Deno.test(`sockets bound by a relative name are hidden, as ${identity.name}`, async () => {
    await using site = new Site(identity);
    const folders = [`${site.home}/program`, `${site.project}/program`];
    for (const folder of folders) await Deno.mkdir(folder);
    site.write(`${site.project}/connect.py`, CONNECT);
    site.own();
    const elsewhere = `${site.folder}/elsewhere`;
    await Deno.mkdir(elsewhere);
    const listener = new Deno.Command("/usr/bin/python3", {
      args: ["-c", LISTEN, ...folders, elsewhere],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = listener.stdout.getReader();
    try {
      await reader.read();
      const paths = [...folders, elsewhere].map((path) => `${path}/relative`);
      const words = ["/usr/bin/python3", "connect.py", ...paths];
      const control = await site.bare(words);
      for (const path of paths) assert(control.stdout.includes(`GOT ${path}`));
      const ran = await site.contained(words);
      const [hiddenAtHome, hiddenInProject, seen] = paths;
      assert(!ran.stdout.includes(`GOT ${hiddenAtHome}`), ran.stdout);
      assert(!ran.stdout.includes(`GOT ${hiddenInProject}`), ran.stdout);
      // An ordinary user's scratch folder lies in its home, which is searched.
      if (Deno.uid() !== 0) return;
      // Nobody looks there, so it is said.
      assert(ran.stdout.includes(`GOT ${seen}`), ran.stdout);
      assert.match(
        ran.stderr,
        /\d sockets of the host were bound by a relative/,
      );
    } finally {
      await reader.cancel();
      await listener.stdin.close();
      await listener.status;
    }
  });
}
