// Copyright 2026 the airg authors. Apache-2.0 license.
// The store of approvals under many processes, under processes that are killed
// in the middle, and on a full disk: one outcome, and nothing used twice.
import assert from "node:assert/strict";
import {
  ask,
  leave,
  openWithin,
  OPERATOR,
  say,
  SETTINGS,
  START,
  withFolder,
} from "../support/approvals.ts";

/** What each worker does is its argument; all wait for one file to begin. */
const WORKER = `
import { ask, openWithin, OPERATOR, say, SETTINGS, START } from "${
  import.meta.resolve("../support/approvals.ts")
}";
const [folder, what, argument] = Deno.args;
const out = new TextEncoder();
function print(text) { Deno.stdout.writeSync(out.encode(text + "\\n")); }
function begin() {
  for (;;) {
    try { Deno.statSync(folder + "/go"); return; } catch { /* not yet */ }
  }
}
const store = openWithin(folder);
print("ready");
begin();
switch (what) {
  case "redeem":
    print(store.redeem(ask("rm a"), SETTINGS, START).kind);
    break;
  case "approve":
    print(say(store, argument).ok);
    break;
  case "deny":
    print(store.deny(argument, { who: OPERATOR }, START).ok);
    break;
  case "revoke":
    print(store.revoke(argument, OPERATOR, START).ok);
    break;
  case "poll": {
    let state = "pending";
    while (state === "pending") {
      store.pending(START);
      state = store.state(argument, ask("").asker, START).state;
    }
    print(state);
    break;
  }
  case "use-all":
    // As the guard does: what it was granted has run before the next.
    for (const { request } of store.grants(START)) {
      const { action } = store.find(request).subject;
      const said = store.redeem(ask(action.command.text), SETTINGS, START);
      if (said.kind === "granted") print(said.grant.id);
    }
    break;
  case "live":
    for (let n = 0;; n++) {
      const left = store.redeem(ask(Deno.pid + " " + n), SETTINGS, START);
      say(store, left.request.id);
      const said = store.redeem(ask(Deno.pid + " " + n), SETTINGS, START);
      if (said.kind === "granted") print(said.grant.id);
    }
}
store.close();
`;

/** Processes that work on the store of one folder. */
interface Worker {
  readonly process: Deno.ChildProcess;
  /** The next line, or nothing at the end. */
  readonly line: () => Promise<string | undefined>;
}

function start(folder: string, what: string, argument = ""): Worker {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check", `${folder}/worker.js`],
      ...[folder, what, argument],
    ],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream())
    .getReader();
  let buffer = "";
  return {
    process,
    async line() {
      for (;;) {
        const end = buffer.indexOf("\n");
        if (end >= 0) {
          const line = buffer.slice(0, end);
          buffer = buffer.slice(end + 1);
          return line;
        }
        const { done, value } = await reader.read();
        if (done) return undefined;
        buffer += value;
      }
    },
  };
}

/** Lets all begin at once; what each printed. */
async function race(
  folder: string,
  workers: readonly Worker[],
): Promise<readonly (string | undefined)[]> {
  for (const { line } of workers) assert.equal(await line(), "ready");
  await Deno.writeTextFile(`${folder}/go`, "");
  const lines = await Promise.all(workers.map(({ line }) => line()));
  await Promise.all(workers.map(ended));
  return lines;
}

/** Waits for the end; the lines that were left. */
async function ended({ line, process }: Worker): Promise<readonly string[]> {
  const rest: string[] = [];
  for (let one = await line(); one !== undefined; one = await line()) {
    rest.push(one);
  }
  await process.status;
  return rest;
}

function kill({ process }: Worker): void {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    // It was quicker.
    if (!(error instanceof TypeError)) throw error;
  }
}

