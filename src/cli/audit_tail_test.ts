// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { fakeContext } from "../../test/support/fake_context.ts";
import { dispatch } from "./command.ts";
import { COMMANDS } from "./commands.ts";

const record = (seq: number, changes: unknown) =>
  JSON.stringify({
    ...{
      action: { kind: "changes" },
      agent_id: "a",
      event: "changes",
      seq,
      time: "T",
      changes,
    },
  });

Deno.test("audit tail says what was done to held changes, however the record looks", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const log = `${folder}/activity.log`;
    const of = { act: "apply", id: "01a1", count: 4 };
    await Deno.writeTextFile(
      log,
      [
        record(1, {
          ...of,
          phase: "started",
          paths: ["a", "b", "c\x1b[2J", "d"],
        }),
        record(2, {
          ...of,
          phase: "finished",
          paths: ["a"],
          results: { applied: 3, conflict: 1 },
        }),
        record(3, "odd"),
        JSON.stringify({
          ...{ agent_id: "a", event: "approval", seq: 4, time: "T" },
          approval: {
            ...{ what: "approved", request: "01a1", rules: ["git/push"] },
            who: { uid: 1, user: "op", how: "watch" },
          },
        }),
      ].join("\n") + "\n",
    );
    const fake = fakeContext({ env: { HOME: folder, AIRG_LOG_PATH: log } });
    assert.equal(await dispatch(COMMANDS, ["audit", "tail"], fake.context), 0);
    assert.deepEqual(fake.out, [
      "1  T  a  changes  apply  started  01a1  4 paths: a, b, c\\x1b[2J, ...",
      "2  T  a  changes  apply  finished  01a1  4 paths: a, ...  -> 3 applied, 1 conflict",
      "3  T  a  changes  0 paths: ",
      "4  T  a  approval  approved  01a1  by op (watch)  (git/push)",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
