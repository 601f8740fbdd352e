// Copyright 2026 the airg authors. Apache-2.0 license.
// `airg approvals watch` on a real terminal: what it draws whatever is asked,
// what keys do, and that the terminal is given back.
import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../src/approval/request.ts";
import { AIRG, makeSite } from "../support/airg.ts";
import { requestFor } from "../support/approval_memory.ts";
import { drawn, type Screen } from "../support/screen.ts";
import { driver, play, type Step, storeSite } from "../support/terminals.ts";

const ignore = Deno.build.os !== "linux";
const SIGUSR1 = 10;
const SIGUSR2 = 12;
const ENTER = "\x1b[?1049h";
/** The last that is put back. */
const GONE = "\x1b[?1049l";
const LEAVE = "\x1b[0m\x1b[?2004l";

/** Everything a command can hold that a terminal would obey or misplace. */
const HOSTILE = [
  "echo '\x1b[2J\x1b[1;1HAPPROVED' \x1b]0;title\x07",
  "\x1b[?1049l\x9b31m",
  "tac \u202etxt.exe\u202c \u2066x\u2069",
  "wide 界界界界界界界界界界界界界界界界界界界界界界界界界界界界 👩‍👩‍👧 e\u0301\u0301\u0301",
  "long " + "x".repeat(300),
  "rm -rf /home/ana",
].join("\r\n");

function hostile(id: string): ApprovalRequest {
  const start = HOSTILE.indexOf("rm -rf");
  return requestFor({
    id,
    command: HOSTILE,
    subject: { hosts: [HOSTILE], environment: [`X=${HOSTILE}`] },
    request: {
      asker: { agent: HOSTILE, session: HOSTILE, workspace: "/" },
      reasons: [{
        code: "fs.recursive_delete",
        rule: HOSTILE,
        message: HOSTILE,
        evidence: { span: [start, start + 6] },
        severity: "high",
      }],
    },
  });
}

interface Watched {
  readonly code: number;
  readonly restored: boolean;
  /** Just before the terminal was given back. */
  readonly last: Screen;
  readonly after: Screen;
  readonly outcome: Awaited<
    ReturnType<Awaited<ReturnType<typeof storeSite>>["outcome"]>
  >;
}

async function watched(
  requests: readonly ApprovalRequest[],
  steps: readonly Step[],
  { rows = 24, columns = 80, later = [] }: {
    readonly rows?: number;
    readonly columns?: number;
    readonly later?: readonly ApprovalRequest[];
  } = {},
): Promise<Watched> {
  await using site = await storeSite(requests, later);
  const { watch } = await play(site, {
    rows,
    columns,
    env: site.driverEnv,
    programs: { watch: driver("watch") },
    steps: [["start", "watch"], ...steps],
  });
  assert(watch !== undefined);
  const { code, restored, seen } = watch;
  const at = seen.indexOf(LEAVE);
  assert(at > 0, seen);
  return {
    code,
    restored,
    last: drawn(seen.slice(0, at), rows, columns),
    after: drawn(seen, rows, columns),
    outcome: await site.outcome(),
  };
}

