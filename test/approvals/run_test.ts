// Copyright 2026 the airg authors. Apache-2.0 license.
// `airg run` and the operator's commands as they are, on the real store and on
// real terminals.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { AIRG, makeSite, runAirg, type Site } from "../support/airg.ts";
import { play, playOne } from "../support/terminals.ts";

const ignore = Deno.build.os !== "linux";
/** What no policy of ours reads: a person is asked. */
const RUN = ["run", "--shell", 'eval "$X"; echo done >made'];

async function made(site: Site): Promise<boolean> {
  try {
    await Deno.stat(`${site.workspace}/made`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function listed(site: Site): Promise<{
  readonly requests: readonly { readonly id: string; readonly state: string }[];
  readonly grants: readonly { readonly id: string }[];
}> {
  const { stdout } = await runAirg(site, [
    "approvals",
    "list",
    "--all",
    "--json",
  ]);
  return JSON.parse(stdout);
}

Deno.test({
  name:
    "a run that is refused, approved in the watch and started again runs once",
  ignore,
  async fn() {
    await using site = await makeSite();
    const refused = await runAirg(site, RUN);
    assert.equal(refused.code, 75, refused.stderr);
    const { watch, again, third } = await play(site, {
      programs: {
        watch: [...AIRG, "approvals", "watch"],
        again: [
          "/bin/sh",
          "-c",
          // A pipe, as in the run that was refused: another input voids it.
          [":", "|", ...AIRG, "run", "--shell"].join(" ") + ` '${RUN[2]}'`,
        ],
        third: [
          "/bin/sh",
          "-c",
          // A pipe, as in the run that was refused: another input voids it.
          [":", "|", ...AIRG, "run", "--shell"].join(" ") + ` '${RUN[2]}'`,
        ],
      },
      steps: [
        ["start", "watch"],
        ["expect", "watch", "1 waiting"],
        ["insist", "watch", "a", "! approved"],
        ["insist", "watch", "q", "\x1b[?1049l"],
        ["end", "watch"],
        ["start", "again"],
        ["end", "again"],
        ["start", "third"],
      ],
    });
    assert.deepEqual([watch?.code, watch?.restored], [0, true]);
    assert.equal(again?.code, 0, again?.seen);
    assert(await made(site));
    assert.equal(third?.code, 75, third?.seen);
  },
});

Deno.test({
  name:
    "while somebody watches, a run without a terminal waits, and starts when it is approved",
  ignore,
  async fn() {
    await using site = await makeSite();
    const { waiting } = await play(site, {
      programs: {
        watch: [...AIRG, "approvals", "watch"],
        waiting: [
          "/bin/sh",
          "-c",
          [...AIRG, "run", "--shell"].join(" ") + ` '${RUN[2]}' </dev/null`,
        ],
      },
      steps: [
        ["start", "watch"],
        ["expect", "watch", "0 waiting"],
        ["start", "waiting"],
        ["expect", "waiting", "waiting for an answer"],
        ["insist", "watch", "a", "! approved"],
        ["end", "waiting"],
        ["insist", "watch", "q", "\x1b[?1049l"],
      ],
    });
    assert.equal(waiting?.code, 0, waiting?.seen);
    assert(await made(site));
  },
});

Deno.test.each(
  [
    { typed: "yes\n", code: 0, state: "consumed" },
    { typed: "no\nuse staging\n", code: 75, state: "denied" },
    { typed: "\x03", code: 75, state: "pending" },
  ].map((one) => ({ ...one, ignore })),
)(
  "airg run on a person's terminal is told $typed: $state",
  { ignore },
  async ({ typed, code, state }) => {
    await using site = await makeSite();
    const { person } = await play(site, {
      programs: { person: [...AIRG, ...RUN] },
      steps: [
        ["start", "person"],
        ["expect", "person", "run it?"],
        ["send", "person", typed],
      ],
    });
    assert.equal(person?.code, code, person?.seen);
    assert.equal(await made(site), code === 0);
    assert.deepEqual((await listed(site)).requests.map((one) => one.state), [
      state,
    ]);
  },
);

Deno.test({
  name: "airg run in an agent's terminal asks nobody",
  ignore,
  async fn() {
    await using site = await makeSite();
    const { agent } = await play(site, {
      env: { CLAUDECODE: "1" },
      programs: { agent: [...AIRG, ...RUN] },
      steps: [["start", "agent"]],
    });
    assert.equal(agent?.code, 75, agent?.seen);
    assert.doesNotMatch(agent?.seen ?? "", /run it\?/);
  },
});

Deno.test({
  name:
    "approve, revoke, deny, show and history name one request by its end, and say what became of it",
  ignore,
  async fn() {
    await using site = await makeSite();
    const refused = await runAirg(site, RUN);
    const id = (await listed(site)).requests[0]?.id ?? "";
    const end = id.slice(-8);
    assert.match(refused.stderr, new RegExp(`airg approvals approve ${end};`));
    const { stdout } = await runAirg(site, ["approvals", "list"]);
    assert(stdout.startsWith(`${end}  `), stdout);
    const on = (...words: string[]) => [...AIRG, "approvals", ...words];
    const played = await play(site, {
      programs: {
        approve: on("approve", end, "--session", "--message", "go on"),
        twice: on("approve", end),
        revoke: on("revoke", end),
        deny: on("deny", end),
        unknown: on("deny", "ffffffff"),
      },
      steps: ["approve", "twice", "revoke", "deny", "unknown"].flatMap(
        (name) => [["start", name], ["end", name]] as const,
      ),
    });
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(played).map(([name, { code }]) => [name, code]),
      ),
      { approve: 0, twice: 1, revoke: 0, deny: 1, unknown: 64 },
      JSON.stringify(played),
    );
    const shown = await runAirg(site, ["approvals", "show", end]);
    assert.match(shown.stdout, /state: +revoked/);
    const history = await runAirg(site, ["approvals", "history", id]);
    const events = history.stdout.split("\n").map((line) =>
      line.split(/ +/)[1]
    );
    assert.deepEqual(
      events.slice(0, 4),
      ["asked", "shown", "approved", "revoked"],
    );
    assert.deepEqual((await listed(site)).grants, []);
    const log = await Deno.readTextFile(`${site.state}/activity.log`);
    for (const what of ["approved", "revoked", "voided"]) {
      assert(log.includes(`"what":"${what}"`), log);
    }
    const verified = await runAirg(site, ["audit", "verify"]);
    assert.equal(verified.code, 0, verified.stderr);
  },
});

Deno.test({
  name: "wrong ids make a terminal wait, and lock nobody out of a right one",
  ignore,
  async fn() {
    await using site = await makeSite();
    await runAirg(site, RUN);
    const id = (await listed(site)).requests[0]?.id ?? "";
    const one = [...AIRG, "approvals", "deny"].join(" ");
    const line = [
      ...Array.from({ length: 12 }, () => `${one} ffffffff; echo "st $?"`),
      `${one} ${id}; echo "st $?"`,
    ].join("\n");
    const { person } = await play(site, {
      programs: { person: ["/bin/sh", "-c", line] },
      steps: [["start", "person"]],
    });
    const codes = [...(person?.seen ?? "").matchAll(/^st (\d+)\r?$/gm)]
      .map(([, code]) => code);
    assert.equal(codes[0], "64", person?.seen);
    assert.equal(codes.at(-2), "75", person?.seen);
    assert.equal(codes.at(-1), "0", person?.seen);
  },
});

Deno.test({
  name: "a webhook that is not sent is said",
  ignore,
  async fn() {
    await using site = await makeSite();
    const secret = `${site.home}/secret`;
    await Deno.writeTextFile(secret, "0123456789abcdef", { mode: 0o644 });
    await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(
      `${site.config}/policy.json`,
      JSON.stringify({
        version: 1,
        extends: ["default"],
        approvals: {
          webhook: { url: "http://127.0.0.1:9/", secret_file: secret },
        },
      }),
    );
    const ran = await runAirg(site, RUN);
    assert.equal(ran.code, 75, ran.stderr);
    assert.match(ran.stderr, /notice: no webhook was sent: .*mode 0600/);
  },
});

Deno.test({
  name:
    "a new request is told to the policy's webhook once, signed, before airg run ends",
  ignore,
  async fn() {
    await using site = await makeSite();
    const bodies: string[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => undefined },
      async (request) => {
        assert.match(
          request.headers.get("x-airg-signature") ?? "",
          /^t=\d+,v1=[0-9a-f]{64}$/,
        );
        bodies.push(await request.text());
        return new Response("ok");
      },
    );
    const secret = `${site.home}/secret`;
    await Deno.writeTextFile(secret, "0123456789abcdef", { mode: 0o600 });
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const policy = {
      version: 1,
      extends: ["default"],
      approvals: { webhook: { url, secret_file: secret } },
    };
    await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(
      `${site.config}/policy.json`,
      JSON.stringify(policy),
    );
    for (let i = 0; i < 2; i++) {
      const ran = await runAirg(site, RUN);
      assert.equal(ran.code, 75, ran.stderr);
    }
    assert.equal(bodies.length, 1);
    const [request] = (await listed(site)).requests;
    assert.equal(JSON.parse(bodies[0] ?? "").id, request?.id);
  },
});

