// Copyright 2026 the airg authors. Apache-2.0 license.

// Between the use of a grant and the start, a file changes: nothing runs, and
// the log says why. The host does it here, at the one moment that is left.
import assert from "node:assert/strict";
import { assemble } from "../../src/cli/assemble.ts";
import { type Answer, handle } from "../../src/guard/guard.ts";
import { launcher } from "../sandbox/launcher/harness.ts";
import { makeSite, type Site } from "../support/airg.ts";
import { operatorOf, putPolicy } from "../support/operator.ts";

const GOOD = "echo GOOD\n";
const EVIL = "echo EVIL\n";

interface Scene extends AsyncDisposable {
  readonly site: Site;
  /** Asks for `text`, and does `meanwhile` when "started" is in the log. */
  readonly exec: (
    text: string,
    meanwhile?: () => Promise<unknown>,
  ) => Promise<Answer>;
}

async function scene(policy: Record<string, unknown> = {}): Promise<Scene> {
  const site = await makeSite();
  await putPolicy(site, {
    rules: [{
      id: "ask",
      match: { program: ["bash", "frob"] },
      verdict: "escalate",
      reason: "Is asked about",
    }],
    ...policy,
  });
  await Deno.writeTextFile(`${site.workspace}/x.sh`, GOOD);
  const parts = await assemble(
    {
      env: site.env,
      os: "linux",
      cwd: site.workspace,
    } as Parameters<typeof assemble>[0],
    { source: "ai-agent", launcher },
  );
  assert(parts.ok, JSON.stringify(parts));
  const { effects, origin } = parts.value;
  return {
    site,
    exec: async (text, meanwhile) =>
      await handle({
        kind: "exec",
        origin,
        command: { form: "shell", text },
        cwd: site.workspace,
      }, {
        ...effects,
        async record(event) {
          const proof = await effects.record(event);
          if (event.event === "started") await meanwhile?.();
          return proof;
        },
      }),
    [Symbol.asyncDispose]: async () => await site[Symbol.asyncDispose](),
  };
}

/** Asks, approves, asks again. */
async function approved(
  { exec, site }: Scene,
  text: string,
  meanwhile?: () => Promise<unknown>,
): Promise<Answer & { allowed: true }> {
  const first = await exec(text);
  assert.equal(first.allowed, false);
  using operator = operatorOf(site);
  operator.approve(first.decision.approval?.id ?? "");
  const answer = await exec(text, meanwhile);
  assert(answer.allowed, JSON.stringify(answer.decision));
  return answer;
}

const SWAPS: readonly [string, (path: string) => Promise<unknown>][] = [
  ["another content", (path) => Deno.writeTextFile(path, EVIL)],
  ["another file", async (path) => {
    await Deno.writeTextFile(`${path}.new`, EVIL);
    await Deno.rename(`${path}.new`, path);
  }],
  ["nothing", (path) => Deno.remove(path)],
  ["a link to the same content", async (path) => {
    await Deno.rename(path, `${path}.old`);
    await Deno.symlink(`${path}.old`, path);
  }],
];

for (const ephemeral of [false, true]) {
  for (const [name, swap] of SWAPS) {
    startTest(
      `approved and used, then ${name} is there${
        ephemeral ? ", in a copy" : ""
      }: nothing runs`,
      async () => {
        await using made = await scene({ sandbox: { ephemeral } });
        const path = `${made.site.workspace}/x.sh`;
        const { outcome } = await approved(
          made,
          "bash x.sh; echo ran >ran",
          () => swap(path),
        );
        assert.equal(outcome.kind, "not-started", JSON.stringify(outcome));
        assert.equal(outcome.why, "changed");
        assert.match(outcome.message, /x\.sh has another content/);
        await assert.rejects(Deno.stat(`${made.site.workspace}/ran`));
        const log = await Deno.readTextFile(`${made.site.state}/activity.log`);
        const last = log.trim().split("\n").map((line) => JSON.parse(line))
          .filter(({ approval }) => approval !== undefined)
          .map(({ approval }) => [approval.what, approval.why]);
        assert.deepEqual(last.slice(-2), [
          ["consumed", undefined],
          ["voided", outcome.message],
        ]);
        // No copy is left, and nothing is held any more.
        assert.deepEqual(left(made.site), []);
      },
    );
  }

  startTest(
    `control: approved, used and left alone${
      ephemeral ? ", in a copy" : ""
    }, it runs`,
    async () => {
      await using made = await scene({ sandbox: { ephemeral } });
      const { outcome } = await approved(made, "bash x.sh");
      assert(outcome.kind === "exited", JSON.stringify(outcome));
      assert.equal(outcome.stdout, "GOOD\n");
      const { notes = [], rung } = outcome.containment;
      assert.equal(rung, "full");
      assert(!notes.some((note) => /not pinned/.test(note)), notes.join());
      assert.deepEqual(left(made.site), []);
    },
  );
}

