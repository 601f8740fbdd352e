// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { ownAccounts } from "./accounts.ts";

const host = {
  passwd: `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534::/:/usr/sbin/nologin
ann:$6$hash:1000:1000:Ann:/home/ann:/bin/bash
bob:x:1001:1001:Bob:/home/bob:/bin/bash
+::::::
broken line
`,
  group: `root:x:0:bob
ann:x:1000:
bob:x:1001:
docker:$1$hash:998:ann,bob
video:x:44:bob
nogroup:x:65534:
`,
};

Deno.test("ownAccounts() keeps root, nobody and the user, with the user's groups", () => {
  const inside = ownAccounts(host, { uid: 1000, gid: 1000 });
  assert.equal(
    inside.passwd,
    `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534::/:/usr/sbin/nologin
ann:x:1000:1000:Ann:/home/ann:/bin/bash
`,
  );
  assert.equal(
    inside.group,
    `root:x:0:
ann:x:1000:
docker:x:998:ann
nogroup:x:65534:
`,
  );
});

Deno.test("ownAccounts() names nobody for a user without a name", () => {
  const inside = ownAccounts(host, { uid: 64321, gid: 1001 });
  assert.doesNotMatch(inside.passwd, /ann|bob|daemon/);
  assert.match(inside.group, /^bob:x:1001:$/m);
});
