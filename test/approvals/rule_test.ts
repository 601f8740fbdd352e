// Copyright 2026 the airg authors. Apache-2.0 license.
// `airg approvals approve --write-rule` and taking the rule out again: real
// processes, the real store, a policy file and a terminal.
import assert from "node:assert/strict";
import { AIRG, makeSite, runAirg, type Site } from "../support/airg.ts";
import { play, type Seen, type Step } from "../support/terminals.ts";

const ignore = Deno.build.os !== "linux";

const COMMAND = "touch made";

/** As a person writes it. */
const POLICY = `{
  // Mine.
  "version": 1,
  "extends": ["default"], // what ships
  "rules": [
    // Nothing is touched without me.
    {
      "id": "ask",
      "match": { "program": "touch" },
      "verdict": "escalate",
      "reason": "Asked about"
    } // the last one
  ]
}
`;

async function ruleSite(policy = POLICY): Promise<Site> {
  const site = await makeSite();
  await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(pathOf(site), policy, { mode: 0o640 });
  return site;
}

function pathOf(site: Site): string {
  return `${site.config}/policy.json`;
}

async function textOf(site: Site): Promise<string> {
  return await Deno.readTextFile(pathOf(site));
}

/** Has an agent ask, and gives the request's id. */
async function asked(site: Site, command = COMMAND): Promise<string> {
  const { code, stderr } = await run(site, command);
  assert.equal(code, 75, stderr);
  const { requests } = await listed(site);
  return requests[0]?.id ?? "";
}

async function run(site: Site, command = COMMAND) {
  return await runAirg(site, ["run", "--shell", command]);
}

async function listed(site: Site) {
  const { stdout, stderr } = await runAirg(site, [
    "approvals",
    "list",
    "--json",
  ]);
  assert(stdout !== "", stderr);
  return JSON.parse(stdout) as {
    readonly requests: readonly { readonly id: string }[];
    readonly grants: readonly unknown[];
    readonly rules: readonly {
      readonly rule: { readonly id: string };
      readonly decided?: number;
    }[];
    readonly damaged?: readonly { readonly id: string }[];
  };
}

async function person(
  site: Site,
  words: readonly string[],
  steps: readonly Step[],
): Promise<Seen> {
  const { me } = await play(site, {
    columns: 120,
    programs: { me: [...AIRG, "approvals", ...words] },
    steps: [["start", "me"], ...steps],
  });
  assert(me !== undefined);
  return me;
}

function ruleOf(id: string): string {
  return `approved.${id.slice(-8)}`;
}

async function write(site: Site, id: string, typed?: string): Promise<Seen> {
  return await person(site, ["approve", "--write-rule", id], [
    ["expect", "me", "to write it to"],
    ["send", "me", `${typed ?? ruleOf(id)}\n`],
  ]);
}