startTest(
  "what is approved runs with airg's umask, not the caller's",
  async () => {
    await using made = await scene();
    const before = Deno.umask(0o022);
    try {
      const { outcome } = await approved(made, "bash -c 'umask; >f'", () => {
        Deno.umask(0o000);
        return Promise.resolve();
      });
      assert(outcome.kind === "exited", JSON.stringify(outcome));
      assert.equal(outcome.stdout, "0022\n");
    } finally {
      Deno.umask(before);
    }
    const { mode } = await Deno.stat(`${made.site.workspace}/f`);
    assert.equal((mode ?? 0) & 0o777, 0o644);
  },
);

const TREES: readonly [string, string, (folder: string) => Promise<unknown>][] =
  [
    [
      "code below a script is another",
      "bash x.sh; echo ran >ran",
      (folder) => Deno.writeTextFile(`${folder}/lib/y.sh`, EVIL),
    ],
    [
      "code appears below a script",
      "bash x.sh; echo ran >ran",
      (folder) => Deno.writeTextFile(`${folder}/lib/z.sh`, EVIL),
    ],
    ["a pipe is where code was", "bash x.sh; echo ran >ran", async (folder) => {
      await Deno.remove(`${folder}/lib/y.sh`);
      await new Deno.Command("mkfifo", { args: [`${folder}/lib/y.sh`] })
        .output();
    }],
    [
      "a folder that is deleted has more in it",
      "bash -c 'echo ran >ran'; rm -rf lib",
      (folder) => Deno.writeTextFile(`${folder}/lib/mine`, "work"),
    ],
  ];

for (const [name, text, swap] of TREES) {
  startTest(`approved and used, then ${name}: nothing runs`, async () => {
    await using made = await scene();
    const { workspace } = made.site;
    await Deno.mkdir(`${workspace}/lib`);
    await Deno.writeTextFile(`${workspace}/lib/y.sh`, GOOD);
    const { outcome } = await approved(made, text, () => swap(workspace));
    assert.equal(outcome.kind, "not-started", JSON.stringify(outcome));
    assert.equal(outcome.why, "changed");
    assert.match(
      outcome.message,
      /\*\* has another content|is no plain file/,
    );
    await assert.rejects(Deno.stat(`${workspace}/ran`));
    assert.deepEqual(left(made.site), []);
  });

  startTest(`control: not so that ${name}: it runs`, async () => {
    await using made = await scene();
    const { workspace } = made.site;
    await Deno.mkdir(`${workspace}/lib`);
    await Deno.writeTextFile(`${workspace}/lib/y.sh`, GOOD);
    const { outcome } = await approved(made, text);
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.equal(await Deno.readTextFile(`${workspace}/ran`), "ran\n");
  });
}

startTest(
  "a file that the command writes is compared, not pinned, and that is said",
  async () => {
    await using made = await scene();
    const { outcome } = await approved(
      made,
      "bash -c 'cat x.sh; echo more >>x.sh; cat x.sh'",
    );
    assert(outcome.kind === "exited", JSON.stringify(outcome));
    assert.equal(outcome.stdout, `${GOOD}${GOOD}more\n`, outcome.stderr);
    assert.match(
      (outcome.containment.notes ?? []).join("\n"),
      /right before the start, and not pinned: .*x\.sh/,
    );
  },
);

startTest("a script that was approved cannot write itself", async () => {
  await using made = await scene();
  await Deno.writeTextFile(
    `${made.site.workspace}/x.sh`,
    'echo more >>"$0" || echo kept\n',
  );
  const { outcome } = await approved(made, "bash x.sh");
  assert(outcome.kind === "exited", JSON.stringify(outcome));
  assert.equal(outcome.stdout, "kept\n", outcome.stderr);
});

/** What is assembled opens the C library once, for as long as the process is there. */
function startTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, sanitizeResources: false, fn });
}

function left({ state }: Site): string[] {
  const names: string[] = [];
  for (const folder of [`${state}/run`, `${state}/run/work`]) {
    for (const { name } of Deno.readDirSync(folder)) {
      if (/\.(copy|json)$/.test(name)) names.push(name);
    }
  }
  return names;
}
