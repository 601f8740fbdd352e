// Copyright 2026 the airg authors. Apache-2.0 license.

// Recipes that attack airg itself rather than the kernel: names of programs,
// files in the project that airg might obey, and what an agent may say over MCP.
import assert from "node:assert/strict";
import { makeSite } from "../support/airg.ts";
import { IDENTITIES, Site } from "../support/contained_site.ts";
import { connectServer, textOf } from "../support/mcp.ts";

const NO_ID = {
  version: 1,
  rules: [{
    id: "no-id",
    match: { program: "id" },
    verdict: "block",
    reason: "a test",
  }],
};

const LOADER = Deno.build.arch === "x86_64"
  ? "/lib64/ld-linux-x86-64.so.2"
  : "/lib/ld-linux-aarch64.so.1";

// Whose project it is makes no difference to a name.
for (const identity of IDENTITIES.filter((one) => one.runsAs === one.owns)) {
  const as = `as ${identity.name}`;

  Deno.test.each([
    { name: "#6 its path", words: ["/usr/bin/id"] },
    { name: "#6 /proc/self/root", words: ["/proc/self/root/usr/bin/id"] },
    { name: "#6 dots in the path", words: ["/usr/lib/../bin/id"] },
    { name: "#6 a link in the project", words: ["./link"] },
    { name: "#7 the loader", words: [LOADER, "/usr/bin/id"] },
    { name: "#6 another program", words: ["env", "-u", "X", "id"] },
  ])(
    `escape: $name does not hide a refused program, ${as}`,
    async ({ words }) => {
      await using site = new Site(identity);
      await Deno.symlink("/usr/bin/id", `${site.project}/link`);
      const policy = `${site.folder}/policy.json`;
      site.write(policy, JSON.stringify(NO_ID));
      const control = await site.contained(words);
      assert.match(control.stdout, /^uid=/, control.stderr);
      const ran = await site.contained(words, { flags: ["--policy", policy] });
      assert.deepEqual([ran.code, ran.stdout], [77, ""]);
    },
  );

  Deno.test(`escape: #72 a policy in the project does not widen, ${as}`, async () => {
    await using site = new Site(identity);
    const wide = `${site.folder}/wide`;
    await Deno.mkdir(wide, { mode: 0o777 });
    const open = JSON.stringify({
      version: 1,
      sandbox: { network: "open", write: { roots: [wide] } },
    });
    const policy = `${site.folder}/policy.json`;
    site.write(policy, open);
    const control = await site.contained(["true"], {
      flags: ["--json", "--policy", policy],
    });
    assert.match(control.stderr, /"network":"open"/);
    await Deno.mkdir(`${site.project}/.airg`);
    site.write(`${site.project}/.airg/policy.json`, open);
    site.write(`${site.project}/airg.json`, open);
    site.write(`${site.project}/policy.json`, open);
    site.write(`${site.project}/x.sh`, `echo x >${site.home}/out; true`);
    site.own();
    const ran = await site.contained(["sh", "x.sh"], { flags: ["--json"] });
    assert.doesNotMatch(ran.stderr, /"network":"open"/);
    assert([0, 78].includes(ran.code), ran.stderr);
    await assert.rejects(Deno.lstat(`${wide}/out`), Deno.errors.NotFound);
  });

  Deno.test(`escape: #73 no file of the project moves airg's folders, ${as}`, async () => {
    await using site = new Site(identity);
    const evil = `${site.project}/evil`;
    const control = await site.contained(["true"], {
      env: { AIRG_STATE_DIR: `${site.folder}/elsewhere` },
    });
    assert.equal(control.code, 0, control.stderr);
    assert((await Deno.stat(`${site.folder}/elsewhere`)).isDirectory);
    for (const name of [".env", ".envrc", ".airgrc"]) {
      site.write(
        `${site.project}/${name}`,
        `AIRG_STATE_DIR=${evil}\nAIRG_CONFIG_DIR=${evil}\nAIRG_HOME=${evil}\n`,
      );
    }
    const ran = await site.contained(["true"]);
    assert.equal(ran.code, 0, ran.stderr);
    await assert.rejects(Deno.lstat(evil), Deno.errors.NotFound);
  });
}

Deno.test({
  name: "escape: #79 a file tool reaches no further than a command",
  // The client's own timer outlives it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using site = await makeSite();
    await Deno.writeTextFile(`${site.home}/secret`, "PLANTED");
    await using server = await connectServer(site);
    const control = await server.call("write_file", {
      path: "inside.txt",
      content: "x",
    });
    assert.notEqual(control.isError, true, textOf(control));
    for (const path of ["../../x", `${site.home}/x`, "a/../../../x"]) {
      const answer = await server.call("write_file", { path, content: "x" });
      assert.equal(answer.isError, true, path);
    }
    for (const path of ["../home/secret", `${site.home}/secret`]) {
      const answer = await server.call("read_file", { path });
      assert.equal(answer.isError, true, path);
      assert.doesNotMatch(textOf(answer), /PLANTED/);
    }
    await Deno.symlink(site.home, `${site.workspace}/home`);
    const linked = await server.call("read_file", { path: "home/secret" });
    assert.equal(linked.isError, true);
  },
});

Deno.test({
  name: "escape: #80 #126 nothing an agent says moves or opens the sandbox",
  // The client's own timer outlives it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using site = await makeSite();
    await Deno.writeTextFile(
      `${site.workspace}/x.sh`,
      `echo x >${site.home}/out; (: </dev/tcp/127.0.0.1/22) && echo GOT; true\n`,
    );
    await using server = await connectServer(site);
    const command = "bash x.sh";
    for (
      const more of [
        { cwd: "/" },
        { workspace: "/" },
        { sandbox: false },
        { dangerouslyDisableSandbox: true },
        { profile: "none", network: "open" },
        { env: { AIRG_POLICY_PATH: "/nonexistent" } },
      ]
    ) {
      const answer = await server.call("execute_command", { command, ...more });
      const { containment } = (answer.structuredContent ?? {}) as {
        containment?: { network: string };
      };
      const held = answer.isError === true || containment?.network === "none";
      assert(held, JSON.stringify(answer));
      assert.doesNotMatch(textOf(answer), /GOT/);
      await assert.rejects(
        Deno.lstat(`${site.home}/out`),
        Deno.errors.NotFound,
      );
    }
    const plain = await server.call("execute_command", { command });
    assert.notEqual(plain.isError, true, textOf(plain));
  },
});