Deno.test.each([
  { rows: 24, columns: 80 },
  { rows: 10, columns: 40 },
].map((size) => ({ ...size, ignore })))(
  "hostile text stays in its cell, and the terminal is given back after SIGTERM, at $columns x $rows",
  { ignore },
  async ({ rows, columns }) => {
    const { code, restored, last, after } = await watched(
      [hostile("0197f3a2-0000-7000-8000-00000000000a")],
      [
        ["expect", "watch", "1 waiting"],
        ["expect", "watch", "would run"],
        ["send", "watch", "\r"],
        ["expect", "watch", "q back"],
        ["kill", "watch", 15],
      ],
      { rows, columns },
    );
    assert.equal(code, 143);
    assert(restored);
    assert(last.alternate && !last.cursor && !last.wrap);
    assert(!after.alternate && after.cursor && after.wrap);
    assert.match(last.rows[0] ?? "", /1 waiting/);
    assert.match(last.rows.join(""), /\\x1b\[2J\\x1b\[1;1HAPPROVED/);
    assert.match(last.rows.at(-1) ?? "", /q back$/);
    for (const row of last.rows) assert.doesNotMatch(row, /^APPROVED/);
  },
);

Deno.test.each([{ signal: 1 }, { signal: 2 }, { signal: 3 }].map((one) => ({
  ...one,
  ignore,
})))("the terminal is given back after signal $signal", {
  ignore,
}, async ({ signal }) => {
  const { code, restored, after } = await watched([requestFor()], [
    ["expect", "watch", "would run"],
    ["kill", "watch", signal],
  ]);
  assert.equal(code, 128 + signal);
  assert(restored && !after.alternate && after.cursor && after.wrap);
});

Deno.test({
  name: "airg itself gives the terminal back after SIGTERM and SIGHUP",
  ignore,
  async fn() {
    await using site = await makeSite();
    for (const signal of [15, 1]) {
      const { watch } = await play(site, {
        programs: { watch: [...AIRG, "approvals", "watch"] },
        steps: [
          ["start", "watch"],
          ["expect", "watch", "nothing waits"],
          ["kill", "watch", signal],
        ],
      });
      assert(watch !== undefined);
      const { code, restored, seen } = watch;
      // `deno run` itself writes before and after.
      const [from, to] = [seen.indexOf(ENTER), seen.lastIndexOf(GONE)];
      const after = drawn(seen.slice(from, to + GONE.length), 24, 80);
      assert.equal(code, 128 + signal, seen);
      assert(from >= 0 && restored, seen);
      assert(!after.alternate && after.cursor && after.wrap, seen);
    }
  },
});

Deno.test.each([{ where: "a callback" }, { where: "a promise" }].map((one) => ({
  ...one,
  ignore,
})))(
  "the terminal is given back after an error that nobody catches, in $where",
  {
    ignore,
  },
  async ({ where }) => {
    await using site = await storeSite([requestFor()]);
    const { watch } = await play(site, {
      env: {
        ...site.driverEnv,
        AIRG_TEST_ERROR: where === "a promise" ? "promise" : "callback",
      },
      programs: { watch: driver("watch") },
      steps: [
        ["start", "watch"],
        ["expect", "watch", "would run"],
        ["kill", "watch", SIGUSR2],
        ["end", "watch"],
      ],
    });
    assert(watch !== undefined);
    assert.equal(watch.code, 1, watch.seen);
    const { seen, restored } = watch;
    const left = seen.lastIndexOf(GONE) + GONE.length;
    const after = drawn(seen.slice(0, left), 24, 80);
    assert(restored && !after.alternate && after.cursor && after.wrap, seen);
    // The message is on the screen that stays.
    assert.match(seen.slice(left), /Nobody catches this/);
  },
);

Deno.test({
  name: "a key approves what was shown, once, and says so",
  ignore,
  async fn() {
    const request = requestFor({ command: "git push --force origin main" });
    const { code, outcome, last, restored } = await watched([request], [
      ["expect", "watch", "would run"],
      ["insist", "watch", "a", "! approved"],
      ["send", "watch", "q"],
    ]);
    assert.equal(code, 0);
    assert(restored);
    assert.match(last.rows.join("\n"), /0 waiting/);
    assert.equal(outcome.requests[0]?.state, "approved");
    assert.deepEqual(outcome.events.map(({ what }) => what), [
      "shown",
      "approved",
    ]);
    assert.equal(outcome.events[1]?.who?.how, "watch");
  },
});

Deno.test({
  name: "in 40x10 nothing is approved before all of it was on the screen",
  ignore,
  async fn() {
    const request = requestFor({ command: "echo one\n".repeat(12) });
    const { outcome } = await watched([request], [
      ["expect", "watch", "would run"],
      ["insist", "watch", "a", "not all of it"],
      ["send", "watch", " "],
      ["send", "watch", "      a"],
      ["expect", "watch", "several keys"],
      ["insist", "watch", "a", "! approved"],
      ["send", "watch", "\x03"],
    ], { rows: 10, columns: 40 });
    assert.equal(outcome.requests[0]?.state, "approved");
  },
});

Deno.test({
  name: "words go to the agent with a denial; a new request rings and is there",
  ignore,
  async fn() {
    const second = requestFor({
      id: "0197f3a2-0000-7000-8000-000000000002",
      command: "terraform destroy",
    });
    const { outcome, last } = await watched([requestFor()], [
      ["expect", "watch", "1 waiting"],
      ["kill", "watch", SIGUSR1],
      ["expect", "watch", "\x07"],
      ["expect", "watch", "terraform destroy"],
      ["resize", "watch", 20, 60],
      ["send", "watch", "j"],
      ["send", "watch", "muse staging instead\r"],
      ["expect", "watch", "! denied"],
      ["send", "watch", "q"],
    ], { later: [second] });
    assert.equal(last.bells, 1);
    assert.deepEqual(
      outcome.requests.map(({ state, message }) => ({ state, message })),
      [
        { state: "pending", message: undefined },
        { state: "denied", message: "use staging instead" },
      ],
    );
  },
});

Deno.test({
  name: "another size is drawn for, all of it",
  ignore,
  async fn() {
    const { last, code } = await watched([requestFor()], [
      ["expect", "watch", "1 waiting for an answer"],
      ["resize", "watch", 12, 50],
      ["expect", "watch", " airg: 1 waiting "],
      ["expect", "watch", "a yes"],
      ["send", "watch", "q"],
    ]);
    assert.equal(code, 0);
    assert.match(last.rows[11] ?? "", /^a yes s session/);
  },
});

Deno.test({
  name: "^Z gives the shell its terminal, and fg draws all of it again",
  ignore,
  async fn() {
    await using site = await storeSite([requestFor()]);
    const words = driver("watch").map((word) => `'${word}'`).join(" ");
    const { shell } = await play(site, {
      env: { ...site.driverEnv, PS1: "$ " },
      programs: { shell: ["/bin/bash", "--norc", "--noprofile", "-i"] },
      steps: [
        ["start", "shell"],
        ["expect", "shell", "$ "],
        ["send", "shell", `${words}\n`],
        ["expect", "shell", "1 waiting"],
        ["send", "shell", "\x1a"],
        ["expect", "shell", "\x1b[?1049l"],
        ["expect", "shell", "Stopped"],
        // A terminal that is still raw would not make one line of it.
        [
          "send",
          "shell",
          "echo out; stty -a | grep -o ' icanon'; echo 'of' it\n",
        ],
        ["expect", "shell", " icanon"],
        ["expect", "shell", "of it"],
        ["send", "shell", "fg\n"],
        ["expect", "shell", "\x1b[?1049h"],
        ["expect", "shell", "1 waiting"],
        ["insist", "shell", "a", "! approved"],
        ["send", "shell", "q"],
        ["expect", "shell", "\x1b[?1049l"],
        ["expect", "shell", "$ "],
        ["send", "shell", "exit\n"],
      ],
    });
    assert.equal(shell?.code, 0, shell?.seen);
    const { requests } = await site.outcome();
    assert.equal(requests[0]?.state, "approved");
  },
});

Deno.test({
  name: "what nobody would continue does not stop",
  ignore,
  async fn() {
    const SIGTSTP = 20;
    const { code, restored } = await watched([requestFor()], [
      ["expect", "watch", "would run"],
      ["kill", "watch", SIGTSTP],
      ["insist", "watch", "a", "! approved"],
      ["send", "watch", "q"],
    ]);
    assert.equal(code, 0);
    assert(restored);
  },
});