Deno.test({
  name:
    "list says which rows are damaged, and the cure; repair sets them aside",
  ignore,
  async fn() {
    await using site = await makeSite();
    await runAirg(site, RUN);
    const { requests: [request] } = await listed(site);
    {
      using database = new DatabaseSync(`${site.state}/approvals.db`);
      database.exec("UPDATE requests SET mac = 'x'");
    }
    const { stdout, stderr } = await runAirg(site, ["approvals", "list"]);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /damaged rows, not as airg wrote them and used by nobody: 1:/,
    );
    assert(stderr.includes(`requests ${request?.id}`), stderr);
    assert.match(stderr, /airg approvals repair/);
    const { damaged } = JSON.parse(
      (await runAirg(site, ["approvals", "list", "--json"])).stdout,
    );
    assert.deepEqual(damaged.map(({ id }: { id: string }) => id), [
      request?.id,
    ]);
    await playOne(site, [...AIRG, "approvals", "repair"]);
    const after = await runAirg(site, ["approvals", "list"]);
    assert.doesNotMatch(after.stderr, /not as airg wrote/);
  },
});

Deno.test({
  name: "repair, rotate-key and import are a person's, and keep what was",
  ignore,
  async fn() {
    await using site = await makeSite();
    await runAirg(site, RUN);
    const old = `${site.home}/old.db`;
    using legacy = new DatabaseSync(old);
    legacy.exec(`
      CREATE TABLE approval_history (id, agent_id, session_id, command_hash,
        normalized_command, requested_at, decision, resolved_at, approver,
        approved_via);
      INSERT INTO approval_history VALUES (1, 'a', 's', 'h', 'rm -rf ' || char(27),
        '2026-01-02T03:04:05+00:00Z', 'approved', NULL, 'ui', 'ui');
    `);
    const acts: Readonly<Record<string, readonly string[]>> = {
      rotate: ["rotate-key"],
      import: ["import", old],
      repair: ["repair"],
    };
    for (const words of Object.values(acts)) {
      const piped = await runAirg(site, ["approvals", ...words]);
      assert.equal(piped.code, 77, piped.stderr);
    }
    const played = await play(site, {
      programs: Object.fromEntries(
        Object.entries(acts).map(([name, words]) => [
          name,
          [...AIRG, "approvals", ...words],
        ]),
      ),
      steps: Object.keys(acts).flatMap((name) =>
        [["start", name], ["end", name]] as const
      ),
    });
    for (const { code, seen } of Object.values(played)) {
      assert.equal(code, 0, seen);
    }
    const log = await Deno.readTextFile(`${site.state}/activity.log`);
    const acted = log.trim().split("\n").map((line) => JSON.parse(line))
      .filter(({ source }) => source === "human-operator")
      .map(({ approval }) => approval)
      .filter(({ request }) => request === "");
    assert.deepEqual(acted.map(({ what, who }) => [what, who.how]), [
      ["key-rotated", "terminal"],
      ["history-imported", "terminal"],
      ["repaired", "terminal"],
    ]);
    assert.equal(acted[1].why, old);
    assert.match(played["import"]?.seen ?? "", /took 1 answers over/);
    assert.deepEqual((await listed(site)).requests.map((one) => one.state), [
      "expired",
    ]);
    const imported = await runAirg(site, ["approvals", "list", "--imported"]);
    assert.equal(
      imported.stdout,
      "2026-01-02T03:04:05  approved    a  rm -rf \\x1b\n",
    );
  },
});
