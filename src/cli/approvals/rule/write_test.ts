// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import type { ApprovalRecord } from "../../../audit/event.ts";
import { findDirs } from "../../../platform/dirs.ts";
import {
  memoryStore,
  requestFor,
} from "../../../../test/support/approval_memory.ts";
import { fakeContext } from "../../../../test/support/fake_context.ts";
import { OPERATOR } from "../../../../test/support/memory_approvals.ts";
import type { ApprovalsSite } from "../site.ts";
import { planRule, putRule, reviewOf, type RuleSite } from "./write.ts";

const NOW = 1_200_000;
const POLICY = JSON.stringify(
  {
    version: 1,
    rules: [{
      id: "ask",
      match: { program: ["touch", "git"] },
      verdict: "escalate",
      reason: "Asked about",
    }],
  },
  null,
  2,
);

interface Scene {
  readonly folder: string;
  readonly path: string;
  readonly here: RuleSite;
  readonly records: ApprovalRecord[];
  readonly notes: string[];
  readonly state: () => string | undefined;
  readonly request: ReturnType<typeof requestFor>;
}

/** @param before Done when the first record is written, before the file is. */
async function withScene(
  command: string,
  test: (scene: Scene) => Promise<void>,
  before: (scene: Scene) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const workspace = `${folder}/w`;
    await Deno.mkdir(workspace);
    const path = `${folder}/policy.json`;
    await Deno.writeTextFile(path, POLICY, { mode: 0o600 });
    const env = { HOME: folder, AIRG_POLICY_PATH: path };
    const { context } = fakeContext({ env, cwd: workspace });
    const found = findDirs(env, "linux");
    assert(found.ok);
    const request = requestFor({
      command,
      action: {
        kind: "exec",
        command: { form: "shell", text: command },
        cwd: workspace,
      },
      subject: {
        cwd: workspace,
        paths: command.startsWith("touch")
          ? [{ path: `${workspace}/made`, access: "write" }]
          : [],
      },
      request: { asker: { agent: "a", session: "s", workspace } },
    });
    const store = memoryStore([request]);
    const records: ApprovalRecord[] = [];
    const notes: string[] = [];
    const site: ApprovalsSite = {
      store: {
        ...store,
        noteRule: (_, { why }) => void notes.push(why),
        damaged: () => [],
        trouble: () => undefined,
        repair: () => ({ revoked: 0, expired: 0, setAside: 0 }),
        rotateKey: () => ({ id: 2 }),
        importLegacy: () => 0,
        imported: () => [],
      },
      dirs: found.value,
      clock: () => NOW,
      facts: () => ({
        uid: 0,
        user: "ana",
        inside: false,
        stdin: true,
        terminal: "/dev/pts/3",
        foreground: true,
      }),
      of: () =>
        Promise.resolve({
          settings: {
            ttlMs: 1,
            deniedMs: 1,
            waitMs: 0,
            maxWrongIds: 5,
            wrongIdWindowMs: 1,
            wider: true,
          },
          async record(event: ApprovalRecord) {
            if (records.length === 0) await before(scene);
            records.push(event);
          },
        }),
    };
    const scene: Scene = {
      ...{ folder, path, records, notes, request },
      here: { context, site },
      state() {
        const found = store.find(request.id);
        return typeof found === "object" ? found.state : found;
      },
    };
    await test(scene);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a rule is recorded before it is written, and the request is answered", async () => {
  await withScene("touch made", async (scene) => {
    const planned = await planRule(scene.request, scene.here);
    assert(planned.ok);
    const lines = await reviewOf(planned.value, scene.here);
    assert(lines.some((line) => line.includes('"over": [')), lines.join("\n"));
    const done = await putRule(planned.value, OPERATOR, scene.here);
    assert(done.ok && done.value.ok);
    assert.deepEqual(scene.records.map(({ what }) => what), [
      "approved",
      "approved",
    ]);
    assert.match(
      scene.notes[0] ?? "",
      /^rule approved\.00000001 for .*sha256:/,
    );
    assert.equal(scene.state(), "approved");
    const { rules } = JSON.parse(await Deno.readTextFile(scene.path));
    assert.deepEqual(rules[1].over, ["policy/ask"]);
    assert.equal(
      rules[1].reason,
      `Approved by ana on 1970-01-01 (request ${scene.request.id})`,
    );
  }, async ({ path }) => {
    assert.equal(await Deno.readTextFile(path), POLICY);
  });
});

Deno.test("a rule that does not do what was shown is taken back, and nothing is approved", async () => {
  await withScene("touch made", async (scene) => {
    const planned = await planRule(scene.request, scene.here);
    assert(planned.ok);
    const done = await putRule(planned.value, OPERATOR, scene.here);
    assert(!done.ok);
    assert.match(
      done.error.message,
      /does not do what was shown: it answers escalate/,
    );
    assert.equal(done.error.cure, "the old policy was put back");
    assert.equal(await Deno.readTextFile(scene.path), POLICY);
    assert.deepEqual(scene.records.map(({ what }) => what), [
      "approved",
      "voided",
    ]);
    assert.equal(scene.state(), "pending");
    assert.deepEqual(scene.notes, []);
  }, async ({ folder }) => {
    await Deno.mkdir(`${folder}/w/.airg`);
    await Deno.writeTextFile(
      `${folder}/w/.airg/policy.json`,
      JSON.stringify({
        version: 1,
        rules: [{
          id: "more",
          match: { program: "touch" },
          verdict: "escalate",
          reason: "New meanwhile",
        }],
      }),
    );
  });
});

Deno.test("a request that was answered meanwhile has no rule written", async () => {
  await withScene("touch made", async (scene) => {
    const planned = await planRule(scene.request, scene.here);
    assert(planned.ok);
    scene.here.site.store.deny(scene.request.id, { who: OPERATOR }, NOW);
    const done = await putRule(planned.value, OPERATOR, scene.here);
    assert(!done.ok);
    assert.equal(await Deno.readTextFile(scene.path), POLICY);
    assert.deepEqual(scene.records, []);
  });
});

Deno.test("paths that lead elsewhere than when it was asked get no rule", async () => {
  await withScene("touch made", async (scene) => {
    await Deno.symlink("/etc/other", `${scene.folder}/w/made`);
    const planned = await planRule(scene.request, scene.here);
    assert(!planned.ok);
    assert.match(planned.error.message, /others than when it was asked/);
  });
});

Deno.test("what needs the network says that it gets it, and is about its words alone", async () => {
  await withScene("git push --force origin main", async (scene) => {
    const text = JSON.stringify({
      ...JSON.parse(POLICY),
      sandbox: { network: "deny" },
    });
    await Deno.writeTextFile(scene.path, text);
    const planned = await planRule(scene.request, scene.here);
    assert(planned.ok, JSON.stringify(planned));
    const { rule, network } = planned.value.proposal;
    assert.deepEqual(rule.over?.toSorted(), ["/sandbox/network", "policy/ask"]);
    assert(network);
    const lines = await reviewOf(planned.value, scene.here);
    assert(lines.some((line) => line.includes("has the network, all of it")));
    assert.deepEqual(rule.examples?.no_match, [
      "git push --force origin main-other",
      "git push --force origin main --another",
      "cd .. && git push --force origin main",
      "git push --force origin main && echo more",
    ]);
  });
});
