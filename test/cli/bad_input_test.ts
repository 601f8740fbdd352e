// Copyright 2026 the airg authors. Apache-2.0 license.
// Surroundings that are wrong: each gets a clear error, a status of its own,
// and the command does not run. The first case is the control.
import assert from "node:assert/strict";
import {
  AIRG,
  makeSite,
  type Ran,
  runAirg,
  type Site,
} from "../support/airg.ts";

interface Case {
  readonly name: string;
  readonly args?: (site: Site) => string[];
  readonly env?: (site: Site) => Record<string, string>;
  readonly before?: (site: Site) => Promise<void>;
  readonly cwd?: (site: Site) => string;
  readonly status: readonly number[];
  readonly says: RegExp;
}

const workspace = (name: string) => (site: Site) => [
  "--workspace",
  name.replace("HOME", site.home).replace("WORK", site.workspace),
];

const cases: readonly Case[] = [
  {
    name: "nothing wrong (control)",
    status: [0],
    says: /^(?!.*airg: error)/s,
  },
  {
    name:
      "a state folder too deep for a socket (control: another place is found)",
    env: (site) => ({
      AIRG_STATE_DIR: `${site.home}/${"deep/".repeat(30)}state`,
    }),
    status: [0],
    says: /^(?!.*airg: error)/s,
  },
  {
    name: "a workspace that does not exist",
    args: workspace("WORK/missing"),
    status: [64, 78],
    says: /WORK\/missing/,
  },
  {
    name: "a workspace that is a file",
    before: (site) => Deno.writeTextFile(`${site.workspace}/file`, ""),
    args: workspace("WORK/file"),
    status: [64, 78],
    says: /WORK\/file/,
  },
  {
    name: "/ as the workspace",
    args: workspace("/"),
    status: [64, 78],
    says: /workspace/i,
  },
  {
    name: "the home folder as the workspace",
    args: workspace("HOME"),
    status: [64, 78],
    says: /home/i,
  },
  {
    name: "the home folder as the current folder",
    cwd: (site) => site.home,
    status: [64, 78],
    says: /home/i,
  },
  {
    name: "a link to / as the workspace",
    before: (site) => Deno.symlink("/", `${site.home}/link`),
    args: workspace("HOME/link"),
    status: [64, 78],
    says: /workspace/i,
  },
  {
    name: "a workspace that holds airg's own folders",
    env: (site) => ({ AIRG_STATE_DIR: `${site.workspace}/state` }),
    status: [64, 78],
    says: /WORK/,
  },
  {
    name: "an empty AIRG_WORKSPACE (control: counts as unset)",
    env: () => ({ AIRG_WORKSPACE: "" }),
    status: [0],
    says: /^(?!.*airg: error)/s,
  },
  {
    name: "a relative state folder",
    env: () => ({ AIRG_STATE_DIR: "state" }),
    status: [64, 70, 78],
    says: /AIRG_STATE_DIR/,
  },
  {
    name: "a state folder that cannot be made",
    env: () => ({ AIRG_STATE_DIR: "/sys/kernel/airg-test" }),
    status: [70, 78],
    says: /\/sys\/kernel\/airg-test/,
  },
  {
    name: "a state folder that is a file",
    before: (site) => Deno.writeTextFile(`${site.home}/state`, ""),
    env: (site) => ({ AIRG_STATE_DIR: `${site.home}/state` }),
    status: [70, 78],
    says: /HOME\/state/,
  },
  {
    name: "no home and no state folder",
    env: () => ({ HOME: "" }),
    status: [64, 70, 78],
    says: /HOME/,
  },
  {
    name: "a log that is a folder",
    before: async (site) => {
      await Deno.mkdir(`${site.home}/log`);
    },
    env: (site) => ({ AIRG_LOG_PATH: `${site.home}/log` }),
    status: [70, 78],
    says: /HOME\/log/,
  },
  {
    name: "a policy that is not there",
    args: () => ["--policy", "missing.json"],
    status: [78],
    says: /missing\.json/,
  },
  {
    name: "a policy with a typo",
    before: (site) => writePolicy(site, '{"version":1,"rulez":[]}'),
    args: () => ["--policy", "p.json"],
    status: [78],
    says: /p\.json[^]*rulez/,
  },
  ...["~", "/", "~/.local", "/proc"].map((root): Case => ({
    name: `a policy that makes ${root} writable`,
    before: (site) =>
      writePolicy(
        site,
        `{"version":1,"sandbox":{"write":{"roots":["${root}"]}}}`,
      ),
    args: () => ["--policy", "p.json"],
    status: [78],
    says: /p\.json:1:43: .* cannot be writable[^]*airg: hint: /,
  })),
  {
    name: "a policy that makes a folder of the home writable (control)",
    before: async (site) => {
      await Deno.mkdir(`${site.home}/out`);
      await writePolicy(
        site,
        '{"version":1,"sandbox":{"write":{"roots":["~/out","/tmp/none"]}}}',
      );
    },
    args: () => ["--policy", "p.json"],
    status: [0],
    says: /^(?!.*airg: error)/s,
  },
  {
    name: "a policy that is no JSON",
    before: (site) => writePolicy(site, "{"),
    args: () => ["--policy", "p.json"],
    status: [78],
    says: /p\.json/,
  },
  {
    name: "a policy that is a folder",
    args: () => ["--policy", "/"],
    status: [78],
    says: /./,
  },
  {
    name: "a broken policy in the config folder",
    before: async (site) => {
      await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(`${site.config}/policy.json`, "{", {
        mode: 0o600,
      });
    },
    status: [78],
    says: /policy\.json/,
  },
  {
    name: "a legacy policy in the config folder (control)",
    before: async (site) => {
      await Deno.mkdir(site.config, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(
        `${site.config}/policy.json`,
        '{"blocked":{"commands":["shutdown"]},"script_sentinel":{"enabled":true}}',
        { mode: 0o600 },
      );
    },
    status: [0],
    says: /airg: notice: .*script_sentinel/,
  },
];

for (const c of cases) {
  Deno.test(`bad input: ${c.name}`, async () => {
    await using site = await makeSite();
    await c.before?.(site);
    const ran = await runAirg(
      site,
      ["run", ...c.args?.(site) ?? [], "--", "touch", "made"],
      { env: c.env?.(site) ?? {}, cwd: c.cwd?.(site) ?? site.workspace },
    );
    const stderr = ran.stderr.replaceAll(site.workspace, "WORK")
      .replaceAll(site.home, "HOME");
    assert(c.status.includes(ran.code), `${ran.code}: ${stderr}`);
    assert.match(stderr, c.says);
    if (ran.code !== 0) assert.match(stderr, /^(airg: error: |p\.json:)/m);
    assert.doesNotMatch(stderr, /\bat (file|ext):/); // No stack trace.
    assert.equal(await made(site), ran.code === 0);
  });
}

Deno.test("bad input: a program that is not there inside is not found, and why", async () => {
  await using site = await makeSite();
  const script = "#!/bin/sh\necho ran\n";
  for (const folder of [site.home, site.workspace]) {
    await Deno.writeTextFile(`${folder}/prog`, script, { mode: 0o755 });
  }
  const outside = await runAirg(site, ["run", "--", `${site.home}/prog`]);
  assert.equal(outside.code, 127, outside.stderr);
  assert.match(outside.stderr, /airg: hint: Inside, the host's \/tmp/);
  const control = await runAirg(site, ["run", "--", `${site.workspace}/prog`]);
  assert.equal(control.stdout, "ran\n");
});

Deno.test("bad input: a server with a broken policy ends at once, and says why", async () => {
  await using site = await makeSite();
  await writePolicy(site, "{");
  const ran: Ran = await runAirg(site, ["server", "--policy", "p.json"]);
  assert.equal(ran.code, 78);
  assert.equal(ran.stdout, "");
  assert.match(ran.stderr, /^airg: error: /m);
});

Deno.test({
  name: "bad input: a full disk under the state folder",
  ignore: Deno.uid() !== 0, // Only root may mount a small one.
  async fn() {
    await using site = await makeSite();
    const script = 'mkdir -p "$0" && mount -t tmpfs -o size=4k none "$0" && ' +
      'chmod 700 "$0" && dd if=/dev/zero of="$0/full" bs=4k count=1 ' +
      '2>/dev/null && exec "$@"';
    const airg = [...AIRG, "run", "--", "touch", "made"];
    const { code, stderr } = await new Deno.Command("unshare", {
      args: ["-m", "sh", "-c", script, site.state, ...airg],
      env: { ...site.env },
      clearEnv: true,
      cwd: site.workspace,
    }).output();
    const text = new TextDecoder().decode(stderr);
    assert([70, 78].includes(code), `${code}: ${text}`);
    assert.match(text, /^airg: error: .*(space|full)/im);
    assert.equal(await made(site), false);
  },
});

async function writePolicy(site: Site, text: string): Promise<void> {
  await Deno.writeTextFile(`${site.workspace}/p.json`, text);
}

async function made(site: Site): Promise<boolean> {
  for (const folder of [site.workspace, site.home]) {
    for await (const { name } of Deno.readDir(folder)) {
      if (name === "made") return true;
    }
  }
  return false;
}
