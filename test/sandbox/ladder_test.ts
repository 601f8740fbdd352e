// Copyright 2026 the airg authors. Apache-2.0 license.

// Each layer taken away, as a machine would: an old bubblewrap, none, a limit
// on user namespaces, a container's masked /proc. What is left still holds or
// nothing runs, and what is said names the cause and the cure.
import assert from "node:assert/strict";
import { RUNGS } from "../../sandbox/launch.ts";
import { realPath } from "../../sandbox/profile.ts";
import { IDENTITIES, type Ran, Site } from "../support/contained_site.ts";
import { makePlace, runIn } from "../support/place.ts";

/** Options that each bubblewrap does not know, by the release notes. */
const OLD_BUBBLEWRAPS = [
  { version: "0.8", lacks: [], said: [] },
  { version: "0.7", lacks: ["--disable-userns"], said: [/before 0\.8/] },
  {
    version: "0.6",
    lacks: ["--disable-userns", "--size"],
    said: [/before 0\.8/, /before 0\.7/],
  },
  {
    version: "0.4",
    lacks: ["--disable-userns", "--size", "--perms", "--clearenv"],
    said: [/before 0\.8/, /before 0\.7/],
  },
];

const LOOK = `
unshare -Ur true 2>/dev/null && echo GOT namespace
unshare -n true 2>/dev/null && echo GOT network namespace
cat "$1" 2>/dev/null
test "$(ls /proc | grep -c '^[0-9]')" -lt 10 && echo few processes
echo x >ok && cat ok; echo t >/tmp/t && cat /tmp/t
`;

for (const { version, lacks, said } of OLD_BUBBLEWRAPS) {
  for (const rung of RUNGS.filter((rung) => rung !== "bare")) {
    Deno.test(`ladder: bubblewrap ${version} still holds in the rung ${rung}, without user namespaces`, async () => {
      await using place = await makePlace();
      const secret = realPath(`${place.folder}/secret`);
      await Deno.writeTextFile(secret, "PLANTED");
      const old = `${place.folder}/bwrap`;
      const cases = lacks.map((option) =>
        `${option}) echo "bwrap: Unknown option ${option}" >&2; exit 1;;`
      ).join(" ");
      await Deno.writeTextFile(
        old,
        `#!/bin/bash\nfor word; do case $word in ${cases} --) break;; esac; done\nexec /usr/bin/bwrap "$@"\n`,
        { mode: 0o755 },
      );
      const words = ["/bin/bash", "-c", LOOK, "look", secret];
      const { stdout } = await new Deno.Command(words[0]!, {
        args: words.slice(1),
        cwd: place.profile.workspace,
      }).output();
      const control = new TextDecoder().decode(stdout);
      assert.match(control, /GOT namespace[^]*PLANTED/, "control");
      const outcome = await runIn(place, words, {
        machine: { bubblewrap: old, rungs: [rung] },
        profile: { hidden: [{ path: secret, kind: "file" }] },
      });
      assert.equal(outcome.stdout, "few processes\nx\nt\n", outcome.stderr);
      const { degraded } = outcome.containment;
      assert.equal(degraded.length, said.length, degraded.join("\n"));
      said.forEach((pattern) => assert.match(degraded.join("\n"), pattern));
    });
  }
}

interface Missing {
  readonly name: string;
  /** What a shell does, as root of a mount and user namespace, before airg starts. */
  readonly before: string;
  readonly cause: RegExp;
  readonly cure: RegExp;
}

const MISSING: readonly Missing[] = [
  {
    name: "user.max_user_namespaces is 0",
    before: "echo 0 >/proc/sys/user/max_user_namespaces",
    cause: /cause: user\.max_user_namespaces=0 forbids user namespaces/,
    cure: /cure: sudo sysctl -w user\.max_user_namespaces=15000/,
  },
  {
    name: "/proc is masked as Docker does",
    before: "mount --bind /dev/null /proc/version",
    cause: /mount proc[^]*cause: .* masked \/proc/i,
    cure: /cure: docker run --security-opt .*systempaths=unconfined/,
  },
  {
    name: "there is no bubblewrap",
    before: "mount --bind /dev/null /usr/bin/bwrap",
    cause: /cause: bubblewrap is not installed/,
    cure: /cure: sudo \w+ (install|-S) bubblewrap|cure: sudo apt install/,
  },
];

for (
  const identity of IDENTITIES.filter(({ runsAs, owns }) => runsAs === owns)
) {
  for (const missing of MISSING) {
    Deno.test(`ladder: where ${missing.name}, what is left holds and says so, as ${identity.name}`, async () => {
      await using site = new Site(identity);
      site.write(
        `${site.project}/probe.sh`,
        `echo x >new && cat new; echo y >${site.folder}/out; cat ${site.home}/.ssh/id\n`,
      );
      const control = await site.bare(["/bin/sh", "probe.sh"]);
      assert.match(control.stdout, /x\nPLANTED-SECRET/, "control");
      const ran = await without(site, missing, ["/bin/sh", "probe.sh"]);
      assert.equal(ran.stdout, "x\n", ran.stderr);
      assert.match(ran.stderr, missing.cause);
      assert.match(ran.stderr, missing.cure);
      assert.match(ran.stderr, /contained less than fully: bare:/);
    });

    Deno.test(`ladder: where ${missing.name} and a secret lies in the project, nothing runs, as ${identity.name}`, async () => {
      await using site = new Site(identity);
      site.write(`${site.project}/.env`, "PLANTED");
      const ran = await without(site, missing, ["/bin/touch", "ran"]);
      assert.equal(ran.code, 69, ran.stderr);
      assert.match(ran.stderr, missing.cause);
      assert.match(ran.stderr, missing.cure);
      assert.match(ran.stderr, /airg sandbox-check/);
      await assert.rejects(
        Deno.lstat(`${site.project}/ran`),
        Deno.errors.NotFound,
      );
      const control = await site.contained(["/bin/touch", "ran"]);
      assert.equal(control.code, 0, "control");
    });
  }
}

/** Runs words through airg on the machine as `missing` makes it. */
async function without(
  site: Site,
  { before }: Missing,
  words: readonly string[],
): Promise<Ran> {
  return await site.contained(words, {
    wrap: [
      "/usr/bin/unshare",
      "-Urm",
      "/bin/sh",
      "-c",
      `${before} && exec "$@"`,
      "sh",
    ],
  });
}
