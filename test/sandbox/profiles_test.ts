// Copyright 2026 the airg authors. Apache-2.0 license.

// Each profile by name, through `airg run`: what it gives, what it keeps, and
// what it says; with the same command in another profile as the control.
import assert from "node:assert/strict";
import {
  airgWords,
  IDENTITIES,
  type Ran,
  Site,
} from "../support/contained_site.ts";

const READ_MEMORY = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]
secret = ctypes.create_string_buffer(b"PARENT")
child = os.fork()
if child == 0:
    import signal; signal.pause()
here = ctypes.create_string_buffer(6)
def read(pid):
    local = iovec(ctypes.addressof(here), 6)
    far = iovec(ctypes.addressof(secret), 6)
    return libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(far), 1, 0)
print("child", "GOT" if read(child) == 6 else "errno %d" % ctypes.get_errno())
print("one", "GOT" if read(1) == 6 else "errno %d" % ctypes.get_errno())
os.kill(child, 9)
`;

for (const identity of IDENTITIES) {
  const as = `as ${identity.name}`;

  Deno.test(`profiles: readonly writes nothing but temporary files, ${as}`, async () => {
    await using site = new Site(identity);
    site.write(`${site.project}/kept`, "kept");
    const script =
      "echo x >new && echo GOT new; echo x >>kept && echo GOT kept; rm -f kept; mkdir d && echo GOT d; chmod 777 . && echo GOT mode; echo y >/tmp/t && cat /tmp/t kept\n";
    site.write(`${site.project}/probe.sh`, script);
    const readonly = await profile(site, "readonly", ["/bin/sh", "probe.sh"]);
    assert.equal(readonly.stdout, "y\nkept", readonly.stderr);
    const control = await profile(site, "workspace", ["/bin/sh", "probe.sh"]);
    assert.match(control.stdout, /GOT new\nGOT kept\nGOT d/, control.stderr);
  });

  Deno.test(`profiles: devel reads its own processes' memory and no other's, ${as}`, async () => {
    await using site = new Site(identity);
    site.write(`${site.project}/probe.py`, READ_MEMORY);
    const words = ["/usr/bin/python3", "probe.py"];
    const devel = await profile(site, "devel", words);
    assert.equal(devel.stdout, "child GOT\none errno 1\n", devel.stderr);
    const control = await profile(site, "workspace", words);
    assert.equal(control.stdout, "child errno 1\none errno 1\n");
  });

  Deno.test(`profiles: network needs the policy's word, is the machine's own, and is said, ${as}`, async () => {
    await using site = new Site(identity);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const script = `(: <>/dev/tcp/127.0.0.1/${listener.addr.port}) && echo GOT`;
    site.write(`${site.project}/probe.sh`, script);
    const words = ["/bin/bash", "probe.sh"];
    const refused = await profile(site, "network", words);
    assert.deepEqual([refused.code, refused.stdout], [77, ""]);
    assert.match(refused.stderr, /does not allow the profile network/);
    const policy = policyFile(site, { profiles: ["workspace", "network"] });
    const flags = ["--json", ...policy];
    const open = await profile(site, "network", words, flags);
    assert.equal(open.stdout, "GOT\n", open.stderr);
    assert.match(open.stderr, /"profile":"network","network":"open"/);
    assert.match(open.stderr, /whole network is open/);
    const control = await profile(site, "workspace", words, flags);
    assert.equal(control.stdout, "");
    assert.doesNotMatch(control.stderr, /whole network is open/);
    const record = await profile(site, "network", words, policy);
    assert.match(record.stderr, /whole network is open/, "without --json too");
  });

  Deno.test(`profiles: agent gives a whole agent its own folder and says what airg does not see, ${as}`, async () => {
    await using site = agentSite(identity);
    const words = [`${site.project}/claude`];
    const agent = await profile(site, "agent", words);
    assert.deepEqual(agent.stdout.trim().split("\n"), [
      "key AGENT-KEY",
      "session written",
      "settings kept",
      "plugin made",
      "state written",
      "ssh hidden",
      "other agent hidden",
    ], agent.stderr);
    assert.match(agent.stderr, /contained, not judged inside/);
    assert.equal(
      await Deno.readTextFile(`${site.home}/.claude/settings.json`),
      "{}",
    );
    assert.match(agent.stderr, /moved away: .*\/\.claude\/plugins is now /);
    await assert.rejects(
      Deno.lstat(`${site.home}/.claude/plugins`),
      Deno.errors.NotFound,
    );
    const state = await Deno.readTextFile(`${site.home}/.claude.json`);
    assert.equal(state, "0\n1\n");
    const written = await Deno.stat(`${site.home}/.claude/session`);
    assert.equal(written.uid, identity.owns, "it belongs to the right person");
    const control = await profile(site, "workspace", words);
    assert.deepEqual(control.stdout.trim().split("\n").slice(0, 2), [
      "key hidden",
      "session refused",
    ]);
  });

  Deno.test(`profiles: an airg inside an airg run refuses, ${as}`, async () => {
    await using site = new Site(identity);
    // The copy that another user can reach: the checkout may lie in /tmp.
    const other = IDENTITIES.at(-1) ?? identity;
    const [program = "", ...rest] = airgWords(other.runsAs);
    if (Deno.uid() === 0) {
      await Deno.chmod(program.slice(0, program.lastIndexOf("/")), 0o755);
    }
    const words = [program, ...rest].map(quoted).join(" ");
    const text = `${words} run -- true; echo "status $?"\n`;
    site.write(`${site.project}/probe.sh`, text);
    site.write(
      `${site.project}/unmarked.sh`,
      // What only hints at where it is can be taken away.
      `unset AIRG_INSIDE\n${text}`,
    );
    for (const script of ["probe.sh", "unmarked.sh"]) {
      const nested = await profile(site, "agent", ["/bin/sh", script]);
      assert.match(nested.stdout, /status 69/, nested.stderr);
      assert.match(nested.stderr, /error: .*contained, not judged inside/);
    }
    const control = await site.contained(["/bin/true"]);
    assert.equal(control.code, 0, control.stderr);
  });
}

Deno.test("profiles: agent and ci have no time limit of a command, workspace has", async () => {
  await using site = new Site(IDENTITIES[0]!);
  const document = {
    version: 1,
    extends: ["default"],
    execution: { max_command_timeout_seconds: 1 },
  };
  const policy = `${site.folder}/policy.json`;
  site.write(policy, JSON.stringify(document));
  const words = ["/bin/sleep", "1.5"];
  const flags = ["--policy", policy];
  const control = await profile(site, "workspace", words, flags);
  assert.match(control.stderr, /its time was up/);
  for (const name of ["agent", "ci"]) {
    const ran = await profile(site, name, words, flags);
    assert.deepEqual([ran.code, name], [0, name], ran.stderr);
    const short = await profile(site, name, words, [
      ...flags,
      "--timeout",
      "0.3",
    ]);
    assert.match(short.stderr, /its time was up/, "the caller's own holds");
  }
});

Deno.test("profiles: ci says so to tools, and the policy's own profile is the default", async () => {
  await using site = new Site(IDENTITIES[0]!);
  site.write(`${site.project}/probe.sh`, 'echo "${CI:-none}"; : >new\n');
  const words = ["/bin/sh", "probe.sh"];
  assert.equal((await profile(site, "ci", words)).stdout, "true\n");
  assert.equal((await profile(site, "workspace", words)).stdout, "none\n");
  await Deno.remove(`${site.project}/new`);
  const flags = policyFile(site, { profile: "readonly" });
  const byPolicy = await site.contained(words, { flags });
  assert.match(byPolicy.stderr, /Read-only file system/);
});

Deno.test("profiles: a rule gives what it matches a profile, and the caller's choice goes before", async () => {
  await using site = new Site(IDENTITIES[0]!);
  const rule = {
    id: "look.only",
    match: { program: "cp" },
    verdict: "allow",
    reason: "looks only",
    profile: "readonly",
  };
  const policy = `${site.folder}/policy.json`;
  const rules = [rule, {
    ...rule,
    id: "say.ci",
    match: { program: "printenv" },
    profile: "ci",
  }];
  site.write(
    policy,
    JSON.stringify({ version: 1, extends: ["default"], rules }),
  );
  site.write(`${site.project}/f`, "f");
  const flags = ["--policy", policy];
  const copied = await site.contained(["cp", "f", "g"], { flags });
  assert.match(copied.stderr, /Read-only file system/);
  const control = await site.contained(["cp", "f", "g"]);
  assert.equal(control.code, 0, control.stderr);
  const said = await site.contained(["printenv", "CI"], { flags });
  assert.equal(said.stdout, "true\n", said.stderr);
  const chosen = await profile(site, "devel", ["printenv", "CI"], flags);
  assert.equal(chosen.stdout, "");
  const tightest = await profile(site, "devel", ["cp", "f", "h"], flags);
  assert.match(tightest.stderr, /Read-only file system/);
});

Deno.test("profiles: a policy that lists some allows no other", async () => {
  await using site = new Site(IDENTITIES[0]!);
  const flags = policyFile(site, { profiles: ["readonly"] });
  const words = ["/bin/true"];
  assert.equal((await profile(site, "readonly", words, flags)).code, 0);
  for (const name of ["workspace", "devel", "agent"]) {
    assert.equal((await profile(site, name, words, flags)).code, 77, name);
  }
});

function profile(
  site: Site,
  name: string,
  words: readonly string[],
  flags: readonly string[] = [],
): Promise<Ran> {
  return site.contained(words, { flags: ["--profile", name, ...flags] });
}

function policyFile(
  site: Site,
  sandbox: Readonly<Record<string, unknown>>,
): string[] {
  const path = `${site.folder}/policy.json`;
  const document = { version: 1, extends: ["default"], sandbox };
  site.write(path, JSON.stringify(document));
  return ["--policy", path];
}

/** A home with two agents' folders, and a program that plays one of them. */
function agentSite(identity: typeof IDENTITIES[number]): Site {
  const site = new Site(identity);
  for (const name of [".claude", ".codex"]) {
    Deno.mkdirSync(`${site.home}/${name}`);
  }
  const files: Record<string, string> = {
    ".claude/.credentials.json": "AGENT-KEY",
    ".claude/settings.json": "{}",
    ".claude.json": "0\n",
    ".codex/auth.json": "OTHER-KEY",
  };
  for (const [name, text] of Object.entries(files)) {
    site.write(`${site.home}/${name}`, text, 0o600);
  }
  // Root's run in a user's project has that user's home, which is not this one.
  const home = quoted(site.home);
  const program = `#!/bin/sh
HOME=${home}
exec 2>/dev/null
key=$(cat "$HOME/.claude/.credentials.json") && echo "key $key" || echo key hidden
(echo s >"$HOME/.claude/session") && echo session written || echo session refused
(echo '{"hooks":{}}' >"$HOME/.claude/settings.json") && echo settings changed || echo settings kept
mkdir -p "$HOME/.claude/plugins/p" && echo plugin made
echo 1 >>"$HOME/.claude.json" && echo state written
cat "$HOME/.ssh/id" && echo ssh read || echo ssh hidden
cat "$HOME/.codex/auth.json" && echo other agent read || echo other agent hidden
`;
  site.write(`${site.project}/claude`, program, 0o755);
  site.own();
  return site;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