function test(name: string, work: (folder: string) => Promise<void>): void {
  Deno.test(name, () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/worker.js`, WORKER);
      await work(folder);
    }));
}

test("of ten processes that want one grant, one gets it", async (folder) => {
  const store = openWithin(folder);
  const id = leave(store, ask("rm a"));
  assert(say(store, id).ok);
  const workers = Array.from({ length: 10 }, () => start(folder, "redeem"));
  const said = await race(folder, workers);
  assert.deepEqual(said.toSorted(), ["granted", ...Array(9).fill("pending")]);
  const [request, ...more] = store.pending(START);
  assert.equal(request?.asks, 9);
  assert.deepEqual(more, []);
  assert.equal(store.state(id, ask("").asker, START)?.state, "consumed");
  store.close();
});

test("ten processes make the store together", async (folder) => {
  const workers = Array.from({ length: 10 }, () => start(folder, "redeem"));
  const said = await race(folder, workers);
  assert.deepEqual(said, Array(10).fill("pending"));
  const store = openWithin(folder);
  assert.deepEqual(store.pending(START).map(({ asks }) => asks), [10]);
  assert.equal(store.trouble(), undefined);
  assert.deepEqual(store.damaged(), []);
  store.close();
});

test("of two operators who answer at once, one is heard", async (folder) => {
  const store = openWithin(folder);
  const seen = new Set<string | undefined>();
  for (let round = 0; round < 4; round++) {
    const id = leave(store, ask(`rm ${round}`));
    const workers = ["approve", "deny", "approve", "deny"].map((what) =>
      start(folder, what, id)
    );
    const said = await race(folder, workers);
    await Deno.remove(`${folder}/go`);
    assert.deepEqual(said.toSorted(), ["false", "false", "false", "true"]);
    const found = store.find(id);
    assert(typeof found === "object");
    const won = said.indexOf("true") % 2 === 0 ? "approved" : "denied";
    assert.equal(found.state, won);
    assert.deepEqual(store.history(id).map(({ what }) => what), ["asked", won]);
    seen.add(won);
  }
  assert(seen.size > 0);
  store.close();
});

test("ten processes that poll hold nobody up, and all see the answer", async (folder) => {
  const store = openWithin(folder);
  const id = leave(store, ask("rm a"));
  const workers = Array.from({ length: 10 }, () => start(folder, "poll", id));
  for (const { line } of workers) assert.equal(await line(), "ready");
  await Deno.writeTextFile(`${folder}/go`, "");
  for (let n = 0; n < 20; n++) leave(store, ask(`rm ${n}`));
  assert(store.deny(id, { who: OPERATOR }, START).ok);
  const said = await Promise.all(workers.map(ended));
  assert.deepEqual(said, Array(10).fill(["denied"]));
  store.close();
});

test("a grant is used or taken back, not both", async (folder) => {
  const store = openWithin(folder);
  const id = leave(store, ask("rm a"));
  assert(say(store, id).ok);
  const workers = [start(folder, "redeem"), start(folder, "revoke", id)];
  const [used, revoked] = await race(folder, workers);
  assert.equal(used === "granted", revoked === "false", `${used}, ${revoked}`);
  store.close();
});

test("processes killed at any step use nothing twice, and leave a whole file", async (folder) => {
  const GRANTS = 300;
  const store = openWithin(folder);
  for (let n = 0; n < GRANTS; n++) {
    assert(say(store, leave(store, ask(`rm ${n}`))).ok);
  }
  await Deno.writeTextFile(`${folder}/go`, "");
  const used: string[] = [];
  const kills = [1, 2, 3, 5, 8, 13, 21];
  for (const lines of kills) {
    // Two of them, at the same grants.
    const workers = [1, 2].map(() => start(folder, "use-all"));
    for (const worker of workers) {
      assert.equal(await worker.line(), "ready");
      for (let n = 0; n < lines; n++) {
        const line = await worker.line();
        if (line !== undefined) used.push(line);
      }
      kill(worker);
      used.push(...await ended(worker));
    }
  }
  const last = start(folder, "use-all");
  used.push(...(await ended(last)).slice(1));
  assert.equal(new Set(used).size, used.length, "nothing was used twice");
  // What was lost was lost between the use and its being told.
  assert(used.length >= GRANTS - 2 * kills.length, String(used.length));
  assert.deepEqual(store.grants(START), []);
  const consumed = store.list({ states: ["consumed"], limit: 1_000 });
  assert.equal(consumed.length, GRANTS);
  for (const { id } of consumed) {
    const events = store.history(id).map(({ what }) => what);
    assert.deepEqual(events, ["asked", "approved", "consumed"]);
  }
  assert.deepEqual(store.damaged(), []);
  assert.equal(store.trouble(), undefined);
  store.close();
});

test("processes killed while they make, ask and answer leave a store that goes on", async (folder) => {
  await Deno.writeTextFile(`${folder}/go`, "");
  const used: string[] = [];
  // The first ones end before or while the files are made.
  for (const ms of [0, 20, 40, 50, 60, 80, 100, 150, 200, 300]) {
    const worker = start(folder, "live");
    await new Promise((resolve) => setTimeout(resolve, ms));
    kill(worker);
    used.push(...(await ended(worker)).filter((line) => line !== "ready"));
  }
  const store = openWithin(folder);
  assert.equal(store.trouble(), undefined);
  assert.deepEqual(store.damaged(), []);
  assert.equal(new Set(used).size, used.length);
  assert(say(store, leave(store, ask("rm a"))).ok);
  assert.equal(store.redeem(ask("rm a"), SETTINGS, START).kind, "granted");
  store.close();
});

/** Ends itself at the n-th thing that it does to a database or file. */
const DYING = `
import { DatabaseSync, StatementSync } from "node:sqlite";
import { ask, leave, openWithin, say, SETTINGS, START } from "${
  import.meta.resolve("../support/approvals.ts")
}";
const [folder, nth] = Deno.args;
let left = Number(nth);
function dying(holder, name) {
  const real = holder[name];
  holder[name] = function (...words) {
    if (--left === 0) Deno.kill(Deno.pid, "SIGKILL");
    return real.apply(this, words);
  };
}
for (const name of ["exec", "prepare"]) dying(DatabaseSync.prototype, name);
for (const name of ["run", "get", "all"]) dying(StatementSync.prototype, name);
for (const name of ["writeSync", "syncSync", "tryLockSync"]) {
  dying(Deno.FsFile.prototype, name);
}
for (const name of ["openSync", "renameSync", "linkSync", "removeSync"]) {
  dying(Deno, name);
}
const store = openWithin(folder);
say(store, leave(store, ask("rm a")));
const said = store.redeem(ask("rm a"), SETTINGS, START);
Deno.stdout.writeSync(new TextEncoder().encode(said.kind));
`;

test("killed at each step of a use, it is whole, and used at most once", async (folder) => {
  await Deno.writeTextFile(`${folder}/dying.js`, DYING);
  const ends = new Set<string>();
  /** What became of the one that ends at its n-th step; whether it did. */
  const tryOne = async (nth: number): Promise<boolean> => {
    const place = `${folder}/${nth}`;
    const { code, signal, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: [
          ...["run", "-A", "--quiet", "--no-check", `${folder}/dying.js`],
          ...[place, String(nth)],
        ],
        cwd: new URL("../../", import.meta.url),
      },
    ).output();
    assert(
      code === 0 || signal === "SIGKILL",
      new TextDecoder().decode(stderr),
    );
    const ran = new TextDecoder().decode(stdout);
    const store = openWithin(place);
    try {
      assert.equal(store.trouble(), undefined);
      assert.deepEqual(store.damaged(), []);
      const before = store.list({ limit: 9 }).map(({ state }) => state);
      assert(before.length <= 1);
      const after = store.redeem(ask("rm a"), SETTINGS, START).kind;
      ends.add(`${before[0] ?? "nothing"}, ${ran || "not told"}, ${after}`);
    } finally {
      store.close();
    }
    return signal === "SIGKILL";
  };
  let some = true;
  for (let nth = 1; some; nth += 4) {
    const four = [nth, nth + 1, nth + 2, nth + 3];
    some = (await Promise.all(four.map(tryOne))).every((killed) => killed);
  }
  assert.deepEqual([...ends].toSorted(), [
    "approved, not told, granted",
    "consumed, granted, pending",
    "consumed, not told, pending",
    "nothing, not told, pending",
    "pending, not told, pending",
  ]);
});

const isRoot = Deno.uid() === 0;
// deno-lint-ignore no-console -- a skip says why
if (!isRoot) console.log("not run: a full disk needs root to mount one");

Deno.test({
  name: "a full disk refuses, says so, and uses no grant twice",
  ignore: !isRoot,
  async fn() {
    const folder = await Deno.makeTempDir();
    const mount = await new Deno.Command("mount", {
      args: ["-t", "tmpfs", "-o", "size=1m", "none", folder],
    }).output();
    assert(mount.success, "control: a small file system can be mounted");
    const store = openWithin(folder);
    try {
      const ballast = `${folder}/ballast`;
      await Deno.writeFile(ballast, new Uint8Array(200_000));
      assert(say(store, leave(store, ask("rm a"))).ok);
      const left: string[] = [];
      const full = {
        name: "ApprovalStoreError",
        message:
          /Cannot write .*approvals.db: .*(disk is full|disk I\/O error)/,
        cure: /make room/,
      };
      assert.throws(() => {
        for (let n = 0;; n++) {
          left.push(leave(store, ask(`${n} ${"x".repeat(20_000)}`)));
        }
      }, full);
      assert(left.length > 3);
      // Nothing of what did not fit is there.
      assert.deepEqual(store.pending(START).map(({ id }) => id), left);
      let uses = 0;
      const use = () => {
        const said = store.redeem(ask("rm a"), SETTINGS, START);
        if (said.kind === "granted") uses++;
      };
      try {
        use();
      } catch (error) {
        assert.throws(() => {
          throw error;
        }, full);
      }
      await Deno.remove(ballast);
      store.deny(left[0]!, { who: OPERATOR }, START);
      for (let n = 0; n < 3; n++) use();
      assert.equal(uses, 1);
      assert.deepEqual(store.damaged(), []);
    } finally {
      store.close();
      await new Deno.Command("umount", { args: [folder] }).output();
      await Deno.remove(folder);
    }
  },
});

Deno.test("a thousand pending requests are listed in order", () =>
  withFolder((folder) => {
    const store = openWithin(folder);
    const ids = Array.from(
      { length: 1_000 },
      (_, n) => leave(store, ask(`rm -r build/${n}`)),
    );
    assert.deepEqual(store.pending(START).map(({ id }) => id), ids);
    store.close();
  }));