Deno.test({
  name:
    "a reviewed rule lets exactly that run, is counted, and is taken out again",
  ignore,
  async fn() {
    await using site = await ruleSite();
    const id = await asked(site);
    const seen = await write(site, id);
    assert.equal(seen.code, 0, seen.seen);
    assert.match(seen.seen, /escalate -> allow\s+touch made/);
    assert.match(seen.seen, /escalate -> escalate\s+touch made-other/);
    assert.match(seen.seen, /escalate -> escalate\s+cd \.\. && touch made/);
    assert.match(seen.seen, /it changes 1 that are exactly this, and 0 others/);
    assert.match(seen.seen, /\+ +"id": "approved\./);
    const text = await textOf(site);
    assert(text.includes("// Nothing is touched without me."));
    assert(
      text.includes("} // the last one") || text.includes("}, // the last one"),
    );
    assert.equal((await Deno.stat(pathOf(site))).mode! & 0o777, 0o640);
    assert.equal(
      (await runAirg(site, ["policy", "test", "--policy", pathOf(site)])).code,
      0,
    );

    assert.equal((await run(site)).code, 0);
    assert.equal((await run(site)).code, 0);
    for (
      const other of [
        "touch made made2",
        "touch made; ls",
        "cd .. && touch made",
      ]
    ) {
      assert.equal((await run(site, other)).code, 75, other);
    }
    const { rules } = await listed(site);
    assert.deepEqual(rules.map(({ rule, decided }) => [rule.id, decided]), [[
      ruleOf(id),
      2,
    ]]);

    const { stdout } = await runAirg(site, ["approvals", "history", id]);
    assert.match(
      stdout,
      /approved {2}by .*rule approved\.\S+ for .*: sha256:[0-9a-f]{64}/,
    );
    const log = await Deno.readTextFile(`${site.state}/activity.log`);
    assert.match(log, /"what":"approved","who":[^\n]*"why":"rule approved\./);

    const taken = await person(site, ["revoke", ruleOf(id)], [
      ["expect", "me", "to take it out of"],
      ["send", "me", `${ruleOf(id)}\n`],
    ]);
    assert.equal(taken.code, 0, taken.seen);
    assert.equal(await textOf(site), POLICY);
    const after = await listed(site);
    assert.deepEqual([after.rules, after.grants], [[], []]);
    assert.equal((await run(site)).code, 75);
    const { stdout: history } = await runAirg(site, [
      "approvals",
      "history",
      id,
    ]);
    assert.match(history, /revoked {3}by .*rule approved\./);
  },
});

Deno.test({
  name: "another word than the rule's id, or none, writes nothing",
  ignore,
  async fn() {
    await using site = await ruleSite();
    const id = await asked(site);
    for (const typed of ["y", "yes", "", "approved.", "\x03"]) {
      const { code, seen } = await write(site, id, typed);
      assert.notEqual(code, 0, seen);
      assert.equal(await textOf(site), POLICY);
    }
    assert.equal((await listed(site)).requests.length, 1);
  },
});

Deno.test({
  name:
    "the watch shows a rule, and writes it when it was read and its id typed",
  ignore,
  async fn() {
    await using site = await ruleSite();
    const id = await asked(site);
    const { code, seen } = await person(site, ["watch", "--quiet"], [
      ["expect", "me", "would run"],
      ["insist", "me", "w", `type ${ruleOf(id)}`],
      // On a slow machine more than one w was sent, and stands in the draft.
      ["send", "me", `${"\x7f".repeat(64)}${ruleOf(id)}\r`],
      ["expect", "me", "not all of it was shown yet"],
      ["send", "me", "     "],
      ["send", "me", "x\r"],
      ["expect", "me", "that is not the rule's id"],
      ["send", "me", "\x7f\r"],
      ["expect", "me", `wrote ${ruleOf(id)}`],
      ["send", "me", "q"],
    ]);
    assert.equal(code, 0, seen);
    const { rules } = await listed(site);
    assert.deepEqual(rules.map(({ rule }) => rule.id), [ruleOf(id)]);
    assert.equal((await run(site)).code, 0);
    const { stdout } = await runAirg(site, ["approvals", "history", id]);
    assert.match(stdout, /\(watch, .*rule approved\./);
  },
});

Deno.test({
  name: "the watch says why there can be no rule",
  ignore,
  async fn() {
    await using site = await ruleSite();
    await asked(site, "touch made; touch made");
    const { code, seen } = await person(site, ["watch", "--quiet"], [
      ["expect", "me", "would run"],
      ["insist", "me", "w", "no rule can be made of it"],
      ["send", "me", "q"],
    ]);
    assert.equal(code, 0, seen);
    assert.equal(await textOf(site), POLICY);
  },
});

Deno.test({
  name:
    "a rule gives the network to the command that asked for it, and to no other",
  ignore,
  async fn() {
    await using site = await ruleSite(
      '{ "version": 1, "sandbox": { "network": "deny" } }\n',
    );
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => undefined },
      () => new Response("from outside"),
    );
    const at = `deploy.example:${server.addr.port}`;
    // A name that leads to this machine: only its own network reaches the server.
    const command = `curl -s --resolve ${at}:127.0.0.1 http://${at}/`;
    const id = await asked(site, command);
    const seen = await write(site, id);
    assert.equal(seen.code, 0, seen.seen);
    assert.match(seen.seen, /has the network, all of it/);
    assert.match(seen.seen, /"deploy\.example"/);
    const ran = await run(site, command);
    assert.deepEqual([ran.code, ran.stdout], [0, "from outside"], ran.stderr);
    const other = command.replace(/\/$/, "/other");
    assert.equal((await run(site, other)).code, 75);
    // Who chose a profile gets no more than that gives.
    const chosen = await runAirg(site, [
      "run",
      "--profile",
      "workspace",
      "--shell",
      command,
    ]);
    assert.deepEqual([chosen.code, chosen.stdout], [75, ""], chosen.stderr);
  },
});

Deno.test({
  name: "a pipe writes no rule and takes none out",
  ignore,
  async fn() {
    await using site = await ruleSite();
    const id = await asked(site);
    const words = ["approvals", "approve", "--write-rule", id];
    const piped = await runAirg(site, words, { stdin: `${ruleOf(id)}\n` });
    assert.equal(piped.code, 77, piped.stderr);
    assert.equal(await textOf(site), POLICY);
    assert.equal((await write(site, id)).code, 0);
    const text = await textOf(site);
    const back = await runAirg(site, ["approvals", "revoke", ruleOf(id)], {
      stdin: `${ruleOf(id)}\n`,
    });
    assert.equal(back.code, 77, back.stderr);
    assert.equal(await textOf(site), text);
  },
});

Deno.test({
  name: "a file that was changed while it was shown is left alone",
  ignore,
  async fn() {
    await using site = await ruleSite();
    const id = await asked(site);
    const changed = POLICY.replace("Mine.", "Ours.");
    const line = [...AIRG, "approvals", "approve", "--write-rule", id]
      .map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(`${site.home}/changed`, changed);
    // Whoever changes it waits until the question stands there.
    const { me } = await play(site, {
      programs: {
        me: ["/bin/sh", "-c", line],
        other: ["/bin/cp", `${site.home}/changed`, pathOf(site)],
      },
      steps: [
        ["start", "me"],
        ["expect", "me", "to write it to"],
        ["start", "other"],
        ["end", "other"],
        ["send", "me", `${ruleOf(id)}\n`],
      ],
    });
    assert.equal(me?.code, 78, me?.seen);
    assert.match(me?.seen ?? "", /changed while it was shown/);
    assert.equal(await textOf(site), changed);
  },
});

const refused: readonly {
  readonly name: string;
  readonly prepare: (site: Site) => void | Promise<void>;
  readonly command?: string;
  readonly policy?: string;
  readonly why: RegExp;
}[] = [
  {
    name: "a link",
    prepare: async (site) => {
      await Deno.rename(pathOf(site), `${site.home}/real.json`);
      await Deno.symlink(`${site.home}/real.json`, pathOf(site));
    },
    why: /is a link/,
  },
  {
    name: "a file that others may write",
    prepare: (site) => Deno.chmod(pathOf(site), 0o666),
    why: /others may write it/,
  },
  {
    name: "what has no rule, where no file is there, and none is made",
    command: 'eval "$X"',
    prepare: (site) => Deno.remove(pathOf(site)),
    why: /one plain command/,
  },
  {
    name: "a policy that allows no wider scope",
    policy: POLICY.replace(
      '"version": 1,',
      '"version": 1, "approvals": { "wider_scopes": false },',
    ),
    prepare: () => undefined,
    why: /allows no approval wider than once/,
  },
  {
    name: "a workspace whose own policy objects",
    prepare: async (site) => {
      await Deno.writeTextFile(
        pathOf(site),
        '{ "version": 1, "extends": ["default"] }\n',
      );
      await Deno.mkdir(`${site.workspace}/.airg`);
      await Deno.writeTextFile(
        `${site.workspace}/.airg/policy.json`,
        JSON.stringify({
          version: 1,
          rules: [{
            id: "w",
            match: { program: "touch" },
            verdict: "escalate",
            reason: "w",
          }],
        }),
      );
    },
    why: /no rule can answer what objects: workspace\/w/,
  },
  {
    name: "a command of several",
    command: "touch made; touch made",
    prepare: () => undefined,
    why: /one plain command/,
  },
  {
    name: "a script",
    command: "sh s.sh",
    policy: POLICY.replace('"touch"', '"sh"'),
    prepare: () => undefined,
    why: /binds no file's content/,
  },
];

Deno.test.each(refused.map((one) => ({ ...one, ignore })))(
  "no rule is written for $name",
  { ignore },
  async ({ prepare, command, policy, why }) => {
    await using site = await ruleSite(policy);
    await Deno.writeTextFile(`${site.workspace}/s.sh`, "echo hi\n");
    const id = await asked(site, command);
    await prepare(site);
    const before = await Deno.readTextFile(pathOf(site)).catch(() => "none");
    const { code, seen } = await person(
      site,
      ["approve", "--write-rule", id],
      [],
    );
    assert.notEqual(code, 0, seen);
    assert.match(seen, why);
    assert.equal(
      await Deno.readTextFile(pathOf(site)).catch(() => "none"),
      before,
    );
  },
);

Deno.test({
  name: "who has no policy file gets one with the rule, shown before",
  ignore,
  async fn() {
    await using site = await makeSite();
    const command = "git push --force";
    const id = await asked(site, command);
    const seen = await write(site, id);
    assert.equal(seen.code, 0, seen.seen);
    assert.match(seen.seen, /there is no policy file yet/);
    assert.match(seen.seen, /\+ +"extends": \["default"\]/);
    assert.equal((await Deno.stat(pathOf(site))).mode! & 0o777, 0o600);
    const { code, stdout } = await runAirg(
      site,
      ["policy", "explain", "--json", "--shell", command],
    );
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).verdict, "allow", stdout);
    const other = await run(site, `${command} origin other`);
    assert.equal(other.code, 75, other.stderr);
  },
});
